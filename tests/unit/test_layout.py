"""The layout is a picture of the design: imports go down only."""

import ast
from pathlib import Path

import pulumi_applinks

ROOT = Path(pulumi_applinks.__file__).parent
# From the top down; a module may import what stands below it, and its own room.
ROOMS = (
    "__init__",
    "command",
    "plugin",
    "estate",
    "packaged",
    "resources",
    "provider",
    "hooks",
    "logs",
    "messages",
    "settings",
    "checks",
    "properties",
    "inputs",
    "outputs",
    "credentials",
    "lifecycle",
    "rest",
    "names",
    "codes",
)
STARTS_THE_LAB = [
    ("command/lab.py", f"pulumi_applinks.lab.{module}") for module in ("applications.__main__", "troubles")
]
"""Imports of the lab: the command that starts it when it is called, and its help."""


def _room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("pulumi_applinks"):
            if node.module == "pulumi_applinks":
                found |= {f"pulumi_applinks.{alias.name}" for alias in node.names}
            else:
                found.add(node.module)
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.startswith("pulumi_applinks")}
    return found


def _module(path: Path) -> str:
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 2 else parts)


def test_imports_go_down_only():
    """No room imports one that stands above it."""
    wrong = []
    for path in ROOT.rglob("*.py"):
        room = _room(_module(path))
        if room in ("lab", "testing"):
            continue
        for imported in _imports(path):
            target = _room(imported)
            if (path.relative_to(ROOT).as_posix(), imported) in STARTS_THE_LAB:
                continue
            if target != room and (target not in ROOMS or ROOMS.index(target) < ROOMS.index(room)):
                wrong.append(f"{path.relative_to(ROOT)} imports {imported}")

    assert wrong == []


def test_the_lab_stands_apart():
    """The lab speaks HTTP and gRPC to the product, never Python; and its two rooms do not know each other."""
    wrong = []
    for path in (ROOT / "lab").rglob("*.py"):
        own = path.relative_to(ROOT / "lab").parts[0].removesuffix(".py")
        for imported in _imports(path):
            parts = imported.split(".")
            if parts[1] != "lab" or (len(parts) > 2 and parts[2] not in (own, "troubles")):
                wrong.append(f"{path.relative_to(ROOT)} imports {imported}")

    assert wrong == []


def test_the_fixtures_stand_on_the_lab_alone():
    """What other people's tests use is the lab, and of the product nothing but what its variables are called."""
    theirs = {one for one in _imports(ROOT / "testing.py") if not one.startswith("pulumi_applinks.lab.")}
    assert theirs == {"pulumi_applinks.names"}


def test_the_lifecycle_knows_no_http():
    """Requests are sent by the REST room alone."""
    wrong = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "lifecycle").rglob("*.py")
        if any(
            word in path.read_text(encoding="utf-8")
            for word in ("import requests", "import urllib3", "http.client")
        )
    ]

    assert wrong == []
