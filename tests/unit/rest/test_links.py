"""An application's links: each version's lists become the same records; a firewall before them; ids that can't be used."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from responses import matchers

from pulumi_applinks.rest import (
    ApplicationClient,
    IdTaken,
    Invalid,
    Level,
    Link,
    NotTheApplication,
    OAuthConfig,
    Refused,
    RelocationNotReachable,
    ServerFault,
)
from tests.unit.rest.conftest import ID, URL, V1, V3


def test_links_of_both_spellings(web, client):
    """3.0 first; what is missing there is read from 1.0, and asked there from then on."""
    web.get(f"{V3}/applinks", status=404)
    old = {
        "id": ID,
        "typeId": "confluence",
        "name": "Docs",
        "displayUrl": "https://wiki",
        "isPrimary": True,
        "isSystem": True,
    }
    web.get(f"{V1}/applicationlink", json={"applicationLinks": [old, {"name": "no id"}]})
    web.post(f"{V1}/applicationlink/primary/{ID}", json={})
    [link] = client.links.all()

    assert link == Link(
        id=ID, type_id="confluence", name="Docs", display_url="https://wiki", primary=True, system=True
    )
    client.links.make_primary(ID)
    client.links.all(ID)
    assert client.requests_sent == 4


def test_links_of_30(web, client):
    """A bare list with other names for the same fields."""
    web.get(f"{V3}/applinks", json=[_entry(ID)])

    assert [(link.rpc_url, link.what) for link in client.links.all()] == [("https://b", "application")]
    assert client.links.get("other") is None


def _entry(link_id: str, **changed: Any) -> dict[str, Any]:
    return {
        "id": link_id,
        "type": "confluence",
        "name": "Docs",
        "displayUrl": "https://a",
        "rpcUrl": "https://b",
        "primary": False,
        "system": False,
        **changed,
    }


def test_entries_that_are_no_links(web, client):
    """OAuth 2.0 clients, and entries that don't read as the interface writes them, break no list: they are distinguished by name."""
    oauth2 = _entry("0f1e2d3c4b5a69788796a5b4c3d2e1f0", type="generic", name="Reporting app")
    broken = _entry(ID.replace("3", "4"), rpcUrl={"host": "b"}, primary="perhaps")
    without_id = [{"name": "no id"}, _entry(""), _entry(ID, id=[1])]
    web.get(f"{V3}/applinks", json=[oauth2, broken, *without_id, _entry(ID)])

    assert [(link.name, link.what) for link in client.links.all()] == [
        ("Reporting app", "generic"),
        ("Docs", "incomplete"),
        ("Docs", "application"),
    ]


def test_a_list_of_30_that_fails(web, client):
    """Because of an OAuth 2.0 client without an address: the older list is read, and changes still go to 3.0."""
    web.get(f"{V3}/applinks", status=500, json={"message": "no redirect URL"})
    older = {"id": ID, "typeId": "jira", "name": "Jira", "displayUrl": "https://a", "rpcUrl": "https://b"}
    web.get(f"{V1}/applicationlink", json={"applicationLinks": [older]})
    changed = web.put(f"{V3}/applinks/{ID}", json={})

    assert [link.what for link in client.links.all()] == ["application"]
    client.links.edit(ID, name="n", rpc_url="https://b", display_url="https://d")
    assert changed.call_count == 1


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({}, "application"),
        ({"system": True}, "system"),
        ({"type": "generic"}, "generic"),
        ({"type": "subversion"}, "unknown-type"),
        ({"type": ""}, "incomplete"),
        ({"id": "0f1e2d3c4b5a69788796a5b4c3d2e1f0"}, "incomplete"),
        ({"name": " "}, "incomplete"),
        ({"displayUrl": "/wiki"}, "incomplete"),
        ({"rpcUrl": None}, "incomplete"),
        ({"broken": True}, "incomplete"),
    ],
)
def test_what_an_entry_is(changed, what):
    """An application's link is what reads as one; a program may touch nothing else."""
    entry = {"id": ID, "type": "jira", "name": "n", "displayUrl": "https://d", "rpcUrl": "http://r/x"}

    assert Link.model_validate({**entry, **changed}).what == what


