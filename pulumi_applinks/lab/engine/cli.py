"""The command line: the verbs and flags of the real one that the lab needs."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from pulumi_applinks.lab.engine import edits
from pulumi_applinks.lab.engine.arguments import OPERATIONS, parser
from pulumi_applinks.lab.engine.display import Display
from pulumi_applinks.lab.engine.errors import EngineError
from pulumi_applinks.lab.engine.project import EMBEDDED_LINE
from pulumi_applinks.lab.engine.resources import STACK_TYPE
from pulumi_applinks.lab.engine.secrets import passphrase_from
from pulumi_applinks.lab.engine.state import StateFile, checked
from pulumi_applinks.lab.engine.targets import Targets, missing
from pulumi_applinks.lab.engine.values import Secret, from_json, plain
from pulumi_applinks.lab.engine.workspace import Workspace

USAGE = 2
"""Exit code: the command line cannot be served as it is."""
UNEXPECTED_CHANGES = 7
"""Exit code of `--expect-no-changes` when there are some; the real CLI's."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the answer is the exit code."""
    signal.signal(signal.SIGTERM, lambda *_: _interrupt())
    try:
        options = parser().parse_args(arguments)
        return _Command(options).run()
    except EngineError as problem:
        print(f"error: {problem}", file=sys.stderr)
        return problem.code
    except OSError as problem:
        print(
            f"error: {problem.filename or 'a file'} cannot be read or written: {problem.strerror}",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("error: interrupted", file=sys.stderr)
        return 130


def _interrupt() -> NoReturn:
    raise KeyboardInterrupt


class _Command:
    def __init__(self, options: Any) -> None:
        self.options = options

    def run(self) -> int:
        options = self.options
        if options.verb == "stack" and options.action == "init" and options.name:
            options.stack = options.name
        self.workspace = Workspace.load(options.cwd.resolve(), options.stack)
        home = os.environ.get("PULUMI_LAB_HOME")
        folder = Path(home) / self.workspace.name if home else self.workspace.directory / ".pulumi-lab"
        path = folder / f"{options.stack}.json"
        if not self.workspace.settings.get("encryptionsalt") and path.is_file():
            self.workspace.settings["encryptionsalt"] = _salt(json.loads(path.read_text(encoding="utf-8")))
        self.crypter = self.workspace.crypter(passphrase_from(os.environ))
        self.file = StateFile(path, self.crypter)
        if options.verb in OPERATIONS:
            return self._operate(OPERATIONS[options.verb])
        if options.verb == "state":
            return self._edit()
        found: int = getattr(self, f"_{options.verb}_{options.action}")()
        return found

    def _edit(self) -> int:
        options = self.options
        resources = self.file.load()
        if options.action == "rename":
            told = edits.rename(resources, options.urn, options.name)
        elif options.action == "delete":
            told = edits.delete(
                resources, options.urns, force=options.force, dependents=options.target_dependents
            )
        else:
            told = edits.flag(resources, options.urns, options.action)
        self.file.save(resources)
        print(told)
        return 0

    def _operate(self, name: str) -> int:
        # Brings Pulumi's SDK and gRPC, which take longer to import than all that the other verbs do.
        from pulumi_applinks.lab.engine.operations import Operation, environment_for_children

        options = self.options
        print(EMBEDDED_LINE, flush=True)
        self.crypter.verify()
        preview_only = name == "preview" or options.preview_only
        if not (options.yes or options.skip_preview or preview_only):
            raise EngineError(
                "--yes or --skip-preview or --preview-only must be passed in to proceed: this engine never asks",
                USAGE,
            )
        if options.preview_only and options.skip_preview:
            raise EngineError("--skip-preview and --preview-only cannot be used together")
        if name == "import" and options.generate_code == "true":
            raise EngineError(
                "a dynamic resource has no schema to generate code from: pass --generate-code=false"
            )
        only = [*options.target, *options.target_replace]
        if name in ("refresh", "destroy"):
            for urn in missing(only, {one.urn for one in self.file.load()}):
                raise EngineError(f"no resource named '{urn}' found")
        operation = Operation(
            self.workspace,
            self.file,
            environment_for_children(),
            refresh=options.refresh == "true",
            current_config=options.run_program,
            with_diff=options.diff,
            verbose=options.debug,
            parallel=max(1, options.parallel),
            continue_on_error=options.continue_on_error,
            targets=Targets(only, [*options.replace, *options.target_replace], options.target_dependents),
        )
        steps = [True] if preview_only else [False] if options.skip_preview else [True, False]
        display: Display | None = None
        for dry_run in steps:
            if name == "refresh":
                display = operation.read_all(dry_run=dry_run)
            elif name == "destroy":
                display = operation.delete(dry_run=dry_run)
            elif name == "import":
                display = operation.import_(options.file, protect=options.protect == "true", dry_run=dry_run)
            else:
                display = operation.update(dry_run=dry_run)
            if display.failed:
                return 1
        if options.expect_no_changes and display is not None and display.changes:
            about = "" if name == "update" else f" for {name}"
            print(f"error: no changes were expected{about} but changes were proposed", file=sys.stderr)
            return UNEXPECTED_CHANGES
        return 0

    def _config_set(self) -> int:
        options = self.options
        value = sys.stdin.read().rstrip("\n") if options.value is None else options.value
        self.workspace.set(options.key, value, self.crypter, secret=options.secret, path=options.path)
        return 0

    def _config_get(self) -> int:
        print(self.workspace.get(self.options.key, self.crypter))
        return 0

    def _config_rm(self) -> int:
        self.workspace.remove(self.options.key, path=self.options.path)
        return 0

    def _stack_init(self) -> int:
        if self.file.exists():
            raise EngineError(f"stack '{self.options.stack}' already exists")
        self.workspace.settings = {"encryptionsalt": self.crypter.salt, **self.workspace.settings}
        self.file.save([])
        self.workspace.save()
        print(f"Created stack '{self.options.stack}'")
        return 0

    def _stack_export(self) -> int:
        text = json.dumps(self.file.raw(), indent=4, ensure_ascii=False)
        if self.options.file:
            Path(self.options.file).write_text(text + "\n", encoding="utf-8")
        else:
            print(text)
        return 0

    def _stack_import(self) -> int:
        self.file.raw()
        text = Path(self.options.file).read_text(encoding="utf-8") if self.options.file else sys.stdin.read()
        try:
            found = checked(json.loads(text))
        except ValueError as problem:
            raise EngineError(f"what is to be imported is not JSON: {problem}") from None
        prefix = f"urn:pulumi:{self.workspace.stack}::{self.workspace.name}::"
        foreign = [
            one["urn"]
            for one in found["deployment"].get("resources") or []
            if not one["urn"].startswith(prefix)
        ]
        if foreign:
            raise EngineError(
                f"the resource '{foreign[0]}' belongs to another project or stack; nothing was imported"
            )
        if _salt(found) not in ("", self.crypter.salt):
            raise EngineError(
                "the deployment's secrets have another encryptionsalt than this stack; nothing was imported"
            )
        self.file.write(found)
        print("Import complete.")
        return 0

    def _stack_output(self) -> int:
        found = self.file.raw()["deployment"].get("resources") or []
        stack: dict[str, Any] = next((one for one in found if one["type"] == STACK_TYPE), {})
        outputs = {
            key: from_json(value, self.crypter.unseal) for key, value in (stack.get("outputs") or {}).items()
        }
        shown = {
            key: plain(value) if self.options.show_secrets else masked(value)
            for key, value in outputs.items()
        }
        name = self.options.name
        if name is not None:
            if name not in shown:
                raise EngineError(f"current stack does not have output property '{name}'")
            value = shown[name]
            print(json.dumps(value) if self.options.json or not isinstance(value, str) else value)
        elif self.options.json:
            print(json.dumps(shown, indent=2, ensure_ascii=False))
        else:
            for key, value in shown.items():
                print(f"{key}  {value if isinstance(value, str) else json.dumps(value)}")
        return 0


def masked(value: Any) -> Any:
    """The value with `[secret]` for every secret."""
    if isinstance(value, Secret):
        return "[secret]"
    if isinstance(value, dict):
        return {key: masked(one) for key, one in value.items()}
    return [masked(one) for one in value] if isinstance(value, list) else value


def _salt(found: dict[str, Any]) -> str:
    state = (found.get("deployment") or {}).get("secrets_providers") or {}
    return str((state.get("state") or {}).get("salt") or "")
