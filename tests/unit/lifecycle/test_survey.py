"""What is read, of whom, and what comes of it: tables, with clients that note what they are asked."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_applinks.lifecycle import BOTH, Ends, Role
from pulumi_applinks.lifecycle.link import Recorded
from pulumi_applinks.lifecycle.survey import (
    EndSeen,
    Survey,
    identify,
    look_for_change,
    look_for_deletion,
    look_for_reading,
    looks_at_each_other,
    observe,
)
from pulumi_applinks.rest import (
    Authentication,
    Level,
    Link,
    Sighting,
    url_derived_id,
)
from tests.unit.lifecycle.tables import (
    AS_BOT,
    BOTH_OAUTH,
    IDS,
    IMPERSONATING,
    JIRA_ID,
    NAMES,
    NEITHER,
    OTHER_ID,
    URLS,
    WIKI_ID,
    asked,
    clients,
    declared,
    entry,
    failed,
    identity,
    manifest,
    observed,
    recorded,
    status,
)

NEW = Recorded()
THIRD_ID = "99999999-9999-4999-8999-999999999999"
BLIND_ID = url_derived_id(URLS["target"])


WORKS, MISMATCH, LEGACY = status(), status("levels-differ"), status("legacy")


def ends(source: dict[str, Any] | None = None, target: dict[str, Any] | None = None, **inputs: Any) -> Ends:
    """Both ends: OAuth in both directions that works, if nothing else is said."""
    usual = {"authentication": BOTH_OAUTH, "status": WORKS}
    return clients(declared(**inputs), source={**usual, **(source or {})}, target={**usual, **(target or {})})


def reads(both: Ends, role: Role) -> list[str]:
    """What an end was asked, in order."""
    client: Any = both[role].client
    return [one[0] for one in client.method_calls if one[0] not in ("manifest", "links", "legacy")]


def who(both: Ends, known: Recorded = NEW) -> Survey:
    """Both answered, as the applications of the link."""
    return Survey(
        both, known, {role: manifest(role) for role in BOTH}, {role: identity(role) for role in BOTH}
    )


def test_who_answers():
    """Both are asked who they are, and nothing else."""
    both = ends()
    survey = identify(both, NEW)
    assert {role: one.server_id for role, one in survey.identities.items()} == IDS
    assert {role: (one.name, one.confirmed) for role, one in survey.identities.items()} == {
        role: (NAMES[role], True) for role in BOTH
    }
    assert survey == who(both)
    assert all(survey.answers(role) for role in BOTH)


def test_who_is_known_and_calls_itself_otherwise():
    """The name is the one of today."""
    known = recorded(identities={"source": identity("source", name="Old")})
    assert identify(ends(), known).identities["source"].name == "Jira"


def test_a_stranger_is_not_who_the_link_is_with():
    """Both are kept: who answers, and who is recorded. It is asked nothing."""
    both = ends(target={"manifest": manifest("target", id=OTHER_ID)})
    survey = identify(both, recorded())
    assert (dict(survey.strangers), survey.identities["target"].server_id) == ({"target": OTHER_ID}, WIKI_ID)
    assert (survey.answers("source"), survey.answers("target")) == (True, False)
    looked = look_for_reading(survey, BOTH)
    assert (set(looked.found), reads(both, "target")) == ({"source"}, [])


def test_who_does_not_answer():
    """The recorded identity stays; only whom one asks is asked."""
    both = ends({"manifest": failed("source", may_pass=False)})
    survey = identify(both, recorded())
    assert (set(survey.failures), survey.identities["source"].server_id) == ({"source"}, JIRA_ID)
    assert not survey.answers("source")
    assert set(identify(both, NEW, ["target"]).manifests) == {"target"}
    assert survey.seen("source") is None


def deleting(links: list[Link], known: Recorded, **inputs: Any) -> Link | None:
    """The entry of the source's link."""
    both = ends({"links": links}, **inputs)
    found = look_for_deletion(who(both, known), ["source"]).found["source"]
    assert found.links == tuple(links)
    return found.link


UNKNOWN_TARGET = recorded(identities={"source": identity("source")}, link_ids={"source": OTHER_ID})


