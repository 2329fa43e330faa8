"""A project's files: Pulumi.yaml and Pulumi.<stack>.yaml."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from pulumi_applinks.lab.engine.errors import EngineError, UnsupportedError
from pulumi_applinks.lab.engine.files import write_whole
from pulumi_applinks.lab.engine.secrets import Crypter
from pulumi_applinks.lab.engine.values import Properties, Secret, plain, secrets_in


@dataclass
class Workspace:
    """One project, and one of its stacks.

    Attributes:
        directory: where Pulumi.yaml is.
        name: the project's name.
        main: the program, relative to the directory.
        stack: the stack's name.
        settings: what Pulumi.<stack>.yaml has.
        defaults: the project-wide configuration of Pulumi.yaml.
    """

    directory: Path
    name: str
    main: str
    stack: str
    settings: dict[str, Any] = field(default_factory=dict)
    defaults: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def load(cls, directory: Path, stack: str) -> Workspace:
        """Read the project that the directory, or one above it, has.

        Raises:
            EngineError: there is no project, or its files are not what they should be.
            UnsupportedError: the program is not a Python program.
        """
        folder = next(
            (one for one in (directory, *directory.parents) if (one / "Pulumi.yaml").is_file()), None
        )
        if folder is None:
            raise EngineError(f"no Pulumi.yaml project file found in {directory} or above it")
        project = _read(folder / "Pulumi.yaml")
        name = project.get("name")
        if not isinstance(name, str) or not name:
            raise EngineError("Pulumi.yaml has no 'name'")
        runtime = project.get("runtime")
        language = runtime.get("name") if isinstance(runtime, dict) else runtime
        if language != "python":
            raise UnsupportedError(f"the runtime {language!r} in Pulumi.yaml")
        workspace = cls(folder, name, str(project.get("main") or "."), stack)
        if workspace.file.exists():
            workspace.settings = _read(workspace.file)
        if workspace.settings.get("environment"):
            raise UnsupportedError(f"'environment' in {workspace.file.name}")
        declared = project.get("config") or {}
        for key, value in declared.items() if isinstance(declared, dict) else ():
            default = value.get("value", value.get("default")) if isinstance(value, dict) else value
            if default is not None:
                workspace.defaults[workspace.qualified(str(key))] = default
        return workspace

    @property
    def file(self) -> Path:
        """The stack's settings file."""
        return self.directory / f"Pulumi.{self.stack}.yaml"

    @property
    def program(self) -> Path:
        """What to run: a file, or a directory with a `__main__.py`."""
        return (self.directory / self.main).resolve()

    @property
    def folder(self) -> Path:
        """Where the program and its providers run."""
        return self.program if self.program.is_dir() else self.program.parent

    def crypter(self, passphrase: str | None) -> Crypter:
        """What encrypts this stack's secrets.

        Raises:
            UnsupportedError: the stack's secrets are kept by another provider than a passphrase.
        """
        if self.settings.get("secretsprovider", "passphrase") not in ("", "passphrase", "default"):
            raise UnsupportedError(f"the secrets provider {self.settings['secretsprovider']!r}")
        return Crypter(passphrase, str(self.settings.get("encryptionsalt") or ""))

    def qualified(self, key: str) -> str:
        """The key with its namespace, which is the project's name unless the key has one."""
        return key if ":" in key else f"{self.name}:{key}"

    def _opened(self, crypter: Crypter) -> Properties:
        opened: Properties = _opened({**self.defaults, **(self.settings.get("config") or {})}, crypter)
        return opened

    def config(self, crypter: Crypter) -> Properties:
        """The stack's configuration as the program and its providers get it: each key's text, objects as JSON."""
        found: Properties = {}
        for key, value in sorted(self._opened(crypter).items()):
            opened = plain(value)
            text = opened if isinstance(opened, str) else json.dumps(opened, separators=(",", ":"))
            found[key] = Secret(text) if any(True for _ in secrets_in(value)) else text
        return found

    def secrets(self, crypter: Crypter) -> list[str]:
        """Every secret text of the configuration."""
        return list(secrets_in(self._opened(crypter)))

    def get(self, key: str, crypter: Crypter) -> str:
        """One configuration value.

        Raises:
            EngineError: there is none.
        """
        values: dict[str, str] = plain(self.config(crypter))
        if self.qualified(key) not in values:
            raise EngineError(f"configuration key '{key}' not found for stack '{self.stack}'")
        return values[self.qualified(key)]

    def set(self, key: str, value: str, crypter: Crypter, *, secret: bool, path: bool) -> None:
        """Set one configuration value and write the file.

        Args:
            key: its key; with `path`, the first part of the path is the key.
            value: its value.
            crypter: encrypts it.
            secret: whether to encrypt it.
            path: whether the key is a path such as `a.b[0]`.
        """
        stored: Any = {"secure": crypter.encrypt(value)} if secret else (_scalar(value) if path else value)
        if secret:
            self.settings = {"encryptionsalt": crypter.salt, **self.settings}
        config = self.settings.setdefault("config", {}) or {}
        self.settings["config"] = config
        if path:
            first, *rest = parts(key)
            _put(config, [self.qualified(str(first)), *rest], stored)
        else:
            config[self.qualified(key)] = stored
        self.save()

    def remove(self, key: str, *, path: bool) -> None:
        """Remove one configuration value and write the file; one that is not there is none to remove.

        Args:
            key: its key; with `path`, the first part of the path is the key.
            path: whether the key is a path such as `a.b[0]`.
        """
        keys: list[str | int] = parts(key) if path else [key]
        keys[0] = self.qualified(str(keys[0]))
        target: Any = self.settings.get("config")
        with suppress(KeyError, IndexError, TypeError):
            for one in keys[:-1]:
                target = target[one]
            del target[keys[-1]]
        self.save()

    def save(self) -> None:
        """Write the stack's settings file."""
        text = yaml.safe_dump(self.settings, sort_keys=False, allow_unicode=True) if self.settings else ""
        write_whole(self.file, text)