def test_a_relocation(web, client):
    """A new address at which nothing answers has its own error; without contact it is said to the application."""
    web.post(
        f"{V1}/relocateApplicationlink/{ID}",
        status=409,
        match=[matchers.query_param_matcher({"newUrl": "https://new", "nowarning": "false"})],
    )
    web.post(
        f"{V1}/relocateApplicationlink/{ID}",
        status=204,
        match=[matchers.query_param_matcher({"newUrl": "https://new", "nowarning": "true"})],
    )
    with pytest.raises(RelocationNotReachable, match="did not reach anything that it trusts at https://new"):
        client.links.relocate(ID, "https://new")
    client.links.relocate(ID, "https://new", without_contact=True)


def test_an_edit_on_a_version_without_30(web, client):
    """Is a PUT of the whole link; a link that is gone is not made again."""
    web.get(f"{V3}/applinks", status=404)
    web.get(f"{V1}/applicationlink", json={"applicationLinks": [{"id": ID, "typeId": "jira", "rpcUrl": "u"}]})
    put = web.put(f"{V1}/applicationlink/{ID}", json={})
    client.links.edit(ID, name="n", rpc_url="u", display_url="d")
    assert put.call_count == 1
    client.links.edit("gone", name="n", rpc_url="u", display_url="d")
    assert put.call_count == 1


def test_an_edit_takes_no_place_as_primary(web, client):
    """It never says that the link is primary, also when it was read as such; nor does it leave out what some versions need."""
    listed = {"id": ID, "type": "jira", "rpcUrl": "https://u", "primary": True}
    web.get(f"{V3}/applinks", json=[listed])
    sent = {"name": "n", "rpcUrl": "https://u", "displayUrl": "https://d"}
    web.put(f"{V3}/applinks/{ID}", json={}, match=[matchers.json_params_matcher(sent)])
    client.links.edit(ID, name="n", rpc_url="https://u", display_url="https://d")
    web.replace("PUT", f"{V3}/applinks/{ID}", status=400, json={"errors": []})
    whole = {**sent, "id": ID, "typeId": "jira", "isPrimary": False, "isSystem": False}
    old = web.put(f"{V1}/applicationlink/{ID}", json={}, match=[matchers.json_params_matcher(whole)])
    client.links.edit(ID, name="n", rpc_url="https://u", display_url="https://d")
    assert old.call_count == 1


REJECTED = "<html><title>Request rejected</title></html>"


@pytest.fixture
def walled(web) -> Iterator[ApplicationClient]:
    """Of an application behind such a firewall."""
    for method in ("GET", "POST"):
        web.add(
            method,
            re.compile(r".*https?(:|%3A).*(:|%3A)"),
            status=403,
            body=REJECTED,
            content_type="text/html",
        )
    with ApplicationClient("source", URL) as one:
        yield one


def listed(web, **more: str) -> None:
    """Its list of links, of 3.0."""
    link = {
        "id": ID,
        "type": "confluence",
        "name": "Wiki",
        "displayUrl": "https://old",
        "rpcUrl": "https://old",
        **more,
    }
    web.get(f"{V3}/applinks", json=[link])


@pytest.mark.parametrize(
    ("display_url", "becomes"), [("https://old/", "https://new"), ("https://public", "https://public")]
)
def test_a_relocation_goes_another_way(web, walled, display_url, becomes):
    """Where the address can be in the body; a display URL of its own stays."""
    listed(web, displayUrl=display_url)
    sent = {"name": "Wiki", "rpcUrl": "https://new", "displayUrl": becomes}
    edit = web.put(f"{V3}/applinks/{ID}", json={}, match=[matchers.json_params_matcher(sent)])
    walled.links.relocate(ID, "https://new")

    assert edit.call_count == 1


