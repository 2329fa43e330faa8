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

Use it for links that no program manages yet: to see which links there are and whether they work, to find what is wrong with one, to
remove dead links, to follow an application that moves, and to bring all of them into a program. The same is available in Python:
`pulumi_applinks.estate`.

## Which applications

Every command takes them in three ways, also together:

- `--application NAME=URL`, once for each;
- `--file FILE`, a YAML file, or {DEFAULT_FILE} in the folder where nothing else is said:

  ```yaml
  applications:
    jira: https://jira.example.com
    wiki:
      url: https://wiki.example.com
      rpc_url: http://wiki.internal:8090   # where the other applications reach it, if that is not url
      api_url: https://wiki-admin.example  # where this program reaches it, if that is not url
      credentials: confluence              # the name of its credentials, if that is not wiki
      site: london                         # what a picture groups it by
      manifest_needs_login: true           # if it shows only to a login who it is; that is sent there first then
  ```

- `--stack STACK`: those that a stack's links are between. It is a stack's name, for which `pulumi` has to be on PATH; a file that
  `pulumi stack export` wrote; or `-` for standard input. What the stack manages is marked as such, and never removed. A link is
  known by what its resource holds, also where a class of your own gives it another type; `clean` stops where a dynamic resource can't be
  read. Applications have the names of their credentials there; else, and where a program gives `Credentials(...)`, the first word of
  their host.

Credentials are found under the application's name, as a program's are: `APPLINKS_JIRA_TOKEN`, or `APPLINKS_JIRA_USERNAME` and
`APPLINKS_JIRA_PASSWORD`; with a stack's name, its configuration `applinks:credentials`, too. They must be an administrator's: only an
administrator can list links. No login is sent to an address where no application has said who it is, unless `manifest_needs_login` says
there that its manifest needs one.

## Output and exit codes

Data goes to standard output, everything else to standard error. `NO_COLOR` and `FORCE_COLOR` work; nothing is shown by colour
alone. `-v` prints more, `-q` less. Ctrl-C ends a command at once; a change that was under way is named.

{{codes}}

Something that could not be checked takes precedence over findings: a pipeline must be able to tell the two apart. An
answer that is not the documented one is never counted as clean.

## An estate at a glance

`applinks status` begins with the counts. Then comes what is wrong, the worst first: each cause once, with the links that it explains and
one next step. An application that could not be asked is one cause, however many links lead to it; missing credentials of several are
one, too. The table comes last, the worst links first.

```sh
applinks status --file applinks.yaml --summary                       # the counts and the causes
applinks status --file applinks.yaml --state not-working -a wiki     # some links; the exit code is about these alone
applinks status --file applinks.yaml --wide                          # with keys, resources, and the words of the applications' pages
applinks show jira wiki --file applinks.yaml                         # one link, and everything that is known of it
applinks doctor --file applinks.yaml                                 # every link in depth; what passes is shown with -v
applinks whoami --file applinks.yaml                                 # whose login each application gets, and its rights
```

With `--stack` the table shows which links the stack manages, and a line says how many of all that is: `coverage` in the JSON, from 0 to 1.

## States of a link

Both ends are matched by server id, so that each link is shown once. A copy of an application has the same server id: a link that points
neither to the base URL that the application reports nor to an address that is named for it is `elsewhere`, never `working`. An original
and its copies can be named together: each link is matched with the one that it points to. Next to the state is the word that the
application's own page shows; a dash where no source says which word that is.

{{states}}

A finding has the word of its state, or {{alone}}. Under each is the command or the click that fixes it.

A link that a given stack manages is not a finding if its program declares it that way: one-way with `two_way=False`, anonymous with
`NoAuthentication()`. A link that neither application has is still shown, as `gone`: each of its ends has `there` as `false` in the
JSON, or as `null` where the application could not be asked about it, and then the state is `unknown`.

## JSON

`applinks clean` and `applinks move` have `--dry-run`, and `--json`: `"format": "pulumi-applinks-changes"`, and for each end its `key`,
its `outcome` (`changed`, `unchanged` or `would-change`) and why it is unchanged.

`applinks status --json` writes `"format": "{FORMAT}", "version": {VERSION}`, then `applications`, `links` and `read_at`, the time of the
reading. A new field does not change the version; a removed field, or one with a new meaning, does. `pulumi_applinks.estate.from_json` reads
it.

## In a pipeline

```sh
applinks status --file applinks.yaml --format junit > applinks.xml     # a test report: findings fail, what was not seen is an error
applinks status --file applinks.yaml --format sarif > applinks.sarif   # for a forge's code scanning
```

A pipeline that continues on findings, but not when something could not be checked:

```sh
applinks status --file applinks.yaml --format junit > applinks.xml || test $? -eq 4
```

Reading takes two requests for each application and two for each link. Nothing is changed by it.

## From an estate to a program

```sh
applinks import scan --file applinks.yaml      # writes inventory.yaml
$EDITOR inventory.yaml                         # what to take, how it is called
applinks import write --to links               # writes a project
cd links && cat NEXT-STEPS.md
pulumi stack init dev
pulumi import --file import.json --generate-code=false --protect=false --yes
pulumi preview --expect-no-changes && pulumi refresh --expect-no-changes --yes
```

Both steps only read; the import asks no application at all. `import.json` has what a create would have stored: the last
two commands prove it. A CLI before 3.254 reads no outputs from such a file: `write --adopt` writes the same program with
`on_existing="adopt"`, and `pulumi up` finds each link as the program says.

The program declares each application once, and each link once, with what differs from the defaults: a name or an address that one link
alone has is written there, with `replace`. A primary link is declared as such where an application has several of that type: somebody
chose it. Legacy authentication is not declared; it stays, and the output `legacy` shows it.

What cannot be declared as it is, is left out, with the reason and what to do: links of the system, generic ones, OAuth 2.0 entries,
corrupted and orphaned ones, duplicates, ids derived from addresses, ends that are set to different authentication or to 3LO alone, and
links whose other application was not asked. With `--strict` the exit code is then 1.

A second scan keeps what the inventory says of `take` and `resource`, and asks its applications again, even those that are not named on
the command line. Where one of them can't be asked that day, its links stay in the inventory. `write` reads each link again: one that is
not as the inventory says is left out, and the exit code is 1. The same estate gives the same bytes; files that differ are overwritten
only with `--overwrite`, and never by a program that lacks a link which the existing one declares: `pulumi up` would delete it.
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
        info: what the command line is told of it.
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
        # The library takes the first name for a default where the default stands at the parameter.
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
