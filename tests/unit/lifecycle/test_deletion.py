"""What a deletion asks for, and what it says of an end that it leaves: tables, with clients that note what they are asked."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_applinks.lifecycle import Claims, LinkError, Register, delete
from pulumi_applinks.lifecycle.link import Recorded
from tests.unit.lifecycle.tables import (
    IDS,
    JIRA_ID,
    OTHER_ID,
    WIKI_ID,
    asked,
    clients,
    declared,
    entry,
    failed,
    manifest,
    recorded,
)

PAGES = {
    "source": "https://jira.example.com/plugins/servlet/applinks/listApplicationLinks",
    "target": "https://wiki.example.com/plugins/servlet/applinks/listApplicationLinks",
}
DELETED = {"source": [WIKI_ID], "target": [JIRA_ID]}


def deletion(
    source: dict[str, Any] | None = None,
    target: dict[str, Any] | None = None,
    *,
    known: Recorded | None = None,
    claimed: Register | None = None,
    **inputs: Any,
) -> tuple[list[str] | str, dict[str, list[str]]]:
    """What a deletion says, returned or raised, and which links it asks each end to delete."""
    both = clients(declared(**inputs), source=source or {}, target=target or {})
    told: list[str] | str
    try:
        left = delete(both, known or recorded(), Claims(claimed or Register(), "the old one"))
        told = [one.flat for one in left]
    except LinkError as error:
        told = error.told.flat
    found = {role: [one.args[0] for one in asked(both, role, "delete_link")] for role in IDS}
    return told, {role: ids for role, ids in found.items() if ids}


def test_both_ends_are_deleted():
    """Each by its own id, and nothing is reported."""
    assert deletion() == ([], DELETED)


@pytest.mark.parametrize(
    ("known", "inputs", "expected"),
    [
        (recorded("source"), {}, {"source": [WIKI_ID]}),
        (recorded("target"), {}, {"target": [JIRA_ID]}),
        (recorded(managed=()), {"manage": "source"}, {"source": [WIKI_ID]}),
        (recorded(managed=()), {}, DELETED),
    ],
)
def test_only_what_is_the_programs(known: Recorded, inputs: dict[str, Any], expected: dict[str, list[str]]):
    """As the state says, else as is declared."""
    assert deletion(known=known, **inputs) == ([], expected)


def test_an_end_whose_list_lacks_the_link_is_asked_all_the_same():
    """Under the id that is recorded, or that it should have; only the application's own word counts."""
    gone = {"links": [], "delete_link": "missing"}
    assert deletion(gone, known=recorded(link_ids={"source": OTHER_ID, "target": JIRA_ID})) == (
        [],
        {"source": [OTHER_ID], "target": [JIRA_ID]},
    )
    assert deletion(gone, known=recorded(link_ids={})) == ([], DELETED)


def leftover(what: str, why: str) -> str:
    """How the target's end that was left is reported."""
    return f"{what}. {why} As its administrator, open {PAGES['target']} and verify that the link is gone, or delete it there."


def on_target(link_id: str) -> str:
    """How the target's end is named."""
    return f"the link {link_id} on target (https://wiki.example.com)"


def failure(left: str, as_it_was: str = "") -> str:
    """How a deletion that failed is reported."""
    return (
        f"the link could not be deleted on every end. {left} The resource stays in the stack.{as_it_was} Run `pulumi destroy` again when "
        f'that is fixed. Or set on_unreachable_delete="leave", run `pulumi up`, and destroy it then, to finish with a warning.'
    )


def test_an_end_that_does_not_answer():
    """The other one is left, too, so that a later try finds both; or it is left behind with a warning."""
    down = {"manifest": failed("target")}
    told = leftover(f"{on_target(JIRA_ID)} was not deleted", "Target is down.")
    untouched = " The link on source (https://jira.example.com) was left as it was."
    assert deletion(target=down) == (failure(told, untouched), {})
    assert deletion(target=down, on_unreachable_delete="leave") == (
        [leftover(f"left behind: {on_target(JIRA_ID)}", "Target is down.")],
        {"source": [WIKI_ID]},
    )


