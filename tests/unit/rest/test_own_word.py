"""Whether an answer is the application's own word: a page, or what the interface does not write, concludes nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pulumi_applinks.rest import (
    ApplicationClient,
    ApplinksError,
    Link,
    NotApplinks,
    NotAuthenticated,
    NotFound,
    NotPermitted,
    NotTheApplication,
    NotUpYet,
    Refused,
    ServerFault,
    UnexpectedAnswer,
)

URL = "https://wiki.example.com"
REST = f"{URL}/rest/applinks"
MANIFEST, LINKS = f"{REST}/1.0/manifest", f"{REST}/1.0/applicationlink"
ID = "3e3c8fef-0000-3000-8000-0000000034c5"
PAGE = "<!-- nginx --><html><head><title>Access denied</title></head><body></body></html>"
OWN = [
    json.dumps({"message": "no", "status-code": 1}),
    json.dumps({"status": 1, "message": ["no"], "fields": []}),
    json.dumps({"status": 1, "errors": [{"summary": "no"}]}),
    "<status><status-code>1</status-code><message>no</message></status>",
    "",
]
FOREIGN = [
    (PAGE, "text/html"),
    ("no entry here", "text/plain"),
    ('{"error": "no entry here"}', "application/json"),
    ("[]", ""),
]


@pytest.fixture
def client(web):
    """Without a login: whose it is makes no difference here."""
    web.get(f"{REST}/3.0/applinks", status=404)
    return ApplicationClient("target", URL)


@pytest.mark.parametrize("body", OWN)
@pytest.mark.parametrize(
    ("status", "error"), [(401, NotAuthenticated), (403, NotPermitted), (404, NotFound), (500, ServerFault)]
)
def test_what_the_interface_writes(web, client, body, status, error):
    """Says what its status says."""
    web.get(LINKS, status=status, body=body)
    with pytest.raises(error):
        client.links.all()


@pytest.mark.parametrize(("body", "content_type"), FOREIGN)
@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 451, 500])
def test_what_it_does_not_write(web, client, status, body, content_type):
    """Says nothing of rights, nor of what is there; it is quoted, and a write may have been carried out."""
    web.get(LINKS, status=status, body=body, content_type=content_type)
    web.delete(f"{LINKS}/{ID}", status=status, body=body, content_type=content_type)
    if status == 400 and content_type == "text/plain":
        return  # so an application refuses a relocation
    with pytest.raises(NotTheApplication) as caught:
        client.links.all()
    assert not isinstance(caught.value, Refused)
    assert body == "[]" or "“Access denied”" in str(caught.value) or "“no entry here”" in str(caught.value)
    with pytest.raises(NotTheApplication) as caught:
        client.links.delete(ID)
    assert caught.value.maybe_done
    assert caught.value.may_pass is (status == 500)


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 404, "body": PAGE},
        {"status": 302, "headers": {"Location": "/login.jsp?os_destination=x"}},
        {"status": 405},
    ],
)
def test_a_resource_that_versions_lack(web, client, answer):
    """Is missing, however that is said; one that all have is not."""
    web.get(f"{REST}/3.0/status/{ID}", **answer)
    web.get(LINKS, **answer)
    web.get(f"{URL}/login.jsp", body=PAGE)
    assert client.links.status(ID) is None
    with pytest.raises(ApplinksError):
        client.links.all()


STARTING: list[tuple[str, dict[str, Any]]] = [
    ("503", {"status": 503}),
    ("a page with 503", {"status": 503, "body": PAGE}),
    ("a start-up page", {"status": 302, "headers": {"Location": "/startup.jsp?returnTo=x"}}),
    ("Johnson's page", {"status": 302, "headers": {"Location": "/secure/errors.jsp"}}),
    ("the set-up wizard", {"status": 302, "headers": {"Location": "/secure/SetupMode!default.jspa"}}),
]


@pytest.mark.parametrize("answer", [answer for _, answer in STARTING], ids=[name for name, _ in STARTING])
def test_an_application_that_starts(web, client, monkeypatch, answer):
    """Is not up yet, whatever it was asked; a write that was led away was not carried out."""
    monkeypatch.setattr("pulumi_applinks.rest.client.FIRST_PAUSE", 0.0)
    web.get(MANIFEST, **answer)
    web.get(LINKS, **answer)
    web.put(f"{LINKS}/{ID}", **answer)
    for call in (client.manifest, client.links.all, lambda: client.links.put(Link(id=ID))):
        with pytest.raises(NotUpYet, match="is not up yet") as caught:
            call()
        assert caught.value.may_pass
    assert len(client.writes) == (1 if answer["status"] == 503 else 0)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"body": PAGE}, NotUpYet),
        ({"status": 404, "body": PAGE}, NotApplinks),
        ({"status": 404}, NotApplinks),
        ({"status": 500, "body": PAGE}, NotTheApplication),
        ({"body": '{"broken off'}, UnexpectedAnswer),
        ({"status": 302, "headers": {"Location": "https://maintenance.example.com/"}}, ApplinksError),
    ],
)
def test_anything_instead_of_a_manifest_may_pass(web, client, answer, error):
    """Whatever is answered there, waiting is for a manifest; asked again, it comes."""
    web.get(MANIFEST, **answer)
    with pytest.raises(error) as caught:
        client.manifest()
    assert caught.value.may_pass
    web.replace("GET", MANIFEST, json={"id": ID, "typeId": "jira", "url": URL})
    with pytest.raises(error):
        client.manifest()
    assert client.manifest(again=True).id == ID


def test_what_was_written(web, client):
    """In order: what the application says it did, and what it may have done; nothing that it refused."""
    link, put = Link(id=ID), f"{LINKS}/{ID}"
    web.get(LINKS, json={"applicationLinks": [{"id": ID}]})
    web.put(put, status=201, json={"status-code": 201})
    client.links.put(link)
    web.replace("PUT", put, status=400, json={"status": 400, "message": ["no"]})
    web.delete(put, status=404, json={"status-code": 404})
    web.post(f"{LINKS}/primary/{ID}", status=500)
    web.get(LINKS, json=[])
    for call in (lambda: client.links.put(link), lambda: client.links.make_primary(ID)):
        with pytest.raises(ApplinksError):
            call()
    client.links.delete(ID)

    assert client.writes == (
        f"PUT {put}",
        f"POST {LINKS}/primary/{ID}",
    )
