"""Write what a released version leaves in people's stacks, for all later versions to be held to.

`python -m tests.upgrades.write VERSION`, with that version installed, writes tests/upgrades/VERSION: the program, the deployment that it
left, the stack's settings, and the links on the applications. A folder is written once and never changed.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from importlib.metadata import version as installed
from pathlib import Path

from pulumi_applinks.lab.applications import Lab
from pulumi_applinks.lab.engine import find_engine
from tests.engines import PASSPHRASE, SparingProject
from tests.upgrades.scene import FOLDER, Scene, by_hand, start


def project_in(folder: Path, program: str, which: str = "auto") -> SparingProject:
    """A project of its own for a kept program.

    Args:
        folder: an empty one.
        program: its text.
        which: the engine.
    """
    directory = folder / "kept"
    directory.mkdir()
    (directory / "Pulumi.yaml").write_text("name: kept\nruntime:\n  name: python\n", encoding="utf-8")
    (directory / "__main__.py").write_text(program, encoding="utf-8")
    engine = find_engine(which)  # type: ignore[arg-type]  # a name from the command line of pytest
    return SparingProject(engine, directory, stack="dev", home=folder / "home", passphrase=PASSPHRASE)


def environment_of(scene: Scene) -> dict[str, str]:
    """What a user has in the environment."""
    kept = ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV")
    return {key: os.environ[key] for key in kept if key in os.environ} | scene.environment()


def write(version: str) -> Path:
    """Write the folder of a version.

    Args:
        version: that is released.

    Returns:
        The folder.

    Raises:
        SystemExit: if another version is installed, or the folder is there already.
    """
    if installed("pulumi-applinks") != version:
        raise SystemExit(
            f"{installed('pulumi-applinks')} is installed, not {version}: install that one first"
        )
    folder = FOLDER / version
    if folder.exists():
        raise SystemExit(f"{folder} is there already: what a version has written is never changed")
    program = (FOLDER / "program.txt").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as scratch, Lab() as lab:
        scene = start(lab)
        for here, there in (("jira", "adopted"), ("adopted", "jira")):
            scene[here].link_by_hand(scene[there], name=f"{there}, by hand")
        project = project_in(Path(scratch), program)
        project.env = environment_of(scene)
        project.init()
        project.up()
        by_hand(scene)
        project.refresh()
        exported = project.export()
        for resource in exported["deployment"]["resources"]:
            for where in ("sourcePosition", "stackTrace"):  # files of this machine
                resource.pop(where, None)
        deployment = json.dumps(exported, indent=2)
        settings = (project.directory / "Pulumi.dev.yaml").read_text(encoding="utf-8")
        links = scene.links()
        deployment = scene.as_template(deployment) + "\n"
    folder.mkdir()
    for name, text in (
        ("program.txt", program),
        ("deployment.json", deployment),
        ("settings.yaml", settings),
        ("links.json", links),
    ):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("version", help="the version that is released, such as 0.1.0")
    print(f"wrote {write(arguments.parse_args().version)}")
