"""Why an application, whose credentials are called `jira`, refuses a login, and what a message has to say of it: for hooks and commands."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping

from pulumi_applinks.lab.applications import Application, Mode

Environment = MutableMapping[str, str]
Spoil = Callable[[Application, Environment], None]
WRONG = "password or the token is wrong or has expired"
CAPTCHA = "until a CAPTCHA is solved"
OFF = "asic authentication is switched off"
REMOVED = "a proxy before the application removes the Authorization header"
FRONT = "its own login"
TOKEN = "APPLINKS_JIRA_TOKEN"
NAMED = {WRONG, CAPTCHA, OFF, REMOVED, FRONT}


def wrong_password(application: Application, environment: Environment) -> None:
    """The environment has another one than the application."""
    environment["APPLINKS_JIRA_PASSWORD"] = "planted-wrong"


def silent(application: Application, environment: Environment) -> None:
    """A wrong password, of which no header says."""
    application.variants.tells_login_reason = False
    wrong_password(application, environment)


def page(application: Application, environment: Environment) -> None:
    """The same, with the page of a server."""
    application.modes.add("failed_login_page")
    silent(application, environment)


def mode(*modes: Mode) -> Spoil:
    """What is in front of it, or what state it is in."""

    def spoil(application: Application, _environment: Environment) -> None:
        for one in modes:
            application.modes.add(one)

    return spoil


CAUSES: dict[str, tuple[Spoil, set[str]]] = {
    "a wrong password": (wrong_password, {WRONG}),
    "a wrong password without a reason": (silent, {WRONG, REMOVED}),
    "a wrong password and a page": (page, {WRONG, FRONT, REMOVED}),
    "a CAPTCHA": (mode("captcha"), {CAPTCHA}),
    "the login is removed": (mode("login_removed"), {WRONG, REMOVED}),
    "basic authentication is off": (mode("basic_off"), {OFF}),
}
"""By its name: what brings it about, and the causes that are named, whatever else is said."""
