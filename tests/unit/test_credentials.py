"""Where credentials come from, and that an application's refusal shows it."""

from __future__ import annotations

import json
import traceback
from typing import Any, cast

import pytest

from pulumi_applinks.credentials import CredentialsError, NamedCredentials
from pulumi_applinks.lab.applications import Lab
from pulumi_applinks.lifecycle import GivenCredentials
from pulumi_applinks.rest import ApplicationClient, Basic, NotAuthenticated, Token
from pulumi_applinks.testing import Stack
from tests.reliability.hostile.bodies import MANIFEST
from tests.reliability.hostile.server import Exchange, HostileServer, answering

PAIR = {"username": "admin", "password": "planted"}
ENVIRONMENT = {"APPLINKS_WIKI_USERNAME": "admin", "APPLINKS_WIKI_PASSWORD": "planted"}


def configured(entry: dict[str, str]) -> str:
    """The stack's configuration."""
    return json.dumps({"wiki": entry})


def refusing(exchange: Exchange) -> None:
    """An application that says who it is, and lets nobody in."""
    identifying = exchange.path.endswith("/manifest")
    answering(json.dumps(MANIFEST).encode() if identifying else b"", 200 if identifying else 401)(exchange)


def refusal(credentials: NamedCredentials, given: str | GivenCredentials) -> str:
    """What is shown when an application refuses them."""
    name = given if isinstance(given, str) else None
    with (
        HostileServer(refusing) as server,
        ApplicationClient(
            "target (x)", server.url, credentials.login(given), credentials_name=name
        ) as client,
        pytest.raises(NotAuthenticated) as caught,
    ):
        client.links.all()
    assert "planted" not in "".join(traceback.format_exception(caught.value)) + repr(vars(caught.value))
    return caught.value.told.flat


def test_a_refusal_names_the_environments_variables():
    """They are always current, so nothing is said of a stored configuration."""
    told = refusal(NamedCredentials(ENVIRONMENT, configured(PAIR)), "wiki")

    assert "the environment (APPLINKS_WIKI_USERNAME and APPLINKS_WIKI_PASSWORD)" in told
    assert "configuration" not in told
    told = refusal(NamedCredentials({"APPLINKS_WIKI_TOKEN": "planted"}), "wiki")
    assert "the environment (APPLINKS_WIKI_TOKEN)" in told


@pytest.mark.parametrize(("entry", "part"), [(PAIR, "password"), ({"token": "planted"}, "token")])
def test_a_refusal_names_the_key_of_the_configuration(entry, part):
    """With the command that corrects it, and that the last `up` counts."""
    told = refusal(NamedCredentials({}, configured(entry)), "wiki")

    assert f"`pulumi config set --secret --path applinks:credentials.wiki.{part}`" in told
    assert "still use the configuration stored then, unless they are run with --run-program" in told
    assert "APPLINKS_WIKI_… in the environment would win" in told


def test_a_refusal_names_the_program():
    """Where the program gives them itself."""
    told = refusal(NamedCredentials({}), GivenCredentials(username="admin", password="planted"))

    assert "Correct the Credentials(...) in the program and run `pulumi up`" in told


def test_where_a_login_comes_from_makes_no_difference():
    """Two logins are the same when an application can't distinguish them, and neither shows its secret."""
    assert Basic("a", "planted", "here") == Basic("a", "planted", "there")
    assert Token("planted", "here") == Token("planted", "there")
    assert "planted" not in repr(Basic("a", "planted")) + repr(Token("planted"))
    assert "here" not in repr(Token("planted", "here"))


def test_the_configuration_is_read_when_a_name_is_looked_up_in_it():
    """One that is broken hinders nothing that does not need it, and is never quoted."""
    broken = NamedCredentials(ENVIRONMENT, '{"planted": ')

    assert broken.login("wiki") == Basic("admin", "planted")
    assert broken.login(None) is None
    with pytest.raises(CredentialsError, match="has no named credentials") as caught:
        broken.login("docs")
    assert "planted" not in str(caught.value)


@pytest.mark.parametrize(
    "name", ["jira", "jira.prod", "jira-prod", "jira prod", "jira/2", "Jira_Prod", "jürgen"]
)
def test_the_fixtures_give_the_variables_that_are_read(lab: Lab, name: str):
    """For any name that a program may give its credentials."""
    jira = lab.start("jira")
    stack = Stack(cast("Any", None), {})
    stack.credentials(name, jira)

    login = NamedCredentials(stack.environment).login(name)
    assert isinstance(login, Basic)
    assert login.password == jira.users["sysadmin"].password
