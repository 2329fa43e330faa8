"""The witness detects what it should detect: each of these would be a fault."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest

from pulumi_applinks.codes import Code
from pulumi_applinks.lab.applications import Fault
from pulumi_applinks.lifecycle import LinkError
from pulumi_applinks.lifecycle.errors import NOTHING_WAS_CHANGED, Leftover
from pulumi_applinks.lifecycle.run import Run, Undone
from pulumi_applinks.rest import ApplicationClient, Manifest, Message
from tests.reliability.scene import OAUTH, Scene

AS_BEFORE = Undone((), "undone on both ends: they are as before.")


def refusing_oauth(scene: Scene) -> None:
    """The last write is refused after the other end exists; both ends are created at the same time."""
    fault = Fault(
        "PUT",
        "/rest/applinks/3.0/status/*/oauth",
        origin="client",
        then=lambda: scene.jira.requests.wait_for(1, written=True),
    )
    scene.wiki.faults.add(fault)


def test_nothing_was_changed_after_a_write(scene: Scene):
    """A write that was carried out and undone counts as a change."""
    refusing_oauth(scene)
    said = Undone((), NOTHING_WAS_CHANGED)
    with (
        mock.patch.object(Run, "undo", return_value=said),
        pytest.raises(AssertionError, match="was carried out"),
    ):
        scene.driver.up(scene.wanted(authentication=OAUTH))


def test_undone_while_the_link_stands(scene: Scene):
    """A link that exists and is not named is a difference from before."""
    refusing_oauth(scene)
    with (
        mock.patch.object(Run, "undo", return_value=AS_BEFORE),
        pytest.raises(AssertionError, match="was None and is"),
    ):
        scene.driver.up(scene.wanted(authentication=OAUTH))


def test_undone_without_the_primary_place(scene: Scene):
    """Which link is primary is also part of the previous state, even if it is another link."""
    scene.driver.up(scene.wanted(authentication=OAUTH))
    refusing_oauth(scene)
    with (
        mock.patch.object(Run, "undo", return_value=AS_BEFORE),
        pytest.raises(AssertionError, match="Somebody else's"),
    ):
        scene.driver.up(scene.wanted(primary=True, authentication={**OAUTH, "incoming": {"level": "none"}}))


def test_a_login_before_the_manifest(scene: Scene):
    """The witness detects a login that is sent before the application was identified."""
    identify, hasty = ApplicationClient.manifest, set[ApplicationClient]()

    def manifest(client: ApplicationClient, *, again: bool = False) -> Manifest | None:
        if client in hasty:
            return None
        hasty.add(client)
        client.links.all()
        return identify(client, again=again)

    with (
        mock.patch.object(ApplicationClient, "manifest", manifest),
        pytest.raises(AssertionError, match="the first request"),
    ):
        scene.driver.up(scene.wanted(authentication=OAUTH))


@pytest.mark.parametrize("how", ["unsaid", "moved"])
def test_a_manifest_with_a_login(scene: Scene, how: str):
    """This is wrong if the program does not say that the manifest needs a login, or if it changes the address in this run."""
    inputs = scene.wanted(authentication=OAUTH)
    if how == "moved":
        inputs["target"]["manifest_needs_login"] = True
        scene.driver.up(inputs)
        scene.wiki.move()
        inputs["target"]["url"] = scene.wiki.url
    scene.wiki.modes.add("manifest_needs_login")
    begin = ApplicationClient.__init__

    def trusting(client: ApplicationClient, *arguments: Any, **named: Any) -> None:
        begin(client, *arguments, **{**named, "manifest_needs_login": True})

    with (
        mock.patch.object(ApplicationClient, "__init__", trusting),
        pytest.raises(AssertionError, match="is asked with a login of nobody knows whom"),
    ):
        scene.driver.up(inputs)


def test_a_login_for_another_application(scene: Scene):
    """The application is identified, but it is not the one that the state has at that address."""
    scene.driver.up(scene.wanted(authentication=OAUTH))
    scene.wiki.server_id = "99999999-9999-4999-8999-999999999999"
    with (
        mock.patch(
            "pulumi_applinks.lifecycle.survey.Survey.answers", lambda survey, role: role in survey.manifests
        ),
        pytest.raises(AssertionError, match="to another one"),
    ):
        scene.driver.refresh()


def test_a_write_that_the_client_does_not_know_of(scene: Scene):
    """A write that was carried out counts even if its answer was lost."""
    scene.jira.faults.add(Fault("PUT", "/rest/applinks/1.0/applicationlink/*", "drop", after=True, times=3))
    scene.wiki.faults.add(Fault("PUT", "/rest/applinks/1.0/applicationlink/*", "drop", after=True, times=3))
    said = Undone((), NOTHING_WAS_CHANGED)
    with (
        mock.patch.object(Run, "undo", return_value=said),
        pytest.raises(AssertionError, match="was carried out"),
    ):
        scene.driver.up(scene.wanted(authentication=OAUTH))


def test_a_deletion_that_is_not_named(scene: Scene):
    """One end is deleted, and the message names only the other one."""
    scene.driver.up(scene.wanted(authentication=OAUTH))
    scene.jira.faults.add(Fault("DELETE", "*", status=500, times=99))
    said = LinkError(Message(Code.NOT_DELETED, "the link could not be deleted on every end"))
    with (
        mock.patch("pulumi_applinks.lifecycle.deletion._not_deleted", return_value=said),
        pytest.raises(AssertionError, match="and is not named"),
    ):
        scene.driver.delete()


def test_something_left_that_is_not(scene: Scene):
    """A link that is unchanged does not count as a leftover."""
    scene.driver.up(scene.wanted(authentication=OAUTH))
    scene.wiki.faults.add(Fault("POST", "*/primary/*", status=500, times=99, origin="client"))
    undo = Run.undo

    def undone(run: Run) -> Undone:
        undo(run)
        left = Leftover(
            run._ends.target, scene.jira.server_id, "is not as it was: it is gone", None, "look at it"
        )
        return Undone((left,), "Everything else that this run did was undone; fix the above.")

    with (
        mock.patch.object(Run, "undo", undone),
        pytest.raises(AssertionError, match="is not as it was: it is gone: it was"),
    ):
        scene.driver.up(scene.wanted(reverse_primary=True, authentication=OAUTH))
