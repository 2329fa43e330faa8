"""`make reference`: `docs/command.md`, from the command itself and from the tables that it goes by."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, get_args, get_type_hints

import typer
from typer.models import ArgumentInfo, OptionInfo

from pulumi_applinks.command.app import app
from pulumi_applinks.command.exit_codes import WORDS
from pulumi_applinks.command.options import DEFAULT_FILE
from pulumi_applinks.estate.glossary import FINDINGS, MEANINGS, STATES
from pulumi_applinks.estate.model import FORMAT, VERSION

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "command.md"
BAR = "\\|"

BEGINNING = f"""\
# The command `applinks`

Made by `make reference` from the command itself. It is in the extra `cli`:

```sh
pip install 'pulumi-applinks[cli]'
applinks --install-completion
```

Use it for links that no program manages yet: to see which links exist and whether they work, to find what is wrong with one, to remove dead
links, to follow an application that moves, and to import all links into a program. The same is available in Python:
`pulumi_applinks.estate`.

## Which applications

Every command accepts them in three ways, which can be combined:

- `--application NAME=URL`, once for each;
- `--file FILE`, a YAML file. The default is {DEFAULT_FILE} in the current folder, if no applications are given otherwise:

  ```yaml
  applications:
    jira: https://jira.example.com
    wiki:
      url: https://wiki.example.com
      rpc_url: http://wiki.internal:8090   # where the other applications reach it, if that is not url
      api_url: https://wiki-admin.example  # where this program reaches it, if that is not url
      credentials: confluence              # the name of its credentials, if that is not wiki
      site: london                         # what a picture groups it by
      manifest_needs_login: true           # if its manifest can only be read with a login, which is then sent first
  ```

- `--stack STACK`: the applications of a stack's links. It is a stack's name, which needs `pulumi` on PATH; a file that `pulumi stack
  export` wrote; or `-` for standard input. What the stack manages is marked as such, and never removed. A link is recognized by the
  properties of its resource, even if your own class gives it another type. `clean` stops if a dynamic resource can't be read. An
  application has the name of its credentials. Without credentials, or with `Credentials(...)` in the program, it has the first word of its
  host.

Credentials are found by the application's name, as in a program: `APPLINKS_JIRA_TOKEN`, or `APPLINKS_JIRA_USERNAME` and
`APPLINKS_JIRA_PASSWORD`. With a stack's name, they are also found in its configuration `applinks:credentials`. They must be an
administrator's: only an administrator can list links. A login is only sent to an address where an application has identified itself, unless
`manifest_needs_login` is set for it.

## Output and exit codes

Data goes to standard output, everything else to standard error. `NO_COLOR` and `FORCE_COLOR` work; nothing is shown only by colour. `-v`
prints more, `-q` less. Ctrl-C ends a command at once, and names a change that was in progress.

{{codes}}

Something that could not be checked takes precedence over findings: a pipeline must be able to distinguish the two. An undocumented answer
never counts as clean.

## An estate at a glance

`applinks status` begins with the counts. Then comes what is wrong, worst first: each cause once, with the links that it explains and one
next step. An application that could not be asked is one cause, however many links point to it. Missing credentials of several applications
are also one cause. The table comes last, with the worst links first.

```sh
applinks status --file applinks.yaml --summary                       # the counts and the causes
applinks status --file applinks.yaml --state not-working -a wiki     # some links; the exit code is about these alone
applinks status --file applinks.yaml --wide                          # with keys, resources, and the states on the applications' pages
applinks show jira wiki --file applinks.yaml                         # one link, with every detail
applinks doctor --file applinks.yaml                                 # every link in depth; -v also shows passed checks
applinks whoami --file applinks.yaml                                 # whose login each application gets, and its rights
applinks explain applinks/login-refused                              # what a code of a message means, and what to do
```

With `--stack` the table shows which links the stack manages, and a line says how many of all links those are.
In the JSON this is `coverage`, from 0 to 1.

## States of a link

Both ends are matched by server id, so each link is shown once. A copy of an application has the same server id: a link that points neither
to the base URL that the application reports nor to an address that is given for it is `elsewhere`, never `working`. You can name an
original and its copies together: each link is matched with the one that it points to. Next to the state is the state that the application's
own page shows, or a dash if no source says which one that is.

{{states}}

A finding has the name of its state, or {{alone}}. Each one comes with the command or the click that fixes it.

A link that a given stack manages is not a finding if its program declares it that way: one-way with `two_way=False`, anonymous with
`NoAuthentication()`. A link that neither application has is still shown, as `gone`. In the JSON, `there` is then `false` for each of its
ends. If an application could not be asked about it, `there` is `null`, and the state is `unknown`.

## JSON

`applinks clean` and `applinks move` have `--dry-run` and `--json`. The JSON has `"format": "pulumi-applinks-changes"`, and for each end its
`key`, its `outcome` (`changed`, `unchanged` or `would-change`) and why it is unchanged.

`applinks status --json` writes `"format": "{FORMAT}", "version": {VERSION}`, then `applications`, `links` and `read_at`, the time when they
were read. A new field does not change the version. Removing a field or changing its meaning does. `pulumi_applinks.estate.from_json` reads
it.

## In a pipeline

```sh
applinks status --file applinks.yaml --format junit > applinks.xml     # a test report: findings fail, what could not be read is an error
applinks status --file applinks.yaml --format sarif > applinks.sarif   # for a forge's code scanning
```

A pipeline that continues on findings, but not when something could not be checked:

```sh
applinks status --file applinks.yaml --format junit > applinks.xml || test $? -eq 4
```

