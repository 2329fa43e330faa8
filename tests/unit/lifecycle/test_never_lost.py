"""A link is never lost: faults that were found once, each impossible since.

The hooks are called as the engine calls them, on applications of the lab; the stories with an engine are in `tests/acceptance`.
"""

import contextlib
import copy
from urllib.parse import urlsplit

import pytest

from pulumi_applinks.lab.applications import Application, Fault, Lab, StoredLink
from pulumi_applinks.provider import ApplicationLinkError, ApplicationLinkProvider
from tests.unit.lifecycle.conftest import Driver, inputs_for, log_in

NEITHER = {"outgoing": {"level": "none"}, "incoming": {"level": "none"}}


def anew(lab: Lab, old: Application | str, kind: str = "confluence", **more: object) -> Application:
    """Another application at the address of one that is stopped, or has moved."""
    url = old if isinstance(old, str) else old.url
    return lab.start(kind, port=urlsplit(url).port, **more)  # type: ignore[arg-type]


class TestAdopting:
    """Adopting, and then deleting what was adopted: a rename without an alias, with the engine's order of calls."""

    @pytest.mark.parametrize("named", [True, False])
    def test_what_an_operation_has_adopted_it_does_not_delete(self, driver: Driver, pair, warnings, named):
        """The new resource adopts. The old one's deletion leaves it with a warning that says whose it is, or fails where nobody knows."""
        jira, wiki = pair
        driver.up(inputs_for(jira, wiki))
        assert driver.state is not None
        wanted = inputs_for(jira, wiki, on_existing="adopt")
        provider = ApplicationLinkProvider()
        provider.check({}, {**copy.deepcopy(wanted), **({"resource_name": "new-name"} if named else {})})
        made = provider.create(copy.deepcopy(wanted))
        unknown = pytest.raises(ApplicationLinkError, match="whose name is not known")
        with contextlib.nullcontext() if named else unknown:
            provider.delete(driver.id, copy.deepcopy(driver.state))
        provider.close()

        assert wiki.server_id in jira.links
        assert jira.server_id in wiki.links
        left = [told for told in warnings if "was left" in told]
        assert len(left) == (2 if named else 0)
        assert all("the resource 'new-name'" in told for told in left)
        driver.state = made.outs
        assert driver.refresh() == {}
        driver.delete()
        assert len(jira.links) == len(wiki.links) == 0

    def test_a_link_that_a_state_holds_twice_is_not_deleted_with_one_of_them(
        self, driver: Driver, pair, warnings
    ):
        """A rename whose deletion came a run later: the resource that stays keeps the link."""
        jira, wiki = pair
        wanted = inputs_for(jira, wiki, on_existing="adopt")
        driver.up(wanted)
        assert driver.state is not None
        provider = ApplicationLinkProvider()
        provider.check(copy.deepcopy(wanted), {**copy.deepcopy(wanted), "resource_name": "kept"})
        assert provider.diff(driver.id, copy.deepcopy(driver.state), copy.deepcopy(wanted)).changes is False
        provider.delete(driver.id, copy.deepcopy(driver.state))
        provider.close()
        assert wiki.server_id in jira.links
        assert jira.server_id in wiki.links
        assert (
            len([told for told in warnings if "the resource 'kept' of this program also has it" in told]) == 2
        )
        driver.delete()
        assert len(jira.links) == len(wiki.links) == 0

    def test_one_pair_declared_twice_is_refused_and_named(self, pair, warnings):
        """In the preview, where both are known; at the latest when the second is made."""
        wanted = inputs_for(*pair, on_existing="adopt")
        provider = ApplicationLinkProvider()
        first = provider.check({}, {**copy.deepcopy(wanted), "resource_name": "one"})
        second = provider.check({}, {**copy.deepcopy(wanted), "resource_name": "two"})
        assert first.failures == []
        (failure,) = second.failures
        assert "'one'" in failure.reason
        assert "'two'" in failure.reason
        provider.create(copy.deepcopy(wanted))
        with pytest.raises(ApplicationLinkError, match="declare the same link"):
            provider.create({**copy.deepcopy(wanted), "timeout_seconds": 60})
        provider.close()

    def test_the_name_of_a_resource_is_not_stored(self, pair):
        """It reaches the check alone."""
        checked = ApplicationLinkProvider().check({}, {**inputs_for(*pair), "resource_name": "one"})
        assert "resource_name" not in checked.inputs

    def test_a_name_that_is_free_again_after_a_failure(self, driver: Driver, pair):
        """What was undone is nobody's: the same process may make it again."""
        jira, wiki = pair
        wiki.faults.add(Fault("PUT", "*/oauth", status=400))
        provider = ApplicationLinkProvider()
        # Which ends were written to before the refusal depends on which of them was faster.
        with pytest.raises(
            ApplicationLinkError, match=r"was undone on (both ends: they were|target .*: it was) read again"
        ):
            provider.create(inputs_for(jira, wiki))
        provider.create(inputs_for(jira, wiki, timeout_seconds=60))
        provider.close()
        assert len(jira.links) == len(wiki.links) == 1


