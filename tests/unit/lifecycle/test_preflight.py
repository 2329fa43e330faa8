"""What blocks a change: tables. Each row has what was read, and what a person reads."""

from types import SimpleNamespace
from typing import Any

import pytest

from pulumi_applinks.lifecycle import Ends, Role
from pulumi_applinks.lifecycle.link import Recorded, desired_end
from pulumi_applinks.lifecycle.plan import free_name
from pulumi_applinks.lifecycle.preflight import (
    name_holder,
    not_up_yet,
    one_way_for_now,
    problems,
    set_aside,
    sight_problems,
    unsure_of_users,
    why_not_ours,
)
from pulumi_applinks.lifecycle.survey import EndSeen
from pulumi_applinks.rest import Link, Manifest, Sighting, url_derived_id
from tests.unit.lifecycle.tables import (
    AS_BOT,
    IMPERSONATING,
    JIRA_ID,
    NEITHER,
    OTHER_ID,
    URLS,
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
MOVED: dict[str, Any] = {"moved": frozenset({"target"})}
ALONE: dict[str, Any] = {**MOVED, "identities": {"source": identity("source")}}
"""The target has moved since its link was made alone, and has never answered."""


@pytest.mark.parametrize(
    ("inputs", "managed", "failing", "expected"),
    [
        ({"on_unreachable_create": "one_way"}, (), "target", True),
        ({"on_unreachable_create": "one_way"}, ("source",), "target", True),
        ({"on_unreachable_create": "one_way"}, ("source", "target"), "target", False),
        ({"on_unreachable_create": "one_way"}, (), "source", False),
        ({}, (), "target", False),
        ({"on_unreachable_create": "one_way", "manage": "source"}, (), "target", False),
        (
            {"on_unreachable_create": "one_way", "two_way": False, "authentication": NEITHER},
            (),
            "target",
            False,
        ),
    ],
)
def test_a_link_that_is_one_way_for_now(inputs: dict[str, Any], managed: Any, failing: Role, expected: bool):
    """Only a target that was never there may come later, and only where the program says so."""
    survey = surveyed(
        ends(declared(**inputs)), failures={failing: failed(failing)}, known=Recorded(managed=managed)
    )
    assert one_way_for_now(survey) is expected


@pytest.mark.parametrize(
    ("target", "known", "expected"),
    [
        ({}, NEW, None),
        ({"kind": "confluence"}, NEW, (url_derived_id(URLS["target"]), "confluence")),
        ({"kind": "confluence", "name": "Docs"}, NEW, (url_derived_id(URLS["target"]), "Docs")),
        (
            {"kind": "confluence", "rpc_url": "https://in.example"},
            NEW,
            (url_derived_id("https://in.example"), "confluence"),
        ),
        ({"kind": "confluence"}, Recorded(link_ids={"source": OTHER_ID}), (OTHER_ID, "confluence")),
    ],
)
def test_a_target_that_is_not_up_yet(target: dict[str, Any], known: Recorded, expected: Any):
    """It has the id that others compute for it, or the one that its link was made with."""
    both = ends(declared(target={"url": URLS["target"], **target}))
    found = not_up_yet(surveyed(both, known=known))
    assert (found and (found.server_id, found.name)) == expected
    assert found is None or (found.type_id, found.confirmed) == ("confluence", False)


def who(inputs: dict[str, Any], known: Recorded = NEW, **survey: Any) -> list[str]:
    """What blocks a change because of who answers."""
    return [told.flat for told in problems(surveyed(ends(declared(**inputs)), **survey, known=known))]


BOTH_ANSWER: dict[Role, Manifest] = {"source": manifest("source"), "target": manifest("target")}


@pytest.mark.parametrize(
    ("inputs", "said", "expected"),
    [
        ({}, {}, []),
        ({}, {"url": "HTTPS://WIKI.example.com:443/"}, []),
        (
            {},
            {"url": "https://old.example"},
            [
                "has another base URL in its own administration. It is https://old.example. If the application moved",
            ],
        ),
        ({"kind": "confluence"}, {}, []),
        (
            {"kind": "bamboo"},
            {},
            ["is declared as bamboo, but a confluence answers there. Correct target.kind or target.url"],
        ),
        ({}, {"applinks_version": "4.9"}, ["has applinks 4.9, whose REST interface cannot set up OAuth"]),
        ({}, {"applinks_version": "5.0"}, []),
        ({}, {"applinks_version": None}, []),
        (
            {},
            {"id": JIRA_ID},
            [f"have the same server id. It is {JIRA_ID}: they are one application"],
        ),
    ],
)
def test_who_answers(inputs: dict[str, Any], said: dict[str, Any], expected: list[str]):
    """The target says this of itself."""
    target = {"url": URLS["target"], **inputs}
    found = who({"target": target}, manifests={**BOTH_ANSWER, "target": manifest("target", **said)})
    same(found, expected)
    assert all("target (https://wiki.example.com)" in sentence for sentence in found)


@pytest.mark.parametrize(
    "inputs",
    [{"authentication": NEITHER}, {"manage": "source"}, {"authentication": NEITHER, "two_way": False}],
)
def test_an_old_target_is_no_problem_where_nothing_is_set_on_it(inputs: dict[str, Any]):
    """Without authentication, or when another program makes that end."""
    old = manifest("target", applinks_version="4.9")
    assert who(inputs, manifests={**BOTH_ANSWER, "target": old}) == []


def test_another_application_answers():
    """Both server ids are reported, and the next steps."""
    told = manifest("target", id=OTHER_ID)
    found = who({}, recorded(), manifests={**BOTH_ANSWER, "target": told}, strangers={"target": OTHER_ID})
    same(found, [f"Its server id is {OTHER_ID}, the link was created with {WIKI_ID}. Point target.url at"])


def test_one_application_alone_is_no_clone():
    """The same id twice takes two that answer."""
    assert who({"on_unreachable_create": "one_way"}, manifests={"source": manifest("source")}) == []


KIND = {"target": {"url": URLS["target"], "kind": "confluence"}}


@pytest.mark.parametrize(
    ("inputs", "known", "role", "expected"),
    [
        ({}, NEW, "target", ["is down. If it is still starting, set wait_for_target. To create only the link on source"]),
        ({}, NEW, "source", ["is down. If it is still starting"]),
        ({"on_unreachable_create": "one_way"}, NEW, "target", ['is down. To link to it before it is up, give its type as target.kind']),
        ({"on_unreachable_create": "one_way", **KIND}, NEW, "target", []),
        ({"on_unreachable_create": "one_way", **KIND}, NEW, "source", ["is down. If it is still"]),
        ({"on_unreachable_create": "one_way", **KIND}, recorded(), "target", ["is down. If it is still"]),
        ({"on_unreachable_relocate": "relocate"}, recorded(**MOVED), "target", []),
        ({"on_unreachable_relocate": "relocate"}, recorded(**MOVED), "source", ["is down."]),
        ({"on_unreachable_relocate": "relocate"}, recorded(), "target", ["is down."]),
        ({"on_unreachable_relocate": "relocate"}, recorded(identities={}, **MOVED), "target", ["is down."]),
        ({}, recorded(**MOVED), "target", ['To relocate the link before it answers, set on_unreachable_relocate="relocate".']),
        ({}, recorded("source", **ALONE), "target", ['To relocate the link before it answers, set on_unreachable_relocate="relocate".']),
        ({"on_unreachable_relocate": "relocate", **KIND}, recorded("source", **ALONE), "target", []),
    ],
)  # fmt: skip
def test_an_application_that_does_not_answer(
    inputs: dict[str, Any], known: Recorded, role: Role, expected: list[str]
):
    """The operation waits for it, continues without it where the program says so, or fails."""
    same(who(inputs, known, failures={role: failed(role)}), expected)


@pytest.mark.parametrize(("waited", "told"), [(2.04, "2 s"), (15.26, "15.3 s"), (1234.5, "1234.5 s")])
def test_how_long_an_application_was_waited_for(waited: float, told: str):
    """As it was measured, whatever the program allows."""
    found = who({"wait_for_target": 300.0}, failures={"target": failed("target")}, waited={"target": waited})
    same(found, [f"is down. Gave up after {told}. To create only the link on source"])


def test_what_does_not_pass_is_not_waited_for():
    """No message says to wait for what waiting does not fix."""
    found = who({}, failures={"target": failed("target", may_pass=False)})
    assert found == ["target is down."]


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


def blocking(
    inputs: dict[str, Any], known: Recorded = NEW, source: EndSeen | None = None, **survey: Any
) -> list[str]:
    """What blocks a change because of what is on the source."""
    both: Ends = ends(declared(**inputs))
    return [told.flat for told in problems(surveyed(both, source=source, known=known, **survey))]


def empty(*links: Link, **more: Any) -> EndSeen:
    """An end without its link."""
    return EndSeen(links, **more)


ANOTHER = entry("source", id=OTHER_ID, name="Another")
AWAY = {"id": OTHER_ID, "rpc_url": "https://x.example", "display_url": "https://x.example"}


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        (empty(), []),
        (empty(ANOTHER), [f"to the address of target (https://wiki.example.com). 'Another' with the id {OTHER_ID} is left over from"]),
        (empty(entry("source", **AWAY)), [f"has another link named 'Wiki'. Its id is {OTHER_ID}. Give target another name"]),
        (empty(entry("source", name="X", **AWAY)), []),
        (empty(entry("source", id=OTHER_ID, name="X", system=True)), []),
        (empty(entry("source", id=OTHER_ID, type_id="generic")), ["has another link named 'Wiki'"]),
        (empty(entry("source")), []),
        (empty(entry("source"), ANOTHER), ["'Another'"]),
    ],
)  # fmt: skip
def test_what_stands_against_making_a_link(there: EndSeen, expected: list[str]):
    """The remains of an earlier one, or a name that is taken."""
    same(blocking({}, NEW, there), expected)


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
        ({}, NEW, {}, [f"(link {WIKI_ID}, 'Wiki'). {THIS_ONE} {RENAMED} If another"]),
        ({}, NEW, {"name": "Old"}, [f"'Old'). {RENAMED} {INTERRUPTED} If another"]),
        ({}, recorded("target"), {}, ["It was created manually, or by another stack's program"]),
    ],
)  # fmt: skip
def test_what_is_linked_already(
    inputs: dict[str, Any], known: Recorded, seen: dict[str, Any], expected: list[str]
):
    """It is the stack's own, or adopted, or refused with the likeliest cause first."""
    found = blocking(inputs, known, stands("source", **seen))
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
    found = blocking({"on_existing": "adopt"}, NEW, EndSeen((link,), link))
    same(found, [f"to change. 'Wiki' (link {WIKI_ID}) {expected}"])


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ("Wiki", []),
        ("Old", []),
        (
            "Wiki - 2",
            [f"has another link named 'Wiki'. Its id is {OTHER_ID}. Give target another name"],
        ),
    ],
)
def test_a_name_that_another_link_has(seen: str, expected: list[str]):
    """It is waited for once: a link that was set aside before, and finds its name still taken, is reported."""
    holder = entry("source", id=OTHER_ID)
    same(blocking({}, recorded(), stands("source", holder, name=seen)), expected)


