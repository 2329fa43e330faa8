"""One list has every endpoint that the client calls."""

from __future__ import annotations

import ast
from pathlib import Path

from pulumi_applinks.rest import endpoints
from pulumi_applinks.rest.addresses import is_plain_path
from pulumi_applinks.rest.endpoints import Endpoint

ROOM = Path(endpoints.__file__).parent
LISTED = {name for name, value in vars(endpoints).items() if isinstance(value, Endpoint)}


def attributes(path: Path) -> list[str]:
    """What a module reads of other objects, as it is written."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)]


def test_each_endpoint_of_the_list_is_called():
    """And no module makes another one than those."""
    made = {
        one.removeprefix("endpoints.")
        for path in ROOM.rglob("*.py")
        for one in attributes(path)
        if one.startswith("endpoints.") and one.removeprefix("endpoints.").isupper()
    }

    assert made - {"PAGES"} == LISTED


def test_there_is_one_way_to_the_application():
    """Which takes a call of the list: no module but that one sends anything."""
    sends = [
        path.name for path in ROOM.rglob("*.py") for one in attributes(path) if one.endswith("_http.request")
    ]

    assert sends == ["transport.py"]


def test_each_endpoint_says_what_it_is_for():
    """And leads where it seems to."""
    for name in LISTED:
        call: Endpoint = getattr(endpoints, name)
        assert call.doing.split()[0].endswith("ing"), name
        assert is_plain_path(call.path.format("id")), name
        assert call.path.count("{}") <= 1, name
