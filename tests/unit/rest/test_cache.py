"""What is shared between threads: read once, never stale after an own write, on few connections."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import pytest

from pulumi_applinks.lab.applications import Application, Fault, Lab
from pulumi_applinks.rest import (
    ApplicationClient,
    ApplinksError,
    Basic,
    Deadline,
    DeadlineExceeded,
    Link,
    ServerFault,
    Sessions,
)
from pulumi_applinks.rest.known_links import KnownLinks
from pulumi_applinks.rest.session import Session
from pulumi_applinks.rest.transport import MOST_CONNECTIONS

UNHURRIED = Deadline(None)
LABEL = "source (https://jira.example.com)"


def at_once(calls: list[Callable[[], object]]) -> list[object]:
    """What functions give, or raise, when they are called in threads that start together."""
    results: list[object] = [None] * len(calls)
    start = threading.Barrier(len(calls))

    def run(number: int) -> None:
        start.wait()
        try:
            results[number] = calls[number]()
        except ApplinksError as error:
            results[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture
def wiki():
    """An application."""
    with Lab() as lab:
        yield lab.start("confluence")


def clients(wiki: Application, count: int) -> list[ApplicationClient]:
    """Clients that share what is known, as those of one process of the plugin do."""
    admin = wiki.users["admin"]
    applications = Sessions()
    return [
        ApplicationClient(
            f"client {number}", wiki.url, Basic(admin.name, admin.password), session=applications.at(wiki.url)
        )
        for number in range(count)
    ]


def test_many_ask_at_the_same_moment_and_one_request_is_made(wiki):
    """For the manifest, the links and the rights, each."""
    several = clients(wiki, 8)
    manifests = at_once([client.manifest for client in several])
    at_once([client.links.all for client in several])
    at_once([client.users.login_is_system_administrator for client in several])

    assert all(manifest == manifests[0] for manifest in manifests)
    assert len(wiki.requests.all()) == 3


def test_a_failure_is_told_to_all_and_met_once(wiki):
    """In the words of each; asked again it is only by who insists."""
    wiki.faults.add(Fault("GET", "*/manifest", status=500, times=99))
    several = clients(wiki, 4)
    told = at_once([client.manifest for client in several]) + at_once(
        [client.links.all for client in several]
    )

    assert all(isinstance(one, ServerFault) for one in told)
    assert [str(one).split(" failed")[0] for one in told] == [f"client {number}" for number in range(4)] * 2
    assert len(wiki.requests.all()) == 1
    wiki.faults.clear()
    with pytest.raises(ServerFault):
        several[0].manifest()
    assert several[1].manifest(again=True).id == wiki.server_id
    assert several[0].manifest().id == wiki.server_id


def test_connections_are_kept(wiki):
    """One for all requests that follow each other, and four for any number that come together."""
    several = clients(wiki, 16)
    several[0].manifest()
    for client in several:
        client.links.status("x")
    assert wiki.connections_made == 1
    at_once([partial(client.links.status, "x") for client in several for _ in range(5)])
    assert wiki.connections_made <= MOST_CONNECTIONS
    assert len(wiki.requests.all()) == 1 + 16 + 16 * 5


def test_no_more_connections_than_that(wiki):
    """Requests that would need another one wait for their turn."""
    arrived = threading.Semaphore(0)
    wiki.faults.add(Fault("GET", "*/status/*", kind="hang", times=99, then=arrived.release))
    several = clients(wiki, MOST_CONNECTIONS + 1)
    several[0].manifest()
    busy = [threading.Thread(target=_swallowed, args=(client,)) for client in several[:MOST_CONNECTIONS]]
    for thread in busy:
        thread.start()
    for _ in busy:
        arrived.acquire()
    late = several[-1]
    late.deadline = Deadline(0.05)
    with pytest.raises(DeadlineExceeded):
        late.links.all()
    assert not [one for one in wiki.requests.all() if one.path.endswith("applinks")]
    wiki.faults.clear()
    for thread in busy:
        thread.join()
    late.deadline = UNHURRIED
    assert late.links.all() == []


def _swallowed(client: ApplicationClient) -> None:
    with suppress(ApplinksError):
        client.links.status("x")


def link(name: str, link_id: str = "x", *, primary: bool = False) -> Link:
    """A link."""
    return Link(id=link_id, name=name, type_id="jira", primary=primary)


class Lists:
    """Lists of links that are read one after the other."""

    def __init__(self, *lists: list[Link]) -> None:
        self._lists = list(lists)
        self.known = KnownLinks()

    def get(self, *about: str, primary: bool = True) -> str:
        """Which links are there, `*` behind those that are primary; a list that was not to be read again is an error."""
        found = self.known.get(lambda: self._lists.pop(0), UNHURRIED, LABEL, about, primary=primary)
        return " ".join(f"{one.id}*" if one.primary else one.id for one in found)


FIRST, OTHER = link("first", "f", primary=True), link("other", "o")


@pytest.mark.parametrize(
    ("lists", "changed", "becomes", "made", "then"),
    [
        pytest.param([[]], "n", link("new", "n"), None, "n*", id="the first of its type"),
        pytest.param([[FIRST]], "n", link("new", "n"), None, "f* n", id="the second"),
        pytest.param([[FIRST], [OTHER]], "n", link("new", "n"), "made", "o", id="made as primary"),
        pytest.param([[OTHER], [FIRST]], "n", link("new", "n"), None, "f*", id="none was known as primary"),
        pytest.param([[FIRST, OTHER]], "o", None, None, "f*", id="deleted: not primary"),
        pytest.param(
            [[FIRST, OTHER], [link("other", "o", primary=True)]], "f", None, None, "o*", id="deleted: primary"
        ),
        pytest.param([[FIRST]], "f", None, None, "", id="deleted: the only one"),
        pytest.param([[FIRST, OTHER]], "o", "edited", None, "f* o", id="edited: not primary"),
        pytest.param([[FIRST, OTHER], [OTHER]], "f", "edited", None, "o", id="edited: primary"),
        pytest.param([[FIRST, OTHER]], "f", "edited", "kept", "f* o", id="relocated"),
        pytest.param([[FIRST, OTHER], [OTHER]], "o", "edited", "made", "o", id="made primary"),
    ],
)
def test_which_link_is_primary_after_an_own_write(lists, changed, becomes, made, then):
    """Follows from what was read before; where it does not, the list is read again, for those who need to know."""
    read = Lists(*lists)
    read.get()
    with read.known.changing(changed, primary=made) as told:
        if becomes != "edited":
            told(becomes)
    read.get(primary=False)
    assert read.get() == then


def test_another_login_changed_which_link_is_primary():
    """What one login has read is too old after a write by another."""
    shared = Session()
    mine, theirs = shared.cache(None).links, shared.cache(Basic("a", "b")).links
    mine.get(lambda: [FIRST, OTHER], UNHURRIED, LABEL, ())
    with theirs.changing("o", primary="made"):
        pass
    assert mine.get(lambda: [OTHER], UNHURRIED, LABEL, ()) == [OTHER]


def test_of_two_links_that_may_be_the_first_one_waits():
    """So that it is known which is primary, without reading the list again."""
    lists = Lists([])
    lists.get()
    arrived, waits, go_on = threading.Event(), threading.Event(), threading.Event()

    class Waiting(Deadline):
        def remaining(self) -> float:
            waits.set()
            return super().remaining()

    def add(name: str, deadline: Deadline) -> None:
        with lists.known.first_alone(link(name, name), deadline), lists.known.changing(name) as told:
            if name == "a":
                arrived.set()
                go_on.wait()
            told(link(name, name))

    first = threading.Thread(target=add, args=("a", UNHURRIED))
    second = threading.Thread(target=add, args=("b", Waiting(None)))
    first.start()
    arrived.wait()
    second.start()
    assert waits.wait(10)
    with lists.known.first_alone(Link(id="c", type_id="stash"), UNHURRIED):
        pass  # of another type: it does not wait
    go_on.set()
    first.join()
    second.join()
    assert lists.get() == "a* b"


def test_what_was_read_before_an_own_write_is_not_told_after_it():
    """Of that link; the others are as they were read, and as they were written."""
    known, asked = KnownLinks(), 0

    def ask() -> list[Link]:
        nonlocal asked
        asked += 1
        return [link(f"read {asked}"), link(f"other {asked}", "y", primary=True)]

    known.get(ask, UNHURRIED, "wiki", ("x",))
    with known.changing("x") as becomes:
        becomes(link("written"))
    assert [one.name for one in known.get(ask, UNHURRIED, "wiki", ("y",))] == ["written", "other 1"]
    assert [one.name for one in known.get(ask, UNHURRIED, "wiki", ("x",))] == ["read 2", "other 2"]
    with known.changing("x") as becomes:
        becomes(None)
    assert [one.name for one in known.get(ask, UNHURRIED, "wiki", ())] == ["other 2"]
    assert asked == 2


def test_what_is_being_read_while_a_link_changes_is_too_old_for_it():
    """A reading that was started before the write ended does not say what the write did."""
    known = KnownLinks()
    begun, go_on = threading.Event(), threading.Event()

    def slowly() -> list[Link]:
        begun.set()
        go_on.wait()
        return [link("before")]

    reader = threading.Thread(target=known.get, args=(slowly, UNHURRIED, "wiki", ()))
    reader.start()
    begun.wait()
    with known.changing("x"):
        pass
    # It does not wait for that reading, which is still under way.
    assert [one.name for one in known.get(lambda: [link("after")], UNHURRIED, "wiki", ("x",))] == ["after"]
    go_on.set()
    reader.join()
    assert [one.name for one in known.get(slowly, UNHURRIED, "wiki", ("x",))] == ["after"]


def test_a_write_that_failed_leaves_the_others_as_they_were_read():
    """Only the link itself is looked up again."""
    known = KnownLinks()

    def refused() -> None:
        with known.changing("x"):
            raise ValueError("refused")

    known.get(lambda: [link("read")], UNHURRIED, "wiki", ())
    with pytest.raises(ValueError, match="refused"):
        refused()
    assert [one.name for one in known.get(lambda: [link("again")], UNHURRIED, "wiki", ("y",))] == ["read"]
    assert [one.name for one in known.get(lambda: [link("again")], UNHURRIED, "wiki", ("x",))] == ["again"]


def test_each_login_has_its_own_view():
    """What one administrator learned is not shown to another."""
    shared = Session()

    assert shared.cache(Basic("a", "b")) is shared.cache(Basic("a", "b"))
    assert shared.cache(Basic("a", "b")) is not shared.cache(Basic("a", "c"))
    assert shared.cache(None) is not shared.cache(Basic("a", "b"))
