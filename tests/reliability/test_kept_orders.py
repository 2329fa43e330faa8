"""Orders of events that once failed, or nearly did, each kept as a named test."""

from __future__ import annotations

import pytest

from pulumi_applinks.lab.applications import Fault
from tests.reliability.network import Network
from tests.reliability.settling import settle
from tests.reliability.world import World

pytestmark = pytest.mark.usefixtures("passing")


@pytest.fixture
def world(network: Network, warnings: list[str]) -> World:
    """A world without any events yet."""
    return World(network, warnings)


def test_a_refresh_while_the_target_has_never_been_up(world: World):
    """A link that is temporarily one-way is refreshed before its target is up: nothing is lost, and `up` completes it."""
    world.outage("wiki", "down")
    world.declare("one", "a", "jira", "wiki", on_unreachable_create="one_way")
    assert world.run("one", "up").ended == {"a": "created"}
    assert world.run("one", "refresh").ended == {"a": "read"}
    assert world.stacks["one"].resources["a"].outputs.get("target_server_id") is None
    settle(world)


def test_a_target_comes_up_for_the_first_time_at_another_address(world: World):
    """A link that is temporarily one-way is completed at the actual address of its target."""
    world.outage("wiki", "down")
    world.declare("one", "a", "jira", "wiki", on_unreachable_create="one_way")
    world.run("one", "up")
    world.recover("wiki")
    world.move("wiki")
    world.follow("one")
    assert world.run("one", "up").errors == {}
    settle(world)


def test_completing_a_link_fails_half_way(world: World):
    """A link that was temporarily one-way got its right id, and then the target refused: the stack still knows the link."""
    wiki = world.network["wiki"]
    world.outage("wiki", "down")
    world.declare("one", "a", "jira", "wiki", on_unreachable_create="one_way")
    world.run("one", "up")
    world.recover("wiki")
    wiki.faults.add(Fault("PUT", "/rest/applinks/3.0/status/*/oauth", origin="client"))
    assert world.run("one", "up").ended == {"a": "failed"}
    assert world.run("one", "up --refresh").errors == {}
    settle(world)


def test_a_link_is_relocated_without_contact_to_another_application(world: World):
    """After such a mistake, the program declares the old target again, and both links are as they should be."""
    world.declare("one", "a", "jira", "wiki")
    world.run("one", "up")
    world.outage("build", "down")
    world.declare("one", "a", "jira", "build", on_unreachable_relocate="relocate")
    assert world.run("one", "up").ended == {"a": "updated"}
    settle(world)


def test_a_duplicate_that_is_to_be_removed_is_in_the_way_of_a_change(world: World):
    """An application refuses to change a link if another one has the same address, so the duplicate is deleted first."""
    world.declare("one", "a", "jira", "wiki", on_duplicate="remove")
    world.run("one", "up")
    world.duplicate("jira", "wiki")
    world.by_hand("jira", "wiki", "rename")

    assert world.run("one", "up --refresh").errors == {}
    assert [link.name for link in world.network["jira"].links.of_type("confluence")] == [
        "A stranger's confluence",
        "Wiki",
    ]
    settle(world)


def test_a_duplicate_that_stands_is_not_in_the_way_of_a_change(world: World):
    """The provider reports the duplicate, leaves it, and still changes its own link as the program says."""
    world.declare("one", "a", "jira", "wiki")
    world.run("one", "up")
    world.duplicate("jira", "wiki")
    world.by_hand("jira", "wiki", "rename")

    assert world.run("one", "up --refresh").errors == {}
    assert world.network["jira"].links[world.network["wiki"].server_id].name == "Wiki"
    settle(world)


