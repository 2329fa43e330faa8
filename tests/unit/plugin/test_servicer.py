"""The plugin's answers to the engine: previews, differences, its configuration, and what it does not know."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2

from pulumi_applinks.hooks import Hooks
from pulumi_applinks.lab.applications import Application, Fault, Lab
from pulumi_applinks.lifecycle import LinkError
from pulumi_applinks.names import DEFAULTS, OUTPUTS, PLUGIN_TYPE, STATE_VERSION
from pulumi_applinks.plugin import values
from tests.unit.lifecycle.conftest import log_in
from tests.unit.plugin.engine import URN, Plugin, Told

DIFF = provider_pb2.DiffResponse
OAUTH = {way: {"level": "oauth"} for way in ("outgoing", "incoming")}
KIND = provider_pb2.PropertyDiff.Kind


@pytest.fixture
def jira(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> Application:
    """A Jira, with credentials for it."""
    found = lab.start("jira")
    log_in(monkeypatch, "jira", found, "sysadmin")
    return found


@pytest.fixture
def wiki(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> Application:
    """A Confluence, with credentials for it."""
    found = lab.start("confluence")
    log_in(monkeypatch, "wiki", found, "sysadmin")
    return found


@pytest.fixture
def plugin(jira: Application, wiki: Application) -> Plugin:
    """The plugin, which knows both by their names."""
    return Plugin({"jira": jira, "wiki": wiki})


def inputs(jira: Application, wiki: Application, **more: Any) -> dict[str, Any]:
    """What a program declares."""
    ends = {
        "source": {"url": jira.url, "credentials": "jira"},
        "target": {"url": wiki.url, "credentials": "wiki"},
    }
    return {**ends, **more}


def checked(plugin: Plugin, news: Any, **more: Any) -> Any:
    """The inputs as the engine continues with them."""
    request = provider_pb2.CheckRequest(urn=URN, type=PLUGIN_TYPE, news=news, name="link", **more)
    answer = plugin.call("Check", request)
    assert not answer.failures
    return answer.inputs


def diff(plugin: Plugin, made: Any, before: Any, after: Any) -> Any:
    """What an update would do."""
    request = provider_pb2.DiffRequest(
        id=made.id, urn=URN, type=PLUGIN_TYPE, olds=made.properties, old_inputs=before, news=after
    )
    return plugin.call("Diff", request)


def made_by(plugin: Plugin, given: Any) -> Any:
    """A link that was made."""
    return plugin.call(
        "Create", provider_pb2.CreateRequest(urn=URN, type=PLUGIN_TYPE, properties=given, name="link")
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"version": "1.0.0"}, {"version": "2.0.0"}),
        ({"applications": '{"jira": "https://a"}'}, {"applications": '{"jira": "https://b"}'}),
        ({"applications": '{"jira": "https://a"}', "preview": "online"}, {}),
        ({}, {"credentials": "{}", "unheard_of": "x"}),
    ],
)
def test_a_change_of_the_configuration_replaces_nothing(
    plugin: Plugin, before: dict[str, Any], after: dict[str, Any]
):
    """Else the engine would replace each link of the provider."""
    request = provider_pb2.DiffRequest(old_inputs=values.write(before), news=values.write(after))
    answer = plugin.call("DiffConfig", request)
    assert answer.changes == DIFF.DIFF_SOME
    assert (list(answer.replaces), dict(answer.detailedDiff)) == ([], {})


def test_a_link_that_the_configuration_names_no_longer(plugin: Plugin, jira: Application, wiki: Application):
    """It declares its own addresses: it is refreshed, compared, changed and deleted as before."""
    given = checked(plugin, values.write(inputs(jira, wiki)))
    made = made_by(plugin, given)
    elsewhere = Plugin({})
    read = elsewhere.read(made.id, properties=made.properties, inputs=given)
    assert read.id == made.id
    assert values.read(read.inputs) == values.read(given)
    assert diff(elsewhere, made, given, given).changes == DIFF.DIFF_NONE
    elsewhere.call("Delete", provider_pb2.DeleteRequest(id=made.id, urn=URN, properties=made.properties))
    assert (wiki.server_id in jira.links, jira.server_id in wiki.links) == (False, False)


def test_a_state_of_a_later_version(plugin: Plugin, jira: Application, wiki: Application):
    """What it does not know is kept; the link is neither replaced nor taken for gone."""
    given = checked(plugin, values.write(inputs(jira, wiki)))
    made = made_by(plugin, given)
    stored, _ = values.read(made.properties)
    later = {**stored, "state_version": STATE_VERSION + 1, "of_tomorrow": {"kept": True}}
    made.properties.CopyFrom(values.write(later))
    told = diff(plugin, made, given, given)
    assert (told.changes, list(told.replaces)) == (DIFF.DIFF_NONE, [])
    read = plugin.read(made.id, properties=made.properties, inputs=given)
    assert read.id == made.id
    assert values.read(read.properties)[0]["of_tomorrow"] == {"kept": True}


def test_a_preview_knows_what_is_unknown_and_what_is_secret(
    plugin: Plugin, jira: Application, wiki: Application
):
    """Outputs are unknown; what the program marks as secret stays so, and passwords are whatever the program says."""
    news = inputs(jira, wiki, timeout_seconds=90)
    news["target"]["name"] = values.UNKNOWN
    news["target"]["credentials"] = {"username": "admin", "password": "in the clear"}
    given = checked(plugin, values.write(news, {"source.url"}))
    read, secret = values.read(given)
    assert secret == {"source.url", "target.credentials.password"}
    assert read["target"]["name"] == values.UNKNOWN
    answer = plugin.call(
        "Create",
        provider_pb2.CreateRequest(urn=URN, type=PLUGIN_TYPE, properties=given, preview=True, name="link"),
    )
    foreseen, still_secret = values.read(answer.properties)
    assert still_secret == secret
    assert {foreseen[name] for name in OUTPUTS} == {values.UNKNOWN}
    assert foreseen["target"]["name"] == values.UNKNOWN
    assert foreseen["timeout_seconds"] == 90
    assert foreseen["two_way"] is DEFAULTS["two_way"]
    assert wiki.server_id not in jira.links


def test_a_line_for_each_property(plugin: Plugin, lab: Lab, jira: Application, wiki: Application):
    """As deep as it differs; one that is added, one that is removed, and drift; a replacement says which property causes it."""
    before = checked(plugin, values.write(inputs(jira, wiki, primary=True)))
    made = made_by(plugin, before)
    direction = {"level": "oauth", "execute_as": "user"}
    news = inputs(jira, wiki, authentication={"outgoing": direction, "incoming": {"level": "oauth"}})
    news["target"]["name"] = "The wiki"
    told = diff(plugin, made, before, checked(plugin, values.write(news)))
    assert {path: KIND.Name(one.kind) for path, one in told.detailedDiff.items()} == {
        "primary": "DELETE",
        "target.name": "ADD",
        "authentication.outgoing.execute_as": "ADD",
    }
    assert sorted(told.diffs) == ["authentication", "primary", "target"]

    jira.links[wiki.server_id].name = "Renamed by hand"
    read = plugin.read(made.id, properties=made.properties, inputs=before)
    told = diff(plugin, read, read.inputs, before)
    assert {path: KIND.Name(one.kind) for path, one in told.detailedDiff.items()} == {
        'drift["target.name"]': "DELETE"
    }

    other = lab.start("confluence")
    news = inputs(jira, other, primary=True)
    told = diff(plugin, made, before, checked(plugin, values.write(news)))
    assert list(told.replaces) == ["target"]
    assert told.deleteBeforeReplace
    assert KIND.Name(told.detailedDiff["target.url"].kind) == "UPDATE_REPLACE"


@pytest.mark.parametrize("somebody", ["nobody else", "somebody else"])
def test_a_link_that_is_half_made(jira: Application, wiki: Application, somebody: str):
    """It has the ends that could not be undone, each read once, and none that is somebody else's; an update finishes it."""
    for one, method, path in (
        (jira, "PUT", "*/oauth*"),
        (wiki, "PUT", "*/oauth*"),
        (wiki, "DELETE", "*"),
    ):
        one.faults.add(Fault(method, path, status=500, times=100, origin="client"))
    hooks = Hooks(None)
    given = hooks.check({}, inputs(jira, wiki, authentication=OAUTH)).inputs
    with pytest.raises(LinkError) as failed:
        hooks.create(given)
    if somebody == "somebody else":
        jira.link_by_hand(wiki)
    for one in (jira, wiki):
        one.requests.clear()
        one.faults.clear()
    half = hooks.half_made(given, failed.value.left)
    hooks.close()
    assert half is not None
    assert half.outs is not None
    assert half.outs["managed_ends"] == ["target"]
    for one in (jira, wiki):
        asked = [each.path for each in one.requests.all("client")]
        assert len(asked) == len({*asked}), "what is read of an end is read once"
    assert jira.requests.written() == wiki.requests.written() == []

    hooks = Hooks(None)
    if somebody == "somebody else":
        with pytest.raises(LinkError, match="applinks/link-exists"):
            hooks.update(half.id, half.outs, given)
    else:
        assert (hooks.update(half.id, half.outs, given).outs or {})["status"] == "working"
    hooks.close()


def test_what_there_is_not(plugin: Plugin, jira: Application, wiki: Application):
    """A resource of another type is refused before anything is asked."""
    request = provider_pb2.CreateRequest(
        urn=URN, type="applinks:index:Nothing", properties=values.write(inputs(jira, wiki))
    )
    with pytest.raises(Told, match="there is no resource applinks:index:Nothing"):
        plugin.call("Create", request)
    assert jira.requests.all("client") == []
