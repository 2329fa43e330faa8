"""Write the program for an inventory, as an engineer would write it and in the format of `ruff format`. Pure."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pulumi_applinks.estate.importing.inventory import Called, Declared, Entry
from pulumi_applinks.lifecycle import Direction, Directions

LONGEST = 88
"""The longest line, which is the default of formatters."""

_IMPORTED = (
    "Application",
    "ApplicationLink",
    "Impersonating",
    "NoAuthentication",
    "NonImpersonating",
    "PerDirection",
)


@dataclass(frozen=True)
class CodeCall:
    """A call in the program. Its arguments are code as text, or calls.

    Args:
        name: the name of what is called.
        positional: the positional arguments.
        named: the keyword arguments.
    """

    name: str
    positional: tuple[str, ...] = ()
    named: Mapping[str, str | CodeCall] = field(default_factory=dict)

    def on_one_line(self) -> str:
        """Return the call without a line break."""
        parts = [*self.positional, *(f"{key}={_one_line(value)}" for key, value in self.named.items())]
        return f"{self.name}({', '.join(parts)})"

    def lines(self, before: str = "", after: str = "", indent: int = 0) -> Iterator[str]:
        """Yield the call on one line if it fits, or else with each argument on its own line.

        Args:
            before: the text before it on its first line.
            after: the text after it on its last line.
            indent: the indent of its first line, in columns.
        """
        blanks = " " * indent
        whole = f"{blanks}{before}{self.on_one_line()}{after}"
        if _width(whole) <= LONGEST or not (self.positional or self.named):
            yield whole
            return
        yield f"{blanks}{before}{self.name}("
        for text in self.positional:
            yield f"{blanks}    {text},"
        for key, value in self.named.items():
            if isinstance(value, CodeCall):
                yield from value.lines(f"{key}=", ",", indent + 4)
            else:
                yield f"{blanks}    {key}={value},"
        yield f"{blanks}){after}"


def _one_line(value: str | CodeCall) -> str:
    return value.on_one_line() if isinstance(value, CodeCall) else value


def _width(text: str) -> int:
    """Return how many columns a text takes. Characters of zero width count as one column, so that a line is never too long."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def quoted(text: str) -> str:
    """Return a text as a Python literal, with the quotes that formatters prefer."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    body = "".join(
        f"\\{one}"
        if one in ("\\", quote)
        else one
        if one.isprintable()
        else one.encode("unicode_escape").decode()
        for one in text
    )
    return f"{quote}{body}{quote}"


def program(
    applications: Mapping[str, Declared],
    links: Iterable[Entry],
    *,
    adopt: bool = False,
    plugin: bool = False,
) -> str:
    """Return the program that declares the links.

    Args:
        applications: the applications of the inventory. Those without a link are omitted.
        links: in the order in which they are declared.
        adopt: whether `pulumi up` takes over the existing links.
        plugin: whether the plugin manages them.
    """
    listed = list(links)
    used = {name for entry in listed for name in entry.pair}
    variables = variables_of(name for name in applications if name in used)
    made = [(variable, _application(applications[name])) for name, variable in variables.items()]
    calls = [_link(entry, variables, adopt) for entry in listed]
    body: list[str] = []
    for variable, call in made:
        body += call.lines(f"{variable} = ")
    source: str | None = None
    for entry, call in zip(listed, calls, strict=True):
        if entry.source != source:
            body.append("")
        source = entry.source
        body += call.lines()
    names = {name for call in (*calls, *(call for _, call in made)) for name in _called(call)}
    return "\n".join([*_head(names, plugin), *body]) + "\n"


def _head(names: set[str], plugin: bool) -> Iterator[str]:
    yield '"""Application links, taken over as they were."""'
    yield ""
    if "replace" in names:
        yield "from dataclasses import replace"
        yield ""
    packaged = ("ApplicationLink",) if plugin else ()
    imported = [name for name in _IMPORTED if name in names and name not in packaged]
    line = f"from pulumi_applinks import {', '.join(imported)}"
    if len(line) <= LONGEST:
        yield line
    else:
        yield "from pulumi_applinks import ("
        yield from (f"    {name}," for name in imported)
        yield ")"
    yield from (f"from pulumi_applinks.packaged import {name}" for name in packaged)
    yield ""


def _called(call: CodeCall) -> Iterator[str]:
    yield call.name
    for value in call.named.values():
        if isinstance(value, CodeCall):
            yield from _called(value)


def variables_of(names: Iterable[str]) -> dict[str, str]:
    """Return the variable name of each application in the program."""
    found: dict[str, str] = {}
    for name in names:
        plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
        if plain[0].isdigit():
            plain = f"application_{plain}"
        if keyword.iskeyword(plain) or plain == "replace":
            plain = f"{plain}_"
        number, variable = 1, plain
        while variable in found.values():
            number += 1
            variable = f"{plain}_{number}"
        found[name] = variable
    return found


def _application(declared: Declared) -> CodeCall:
    parts = {
        "rpc_url": declared.rpc_url,
        "api_url": declared.api_url,
        "credentials": declared.credentials,
        "name": declared.name,
    }
    named: dict[str, str | CodeCall] = {
        key: quoted(value) for key, value in parts.items() if value is not None
    }
    if declared.manifest_needs_login:
        named["manifest_needs_login"] = "True"
    return CodeCall("Application", (quoted(declared.url),), named)


def _link(entry: Entry, variables: Mapping[str, str], adopt: bool) -> CodeCall:
    named: dict[str, str | CodeCall] = {
        "source": _party(variables[entry.source], entry.source_as),
        "target": _party(variables[entry.target], entry.target_as),
    }
    if entry.authentication is not None:
        named["authentication"] = _authentication(entry.authentication)
    if not entry.two_way:
        named["two_way"] = "False"
    if adopt:
        named["on_existing"] = quoted("adopt")
    if entry.primary:
        named["primary"] = "True"
    if entry.reverse_primary:
        named["reverse_primary"] = "True"
    return CodeCall("ApplicationLink", (quoted(entry.resource),), named)


def _party(variable: str, called: Called) -> str | CodeCall:
    given = called.given()
    if not given:
        return variable
    return CodeCall(
        "replace",
        (variable,),
        {key: "None" if value is None else quoted(value) for key, value in given.items()},
    )


def _authentication(ways: Directions) -> CodeCall:
    if ways.outgoing == ways.incoming:
        return _way(ways.outgoing)
    return CodeCall("PerDirection", (), {"outgoing": _way(ways.outgoing), "incoming": _way(ways.incoming)})


def _way(way: Direction) -> CodeCall:
    if way.level == "oauth-impersonation":
        return CodeCall("Impersonating")
    if way.level == "oauth":
        user = {} if way.execute_as is None else {"execute_as": quoted(way.execute_as)}
        return CodeCall("NonImpersonating", (), user)
    return CodeCall("NoAuthentication")