def test_a_program_that_leaves_an_end_to_another_one(world: World):
    """`manage="source"` is set after both ends were created: the other end stays, and the first program no longer deletes it."""
    world.declare("one", "a", "jira", "wiki")
    world.run("one", "up")
    world.change("one", "a", manage="source")
    assert world.run("one", "up").ended == {"a": "updated"}
    assert world.network["jira"].server_id in world.network["wiki"].links
    world.declare("two", "theirs", "wiki", "jira", manage="source", on_existing="adopt")
    assert world.run("two", "up").ended == {"theirs": "created"}
    world.run("one", "destroy")
    assert world.network["jira"].server_id in world.network["wiki"].links
    world.drop("one", "a")
    settle(world)


def test_a_link_is_dropped_while_its_application_is_down_and_then_moves(world: World):
    """The deletion reports what it could not do and keeps the link; when the program declares the new address, the link is found again."""
    world.declare("one", "a", "jira", "wiki")
    world.run("one", "up")
    world.outage("wiki", "down")
    world.drop("one", "a")
    assert "The resource stays in the stack" in world.run("one", "up").errors["a"]
    world.recover("wiki")
    world.move("wiki")
    assert world.run("one", "up").ended == {"a": "failed"}
    settle(world)


def test_the_ends_of_a_link_change_places(world: World):
    """The same pair is declared from the other side under the same name: it is replaced, and nothing of the first link is left."""
    world.declare("one", "a", "jira", "wiki", "as-user")
    world.run("one", "up")
    world.declare("one", "a", "wiki", "jira", "as-user")
    assert world.run("one", "up").ended == {"a": "replaced"}
    settle(world)


def test_an_adopted_link_is_given_up_and_taken_by_another_stack(world: World):
    """Two stacks adopt the same link, one after the other; the first one forgets it, and the second one deletes it in the end."""
    world.link_by_hand("jira", "wiki")
    world.declare("one", "a", "jira", "wiki", on_existing="adopt")
    world.run("one", "up")
    world.declare("two", "b", "wiki", "jira", "as-user", on_existing="adopt")
    assert world.run("two", "up").ended == {"b": "created"}
    world.drop("one", "a")
    world.books.forget("one", "a")
    settle(world)


def test_everything_happens_to_one_link(world: World):
    """Both applications move, a password is rotated, an administrator deletes one end and changes the other, and the program changes."""
    world.declare("one", "a", "jira", "wiki", "as-user", primary=True)
    world.run("one", "up")
    world.rotate("jira")
    assert "401" in world.run("one", "refresh").errors["a"]
    world.move("wiki")
    world.move("jira", keep_base_url=True)
    world.unlink("wiki", "jira")
    world.by_hand("jira", "wiki", "no_incoming")
    world.primary_by_hand("jira", "wiki")
    world.change("one", "a", form="impersonating", target_name="Docs")
    world.follow("one")
    assert world.run("one", "up").ended == {"a": "failed"}
    settle(world)


def test_legacy_authentication_where_none_is_declared(world: World):
    """An administrator accepts legacy requests on only one end, where none may be accepted: one `up --refresh` removes this."""
    world.declare("one", "a", "wiki", "code", "incoming-only")
    world.run("one", "up")
    world.by_hand("wiki", "code", "no_incoming")
    world.by_hand("code", "wiki", "trusted")
    assert world.run("one", "up --refresh").errors == {}
    settle(world)


def test_a_link_is_replaced_while_another_application_has_its_targets_address(world: World):
    """The target's end stays, and the warning names the link's id there; the other application is not changed."""
    world.declare("one", "a", "code", "build")
    world.run("one", "up")
    world.reuse_address("build", "jira")
    run = world.run("one", "up --replace a")
    assert "is declared as bamboo, but a jira answers there" in run.errors["a"]
    left = ("build", world.network["code"].server_id)
    assert left in world.books.links()
    assert left in world.books.unowned
    settle(world)


def test_an_application_is_installed_anew_and_refreshed(world: World):
    """The link is recreated, after the old link on the other end is deleted."""
    world.declare("one", "a", "jira", "wiki", "as-user")
    world.run("one", "up")
    before = world.network["wiki"].server_id
    world.install_anew("wiki")
    assert world.run("one", "up --refresh").ended == {"a": "replaced"}
    assert before not in world.network["jira"].links
    settle(world)