Reading takes two requests for each application and two for each link. It changes nothing.

## From an estate to a program

```sh
applinks import scan --file applinks.yaml      # writes inventory.yaml
$EDITOR inventory.yaml                         # which links to import, and their names
applinks import write --to links               # writes a project
cd links && cat NEXT-STEPS.md
pulumi stack init dev
pulumi import --file import.json --generate-code=false --protect=false --yes
pulumi preview --expect-no-changes && pulumi refresh --expect-no-changes --yes
```

Both steps only read. The import asks no application at all. `import.json` has what a creation would have stored: the last two commands
check that. A CLI before 3.254 does not read outputs from such a file. Use `write --adopt` with it: that writes the same program with
`on_existing="adopt"`, and `pulumi up` takes each link over as it is.

The program declares each application once, and each link once, with what differs from the defaults. A name or an address that only one link
has is written there, with `replace`. A primary link is declared as such if the application has several links of that type, because somebody
chose it. Legacy authentication is not declared; it stays, and the output `legacy` shows it.

Links that cannot be declared as they are, are left out. The inventory says why, and what to do. These are system links, generic links,
OAuth 2.0 entries, corrupted and orphaned links, duplicates, ids that were derived from addresses, ends with different authentication or
only 3LO, and links whose other application was not asked. With `--strict` the exit code is then 1.

A second scan keeps the values of `take` and `resource` in the inventory, and asks its applications again, even those that are not named on
the command line. If one of them can't be asked, its links stay in the inventory. `write` reads each link again. A link that differs from
the inventory is left out, and the exit code is 1. The same estate gives the same bytes. Files that differ are overwritten only with
`--overwrite`, and never if the new program lacks a link that the existing one declares: `pulumi up` would delete that link.
"""


def page() -> str:
    """The whole page."""
    codes = [f"| {int(code)} | {words} |" for code, words in WORDS.items()]
    states = [f"| `{state}` | {MEANINGS[state]} |" for state in STATES]
    alone = ", ".join(f"`{code}` ({MEANINGS[code]})" for code in FINDINGS if code not in STATES)
    text = (
        BEGINNING.replace("{codes}", "\n".join(["| exit code | what it means |", "| --- | --- |", *codes]))
        .replace("{states}", "\n".join(["| state | what it means |", "| --- | --- |", *states]))
        .replace("{alone}", alone)
    )
    return "\n".join([text, *_commands(app, "applinks")]).rstrip() + "\n"


def _commands(group: typer.Typer, path: str) -> Iterator[str]:
    for one in group.registered_commands:
        if one.callback is not None:
            name = one.name or one.callback.__name__.replace("_", "-")
            yield from _command(one.callback, f"{path} {name}")
    for inner in group.registered_groups:
        if inner.typer_instance is not None:
            yield from _commands(
                inner.typer_instance, f"{path} {inner.name or inner.typer_instance.info.name}"
            )


def _command(callback: Callable[..., Any], path: str) -> Iterator[str]:
    hints = get_type_hints(callback, include_extras=True)
    parameters = [
        Parameter(name, hints[name].__origin__, info, given.default)
        for name, given in inspect.signature(callback).parameters.items()
        for info in hints[name].__metadata__
        if isinstance(info, (ArgumentInfo, OptionInfo))
    ]
    words = [path, *(one.shown for one in parameters if isinstance(one.info, ArgumentInfo))]
    yield f"## `{' '.join(words)}`"
    yield ""
    yield inspect.cleandoc(callback.__doc__ or "")
    yield ""
    yield "| argument or option | what it is |"
    yield "| --- | --- |"
    yield from (f"| {one.cell} | {one.words} |" for one in parameters)
    yield ""


@dataclass(frozen=True)
class Parameter:
    """An argument or an option of a command.

    Args:
        name: of the function's parameter.
        kind: its type.
        info: what the command line knows about it.
        default: of the function's parameter.
    """

    name: str
    kind: Any
    info: ArgumentInfo | OptionInfo
    default: Any

    @property
    def shown(self) -> str:
        """An argument, as a usage line has it."""
        name = f"{self.info.metavar or self.name.upper()}{'...' if 'list' in str(self.kind) else ''}"
        return name if self.default is inspect.Parameter.empty else f"[{name}]"

    @property
    def cell(self) -> str:
        """Its names, and what is given with them."""
        if isinstance(self.info, ArgumentInfo):
            return f"`{self.shown}`"
        # The library takes the first name for a default where the default is at the parameter.
        first = [self.info.default] if str(self.info.default).startswith("-") else []
        declared = [*first, *(self.info.param_decls or ())] or [
            f"--{self.name.rstrip('_').replace('_', '-')}"
        ]
        names = ", ".join(f"`{one}`" for one in declared)
        if self.kind is bool:
            return names
        listed = [
            str(one.value)
            for kind in (get_args(self.kind) or (self.kind,))
            if inspect.isclass(kind) and issubclass(kind, Enum)
            for one in kind
        ]
        return f"{names} `{self.info.metavar or BAR.join(listed)}`"

    @property
    def words(self) -> str:
        """What it is, and what it is where it is not given."""
        given = self.info.show_default if isinstance(self.info.show_default, str) else self.default
        if given in (None, False, inspect.Parameter.empty):
            return str(self.info.help)
        return f"{self.info.help} Default: {getattr(given, 'value', given)}."


def made() -> dict[Path, str]:
    """The file, and what it should be."""
    return {PAGE: page()}


if __name__ == "__main__":
    for path, text in made().items():
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(ROOT))
