"""`python -m pulumi_applinks.lab.applications jira confluence`: start applications, and serve until interrupted."""

from __future__ import annotations

import argparse
import json
import secrets
import signal
import sys
import threading
import webbrowser
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, get_args

from werkzeug import Request, Response

from pulumi_applinks.lab.applications.application import CLOUD_TYPES, TYPES, Application
from pulumi_applinks.lab.applications.faults import Fault
from pulumi_applinks.lab.applications.generations import GENERATIONS, Generation
from pulumi_applinks.lab.applications.lab import Lab
from pulumi_applinks.lab.applications.server import Server
from pulumi_applinks.lab.troubles import ANSWERS, TROUBLES, Mode

_EPILOG = """\
Each application is shown with its URL, its page of links and its users. The passwords are random, new with every start.

While they run, the control address takes, with the header `Authorization: Bearer <key>` (both are in the file that --json writes):
  POST /<number>/move    to another free port        POST /<number>/stop    shut down
  POST /<number>/start   at the same address again   POST /<number>/copy    start a copy of it: only its base URL is its own
  GET  /                 the same facts as the file
An interruption (Ctrl-C, SIGTERM) ends everything.
"""


PROG = "python -m pulumi_applinks.lab.applications"


def main(arguments: Sequence[str] | None = None, prog: str = PROG) -> int:
    """Start the applications that the command line names.

    Args:
        arguments: the arguments of the command line.
        prog: the name of the command in its help.

    Returns:
        The exit status.
    """
    options = parser(prog).parse_args(arguments)
    wanted = [_wanted(text, options.generation) for text in options.applications]
    faults = [_fault(text, len(wanted)) for text in options.fault]
    key = secrets.token_urlsafe(24)
    with Lab() as lab:
        applications = [
            lab.start(
                type_id,
                cloud=cloud,
                generation=generation,
                tls=True if options.tls else None,
                latency=options.latency / 1000,
            )
            for type_id, cloud, generation in wanted
        ]
        for number, fault in faults:
            _begin(applications[number], fault)
        control = Server(Request.application(lambda request: _controlled(request, lab, applications, key)))
        control.start()
        try:
            facts = _facts(lab, applications)
            if options.json:
                private = json.dumps({**facts, "control": {"url": control.origin, "key": key}}, indent=2)
                path = Path(options.json)
                path.touch(mode=0o600)
                path.write_text(private + "\n", encoding="utf-8")
            _tell(facts)
            if options.open:
                for one in applications:
                    webbrowser.open(one.admin_page)
            _until_interrupted()
        finally:
            control.close()
    print("All applications are stopped.")
    return 0


def parser(prog: str = PROG) -> argparse.ArgumentParser:
    """The parser of the command line.

    Args:
        prog: the name of the command in its help.
    """
    parser = argparse.ArgumentParser(
        prog=prog,
        description="Start applications on loopback that behave as the applinks plugin does.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "applications",
        nargs="+",
        metavar="TYPE",
        help=f"{', '.join(TYPES)}; or a Cloud site: {', '.join(f'{one}-cloud' for one in CLOUD_TYPES)}; with a generation of the plugin "
        f"after an @, such as jira@5",
    )
    parser.add_argument(
        "--generation", choices=list(GENERATIONS), help="of the plugin (default: 9; 5.4 for fecru)"
    )
    parser.add_argument(
        "--tls", action="store_true", help="serve on https, with an authority of the lab's own"
    )
    parser.add_argument(
        "--latency",
        type=_milliseconds,
        default=0.0,
        metavar="MS",
        help="milliseconds that clients wait for each answer, as if the applications were far away (default: 0)",
    )
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="NUMBER=NAME",
        help="what is wrong with the application of that number, counted from 0; once for each. Known: "
        f"{', '.join(TROUBLES)}",
    )
    parser.add_argument(
        "--open", action="store_true", help="show the pages of links in a browser, one for each application"
    )
    parser.add_argument("--json", metavar="FILE", help="write everything there, passwords included")
    return parser


def _milliseconds(text: str) -> float:
    found = float(text)
    if not 0 <= found <= 60_000:
        raise argparse.ArgumentTypeError("a latency is between 0 and 60000 milliseconds")
    return found


def _wanted(text: str, usual: Generation | None) -> tuple[str, bool, Generation | None]:
    named, _, version = text.partition("@")
    type_id, cloud = named.removesuffix("-cloud"), named.endswith("-cloud")
    if type_id not in TYPES or (cloud and type_id not in CLOUD_TYPES):
        known = ", ".join([*TYPES, *(f"{one}-cloud" for one in CLOUD_TYPES)])
        raise SystemExit(f"There is no application {named!r} in the lab. Known: {known}.")
    generation = next((one for one in GENERATIONS if one == version), None)
    if version and generation is None:
        raise SystemExit(f"There is no generation {version!r}. Known: {', '.join(GENERATIONS)}.")
    return type_id, cloud, generation or usual


