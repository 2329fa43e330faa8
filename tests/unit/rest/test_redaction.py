"""No secret of any login is in what an application says, in none of its spellings; what is needed stays usable."""

from __future__ import annotations

import base64
import html
import json
import re
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings, strategies as st

from pulumi_applinks.rest import ApplicationClient, Basic, Sessions, Token
from pulumi_applinks.rest.redaction import Secrets
from tests.reliability.hostile.calls import texts_in

URL = "https://jira.example.com/jira"
REST = f"{URL}/rest/applinks"
ID = "3e3c8fef-0000-3000-8000-0000000034c5"
PASSWORD = "CANARY & \"pä/ss\\w+rd' <1>"


def spellings(secret: str) -> dict[str, str]:
    """How an answer may write it."""
    return {
        "as it is": secret,
        "in JSON": json.dumps(secret)[1:-1],
        "in JSON, UTF-8": json.dumps(secret, ensure_ascii=False)[1:-1],
        "in JSON in JSON": json.dumps(json.dumps(secret)[1:-1])[1:-1],
        "in HTML": html.escape(secret),
        "in HTML, numbered": "".join(f"&#{ord(char)};" for char in secret),
        "in HTML, in hexadecimal": "".join(f"&#x{ord(char):X};" for char in secret),
        "in HTML in HTML": html.escape(html.escape(secret)),
        "in a path": quote(secret, safe=""),
        "in a path, in lower case": re.sub("%..", lambda found: found[0].lower(), quote(secret, safe="")),
        "in a query": quote_plus(secret),
        "in Latin-1": quote(secret, safe="", encoding="latin-1"),
        "in Python": repr(secret)[1:-1],
    }


@settings(deadline=None)
@given(
    st.text(min_size=6).filter(lambda secret: "*" not in secret),
    st.text(),
    st.text(),
    st.sampled_from(sorted(spellings("x"))),
)
def test_any_secret_in_any_text(secret, before, after, how):
    """Never is there as it is."""
    secrets = Secrets()
    secrets.add([secret], [])

    try:
        text = spellings(secret)[how]
    except UnicodeEncodeError:
        return  # Latin-1 has no such character
    hidden = secrets.hidden_in(f"{before}{text}{after}")
    assert "***" in hidden
    assert secret not in hidden


def test_what_every_answer_echoes_is_neither_kept_nor_quoted(web):
    """In records and in sentences, of this login and of the other application's."""
    applications = Sessions()
    mine, others = Basic("admin", PASSWORD), Token("CANARY-token")
    pair = base64.b64encode(f"admin:{PASSWORD}".encode()).decode()
    echo = f"{PASSWORD} {pair} Bearer CANARY-token"
    web.get(f"{REST}/1.0/manifest", json={"id": ID, "typeId": "jira", "url": URL, "name": f"Jira {echo}"})
    web.get(
        f"{REST}/3.0/applinks", json=[{"id": ID, "type": "jira", "name": echo, "displayUrl": f"{URL}/{echo}"}]
    )
    web.get(f"{REST}/1.0/applicationlinkForm/manifest", json={"status": 400, "message": [echo]}, status=400)
    details = {"working": False, "error": {"type": "UNKNOWN", "details": [echo]}}
    web.get(f"{REST}/3.0/status/{ID}", json=details)
    ApplicationClient(
        "target", "https://wiki.example.com", others, session=applications.at("https://wiki.example.com")
    )
    client = ApplicationClient("source", URL, mine, session=applications.at(URL))
    results = [client.manifest(), client.links.all(), client.links.sees("https://x"), client.links.status(ID)]

    assert [text for text in texts_in(results) if "CANARY" in text or pair in text] == []
    assert client.manifest().name == "Jira *** *** Bearer ***"
    assert [link.id for link in client.links.all()] == [ID]


@pytest.mark.parametrize("password", ["jira", "admin", "application", "auth", "example", ID[:8], "a"])
def test_a_password_that_everybody_knows_hides_no_address_and_no_type(web, password):
    """It can't be distinguished from them; in a sentence it is hidden anyway."""
    manifest = {"id": ID, "typeId": "jira", "url": URL, "name": "Jira"}
    link = {"id": ID, "type": "application", "name": "admin", "displayUrl": URL, "rpcUrl": URL}
    web.get(f"{REST}/1.0/manifest", json=manifest)
    web.get(f"{REST}/3.0/applinks", json=[link])
    web.get(
        f"{REST}/1.0/applicationlinkForm/manifest",
        json={"status": 400, "message": [f"not {password}!"]},
        status=400,
    )
    client = ApplicationClient("source", URL, Basic("admin", password))

    assert client.manifest().model_dump(include={"type_id", "url", "id"}) == {
        "type_id": "jira",
        "url": URL,
        "id": ID,
    }
    [found] = client.links.all()
    assert (found.type_id, found.name, found.display_url) == ("application", "admin", URL)
    assert password not in (client.links.sees("https://x").message or "").replace("not ", "")


def test_a_secret_is_not_cut_in_half(web):
    """What is quoted of a long answer ends before it, or after it."""
    web.get(f"{REST}/1.0/manifest", body=" " * 980 + PASSWORD, status=500, content_type="text/plain")
    for before in (980, 9_990):
        web.replace(
            "GET", f"{REST}/1.0/manifest", body=" " * before + PASSWORD, status=500, content_type="text/plain"
        )
        with pytest.raises(Exception, match="answered 500") as caught:
            ApplicationClient("source", URL, Basic("admin", PASSWORD)).manifest()
        assert "CANARY" not in str(caught.value)