def test_an_end_that_is_left_is_not_held_against_the_program():
    """What the program does not want any more may say what it likes."""
    inputs = {"two_way": False, "authentication": NEITHER}
    leaving = stands("target")
    stays = stands("source", outgoing="none", incoming="none")
    assert blocking(inputs, recorded(), stays, target=leaving) == []


def test_what_an_application_refused_while_it_was_looked_at():
    """Once, in its own words where it answered."""
    down = {"target": failed("target")}
    assert blocking({}, failures=down, manifests=BOTH_ANSWER) == ["target is down."]
    silent = blocking({}, recorded(), failures=down)
    assert len(silent) == 1
    assert silent[0].startswith("target is down. If it is still starting")


@pytest.mark.parametrize(
    ("inputs", "administers", "seen", "expected"),
    [
        ({}, False, {}, []),
        ({"authentication": IMPERSONATING}, None, {}, []),
        ({"authentication": IMPERSONATING}, True, {}, []),
        ({"authentication": IMPERSONATING}, False, {}, ["OAuth with impersonation needs a system administrator on source (https://jira.example.com)"]),
        ({"authentication": IMPERSONATING}, False, {"outgoing": "oauth-impersonation", "incoming": "oauth-impersonation"}, []),
        ({"authentication": IMPERSONATING}, False, {"outgoing": "oauth-impersonation"}, ["OAuth with impersonation"]),
        ({}, False, {"rpc_url": "https://old.example"}, ["relocating a link needs a system administrator"]),
        ({}, True, {"rpc_url": "https://old.example"}, []),
        ({}, False, {"display_url": "https://old.example"}, []),
    ],
)  # fmt: skip
def test_what_takes_a_system_administrator(
    inputs: dict[str, Any], administers: bool | None, seen: dict[str, Any], expected: list[str]
):
    """A login without the right is reported before anything is tried."""
    there = stands("source", **seen)
    there = EndSeen(there.links, there.link, there.seen, administers=administers)
    found = blocking(inputs, recorded(), there)
    same(found, expected)
    assert all("Give source.credentials of a system administrator." in sentence for sentence in found)


