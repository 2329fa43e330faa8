"""`applinks lab`: applications on loopback to play with."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Annotated

import typer

from pulumi_applinks.command.exit_codes import ExitCode
from pulumi_applinks.command.told import Failed, told
from pulumi_applinks.estate import EstateError


@told
def lab(
    types: Annotated[
        list[str],
        typer.Argument(
            metavar="TYPE",
            help="jira, confluence, stash, bamboo, crowd, fecru, refapp, jira-cloud or confluence-cloud; with a generation of the plugin "
            "after an @, such as jira@5.",
        ),
    ],
    generation: Annotated[
        str | None,
        typer.Option(
            metavar="GENERATION", help="Of the plugin, for all: 3, 5, 5.4, 9, 10 or 11.", show_default="9"
        ),
    ] = None,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NUMBER=NAME",
            help="What is wrong with the application of that number, counted from 0, such as 1=firewall.",
        ),
    ] = None,
    tls: Annotated[
        bool, typer.Option("--tls", help="Serve on https, with an authority of the lab's own.")
    ] = False,
    latency: Annotated[
        float,
        typer.Option(metavar="MS", help="Milliseconds that each answer takes, as if it came from far away."),
    ] = 0.0,
    json_: Annotated[
        str | None, typer.Option("--json", metavar="FILE", help="Write everything there, passwords included.")
    ] = None,
    open_: Annotated[bool, typer.Option("--open", help="Show the pages of links in a browser.")] = False,
) -> ExitCode:
    """Start applications of the lab, and serve until interrupted.

    They behave as the applinks plugin does. Their URLs, users, passwords and tokens are told, and the command that looks at them. It
    needs the extra `lab`.

    Examples:
    - `applinks lab jira confluence`

    - `applinks lab jira@11 confluence@5 stash --fault 2=firewall --open`
    """
    if any(find_spec(module) is None for module in ("werkzeug", "oauthlib", "cryptography")):
        raise Failed("the lab needs the extra `lab`: pip install 'pulumi-applinks[cli,lab]'")
    from pulumi_applinks.lab.applications.__main__ import main

    arguments = [*types]
    for option, value in (("--generation", generation), ("--json", json_)):
        arguments += [option, value] if value is not None else []
    for one in fault or ():
        arguments += ["--fault", one]
    for option, wanted in (("--tls", tls), ("--open", open_)):
        arguments += [option] if wanted else []
    try:
        return ExitCode(main([*arguments, "--latency", str(latency)], prog="applinks lab"))
    except SystemExit as ended:
        if not isinstance(ended.code, str):
            raise
        raise EstateError(ended.code) from None
