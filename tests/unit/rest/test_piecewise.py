"""Authentication on applinks 5.0 and 5.1, where it is set piece by piece: each form becomes each other one."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import responses

from pulumi_applinks.rest import ApplicationClient, Level, NotFound, OAuthConfig, OnlyByHand

URL = "https://jira.example.com"
ID = "3e3c8fef-0000-3000-8000-0000000034c5"
PACKAGE = "com.atlassian.applinks.api.auth.types."
THREE, TWO, IMPERSONATING = "OAuth", "TwoLeggedOAuth", "TwoLeggedOAuthWithImpersonation"
PROVIDERS = {
    Level.NONE: set(),
    Level.OAUTH: {THREE, TWO},
    Level.OAUTH_IMPERSONATION: {THREE, TWO, IMPERSONATING},
}
LEVELS = list(PROVIDERS)
Answer = tuple[int, dict[str, str], str]
JSON = {"Content-Type": "application/json"}


@dataclass
class OldLink:
    """One end of a link, and the resources and pages that change it [S3][S9]."""

    consumer: dict[str, Any] | None = None
    providers: set[str] = field(default_factory=set)
    secure_sessions: bool = False
    callback_page: bool = False
    writes: list[str] = field(default_factory=list)

    def become(self, incoming: Level, outgoing: Level, user: str = "") -> OldLink:
        """Be set so."""
        flags = {"twoLOAllowed": True, "twoLOImpersonationAllowed": incoming is Level.OAUTH_IMPERSONATION}
        self.consumer = None if incoming is Level.NONE else {**flags, "executingTwoLOUser": user}
        self.providers = set(PROVIDERS[outgoing])
        return self

    @property
    def levels(self) -> tuple[Level, Level]:
        """Of incoming and outgoing requests; one that no form has is an error."""
        incoming = Level.NONE
        if self.consumer is not None:
            assert self.consumer["twoLOAllowed"]
            incoming = (
                Level.OAUTH_IMPERSONATION if self.consumer["twoLOImpersonationAllowed"] else Level.OAUTH
            )
        return incoming, next(level for level, names in PROVIDERS.items() if names == self.providers)

    def authentication(self, _request: Any) -> Answer:
        """What is read of it."""
        providers = [
            {"provider": f"{PACKAGE}{name}AuthenticationProvider"} for name in sorted(self.providers)
        ]
        body = {"consumers": [self.consumer] if self.consumer else [], "configuredAuthProviders": providers}
        return 200, JSON, json.dumps(body)

    def put_consumer(self, request: Any) -> Answer:
        """Accept requests."""
        self.writes.append("consumer")
        self.consumer = json.loads(request.body)
        return 201, JSON, '{"status-code": 201}'

    def put_provider(self, request: Any) -> Answer:
        """Make requests; it takes none away."""
        self.writes.append("provider")
        name = json.loads(request.body)["provider"]
        self.providers.add(name.removeprefix(PACKAGE).removesuffix("AuthenticationProvider"))
        return 201, JSON, '{"status-code": 201}'

    def autoconfig(self, _request: Any) -> Answer:
        """Forget the consumer and outgoing 3LO; 2LO stays."""
        if self.secure_sessions:
            return 302, {"Location": f"{URL}/secure/admin/WebSudoAuthenticate!default.jspa"}, ""
        self.writes.append("autoconfig")
        self.consumer = None
        self.providers.discard(THREE)
        return 200, {"Content-Type": "text/html"}, ""

    def outbound(self, request: Any) -> Answer:
        """Switch 3LO."""
        return self._switch(request, {"enable-oauth": THREE}, "success")

    def outbound_2lo(self, request: Any) -> Answer:
        """Switch 2LO and 2LOi."""
        names = {"enable-outgoing-2lo": TWO, "enable-outgoing-2loi": IMPERSONATING}
        return self._switch(request, names, "outgoing_2lo_success")

    def _switch(self, request: Any, names: dict[str, str], success: str) -> Answer:
        if self.secure_sessions:
            return 302, {"Location": f"{URL}/secure/admin/WebSudoAuthenticate!default.jspa"}, ""
        self.writes.append(success)
        given = {name: values[0] for name, values in parse_qs(urlsplit(request.url).query).items()}
        for parameter, provider in names.items():
            (self.providers.add if given[parameter] == "true" else self.providers.discard)(provider)
        if self.callback_page:
            return 200, {"Content-Type": "text/html"}, "<html><title>You are being redirected</title></html>"
        return 302, {"Location": f"{given['callback']}?&{success}=true&message=Done"}, ""


@pytest.fixture
def link(web) -> OldLink:
    """The end of a link on an application of that generation."""
    one, pages = OldLink(), f"{URL}/plugins/servlet/applinks/auth/conf/oauth"
    root = f"{URL}/rest/applinks-oauth/1.0/applicationlink/{ID}/authentication"
    web.get(
        f"{URL}/rest/applinks/1.0/manifest",
        json={"id": ID, "typeId": "jira", "url": URL, "applinksVersion": "5.0.0"},
    )
    web.get(re.compile(f"{URL}/secure/.*"), body="<html><title>Administrator Access</title></html>")
    web.put(f"{URL}/rest/applinks/3.0/status/{ID}/oauth", status=404)
    web.add_callback("GET", root, one.authentication)
    web.add_callback("PUT", f"{root}/consumer", one.put_consumer)
    provider = f"{URL}/rest/applinks/2.0/applicationlink/{ID}/authentication/provider"
    web.add_callback("PUT", provider, one.put_provider)
    web.add_callback("DELETE", f"{pages}/autoconfig/{ID}", one.autoconfig)
    web.add_callback("GET", f"{pages}/outbound/apl/{ID}", one.outbound)
    web.add_callback("GET", f"{pages}/outbound/apl-2lo/{ID}", one.outbound_2lo)
    return one


@pytest.fixture
def client() -> Iterator[ApplicationClient]:
    """Who asks makes no difference."""
    with ApplicationClient("source", URL) as one:
        yield one


CHANGES = list(itertools.permutations(itertools.product(LEVELS, LEVELS), 2))


@pytest.mark.parametrize(("before", "after"), CHANGES)
def test_each_form_becomes_each_other_one(link, client, before, after):
    """Both directions, with nothing left of the form before; the user of incoming requests stays."""
    link.become(*before, user="bot")
    client.oauth.set_levels(ID, OAuthConfig(incoming=after[0], outgoing=after[1]))

    assert link.levels == after
    if Level.NONE not in (before[0], after[0]):
        assert link.consumer["executingTwoLOUser"] == "bot"


@pytest.mark.parametrize("form", list(itertools.product(LEVELS, LEVELS)))
def test_a_form_that_is_there_already(link, client, form):
    """Is not written."""
    link.become(*form)
    client.oauth.set_levels(ID, OAuthConfig(incoming=form[0], outgoing=form[1]))

    assert (link.writes, client.writes) == ([], ())


@pytest.mark.parametrize("leftover", [{TWO}, {THREE}, {IMPERSONATING}, {TWO, IMPERSONATING}])
@pytest.mark.parametrize("outgoing", LEVELS)
def test_what_an_earlier_change_left(link, client, leftover, outgoing):
    """Is completed or removed."""
    link.providers = set(leftover)
    client.oauth.set_levels(ID, OAuthConfig(outgoing=outgoing))

    assert link.levels == (Level.NONE, outgoing)


@pytest.mark.parametrize(("before", "after"), CHANGES)
def test_an_application_that_wants_a_secure_session(link, client, before, after):
    """Lets a program add; what only its pages remove is reported with the page and what to set there, and nothing was changed."""
    link.become(*before).secure_sessions = True
    order = LEVELS.index
    grows = order(after[1]) >= order(before[1]) and (after[0] is not Level.NONE or before[0] is Level.NONE)
    if grows:
        client.oauth.set_levels(ID, OAuthConfig(incoming=after[0], outgoing=after[1]))
        assert link.levels == after
        return
    with pytest.raises(OnlyByHand) as caught:
        client.oauth.set_levels(ID, OAuthConfig(incoming=after[0], outgoing=after[1]))
    told = caught.value.told.flat
    assert f"{URL}/plugins/servlet/applinks/listApplicationLinks" in told
    assert (
        f"incoming authentication to {after[0].value} and its outgoing authentication to {after[1].value}"
        in told
    )
    assert "WebSudoAuthenticate" in told or "Administrator Access" in told
    assert (link.levels, link.writes) == (before, [])


def test_a_page_that_warns_of_where_it_leads(link, client):
    """Has done its work before: what is read says, not the page."""
    link.become(Level.OAUTH, Level.OAUTH_IMPERSONATION).callback_page = True
    client.oauth.set_levels(ID, OAuthConfig(incoming=Level.OAUTH, outgoing=Level.OAUTH))

    assert link.levels == (Level.OAUTH, Level.OAUTH)


def test_pages_are_told_among_the_writes(link, client):
    """Although their method only reads."""
    link.become(Level.NONE, Level.OAUTH)
    client.oauth.set_levels(ID, OAuthConfig())

    assert [write.rpartition("/oauth/")[2] for write in client.writes] == [
        f"outbound/apl/{ID}",
        f"outbound/apl-2lo/{ID}",
    ]


def test_a_link_that_is_gone_from_a_newer_version(web, client):
    """Is not set piece by piece: where 3.0 is known, its 404 is about the link."""
    with responses.RequestsMock() as newer:
        newer.get(f"{URL}/rest/applinks/3.0/applinks", json=[])
        newer.put(f"{URL}/rest/applinks/3.0/status/{ID}/oauth", status=404, json={"errors": []})
        client.links.all()
        with pytest.raises(NotFound):
            client.oauth.set_levels(ID, OAuthConfig())