@pytest.mark.parametrize(
    ("links", "known", "inputs", "expected"),
    [
        ([], recorded(), {}, None),
        ([entry("source", id=OTHER_ID), entry("source")], recorded(), {}, WIKI_ID),
        ([entry("source", id=OTHER_ID), entry("source")], recorded(link_ids={"source": OTHER_ID}), {}, WIKI_ID),
        ([entry("source", id=OTHER_ID)], recorded(link_ids={"source": OTHER_ID}), {}, OTHER_ID),
        ([entry("source", id="x")], recorded(link_ids={"source": OTHER_ID}), {}, None),
        ([entry("source", id=THIRD_ID)], UNKNOWN_TARGET, {}, THIRD_ID),
        ([entry("source", id="x")], UNKNOWN_TARGET, {}, None),
        ([entry("source", id="x", rpc_url="https://x.example", display_url="https://x.example")], UNKNOWN_TARGET, {}, None),
        ([entry("source", id="x")], recorded(identities={}, link_ids={}), {}, None),
        ([entry("source", id=BLIND_ID)], NEW, {}, None),
        ([entry("source", id=BLIND_ID)], NEW, {"on_existing": "adopt"}, BLIND_ID),
        ([entry("source", id=BLIND_ID, type_id="jira")], NEW, {"on_existing": "adopt"}, None),
        ([entry("source", id="x")], NEW, {"on_existing": "adopt"}, None),
    ],
)  # fmt: skip
def test_which_entry_is_the_links(
    links: list[Link], known: Recorded, inputs: dict[str, Any], expected: str | None
):
    """By the server id, by the recorded id, by the address of one that has not answered before, or made blind and adopted."""
    found = deleting(links, known, **inputs)
    assert (found.id if found else None) == expected


def test_the_end_is_asked_about_the_ids_that_it_may_have():
    """Both of them, and no other."""
    both = ends()
    known = recorded(link_ids={"source": OTHER_ID})
    look_for_deletion(who(both, known), ["source"])
    look_for_deletion(who(both), ["target"])
    assert [one.args for one in asked(both, "source", "links")] == [(WIKI_ID, OTHER_ID)]
    assert [one.args for one in asked(both, "target", "links")] == [(JIRA_ID,)]


def changing(source: dict[str, Any], **inputs: Any) -> tuple[EndSeen, list[str]]:
    """What is read of the source before a change, and what it is asked."""
    both = ends(source, **inputs)
    survey = look_for_change(who(both))
    assert not survey.failures
    return survey.found["source"], reads(both, "source")


EMPTY: dict[str, Any] = {"links": []}
SIGHTED = Sighting(kind="unreachable")
NOTHING = Authentication()


@pytest.mark.parametrize(
    ("answers", "inputs", "expected"),
    [
        ({}, {}, ["authentication"]),
        ({"links": [entry("source", system=True)]}, {}, []),
        ({"authentication": NOTHING}, {}, ["authentication", "status"]),
        ({}, {"on_legacy": "remove"}, ["authentication", "status"]),
        (EMPTY, {}, []),
        (EMPTY, {"authentication": NEITHER}, ["sees"]),
        (EMPTY, {"manage": "source"}, ["sees"]),
        (EMPTY, {"authentication": IMPERSONATING}, ["is_system_administrator"]),
        ({}, {"authentication": IMPERSONATING}, ["authentication", "is_system_administrator"]),
        ({"links": [entry("source", rpc_url="https://old.example")]}, {}, ["authentication", "is_system_administrator"]),
        ({"links": [entry("source", name="Old")]}, {}, ["authentication"]),
        (EMPTY, {"authentication": AS_BOT}, ["user"]),
        ({}, {"authentication": AS_BOT}, ["authentication", "user"]),
        ({"authentication": BOTH_OAUTH.model_copy(update={"execute_as": "bot"})}, {"authentication": AS_BOT}, ["authentication"]),
    ],
)  # fmt: skip
def test_what_a_change_asks(answers: dict[str, Any], inputs: dict[str, Any], expected: list[str]):
    """Nothing that does not decide anything."""
    both = {"sees": SIGHTED, "is_system_administrator": True, "user": "a user", **answers}
    seen, questions = changing(both, **inputs)
    assert questions == expected
    assert (seen.sighting is SIGHTED) is ("sees" in expected)
    assert seen.administers is (True if "is_system_administrator" in expected else None)
    assert (seen.user is not None) == ("user" in expected)
    assert (seen.status is not None) is ("status" in expected)


def test_an_end_that_leaves_is_read_and_no_more():
    """It will be deleted: what it says is kept, so that it can be made again."""
    both = ends(two_way=False, authentication=NEITHER)
    found = look_for_change(who(both, recorded()))
    assert reads(both, "target") == ["authentication"]
    assert found.seen("target") == observed("target")


def test_an_end_that_refuses_to_be_read():
    """The other one is read anyway."""
    both = ends({"links": failed("source")})
    found = look_for_change(who(both))
    assert (set(found.failures), set(found.found)) == ({"source"}, {"target"})