class TestStuck:
    """Addresses that others answer at: every state has a way out."""

    def test_the_target_moved_and_another_answers_at_its_old_address(
        self, driver: Driver, pair, lab, warnings
    ):
        """Who answers at the new address decides, whatever a refresh has recorded of the old one."""
        jira, wiki = pair
        driver.up(inputs_for(jira, wiki))
        old = wiki.url
        wiki.move()
        anew(lab, old)
        driver.refresh()
        assert driver.state is not None
        assert "target_server_id" in driver.state["drift"]
        assert not [told for told in warnings if "deleted and recreated" in told], (
            "a refresh announces no deletion"
        )

        assert driver.up(inputs_for(jira, wiki)) == "updated"
        assert jira.links[wiki.server_id].rpc_url == wiki.url
        assert driver.state["status"] == "working"
        assert driver.refresh() == {}
        driver.delete()
        assert len(jira.links) == len(wiki.links) == 0

    @pytest.mark.parametrize("role", ["source", "target"])
    def test_an_application_was_installed_anew_at_the_same_address(
        self, driver: Driver, pair, lab, monkeypatch, role, warnings
    ):
        """Refused with the next step; after a refresh the link is recreated with the one that answers."""
        jira, wiki = pair
        driver.up(inputs_for(jira, wiki))
        old = {"source": jira, "target": wiki}[role]
        old.stop()
        new = anew(lab, old, kind={"source": "jira", "target": "confluence"}[role])
        log_in(monkeypatch, {"source": "jira", "target": "wiki"}[role], new)
        there = {"source": (new, wiki), "target": (jira, new)}[role]
        assert driver.up(inputs_for(*there)) == "same"
        with pytest.raises(ApplicationLinkError, match="another application answers at"):
            driver.up(inputs_for(*there, primary=True))
        driver.refresh()
        assert driver.up(inputs_for(*there)) == "replaced"
        assert any("nothing was deleted there" in told for told in warnings)
        one, two = there
        assert two.server_id in one.links
        assert one.server_id in two.links
        driver.delete()
        assert len(one.links) == len(two.links) == 0

    def test_a_change_of_policies_alone_is_always_stored(
        self, driver: Driver, pair, lab, monkeypatch, warnings
    ):
        """With another application at the target's address, and with nobody there."""
        jira, wiki = pair
        driver.up(inputs_for(jira, wiki))
        wiki.stop()
        new = anew(lab, wiki)
        log_in(monkeypatch, "wiki", new)
        driver.refresh()
        assert driver.up(inputs_for(jira, new, on_unreachable_delete="leave")) == "updated"
        assert driver.state is not None
        assert driver.state["on_unreachable_delete"] == "leave"
        driver.delete()
        assert len(jira.links) == 0

    def test_a_destroy_where_a_stranger_answers_leaves_the_stranger_alone(
        self, driver: Driver, pair, lab, monkeypatch, warnings
    ):
        """The stranger has a link under the very id."""
        jira, wiki = pair
        driver.up(inputs_for(jira, wiki))
        wiki.stop()
        new = anew(lab, wiki)
        new.links.add(StoredLink(jira.server_id, "jira", "Its own", jira.url, jira.url))
        driver.delete()
        assert len(jira.links) == 0
        assert jira.server_id in new.links
        assert [one.user for one in new.requests.all("client")] == [None]
        assert any(jira.server_id in told and "delete the link" in told for told in warnings)


class TestStrangers:
    """Nobody is written to, or asked with a login, who was not identified in this operation."""

    def test_another_application_at_the_sources_unchanged_address(self, driver: Driver, lab, monkeypatch):
        """Only the target moved; the relocation would hit a stranger's link of the same id."""
        jira, wiki = lab.start("jira"), lab.start("confluence")
        log_in(monkeypatch, "jira", jira)
        log_in(monkeypatch, "wiki", wiki)
        driver.up(inputs_for(jira, wiki))
        jira.stop()
        other = anew(lab, jira, "jira", directory=jira.users)
        log_in(monkeypatch, "jira", other)
        other.links.add(StoredLink(wiki.server_id, "confluence", "the wiki", wiki.url, wiki.url))
        before = other.links.snapshot()
        wiki.move()
        with pytest.raises(
            ApplicationLinkError,
            match=r"(?s)another application answers at source .*Nothing was changed|Nothing was changed",
        ):
            driver.up(inputs_for(other, wiki))
        assert other.links.snapshot() == before
        assert {one.user for one in other.requests.all("client")} == {None}

    @pytest.mark.parametrize("operation", ["create", "refresh", "same", "relocate", "rename", "delete"])
    def test_the_first_request_to_each_application_is_its_manifest(self, driver: Driver, pair, operation):
        """Without a login; those with one follow."""
        jira, wiki = pair
        if operation != "create":
            driver.up(inputs_for(jira, wiki))
        for one in pair:
            one.requests.clear()
        wanted = inputs_for(jira, wiki)
        if operation == "relocate":
            wiki.move()
            wanted = inputs_for(jira, wiki)
        if operation == "rename":
            wanted["target"]["name"] = "Docs"
        if operation == "refresh":
            driver.refresh()
        elif operation == "delete":
            driver.delete()
        else:
            driver.up(wanted)
        for one in pair:
            asked = one.requests.all("client")
            assert all(first.path.endswith("/manifest") and first.user is None for first in asked[:1])


