"""The one door to the network: what is sent, where credentials go, what is tried again, and what each failure is called."""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable, Iterator

import pytest
import requests
import responses

from pulumi_applinks.rest import (
    ApplicationClient,
    ApplinksError,
    Basic,
    Deadline,
    DeadlineExceeded,
    Link,
    NotTheApplication,
    NotUpYet,
    RedirectedElsewhere,
    Throttled,
    TimedOut,
    Token,
    UnexpectedAnswer,
)
from tests.unit.rest.conftest import Clock

URL = "https://jira.example.com"
LINKS = f"{URL}/rest/applinks/3.0/applinks"
MANIFEST = f"{URL}/rest/applinks/1.0/manifest"
PASSWORD = 'planted pässword/+"&<'
SERVER_ID = "3e3c8fef-0000-3000-8000-0000000034c5"
LINK = f"{URL}/rest/applinks/1.0/applicationlink/{SERVER_ID}"
A_MANIFEST = {"id": SERVER_ID, "typeId": "jira", "name": "Jira", "url": URL}


@pytest.fixture
def client(web: responses.RequestsMock, clock: Clock) -> Iterator[ApplicationClient]:
    """A client with a password, whose application has said who it is."""
    web.get(MANIFEST, json=A_MANIFEST)
    deadline = Deadline(60, clock=clock, sleep=clock.sleep)
    with ApplicationClient(
        f"source ({URL})", URL, Basic("admin", PASSWORD), deadline=deadline, credentials_name="jira"
    ) as one:
        one.manifest()
        web.calls.reset()
        yield one


def test_what_is_sent(web, client):
    """The check against forged requests is answered, JSON is asked for, and the password goes as Basic in UTF-8."""
    web.get(LINKS, json=[])
    client.links.all()
    headers = web.calls[0].request.headers

    assert (headers["X-Atlassian-Token"], headers["Accept"]) == ("no-check", "application/json")
    assert headers["Authorization"].startswith("Basic ")
    with ApplicationClient("target", URL, Token("planted-token")) as other:
        other.links.all()
    assert web.calls[2].request.headers["Authorization"] == "Bearer planted-token"


