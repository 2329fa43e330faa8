"""`make reference`: the texts of every input and output, from the table in `pulumi_applinks/names.py`.

It writes `docs/reference.md`, and the arguments in the docstrings of `ApplicationLink` and `Application`, which editors show.
"""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

from pulumi_applinks import inputs, outputs
from pulumi_applinks.names import ALSO_CALLED, OUTPUTS, ApplicationInputs, Kind, LinkInputs
from pulumi_applinks.resources import ApplicationLink, DeclaredLink
from pulumi_applinks.rest.deadline import ANSWER_SECONDS, CONNECT_SECONDS

ROOT = Path(__file__).resolve().parents[1]
BAR = "\\|"
FORMS = (inputs.NonImpersonating, inputs.Impersonating, inputs.NoAuthentication, inputs.PerDirection)


def made() -> dict[Path, str]:
    """Each file that describes inputs and outputs, and what it should be."""
    sources = {
        ROOT / "pulumi_applinks" / "resources.py": ("ApplicationLink", LinkInputs),
        ROOT / "pulumi_applinks" / "inputs.py": ("Application", ApplicationInputs),
    }
    told = {
        path: _with_outputs(_with_arguments(path.read_text("utf-8"), *what)) for path, what in sources.items()
    }
    return {ROOT / "docs" / "reference.md": page() + "\n", **told}


def _with_arguments(source: str, name: str, table: type[Any]) -> str:
    """A module in whose class the docstring describes the arguments that the table has, and of others as it did."""
    found = re.search(rf'^class {name}\b.*?^    Args:\n(.*?)\n(?=\n|    """)', source, re.M | re.S)
    if found is None:
        raise LookupError(f"class {name} has no Args in its docstring")
    entries = dict(re.findall(r"^        (\w+): (.*(?:\n            .*)*)", found[1], re.M))
    first, last = (
        [entry for entry in entries.items() if entry[0] == kept] for kept in ("resource_name", "opts")
    )
    rows = [(row.name, str(row.metadata["description"])) for row in fields(table)]
    lines = (
        textwrap.fill(
            f"{key}: {' '.join(words.split())}",
            118,
            initial_indent=" " * 8,
            subsequent_indent=" " * 12,
            break_on_hyphens=False,
        )
        for key, words in (*first, *rows, *last)
    )
    return source[: found.start(1)] + "\n".join(lines) + source[found.end(1) :]


def _with_outputs(source: str) -> str:
    """A module in which each output has its docstring."""
    outputs_ = "|".join(OUTPUTS)
    return re.sub(
        rf'^(    ({outputs_}): pulumi\.Output\[.*\]\n)(    """.*"""\n)?',
        lambda found: f'{found[1]}    """{OUTPUTS[found[2]][0].upper()}{OUTPUTS[found[2]][1:]}"""\n',
        source,
        flags=re.M,
    )


