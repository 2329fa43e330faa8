"""`applinks lab`: starts applications on the loopback interface for experiments."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Annotated

import typer

from pulumi_applinks.command.exit_codes import ExitCode
from pulumi_applinks.command.told import Failed, told
from pulumi_applinks.estate import EstateError
from pulumi_applinks.lab.troubles import TROUBLES
from pulumi_applinks.names import ALSO_CALLED


@told
def lab(
    types: Annotated[
        list[str],
        typer.Argument(
            metavar="TYPE",
            help="jira, confluence, bitbucket (or stash), bamboo, crowd, fisheye (or crucible, fecru), refapp, jira-cloud or "
            "confluence-cloud; append @ and a generation of the plugin to choose one, such as jira@5.",
        ),
    ],
    generation: Annotated[
        str | None,
        typer.Option(
            metavar="GENERATION",
            help="Generation of the plugin, for all applications: 3, 5, 5.4, 9, 10 or 11.",
            show_default="9",
        ),
    ] = None,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NUMBER=NAME",
            help=f"A fault of the application with that number, counted from 0, such as 1=firewall. Names: {', '.join(TROUBLES)}.",
        ),
    ] = None,
    tls: Annotated[
        bool, typer.Option("--tls", help="Serve https, with a certificate authority of the lab.")
    ] = False,
    latency: Annotated[
        float,
        typer.Option(metavar="MS", help="Delay of each answer in milliseconds, as on a slow network."),
    ] = 0.0,
    json_: Annotated[
        str | None,
        typer.Option("--json", metavar="FILE", help="Write everything to this file, passwords included."),
    ] = None,
    open_: Annotated[bool, typer.Option("--open", help="Open the pages of links in a browser.")] = False,
) -> ExitCode:
    """Start applications of the lab, and serve until interrupted.

    They behave as the applinks plugin does. It shows their URLs, users, passwords and tokens, and a command to look at them. It
    needs the extra `lab`.

    Examples:
    - `applinks lab jira confluence`

    - `applinks lab jira@11 confluence@5 bitbucket --fault 2=firewall --open`
    """
    if any(find_spec(module) is None for module in ("werkzeug", "oauthlib", "cryptography")):
        raise Failed("the lab needs the extra `lab`: pip install 'pulumi-applinks[cli,lab]'")
    from pulumi_applinks.lab.applications.__main__ import main

    arguments = [_as_the_lab_names_it(one) for one in types]
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


def _as_the_lab_names_it(text: str) -> str:
    name, at, generation = text.partition("@")
    return f"{ALSO_CALLED.get(name, name)}{at}{generation}"