def test_a_manifest_is_read_without_a_login(web, client, tmp_path, monkeypatch):
    """Also when a `.netrc` knows the host."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine jira.example.com login admin password from-netrc\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))

    assert client.manifest(again=True).id == SERVER_ID
    assert "Authorization" not in web.calls[0].request.headers


def test_no_cookie_is_kept(web, client):
    """A session would outlive a rotated password."""
    web.get(LINKS, json=[], headers={"Set-Cookie": "JSESSIONID=abc; Path=/"})
    web.get(f"{URL}/rest/applinks/3.0/status/x", status=404)
    client.links.all()
    client.links.status("x")

    assert "Cookie" not in web.calls[1].request.headers


@pytest.mark.parametrize("location", [f"{URL}/moved/applinks", "/moved/applinks"])
def test_a_redirect_on_the_same_host_is_followed_when_reading(web, client, location):
    """Up to three times; a change of scheme is another host."""
    web.get(LINKS, status=301, headers={"Location": location})
    web.get(f"{URL}/moved/applinks", json=[])

    assert client.links.all() == []
    web.get(f"{URL}/rest/applinks/3.0/status/x", status=301, headers={"Location": "http://jira.example.com/"})
    with pytest.raises(RedirectedElsewhere):
        client.links.status("x")


def test_a_circle_of_redirects_ends(web, client):
    """With an error of ours."""
    web.get(LINKS, status=301, headers={"Location": LINKS})

    with pytest.raises(UnexpectedAnswer, match="redirects more than"):
        client.links.all()
    assert len(web.calls) == 4


def test_a_write_is_never_redirected(web, client):
    """Not even on the same host."""
    path = f"{URL}/rest/applinks/1.0/applicationlink/{SERVER_ID}"
    web.delete(path, status=302, headers={"Location": f"{URL}/login"})

    with pytest.raises(RedirectedElsewhere, match="to another address on jira"):
        client.links.delete(SERVER_ID)


@pytest.mark.parametrize("status", [502, 503, 504, 429])
def test_what_is_not_ready_is_asked_again(web, client, clock, status):
    """Up to three times, with growing pauses; `Retry-After` is respected."""
    web.get(LINKS, status=status)
    web.get(LINKS, status=status, headers={"Retry-After": "7"})
    web.get(LINKS, json=[])

    assert client.links.all() == []
    assert len(web.calls) == 3
    assert clock.pauses[1] == 7
    assert 0.25 <= clock.pauses[0] <= 0.5


def test_a_pause_beyond_the_deadline_is_not_made(web, client):
    """It is reported at once."""
    web.get(LINKS, status=429, headers={"Retry-After": "3600"})

    with pytest.raises(Throttled, match="Wait 3600 s"):
        client.links.all()
    assert len(web.calls) == 1


def test_what_can_not_be_repeated_is_sent_once(web, client):
    """A POST that failed is reported, not sent again."""
    web.post(f"{URL}/rest/applinks/3.0/migration/x", status=503)

    with pytest.raises(NotUpYet, match="It is not known whether the application carried it out"):
        client.oauth.migrate("x")
    assert len(web.calls) == 1


def test_a_deletion_that_is_repeated_counts_as_done(web, client):
    """When the first try was carried out and its answer lost."""
    path = f"{URL}/rest/applinks/1.0/applicationlink/{SERVER_ID}"
    web.delete(path, body=requests.ConnectionError())
    web.delete(path, status=404)

    assert client.links.delete(SERVER_ID) == "unsure"


def test_nothing_is_asked_after_the_deadline(web, client, clock):
    """The error says that time was up, and what was under way."""
    clock.now = 61

    with pytest.raises(DeadlineExceeded, match="timeout_seconds"):
        client.links.all()
    assert len(web.calls) == 0


@pytest.mark.parametrize(
    "body", ["<!DOCTYPE html><title>Log in</title>", "<html><head><title>Log in</title>"]
)
def test_a_page_instead_of_an_answer(web, client, body):
    """It is reported as what it looks like, with its title, for reads and for writes."""
    web.get(LINKS, body=body, content_type="text/html")
    web.put(LINK, body=body, content_type="text/html")

    with pytest.raises(NotTheApplication, match="“Log in”"):
        client.links.all()
    with pytest.raises(NotTheApplication):
        client.links.put(Link(id=SERVER_ID))


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("", "is empty"),
        ('{"broken', "is neither JSON nor XML"),
        ("[" * 100_000, "has more parts than"),
        ("[" * 100 + "]" * 100, "is nested too deeply"),
        ("[NaN]", "is neither JSON nor XML"),
        ("[" + "9" * 5000 + "]", "is neither JSON nor XML"),
        ("x" * 3_000_000, "is longer than"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "document type or entities"),
    ],
)
def test_an_answer_that_can_not_be_read(web, client, body, why):
    """Is an error of ours that says why."""
    web.get(LINKS, body=body, content_type="application/json")

    with pytest.raises(UnexpectedAnswer, match=why):
        client.links.all()


def _exceptions() -> list[type[Exception]]:
    # All but the one that is raised by a method of the response that nobody calls here.
    found = [one for _, one in inspect.getmembers(requests.exceptions, inspect.isclass)]
    return [
        one
        for one in found
        if issubclass(one, requests.RequestException) and one is not requests.exceptions.JSONDecodeError
    ]


@pytest.mark.parametrize("kind", _exceptions(), ids=lambda kind: kind.__name__)
def test_every_exception_of_the_library_becomes_one_of_ours(web, client, kind):
    """Whichever it is, the application is named and the library's text, which holds addresses, is not."""
    web.get(LINKS, body=kind("planted text of the library"))

    with pytest.raises(ApplinksError, match="source") as caught:
        client.links.all()
    assert "planted" not in "".join(traceback.format_exception(caught.value))


def test_a_write_without_an_answer_may_have_been_done(web, client):
    """The error knows it, and says it."""
    web.put(LINK, body=requests.ReadTimeout())

    with pytest.raises(TimedOut, match="It is not known whether the application carried it out") as caught:
        client.links.put(Link(id=SERVER_ID))
    assert caught.value.maybe_done


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 429, 500, 502])
@pytest.mark.parametrize(
    "echo",
    [str, lambda text: text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;"), repr],
)
def test_a_secret_that_an_application_echoes_is_not_quoted(web, client, status, echo: Callable[[str], str]):
    """In no message, no representation and no traceback."""
    web.put(
        LINK,
        status=status,
        json={"message": [f"wrong: {echo(PASSWORD)}"], "status": status},
    )
    with pytest.raises(ApplinksError) as caught:
        client.links.put(Link(id=SERVER_ID))

    everything = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + repr(client)
    assert "planted" not in everything
    assert "source (https://jira.example.com)" in str(caught.value)


def test_a_message_can_not_steer_a_terminal(web, client):
    """Control characters out of an answer become blanks."""
    web.get(LINKS, status=400, json={"message": ["\x1b[2Jgone\x07\r\nnext"]})

    with pytest.raises(ApplinksError, match="gone") as caught:
        client.links.all()
    assert all(line.isprintable() for line in str(caught.value).split("\n"))
