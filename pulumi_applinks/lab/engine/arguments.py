"""The verbs and flags of the real command line that the lab needs."""

from __future__ import annotations

import argparse
import functools
import os
from pathlib import Path
from typing import Any, NoReturn

from pulumi_applinks.lab.engine.edits import FLAGS
from pulumi_applinks.lab.engine.errors import INSTALL, EngineError
from pulumi_applinks.lab.engine.project import EMBEDDED_LINE

OPERATIONS = {
    "preview": "preview",
    "up": "update",
    "refresh": "refresh",
    "destroy": "destroy",
    "import": "import",
}
"""The verbs that change a stack, or show how they would, and what the real command line calls what they do."""
_SHARED: dict[str, Any] = {
    "continue_on_error": False,
    "expect_no_changes": False,
    "refresh": "false",
    "replace": [],
    "run_program": False,
    "target": [],
    "target_dependents": False,
    "target_replace": [],
}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise EngineError(
            f"{message}: the embedded engine has only the verbs and flags that the lab needs; the real one: {INSTALL}",
        )


@functools.cache
def parser() -> argparse.ArgumentParser:
    """What reads the command line."""
    common = _Parser(add_help=False)
    common.add_argument("-s", "--stack", default="dev", help="the stack's name")
    common.add_argument("-C", "--cwd", type=Path, default=Path(), help="the project's directory")
    common.add_argument("-y", "--yes", action="store_true", help="go on without asking")
    common.add_argument("-v", "--debug", "--verbose", action="store_true", help="show debug lines")
    common.add_argument("--non-interactive", action="store_true", help="never ask; it never does")
    common.add_argument("--color", default="never", help="there are no colours")
    whole = _Parser(prog="python -m pulumi_applinks.lab.engine", description=EMBEDDED_LINE)
    verbs = whole.add_subparsers(dest="verb", required=True, parser_class=_Parser)
    for name in OPERATIONS:
        _operation(verbs.add_parser(name, parents=[common]), name)
    config = verbs.add_parser("config").add_subparsers(dest="action", required=True, parser_class=_Parser)
    setting = config.add_parser("set", parents=[common])
    setting.add_argument("key")
    setting.add_argument("value", nargs="?")
    setting.add_argument("--secret", action="store_true")
    setting.add_argument("--plaintext", action="store_true")
    setting.add_argument("--path", action="store_true")
    config.add_parser("get", parents=[common]).add_argument("key")
    removing = config.add_parser("rm", parents=[common])
    removing.add_argument("key")
    removing.add_argument("--path", action="store_true")
    stack = verbs.add_parser("stack").add_subparsers(dest="action", required=True, parser_class=_Parser)
    stack.add_parser("init", parents=[common]).add_argument("name", nargs="?")
    stack.add_parser("export", parents=[common]).add_argument("--file")
    stack.add_parser("import", parents=[common]).add_argument("--file")
    output = stack.add_parser("output", parents=[common])
    output.add_argument("name", nargs="?")
    output.add_argument("-j", "--json", action="store_true")
    output.add_argument("--show-secrets", action="store_true")
    state = verbs.add_parser("state").add_subparsers(dest="action", required=True, parser_class=_Parser)
    for name in FLAGS:
        state.add_parser(name, parents=[common]).add_argument("urns", nargs="+")
    delete = state.add_parser("delete", parents=[common])
    delete.add_argument("urns", nargs="+")
    delete.add_argument("--force", action="store_true", help="protected ones, too")
    delete.add_argument("--target-dependents", action="store_true", help="and what depends on it")
    rename = state.add_parser("rename", parents=[common])
    rename.add_argument("urn")
    rename.add_argument("name")
    return whole


def _operation(verb: argparse.ArgumentParser, name: str) -> None:
    verb.set_defaults(**_SHARED)
    parallel = 4 * (os.cpu_count() or 1)
    verb.add_argument("--diff", action="store_true", help="show properties and their changes")
    verb.add_argument("--parallel", "-p", type=int, default=parallel, help="steps at once")
    verb.add_argument("-f", "--skip-preview", action="store_true", help="do it at once")
    verb.add_argument("--preview-only", action="store_true", help="only show what would be done")
    if name == "import":
        verb.add_argument("--file", type=Path, required=True, help="what to import")
        verb.add_argument("--protect", choices=["true", "false"], default="true", help="protect it")
        verb.add_argument(
            "--generate-code", choices=["true", "false"], default="true", help="has to be false"
        )
        return
    verb.add_argument("--expect-no-changes", action="store_true", help="changes are an error")
    verb.add_argument("--target", "-t", action="append", help="only this URN")
    verb.add_argument("--target-dependents", action="store_true", help="and what depends on it")
    if name in ("preview", "up"):
        verb.add_argument("--replace", action="append", help="replace this URN")
        verb.add_argument("--target-replace", action="append", help="only this URN, replaced")
    if name == "up":
        verb.add_argument(
            "--continue-on-error", action="store_true", help="do what does not need what failed"
        )
    if name != "refresh":
        verb.add_argument("-r", "--refresh", nargs="?", const="true", help="read everything first")
    if name in ("refresh", "destroy"):
        verb.add_argument("--run-program", action="store_true", help="with the configuration of today")
