"""Links that are imported, looked up and listed by id alone: whatever can be read, a program can declare."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2

from pulumi_applinks.lab.applications import Application, Lab
from pulumi_applinks.names import PLUGIN_TYPE
from pulumi_applinks.plugin import schema, values
from tests.acceptance.estates import Estate, every_kind
from tests.unit.lifecycle.conftest import log_in
from tests.unit.plugin.engine import URN, Plugin, Told


class Logins:
    """Stands for a stack: takes credentials."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._environment = monkeypatch

    def credentials(self, name: str, application: Application, user: str = "sysadmin") -> None:
        """Give them in the environment."""
        log_in(self._environment, name, application, user)


@pytest.fixture
def scene(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> Estate:
    """Applications with every kind of link."""
    found = Estate(lab, Logins(monkeypatch))  # type: ignore[arg-type]
    every_kind(found)
    return found


def test_what_is_read_by_its_id_is_what_a_program_declares(scene: Estate):
    """Each link that is listed can be read; its inputs are accepted, nothing is left to do, and a refresh finds no drift."""
    plugin = Plugin(scene.applications)
    ids = plugin.listed()
    assert len(ids) >= 5
    for one in scene.applications.values():
        one.requests.clear()
    for id_ in ids:
        found = plugin.read(id_)
        checked = plugin.call(
            "Check", provider_pb2.CheckRequest(urn=URN, type=PLUGIN_TYPE, news=found.inputs, name=ids[id_])
        )
        assert [one.reason for one in checked.failures] == [], id_
        assert values.read(checked.inputs) == values.read(found.inputs), id_
        compared = plugin.call(
            "Diff",
            provider_pb2.DiffRequest(
                id=found.id,
                urn=URN,
                type=PLUGIN_TYPE,
                olds=found.properties,
                old_inputs=found.inputs,
                news=checked.inputs,
            ),
        )
        assert compared.changes == provider_pb2.DiffResponse.DIFF_NONE, (id_, compared)
        again = plugin.read(found.id, properties=found.properties, inputs=found.inputs)
        assert values.read(again.inputs) == values.read(found.inputs), id_
        assert plugin.read(found.id).id == found.id, "by its server ids, too"
    assert [
        one for application in scene.applications.values() for one in application.requests.written()
    ] == []


def test_an_id_that_names_no_link(scene: Estate):
    """It does not exist, or the configuration does not know it, or it can't be taken over: each in a sentence."""
    plugin = Plugin(scene.applications)
    linked = {frozenset(one.split("/")) for one in plugin.listed()}
    names = [*scene.applications]
    nowhere = next(
        f"{one}/{two}"
        for one in names
        for two in names
        if one != two
        and frozenset((one, two)) not in linked
        and scene[two].server_id not in scene[one].links
        and scene[one].server_id not in scene[two].links
    )
    assert plugin.read(nowhere).id == ""
    with pytest.raises(Told, match="does not name two applications of the provider's configuration"):
        plugin.read("jira/nobody")
    with pytest.raises(Told, match="no application 'nobody' in the provider's configuration"):
        plugin.listed(application="nobody")
    with pytest.raises(Told, match="the provider's configuration names no applications"):
        Plugin({}).listed()


def test_the_functions(scene: Estate):
    """The ids of a link for macros and remote links, its status, and all links of one application."""
    plugin = Plugin(scene.applications)

    def ask(token: str, **arguments: str) -> dict[str, Any]:
        request = provider_pb2.InvokeRequest(tok=token, args=values.write(arguments))
        return values.read(getattr(plugin.call("Invoke", request), "return"))[0]

    jira, wiki = scene["jira"], scene["wiki"]
    found = ask(schema.GET_LINK, source="jira", target="wiki")
    assert (found["link_id"], found["reverse_link_id"]) == (wiki.server_id, jira.server_id)
    assert ask(schema.GET_STATUS, source="jira", target="wiki")["status"] == found["status"]
    of_jira = ask(schema.GET_LINKS, application="jira")["links"]
    assert {one["id"] for one in of_jira} == set(plugin.listed(application="jira"))
    with pytest.raises(Told, match="there is no function"):
        ask("applinks:index:getNothing")
    with pytest.raises(Told, match="no application 'nobody' in the provider's configuration"):
        ask(schema.GET_LINKS, application="nobody")
    request = provider_pb2.InvokeRequest(tok=schema.GET_LINK, args=values.write({"source": "jira"}))
    assert [one.property for one in plugin.call("Invoke", request).failures] == ["target"]
