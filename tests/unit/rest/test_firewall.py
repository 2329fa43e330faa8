"""A firewall before an application that lets no address through as a parameter."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from responses import matchers

from pulumi_applinks.rest import ApplicationClient, NotTheApplication

URL = "https://jira.example.com"
ID = "3e3c8fef-0000-3000-8000-0000000034c5"
V1, V3 = f"{URL}/rest/applinks/1.0", f"{URL}/rest/applinks/3.0"
PAGE = "<html><title>Request rejected</title></html>"


@pytest.fixture
def client(web) -> Iterator[ApplicationClient]:
    """Of an application behind such a firewall."""
    for method in ("GET", "POST"):
        web.add(
            method, re.compile(r".*https?(:|%3A).*(:|%3A)"), status=403, body=PAGE, content_type="text/html"
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
def test_a_relocation_goes_another_way(web, client, display_url, becomes):
    """Where the address can stand in the body; a display URL of its own stays."""
    listed(web, displayUrl=display_url)
    sent = {"name": "Wiki", "rpcUrl": "https://new", "displayUrl": becomes}
    edit = web.put(f"{V3}/applinks/{ID}", json={}, match=[matchers.json_params_matcher(sent)])
    client.links.relocate(ID, "https://new")

    assert edit.call_count == 1


def test_a_relocation_that_has_no_other_way(web, client):
    """Is told as refused by something else than the application: where 3.0 is missing, or the link is."""
    web.get(f"{V3}/applinks", json=[])
    with pytest.raises(NotTheApplication, match="Request rejected"):
        client.links.relocate(ID, "https://new")
    web.replace("GET", f"{V3}/applinks", status=404)
    web.get(f"{V1}/applicationlink", json={"applicationLinks": [{"id": ID}]})
    with ApplicationClient("source", URL) as another, pytest.raises(NotTheApplication):
        another.links.relocate(ID, "https://new")


def test_what_the_application_sees_is_not_told(client):
    """Nothing is concluded from the firewall's refusal."""
    assert client.links.sees("https://new").kind == "not_told"


def test_rights_are_looked_up_without_an_address(web, client):
    """So the firewall lets the request through."""
    web.post(
        re.compile(rf"{re.escape(V1)}/relocateApplicationlink/.*newUrl=none"),
        status=403,
        json={"message": "no"},
    )

    assert not client.users.login_is_system_administrator()
