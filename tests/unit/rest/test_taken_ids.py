"""An id that no list shows, and that can't be used all the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from pulumi_applinks.rest import (
    ApplicationClient,
    IdTaken,
    Invalid,
    Level,
    Link,
    OAuthConfig,
    Refused,
    ServerFault,
)

URL = "https://jira.example.com"
ID = "3e3c8fef-0000-3000-8000-0000000034c5"
V1, V3 = f"{URL}/rest/applinks/1.0", f"{URL}/rest/applinks/3.0"
LINK = Link(id=ID, type_id="confluence", name="Wiki", display_url="https://wiki", rpc_url="https://wiki")
WRITES: dict[str, Callable[[ApplicationClient], object]] = {
    "making": lambda client: client.links.put(LINK),
    "changing": lambda client: client.links.edit(ID, name="n", rpc_url="https://r", display_url="https://d"),
    "relocating": lambda client: client.links.relocate(ID, "https://new"),
    "authentication": lambda client: client.oauth.set_levels(ID, OAuthConfig()),
    "the user": lambda client: client.oauth.set_execute_as(ID, Level.OAUTH, "bot"),
}


@pytest.fixture
def client(web) -> Iterator[ApplicationClient]:
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
def test_an_id_that_is_taken_is_named(web, client, write, status):
    """With the likely reasons and what to do, in whatever is written."""
    refuse(web, status)

    with pytest.raises(IdTaken, match=rf"(?s){ID}.*corrupted link.*plugin\s+is gone") as caught:
        WRITES[write](client)
    assert (caught.value.status, caught.value.link_id) == (status, ID)


@pytest.mark.parametrize("write", WRITES)
def test_a_link_that_is_listed_is_refused_for_another_reason(web, client, write):
    """The refusal stays what it is."""
    refuse(web, 500)
    web.replace("GET", f"{V3}/applinks", json=[{"id": ID, "type": "confluence"}])

    with pytest.raises(ServerFault):
        WRITES[write](client)


def test_a_type_that_the_application_does_not_have(web, client):
    """Is no taken id."""
    refuse(web, 400)
    web.replace("GET", f"{V1}/applicationlink/type/confluence", status=400, json={"message": "no"})

    with pytest.raises(Invalid):
        WRITES["making"](client)


def test_a_list_that_can_not_be_read(web, client):
    """Tells nothing of the id."""
    refuse(web, 500)
    web.replace("GET", f"{V3}/applinks", status=403, json={"message": "no"})

    with pytest.raises(ServerFault):
        WRITES["making"](client)


@pytest.mark.parametrize("status", [401, 403, 404])
def test_other_refusals(web, client, status):
    """Say nothing of the id either."""
    refuse(web, status)

    with pytest.raises(Refused) as caught:
        WRITES["making"](client)
    assert not isinstance(caught.value, IdTaken)
