"""What stands against a change: tables. Each row tells what was read, and what a person is told."""

from types import SimpleNamespace
from typing import Any

import pytest

from pulumi_applinks.lifecycle import Ends, Role
from pulumi_applinks.lifecycle.link import Recorded, desired_end
from pulumi_applinks.lifecycle.requirements import (
    change_problems,
    free_name,
    name_holder,
    set_aside,
    sight_problems,
    unsure_of_user,
    why_not_ours,
)
from pulumi_applinks.lifecycle.survey import EndSeen, Survey
from pulumi_applinks.rest import Link, Manifest, Sighting
from tests.unit.lifecycle.tables import (
    AS_BOT,
    IDS,
    IMPERSONATING,
    NEITHER,
    OTHER_ID,
    WIKI_ID,
    declared,
    ends,
    entry,
    failed,
    identity,
    manifest,
    observed,
    recorded,
    same,
    stands,
    surveyed,
)

NEW = Recorded()
BOTH_ANSWER: dict[Role, Manifest] = {"source": manifest("source"), "target": manifest("target")}
MOVED: dict[str, Any] = {"moved": frozenset({"target"})}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"system": True}, "belongs to the system"),
        ({"type_id": "generic"}, "is a generic or an OAuth 2.0 entry"),
    ],
)
def test_which_entries_a_program_may_touch(changes: dict[str, Any], reason: str | None):
    """An application link between two known types, and no other."""
    told = why_not_ours(entry("source", **changes))
    assert told is None if reason is None else told is not None and told[0].startswith(reason)


def against(
    inputs: dict[str, Any], known: Recorded = NEW, source: EndSeen | None = None, **survey: Any
) -> list[str]:
    """What stands against a change because of what stands on the source."""
    both: Ends = ends(declared(**inputs))
    return [told.flat for told in change_problems(both, surveyed(source=source, known=known, **survey))]


def empty(*links: Link, **more: Any) -> EndSeen:
    """An end without its link."""
    return EndSeen(links, **more)


ANOTHER = entry("source", id=OTHER_ID, name="Another")
AWAY = {"id": OTHER_ID, "rpc_url": "https://x.example", "display_url": "https://x.example"}


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        (empty(), []),
        (empty(ANOTHER), [f"to the address of target (https://wiki.example.com). 'Another' with the id {OTHER_ID} is what remains"]),
        (empty(entry("source", **AWAY)), [f"has another link that is called 'Wiki'. Its id is {OTHER_ID}. Give target another name"]),
        (empty(entry("source", name="X", **AWAY)), []),
        (empty(entry("source", id=OTHER_ID, name="X", system=True)), []),
        (empty(entry("source", id=OTHER_ID, type_id="generic")), ["has another link that is called 'Wiki'"]),
        (empty(entry("source")), []),
        (empty(entry("source"), ANOTHER), ["'Another'"]),
    ],
)  # fmt: skip
def test_what_stands_against_making_a_link(there: EndSeen, expected: list[str]):
    """The remains of an earlier one, or a name that is taken."""
    same(against({}, NEW, there), expected)


INTERRUPTED = "If an earlier `pulumi up` was interrupted, it made the link and could not record it: take it over, as below."
THIS_ONE = "It is exactly what this program declares: most likely an earlier `pulumi up` was interrupted, and could not record it."
RENAMED = (
    "If this resource was renamed in the program, give the new name an alias: "
    "`ResourceOptions(aliases=[pulumi.Alias(name=...)])`."
)


@pytest.mark.parametrize(
    ("inputs", "known", "seen", "expected"),
    [
        ({}, recorded(), {}, []),
        ({"on_existing": "adopt"}, NEW, {}, []),
        ({}, NEW, {}, [f"already (link {WIKI_ID}, 'Wiki'). {THIS_ONE} {RENAMED} If another"]),
        ({}, NEW, {"name": "Old"}, [f"'Old'). {RENAMED} {INTERRUPTED} If another"]),
        ({}, recorded("target"), {}, ["It was made by hand, or by another stack's program"]),
    ],
)  # fmt: skip
def test_what_is_linked_already(
    inputs: dict[str, Any], known: Recorded, seen: dict[str, Any], expected: list[str]
):
    """It is the stack's own, or adopted, or refused with the likeliest cause first."""
    found = against(inputs, known, stands("source", **seen))
    same(found, expected)
    way_out = 'run `APPLINKS_ON_EXISTING=adopt pulumi up` once; or set on_existing="adopt".'
    assert all(way_out in sentence for sentence in found)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [({"system": True}, "belongs to the system"), ({"type_id": "generic"}, "is a generic")],
)
def test_an_entry_that_is_none_of_ours(changes: dict[str, Any], expected: str):
    """It is refused by name, also where it would be adopted."""
    link = entry("source", **changes)
    found = against({"on_existing": "adopt"}, NEW, EndSeen((link,), link))
    same(found, [f"to change. 'Wiki' (link {WIKI_ID}) {expected}"])


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ("Wiki", []),
        ("Old", []),
        (
            "Wiki - 2",
            [f"has another link that is called 'Wiki'. Its id is {OTHER_ID}. Give target another name"],
        ),
    ],
)
def test_a_name_that_another_link_has(seen: str, expected: list[str]):
    """It is waited for once: a link that was set aside before, and finds its name still taken, is told."""
    holder = entry("source", id=OTHER_ID)
    same(against({}, recorded(), stands("source", holder, name=seen)), expected)