class TestPrimary:
    """The primary link of a type: nobody's edit takes it from another."""

    def test_an_edit_takes_the_place_from_nobody(self, lab: Lab, monkeypatch, warnings):
        """In one operation one link becomes primary, and another one, which was it when the list was read, gets a new name."""
        jira = lab.start("jira")
        wikis = [lab.start("confluence", name=name) for name in ("One", "Two")]
        for name, one in zip(("jira", "one", "two"), (jira, *wikis), strict=True):
            log_in(monkeypatch, name, one)

        def wanted(index: int, **more: object) -> dict[str, object]:
            found = inputs_for(jira, wikis[index], **more)
            found["target"]["credentials"] = ("one", "two")[index]
            return found

        provider = ApplicationLinkProvider()
        first, second = (provider.create(wanted(index)) for index in (0, 1))
        provider.close()
        renamed = wanted(0)
        renamed["target"]["name"] = "Renamed"  # type: ignore[index]
        provider.update(second.id, second.outs or {}, wanted(1, primary=True))
        updated = provider.update(first.id, first.outs or {}, renamed)
        provider.close()
        assert {link.name: link.primary for link in jira.links} == {"Renamed": False, "Two": True}
        assert (updated.outs or {})["source_link"]["primary"] is False

    def test_undoing_a_deletion_makes_it_primary_again(self, driver: Driver, lab: Lab, monkeypatch, warnings):
        """The reverse link that was primary is deleted, and that run fails."""
        jira, wiki, other = lab.start("jira"), lab.start("confluence"), lab.start("jira", name="Other")
        for name, one in (("jira", jira), ("wiki", wiki)):
            log_in(monkeypatch, name, one)
        driver.up(inputs_for(jira, wiki))
        wiki.link_by_hand(other)
        before = wiki.links.snapshot()
        jira.faults.add(Fault("PUT", "*/oauth", status=500, times=99))
        with pytest.raises(ApplicationLinkError):
            driver.up(inputs_for(jira, wiki, two_way=False, authentication=NEITHER))
        assert {link["id"]: link["primary"] for link in wiki.links.snapshot()} == {
            link["id"]: link["primary"] for link in before
        }

    def test_a_one_way_link_with_primary_is_completed_in_one_run(
        self, driver: Driver, lab: Lab, monkeypatch, warnings
    ):
        """The target comes up elsewhere; another link of its type is there."""
        jira, other, wiki = (
            lab.start("jira"),
            lab.start("confluence", name="Other"),
            lab.start("confluence", running=False),
        )
        log_in(monkeypatch, "jira", jira)
        log_in(monkeypatch, "wiki", wiki)
        jira.link_by_hand(other)

        def wanted() -> dict[str, object]:
            found = inputs_for(jira, wiki, on_unreachable_create="one_way", primary=True)
            found["target"]["kind"] = "confluence"
            return found

        driver.up(wanted())
        wiki.move()
        driver.up(wanted())
        assert jira.links[wiki.server_id].primary
        assert driver.state is not None
        assert driver.state["status"] == "working"


class TestLeaving:
    """`leave` when the credentials are gone with the application."""

    def test_leave_needs_no_credentials_of_what_is_gone(self, driver: Driver, pair, monkeypatch, warnings):
        """A refresh calls the end unreachable; the deletion leaves it with a warning, and takes the other end down."""
        jira, wiki = pair
        driver.up(inputs_for(jira, wiki, on_unreachable_delete="leave"))
        wiki.stop()
        monkeypatch.delenv("APPLINKS_WIKI_USERNAME")
        monkeypatch.delenv("APPLINKS_WIKI_PASSWORD")
        driver.refresh()
        assert driver.state is not None
        assert driver.state["status"] == "unreachable"
        driver.delete()
        assert len(jira.links) == 0
        assert any("left behind" in told and jira.server_id in told for told in warnings)

    def test_credentials_that_are_gone_where_the_application_answers(
        self, driver: Driver, pair, monkeypatch, warnings
    ):
        """It could not be asked: said so, and kept or left as the program says."""
        jira, wiki = pair
        driver.up(inputs_for(jira, wiki))
        monkeypatch.delenv("APPLINKS_WIKI_USERNAME")
        monkeypatch.delenv("APPLINKS_WIKI_PASSWORD")
        driver.refresh()
        assert driver.state is not None
        assert driver.state["status"] == "unreachable"
        assert "There are no credentials named 'wiki'" in driver.state["status_detail"]
        with pytest.raises(ApplicationLinkError, match="was left as it was"):
            driver.delete()
        assert wiki.server_id in jira.links
