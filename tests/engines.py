"""The engines that stories run on: the embedded one, and `pulumi` when it is on PATH; and projects that spare runs of them."""

from __future__ import annotations

import atexit
import copy
import functools
import json
import shutil
import tempfile
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal, TypeAlias

import pytest

from pulumi_applinks.lab.engine import Project, RunResult, find_engine
from pulumi_applinks.lab.engine.project import base_environment

Which: TypeAlias = Literal["embedded", "pulumi"]
ENGINES: tuple[Which, ...] = ("embedded", "pulumi")
"""What the fixture or the parameter `engine` can be; `runs_on` says where a test runs then."""
PASSPHRASE = "a passphrase for trying out"


def runs_on(item: pytest.Item, *, every: bool) -> bool:
    """Whether a test is one of this run; it is marked to be skipped where it is but can't run.

    A test with a parameter `engine` runs on each, and so do stories with `--every-engine`. Otherwise a story runs on one of them: on the
    CLI where it is there; on the embedded engine where it is not, or where the story is marked `about_applications`; on each where it is
    marked `both_engines`. What is marked `real_cli` runs on the CLI alone, since the embedded engine does not play it.

    Args:
        item: the test.
        every: whether each engine is asked for.
    """
    spec = getattr(item, "callspec", None)
    engine = spec.params.get("engine") if spec is not None else None
    only = item.get_closest_marker("real_cli")
    story = item.get_closest_marker("acceptance") and not item.get_closest_marker("both_engines")
    chosen = "embedded" if item.get_closest_marker("about_applications") else "pulumi"
    if only is not None:
        if engine == "embedded":
            return False
        if shutil.which("pulumi") is None:
            item.add_marker(
                pytest.mark.skip(reason=f"`pulumi` is not on PATH, and only the CLI has {only.args[0]}")
            )
    elif shutil.which("pulumi") is None:
        if engine == "pulumi":
            item.add_marker(
                pytest.mark.skip(reason="`pulumi` is not on PATH: this ran on the embedded engine only")
            )
    elif story and not every and engine not in (None, chosen):
        item.add_marker(_ON_ONE_ENGINE[chosen])
    return True


_ON_ONE_ENGINE = {
    "embedded": pytest.mark.skip(
        reason="the applications decide here, not the engine: this ran on the embedded one; `make stories` runs it on both"
    ),
    "pulumi": pytest.mark.skip(reason="this ran on the CLI; `make stories` runs it on both"),
}


class _Vault(BaseHTTPRequestHandler):
    """The one key of a HashiCorp Vault that the CLI asks for. It hides nothing."""

    def do_PUT(self) -> None:
        """Encrypt or decrypt."""
        given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        plain, sealed = given.get("plaintext"), given.get("ciphertext", "")
        data = (
            {"ciphertext": f"vault:v1:{plain}"} if plain else {"plaintext": sealed.removeprefix("vault:v1:")}
        )
        answer = json.dumps({"data": data}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


@functools.cache
def _quick() -> dict[str, str]:
    """What spares the CLI a third of its time: collecting garbage, and making the key of a passphrase, which a Vault keeps instead."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Vault)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return {
        "GOGC": "off",
        "VAULT_SERVER_URL": f"http://127.0.0.1:{server.server_port}",
        "VAULT_SERVER_TOKEN": "a token for trying out",
    }


class SparingProject(Project):
    """A project that takes little of the CLI's time. A test may ask for the state often: it is read without the CLI."""

    _exported: dict[str, Any] | None = None

    def run(
        self, *args: str, check: bool = True, env: Mapping[str, str] | None = None, stdin: str | None = None
    ) -> RunResult:
        """Run any command of the engine."""
        if args != ("stack", "export"):
            self._exported = None
        if self.engine.name == "pulumi":
            given = next(one for one in (env, self.env, base_environment()) if one is not None)
            env = {**given, **_quick()}
        return super().run(*args, check=check, env=env, stdin=stdin)

    def export(self) -> dict[str, Any]:
        """The deployment, its secrets encrypted."""
        if self._exported is None:
            self._exported = self._export()
        return copy.deepcopy(self._exported)

    def _export(self) -> dict[str, Any]:
        file = Path(self.directory.name, f"{self.stack}.json")
        if self.engine.name == "pulumi":
            path = Path(self.home, "backend", ".pulumi", "stacks", file)
            kept = json.loads(path.read_text(encoding="utf-8"))
            return {"version": kept["version"], "deployment": kept["checkpoint"]["latest"] or {}}
        found: dict[str, Any] = json.loads(Path(self.home, file).read_text(encoding="utf-8"))
        return found

    def import_(self, deployment: Mapping[str, Any]) -> None:
        """Replace the deployment: the CLI does that, and the embedded engine's is a file."""
        if self.engine.name == "pulumi":
            self.run("stack", "import", stdin=json.dumps(deployment))
            return
        self._exported = None
        file = Path(self.home, self.directory.name, f"{self.stack}.json")
        file.write_text(json.dumps(deployment), encoding="utf-8")


def new_project(folder: Path, engine: Which, name: str, *, passphrase: bool = False) -> SparingProject:
    """A project with a stack, in a folder of its name.

    Args:
        folder: where its own will be.
        engine: that runs it.
        name: its name.
        passphrase: whether that opens the stack's secrets on every engine; otherwise the CLI goes by a Vault.
    """
    shutil.copytree(_initialised(engine, name, passphrase or engine != "pulumi"), folder, dirs_exist_ok=True)
    return _project(folder, engine, name)


def _project(folder: Path, engine: Which, name: str) -> SparingProject:
    return SparingProject(
        find_engine(engine), folder / name, stack="dev", home=folder / f"{name}-home", passphrase=PASSPHRASE
    )


@functools.cache
def _initialised(engine: Which, name: str, passphrase: bool) -> Path:
    """A folder with a project and its stack, as `stack init` leaves them. It gives the same each time, and is run once."""
    folder = Path(tempfile.mkdtemp(prefix="applinks-new-stack-"))
    atexit.register(shutil.rmtree, folder)
    project = _project(folder, engine, name)
    project.directory.mkdir()
    (project.directory / "Pulumi.yaml").write_text(
        f"name: {name}\nruntime:\n  name: python\n", encoding="utf-8"
    )
    project.run("stack", "init", *([] if passphrase else ["--secrets-provider", "hashivault://stories"]))
    return folder
