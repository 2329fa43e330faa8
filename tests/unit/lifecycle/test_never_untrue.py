"""Nothing is said that is not so, and whatever is in a state has a way on: faults that were found once, each impossible since.

The hooks are called as the engine calls them, on applications of the lab; the stories with an engine are in `tests/acceptance`.
"""

import copy
from collections.abc import Callable, Iterable

import pytest

from pulumi_applinks.hooks import _broken
from pulumi_applinks.lab.applications import Application, Fault, Lab
from pulumi_applinks.provider import ApplicationLinkError
from tests.unit.lifecycle.conftest import Driver, inputs_for, log_in
from tests.unit.lifecycle.forms import FORMS
from tests.unit.lifecycle.test_changes import WRITE_REQUESTS
from tests.words import flat

GONE = {"declared": "present", "observed": "gone", "on": "target"}


def reads_only(application: Application) -> bool:
    """Whether nobody asked an application to change anything."""
    return {one.method for one in application.requests.all("client")} <= {"GET"}


class TestWords:
    """What an error says was not changed, or undone, was seen to be so."""

    def test_a_relocation_that_was_carried_out_is_not_nothing(self, driver: Driver, pair, monkeypatch):
        """The short way writes; what blocks the rest is found afterwards: the relocation is undone, and reported."""
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

    @pytest.mark.parametrize("field", ["name", "display_url", "rpc_url"])
    def test_a_relocation_that_is_taken_back_leaves_what_a_hand_has_changed(
        self, driver: Driver, pair, monkeypatch, field: str
    ):
        """What the relocation did not change stays; of what it did, the message says that it is from the state."""
        jira, wiki = pair
        driver.up(inputs_for(jira, wiki))
        old, link = wiki.url, jira.links[wiki.server_id]
        setattr(link, field, "https://by.hand.example.com")
        wiki.links[jira.server_id].consumer = None
        monkeypatch.setenv("APPLINKS_WIKI_PASSWORD", "rotated")
        wiki.move()
        with pytest.raises(ApplicationLinkError) as told:
            driver.up(inputs_for(jira, wiki))
        assert f"{link.id} on source ({jira.url}) points to {old} again, as the stack has recorded" in flat(
            told.value
        )
        assert link.rpc_url == old
        # The relocation itself sets the display URL [S9].
        assert getattr(link, field) == {"name": "https://by.hand.example.com"}.get(field, old)

    @pytest.mark.sampled(3)
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
        assert ("as before" in told or "nothing was changed" in told.lower()) == (
            [one.links.snapshot() for one in pair] == before
        )
        if "nothing was changed" in told.lower():
            assert not [
                asked
                for one in pair
                for asked in one.requests.all("client")
                if asked.method != "GET" and asked.status < 300
            ]


class TestBroken:
    """A link that does not work is reported, in every operation that looks at it."""

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
        assert "Run `pulumi up`: it brings the link to what the program says." in told[0]

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

    @pytest.mark.parametrize(
        ("outputs", "step"),
        [
            ({"status": "not-working"}, "Run `pulumi refresh` when that is fixed; if an application moved"),
            (
                {"status": "unreachable", "drift": {"two_way": GONE}},
                "Run `pulumi refresh` when that is fixed; if",
            ),
            ({"status": "incomplete", "drift": {"link": GONE}}, "Run `pulumi up`: it brings the link to"),
            ({"status": "not-working", "drift": {"oauth_key.target": GONE}}, "Run `pulumi up`: it brings"),
            ({"status": "not-working", "drift": {"status": GONE}}, "Run `pulumi refresh` when that is fixed"),
            ({"status": "not-working", "drift": {"target_server_id": GONE}}, "If the application moved"),
        ],
    )
    def test_the_next_step_is_the_one_that_helps(self, outputs: dict[str, object], step: str):
        """What differs from the program is repaired by an `up`; anything else is not."""
        assert _broken(outputs).do.startswith(step)


class TestState:
    """A state is an input: whatever is in it, a hook reads it or says what is wrong."""

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
    def test_any_output_may_be_missing_or_nonsense(
        self, driver: Driver, pair, value, sample: Callable[[Iterable[str]], list[str]]
    ):
        """One after the other: a refresh reads it again, an update and a deletion continue."""
        jira, wiki = pair
        driver.up(inputs_for(jira, wiki))
        assert driver.state is not None
        full = copy.deepcopy(driver.state)
        inputs = set(inputs_for(jira, wiki))
        for key in sample(sorted(set(full) - inputs)):
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

    @pytest.mark.parametrize("kept", [True, False])
    def test_made_one_way_then_moved_without_contact(
        self, driver: Driver, lab: Lab, monkeypatch, warnings, kept: bool
    ):
        """The link keeps its provisional id, also without the policy that it was made with; the target's end is made once it is up."""
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
        if not kept:
            del more["on_unreachable_create"]
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
        assert any("is named 'Two - 2' for now" in told for told in warnings)
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
