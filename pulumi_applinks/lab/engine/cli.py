"""The command line: those verbs and flags of the real CLI that the README, the tutorial, the demo and tests of programs need."""

from __future__ import annotations

import argparse
import functools
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from pulumi_applinks.lab.engine.errors import INSTALL, EngineError
from pulumi_applinks.lab.engine.project import EMBEDDED_LINE
from pulumi_applinks.lab.engine.secrets import Crypter
from pulumi_applinks.lab.engine.state import STACK_TYPE, StateFile
from pulumi_applinks.lab.engine.values import masked, plain
from pulumi_applinks.lab.engine.workspace import Workspace, write_whole

USAGE = 2
"""The exit code if the command line is wrong or not supported."""
UNEXPECTED_CHANGES = 7
"""The exit code of `--expect-no-changes` if there are changes, as in the real CLI."""
INTERRUPTED = 130
"""The exit code of a run that was interrupted."""
_OPERATIONS = {
    "preview": "--diff --expect-no-changes --refresh --debug",
    "up": "--yes --skip-preview --diff --expect-no-changes --refresh --debug",
    "refresh": "--yes --skip-preview --preview-only --diff --expect-no-changes --run-program --debug",
    "destroy": "--yes --skip-preview --diff --refresh --run-program --debug",
}
"""The verbs that change a stack or preview a change, with their flags."""
_FLAGS = {
    "--yes": ("-y", "continue without asking"),
    "--skip-preview": ("-f", "do it at once"),
    "--preview-only": (None, "only show what would be done"),
    "--diff": (None, "show properties and their changes"),
    "--expect-no-changes": (None, "changes are an error"),
    "--refresh": ("-r", "read everything first"),
    "--run-program": (None, "with today's configuration; the program itself is not run"),
    "--debug": ("-d", "show debug lines"),
}
_OTHERS: dict[str, dict[str, tuple[str, ...]]] = {
    "config": {
        "set": ("key", "value?", "--secret", "--plaintext", "--path"),
        "get": ("key",),
        "rm": ("key", "--path"),
    },
    "stack": {
        "init": ("name?",),
        "select": ("name",),
        "ls": (),
        "rm": ("name?", "--yes", "--force"),
        "output": ("name?", "--json", "--show-secrets"),
        "export": (),
    },
}
"""The other verbs. Arguments that end in a question mark are optional."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise EngineError(
            f"{message}: the embedded engine has only the verbs and flags that the lab needs; the real one: {INSTALL}",
        )


@functools.cache
def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    common = _Parser(add_help=False)
    common.add_argument("-s", "--stack", help="the stack's name")
    common.add_argument("-C", "--cwd", type=Path, default=Path(), help="the project's directory")
    common.add_argument("--non-interactive", action="store_true", help="never ask; it never does")
    whole = _Parser(prog="python -m pulumi_applinks.lab.engine", description=EMBEDDED_LINE)
    verbs = whole.add_subparsers(dest="verb", required=True, parser_class=_Parser)
    for name, flags in _OPERATIONS.items():
        verb = verbs.add_parser(name, parents=[common], allow_abbrev=False)
        for flag in flags.split():
            short, text = _FLAGS[flag]
            verb.add_argument(flag, *([short] if short else []), action="store_true", help=text)
    for name, actions in _OTHERS.items():
        group = verbs.add_parser(name).add_subparsers(dest="action", required=True, parser_class=_Parser)
        for action, arguments in actions.items():
            one = group.add_parser(action, parents=[common], allow_abbrev=False)
            for argument in arguments:
                if argument.startswith("--"):
                    one.add_argument(argument, action="store_true")
                else:
                    one.add_argument(argument.rstrip("?"), nargs="?" if argument.endswith("?") else None)
    return whole


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command, and return the exit code."""
    try:
        return _Command(parser().parse_args(arguments)).run()
    except EngineError as problem:
        print(f"error: {problem}", file=sys.stderr)
        return problem.code
    except OSError as problem:
        named = problem.filename or "a file"
        print(f"error: {named} cannot be read or written: {problem.strerror}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("error: interrupted", file=sys.stderr)
        return INTERRUPTED


class _Command:
    def __init__(self, options: Any) -> None:
        self.options = options
        self.workspace = Workspace.load(options.cwd.resolve(), os.environ.get("PULUMI_CONFIG_PASSPHRASE"))
        home = os.environ.get("PULUMI_LAB_HOME")
        self.folder = Path(home) / self.workspace.name if home else self.workspace.directory / ".pulumi-lab"
        self.selected = self.folder / "selected"

    def run(self) -> int:
        options = self.options
        if options.verb == "stack" and options.action == "ls":
            return self._stack_ls()
        chosen = options.stack or os.environ.get("PULUMI_STACK") or self._chosen()
        if options.verb == "stack" and options.action != "output":
            chosen = getattr(options, "name", None) or chosen
        if not chosen:
            raise EngineError("no stack is selected: give --stack, or choose one with `stack select`")
        self.workspace.select(chosen)
        path = self.folder / f"{chosen}.json"
        if path.exists() and not self.workspace.settings.get("encryptionsalt"):
            deployment = StateFile(path, self.workspace.crypter).document()["deployment"]
            kept = (deployment.get("secrets_providers") or {}).get("state") or {}
            self.workspace.crypter = Crypter(self.workspace.passphrase, kept.get("salt", ""))
        self.file = StateFile(path, self.workspace.crypter)
        if options.verb in _OPERATIONS:
            return self._operate()
        found: int | None = getattr(self, f"_{options.verb}_{options.action}")()
        return found or 0

    def _chosen(self) -> str:
        """Return the stack that was last selected, if any."""
        return self.selected.read_text("utf-8") if self.selected.exists() else ""

    def _operate(self) -> int:
        # This imports Pulumi's SDK and gRPC, which takes longer than everything that the other verbs do.
        from pulumi_applinks.lab.engine.operation import Operation, Settings

        options, verb = self.options, self.options.verb
        given = {key for key, value in vars(options).items() if value is True}
        print(EMBEDDED_LINE, flush=True)
        self.workspace.crypter.verify()
        preview_only = verb == "preview" or "preview_only" in given
        if not (preview_only or given & {"yes", "skip_preview"}):
            raise EngineError("give --yes or --skip-preview to continue: this engine never asks", USAGE)
        settings = Settings(
            refresh="refresh" in given,
            run_program="run_program" in given,
            diff=options.diff,
            debug=options.debug,
        )
        changes = 0
        for dry_run in [True] if preview_only else [False] if options.skip_preview else [True, False]:
            operation = Operation(self.workspace, self.file, settings, dry_run=dry_run)
            display = operation.run(verb)
            if display.failed:
                return INTERRUPTED if operation.interrupted else 1
            changes = display.changes
        if "expect_no_changes" in given and changes:
            about = f" for {verb}" if verb == "refresh" else ""
            print(f"error: no changes were expected{about} but changes were proposed", file=sys.stderr)
            return UNEXPECTED_CHANGES
        return 0

    def _config_set(self) -> None:
        options = self.options
        value = sys.stdin.read().rstrip("\n") if options.value is None else options.value
        self.workspace.set(options.key, value, secret=options.secret, path=options.path)

    def _config_get(self) -> None:
        print(self.workspace.get(self.options.key))

    def _config_rm(self) -> None:
        self.workspace.remove(self.options.key, path=self.options.path)

    def _stack_init(self) -> None:
        name = self.workspace.stack
        if self.file.path.exists():
            raise EngineError(f"stack '{name}' already exists")
        self.workspace.settings = {"encryptionsalt": self.workspace.crypter.salt, **self.workspace.settings}
        self.file.save({})
        self.workspace.save()
        write_whole(self.selected, name)
        print(f"Created stack '{name}'")

    def _stack_select(self) -> None:
        self.file.document()
        write_whole(self.selected, self.workspace.stack)

    def _stack_ls(self) -> int:
        chosen = self._chosen()
        for path in sorted(self.folder.glob("*.json")):
            print(f"{path.stem}{'*' * (path.stem == chosen)}")
        return 0

    def _stack_rm(self) -> None:
        name = self.workspace.stack
        with self.file.locked():
            if self.file.document()["deployment"].get("resources") and not self.options.force:
                raise EngineError(
                    f"the stack '{name}' still has resources: destroy it first, or give --force"
                )
            if not self.options.yes:
                raise EngineError("give --yes to continue: this engine never asks", USAGE)
            self.file.path.unlink()
        for path in (self.workspace.file, self.file.path.with_suffix(".lock")):
            path.unlink(missing_ok=True)
        if self._chosen() == name:
            self.selected.unlink()
        print(f"Stack '{name}' has been removed")

    def _stack_export(self) -> None:
        print(json.dumps(self.file.document(), indent=4, ensure_ascii=False))

    def _stack_output(self) -> None:
        options = self.options
        stacks = [one for one in self.file.load().values() if one.type == STACK_TYPE]
        found = stacks[0].outputs if stacks else {}
        outputs = plain(found) if options.show_secrets else masked(found)
        if options.name and options.name not in outputs:
            raise EngineError(f"current stack does not have output property '{options.name}'")
        if options.json:
            print(json.dumps(outputs[options.name] if options.name else outputs, indent=2))
            return
        for key in [options.name] if options.name else sorted(outputs):
            text = outputs[key] if isinstance(outputs[key], str) else json.dumps(outputs[key])
            print(text if options.name else f"{key}: {text}")