def parts(path: str) -> list[str | int]:
    """Split a property path: `a.b[0]["c.d"]`."""
    found: list[str | int] = []
    for quoted, index, name in re.findall(r'\["((?:[^"\\]|\\.)*)"\]|\[(\d+|\*)\]|([^.\[\]]+)', path):
        found.append(int(index) if index.isdigit() else index or name or quoted.replace('\\"', '"'))
    if not found:
        raise EngineError(f"{path!r} is not a property path")
    return found


def _put(target: Any, keys: list[str | int], value: Any) -> None:
    for here, following in itertools.pairwise(keys):
        missing = isinstance(target, dict) and here not in target
        if isinstance(target, list) and isinstance(here, int) and here == len(target):
            target.append(None)
            missing = True
        if missing or target[here] is None:
            target[here] = [] if isinstance(following, int) else {}
        target = target[here]
    last = keys[-1]
    if isinstance(target, list) and last == len(target):
        target.append(value)
    elif isinstance(target, list) != isinstance(last, int):
        raise EngineError(f"the configuration path does not fit what is there already, at {last!r}")
    else:
        target[last] = value


def _scalar(text: str) -> Any:
    if text in ("true", "false"):
        return text == "true"
    return int(text) if re.fullmatch(r"-?(0|[1-9]\d*)", text) else text


def _opened(value: Any, crypter: Crypter) -> Any:
    if isinstance(value, Mapping):
        if set(value) == {"secure"} and isinstance(value["secure"], str):
            return Secret(crypter.decrypt(value["secure"]))
        return {str(key): _opened(one, crypter) for key, one in value.items()}
    if isinstance(value, list):
        return [_opened(one, crypter) for one in value]
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def _read(path: Path) -> dict[str, Any]:
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as problem:
        raise EngineError(f"{path.name} cannot be read: {problem}") from None
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise EngineError(f"{path.name} is not a mapping")
    return found
