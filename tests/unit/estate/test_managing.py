"""What a stack manages, in an estate: which of its resources are links, which ends are theirs, and which links are gone."""

from __future__ import annotations

import base64
import json

import pytest

from pulumi_applinks.estate import from_json
from pulumi_applinks.estate.cleaning import candidates, chosen
from pulumi_applinks.estate.formats import as_junit, as_markdown, as_sarif
from pulumi_applinks.estate.managing import with_managed
from pulumi_applinks.estate.map import as_dot, as_html, as_mermaid, as_svg, picture_of
from pulumi_applinks.estate.model import EstateError
from pulumi_applinks.estate.moving import pointing
from pulumi_applinks.estate.stacks import of_state
from pulumi_applinks.lab.applications import id_of_url
from pulumi_applinks.names import DYNAMIC_TYPE, PLUGIN_TYPE
from pulumi_applinks.provider import ApplicationLinkProvider
from tests.unit.estate.test_sources import WRAPPED, managed, resource, state

UNNAMED, OWN, FOREIGN = (
    f"pulumi-python:dynamic{rest}" for rest in (":Resource", "/company:Link", "/company:Copy")
)


def pickled(provider: object) -> str:
    """A provider as a state stores it."""
    from pulumi.dynamic.dynamic import serialize_provider

    return str(serialize_provider(provider))


def held(type_: str, provider: object = None, *without: str, **values: object) -> dict[str, object]:
    """A resource with what a link holds."""
    found = resource()
    for part in ("inputs", "outputs"):
        kept = {**found[part], **({} if provider is None else {"__provider": provider}), **values}
        found[part] = {key: value for key, value in kept.items() if key not in without}
    return {**found, "type": type_, "urn": f"urn:pulumi:dev::story::{type_}::jira-wiki"}


OURS = pickled(ApplicationLinkProvider())
OTHERS = base64.b64encode(b"a class of somebody else").decode()


@pytest.mark.parametrize(
    ("one", "links", "unread"),
    [
        (held(DYNAMIC_TYPE), 1, 0),
        (held(PLUGIN_TYPE), 1, 0),
        *((held(type_, OURS), 1, 0) for type_ in (DYNAMIC_TYPE, UNNAMED, OWN)),
        # The provider's values are encrypted: what is held decides.
        *((held(type_, WRAPPED), 1, 0) for type_ in (UNNAMED, OWN)),
        (held(OWN, WRAPPED, "managed_ends", "link_id"), 0, 1),
        # Ids or addresses that can't be read: it is a link, and which ends it manages is not known.
        (held(OWN, OURS, source=WRAPPED, target=WRAPPED), 1, 0),
        ({**held(OWN, OURS, "link_id", "source_server_id", "target_server_id"), "id": "x"}, 1, 0),
        (
            {
                **held(OWN, OURS, "link_id", "source_server_id", "target_server_id", source=WRAPPED),
                "id": "x",
            },
            1,
            1,
        ),
        ({"type": OWN, "urn": "urn:pulumi:dev::story::x::y"}, 0, 1),
        ({"type": DYNAMIC_TYPE, "urn": "urn:pulumi:dev::story::x::y"}, 1, 1),
        # Not a link.
        (held(FOREIGN, OTHERS), 0, 0),
        (held(FOREIGN, WRAPPED, "source"), 0, 0),
        (held(FOREIGN, WRAPPED, source="/from", target="/to"), 0, 0),
        (held("aws:s3/bucket:Bucket"), 0, 0),
    ],
)
def test_a_resource_is_a_link_by_what_it_holds(one, links, unread):
    """Not by its type, which a class of one's own may have changed; what can't be reported is reported as such."""
    stack = of_state(state(one), "a file")

    assert len({end.urn for end in stack.managed}) == links
    assert len(stack.unread) == unread


def gone(scene, *names: str):
    """Take the link away on these by hand."""
    for name in names:
        other = "wiki" if name == "jira" else "jira"
        scene[name].links.remove(scene[other].server_id)


def the_managed(scene, ends):
    """The one link of an estate that a stack manages."""
    (link,) = [one for one in with_managed(scene.read(), ends).links if one.managed_by]
    return link


