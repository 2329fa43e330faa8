"""The calls that the client makes, read from its source: what it sends is written there as a method and a path."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path

import pulumi_applinks

CLIENT = Path(pulumi_applinks.__file__).parent / "rest"
"""Where the client stands. It is read as text, because what is written there is what is sent."""

_METHODS = ("GET", "PUT", "POST", "DELETE")


class NotReadable(Exception):
    """Raised for a call whose path can't be distinguished from the source."""


def client_calls(folder: Path = CLIENT) -> set[tuple[str, str]]:
    """Method and path of each call; what is filled in when it is sent is written as `{}`.

    Args:
        folder: of the client's modules.

    Raises:
        NotReadable: if a path does not begin with what is written in the source.
    """
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.py"))]
    constants = _constants(trees)
    found: set[tuple[str, str]] = set()
    for tree in trees:
        loops = _loops(tree, constants)
        for call in ast.walk(tree):
            if not isinstance(call, ast.Call) or len(call.args) < 2:
                continue
            method, path = call.args[:2]
            if isinstance(method, ast.Constant) and method.value in _METHODS:
                found |= {(str(method.value), text) for text in _texts(path, constants, loops)}
    unreadable = [f"{method} {path}" for method, path in found if not path.startswith("/")]
    if unreadable:
        raise NotReadable(", ".join(unreadable))
    return found


def _constants(trees: list[ast.Module]) -> dict[str, str]:
    """The texts that stand under a name at the top of a module."""
    found: dict[str, str] = {}
    assigned = [
        (node.targets[0].id, node.value)
        for tree in trees
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    ]
    for _ in assigned:  # one may be made of others
        for name, value in assigned:
            texts = list(_texts(value, found, {}))
            if len(texts) == 1 and "{}" not in texts[0]:
                found[name] = texts[0]
    return found


def _loops(tree: ast.Module, constants: Mapping[str, str]) -> dict[str, list[str]]:
    """What the variables of loops over a few constants stand for."""
    return {
        node.target.id: [text for one in node.iter.elts for text in _texts(one, constants, {})]
        for node in ast.walk(tree)
        if isinstance(node, ast.For)
        and isinstance(node.target, ast.Name)
        and isinstance(node.iter, ast.Tuple)
        and all(isinstance(one, ast.Name) and one.id in constants for one in node.iter.elts)
    }


def _texts(node: ast.expr, constants: Mapping[str, str], loops: Mapping[str, list[str]]) -> Iterator[str]:
    """The texts that an expression can stand for."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield node.value
    elif isinstance(node, ast.Name):
        yield from [constants[node.id]] if node.id in constants else loops.get(node.id, ["{}"])
    elif isinstance(node, ast.FormattedValue):
        yield from _texts(node.value, constants, loops) if isinstance(node.value, ast.Name) else ["{}"]
    elif isinstance(node, ast.JoinedStr):
        parts = [list(_texts(value, constants, loops)) for value in node.values]
        yield from ("".join(chosen) for chosen in itertools.product(*parts))
    elif isinstance(node, ast.Attribute):
        yield "{}"
