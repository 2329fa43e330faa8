"""Drift: changed by hand on either end, shown under the name that a person expects, repaired by the next `up`."""

from collections.abc import Callable

import pytest

from pulumi_applinks.lab.applications import Application, Flags, Lab
from tests.acceptance.harness import Story, link, neighbours, plans, says, working

Change = Callable[[Application, Application], object]


def _consumer(here: Application, there: Application, execute_as: str | None) -> None:
    consumer = here.links[there.server_id].consumer
    assert consumer is not None
    consumer.execute_as = execute_as


def _url(here: Application, there: Application) -> None:
    here.links[there.server_id].rpc_url = "http://old.example:8080"


def _display(here: Application, there: Application) -> None:
    here.links[there.server_id].display_url = "http://shown.example"


def _name(here: Application, there: Application) -> None:
    here.links[there.server_id].name = "By hand"


def _outgoing_off(here: Application, there: Application) -> None:
    here.links[there.server_id].outgoing = Flags()


def _incoming_off(here: Application, there: Application) -> None:
    here.links[there.server_id].consumer = None


def _not_primary(here: Application, there: Application) -> None:
    other = next(link for link in here.links.of_type(there.type_id) if link.id != there.server_id)
    here.links.make_primary(other.id)


def _gone(here: Application, there: Application) -> None:
    here.links.remove(there.server_id)


# What is changed, on the source or on the target, and the property under which it shows.
CHANGES: list[tuple[str, str, Change, str]] = [
    ("jira", "url", _url, "target.rpc_url"),
    ("wiki", "url", _url, "source.rpc_url"),
    ("jira", "display-url", _display, "target.url"),
    ("wiki", "display-url", _display, "source.url"),
    ("jira", "name", _name, "target.name"),
    ("wiki", "name", _name, "source.name"),
    ("jira", "outgoing", _outgoing_off, "authentication.outgoing.level"),
    ("wiki", "outgoing", _outgoing_off, "authentication.incoming.level"),
    ("jira", "incoming", _incoming_off, "authentication.incoming.level"),
    ("wiki", "incoming", _incoming_off, "authentication.outgoing.level"),
    ("jira", "execute-as", lambda a, b: _consumer(a, b, "admin"), "authentication.incoming.execute_as"),
    ("wiki", "execute-as", lambda a, b: _consumer(a, b, None), "authentication.outgoing.execute_as"),
    ("jira", "primary", _not_primary, "primary"),
    ("wiki", "primary", _not_primary, "reverse_primary"),
    ("jira", "gone", _gone, "link"),
    ("wiki", "gone", _gone, "two_way"),
]
DECLARED = (
    'authentication=NonImpersonating(execute_as="user")',
    "primary=True",
    "reverse_primary=True",
)


@pytest.mark.about_applications
def test_every_drift_is_shown_under_its_property_and_repaired(lab: Lab, stack: Story):
    """One link for each kind of drift: one refresh shows them, one preview the way back, one `up` goes it."""
    pairs = {}
    directory = lab.start("crowd").users
    for where, what, change, prop in CHANGES:
        jira, wiki = lab.start("jira", directory=directory), lab.start("confluence", directory=directory)
        pairs[f"{what}-on-{where}"] = (jira, wiki, where, change, prop)
    stack.credentials("all", jira)
    stack.watch(*(one for jira, wiki, *_ in pairs.values() for one in (jira, wiki)))
    stack.program(
        "".join(
            link(jira, wiki, *DECLARED, name=name, credentials=("all", "all"))
            for name, (jira, wiki, *_) in pairs.items()
        )
    )
    stack.up()
    for jira, wiki, where, change, _ in pairs.values():
        if change is _not_primary:
            here, there = (jira, wiki) if where == "jira" else (wiki, jira)
            stack.gives_up(here, neighbours(lab, here, there.type_id)[0].id)
            here.links[there.server_id].primary = True
        change(*((jira, wiki) if where == "jira" else (wiki, jira)))

    way_back = stack.preview("--refresh", "--diff")
    plans(way_back, update=len(pairs))
    says(way_back, "- drift", *(prop for *_, prop in pairs.values()))
    says(
        way_back,
        'observed: "http://shown.example"',
        'observed: "By hand"',
        'observed: "none"',
        'observed: "admin"',
    )

    says(stack.refresh("--diff"), "http://old.example:8080", "http://shown.example", "By hand")
    found = {name: sorted(stack.outputs(name)["drift"]) for name in pairs}
    assert found == {name: [prop] for name, (*_, prop) in pairs.items()}
    for name, (*_, where, _change, prop) in pairs.items():
        entry = stack.outputs(name)["drift"][prop]
        assert entry["on"] == {"jira": "source", "wiki": "target"}[where]
        assert entry.get("observed") != entry.get("declared")

    plans(stack.up(), update=len(pairs))
    for jira, wiki, *_ in pairs.values():
        assert working(jira, wiki)
    stack.settles()
    stack.destroy()
    assert stack.resources() == []
    for jira, wiki, *_ in pairs.values():
        assert wiki.server_id not in jira.links
        assert jira.server_id not in wiki.links
    stack.finished = True