class Legacy:
    """Legacy authentication, as an application reports it."""

    def __init__(self, incoming: tuple[Level, ...] = (), outgoing: tuple[Level, ...] = ()) -> None:
        self.incoming, self.outgoing = incoming, outgoing


TRUSTED, BASIC = Level.TRUSTED_APPLICATIONS, Level.BASIC_ACCESS


@pytest.mark.parametrize(
    ("authentication", "status", "legacy", "incoming", "expected"),
    [
        (BOTH_OAUTH, LEGACY, Legacy((TRUSTED,)), "oauth", ()),
        (NOTHING, WORKS, Legacy((TRUSTED,)), "none", ()),
        (NOTHING, LEGACY, None, "none", ()),
        (NOTHING, LEGACY, Legacy(), "none", ()),
        (NOTHING, LEGACY, Legacy((TRUSTED, BASIC)), "trusted-applications", ("incoming basic-access",)),
        (NOTHING, MISMATCH, Legacy((TRUSTED,)), "trusted-applications", ()),
        (NOTHING, LEGACY, Legacy((), (BASIC,)), "none", ("outgoing basic-access",)),
        (NOTHING.model_copy(update={"legacy_outgoing": (BASIC,)}), WORKS, None, "none", ("outgoing basic-access",)),
    ],
)  # fmt: skip
def test_legacy_authentication(
    authentication: Authentication, status: Any, legacy: Any, incoming: str, expected: tuple[str, ...]
):
    """It is looked for where the levels can't say: of requests that are let in without OAuth, or of a link that does not work."""
    seen, _ = changing({"authentication": authentication, "status": status, "legacy": legacy})
    assert seen.seen is not None
    assert (seen.seen.incoming, seen.seen.legacy) == (incoming, expected)


def test_what_is_seen_of_an_end():
    """All fields, the other links to the same address, in order, and other entries: never a duplicate, but named."""
    one, two = f"7{WIKI_ID[1:]}", f"8{WIKI_ID[1:]}"
    links = [
        entry("source", id=two),
        entry("source", primary=True),
        entry("source", id=one),
        entry("source", id=f"9{WIKI_ID[1:]}", system=True),
        entry("source", id="client-2", type_id="generic", name="Reports"),
        entry("source", id="client-1", type_id="generic", name="Docs"),
        entry(
            "source",
            id="client-3",
            type_id="generic",
            name="Else",
            rpc_url=None,
            display_url="https://else.example.com",
        ),
    ]
    told = Authentication(incoming=Level.OAUTH, outgoing=Level.NONE, execute_as="eve", user_told=False)
    seen, _ = changing({"links": links, "authentication": told})
    wanted = {
        "primary": True,
        "outgoing": "none",
        "execute_as": "eve",
        "duplicates": (one, two),
        "other_entries": ("Docs", "Reports"),
        "user_told": False,
    }
    assert seen.seen == observed("source", **wanted)
    both = ends({"links": links, "authentication": told})
    assert observe(both, "source", WIKI_ID) == seen.seen
    assert observe(both, "source", "nothing") is None
    assert [one.args for one in asked(both, "source", "links")] == [(WIKI_ID,), ("nothing",)]


@pytest.mark.parametrize(
    ("status", "inputs", "expected"),
    [
        (WORKS, {}, ["status"]),
        (MISMATCH, {}, ["status"]),
        (LEGACY, {}, ["status", "authentication"]),
        (None, {}, ["status", "authentication"]),
        (status(local=None), {}, ["status", "authentication"]),
        (WORKS, {"authentication": AS_BOT}, ["status", "authentication"]),
    ],
)
def test_what_a_refresh_asks(status: Any, inputs: dict[str, Any], expected: list[str]):
    """The end tries its link, and says what it has with that where it can."""
    both = ends({"status": status}, **inputs)
    found = look_for_reading(who(both, recorded()), BOTH).found["source"]
    assert reads(both, "source") == expected
    assert (found.status, found.seen) == (status, observed("source"))


def test_a_refresh_of_an_end_without_its_link():
    """There is nothing to try."""
    both = ends(EMPTY)
    survey = look_for_reading(who(both, recorded()), ["source"])
    assert (survey.found["source"].link, survey.seen("source"), set(survey.found)) == (None, None, {"source"})
    assert reads(both, "source") == []


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({}, True),
        ({"authentication": NEITHER}, False),
        ({"authentication": {**NEITHER, "incoming": {"level": "oauth"}}}, False),
        ({"manage": "source"}, False),
    ],
)
def test_whether_applications_look_at_each_other_anyway(inputs: dict[str, Any], expected: bool):
    """To let requests in, each reads the other one's key."""
    assert looks_at_each_other(declared(**inputs)) is expected
