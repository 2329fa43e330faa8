"""What may be in a shell block: commands that exist, with flags that they know."""

from __future__ import annotations

import importlib.util
import re
import shlex
from collections.abc import Iterator

from typer.main import get_command

from pulumi_applinks.command.app import app
from tests.docs.blocks import ROOT

_FLAGS_OF_ALL = "--cwd --non-interactive --stack"
_CHANGES = (
    "--debug --diff --expect-no-changes --parallel --refresh --run-program --target --target-dependents"
)
PULUMI = {
    "config rm": "--path",
    "config set": "--path --plaintext --secret",
    "destroy": "--debug --parallel --refresh --run-program --skip-preview --target --yes",
    "import": "--file --generate-code --protect --yes",
    "login": "--local",
    "preview": f"{_CHANGES} --policy-pack --replace --save-plan --target-replace",
    "refresh": "--clear-pending-creates --debug --diff --expect-no-changes --preview-only --run-program --skip-preview --target --yes",
    "stack export": "--file --show-secrets",
    "stack init": "--secrets-provider",
    "stack output": "--json --show-secrets",
    "state delete": "--force --yes",
    "up": f"{_CHANGES} --continue-on-error --plan --policy-pack --replace --skip-preview --target-replace --yes",
}
"""Verbs of the Pulumi CLI, and those of their flags that the documents may name; a test compares them with the CLI if it is installed."""
ORDINARY = {"$EDITOR", "alias", "cat", "cd", "curl", "export", "git", "gh", "mkdir", "test", "."}
_RUN = ("run", "script", "before_script")
MODULES = {"venv", "pip", "pytest", "build"}
EXTRAS = set(re.findall(r"^(\w+) = \[$", (ROOT / "pyproject.toml").read_text("utf-8"), re.M))


def commands(text: str) -> Iterator[list[str]]:
    """The commands of a block, each as its words."""
    for line in text.replace("\\\n", " ").splitlines():
        for part in re.split(r" (?:&&|\|\|?) |; ", re.sub(r"(^|\s)#.*", "", line)):
            words = shlex.split(part)
            while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
                words = words[1:]
            if words:
                yield words


def scripts(value: object) -> list[str]:
    """The commands in a file for CI, at any depth."""
    if isinstance(value, dict):
        given = [one for key, one in value.items() if key in _RUN]
        lists = [one if isinstance(one, list) else [one] for one in given]
        deeper = [line for key, one in value.items() if key not in _RUN for line in scripts(one)]
        return [line for one in lists for line in one] + deeper
    return [line for one in value for line in scripts(one)] if isinstance(value, list) else []


def problem(words: list[str]) -> str | None:
    """What is wrong with a command; None when nothing is known to be."""
    name, *rest = words
    name = re.sub(r"^(plugin/)?\.venv/bin/", "", name)
    if name in ("python", "python3"):
        return _python(rest)
    if name == "pulumi":
        return _pulumi(rest)
    if name == "make":
        targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.M)
        unknown = [one for one in rest if "=" not in one and one not in targets]
        return f"no target {unknown}" if unknown else None
    if name == "pip":
        extras = {extra for one in rest for extra in re.findall(r"^pulumi-applinks\[(.+)\]", one)}
        return f"no extra {extras - EXTRAS}" if extras - EXTRAS else None
    if name == "applinks":
        return _applinks(rest)
    return None if name in ORDINARY else f"{name!r} is not known"


def _python(rest: list[str]) -> str | None:
    if rest[0] != "-m":
        return None if any(ROOT.glob(f"examples/*/{rest[0]}")) else f"no script {rest[0]!r}"
    if rest[1] in MODULES:
        return None
    try:
        found = importlib.util.find_spec(rest[1])
    except ModuleNotFoundError:
        found = None
    return None if found else f"no module {rest[1]!r}"


def _applinks(rest: list[str]) -> str | None:
    found, words = get_command(app), list(rest)
    known = {"--install-completion", "--version"}
    while group := getattr(found, "commands", None):
        if words[0].startswith("-"):
            break
        if words[0] not in group:
            return f"no command `applinks {rest[0]}`: {words[0]!r}"
        found = group[words.pop(0)]
    known |= {flag for one in found.params for flag in one.opts}
    unknown = [one for one in words if one.startswith("-") and one.partition("=")[0] not in known]
    return f"`applinks {rest[0]}` has no {unknown}" if unknown else None


def _pulumi(rest: list[str]) -> str | None:
    verb = rest[0] if rest[0] in PULUMI else " ".join(rest[:2])
    if verb not in PULUMI:
        return f"no verb `pulumi {verb}`"
    known = f"{PULUMI[verb]} {_FLAGS_OF_ALL}".split()
    unknown = [one for one in rest if one.startswith("--") and one.partition("=")[0] not in known]
    return f"`pulumi {verb}` has no {unknown}" if unknown else None