@pytest.mark.parametrize(
    ("outputs", "removed", "stopped", "expected"),
    [
        ({}, ("jira", "wiki"), (), ("gone", ["error"], [False, False])),
        ({"managed_ends": ["source"], "two_way": False}, ("jira", "wiki"), (), ("gone", ["error"], [False])),
        ({}, ("jira", "wiki"), ("wiki",), ("unknown", ["unseen"], [False, None])),
        ({}, ("jira", "wiki"), ("jira", "wiki"), ("unknown", ["unseen"], [None, None])),
        ({}, ("jira",), (), ("one-way", ["warning"], [True])),
        ({}, ("jira",), ("wiki",), ("unknown", ["unseen"], [False, None])),
    ],
)
def test_a_managed_link_is_always_shown(pair, outputs, removed, stopped, expected):
    """Gone is what every application that is to have it was asked for and does not have; what was not asked is not known."""
    ends = managed(pair, **outputs)
    gone(pair, *removed)
    for name in stopped:
        pair[name].stop()
    link = the_managed(pair, ends)

    assert (
        link.state,
        [one.severity for one in link.findings],
        [end.there for end in link.ends],
    ) == expected
    assert link.managed_by == "jira-wiki"


def test_another_application_does_not_say_that_a_link_is_gone(pair):
    """It answers at the address of one that has the link, and was not the one that should be asked."""
    ends = managed(pair, target_server_id="99999999-9999-4999-8999-999999999999", managed_ends=["target"])
    link = the_managed(pair, ends)

    assert (link.state, [end.there for end in link.ends]) == ("unknown", [None])
    assert f"another application answers at {pair['wiki'].url}" in link.reason


@pytest.mark.parametrize("more", [{"external": True}, {"delete": True}])
def test_a_link_that_nobody_is_to_have_is_not_missed(pair, more):
    """One that is looked up without being managed, or is about to be deleted."""
    jira, wiki = pair["jira"], pair["wiki"]
    ids = {"link_id": wiki.server_id, "source_server_id": jira.server_id, "target_server_id": wiki.server_id}
    one = resource(source={"url": jira.url}, target={"url": wiki.url}, **ids)
    ends = of_state(state({**one, **more}), "a file").managed
    gone(pair, "jira", "wiki")

    assert with_managed(pair.read(), ends).links == ()


def test_a_link_with_another_id_by_now_is_the_same_one(pair):
    """It was made while the target was down, and an administrator has upgraded it: it is neither gone nor free to be removed."""
    jira, wiki = pair["jira"], pair["wiki"]
    ends = managed(
        pair,
        link_id=id_of_url(wiki.url),
        source_server_id=jira.server_id,
        target_server_id=None,
        managed_ends=["source"],
    )
    link = the_managed(pair, ends)

    assert (link.state, [end.managed_by for end in link.ends]) == ("working", ["jira-wiki", None])


@pytest.fixture
def without(pair):
    """An estate with a managed link that is gone, and nothing else."""
    ends = managed(pair)
    gone(pair, "jira", "wiki")
    return with_managed(pair.read(), ends)


def test_a_gone_link_is_in_every_form(without):
    """In the JSON, reports and pictures alike."""
    (link,) = without.links
    data = json.loads(without.as_json())["links"][0]
    picture = picture_of(without)

    assert from_json(without.as_json()) == without
    assert (data["state"], [end["there"] for end in data["ends"]]) == ("gone", [False, False])
    assert [(line.state, line.kind, line.managed_by) for line in picture.lines] == [
        ("gone", "bad", "jira-wiki")
    ]
    for form in (as_markdown(without), as_junit(without), as_sarif(without, "1")):
        assert link.findings[0].words in form
    for form in (as_html(picture), as_svg(picture), as_mermaid(picture), as_dot(picture)):
        assert "gone" in form


def test_a_gone_link_is_not_cleaned_and_points_where_its_program_says(without, pair):
    """There is nothing to remove; and when its target moves, the program is what changes."""
    (link,) = without.links

    assert candidates(without) == []
    with pytest.raises(EstateError, match="the given stack manages it, as jira-wiki"):
        chosen(without, [link.key])
    (one,) = pointing(without, pair["wiki"].url, "https://wiki.example.com", None)
    assert one.managed_by == "jira-wiki"