def test_an_end_that_is_left_is_not_held_against_the_program():
    """What the program does not want any more may say what it likes."""
    inputs = {"two_way": False, "authentication": NEITHER}
    survey = surveyed(
        source=stands("source", outgoing="none", incoming="none"), target=stands("target"), known=recorded()
    )
    assert list(change_problems(ends(declared(**inputs)), survey)) == []


def test_what_an_application_refused_while_it_was_looked_at():
    """Once, and only where it answered: who does not answer was told before."""
    told = surveyed(failures={"target": failed("target")}, manifests=BOTH_ANSWER)
    assert [one.flat for one in change_problems(ends(declared()), told)] == ["target is down."]
    silent = surveyed(failures={"target": failed("target")})
    assert list(change_problems(ends(declared()), silent)) == []


@pytest.mark.parametrize(
    ("inputs", "administers", "seen", "expected"),
    [
        ({}, False, {}, []),
        ({"authentication": IMPERSONATING}, None, {}, []),
        ({"authentication": IMPERSONATING}, True, {}, []),
        ({"authentication": IMPERSONATING}, False, {}, ["OAuth with impersonation takes a system administrator on source (https://jira.example.com)"]),
        ({"authentication": IMPERSONATING}, False, {"outgoing": "oauth-impersonation", "incoming": "oauth-impersonation"}, []),
        ({"authentication": IMPERSONATING}, False, {"outgoing": "oauth-impersonation"}, ["OAuth with impersonation"]),
        ({}, False, {"rpc_url": "https://old.example"}, ["relocating a link takes a system administrator"]),
        ({}, True, {"rpc_url": "https://old.example"}, []),
        ({}, False, {"display_url": "https://old.example"}, []),
    ],
)  # fmt: skip
def test_what_takes_a_system_administrator(
    inputs: dict[str, Any], administers: bool | None, seen: dict[str, Any], expected: list[str]
):
    """A login that may not do it is told before anything is tried."""
    there = stands("source", **seen)
    there = EndSeen(there.links, there.link, there.seen, administers=administers)
    found = against(inputs, recorded(), there)
    same(found, expected)
    assert all("Give source.credentials of a system administrator." in sentence for sentence in found)


def user(*, exists: bool = True, active: bool | None = True, admin: bool | None = False) -> Any:
    """What an application tells of a user."""
    return SimpleNamespace(exists=exists, active=active, system_administrator=admin, where="Jira")


@pytest.mark.parametrize(
    ("known", "expected", "unsure"),
    [
        (
            None,
            [],
            "does not tell whether the user 'bot' exists there, is active and is no system administrator.",
        ),
        (user(), [], None),
        (user(exists=False), ["has no user 'bot' (Jira)"], None),
        (
            user(exists=False, active=None, admin=None),
            ["has no user 'bot' (Jira)"],
            "whether the user 'bot' is active and is no system administrator.",
        ),
        (user(active=False), ["the user 'bot' is not active on source"], None),
        (user(active=False, admin=True), ["is not active"], None),
        (user(admin=True), ["the user 'bot' is a system administrator on source"], None),
        (user(active=None), [], "whether the user 'bot' is active."),
        (user(admin=None), [], "whether the user 'bot' is no system administrator."),
    ],
)
def test_the_user_that_requests_run_as(known: Any, expected: list[str], unsure: str | None):
    """It exists, is active and has no more rights than needed; what is not told is to be checked by a person."""
    declaration = declared(authentication=AS_BOT)
    there = empty(user=known, asked_for_user=True)
    same(against({"authentication": AS_BOT}, NEW, there), expected)
    desired = desired_end(declaration, "source", identity("target"))
    told = unsure_of_user(ends(declaration).source, desired, there)
    assert told is None if unsure is None else told is not None and unsure in told.flat
    assert unsure_of_user(ends(declaration).source, desired, empty(user=known)) is None


