"""Run a project's program in the same way with `pulumi` from PATH or with the embedded engine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

from pulumi_applinks.lab.engine.errors import INSTALL, EngineError

Which: TypeAlias = Literal["auto", "pulumi", "embedded"]
EMBEDDED_LINE = (
    f"This is the embedded engine of the pulumi-applinks lab, not the Pulumi CLI; get the real one: {INSTALL}"
)
_INHERITED = (
    "PATH",
    "HOME",
    "LANG",
    "TMPDIR",
    "TEMP",
    "TMP",
    "SYSTEMROOT",
    "VIRTUAL_ENV",
    "PYTHONPATH",
    "PYTHONDONTWRITEBYTECODE",
)
"""The variables that a run inherits from this process if it is given no environment. None of them has credentials."""


@dataclass(frozen=True)
class RunResult:
    """The result of a run of an engine.

    Attributes:
        returncode: its exit code.
        stdout: its standard output.
        stderr: its standard error.
    """

    returncode: int
    stdout: str
    stderr: str

    @property
    def output(self) -> str:
        """Everything that it printed."""
        return self.stdout + self.stderr


class RunFailedError(AssertionError):
    """A run that should succeed failed.

    Args:
        command: its verb and flags.
        result: its result.
    """

    def __init__(self, command: str, result: RunResult) -> None:
        super().__init__(f"`{command}` ended with exit code {result.returncode}:\n{result.output}")
        self.result = result


@dataclass(frozen=True)
class Engine:
    """The engine that runs a program and stores its state: the Pulumi CLI, or this package's own engine.

    Attributes:
        cli: the CLI's executable; None for the embedded engine, which runs in a process of its own.
    """

    cli: str | None = None

    @property
    def name(self) -> Literal["pulumi", "embedded"]:
        """The name of the engine."""
        return "pulumi" if self.cli else "embedded"

    @property
    def first_line(self) -> str:
        """A line that says which engine this is."""
        return f"This is the Pulumi CLI, {self.cli}" if self.cli else EMBEDDED_LINE

    def variables(self, home: Path) -> Mapping[str, str]:
        """Return the variables that make the engine store its state under a directory, and send nothing to the network."""
        if self.cli is None:
            return {"PULUMI_LAB_HOME": str(home)}
        for name in ("backend", "home"):
            (home / name).mkdir(parents=True, exist_ok=True)
        return {
            "PULUMI_BACKEND_URL": (home / "backend").as_uri(),
            "PULUMI_HOME": str(home / "home"),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK": "true",
            "PULUMI_PYTHON_CMD": sys.executable,
            "PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS": "true",
        }

    def run(
        self, args: Sequence[str], *, cwd: Path, env: Mapping[str, str], stdin: str | None = None
    ) -> RunResult:
        """Run one command of the engine, with this process's Python interpreter for the program and its provider.

        Args:
            args: the verb and its flags.
            cwd: the project's directory.
            env: the whole environment.
            stdin: the text on its standard input.
        """
        command = [sys.executable, "-m", "pulumi_applinks.lab.engine", *args]
        environment = dict(env)
        if self.cli is not None:
            command = [self.cli, *args, "--non-interactive", "--color", "never"]
            # The provider's process is started with `python` from PATH. Only the folder of this interpreter makes that the python of its
            # virtual environment.
            folders = (str(Path(sys.executable).parent), str(Path(self.cli).parent))
            environment["PATH"] = os.pathsep.join((*folders, env.get("PATH", os.defpath)))
        done = subprocess.run(
            command,
            cwd=cwd,
            env=environment,
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        return RunResult(done.returncode, done.stdout, done.stderr)


def find_engine(which: Which = "auto") -> Engine:
    """Return the engine to use.

    Args:
        which: `pulumi` for the CLI from PATH, `embedded` for this package's own engine, `auto` for the CLI if it is installed.

    Raises:
        EngineError: `which` is `pulumi`, but the CLI is not on PATH.
    """
    found = shutil.which("pulumi") if which != "embedded" else None
    if found is not None:
        return Engine(found)
    if which == "pulumi":
        raise EngineError(f"`pulumi` is not on PATH; get it: {INSTALL}")
    return Engine()


def base_environment() -> dict[str, str]:
    """Return the part of this process's environment that a run gets if it is given no environment."""
    return {key: os.environ[key] for key in _INHERITED if key in os.environ}


