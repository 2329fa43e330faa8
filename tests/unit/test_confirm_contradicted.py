"""No fact is confirmed by something that can't be contradicted: an application with another behaviour is recognized."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from confirm.facts import FACTS
from pulumi_applinks.lab.applications import Application, Fault, Generation, Lab, Variants
from tests.unit.confirming import Lie, Scene, answers, changed, with_more

Otherwise = Lie | Variants | Callable[[Application], Any]

LINKS = "*/1.0/applicationlink"
LINK = "*/1.0/applicationlink/*"
LOOK = "*/applicationlinkForm/manifest"
STATUS = "*/3.0/status/*"
OAUTH = "*/3.0/status/*/oauth"
AUTHENTICATION = "*/authentication"
PROVIDER = "*/authentication/provider"
CONSUMER = "*/authentication/consumer"
RELOCATE = "*/relocateApplicationlink/*"
MORE = changed(with_more)


def anonymous(request):
    return "Authorization" not in request.headers


def forged(request):
    return "X-Atlassian-Token" not in request.headers


def links_with(**fields):
    """The list of the links, each with other fields."""
    return changed(lambda body: {"applicationLinks": [{**one, **fields} for one in body["applicationLinks"]]})


def body_with(**fields):
    """A record with other fields."""
    return changed(lambda body: {**body, **fields})


OTHERWISE: dict[str, Otherwise] = {
    "manifest.open": lambda one: one.modes.add("manifest_needs_login"),
    "manifest.fields": Lie("GET", "*/1.0/manifest", MORE),
    "manifest.plugin": Lie("GET", "*/1.0/manifest", body_with(applinksVersion="10.0.0")),
    "xml.default": Lie("GET", "*/1.0/manifest", answers(200, {}), lambda asked: "*/*" in str(asked.accept_mimetypes)),
    "suffix.json": Lie("GET", "*.json", answers(404)),
    "anonymous.older": Lie("GET", LINKS, answers(200, {}), anonymous),
    "anonymous.3": Lie("GET", "*/3.0/applinks", answers(200, []), anonymous),
    "token.anonymous": Lie(
        "GET", "*/1.0/manifest", answers(401), lambda asked: "Bearer" in asked.headers.get("Authorization", "")
    ),
    "basic.off": lambda one: one.modes.remove("basic_off"),
    "basic.refused": lambda one: one.modes.add("failed_login_goes_on"),
    "admin.told": Lie("GET", "*/authenticationinfo", answers(404)),
    "websudo.passes": Variants(websudo_for_basic=True),
    "xsrf.get": Lie("GET", LOOK, answers(200, {}), forged),
    "older.latest": Variants(legacy_under_latest=False),
    "older.3": Variants(legacy_under_latest=False),
    "no.3": Lie("GET", "*/3.0/applinks", answers(200, [])),
    "no.oauth": Lie("GET", AUTHENTICATION, answers(404, {"status-code": 404})),
    "no.resource": Lie("GET", "*-nobody", answers(404)),
    "list.key": Lie("GET", LINKS, answers(200, {"list": []})),
    "link.fields": Lie("GET", LINKS, MORE),
    "link.self": Lie("GET", "*/latest/applicationlink", links_with(link=[{"href": "/rest/applinks/1.0/applicationlink/"}])),
    "admin.list": Lie("GET", "*/listApplicationlinks", MORE),
    "list3.bare": Lie("GET", "*/3.0/applinks", answers(200, {"list": []})),
    "link3.fields": Lie("GET", "*/3.0/applinks", MORE),
    "system.hidden": Lie("GET", LINKS, links_with(rpcUrl="http://shown.example.com")),
    "oauth2.listed": Lie("GET", "*/3.0/applinks", changed(lambda body: [{**one, "type": "jira"} for one in body])),
    "unknown.older": Variants(unknown_link_status=400),
    "unknown.3": Lie("GET", "*/3.0/applinks/*", answers(500)),
    "errors.older": Lie("GET", "*/applicationlink/type/*", answers(400, {"message": "wrong"})),
    "errors.3": Lie("GET", "*/3.0/applinks/*", answers(404, {"message": "unknown"})),
    "permission.code": Lie("GET", "*/permission/*", answers(404)),
    "look.itself": Lie("GET", LOOK, answers(200, {})),
    "look.nothing": Lie("GET", LOOK, answers(404)),
    "look.blank": Lie("GET", LOOK, answers(200, {})),
    "look.other": Lie("GET", LOOK, answers(200, {})),
    "capabilities": Lie("GET", "*/3.0/capabilities", answers(200, ["MIGRATION_API"])),
    "consumer-info": Variants(consumer_info_root="oauthConsumer"),
    "oauth.open": Lie("GET", OAUTH, answers(401)),
    "authentication.unknown": Lie("GET", AUTHENTICATION, answers(500)),
    "user.unknown": Lie("GET", "*/rest/api/2/user", answers(200, {})),
    "put.creates": Lie("PUT", LINK, answers(200, {"status-code": 201})),
    "put.tells": Lie("PUT", LINK, answers(201, {})),
    "put.made": Lie("PUT", LINK, body_with(**{"resources-created": {"link": []}})),
    "put.again": Lie("PUT", LINK, answers(201, {"status-code": 201})),
    "id.server": Lie("GET", LINKS, answers(200, {"applicationLinks": []})),
    "primary.first": Lie("GET", LINKS, links_with(isPrimary=False)),
    "slash.stripped": Variants(keeps_trailing_slash=True),
    "name.refused": Lie("PUT", LINK, answers(200, {})),
    "name.numbered": Lie("GET", LINKS, links_with(name="Other")),
    "rpc.kept": Lie("PUT", LINK, answers(200, {})),
    "rpc.taken": Lie("PUT", LINK, answers(400, {})),
    "edit3": Lie("PUT", "*/3.0/applinks/*", answers(204)),
    "edit3.fields": Lie("PUT", "*/3.0/applinks/*", MORE),
    "rights.first": Lie("POST", RELOCATE, answers(500)),
    "xsrf.post": Lie("POST", RELOCATE, answers(404, {"status-code": 404}), forged),
    "relocate.dead": Lie("POST", RELOCATE, answers(204), lambda asked: ".invalid" in asked.args["newUrl"]),
    "relocate.moves": Lie("POST", RELOCATE, answers(409), lambda asked: ".invalid" not in asked.args["newUrl"]),
    "relocate.display": Lie("GET", LINKS, links_with(displayUrl="http://shown.example.com")),
    "provider.added": Lie("PUT", PROVIDER, answers(204)),
    "provider.unknown": Lie("PUT", PROVIDER, answers(201)),
    "provider.key": Variants(provider_list_key=""),
    "consumer.made": Lie("PUT", CONSUMER, answers(404)),
    "user.unchecked": Variants(checks_execute_as=True),
    "user.kept": Variants(drops_execute_as=True),
    "authentication.fields": Lie("GET", AUTHENTICATION, MORE),
    "oauth.set": Lie("PUT", OAUTH, answers(200)),
    "oauth.told": Lie("GET", OAUTH, answers(200, {"incoming": {}, "outgoing": {}})),
    "oauth.json": Lie("PUT", OAUTH, answers(400)),
    "oauth.incomplete": Lie("PUT", OAUTH, answers(400)),
    "oauth.unknown": Lie("PUT", OAUTH, answers(204)),
    "status.fields": Lie("GET", STATUS, MORE),
    "status.levels": Lie("GET", STATUS, body_with(remoteAuthentication=None)),
    "status.working": Lie("GET", STATUS, body_with(working=False, error={"type": "X", "category": "X"})),
    "status.broken": Lie("GET", STATUS, answers(500)),
    "status.mismatch": Lie("GET", STATUS, body_with(error=None)),
    "incoming.off": Lie("GET", AUTHENTICATION, body_with(consumers=[{"key": "still there"}])),
    "autoconfig.2lo": Lie("GET", AUTHENTICATION, body_with(configuredAuthProviders=[])),
    "delete.tells": Lie("DELETE", LINK, answers(204)),
    "delete.again": Lie("DELETE", LINK, answers(200, {"status-code": 200})),
    "delete.gone": lambda one: one.faults.add(Fault("DELETE", "*/applicationlink/*", status=200, times=2)),
}  # fmt: skip
"""What an application does that does not hold to a fact."""


def test_every_fact_can_be_contradicted():
    """Each has an application that does otherwise."""
    assert OTHERWISE.keys() == FACTS.keys()


@pytest.mark.parametrize("name", FACTS)
def test_what_is_otherwise_is_contradicted(name: str, lab: Lab, tmp_path: Path):
    """The exit code and the file say so, and both lists of links are as they were."""
    fact, otherwise = FACTS[name], OTHERWISE[name]
    generation: Generation = "9" if fact.concerns("jira", "9") else fact.until
    scene = Scene(
        lab,
        tmp_path,
        generation,
        variants=otherwise if isinstance(otherwise, Variants) else None,
        lie=otherwise if isinstance(otherwise, Lie) else None,
    )
    before = scene.links()
    second = lab.proxy(scene.target) if name.startswith("relocate.") else ""
    if callable(otherwise):
        otherwise(scene.source)
    code = scene.run(write=fact.writes, CONFIRM_TARGET_NEW_URL=second).code

    assert scene.verdicts()[name] == "contradicted"
    assert code == 1
    assert scene.links() == before
