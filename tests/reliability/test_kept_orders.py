"""Orders of events that have failed, or that came near it, kept by name."""

from __future__ import annotations

import pytest

from pulumi_applinks.lab.applications import Fault
from tests.reliability.network import Network
from tests.reliability.settling import settle
from tests.reliability.world import World

pytestmark = pytest.mark.usefixtures("passing")


@pytest.fixture
def world(network: Network, warnings: list[str]) -> World:
    """A world in which nothing has happened yet."""
    return World(network, warnings)


def test_a_refresh_while_the_target_has_never_been_up(world: World):
    """A link that was made one-way for now is refreshed before its target comes up: nothing is lost, and `up` completes it."""
    world.outage("wiki", "down")
    world.declare("one", "a", "jira", "wiki", on_unreachable_create="one_way")
    assert world.run("one", "up").ended == {"a": "created"}
    assert world.run("one", "refresh").ended == {"a": "read"}
    assert world.stacks["one"].resources["a"].outputs.get("target_server_id") is None
    settle(world)


def test_a_target_comes_up_for_the_first_time_at_another_address(world: World):
    """A link that was made one-way for now is completed where its target turns out to be."""
    world.outage("wiki", "down")
    world.declare("one", "a", "jira", "wiki", on_unreachable_create="one_way")
    world.run("one", "up")
    world.recover("wiki")
    world.move("wiki")
    world.follow("one")
    assert world.run("one", "up").errors == {}
    settle(world)


def test_completing_a_link_fails_half_way(world: World):
    """A link that was made one-way for now got its right id, and then the target refused: the stack knows it still."""
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
    """Who says so by mistake declares the old target again, and finds both links as they should be."""
    world.declare("one", "a", "jira", "wiki")
    world.run("one", "up")
    world.outage("build", "down")
    world.declare("one", "a", "jira", "build", on_unreachable_relocate="relocate")
    assert world.run("one", "up").ended == {"a": "updated"}
    settle(world)


def test_a_duplicate_that_is_to_be_removed_is_in_the_way_of_a_change(world: World):
    """An application takes no change of a link beside another one to the same address: the duplicate goes first."""
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
    """A duplicate is reported and stays; what the program says of its own link is brought about anyway."""
    world.declare("one", "a", "jira", "wiki")
    world.run("one", "up")
    world.duplicate("jira", "wiki")
    world.by_hand("jira", "wiki", "rename")

    assert world.run("one", "up --refresh").errors == {}
    assert world.network["jira"].links[world.network["wiki"].server_id].name == "Wiki"
    settle(world)


def test_a_program_that_leaves_an_end_to_another_one(world: World):
    """`manage="source"` after both ends were made: the other end stays for whoever takes it over, and is not deleted any more."""
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
    """The deletion says what it could not do and keeps the link; declared again at the new address, it is found again."""
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
    """The same pair, declared from the other side under the same name: replaced, and nothing of the first one is left."""
    world.declare("one", "a", "jira", "wiki", "as-user")
    world.run("one", "up")
    world.declare("one", "a", "wiki", "jira", "as-user")
    assert world.run("one", "up").ended == {"a": "replaced"}
    settle(world)


def test_an_adopted_link_is_given_up_and_taken_by_another_stack(world: World):
    """Two stacks take the same link over, one after the other; the first forgets it, and the second one deletes it in the end."""
    world.link_by_hand("jira", "wiki")
    world.declare("one", "a", "jira", "wiki", on_existing="adopt")
    world.run("one", "up")
    world.declare("two", "b", "wiki", "jira", "as-user", on_existing="adopt")
    assert world.run("two", "up").ended == {"b": "created"}
    world.drop("one", "a")
    world.books.forget("one", "a")
    settle(world)


