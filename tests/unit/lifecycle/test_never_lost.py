"""A link is never lost, and nothing is said that is not so: faults that were found once, each impossible since.

The hooks are called as the engine calls them, on applications of the lab; the stories with an engine are in `tests/acceptance`.
"""

import copy
from urllib.parse import urlsplit

import pytest

from pulumi_applinks.lab.applications import Application, Fault, Lab, StoredLink
from pulumi_applinks.provider import ApplicationLinkError, ApplicationLinkProvider
from tests.unit.lifecycle.conftest import Driver, inputs_for, log_in
from tests.unit.lifecycle.test_changes import FORMS, WRITE_REQUESTS

NEITHER = {"outgoing": {"level": "none"}, "incoming": {"level": "none"}}


def anew(lab: Lab, old: Application | str, kind: str = "confluence", **more: object) -> Application:
    """Another application at the address of one that is stopped, or has moved."""
    url = old if isinstance(old, str) else old.url
    return lab.start(kind, port=urlsplit(url).port, **more)  # type: ignore[arg-type]


def reads_only(application: Application) -> bool:
    """Whether nobody asked an application to change anything."""
    return {one.method for one in application.requests.all("client")} <= {"GET"}


class TestAdopting:
    """Adopting, and then deleting what was adopted: a rename without an alias, with the engine's order of calls."""

    @pytest.mark.parametrize("named", [True, False])
    def test_what_an_operation_has_adopted_it_does_not_delete(self, driver: Driver, pair, warnings, named):
        """The new resource adopts, and the old one's deletion leaves it, with a warning that says whose it is."""
        jira, wiki = pair
        driver.up(inputs_for(jira, wiki))
        assert driver.state is not None
        wanted = inputs_for(jira, wiki, on_existing="adopt")
        provider = ApplicationLinkProvider()
        provider.check({}, {**copy.deepcopy(wanted), **({"resource_name": "new-name"} if named else {})})
        made = provider.create(copy.deepcopy(wanted))
        provider.delete(driver.id, copy.deepcopy(driver.state))
        provider.close()

        assert wiki.server_id in jira.links
        assert jira.server_id in wiki.links
        left = [told for told in warnings if "was left" in told]
        assert len(left) == 2
        assert all(("the resource 'new-name'" in told) == named for told in left)
        driver.id, driver.state = made.id, made.outs
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
            len([told for told in warnings if "the resource 'kept' of this program has it, too" in told]) == 2
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
        """What was taken back is nobody's: the same process may make it again."""
        jira, wiki = pair
        wiki.faults.add(Fault("PUT", "*/oauth", status=400))
        provider = ApplicationLinkProvider()
        with pytest.raises(ApplicationLinkError, match="undone on both ends: they were read again"):
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
        assert not [told for told in warnings if "deleted and made anew" in told], (
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
        """Refused with the way out; after a refresh the link is made anew with the one that answers."""
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


class TestWords:
    """What an error says was not changed, or undone, was seen to be so."""

    def test_a_relocation_that_was_carried_out_is_not_nothing(self, driver: Driver, pair, monkeypatch):
        """The short way writes; what stands against the rest is found afterwards: the relocation is taken back, and told."""
        jira, wiki = pair
        driver.up(inputs_for(jira, wiki))
        wiki.links[jira.server_id].consumer = None
        monkeypatch.setenv("APPLINKS_WIKI_PASSWORD", "rotated")
        before = jira.links.snapshot()
        wiki.move()
        with pytest.raises(ApplicationLinkError) as told:
            driver.up(inputs_for(jira, wiki))
        assert "nothing was changed" not in str(told.value).lower()
        assert ("undone" in str(told.value)) == (jira.links.snapshot() == before)

    @pytest.mark.parametrize(("end", "path", "method"), WRITE_REQUESTS)
    @pytest.mark.parametrize("after", [False, True])
    @pytest.mark.parametrize("status", [400, 409, 500])
    def test_what_an_error_says_is_what_stands_there(
        self, driver: Driver, pair, end, path, method, after, status
    ):
        """A refusal or a failure at each write of a create: said to be undone when both ends are as before, and only then."""
        jira, wiki = pair
        {"jira": jira, "wiki": wiki}[end].faults.add(
            Fault(method, path, status=status, after=after, origin="client")
        )
        before = [one.links.snapshot() for one in pair]
        with pytest.raises(ApplicationLinkError) as caught:
            driver.up(
                inputs_for(jira, wiki, authentication=FORMS["as-user"], primary=True, reverse_primary=True)
            )
        told = str(caught.value)
        assert ("are as before" in told or "nothing was changed" in told.lower()) == (
            [one.links.snapshot() for one in pair] == before
        )
        if "nothing was changed" in told.lower():
            assert not [
                asked
                for one in pair
                for asked in one.requests.all("client")
                if asked.method != "GET" and asked.status < 300
            ]


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


class TestBroken:
    """A link that does not work is told, in every operation that looks at it."""

    def test_a_dead_direction_is_not_working(self, driver: Driver, pair, warnings):
        """The target's requests are answered, the source's are not."""
        jira, wiki = pair
        driver.up(inputs_for(jira, wiki))
        jira.links[wiki.server_id].rpc_url = wiki.url.replace("127.0.0.1", "127.0.0.2") + "9"
        driver.refresh()
        assert driver.state is not None
        assert driver.state["status"] == "not-working"
        told = [one for one in warnings if "does not work" in one]
        assert len(told) == 1
        assert "declare its new URL" in told[0]

    def test_fail_makes_it_drift_and_an_up_fails(self, driver: Driver, pair, lab, warnings):
        """Until it works again."""
        jira, wiki = pair
        wanted = inputs_for(jira, wiki, on_broken="fail")
        driver.up(wanted)
        wiki.stop()
        found = driver.refresh()
        assert found is not None
        assert found["status"] == {"declared": "working", "observed": "unreachable", "on": "both"}
        with pytest.raises(ApplicationLinkError):
            driver.up(wanted)
        wiki.start()
        driver.up(wanted)
        assert driver.refresh() == {}


class TestState:
    """A state is an input: whatever stands in it, a hook reads it or says what is wrong."""

    def test_reading_works_from_the_inputs_alone(self, driver: Driver, pair):
        """As for a look-up, or after an import with nothing but inputs."""
        jira, wiki = pair
        driver.up(inputs_for(jira, wiki))
        assert driver.state is not None
        full = copy.deepcopy(driver.state)
        driver.state = inputs_for(jira, wiki)
        assert driver.refresh() == {}
        assert driver.state == full

    @pytest.mark.parametrize("value", [None, "04da6b54-80e4-46f7-96ec-b56ff0331ba9", "", 7, [], {"x": 1}])
    def test_any_output_may_be_missing_or_nonsense(self, driver: Driver, pair, value):
        """One after the other: a refresh reads it anew, an update and a deletion go on."""
        jira, wiki = pair
        driver.up(inputs_for(jira, wiki))
        assert driver.state is not None
        full = copy.deepcopy(driver.state)
        inputs = set(inputs_for(jira, wiki))
        for key in sorted(set(full) - inputs):
            driver.state = {**copy.deepcopy(full), key: copy.deepcopy(value)}
            driver.refresh()
            driver.state = {name: kept for name, kept in copy.deepcopy(full).items() if name != key}
            driver.refresh()
            assert driver.state == full, key
        driver.state = {
            **copy.deepcopy(full),
            "target_link": value,
            "managed_ends": value,
            "link_id": value,
            "drift": value,
        }
        driver.up(inputs_for(jira, wiki, primary=True))
        driver.state = {**copy.deepcopy(full), "source_link": value, "managed_ends": value, "status": value}
        driver.delete()
        assert len(jira.links) == len(wiki.links) == 0

    def test_what_a_later_version_stored_is_kept(self, driver: Driver, pair):
        """An output that this version does not know, and a field of a link."""
        jira, wiki = pair
        driver.up(inputs_for(jira, wiki))
        assert driver.state is not None
        driver.state["of_tomorrow"] = {"kept": True}
        driver.state["source_link"]["of_tomorrow"] = 1
        driver.refresh()
        assert driver.state["of_tomorrow"] == {"kept": True}
        driver.up(inputs_for(jira, wiki, primary=True))
        assert driver.state["of_tomorrow"] == {"kept": True}


class TestSmall:
    """The small ones."""

    def test_made_one_way_then_moved_without_contact(self, driver: Driver, lab: Lab, monkeypatch, warnings):
        """The link keeps its provisional id; the target's end is made once it is up."""
        jira, wiki = lab.start("jira"), lab.start("confluence", running=False)
        log_in(monkeypatch, "jira", jira)
        log_in(monkeypatch, "wiki", wiki)
        more = {"on_unreachable_create": "one_way", "on_unreachable_relocate": "relocate"}

        def wanted(url: str) -> dict[str, object]:
            found = inputs_for(jira, wiki, **more)
            found["target"] |= {"url": url, "kind": "confluence"}
            return found

        addresses = [lab.closed_address(), lab.closed_address()]
        driver.up(wanted(addresses[0]))
        driver.up(wanted(addresses[1]))
        (link,) = jira.links
        assert link.rpc_url == addresses[1]
        wiki.move()
        driver.up(wanted(wiki.url))
        assert [one.id for one in jira.links] == [wiki.server_id]
        driver.delete()
        assert len(jira.links) == len(wiki.links) == 0

    def test_two_updates_swap_their_names(self, lab: Lab, monkeypatch, warnings):
        """In one run as far as it goes, with words; the next one ends it."""
        jira = lab.start("jira")
        wikis = [lab.start("confluence", name=name) for name in ("One", "Two")]
        for name, one in zip(("jira", "one", "two"), (jira, *wikis), strict=True):
            log_in(monkeypatch, name, one)
        drivers = [Driver(warnings), Driver(warnings)]

        def wanted(index: int, name: str) -> dict[str, object]:
            found = inputs_for(jira, wikis[index])
            found["target"] |= {"credentials": ("one", "two")[index], "name": name}
            return found

        for index, name in enumerate(("One", "Two")):
            drivers[index].up(wanted(index, name))
        for _ in range(2):
            for index, name in enumerate(("Two", "One")):
                drivers[index].up(wanted(index, name))
        assert {jira.links[one.server_id].name for one in wikis} == {"One", "Two"}
        assert jira.links[wikis[0].server_id].name == "Two"
        assert any("is called 'Two - 2' for now" in told for told in warnings)
        assert all(one.refresh() == {} for one in drivers)

    def test_an_adoption_asks_each_end_twice(self, driver: Driver, pair):
        """A manifest, a list, what the end has, and whether it works."""
        jira, wiki = pair
        driver.up(inputs_for(jira, wiki))
        for one in pair:
            one.requests.clear()
        driver.state = None
        driver.up(inputs_for(jira, wiki, on_existing="adopt"))
        assert [len(one.requests.all("client")) for one in pair] == [4, 4]
        assert all(reads_only(one) for one in pair)
