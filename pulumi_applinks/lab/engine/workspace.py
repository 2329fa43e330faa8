"""A project's files: Pulumi.yaml and Pulumi.<stack>.yaml."""

from __future__ import annotations

import itertools
import json
import os
import re
import tempfile
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from pulumi_applinks.lab.engine.errors import EngineError, UnsupportedError
from pulumi_applinks.lab.engine.secrets import Crypter
from pulumi_applinks.lab.engine.values import Properties, plain, secret, secrets_in

_PROJECT = ("name", "runtime", "main", "config", "description", "author", "website", "license")
_RUNTIME = ("name", "options")
_TOOLS = ("toolchain", "virtualenv")
"""The options with which the CLI finds an interpreter. The embedded engine runs everything with its own interpreter."""
_STACK = ("config", "encryptionsalt", "secretsprovider")


@dataclass
class Workspace:
    """One project, and one of its stacks.

    Attributes:
        directory: where Pulumi.yaml is.
        project: the contents of Pulumi.yaml.
        stack: the stack's name.
        passphrase: decrypts the stack's secrets; None if the user gave none.
        settings: the contents of Pulumi.<stack>.yaml.
    """

    directory: Path
    project: dict[str, Any]
    stack: str = ""
    passphrase: str | None = field(default=None, repr=False)
    settings: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def load(cls, directory: Path, passphrase: str | None) -> Workspace:
        """Read the project in a directory or in a directory above it.

        Raises:
            EngineError: there is no project, or its file is malformed.
            UnsupportedError: it asks for something that this engine does not support.
        """
        for folder in (directory, *directory.parents):
            if (folder / "Pulumi.yaml").is_file():
                break
        else:
            raise EngineError(f"no Pulumi.yaml project file found in {directory} or above it")
        project = _read(folder / "Pulumi.yaml")
        if not isinstance(project.get("name"), str):
            raise EngineError("Pulumi.yaml has no 'name'")
        runtime = project.get("runtime")
        runtime = runtime if isinstance(runtime, dict) else {"name": runtime}
        if runtime.get("name") != "python":
            raise UnsupportedError(f"the runtime {runtime.get('name')!r} in Pulumi.yaml")
        _refuse_others(project, _PROJECT, "in Pulumi.yaml")
        _refuse_others(runtime, _RUNTIME, "under 'runtime' in Pulumi.yaml")
        _refuse_others(runtime.get("options") or {}, _TOOLS, "under 'options' of the runtime in Pulumi.yaml")
        return cls(folder, project, passphrase=passphrase)

    def select(self, stack: str) -> None:
        """Read a stack's settings.

        Raises:
            EngineError: the settings are malformed.
            UnsupportedError: they ask for something that this engine does not support.
        """
        self.stack = stack
        self.settings = _read(self.file) if self.file.exists() else {}
        _refuse_others(self.settings, _STACK, f"in {self.file.name}")
        if self.settings.get("secretsprovider") not in (None, "", "passphrase", "default"):
            raise UnsupportedError(f"the secrets provider {self.settings['secretsprovider']!r}")
        self.crypter = Crypter(self.passphrase, str(self.settings.get("encryptionsalt") or ""))

    @property
    def name(self) -> str:
        """The project's name."""
        return str(self.project["name"])

    @property
    def file(self) -> Path:
        """The stack's settings file."""
        return self.directory / f"Pulumi.{self.stack}.yaml"

    @property
    def program(self) -> Path:
        """The program to run: a file, or a directory with a `__main__.py`."""
        return (self.directory / str(self.project.get("main") or ".")).resolve()

    @property
    def folder(self) -> Path:
        """The folder in which the program and its providers run."""
        return self.program if self.program.is_dir() else self.program.parent

    def qualified(self, key: str) -> str:
        """Return the key with its namespace. If the key has no namespace, it gets the project's name."""
        return key if ":" in key else f"{self.name}:{key}"

    def config(self) -> Properties:
        """Return the stack's configuration as the program and its providers get it: a text for each key, with objects as JSON."""
        found: Properties = {}
        for key, value in sorted(self._opened().items()):
            opened = plain(value)
            text = opened if isinstance(opened, str) else json.dumps(opened, separators=(",", ":"))
            found[key] = secret(text) if any(True for _ in secrets_in(value)) else text
        return found

    def secrets(self) -> list[str]:
        """Return every secret text of the configuration."""
        return list(secrets_in(self._opened()))

    def _opened(self) -> Properties:
        declared: dict[str, Any] = {}
        for key, value in (self.project.get("config") or {}).items():
            default = value.get("value", value.get("default")) if isinstance(value, dict) else value
            if default is not None:
                declared[self.qualified(str(key))] = default
        opened: Properties = _opened({**declared, **(self.settings.get("config") or {})}, self.crypter)
        return opened

    def get(self, key: str) -> str:
        """Return one configuration value.

        Raises:
            EngineError: there is no such value.
        """
        values: dict[str, str] = plain(self.config())
        if self.qualified(key) not in values:
            raise EngineError(f"configuration key '{key}' not found for stack '{self.stack}'")
        return values[self.qualified(key)]

    def set(self, key: str, value: str, *, secret: bool, path: bool) -> None:
        """Set one configuration value and write the file.

        Args:
            key: its key; with `path`, the first part of the path is the key.
            value: its value.
            secret: whether to encrypt it.
            path: whether the key is a path such as `a.b[0]`.
        """
        stored: Any = value
        if secret:
            stored = {"secure": self.crypter.encrypt(value)}
            self.settings = {"encryptionsalt": self.crypter.salt, **self.settings}
        elif path and re.fullmatch(r"true|false|-?(0|[1-9]\d*)", value):
            stored = json.loads(value)
        self.settings["config"] = self.settings.get("config") or {}
        _put(self.settings["config"], self._keys(key, path), stored)
        self.save()

    def remove(self, key: str, *, path: bool) -> None:
        """Remove one configuration value and write the file. If there is no such value, nothing is removed.

        Args:
            key: its key; with `path`, the first part of the path is the key.
            path: whether the key is a path such as `a.b[0]`.
        """
        *keys, last = self._keys(key, path)
        target: Any = self.settings.get("config")
        with suppress(KeyError, IndexError, TypeError):
            for one in keys:
                target = target[one]
            del target[last]
        self.save()

    def _keys(self, key: str, path: bool) -> list[str | int]:
        """Split a property path: `a.b[0]["c.d"]`."""
        found = re.findall(r'\["([^"]*)"\]|\[(\d+)\]|([^.\[\]]+)', key) if path else [("", "", key)]
        if not found:
            raise EngineError(f"{key!r} is not a property path")
        keys = [int(index) if index else name or quoted for quoted, index, name in found]
        return [self.qualified(str(keys[0])), *keys[1:]]

    def save(self) -> None:
        """Write the stack's settings file."""
        text = yaml.safe_dump(self.settings, sort_keys=False, allow_unicode=True) if self.settings else ""
        write_whole(self.file, text)


