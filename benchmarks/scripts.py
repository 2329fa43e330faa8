"""`python -m benchmarks.scripts today create FILE`: what people do without this provider, one call after the other.

`today` is a script of plain `requests` calls, as administrators write them. It works link by link, uses a new connection for each call,
and checks before it changes something. `wizard` is the sequence of calls of the applications' own administration pages.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests

OAUTH = {"enabled": True, "twoLoEnabled": True, "twoLoImpersonationEnabled": False}
LEVELS = {"incoming": OAUTH, "outgoing": OAUTH}
V1, V3, OAUTH_V1 = "/rest/applinks/1.0", "/rest/applinks/3.0", "/rest/applinks-oauth/1.0"
FORM = f"{V1}/applicationlinkForm"

Facts = dict[str, Any]


def ask(
    application: Facts,
    method: str,
    path: str,
    *,
    login: bool = True,
    body: Any = None,
    params: dict[str, str] | None = None,
) -> Any:
    """Send one request, and return the parsed body of the answer, if any.

    Args:
        application: the application that gets the request.
        method: the HTTP method.
        path: the path below its base URL.
        login: whether to log in as an administrator.
        body: the body, sent as JSON.
        params: the query's parameters.
    """
    answer = requests.request(
        method,
        application["url"] + path,
        auth=(application["username"], application["password"]) if login else None,
        headers={"Accept": "application/json", "X-Atlassian-Token": "no-check"},
        json=body,
        params=params,
        timeout=30,
    )
    if not answer.ok:
        raise SystemExit(f"{method} {path} of {application['url']}: {answer.status_code} {answer.text[:300]}")
    return answer.json() if answer.content else None


def _both(one: Facts, two: Facts) -> tuple[tuple[Facts, Facts], tuple[Facts, Facts]]:
    return (one, two), (two, one)


def _make(here: Facts, there: Facts) -> None:
    link = {
        "typeId": there["type"],
        "name": there["name"],
        "rpcUrl": there["url"],
        "displayUrl": there["url"],
        "isPrimary": False,
    }
    form = {"trustEachOther": False, "shareUserbase": False}
    body = {"applicationLink": link, "createTwoWayLink": False, "configFormValues": form}
    ask(here, "POST", f"{FORM}/createAppLink", body=body)


def _enable(here: Facts, there: Facts) -> None:
    ask(here, "PUT", f"{V3}/status/{there['id']}/oauth", body=LEVELS)


def status(here: Facts, there: Facts) -> None:
    """Check that the link works, according to the application that has it."""
    if not ask(here, "GET", f"{V3}/status/{there['id']}")["working"]:
        raise SystemExit(f"the link of {here['url']} to {there['url']} does not work")


def today_create(one: Facts, two: Facts) -> None:
    """Identify both, check for existing links, create both ends, enable OAuth, check that both work: 10 calls."""
    for here, _ in _both(one, two):
        ask(here, "GET", f"{V1}/manifest", login=False)
    for here, there in _both(one, two):
        if any(link["id"] == there["id"] for link in ask(here, "GET", f"{V3}/applinks")):
            raise SystemExit("there is a link already")
    for step in (_make, _enable, status):
        for here, there in _both(one, two):
            step(here, there)


def today_refresh(one: Facts, two: Facts) -> None:
    """Read the list of links, the link's authentication and its status, on both ends: 6 calls."""
    for here, there in _both(one, two):
        ask(here, "GET", f"{V3}/applinks")
        ask(here, "GET", f"{OAUTH_V1}/applicationlink/{there['id']}/authentication")
        status(here, there)


def today_relocate(moved: Facts, other: Facts) -> None:
    """Identify the application that moved, relocate the other one's link, check that it works: 3 calls."""
    ask(moved, "GET", f"{V1}/manifest", login=False)
    _relocate(moved, other)
    status(other, moved)


def _relocate(moved: Facts, other: Facts) -> None:
    ask(other, "POST", f"{V1}/relocateApplicationlink/{moved['id']}", params={"newUrl": moved["url"]})


def today_delete(one: Facts, two: Facts) -> None:
    """Delete the link and read the list of links, on both ends: 4 calls."""
    for here, there in _both(one, two):
        ask(here, "DELETE", f"{V1}/applicationlink/{there['id']}")
        ask(here, "GET", f"{V3}/applinks")


def wizard_create(one: Facts, two: Facts) -> None:
    """Ask each side what is at the other address, create the link, enable OAuth, check that it works: 8 calls."""
    for here, there in _both(one, two):
        ask(here, "GET", f"{FORM}/manifest", params={"url": there["url"]})
        _make(here, there)
    for step in (_enable, status):
        for here, there in _both(one, two):
            step(here, there)


def wizard_refresh(one: Facts, two: Facts) -> None:
    """Read the status of each link, as the pages do: 2 calls, and one list for each application's page."""
    for here, there in _both(one, two):
        status(here, there)


def wizard_relocate(moved: Facts, other: Facts) -> None:
    """Relocate the link, and read the status that the page then shows: 2 calls."""
    _relocate(moved, other)
    status(other, moved)


def wizard_delete(one: Facts, two: Facts) -> None:
    """Ask each side what is allowed, then delete the link there: 4 calls."""
    for here, there in _both(one, two):
        ask(here, "GET", f"{V1}/permission/reciprocate-application-delete/{there['id']}")
        ask(here, "DELETE", f"{V1}/applicationlink/{there['id']}")


STEPS: dict[str, dict[str, Callable[[Facts, Facts], None]]] = {
    "today": {
        "create": today_create,
        "refresh": today_refresh,
        "preview": today_refresh,
        "relocate": today_relocate,
        "delete": today_delete,
    },
    "wizard": {
        "create": wizard_create,
        "refresh": wizard_refresh,
        "preview": wizard_refresh,
        "relocate": wizard_relocate,
        "delete": wizard_delete,
    },
}


def main() -> None:
    """Do one operation on the pairs of applications in a file."""
    who, operation, file = sys.argv[1:]
    given = json.loads(Path(file).read_text(encoding="utf-8"))
    applications = given["applications"]
    if who == "wizard" and operation in ("refresh", "preview"):
        for application in applications[: given["pages"]]:
            ask(application, "GET", f"{V3}/applinks")
    for one, two in given["pairs"]:
        STEPS[who][operation](applications[one], applications[two])


if __name__ == "__main__":
    main()
