"""What an application says can neither steer a terminal nor lead a request elsewhere."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, strategies as st

from pulumi_applinks.properties import recorded_in
from pulumi_applinks.rest import ApplicationClient, ApplinksError, Link, Manifest, NotSendable
from pulumi_applinks.rest.addresses import as_segment, is_plain_path
from pulumi_applinks.rest.models import LONGEST_TEXT
from pulumi_applinks.rest.redaction import LONGEST_QUOTE, printable, quoted
from tests.reliability.hostile.bodies import ID, IDS, STEERING
from tests.reliability.hostile.server import HostileServer, answering

ROOT = "/rest/applinks/1.0/applicationlink/"


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_no_id_leads_to_another_path(id_):
    """Whatever it holds, it is one segment, or is refused."""
    segment = as_segment(id_)

    assert set(segment) & set("/?#\\ \n;") == set()
    path = ROOT + segment
    assert not is_plain_path(path) or path.count("/") == ROOT.count("/")
    assert as_segment(segment, encoded=True) == segment


@pytest.mark.parametrize("id_", IDS)
def test_a_link_with_a_strange_id_is_deleted_under_that_id_or_not_at_all(id_):
    """Never another path is asked; the libraries between decode and tidy paths on their way."""
    refusal: ApplinksError | None = None
    with (
        HostileServer(answering(json.dumps([{"id": id_}]).encode())) as server,
        ApplicationClient("target", server.url) as client,
    ):
        try:
            for link in client.links.all():
                client.links.delete(link.id)
        except ApplinksError as error:
            refusal = error
        asked = [request.split(b" ")[:2] for request in server.received]
    deleted = [path.decode() for method, path in asked if method == b"DELETE"]

    assert refusal is None or all(line.isprintable() for line in str(refusal).split("\n"))
    assert refusal is None or deleted == []
    assert all(path.startswith(ROOT) and path.count("/") == ROOT.count("/") for path in deleted)
    assert all(not set(path) & set("?#") and not path.endswith("/.") for path in deleted)


@pytest.mark.parametrize("segment", [".", "..", "%2e", "%2E%2e", ".%2e", "", "a b", "a?b", "a#b", "é", "%zz"])
def test_a_path_that_is_not_what_it_seems_is_not_asked(segment):
    """The error says which application, and what to do."""
    with (
        HostileServer(answering(b"[]")) as server,
        ApplicationClient("target", server.url) as client,
        pytest.raises(NotSendable, match="manually"),
    ):
        client.links.delete(segment)
    assert server.received == []


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_foreign_text_is_printable(text):
    """And a quote is not long."""
    assert printable(text).isprintable()
    assert quoted(text).isprintable()
    assert len(quoted(text)) <= LONGEST_QUOTE


def test_records_keep_what_a_person_can_read():
    """No character that steers, and no endless text."""
    link = Link(id="x", name=STEERING, display_url="u" * 100_000)

    assert link.name.isprintable()
    assert "gnp.exe" in link.name
    assert len(link.display_url) == LONGEST_TEXT
    assert Manifest(id=ID, type_id="Prüfung 試験", url="x").type_id == "Prüfung 試験"


def test_an_id_in_a_state_that_was_edited_leads_nowhere_else():
    """Those that this program wrote stay as they are."""
    state = {"managed_ends": ["source"], "link_id": "a/../b?c", "source_server_id": ID}
    for name in ("type", "name"):
        state[f"source_{name}"] = "x"

    assert recorded_in(state, "", ("source",)).link_ids == {"source": "a%2F..%2Fb%3Fc", "target": ID}
    assert recorded_in({**state, "link_id": "a%2Fb"}, "", ("source",)).link_ids["source"] == "a%2Fb"
