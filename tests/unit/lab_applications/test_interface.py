"""The tables of the interface: every resource answers what its row says, and the page about them is not stale."""

import base64
import re

import pytest

from pulumi_applinks.lab.applications import GENERATIONS, Directory
from pulumi_applinks.lab.applications.dispatch import Dispatcher
from pulumi_applinks.lab.applications.fields import ENTITIES, differences, fields_of
from pulumi_applinks.lab.applications.interface import EVERY, rules
from tests.interface.calls import NotReadable, client_calls
from tests.interface.page import PAGE, UNPLAYED, matched, text
from tests.unit.lab_applications.conftest import link_both_ways

FLAGS = {"enabled": True, "twoLoEnabled": True, "twoLoImpersonationEnabled": False}
LINK = {"typeId": "confluence", "name": "Docs", "displayUrl": "{url}", "rpcUrl": "{url}", "id": "{id}"}
FORM = {"trustEachOther": False, "shareUserbase": False}
PROVIDER = "com.atlassian.applinks.api.auth.types.OAuthAuthenticationProvider"
OTHER = "http://other.example.com"

SENT = {
    "PUT /applicationlink/<link_id>": LINK,
    "PUT /applicationlink": {**LINK, "id": None, "name": "Other", "rpcUrl": OTHER},
    "POST /applicationlink/<link_id>": LINK,
    "PUT /applinks/<link_id>": LINK,
    "POST /applicationlinkForm/createAppLink": {
        "applicationLink": {**LINK, "name": "Other", "rpcUrl": OTHER},
        "configFormValues": FORM,
    },
    "POST /applicationlinkForm/details": {
        "remoteUrl": "{url}",
        "rpcUrl": "{own}",
        "username": "sysadmin",
        "password": "{password}",
    },
    "PUT /status/<link_id>/oauth": {"incoming": FLAGS, "outgoing": FLAGS},
    "PUT /applicationlink/<link_id>/authentication/consumer": {"twoLOAllowed": True},
    "PUT /applicationlink/<link_id>/authentication/provider": {"provider": PROVIDER, "config": {}},
    "POST /upgrade/ual/<link_id>": {},
}
"""The bodies of calls, by method and path."""

ASKED = {
    "/applicationlinkForm/manifest": {"url": "{stranger}"},
    "/relocateApplicationlink/<link_id>": {"newUrl": "{url}", "nowarning": "true"},
    "/applicationlink/<link_id>/authentication/consumer": {"autoConfigure": "true"},
    "/authenticationinfo/id/<link_id>/url/<path:url>": {"url": "{url}"},
    "/rest/api/2/user": {"username": "user", "expand": "groups"},
    "/rest/api/user": {"username": "user", "expand": "status"},
    "/rest/api/user/memberof": {"username": "user"},
    "/rest/usermanagement/1/user": {"username": "user"},
}
"""The parameters of calls, by path."""


def filled(value, facts):
    """A body or parameters with what this test's applications are called."""
    if isinstance(value, dict):
        return {key: filled(one, facts) for key, one in value.items()}
    return value.format_map(facts) if isinstance(value, str) else value


PLAYED = [("jira", generation) for generation in GENERATIONS] + [
    ("confluence", "9"),
    ("stash", "9"),
    ("crowd", "9"),
    ("fecru", "5.4"),
]


@pytest.mark.parametrize(("type_id", "generation"), PLAYED)
def test_every_resource_answers_exactly_its_fields(lab, ask, type_id, generation):
    """Under each version of the interface; `ask` looks at the fields of whatever is answered."""
    shared = Directory()
    here = lab.start(type_id, generation=generation, directory=shared)
    there, stranger = lab.start("confluence", directory=shared), lab.start("bamboo")
    here.modes.remove("basic_off")
    here.modes.remove("secure_sessions")
    here.crowd_applications["user"] = shared["sysadmin"].password
    link_both_ways(here, there)
    here.links[there.server_id].give_trust()
    here.links[there.server_id].give_basic_access("reader", "secret")
    kept = here.links.by_id()[there.server_id]
    facts = {
        "id": there.server_id,
        "url": there.url,
        "own": here.url,
        "password": shared["sysadmin"].password,
        "stranger": stranger.url,
    }
    assert isinstance(here.serves, Dispatcher)
    for rule, resource in here.serves.resources.items():
        for link in list(here.links):
            here.links.remove(link.id)
        here.links.replace(kept.id, kept)
        path = rule.partition(" ")[2].replace("<link_id>", kept.id).replace("<type_id>", "confluence")
        path = re.sub(
            "<[^>]*>", lambda part: {"<slug>": "user", "<name>": "STATUS_API"}.get(part[0], "x"), path
        )
        sent = filled(SENT.get(f"{resource.method} {resource.path}"), facts)
        more = {"headers": {"Authorization": basic(facts)}} if "usermanagement" in path else {}
        answer = ask(
            here,
            resource.method,
            path,
            None if more else "sysadmin",
            json=sent,
            params=filled(ASKED.get(resource.path, {}), facts),
            **more,
        )
        assert answer.ok, (rule, answer.status_code, answer.text)
        if "json" not in answer.headers.get("Content-Type", ""):
            assert {"nothing", "page", "consumer_info", "name"} & set(resource.answers), rule