def page() -> str:
    """The reference."""
    return "\n".join(
        (
            "# Reference",
            "",
            "Made by `make reference` from the table in `pulumi_applinks/names.py`. What an input does, and when, is described in "
            "[behaviour.md](behaviour.md).",
            "",
            "`Input[…]` takes a value, or what another resource gives. A change of an input that is marked as *policy* changes "
            "nothing on an application.",
            "",
            "## `ApplicationLink(resource_name, …)`",
            "",
            *_inputs(ApplicationLink, LinkInputs),
            "",
            "`opts` takes the engine's options. A replacement deletes first (`delete_before_replace`); `import_` is refused: "
            '`on_existing="adopt"` takes a link over.',
            "",
            "## `Application(…)`",
            "",
            *_inputs(inputs.Application, ApplicationInputs),
            "",
            f"A `kind` is {_words(get_args(Kind))}. Stored are the names that the applinks plugin uses: "
            f"{', '.join(f'`{stored}` for `{called}`' for called, stored in ALSO_CALLED.items())}.",
            "",
            *_class(inputs.Credentials),
            "## Authentication",
            "",
            *(line for form in FORMS for line in _class(form, level=3)),
            "## Outputs",
            "",
            *_table(
                ("output", "type", "meaning"),
                (
                    (f"`{name}`", _type(DeclaredLink.__annotations__[name]), words)
                    for name, words in OUTPUTS.items()
                ),
            ),
            "",
            *(
                line
                for kind in (outputs.LinkEnd, outputs.Difference, outputs.Legacy)
                for line in _record(kind)
            ),
            f"A `LinkStatus` is {_words(get_args(outputs.LinkStatus))}; what each means is in "
            "[behaviour.md](behaviour.md#status).",
            "",
            f"A `LevelSeen` is {_words(get_args(outputs.LevelSeen))}.",
            "",
            "## How long it waits",
            "",
            *_table(
                ("for", "at most"),
                (
                    (
                        "a connection: its host's name, all its addresses, and TLS",
                        f"{CONNECT_SECONDS:g} s",
                    ),
                    (
                        "the whole answer to a request",
                        f"{ANSWER_SECONDS:g} s",
                    ),
                    (
                        "an answer for which the application asks another one, such as the status of a link",
                        "half of what is left of the operation",
                    ),
                    (
                        "an application that does not answer yet",
                        f"`wait_for_target`, {LinkInputs.wait_for_target:g} s unless said otherwise",
                    ),
                    (
                        "one operation on one link, with all its requests and without that wait",
                        f"`timeout_seconds`, {LinkInputs.timeout_seconds:g} s unless said otherwise",
                    ),
                ),
            ),
        )
    )


def _inputs(given: type[Any], table: type[Any]) -> Iterator[str]:
    signature = inspect.signature(given).parameters
    return _table(
        ("input, type = default", "meaning"),
        (
            (
                f"`{row.name}`<br>{_type(signature[row.name].annotation)}"
                f"{'' if signature[row.name].default is inspect.Parameter.empty else f' = `{row.default!r}`'}",
                f"{row.metadata['description']}{'' if row.metadata['remote'] else ' *Policy.*'}",
            )
            for row in fields(table)
        ),
    )


def _class(shown: type[Any], level: int = 2) -> Iterator[str]:
    """A class that a program makes, as its docstring describes it."""
    text, _, arguments = (inspect.getdoc(shown) or "").partition("Args:\n")
    types = {row.name: str(row.type) for row in fields(shown)}
    yield f"{'#' * level} `{shown.__name__}({', '.join(types)})`"
    for paragraph in text.strip().split("\n\n"):
        yield from ("", " ".join(paragraph.split()))
    yield ""
    for name, words in re.findall(r"^    (\w+): (.*(?:\n        .*)*)", arguments, re.M):
        yield f"- `{name}`, {_type(types[name])}: {' '.join(words.split())}"
    if arguments:
        yield ""


def _record(shown: Any) -> Iterator[str]:
    """A dictionary in an output."""
    yield from (f"### `{shown.__name__}`", "", " ".join((inspect.getdoc(shown) or "").split()), "")
    for name, kind in shown.__annotations__.items():
        yield f"- `{name}`, {_type(kind.__forward_arg__)}"
    yield ""


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"| {' | '.join('---' for _ in heads)} |"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', BAR) for cell in row)} |"


def _type(annotation: str) -> str:
    """An annotation as a cell: of a literal its words, of an output what it holds."""
    plain = re.sub(r"^pulumi\.Output\[(.*)\]$", r"\1", annotation).replace("pulumi.Input", "Input")
    plain = re.sub(r"^Literal\[(.*)\]$", lambda found: found[1].replace(", ", " | "), plain)
    return f"`{plain}`"


def _words(words: tuple[str, ...]) -> str:
    return f"{', '.join(f'`{word}`' for word in words[:-1])} or `{words[-1]}`"


if __name__ == "__main__":
    for path, text in made().items():
        path.write_text(text, encoding="utf-8")
