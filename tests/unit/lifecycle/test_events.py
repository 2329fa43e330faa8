"""Events: each error and each warning as a line of JSON, for a tool. On applications of the lab."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pulumi_applinks.codes import Code
from pulumi_applinks.lab.applications import Application
from pulumi_applinks.messages import Messages
from pulumi_applinks.names import RESOURCE_NAME
from pulumi_applinks.provider import ApplicationLinkError, ApplicationLinkProvider
from pulumi_applinks.rest import Message
from tests.unit.lifecycle.conftest import Driver, inputs_for

Pair = tuple[Application, Application]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where events are written."""
    path = tmp_path / "events.jsonl"
    monkeypatch.setenv("APPLINKS_EVENTS", str(path))
    return path


def events(file: Path) -> list[dict[str, Any]]:
    """What was written."""
    return (
        [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []
    )


def test_nothing_is_written_of_what_works(driver: Driver, pair: Pair, file: Path):
    """Not even a file."""
    driver.up(inputs_for(*pair))
    driver.refresh()
    assert not file.exists()


def test_an_error_is_an_event(driver: Driver, pair: Pair, file: Path, monkeypatch: pytest.MonkeyPatch):
    """With its code, the resource, the applications, and the message in one line."""
    jira, wiki = pair
    monkeypatch.setenv("APPLINKS_WIKI_PASSWORD", "planted-wrong")
    with pytest.raises(ApplicationLinkError):
        driver.up({**inputs_for(jira, wiki), RESOURCE_NAME: "jira-wiki"})
    (event,) = events(file)
    message, time = event.pop("message"), event.pop("time")
    assert event == {
        "severity": "error",
        "code": "applinks/login-refused",
        "resource": "jira-wiki",
        "source": jira.url,
        "target": wiki.url,
        "application": f"target ({wiki.url})",
        "status": None,
    }
    assert message.startswith(f"the link cannot be made: target ({wiki.url}) refused the credentials 'wiki'")
    assert time.endswith("+00:00")
    assert "planted" not in file.read_text(encoding="utf-8")


def test_each_of_several_reasons_is_an_event(driver: Driver, pair: Pair, file: Path):
    """None for the list of them."""
    jira, wiki = pair
    jira.base_url, wiki.base_url = "https://one.example.com", "https://two.example.com"
    with pytest.raises(ApplicationLinkError):
        driver.up(inputs_for(jira, wiki))
    assert {(one["code"], one["application"]) for one in events(file)} == {
        ("applinks/base-url-differs", f"source ({jira.url})"),
        ("applinks/base-url-differs", f"target ({wiki.url})"),
    }


def test_a_link_that_does_not_work_is_an_event_with_its_status(driver: Driver, pair: Pair, file: Path):
    """As every refresh warns of it."""
    jira, wiki = pair
    driver.up(inputs_for(jira, wiki))
    wiki.stop()
    driver.refresh()
    (event,) = events(file)
    assert (event["severity"], event["code"], event["status"]) == (
        "warning",
        "applinks/does-not-work",
        "unreachable",
    )
    assert (event["resource"], event["source"], event["target"]) == (None, jira.url, wiki.url)


def test_a_wrong_input_is_an_event(pair: Pair, file: Path):
    """Under the code of the finding."""
    provider = ApplicationLinkProvider()
    wrong = inputs_for(*pair)
    wrong["target"]["credentials"] = "nobody"
    provider.check({}, {**wrong, RESOURCE_NAME: "jira-wiki"})
    provider.close()
    assert [(one["code"], one["resource"]) for one in events(file)] == [
        ("applinks/credentials-missing", "jira-wiki")
    ]


def test_a_fault_of_ours_is_an_event(
    driver: Driver, pair: Pair, file: Path, warnings: list[str], monkeypatch: pytest.MonkeyPatch
):
    """Its exception continues, and a message says how to report it."""
    monkeypatch.setattr("pulumi_applinks.hooks.create", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        driver.up(inputs_for(*pair))
    assert [one["code"] for one in events(file)] == ["applinks/fault"]
    assert "[applinks/fault]" in warnings[0]
    assert "Report it to the maintainers" in warnings[0]


def test_a_file_that_can_not_be_written(tmp_path: Path, warnings: list[str]):
    """Is reported once, and nothing fails."""
    messages = Messages(str(tmp_path / "no" / "such" / "folder"))
    for _ in range(2):
        messages.say(Message(Code.DUPLICATES, "there are others"))
    assert [one.split("\n")[0] for one in warnings] == [
        "there are others [applinks/duplicates]",
        f"no events can be written to {tmp_path}/no/such/folder [applinks/events-not-written]",
        "there are others [applinks/duplicates]",
    ]