def basic(facts):
    """The login of an application that Crowd knows."""
    return "Basic " + base64.b64encode(f"user:{facts['password']}".encode()).decode()


def test_every_resource_was_asked():
    """Each that the lab has is served by one of the applications of the test above."""
    served = {
        id(rule.endpoint)
        for type_id, generation in PLAYED
        for rule in rules(GENERATIONS[generation], type_id)
    }

    assert [one.path for routes in EVERY for one in routes.found if id(one) not in served] == []


@pytest.mark.parametrize(
    ("path", "user", "entity"),
    [
        ("/rest/applinks/1.0/applicationlink", "user", "status"),
        ("/rest/applinks/1.0/applicationlink/type/none", "sysadmin", "error_list"),
        ("/rest/applinks/3.0/applinks", "user", "rest_errors"),
        ("/rest/applinks/3.0/status/nothing", "sysadmin", "rest_errors"),
        ("/rest/api/2/user?username=ghost", "user", "jira_errors"),
    ],
)
def test_what_is_refused_has_exactly_its_fields(lab, ask, path, user, entity):
    """In the form of its part of the interface."""
    answer = ask(lab.start("jira"), "GET", path, user)

    assert answer.status_code >= 400
    assert differences(entity, "9", answer.json()) == []


def test_a_field_more_or_less_is_found():
    """Also within another record; a field of a later generation is one too many in an earlier one."""
    body = {"incoming": FLAGS, "outgoing": {**FLAGS, "more": 1}}

    assert differences("oauth", "9", body) == ["oauth_config has more"]
    assert differences("oauth", "9", {"incoming": FLAGS}) == ["oauth lacks outgoing"]
    assert "iconUri" in {one.name for one in fields_of("application_link", "9")}
    assert "iconUri" not in {one.name for one in fields_of("application_link", "3")}
    assert "appLinkState" not in {one.name for one in fields_of("list_entry", "5")}


@pytest.mark.parametrize("entity", ENTITIES)
def test_what_a_table_refers_to_exists(entity):
    """Each record within another one, and each that a resource answers."""
    assert all(one.inner in {None, "*", *ENTITIES} for one in fields_of(entity, "9"))
    assert {name for routes in EVERY for one in routes.found for name in one.answers} <= set(ENTITIES)


def test_the_page_about_the_interface_is_not_stale():
    """`python -m tests.interface.page` writes it again."""
    assert PAGE.read_text(encoding="utf-8") == text()


def test_every_call_of_the_client_is_known():
    """It is played, or it stands among what the lab does not play."""
    known = {(method, f"/rest/{path}") for method, path in UNPLAYED}
    resources = [one for routes in EVERY for one in routes.found]
    unknown = [
        (method, path)
        for method, path in client_calls() - known
        if not any(one.method == method and matched(one, path) for one in resources)
    ]

    assert unknown == []


def test_the_clients_calls_are_read_from_its_source(tmp_path):
    """Constants, what is filled in, loops over constants; a path that can't be reported is an error."""
    source = tmp_path / "client.py"
    source.write_text(
        'ROOT = "/rest/applinks"\nV1 = f"{ROOT}/1.0"\nV2 = f"{ROOT}/2.0"\n'
        'def ask(self, link):\n    self.send("PUT", f"{V1}/applicationlink/{link.id}")\n'
        '    for root in (V1, V2):\n        self.send("GET", f"{root}/x/{link}/y")\n    self.send("GET", V1)\n'
    )
    assert client_calls(tmp_path) == {
        ("PUT", "/rest/applinks/1.0/applicationlink/{}"),
        ("GET", "/rest/applinks/1.0/x/{}/y"),
        ("GET", "/rest/applinks/2.0/x/{}/y"),
        ("GET", "/rest/applinks/1.0"),
    }

    source.write_text('def ask(self, where):\n    self.send("GET", f"{where}/applinks")\n')
    with pytest.raises(NotReadable, match="applinks"):
        client_calls(tmp_path)