def test_one_end_moves_and_the_other_one_is_installed_anew(world: World):
    """A refresh and an `up` recreate the link; the end that moved is unreachable at its old address, and is deleted manually."""
    world.declare("one", "a", "jira", "wiki")
    world.run("one", "up")
    world.move("jira")
    world.install_anew("wiki")
    world.follow("one")
    assert "run `pulumi refresh` and then `pulumi up`" in world.run("one", "up").errors["a"]
    settle(world)


def test_an_application_is_installed_anew_and_moves(world: World):
    """Its old end no longer exists and cannot be checked: the resource stays until the program allows the provider to leave that end."""
    world.declare("one", "a", "jira", "wiki")
    world.run("one", "up")
    world.install_anew("wiki")
    world.move("wiki")
    world.follow("one")
    assert "The resource stays in the stack" in world.run("one", "up").errors["a"]
    settle(world)


@pytest.mark.parametrize("on_existing", ["fail", "adopt"])
def test_a_resource_is_renamed_without_an_alias(world: World, on_existing: str):
    """The old resource does not delete what the new one adopts; if the new one must not adopt, it fails, and nothing is deleted."""
    world.declare("one", "a", "jira", "wiki", on_existing=on_existing)
    world.run("one", "up")
    world.rename("one", "a", "b")
    run = world.run("one", "up")
    assert run.ended == ({"b": "created", "a": "deleted"} if on_existing == "adopt" else {"b": "failed"})
    assert ("jira", world.network["wiki"].server_id) in world.books.links()
    settle(world)


def test_the_primary_place_changes_hands_in_one_run(world: World):
    """Of two links of one type, the other one becomes the primary one, and later the first one again."""
    world.declare("one", "a", "wiki", "jira", target_name="First")
    world.declare("one", "b", "wiki", "issues", target_name="Second")
    links = world.network["wiki"].links
    for there in ("issues", "jira", "issues"):
        world.primary_changes("one", "wiki", there)
        assert world.run("one", "up").ok
        assert links[world.network[there].server_id].primary
    settle(world)


@pytest.mark.parametrize("older", [True, False], ids=["older", "newer"])
def test_a_state_of_another_version(world: World, older: bool):
    """The provider reads, changes and keeps it: missing outputs are read again, and unknown ones are left."""
    world.declare("one", "a", "jira", "wiki")
    world.run("one", "up")
    world.of_another_version("one", older=older)
    world.change("one", "a", form="impersonating")
    assert world.run("one", "up").ended == {"a": "updated"}
    outputs = world.stacks["one"].resources["a"].outputs
    assert {"legacy", "state_version"} <= set(outputs)
    assert ("of_a_later_version" in outputs) is not older
    settle(world)


def test_credentials_are_gone_with_an_application(world: World):
    """Without them, nothing is read; when they are back, everything is as before."""
    world.declare("one", "a", "jira", "wiki")
    world.run("one", "up")
    world.forget_credentials("wiki")
    assert world.run("one", "up").ended == {"a": "failed"}
    settle(world)


def test_a_policy_changes_while_an_application_was_installed_anew(world: World):
    """The link is still replaced: a policy that is not stored yet must not block it forever."""
    world.declare("one", "a", "jira", "wiki")
    world.run("one", "up")
    world.install_anew("wiki")
    world.change("one", "a", on_broken="fail")
    assert world.run("one", "up --refresh").ended == {"a": "replaced"}
    settle(world)


def test_a_link_that_was_cut_off_on_nodes_that_lag(world: World):
    """If the result of a write is in doubt, the list is also read again: the node that answered first had no primary link yet."""
    world.declare("one", "a", "issues", "jira", "as-user", on_existing="adopt", reverse_primary=True)
    world.run("one", "up")
    world.cluster("jira", affinity=False, lag=3)
    world.run("one", "up")
    world.taint("one", "a")
    world.run("one", "up", cut=14)
    assert world.run("one", "up").errors == {}
    settle(world)
