"""Reading a link: what is said of an end that does not answer, refuses, or is another application."""

from __future__ import annotations

import pytest

from pulumi_applinks.lifecycle import BOTH, LinkError, Role, is_another, read
from pulumi_applinks.lifecycle.link import Recorded
from pulumi_applinks.rest import Refused
from tests.unit.lifecycle.linked import Linked, raising
from tests.unit.lifecycle.tables import OTHER_ID, WIKI_ID, asked, failed, far, manifest, recorded


def test_reading():
    """Both ends are read; without the link on either of them it is gone."""
    report = read(Linked(*BOTH).ends, recorded())
    assert report is not None
    assert (report.health.word, report.managed) == ("working", ("target", "source"))
    assert read(Linked().ends, recorded()) is None
    alone = read(Linked(*BOTH, manage="source").ends, recorded(managed=()))
    assert alone is not None
    assert (alone.managed, set(alone.links)) == (("source",), {"source"})


def nobody():
    """Both ends, of which none answers."""
    both = Linked().answers("source", manifest=failed("source", may_pass=False))
    return both.answers("target", manifest=failed("target", may_pass=False))


@pytest.mark.parametrize("managed", [("target", "source"), ("source",)])
def test_reading_where_nobody_answers(managed: tuple[Role, ...]):
    """What was recorded stays, and each reason is reported: a refresh must not keep a program from giving new addresses."""
    report = read(nobody().ends, recorded(*managed))
    assert report is not None
    assert (report.health.word, report.health.broken, report.managed) == ("unreachable", True, managed)
    assert (report.links, report.strangers, dict(report.identities)) == ({}, {}, dict(recorded().identities))
    assert all(f"{role} is down" in report.health.detail for role in managed)
    recorded_of = ("that end", "it") if len(managed) == 1 else ("the two ends", "they")
    assert (
        "The recorded values of {} are from the last time {} answered.".format(*recorded_of)
        in report.health.detail
    )


def test_reading_where_nobody_answers_and_nothing_is_recorded():
    """There is nothing to keep, and each reason is reported, with what to do."""
    with pytest.raises(LinkError) as failure:
        read(nobody().ends, recorded(links={}))
    assert str(failure.value) == (
        "nothing could be read of the link: 2 reasons [applinks/nothing-read]\n"
        "  - target is down [applinks/connection-refused]\n"
        "  - source is down [applinks/connection-refused]\n"
        "  The stack's state stays as it is.\n"
        "  Fix: Run this again when the application answers. If it moved, declare its new URL and run "
        "`pulumi up --refresh=false`."
    )


def test_reading_nothing_of_an_application_that_answers():
    """It is there, and could not be read, such as without a login: that is no reason to continue with what was recorded."""
    for role in BOTH:
        both = nobody().answers(role, manifest=manifest(role), links=failed(role))
        with pytest.raises(LinkError, match="nothing could be read of the link: 2 reasons"):
            read(both.ends, recorded())


def test_reading_what_is_refused():
    """The application's own words are reported; one that does not answer is not refused."""
    refusal = raising(Refused, "no rights")
    both = Linked(*BOTH).answers("source", links=refusal)
    with pytest.raises(Refused, match="no rights"):
        read(both.ends, recorded())
    report = read(Linked(*BOTH).answers("source", links=failed("source")).ends, recorded())
    assert report is not None
    assert report.health.word == "unreachable"


def test_reading_where_somebody_refuses_to_say_who_it_is():
    """The application of the link may have moved: the next step is shown."""
    both = Linked("target").answers("source", manifest=raising(Refused, "no entry"))
    with pytest.raises(LinkError, match="no entry") as failure:
        read(both.ends, recorded())
    assert "If it moved, declare its new URL and run `pulumi up --refresh=false`." in failure.value.told.flat


def test_reading_where_a_stranger_answers():
    """It is not asked, and nothing is forgotten."""
    both = Linked("source").answers("target", manifest=manifest("target", id=OTHER_ID))
    report = read(both.ends, recorded())
    assert report is not None
    assert (report.health.word, dict(report.strangers)) == ("not-working", {"target": OTHER_ID})
    alone = read(both.ends, recorded("target"))
    assert alone is not None
    assert alone.links == {}


@pytest.mark.parametrize(
    ("role", "server_id", "known", "expected"),
    [
        ("target", OTHER_ID, recorded(), True),
        ("target", WIKI_ID, recorded(), False),
        ("source", OTHER_ID, recorded(), False),
        ("target", OTHER_ID, Recorded(), False),
    ],
)
def test_whether_another_application_answers(role: Role, server_id: str, known: Recorded, expected: bool):
    """Only that one is asked."""
    both = Linked().answers("target", manifest=manifest("target", id=server_id))
    assert is_another(both.ends, known, role) is expected
    assert asked(both.ends, far(role), "manifest") == []