def _fault(text: str, applications: int) -> tuple[int, str]:
    number, _, name = text.partition("=")
    if not number.isdecimal() or int(number) >= applications or name not in TROUBLES:
        raise SystemExit(
            f"{text!r} is no NUMBER=NAME: give a number from 0 to {applications - 1}, and one of {', '.join(TROUBLES)}."
        )
    return int(number), name


def _begin(application: Application, name: str) -> None:
    """Switch on a mode or a fault of an application, until it is stopped."""
    for mode in get_args(Mode):
        if mode == name:
            application.modes.add(mode)
    if name in ANSWERS:
        application.faults.add(Fault("*", "/rest/*", kind=ANSWERS[name], times=10**9, origin="client"))


def _facts(lab: Lab, applications: list[Application]) -> dict[str, Any]:
    return {
        "ca_file": lab.ca_file if any(one.url.startswith("https") for one in applications) else None,
        "applications": [
            {
                "type": one.type_id,
                "cloud": one.cloud,
                "name": one.name,
                "url": one.url,
                "admin_page": one.admin_page,
                "server_id": one.server_id,
                "running": one.running,
                "users": [
                    {
                        "name": user.name,
                        "role": user.role,
                        "password": user.password,
                        "tokens": list(user.tokens) if one.has_tokens else [],
                        "can_login": user.can_login,
                    }
                    for user in one.users
                ],
            }
            for one in applications
        ],
    }


def _tell(facts: dict[str, Any]) -> None:
    for number, one in enumerate(facts["applications"]):
        print(f"[{number}] {one['name']} ({one['type']}{', Cloud' if one['cloud'] else ''})")
        print(f"    URL    {one['url']}")
        print(f"    links  {one['admin_page']}")
        for user in one["users"]:
            note = "" if user["can_login"] else "  (can't log in)"
            token = f"  token {user['tokens'][0]}" if user["tokens"] else ""
            print(f"    {user['role']:9} {user['name']}  {user['password']}{token}{note}")
    if facts["ca_file"]:
        print(f"REQUESTS_CA_BUNDLE={facts['ca_file']}")
    print("To look at them with the command, in another terminal:")
    named = [f"-a {name}={one['url']}" for name, one in _names(facts["applications"])]
    for name, one in _names(facts["applications"]):
        print(f"    export {_login(name, one['users'])}")
    print(f"    applinks status {' '.join(named)}")
    print("Running; Ctrl-C ends it.")
    sys.stdout.flush()


def _names(applications: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """A name for each application: its type, with a number from the second application of a type."""
    counts: Counter[str] = Counter()
    for one in applications:
        counts[one["type"]] += 1
        yield one["type"] + (str(counts[one["type"]]) if counts[one["type"]] > 1 else ""), one


def _login(name: str, users: list[dict[str, Any]]) -> str:
    """The environment variables with its system administrator's login: a token if there is one, since newer products refuse passwords."""
    user = next(one for one in users if one["role"] == "sysadmin")
    prefix = f"APPLINKS_{name.upper()}"
    if user["tokens"]:
        return f"{prefix}_TOKEN={user['tokens'][0]}"
    return f"{prefix}_USERNAME={user['name']} {prefix}_PASSWORD={user['password']}"


def _controlled(request: Request, lab: Lab, applications: list[Application], key: str) -> Response:
    given = request.headers.get("Authorization", "")
    if not secrets.compare_digest(given.encode(), f"Bearer {key}".encode()):
        return Response("The key is missing or wrong.\n", 401)
    if request.method == "POST":
        number, _, action = request.path.strip("/").partition("/")
        if not number.isdecimal() or int(number) >= len(applications):
            return Response("There is no application of that number.\n", 404)
        application = applications[int(number)]
        actions: dict[str, Callable[[], object]] = {
            "move": application.move,
            "stop": application.stop,
            "start": application.start,
            "copy": lambda: applications.append(lab.copy(application)),
        }
        if action not in actions:
            return Response(f"Known actions are {', '.join(actions)}.\n", 404)
        actions[action]()
    return Response(json.dumps(_facts(lab, applications)), content_type="application/json")


def _until_interrupted() -> None:
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    ended.wait()


if __name__ == "__main__":
    sys.exit(main())