@pytest.mark.about_applications
def test_an_end_that_does_not_answer_is_no_drift(pair: Story, jira, wiki):
    """A refresh says so, keeps what it knew of that end, and plans nothing; also with both down."""
    pair.declare(jira, wiki)
    pair.up()
    wiki.stop()
    pair.refresh()
    outputs = pair.outputs()
    assert (outputs["status"], outputs["drift"]) == ("unreachable", {})
    assert "is not running" in outputs["status_detail"]
    assert outputs["target_link"]["id"] == jira.server_id
    pair.preview("--expect-no-changes")

    jira.stop()
    told = pair.refresh()
    says(
        told,
        "warning:",
        "refuses connections",
        "The recorded values of the two ends are from the last time they answered",
    )
    both = pair.outputs()
    assert {key for key in both if both[key] != outputs[key]} == {"status_detail"}
    pair.preview("--expect-no-changes")
    jira.start()
    wiki.start()
    pair.refresh()
    assert pair.outputs()["status"] == "working"
    pair.finish()


def test_a_link_that_is_gone_on_both_ends_is_created_again(pair: Story, jira, wiki):
    """And one whose duplicate somebody added is reported, and removed when asked."""
    pair.declare(jira, wiki)
    pair.up()
    for here, there in ((jira, wiki), (wiki, jira)):
        here.links.remove(there.server_id)
    plans(pair.refresh(), delete=1)
    plans(pair.up(), create=1)
    assert working(jira, wiki)

    duplicate = jira.link_by_hand(wiki, name="The same again", link_id="2841b105-5904-3c0a-9710-1ff26ae88206")
    says(pair.refresh("--diff"), duplicate.id)
    assert pair.outputs()["drift"]["duplicates.source"]["observed"] == [duplicate.id]
    says(pair.up(), "has other links to the address of target", duplicate.id, 'set on_duplicate="remove"')
    assert duplicate.id in jira.links
    assert pair.outputs()["drift"] == {}

    pair.declare(jira, wiki, 'on_duplicate="remove"')
    pair.up()
    assert duplicate.id not in jira.links
    pair.finish()


@pytest.mark.parametrize("engine", ["embedded"], indirect=True)
def test_credentials_do_not_follow_an_address_that_somebody_wrote(pair: Story, lab: Lab, jira, wiki):
    """A display URL changed by hand is drift; nothing is asked there."""
    trap = lab.start("confluence")
    pair.declare(jira, wiki)
    pair.up()
    jira.links[wiki.server_id].display_url = trap.url
    wiki.links[jira.server_id].display_url = trap.url
    pair.refresh()
    assert set(pair.outputs()["drift"]) == {"target.url", "source.url"}
    pair.up()
    assert trap.requests.all("client") == []
    pair.finish()