def test_a_relocation_that_has_no_other_way(web, walled):
    """Is reported as refused by something else than the application: where 3.0 is missing, or the link is."""
    web.get(f"{V3}/applinks", json=[])
    with pytest.raises(NotTheApplication, match="Request rejected"):
        walled.links.relocate(ID, "https://new")
    web.replace("GET", f"{V3}/applinks", status=404)
    web.get(f"{V1}/applicationlink", json={"applicationLinks": [{"id": ID}]})
    with ApplicationClient("source", URL) as another, pytest.raises(NotTheApplication):
        another.links.relocate(ID, "https://new")


def test_what_the_application_sees_is_not_told(walled):
    """Nothing is concluded from the firewall's refusal."""
    assert walled.links.sees("https://new").kind == "not_told"


def test_rights_are_looked_up_without_an_address(web, walled):
    """So the firewall lets the request through."""
    web.post(
        re.compile(rf"{re.escape(V1)}/relocateApplicationlink/.*newUrl=none"),
        status=403,
        json={"message": "no"},
    )

    assert not walled.users.login_is_system_administrator()


LINK = Link(id=ID, type_id="confluence", name="Wiki", display_url="https://wiki", rpc_url="https://wiki")
WRITES: dict[str, Callable[[ApplicationClient], object]] = {
    "making": lambda client: client.links.put(LINK),
    "changing": lambda client: client.links.edit(ID, name="n", rpc_url="https://r", display_url="https://d"),
    "relocating": lambda client: client.links.relocate(ID, "https://new"),
    "authentication": lambda client: client.oauth.set_levels(ID, OAuthConfig()),
    "the user": lambda client: client.oauth.set_execute_as(ID, Level.OAUTH, "bot"),
}


@pytest.fixture
def unlisted(web) -> Iterator[ApplicationClient]:
    """Of an application whose list is empty."""
    web.get(f"{V3}/applinks", json=[])
    web.get(f"{V1}/applicationlink/type/confluence", json={"applicationLinks": []})
    with ApplicationClient("source", URL) as one:
        yield one


def refuse(web, status: int) -> None:
    """Every write is answered so."""
    for method in ("PUT", "POST"):
        web.add(method, re.compile(f"{URL}/.*"), status=status, json={"message": "no"})


@pytest.mark.parametrize("status", [400, 500])
@pytest.mark.parametrize("write", WRITES)
def test_an_id_that_is_taken_is_named(web, unlisted, write, status):
    """With the likely reasons and what to do, in whatever is written."""
    refuse(web, status)

    with pytest.raises(IdTaken, match=rf"(?s){ID}.*corrupted link.*plugin\s+is gone") as caught:
        WRITES[write](unlisted)
    assert (caught.value.status, caught.value.link_id) == (status, ID)


@pytest.mark.parametrize("write", WRITES)
def test_a_link_that_is_listed_is_refused_for_another_reason(web, unlisted, write):
    """The refusal stays what it is."""
    refuse(web, 500)
    web.replace("GET", f"{V3}/applinks", json=[{"id": ID, "type": "confluence"}])

    with pytest.raises(ServerFault):
        WRITES[write](unlisted)


def test_a_type_that_the_application_does_not_have(web, unlisted):
    """Is no taken id."""
    refuse(web, 400)
    web.replace("GET", f"{V1}/applicationlink/type/confluence", status=400, json={"message": "no"})

    with pytest.raises(Invalid):
        WRITES["making"](unlisted)


def test_a_list_that_can_not_be_read(web, unlisted):
    """Says nothing of the id."""
    refuse(web, 500)
    web.replace("GET", f"{V3}/applinks", status=403, json={"message": "no"})

    with pytest.raises(ServerFault):
        WRITES["making"](unlisted)


@pytest.mark.parametrize("status", [401, 403, 404])
def test_other_refusals(web, unlisted, status):
    """Say nothing of the id either."""
    refuse(web, status)

    with pytest.raises(Refused) as caught:
        WRITES["making"](unlisted)
    assert not isinstance(caught.value, IdTaken)