def test_everything_happens_to_one_link(world: World):
    """Both applications move, one password is rotated, a hand deletes one end and changes the other, and the program changes its mind."""
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
    """A hand lets legacy requests in on an end that must let none in, and only there: one `up --refresh` removes it."""
    world.declare("one", "a", "wiki", "code", "incoming-only")
    world.run("one", "up")
    world.by_hand("wiki", "code", "no_incoming")
    world.by_hand("code", "wiki", "trusted")
    assert world.run("one", "up --refresh").errors == {}
    settle(world)


def test_a_link_is_replaced_while_another_application_has_its_targets_address(world: World):
    """The target's end is left, and the warning says so with the link's id there; the stranger is not touched."""
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
    """The link is recreated, and what stood on the other end is deleted first."""
    world.declare("one", "a", "jira", "wiki", "as-user")
    world.run("one", "up")
    before = world.network["wiki"].server_id
    world.install_anew("wiki")
    assert world.run("one", "up --refresh").ended == {"a": "replaced"}
    assert before not in world.network["jira"].links
    settle(world)


def test_one_end_moves_and_the_other_one_is_installed_anew(world: World):
    """A refresh and an `up` make it again; the end that moved cannot be reached at its old address, and is deleted by hand."""
    world.declare("one", "a", "jira", "wiki")
    world.run("one", "up")
    world.move("jira")
    world.install_anew("wiki")
    world.follow("one")
    assert "run `pulumi refresh` and then `pulumi up`" in world.run("one", "up").errors["a"]
    settle(world)


def test_an_application_is_installed_anew_and_moves(world: World):
    """Its old end is gone with it, and cannot be asked: the resource stays until the program says that it will be left."""
    world.declare("one", "a", "jira", "wiki")
    world.run("one", "up")
    world.install_anew("wiki")
    world.move("wiki")
    world.follow("one")
    assert "The resource stays in the stack" in world.run("one", "up").errors["a"]
    settle(world)


@pytest.mark.parametrize("on_existing", ["fail", "adopt"])
def test_a_resource_is_renamed_without_an_alias(world: World, on_existing: str):
    """What the new one adopts the old one does not delete; where it must not adopt, nothing is deleted after it has failed."""
    world.declare("one", "a", "jira", "wiki", on_existing=on_existing)
    world.run("one", "up")
    world.rename("one", "a", "b")
    run = world.run("one", "up")
    assert run.ended == ({"b": "created", "a": "deleted"} if on_existing == "adopt" else {"b": "failed"})
    assert ("jira", world.network["wiki"].server_id) in world.books.links()
    settle(world)


def test_the_primary_place_changes_hands_in_one_run(world: World):
    """Two links of one type, of which the other one becomes primary from now on, and back again."""
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
    """It is read, changed and kept: what is missing is read again, and what nobody knows is left."""
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
    """Nothing is read without them; with them everything is as it was."""
    world.declare("one", "a", "jira", "wiki")
    world.run("one", "up")
    world.forget_credentials("wiki")
    assert world.run("one", "up").ended == {"a": "failed"}
    settle(world)


def test_a_policy_changes_while_an_application_was_installed_anew(world: World):
    """The link is replaced anyway: a policy that is not stored yet is no reason to refuse it for ever."""
    world.declare("one", "a", "jira", "wiki")
    world.run("one", "up")
    world.install_anew("wiki")
    world.change("one", "a", on_broken="fail")
    assert world.run("one", "up --refresh").ended == {"a": "replaced"}
    settle(world)


def test_a_link_that_was_cut_off_on_nodes_that_lag(world: World):
    """The list is read again as well when what was read back is doubted: the node that answered first had no primary link yet."""
    world.declare("one", "a", "issues", "jira", "as-user", on_existing="adopt", reverse_primary=True)
    world.run("one", "up")
    world.cluster("jira", affinity=False, lag=3)
    world.run("one", "up")
    world.taint("one", "a")
    world.run("one", "up", cut=14)
    assert world.run("one", "up").errors == {}
    settle(world)
