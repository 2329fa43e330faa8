"""The oldest versions that a user may have are the ones that `make test-oldest` tries."""

import ast
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def declared() -> dict[str, str]:
    """The lower bound of each package that the product, the lab, the command or the fixtures for tests need."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    found = {}
    for name in ("dependencies", "lab", "cli", "testing"):
        (listed,) = re.findall(rf"^{name} = \[\n(.*?)^\]", text, re.M | re.S)
        needed = [one for one in re.findall(r'^ *"(.+?)"', listed, re.M) if one != "pulumi-applinks[lab]"]
        bounds = [re.fullmatch(r"([\w-]+)(?:\[\w+\])?>=([\d.]+)", one) for one in needed]
        found.update({bound[1]: bound[2] for bound in bounds if bound})
        assert None not in bounds, f"not every one of {needed} is a lower bound alone"
    return found


def tried() -> dict[str, str]:
    """The version of each package that `make test-oldest` installs."""
    lines = (ROOT / "tests" / "oldest.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith("#"))


def numbers(version: str) -> tuple[int, int, int]:
    """A version as numbers; what is not said is zero."""
    major, minor, patch, *_ = [*(int(part) for part in version.split(".")), 0, 0]
    return major, minor, patch


def test_the_oldest_versions_are_the_lower_bounds():
    """Each package that users need is tried at the very version that it is allowed from."""
    assert {name: numbers(bound) for name, bound in declared().items()} == {
        name: numbers(version) for name, version in tried().items()
    }


def test_what_is_imported_is_declared():
    """No package is used because another one happens to bring it along, except what is part of Pulumi's own SDK."""
    imported = set()
    for path in (ROOT / "pulumi_applinks").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                imported.add(node.module.partition(".")[0])
    outside = imported - set(sys.stdlib_module_names) - {"pulumi_applinks"}

    assert outside - set(declared()) <= {"grpc", "google", "yaml", "dill"}
