"""No password and no token anywhere, however an operation ends: planted ones are looked for in all that it writes and prints."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from pulumi_applinks.lab.applications import Fault
from tests.acceptance.canaries import USER, is_told, leaks, program
from tests.acceptance.harness import Story, says, working

FAULTS: dict[str, dict[str, Any]] = {
    "401": {"status": 401},
    "403": {"status": 403},
    "500": {"status": 500},
    "redirect": {"kind": "redirect", "location": "http://127.0.0.1:9/elsewhere"},
    "login page": {"kind": "html"},
    "garbage": {"kind": "garbage"},
    "time-out": {"kind": "hang"},
    "no answer": {"kind": "drop"},
}

CLI_LOG = re.compile(r'\{"time":|[IDWE]\d{4} ')
UNREACHABLE = ("500", "time-out", "no answer", "login page", "garbage", "redirect")
"""A refresh calls an end unreachable that does not answer in its own words: a warning, and exit code 0."""
STORIES = (
    ("401", "login page", "time-out", "garbage"),
    pytest.param(("redirect", "403", "500", "no answer"), marks=pytest.mark.about_applications),
)


@pytest.mark.parametrize("kinds", STORIES, ids=", ".join)
def test_nothing_leaks_when_it_fails(stack: Story, planted, tmp_path: Path, kinds: tuple[str, ...]):
    """A create, a refresh, an update and a deletion that fail, each in another way; then it is deleted."""
    jira, wiki, stash = planted

    def fail(kind: str, method: str) -> None:
        for application in (wiki, stash):
            application.faults.clear()
            fault = Fault(method, "/rest/applinks/*", times=99, origin="client", **FAULTS[kind])
            application.faults.add(fault)

    create, refresh, update, delete = kinds
    fail(create, "PUT")
    assert is_told(stack.up("--diff", "--debug", check=False))
    wiki.faults.clear()
    stash.faults.clear()
    stack.up("--debug")
    assert working(jira, wiki)
    fail(refresh, "GET")
    # What does not answer is recorded as unreachable; whatever else it says is an error.
    assert is_told(stack.refresh("--debug", check=False)) or refresh in UNREACHABLE
    stack.program(program(jira, wiki, stash, more=', name="Renamed"'))
    stack.environment["SECONDS"] = "5"
    fail(update, "*")
    assert is_told(stack.up("--diff", "--debug", check=False))
    fail(delete, "*")
    assert is_told(stack.destroy("--debug", check=False))
    wiki.faults.clear()
    stash.faults.clear()
    stack.destroy("--debug")
    stack.is_gone()

    assert leaks(stack, tmp_path) == []
    for application in planted:
        assert "planted" not in repr(application.requests.all())


@pytest.mark.real_cli("a log of its own")
def test_the_loudest_log_of_the_engine(stack: Story, planted, tmp_path: Path):
    """The Pulumi CLI's own log holds the stack's configuration in the clear; what comes from the provider holds nothing."""
    jira, wiki, _ = planted
    loudest = ("--debug", "-v=9", "--logtostderr", "--logflow")
    wiki.faults.add(Fault("PUT", "/rest/applinks/3.0/status/*", kind="html"))
    assert stack.up(*loudest, check=False).returncode != 0
    stack.up(*loudest)
    # The CLI logs the configuration, and what it hands to the provider and gets from the program: neither is ours to keep.
    lines = [
        line
        for run in stack.runs
        for line in run.output.splitlines()
        if "planted" in line and not CLI_LOG.match(line)
    ]
    stack.runs.clear()
    assert working(jira, wiki)
    stack.finish()

    assert lines == []
    assert leaks(stack, tmp_path) == []


@pytest.mark.about_applications
@pytest.mark.without("with_refresh", "a refresh takes the stale credentials from the state")
@pytest.mark.without("with_run_program", "it is about credentials that a deletion takes from the state")
def test_credentials_that_are_stale_say_where_they_come_from(stack: Story, planted, jira, wiki):
    """Changed between `up` and `destroy`: the refusal names the one source to correct; the others are not named."""
    stack.up()
    now = jira.users.rotate(USER).password
    told = stack.refresh(check=False)
    says(
        told, "Correct the credentials in the environment (APPLINKS_JIRA_USERNAME and APPLINKS_JIRA_PASSWORD)"
    )
    stack.credentials("jira", jira)
    told = stack.refresh(check=False)
    says(told, "Correct the Credentials(...) in the program and run `pulumi up`")
    stack.environment["JIRA_PASSWORD"] = now
    stack.up()

    new = wiki.users.rotate(USER).password
    stack.project.config_set("applinks:credentials.wiki.password", new, secret=True, path=True)
    told = stack.destroy(check=False)
    says(
        told,
        "refused the credentials 'wiki'",
        "Correct the credentials in the configuration: `pulumi config set --secret --path applinks:credentials.wiki.password`",
        "unless they are run with --run-program",
    )
    stack.destroy("--run-program")
    stack.is_gone()