@dataclass
class Project:
    """A program in a directory, and one stack of it.

    Each method runs the engine once. With `check=True`, which is the default, a run that fails raises `RunFailedError`. `env` is the
    user's environment, which the program and its provider see in addition to the engine's own variables. Without it, they see the path,
    the home and the locale of this process.

    Attributes:
        engine: the engine that runs the program.
        directory: where Pulumi.yaml is.
        stack: the stack's name.
        home: where the engine stores the state.
        passphrase: decrypts the stack's secrets.
        env: the environment of runs that are given no other.
    """

    engine: Engine
    directory: Path
    stack: str = "dev"
    home: Path = Path(".pulumi-lab")
    passphrase: str = field(default="", repr=False)
    env: Mapping[str, str] | None = field(default=None, repr=False)

    def run(
        self, *args: str, check: bool = True, env: Mapping[str, str] | None = None, stdin: str | None = None
    ) -> RunResult:
        """Run any command of the engine on this stack.

        Raises:
            RunFailedError: its exit code is not zero, and `check` is true.
        """
        given = next((one for one in (env, self.env) if one is not None), None)
        environment = {
            **(base_environment() if given is None else given),
            **self.engine.variables(Path(self.home).resolve()),
            "PULUMI_CONFIG_PASSPHRASE": self.passphrase,
        }
        result = self.engine.run(
            [*args, "--stack", self.stack], cwd=Path(self.directory), env=environment, stdin=stdin
        )
        if check and result.returncode != 0:
            raise RunFailedError(" ".join(args[:2] if args[0] in ("config", "stack") else args), result)
        return result

    def init(self, *, check: bool = True, env: Mapping[str, str] | None = None) -> RunResult:
        """Create the stack."""
        return self.run("stack", "init", check=check, env=env)

    def config_set(
        self,
        key: str,
        value: str,
        secret: bool = False,
        path: bool = False,
        *,
        check: bool = True,
        env: Mapping[str, str] | None = None,
    ) -> RunResult:
        """Set a configuration value. It is passed on standard input, never as an argument.

        Args:
            key: its key, with a namespace unless it is the project's.
            value: its value.
            secret: whether to encrypt it.
            path: whether the key is a path into an object.
            check: whether a failure raises an error.
            env: the environment.
        """
        flags = ["--secret" if secret else "--plaintext", *(["--path"] if path else [])]
        return self.run("config", "set", key, *flags, check=check, env=env, stdin=value)

    def preview(self, *flags: str, check: bool = True, env: Mapping[str, str] | None = None) -> RunResult:
        """Show what an update would do."""
        return self.run("preview", *flags, check=check, env=env)

    def up(self, *flags: str, check: bool = True, env: Mapping[str, str] | None = None) -> RunResult:
        """Update the stack without a preview first."""
        return self.run("up", "--yes", "--skip-preview", *flags, check=check, env=env)

    def refresh(self, *flags: str, check: bool = True, env: Mapping[str, str] | None = None) -> RunResult:
        """Read everything into the state without a preview first. With `--preview-only`, only show what differs."""
        how = [] if "--preview-only" in flags else ["--yes", "--skip-preview"]
        return self.run("refresh", *how, *flags, check=check, env=env)

    def destroy(self, *flags: str, check: bool = True, env: Mapping[str, str] | None = None) -> RunResult:
        """Delete everything."""
        return self.run("destroy", "--yes", "--skip-preview", *flags, check=check, env=env)

    def export(self) -> dict[str, Any]:
        """Return the deployment with encrypted secrets."""
        found: dict[str, Any] = json.loads(self.run("stack", "export").stdout)
        return found

    def outputs(self) -> dict[str, Any]:
        """Return the stack's outputs with decrypted secrets."""
        found: dict[str, Any] = json.loads(self.run("stack", "output", "--json", "--show-secrets").stdout)
        return found