def write_whole(path: Path, text: str) -> None:
    """Write a file completely or not at all. Only its owner may read it.

    Raises:
        OSError: it could not be written, and was not changed.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _refuse_others(found: Mapping[str, Any], known: Collection[str], where: str) -> None:
    for key in found:
        if key not in known:
            raise UnsupportedError(f"'{key}' {where}")


def _put(target: Any, keys: list[str | int], value: Any) -> None:
    try:
        for here, following in itertools.pairwise(keys):
            _put_here(target, here, [] if isinstance(following, int) else {}, unless_there=True)
            target = target[here]
        _put_here(target, keys[-1], value)
    except (IndexError, TypeError):
        raise EngineError("the configuration path does not fit what is there already") from None


def _put_here(target: Any, key: Any, value: Any, *, unless_there: bool = False) -> None:
    if isinstance(target, list) and key == len(target):
        target.append(value)
    elif not unless_there or (isinstance(target, dict) and target.get(key) is None):
        target[key] = value


def _opened(value: Any, crypter: Crypter) -> Any:
    if isinstance(value, Mapping):
        if set(value) == {"secure"}:
            return secret(crypter.decrypt(str(value["secure"])))
        return {str(key): _opened(one, crypter) for key, one in value.items()}
    if isinstance(value, list):
        return [_opened(one, crypter) for one in value]
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def _read(path: Path) -> dict[str, Any]:
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as problem:
        raise EngineError(f"{path.name} cannot be read: {problem}") from None
    if not isinstance(found or {}, dict):
        raise EngineError(f"{path.name} is not a mapping")
    return found or {}