@pytest.mark.parametrize(
    ("seen", "links", "holder", "free"),
    [
        ("Wiki", [ANOTHER], None, "Wiki - 2"),
        ("Old", [ANOTHER], None, "Wiki - 2"),
        ("Old", [entry("source", id=OTHER_ID)], OTHER_ID, "Wiki - 2"),
        ("Old", [entry("source")], None, "Wiki - 2"),
        ("Old", [entry("source", id=OTHER_ID, name="Wiki - 2")], None, "Wiki - 3"),
        ("Old", [entry("source", name=f"Wiki - {number}") for number in (2, 3, 4)], None, "Wiki - 5"),
    ],
)
def test_a_name_beside_the_one_that_is_taken(seen: str, links: list[Link], holder: str | None, free: str):
    """As the application itself makes one: the first number that is free."""
    desired = desired_end(declared(), "source", identity("target"))
    now, there = observed("source", name=seen), empty(*links)
    found = name_holder(desired, now, there)
    assert (found.id if found else None) == holder
    assert free_name(desired, there) == free


@pytest.mark.parametrize(
    ("name", "expected"), [("Wiki - 2", True), ("Wiki", False), ("Wiki-2", False), ("Old - 2", False)]
)
def test_a_link_that_was_set_aside(name: str, expected: bool):
    """It is known by its name alone."""
    desired = desired_end(declared(), "source", identity("target"))
    assert set_aside(desired, observed("source", name=name)) is expected


BEHIND = (
    "If target (https://wiki.example.com) is behind a firewall or a proxy, give the address at which source "
    "reaches it as target.rpc_url."
)
SEES_TARGET = Sighting(kind="application", manifest=manifest("target"))
SEES_ANOTHER = Sighting(kind="application", manifest=manifest("target", id=OTHER_ID))
REDIRECTED = Sighting(kind="redirected", redirected_to="https://new.example")
DOWNGRADED = Sighting(kind="redirected", redirected_to="http://wiki.example.com")


@pytest.mark.parametrize(
    ("sighting", "expected", "made"),
    [
        (SEES_TARGET, [], []),
        (SEES_ANOTHER, [f"another application there. Its server id is {OTHER_ID}, expected was {WIKI_ID}"], None),
        (Sighting(kind="not_told"), [], []),
        (Sighting(kind="unreachable", message="no"), ["could not reach it. It says: “no”. There it may"], None),
        (Sighting(kind="unreachable"), ["Or it does not trust the certificate: it does not tell which. " + BEHIND], None),
        (REDIRECTED, ["was redirected. It was sent to https://new.example. Give that as target.rpc_url"], None),
        (DOWNGRADED, ["That is http: target (https://wiki.example.com) may not know that it is reached over https. Let"], None),
        (Sighting(kind="no_manifest"), ["a login page or a proxy, or an application that starts. " + BEHIND], None),
        (Sighting(kind="not_accepted"), ["accept https://wiki.example.com. It does not know applications of the type confluence"], None),
        (Sighting(kind="not_accepted", message="what?"), ["does not accept https://wiki.example.com. It says: “what?”. It"], None),
        (Sighting(kind="conflict"), ["says that https://wiki.example.com is itself or is linked already"], []),
    ],
)  # fmt: skip
def test_what_an_application_sees(sighting: Sighting, expected: list[str], made: list[str] | None):
    """At the other one's address; that it is linked already is no problem once the link was made."""
    both = ends(declared())
    desired = desired_end(declared(), "source", identity("target"))
    found = [told.flat for told in sight_problems(both, "source", desired, sighting)]
    same(found, expected)
    assert all("source (https://jira.example.com)" in sentence for sentence in found)
    after = [told.flat for told in sight_problems(both, "source", desired, sighting, made=True)]
    assert after == (found if made is None else made)
    there = empty(sighting=sighting)
    assert [told.flat for told in change_problems(both, surveyed(source=there))] == found


def test_everything_at_once():
    """All problems are told, not the first one."""
    survey = Survey(
        BOTH_ANSWER, {role: identity(role) for role in IDS}, {}, {}, {role: empty(ANOTHER) for role in IDS}
    )
    other = Survey(
        BOTH_ANSWER, survey.identities, {}, {}, {"source": empty(ANOTHER), "target": stands("target")}
    )
    assert len(list(change_problems(ends(declared()), survey))) == 1
    assert len(list(change_problems(ends(declared()), other))) == 2
