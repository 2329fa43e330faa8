"""The tutorial's program in each language, over the plugin: the state has the same inputs.

Each runs where the language's host is beside the CLI and the SDK is on this machine, and is skipped by name elsewhere. Nothing is fetched.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from pulumi_applinks.lab.applications import Application
from tests.acceptance.harness import PLUGIN, Story, with_plugin, working
from tests.docs.blocks import ROOT, blocks

pytestmark = pytest.mark.real_cli("plugins")
GO_SDK = "github.com/pulumi/pulumi/sdk/v3"


def _tutorial() -> str:
    """Its program, for the plugin."""
    texts = [one.text for one in blocks(ROOT / "docs" / "tutorial.md") if one.language == "python"]
    program = next(text for text in texts if "ApplicationLink(" in text)
    return f"{program}\n".replace(
        "from pulumi_applinks import Application, ApplicationLink, NonImpersonating",
        "from pulumi_applinks import Application, NonImpersonating\nfrom pulumi_applinks.packaged import ApplicationLink",
    )


def _host(language: str) -> None:
    if shutil.which(f"pulumi-language-{language}") is None:
        pytest.skip(f"`pulumi-language-{language}` is not on PATH")


def _sdk(story: Story, language: str) -> Path:
    """Generated from the schema, as `pulumi package add` does with the one that the plugin gives."""
    folder = Path(story.project.directory)
    schema = json.loads((PLUGIN / "schema.json").read_text(encoding="utf-8")) | {"version": "1.0.0"}
    (folder / "schema.json").write_text(json.dumps(schema), encoding="utf-8")
    words = ["package", "gen-sdk", "schema.json", "--language", language, "--out", "generated", "--local"]
    told = story.project.engine.run(words, cwd=folder, env=_environment(story))
    assert told.returncode == 0, told.output
    return folder / "generated" / language


def _environment(story: Story) -> dict[str, str]:
    return {**story.environment, **story.project.engine.variables(Path(story.project.home).resolve())}


def _python(story: Story) -> None:
    Path(story.project.directory, "__main__.py").write_text(_tutorial(), encoding="utf-8")


def _yaml(story: Story) -> None:
    _host("yaml")


def _typescript(story: Story) -> None:
    _host("nodejs")
    found = [Path(one) for one in os.environ.get("NODE_PATH", "").split(os.pathsep) if one]
    if npm := shutil.which("npm"):
        root = subprocess.run([npm, "root", "--global"], capture_output=True, text=True, check=False).stdout
        found.append(Path(root.strip()))
    packages = ("@pulumi/pulumi", "@types/node", "typescript")
    there = next((one for one in found if all((one / name).is_dir() for name in packages)), None)
    if there is None:
        pytest.skip(f"{', '.join(packages)} are not in NODE_PATH, nor installed globally with npm")
    modules = Path(story.project.directory, "node_modules")
    for one in there.iterdir():
        if one.name not in ("@pulumi", ".bin"):
            (modules / one.name).parent.mkdir(exist_ok=True)
            (modules / one.name).symlink_to(one)
    (modules / "@pulumi").mkdir()
    (modules / "@pulumi" / "pulumi").symlink_to(there / "@pulumi" / "pulumi")
    sdk = modules / "@pulumi" / "applinks"
    shutil.copytree(_sdk(story, "nodejs"), sdk)
    compiler = [str(modules / "typescript" / "bin" / "tsc"), "--preserveSymlinks", "--skipLibCheck"]
    subprocess.run(["node", *compiler], cwd=sdk, check=True, env={**os.environ})
    settings = json.loads((sdk / "package.json").read_text(encoding="utf-8"))
    settings |= {"main": "bin/index.js", "version": "1.0.0"}
    for folder in (sdk, sdk / "bin"):
        (folder / "package.json").write_text(json.dumps(settings), encoding="utf-8")


def _go(story: Story) -> None:
    _host("go")
    if shutil.which("go") is None:
        pytest.skip("`go` is not on PATH")
    folder = Path(story.project.directory)
    story.environment |= {"GOPROXY": "off", "GOFLAGS": "-mod=mod", "GOSUMDB": "off"}
    cache = subprocess.check_output(["go", "env", "GOMODCACHE"], text=True).strip()
    versions = sorted(Path(cache, "cache", "download", GO_SDK, "@v").glob("*.zip"))
    if not versions:
        pytest.skip(f"{GO_SDK} is not among the Go modules on this machine")
    sdk = _sdk(story, "go")
    version = versions[-1].stem
    (sdk / "go.mod").write_text(
        f"module example.com/pulumi-applinks/sdk/go\n\ngo 1.24\n\nrequire {GO_SDK} {version}\n"
    )
    (folder / "go.mod").write_text(
        f"module linked\n\ngo 1.24\n\nrequire (\n\t{GO_SDK} {version}\n\texample.com/pulumi-applinks/sdk/go v0.0.0\n)\n\n"
        f"replace example.com/pulumi-applinks/sdk/go => {sdk}\n"
    )
    built = subprocess.run(
        ["go", "build", "-o", "linked", "."],
        cwd=folder,
        env={**os.environ, **story.environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if "GOPROXY=off" in built.stderr:
        pytest.skip(
            f"what {GO_SDK} {version} needs is not among the Go modules on this machine: {built.stderr.splitlines()[0]}"
        )
    assert built.returncode == 0, built.stderr
    settings = folder / "Pulumi.yaml"
    text = settings.read_text(encoding="utf-8")
    runtime = "runtime:\n  name: go\n  options:\n    binary: linked"
    settings.write_text(text.replace("runtime: go", runtime), encoding="utf-8")


EXAMPLES = {
    "yaml": ROOT / "examples" / "yaml",
    "typescript": ROOT / "examples" / "typescript",
    "go": ROOT / "examples" / "go",
}
LANGUAGES = {"python": _python, "yaml": _yaml, "typescript": _typescript, "go": _go}
INPUTS = {
    "authentication": {
        direction: {"level": "oauth", "execute_as": "user"} for direction in ("outgoing", "incoming")
    },
    "manage": "both",
    "on_broken": "warn",
    "on_duplicate": "report",
    "on_existing": "fail",
    "on_legacy": "report",
    "on_unreachable_create": "fail",
    "on_unreachable_delete": "fail",
    "on_unreachable_relocate": "fail",
    "timeout_seconds": 120,
    "two_way": True,
    "wait_for_target": 0,
    "watch_drift": False,
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tutorial_in(language: str, pair: Story, jira: Application, wiki: Application, request):
    """The same inputs in the state, and the same outputs, whatever the program is written in."""
    folder = Path(pair.project.directory)
    if language != "python":
        shutil.copytree(EXAMPLES[language], folder, dirs_exist_ok=True)
        settings = (folder / "Pulumi.yaml").read_text(encoding="utf-8")
        # The plugin is added below, in the environment of the tests.
        kept = settings.partition("plugins:")[0] + "config:" + settings.partition("config:")[2]
        shown = kept if language == "yaml" else settings.partition("packages:")[0]
        (folder / "Pulumi.yaml").write_text(shown.replace("name: linked", "name: story"), encoding="utf-8")
    try:
        LANGUAGES[language](pair)
    except pytest.skip.Exception:
        pair.is_gone()
        raise
    if language != "python" or not request.config.getoption("--with-plugin"):
        shutil.rmtree(folder.parent / f"{folder.name}-plugin", ignore_errors=True)
        with_plugin(folder)
    for name, one in (("jira_url", jira), ("wiki_url", wiki)):
        pair.project.config_set(name, one.url)
    pair.up()
    assert working(jira, wiki)
    (link,) = pair.resources()
    ends = {
        "source": {"url": jira.url, "credentials": "jira"},
        "target": {"url": wiki.url, "credentials": "wiki"},
    }
    assert link["inputs"] == {**INPUTS, **ends}
    assert pair.project.outputs() == {
        "status": "working",
        "link_id": wiki.server_id,
        "reverse_link_id": jira.server_id,
    }
    pair.finish()
