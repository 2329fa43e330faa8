"""Making and changing a link: what is said when it fails, and what is left then. With clients that note what they are asked."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_applinks.lifecycle import BOTH, Claims, LinkError, Preflight, Register, Role
from pulumi_applinks.rest import Authentication, Invalid, Sighting
from pulumi_applinks.rest.status import Unanswered
from tests.unit.lifecycle.linked import Linked, raising, status
from tests.unit.lifecycle.tables import (
    AS_BOT,
    BOTH_OAUTH,
    IDS,
    JIRA_ID,
    OTHER_ID,
    WIKI_ID,
    asked,
    entry,
    failed,
    far,
    manifest,
    observed,
    recorded,
)

OLD = "https://old.example"


def test_a_link_is_made():
    """On both ends, which then work; and it is claimed for the rest of the operation."""
    both, register = Linked(), Register()
    report = both.create(register)
    assert (report.health.word, report.links) == ("working", {role: observed(role) for role in BOTH})
    assert [both.written(role) for role in BOTH] == [["put_link", "set_oauth"]] * 2
    assert [register.holders[IDS[role], IDS[far(role)]].resource for role in BOTH] == ["it", "it"]
    assert both.told == []


def test_what_stands_against_it_is_told_before_anything_is_done():
    """Who answers comes first; the ends are not looked at then."""
    both = Linked().answers("target", manifest=manifest("target", url=OLD))
    with pytest.raises(Preflight) as failure:
        both.create()
    lines = str(failure.value).splitlines()
    assert lines[0].startswith("the link cannot be made: target (https://wiki.example.com) answers, but")
    assert "  Nothing was changed on either application." in lines
    assert len(failure.value.reasons) == 1
    assert both.written("source") == asked(both.ends, "source", "links") == []
    with pytest.raises(Preflight, match=r"^the link cannot be changed: target"):
        both.update()


def test_all_that_stands_against_it_is_told():
    """Each on a line of its own, and what the applications see of each other with it."""
    both = Linked("source").answers("target", sees=Sighting(kind="unreachable"))
    both.answers("target", links=[entry("target", id=OTHER_ID)])
    with pytest.raises(Preflight) as failure:
        both.create()
    lines = str(failure.value).splitlines()
    assert lines[0] == "the link cannot be made: 3 reasons [applinks/several-reasons]"
    listed = [line for line in lines if line.startswith("  - ")]
    assert [line.partition("(")[0] for line in listed] == ["  - target ", "  - source ", "  - target "]
    assert "could not reach it" in listed[-1]
    assert lines[-1] == "  Nothing was changed on either application."
    assert asked(both.ends, "source", "sees") == []


def test_a_failed_link_is_claimed_by_nobody():
    """What was done is undone, and the error says so."""
    both, register = Linked().answers("target", set_oauth=failed("target")), Register()
    with pytest.raises(LinkError) as failure:
        both.create(register)
    assert str(failure.value) == (
        "setting authentication (outgoing oauth, incoming oauth) failed: target is down [applinks/connection-refused]\n"
        "  What this run had changed before was undone on both ends: they were read again, and are as before.\n"
        "  Fix: Correct this and run `pulumi up` again."
    )
    assert both.written("source")[-1] == "delete_link"
    assert register.holders == {}


def test_a_link_of_another_resource_is_not_made():
    """It is claimed already."""
    register = Register()
    Claims(register, "another").take([(JIRA_ID, WIKI_ID)])
    both = Linked()
    with pytest.raises(LinkError, match="it and another declare the same link"):
        both.create(register)
    assert both.written("source") == both.written("target") == []


def test_a_key_that_can_not_be_read_is_explained():
    """By what the applications see of each other; each end that sees something is reported."""
    unreachable = Sighting(kind="unreachable")
    both = Linked().answers("target", set_oauth=raising(Invalid, "no key"), sees=unreachable)
    both.answers("source", sees=Sighting(kind="no_manifest"))
    with pytest.raises(LinkError) as failure:
        both.create()
    lines = str(failure.value).splitlines()
    assert lines[0] == "the link cannot be made: 2 reasons [applinks/several-reasons]"
    listed = [line for line in lines if line.startswith("  - ")]
    assert [line.partition(")")[0] for line in listed] == [
        "  - target (https://wiki.example.com",
        "  - source (https://jira.example.com",
    ]
    assert ["could not reach" in listed[0], "found no application" in listed[1]] == [True, True]


@pytest.mark.parametrize("sees", [failed("target"), Sighting(kind="conflict")])
def test_what_explains_nothing_is_not_told(sees: Any):
    """The failure itself is."""
    both = Linked().answers("target", set_oauth=raising(Invalid, "no key"), sees=sees)
    with pytest.raises(LinkError, match=r"^setting authentication .* failed: no key"):
        both.create()


def test_one_end_explains_where_the_other_one_does_not():
    """What one cannot be asked the other one can report."""
    both = Linked().answers("target", set_oauth=raising(Invalid, "no key"), sees=failed("target"))
    both.answers("source", sees=Sighting(kind="unreachable"))
    with pytest.raises(LinkError, match=r"^the link cannot be made: source .* could not\s+reach it"):
        both.create()


def test_a_link_that_does_not_work_is_explained_and_taken_back():
    """When the applications don't find each other; else it is made, and does not work."""
    both = Linked().answers("source", status=status("source", "gone"), sees=Sighting(kind="unreachable"))
    with pytest.raises(LinkError, match=r"^the link cannot be made: source .* could not\s+reach it"):
        both.create()
    assert both.written("source")[-1] == "delete_link"
    both = Linked().answers("source", status=status("source", "gone"))
    assert both.create().health.word == "not-working"


