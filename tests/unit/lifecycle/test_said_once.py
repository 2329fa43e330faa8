"""A cause is explained once in an operation, however many links have it. On applications of the lab."""

from __future__ import annotations

import contextlib
import contextvars
import copy
from typing import Any

import pulumi
import pytest

from pulumi_applinks.codes import Code
from pulumi_applinks.lab.applications import Application, Lab
from pulumi_applinks.lifecycle import LinkError
from pulumi_applinks.messages import Messages, text_of
from pulumi_applinks.names import NAMED, RESOURCE_NAME
from pulumi_applinks.provider import ApplicationLinkError, ApplicationLinkProvider
from pulumi_applinks.rest import Message
from tests.unit.lifecycle.conftest import inputs_for, log_in
from tests.words import flat

Pair = tuple[Application, Application]


@pytest.fixture
def infos(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is said in passing."""
    told: list[str] = []
    monkeypatch.setattr(pulumi.log, "info", told.append)
    return told


def created(provider: ApplicationLinkProvider, name: str, inputs: dict[str, Any]) -> str:
    """Create a link; what that failed with."""
    provider.check({}, {**copy.deepcopy(inputs), RESOURCE_NAME: name})
    try:
        provider.create(copy.deepcopy(inputs))
    except ApplicationLinkError as error:
        return flat(error)
    return ""


def to(jira: Application, target: Application, name: str, **more: Any) -> dict[str, Any]:
    """A link from the Jira to another application with those credentials."""
    return inputs_for(jira, target, target={"url": target.url, "credentials": name}, **more)


def test_an_application_that_is_down_is_explained_once(lab: Lab, pair: Pair, monkeypatch):
    """Each link fails, and says on which application; those after the first refer to it."""
    jira, wiki = pair
    stash = lab.start("stash")
    log_in(monkeypatch, "stash", stash)
    jira.stop()
    provider = ApplicationLinkProvider()
    told = [
        created(provider, name, to(jira, target, name)) for name, target in (("wiki", wiki), ("stash", stash))
    ]
    again = created(provider, "wiki", to(jira, wiki, "wiki"))
    provider.close()

    for one in told:
        assert one.startswith(f"the link cannot be made: source ({jira.url}) is not running")
        assert one.count(jira.url) == 1
        assert "Nothing was changed on either application." in one
    assert "Fix: Start it, or correct its URL." in told[0]
    assert "The reason and the fix are in the message of the resource 'wiki'." in told[1]
    assert "Fix:" not in told[1]
    assert again == told[0]


def test_a_broken_application_is_warned_of_once(lab: Lab, pair: Pair, monkeypatch, warnings):
    """Each link has its warning in a refresh; the reason is in one."""
    jira, wiki = pair
    stash = lab.start("stash")
    log_in(monkeypatch, "stash", stash)
    provider = ApplicationLinkProvider()
    made = [provider.create(to(jira, wiki, "wiki")), provider.create(to(jira, stash, "stash"))]
    provider.close()
    jira.stop()
    read = [provider.read(one.id, copy.deepcopy(one.outs or {})) for one in made]
    provider.close()

    first, second = warnings
    assert "Run `pulumi refresh` when that is fixed" in flat(first)
    assert f"in the message of the link from {jira.url} to {wiki.url}." in flat(second)
    details = [(one.outs or {})["status_detail"] for one in read]
    assert all("is not running" in one and "Start it" in one for one in details)


def test_what_is_not_known_of_a_user_is_information_once(lab: Lab, pair: Pair, monkeypatch, infos, warnings):
    """For each user of each application; Bitbucket says everything."""
    jira, wiki = pair
    stash = lab.start("stash")
    log_in(monkeypatch, "stash", stash)
    as_user = {
        way: {"level": "oauth", **({"execute_as": "user"} if way == "incoming" else {})}
        for way in ("outgoing", "incoming")
    }
    provider = ApplicationLinkProvider()
    provider.create(to(jira, wiki, "wiki", authentication=as_user))
    provider.create(to(jira, stash, "stash", authentication=as_user))
    both = {"outgoing": as_user["incoming"], "incoming": {"level": "oauth"}}
    provider.close()
    assert warnings == []
    (told,) = infos
    assert told.startswith(
        f"could not check on {jira.url} that the user 'user' is not a system administrator"
    )

    refapp = lab.start("refapp")
    log_in(monkeypatch, "refapp", refapp)
    provider.create(
        inputs_for(
            refapp,
            stash,
            source={"url": refapp.url, "credentials": "refapp"},
            target={"url": stash.url, "credentials": "stash"},
            authentication=both,
        )
    )
    provider.close()
    assert (len(infos), warnings) == (1, [])


def test_missing_credentials_of_a_program_are_one_error(lab: Lab, pair: Pair):
    """It names all of them; another link refers to it."""
    jira, wiki = pair
    named = ["jira", "ci", "wiki", "git"]
    one, two = to(jira, wiki, "ci"), to(jira, lab.start("stash"), "git")
    provider = ApplicationLinkProvider()
    found = [
        provider.check({}, {**inputs, RESOURCE_NAME: name, NAMED: list(named)})
        for name, inputs in (("jira-ci", one), ("jira-git", two))
    ]
    provider.close()

    (first,), (second,) = (one.failures for one in found)
    assert first.property == second.property == "target.credentials"
    assert "there are no credentials named 'ci' and 'git'. Set APPLINKS_<NAME>_USERNAME" in flat(first.reason)
    assert "where <NAME> is CI or GIT;" in flat(first.reason)
    assert flat(second.reason) == (
        "is missing: the message of the resource 'jira-ci' says how to set it [applinks/credentials-missing]"
    )
    assert all(NAMED not in one.inputs for one in found)


def test_one_error_of_two_links_at_once():
    """What an application refused is remembered, and raised for each link: each thread shows its own text."""
    messages = Messages(None)
    error = LinkError(Message(Code.NO_ANSWER, "no answer", ("It is slow.",), do="Wait."))

    def fails(name: str) -> None:
        with contextlib.suppress(LinkError), messages.about(name, None, None):
            raise error

    threads = {name: contextvars.copy_context() for name in ("one", "two")}
    for name, context in threads.items():
        context.run(fails, name)
    one, two = (context.run(text_of, error) for context in threads.values())
    assert "It is slow." in one
    assert "are in the message of the resource 'one'." in two
