"""What the engine sends is what it gets back: values, marks of secrets, and values that are not known."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from pulumi.runtime import rpc
from pulumi.runtime.proto import provider_pb2

from pulumi_applinks.plugin import values

KEYS = st.text("abcdefgh_", min_size=1, max_size=5)
LEAVES = st.one_of(
    st.booleans(),
    st.integers(-(2**50), 2**50),
    st.floats(allow_nan=False, allow_infinity=False).filter(lambda number: not number.is_integer()),
    st.text("aZ ä\n{}\u200b0", max_size=6),
    st.just(values.UNKNOWN),
)
TREES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3)
)


def paths(value: Any, path: str) -> list[str]:
    """The path of a value, and of each within it."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, part in parts for found in paths(part, f"{path}.{key}"))]


@settings(deadline=None)
@given(st.dictionaries(KEYS, TREES, max_size=4), st.data())
def test_values_and_marks_come_back(given_: dict[str, Any], data: st.DataObject):
    """Each of any type, at any depth; a value within a secret can be secret, too."""
    known = [path for key, value in given_.items() for path in paths(value, key)]
    secret = data.draw(st.sets(st.sampled_from(known), max_size=3)) if known else set()

    assert values.read(values.write(given_, secret)) == (given_, frozenset(secret))


@settings(deadline=None)
@given(st.dictionaries(KEYS, TREES, max_size=4))
def test_the_sdk_reads_the_same(given_: dict[str, Any]):
    """It is the engine's own form."""
    read = rpc.deserialize_properties(values.write(given_), keep_unknowns=False)

    assert values.read(values.write(given_))[0] == given_
    assert set(read) <= set(given_)


@pytest.mark.parametrize("part", ["password", "token"])
def test_a_password_is_secret_whatever_the_program_says(part: str):
    """Also where the program has given it in the clear."""
    struct = values.write({"source": {"credentials": {"username": "admin", part: "xyz"}}})

    assert values.read(struct)[1] == {f"source.credentials.{part}"}
    assert isinstance(provider_pb2.CheckResponse(inputs=struct), provider_pb2.CheckResponse)


def test_what_there_is_none_of_is_left_out():
    """The engine stores no null."""
    struct = values.write({"kept": 1, "gone": None, "deep": {"gone": None}})

    assert values.read(struct)[0] == {"kept": 1, "deep": {}}