@pytest.mark.parametrize("on_broken", ["warn", "fail"])
def test_a_link_of_which_is_not_known_in_time_whether_it_works(on_broken: str):
    """It stays: nobody has said that it does not work, and nobody is asked why it should not."""
    both = Linked(on_broken=on_broken)
    both.answers("source", status=Unanswered(seconds=59.0), sees=Sighting(kind="unreachable"))
    report = both.create()
    assert (report.health.word, report.health.broken) == ("unknown", False)
    assert "source (https://jira.example.com) did not answer within 59 s when it was" in report.health.detail
    assert asked(both.ends, "source", "sees", "delete_link") == []


@pytest.mark.parametrize(("there", "taken_back"), [((), True), (BOTH, False)])
def test_a_link_that_has_to_work(there: tuple[Role, ...], taken_back: bool):
    """`on_broken="fail"`: what was made is undone, what was there stays."""
    both = Linked(*there, on_broken="fail").answers("source", status=status("source", "gone"))
    with pytest.raises(LinkError) as failure:
        (both.update if there else both.create)()
    told = str(failure.value)
    assert (
        "but does not work [applinks/does-not-work]\n  source (https://jira.example.com) says that it is gone."
        in told
    )
    assert told.startswith(
        "the link was created, but" if taken_back else "the link is as the program says, but"
    )
    assert ("undone on both ends" in told) is taken_back
    assert ('or set on_broken="warn" to get only a warning.' in told) is not taken_back
    assert ("delete_link" in both.written("source")) is taken_back


def test_a_change_that_does_not_read_back():
    """What was made is undone, since the stack would not know of it; a change stays."""
    says_old: dict[str, Any] = {"status": None, "authentication": Authentication()}
    both = Linked().answers("source", **says_old)
    with pytest.raises(LinkError, match=r"is not as the program says: 2 reasons .*\n  - source"):
        both.create()
    assert both.written("source")[-1] == "delete_link"
    both = Linked(*BOTH).answers("source", **says_old)
    with pytest.raises(LinkError) as failure:
        both.update()
    assert str(failure.value).endswith(
        "\n  What was changed on source (https://jira.example.com) stays."
        "\n  Fix: Check the above, then run `pulumi up` again: it continues from what it finds."
    )
    assert "delete_link" not in both.written("source")
    both = Linked("source").answers("source", **says_old)
    with pytest.raises(LinkError, match="undone on both ends"):  # the target's end is new
        both.update(recorded("source"))


def test_a_target_that_is_not_up_yet():
    """The source's link is made alone, under the id that is computed for it, and a message says so."""
    kind = {"url": "https://wiki.example.com", "credentials": "wiki", "kind": "confluence"}
    both = Linked(target=kind, on_unreachable_create="one_way", reverse_primary=True, authentication=AS_BOT)
    both.answers("target", manifest=failed("target", may_pass=False))
    both.answers("source", status=None)
    made: list[Any] = []
    client: Any = both.ends.source.client

    def put(link: Any) -> str:
        made.append(link)
        client.links.return_value = [link]
        return "created"

    client.put_link.side_effect = put
    client.authentication.return_value = Authentication()
    report = both.create()
    assert (report.health.word, report.managed) == ("one-way", ("source",))
    assert report.identities["target"].confirmed is False
    assert [link.id for link in made] == [report.identities["target"].server_id]
    assert both.written("source") == ["put_link"]
    assert both.told == [
        "target (https://wiki.example.com) does not answer. Only the link on source (https://jira.example.com) is created now, one-way and "
        "without authentication. Run `pulumi up` again when it is up, to complete it."
    ]


def test_a_user_that_is_not_told_of():
    """A person is to look."""
    both = Linked(authentication=AS_BOT)
    both.answers("source", authentication=BOTH_OAUTH.model_copy(update={"execute_as": "bot"}))
    both.create()
    (told,) = both.told
    assert told.startswith(
        "could not check on https://jira.example.com that the user 'bot' exists, is active and is not a system administrator"
    )


MOVED = recorded(
    links={"source": observed("source", rpc_url=OLD), "target": observed("target")},
    moved=frozenset({"target"}),
    only_moved=True,
)


@pytest.mark.parametrize(
    "answers", [{"relocate": failed("source")}, {"status": status("source", "gone")}, {"status": None}]
)
def test_a_relocation_that_is_unexpected(answers: dict[str, Any]):
    """It causes a full update: everything is read."""
    both = Linked(*BOTH).answers("source", **answers)
    both.update(MOVED)
    assert asked(both.ends, "target", "links") != []


def test_a_relocation_after_which_something_stands_against_the_rest():
    """It is undone, and the refusal says what this run changed."""
    both = Linked(*BOTH).answers("source", status=None)
    both.answers("source", links=[entry("source", system=True)])
    with pytest.raises(Preflight) as failure:
        both.update(MOVED)
    assert "nothing was changed" not in str(failure.value).lower()
    assert both.written("source")[:2] == ["relocate", "relocate"]


def test_a_relocation_where_another_application_answers():
    """No message says to relocate anything."""
    both = Linked(*BOTH).answers("source", manifest=manifest("source", id=OTHER_ID))
    with pytest.raises(Preflight, match=f"Its server id is {OTHER_ID}"):
        both.update(MOVED)
    assert both.written("source") == []
