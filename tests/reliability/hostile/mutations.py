"""Almost real answers: those of the corpus, changed at any depth or in any byte."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from tests.reliability.hostile.bodies import IDS, STEERING

CORPUS = Path(__file__).parents[1] / "corpus"
ANSWERS = {path.name: path.read_bytes() for path in sorted((CORPUS / "answers").iterdir())}
BYTES = {path.name: path.read_bytes() for path in sorted((CORPUS / "bytes").iterdir())}
PIECES = (
    b"\x00",
    b"\x1b[2J",
    b"\r\n",
    b"\r\n\r\n",
    b"\xff\xfe",
    b"-1",
    b"9" * 30,
    b"Content-Length: 5\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Content-Encoding: gzip\r\n",
    b"Location: //[\r\n",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
    b"<!---->" * 60,
    b"&b;",
    b"{" * 200,
    b"[" * 200,
    b"\\ud800",
    b'"id":',
    b"NaN",
)

_odd_text = st.one_of(
    st.sampled_from(
        [*(id_[:3000] for id_ in IDS), STEERING, "true", "null", "oauth", "http://[", "x" * 5000]
    ),
    st.text(alphabet=st.characters(exclude_categories=()), max_size=20),
)
_odd = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0, -1, 7, 2**63, 10**400, 1.5, -1e308]),
    _odd_text,
    st.just([]),
    st.just({}),
    st.recursive(
        st.none() | st.booleans() | st.integers() | _odd_text,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
        max_leaves=8,
    ),
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path]
    if isinstance(value, dict):
        for key, inner in value.items():
            found += _places(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            found += _places(inner, (*path, number))
    return found


@st.composite
def almost_answers(draw: st.DrawFn) -> bytes:
    """A real answer with some parts removed, doubled, wrapped or replaced."""
    name = draw(st.sampled_from([name for name in ANSWERS if name.endswith(".json")]))
    data = json.loads(ANSWERS[name])
    for _ in range(draw(st.integers(1, 4))):
        path = draw(st.sampled_from(_places(data)))
        holder: Any = {"": data}
        whole = ("", *path)
        last = whole[-1]
        for part in whole[:-1]:
            holder = holder[part]
        root = holder if not path else None
        change = draw(st.sampled_from(["replace", "remove", "list", "object", "double", "rename"]))
        if change == "replace" or (change in ("remove", "rename") and not path):
            holder[last] = draw(_odd)
        elif change == "remove":
            del holder[last]
        elif change == "list":
            holder[last] = [copy.deepcopy(holder[last])]
        elif change == "object":
            holder[last] = {
                draw(st.sampled_from(["id", "link", "list", "error"])): copy.deepcopy(holder[last])
            }
        elif change == "double":
            holder[last] = [copy.deepcopy(holder[last]), copy.deepcopy(holder[last])]
        elif isinstance(holder, dict):
            holder[draw(_odd_text)] = holder.pop(last)
        if root is not None:
            data = root[""]
    return json.dumps(data).encode("utf-8", "surrogatepass")


@st.composite
def almost_bytes(draw: st.DrawFn, seeds: dict[str, bytes]) -> bytes:
    """A seed with some bytes removed, replaced or doubled."""
    data = draw(st.sampled_from(sorted(seeds.values())))
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 40)))
        change = draw(st.sampled_from(["cut", "remove", "insert", "replace", "double"]))
        if change == "cut":
            data = data[:start]
        elif change == "remove":
            data = data[:start] + data[end:]
        elif change == "double":
            data = data[:end] + data[start:end] * 3 + data[end:]
        else:
            piece = draw(st.sampled_from(PIECES) | st.binary(max_size=8))
            data = data[:start] + piece + data[start if change == "insert" else end :]
    return data