def user(*, exists: bool = True, active: bool | None = True, admin: bool | None = False) -> Any:
    """What an application reports of a user."""
    return SimpleNamespace(exists=exists, active=active, system_administrator=admin, where="Jira")


@pytest.mark.parametrize(
    ("known", "expected", "unsure"),
    [
        (
            None,
            [],
            "could not check on https://jira.example.com that the user 'bot' exists, is active and is not a system administrator.",
        ),
        (user(), [], None),
        (user(exists=False), ["has no user 'bot' (Jira)"], None),
        (
            user(exists=False, active=None, admin=None),
            ["has no user 'bot' (Jira)"],
            "that the user 'bot' is active and is not a system administrator.",
        ),
        (user(active=False), ["the user 'bot' is not active on source"], None),
        (user(active=False, admin=True), ["is not active"], None),
        (user(admin=True), ["the user 'bot' is a system administrator on source"], None),
        (user(active=None), [], "that the user 'bot' is active."),
        (user(admin=None), [], "that the user 'bot' is not a system administrator."),
    ],
)
def test_the_user_that_requests_run_as(known: Any, expected: list[str], unsure: str | None):
    """It exists, is active and has no more rights than needed; what is not reported will be checked by a person."""
    inputs = {"authentication": AS_BOT}
    same(blocking(inputs, NEW, empty(user=known)), expected)
    survey = surveyed(ends(declared(**inputs)), source=empty(user=known))
    same(unsure_of_users(survey), [unsure] if unsure else [])
    there = surveyed(ends(declared(**inputs)), source=stands("source", execute_as="bot"))
    same(unsure_of_users(there), [])


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
        (SEES_ANOTHER, [f"another application there. Its server id is {OTHER_ID}, not {WIKI_ID}"], None),
        (Sighting(kind="not_told"), [], []),
        (Sighting(kind="unreachable", message="no"), ["could not reach it. It says: “no”. It might"], None),
        (Sighting(kind="unreachable"), ["Or it does not trust the certificate: it does not report which. " + BEHIND], None),
        (REDIRECTED, ["was redirected. It was sent to https://new.example. If that is the right application, set target.rpc_url"], None),
        (DOWNGRADED, ["That is http: target (https://wiki.example.com) might not be configured for https. Configure"], None),
        (Sighting(kind="no_manifest"), ["a login page or a proxy, or an application that is starting. " + BEHIND], None),
        (Sighting(kind="not_accepted"), ["accept https://wiki.example.com. It does not know applications of the type confluence"], None),
        (Sighting(kind="not_accepted", message="what?"), ["does not accept https://wiki.example.com. It says: “what?”. It"], None),
        (Sighting(kind="conflict"), ["says that https://wiki.example.com is itself or is already linked"], []),
    ],
)  # fmt: skip
def test_what_an_application_sees(sighting: Sighting, expected: list[str], made: list[str] | None):
    """At the other one's address; that it is linked already is no problem once the link was made."""
    found = blocking({}, source=empty(sighting=sighting))
    same(found, expected)
    assert all("source (https://jira.example.com)" in sentence for sentence in found)
    after = [told.flat for told in sight_problems(surveyed(source=empty(sighting=sighting)))]
    assert after == (found if made is None else made)


def test_everything_at_once():
    """All reasons are reported, not the first one: of who answers, and of both ends."""
    there = empty(ANOTHER)
    assert len(blocking({}, source=there, target=empty(ANOTHER))) == 1
    assert len(blocking({}, source=there, target=stands("target"))) == 2
    old = manifest("target", applinks_version="4.9")
    found = blocking({}, source=there, target=stands("target"), manifests={**BOTH_ANSWER, "target": old})
    assert len(found) == 3
