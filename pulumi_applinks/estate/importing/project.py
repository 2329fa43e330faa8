"""Create the files of a project: the program, the file for `pulumi import`, and the next steps."""

from __future__ import annotations

import ast
import json
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from pulumi_applinks.estate.importing.inventory import Inventory
from pulumi_applinks.estate.importing.program import program
from pulumi_applinks.estate.importing.taking import NotTaken, Taken
from pulumi_applinks.estate.model import EstateError
from pulumi_applinks.estate.rendering import rendered
from pulumi_applinks.names import DYNAMIC_TYPE, PLUGIN_TYPE

PROGRAM = "__main__.py"
IMPORT_FILE = "import.json"
NAMES_THE_PLUGIN = "plugins:\n  providers:\n    - name: applinks\n      path: .venv/bin\n"
"""The part of Pulumi.yaml that names the plugin, which pip installs as a program into the virtual environment."""
_OF_THE_PROJECT = ("Pulumi.yaml", "requirements.txt")
"""Files that are not changed if a project already has them."""


def project(
    inventory: Inventory,
    links: Sequence[Taken | NotTaken],
    name: str,
    *,
    adopt: bool = False,
    plugin: bool = False,
) -> dict[str, str]:
    """Return the files of a project, by their names. The same links give the same bytes.

    Args:
        inventory: as the person edited it.
        links: as they were read.
        name: of the project.
        adopt: whether the program itself takes the links over, for a CLI that cannot import them.
        plugin: whether the plugin manages the links.
    """
    taken = [one for one in links if isinstance(one, Taken)]
    own = "  options:\n    virtualenv: .venv\n" if plugin else ""
    settings = f"name: {_project_name(name)}\nruntime:\n  name: python\n{own}description: Application links\n"
    entries = (one.entry for one in taken)
    files = {
        "Pulumi.yaml": settings + (NAMES_THE_PLUGIN if plugin else ""),
        "requirements.txt": "pulumi-applinks\n",
        PROGRAM: program(inventory.applications, entries, adopt=adopt, plugin=plugin),
        "NEXT-STEPS.md": next_steps(inventory, links, adopt=adopt, plugin=plugin),
    }
    return files if adopt else {**files, IMPORT_FILE: import_file(taken, plugin=plugin)}


def next_steps(
    inventory: Inventory, links: Sequence[Taken | NotTaken], *, adopt: bool = False, plugin: bool = False
) -> str:
    """Return `NEXT-STEPS.md`: what to do with the project, what is left out and why, and what to look at."""
    taken = [one for one in links if isinstance(one, Taken)]
    used = {name for one in taken for name in one.entry.pair}
    named = (one.credentials for name, one in inventory.applications.items() if name in used)
    page = rendered(
        "importing/NEXT-STEPS.md",
        inventory=inventory,
        taken=taken,
        not_taken=[one for one in links if isinstance(one, NotTaken)],
        unwanted=[one for one in inventory.links if not one.take],
        names=dict.fromkeys(one for one in named if one is not None),
        adopt=adopt,
        plugin=plugin,
        names_the_plugin=NAMES_THE_PLUGIN,
    )
    return f"{page}\n"


def _project_name(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "application-links"


def import_file(links: Sequence[Taken], *, plugin: bool = False) -> str:
    """Return the file for `pulumi import --file`. It has the inputs and outputs of each link, so that the import asks no application."""
    from pulumi.dynamic.dynamic import PROVIDER_KEY, serialize_provider

    from pulumi_applinks.provider import ApplicationLinkProvider

    provider = {PROVIDER_KEY: serialize_provider(ApplicationLinkProvider())}
    resources = [
        {
            "type": PLUGIN_TYPE if plugin else DYNAMIC_TYPE,
            "name": one.entry.resource,
            "id": one.id,
            "inputs": {**_known(one.inputs), **({} if plugin else provider)},
            "outputs": {**_known(one.outputs), **provider},
        }
        for one in links
    ]
    return json.dumps({"resources": resources}, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _known(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties that a state stores, which are those that have a value."""
    return {key: value for key, value in properties.items() if value is not None}


def save(files: Mapping[str, str], folder: Path, *, overwrite: bool = False) -> list[str]:
    """Write files into a folder, each completely or not at all.

    Args:
        files: their texts, by name.
        folder: the folder; it is created if it is missing.
        overwrite: whether to overwrite files that differ.

    Returns:
        The names of the files that were written. A second run with the same files writes nothing.

    Raises:
        EstateError: if an existing file differs, if a file cannot be written, or if the existing program declares links that the new
            program does not declare, because `pulumi up` would delete them. Nothing is written if files differ or links are missing.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        known = {name: _text(folder / name) for name in files}
        new = [
            name
            for name, text in files.items()
            if known[name] != text and not (name in _OF_THE_PROJECT and known[name] is not None)
        ]
        if changed := [name for name in new if known[name] is not None and not overwrite]:
            raise EstateError(
                f"{folder} has {', '.join(changed)} already, with other contents: nothing was written. To overwrite them, give "
                f"--overwrite; or "
                f"name another folder."
            )
        if lost := _declared(known.get(PROGRAM) or "") - _declared(files.get(PROGRAM, "")):
            raise EstateError(
                f"the program in {folder} declares {', '.join(sorted(lost))}, and the new one would not: `pulumi up` would delete what it "
                f"does not declare. Nothing was written. Fix why it is left out, or name another folder; to give up a link, remove it "
                f"from the program and the stack first."
            )
        for name in new:
            _write(folder / name, files[name])
    except OSError as error:
        raise EstateError(f"{error.filename or folder} can't be written: {error.strerror}") from None
    return new


def _declared(text: str) -> set[str]:
    """Return the names of the links that a program declares. A call with a source and a target counts as a link, whatever its class is."""
    try:
        calls = [one for one in ast.walk(ast.parse(text)) if isinstance(one, ast.Call)]
    except SyntaxError:
        return set()
    return {ast.unparse(call.args[0]) for call in calls if call.args and _declares(call)}


def _declares(call: ast.Call) -> bool:
    called = ast.unparse(call.func).rpartition(".")[2]
    return called == "ApplicationLink" or {"source", "target"} <= {one.arg for one in call.keywords}


def _text(file: Path) -> str | None:
    try:
        return file.read_bytes().decode("utf-8", "replace")
    except FileNotFoundError:
        return None


def _write(file: Path, text: str) -> None:
    """Write a file atomically, so that nobody reads a half-written file."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(text.encode("utf-8"))
        if file.exists():
            Path(name).chmod(file.stat().st_mode)
        else:
            mask = os.umask(0)
            os.umask(mask)
            Path(name).chmod(0o666 & ~mask)
        Path(name).replace(file)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