def test_an_end_that_is_not_the_programs_need_not_answer():
    """Nobody asks it."""
    assert deletion(target={"manifest": failed("target")}, known=recorded("source")) == (
        [],
        {"source": [WIKI_ID]},
    )


def test_an_end_without_its_link_is_not_told_as_left():
    """There is nothing to leave."""
    told, _ = deletion({"links": []}, {"manifest": failed("target")}, known=recorded(link_ids={}))
    unknown = on_target("with an id that is not known")
    assert told == failure(leftover(f"{unknown} was not deleted", "Target is down."))


def test_an_end_that_refuses():
    """Only that one is left; the other one is gone by then, and both are named."""
    still_there = "Target (https://wiki.example.com) accepted the deletion, but still has the link."
    refusing = {"delete_link": "missing", "link": entry("target")}
    found, ids = deletion(target=refusing)
    left = leftover(f"{on_target(JIRA_ID)} was not deleted: it is still there", still_there)
    deleted = f" The link {WIKI_ID} on source (https://jira.example.com) was deleted."
    assert found == failure(left, deleted)
    assert (set(ids["target"]), ids["source"]) == ({JIRA_ID}, [WIKI_ID])
    assert deletion(target=refusing, on_unreachable_delete="leave")[0] == [
        leftover(f"left behind: {on_target(JIRA_ID)}", still_there)
    ]


@pytest.mark.parametrize(
    ("look", "state"),
    [
        ({"link": entry("target")}, "was not deleted: it is still there"),
        ({"link": failed("target")}, "might not have been deleted"),
        ({"link": None}, None),
    ],
)
def test_a_deletion_that_fails_is_followed_by_a_look(look: dict[str, Any], state: str | None):
    """What is gone is not left, whatever the answer was; what can't be looked at may be."""
    found, ids = deletion(target={"delete_link": failed("target"), **look})
    assert ids == DELETED
    deleted = f" The link {WIKI_ID} on source (https://jira.example.com) was deleted."
    assert found == (
        failure(leftover(f"{on_target(JIRA_ID)} {state}", "Target is down."), deleted) if state else []
    )


def test_what_a_list_does_not_show_is_not_gone_because_of_that():
    """It may be one that lists leave out: only the application's own word counts."""
    found, _ = deletion(target={"links": [], "delete_link": failed("target")})
    assert f"{on_target(JIRA_ID)} might not have been deleted. Target is down." in found


def test_another_application_answers():
    """Nothing is deleted there, and a message says where to look."""
    found = deletion(target={"manifest": manifest("target", id=OTHER_ID)})
    assert found == (
        [
            f"another application answers at target (https://wiki.example.com): nothing was deleted there. Its server id is {OTHER_ID}, "
            f"the link was created with {WIKI_ID}. If the application of the link moved, delete the link {JIRA_ID} there manually. "
            f"If it is "
            f"gone or was reinstalled, nothing is left of the link."
        ],
        {"source": [WIKI_ID]},
    )


def test_a_link_of_the_system_is_let_go_of():
    """A state that holds one from before does not get it deleted."""
    found = deletion({"links": [entry("source", system=True)]})
    assert found == (
        [
            f"the link {WIKI_ID} on source (https://jira.example.com) was left. It belongs to the system and cannot be changed. It is no "
            f"longer in the stack."
        ],
        {"target": [JIRA_ID]},
    )


TAKEN = "the new one created it or took it over in the same run."


@pytest.mark.parametrize(
    ("end", "left"),
    [((JIRA_ID, WIKI_ID), "source"), ((WIKI_ID, JIRA_ID), "target"), ((WIKI_ID, WIKI_ID), None)],
)
def test_what_another_resource_has_made_in_the_same_run(end: tuple[str, str], left: str | None):
    """It is left, and that resource is named."""
    register = Register()
    Claims(register, "the new one").take([end])
    told, ids = deletion(claimed=register)
    assert ids == {role: found for role, found in DELETED.items() if role != left}
    expected = {
        "source": f"the link {WIKI_ID} on source (https://jira.example.com) was left: {TAKEN}",
        "target": f"the link {JIRA_ID} on target (https://wiki.example.com) was left: {TAKEN}",
    }
    assert told == ([expected[left]] if left else [])
