"""No password and no token anywhere: planted ones are looked for in everything that a run writes or prints."""

import json
from pathlib import Path

import pytest

from pulumi_applinks.lab.applications import Fault, User
from tests.acceptance.canaries import PLANTED, USER, leaks
from tests.acceptance.harness import Story, says, working

pytestmark = pytest.mark.passphrase


def test_no_secret_is_kept_or_printed(stack: Story, planted, tmp_path: Path):
    """From the environment, the configuration and the program; in success, refusal, and with the engine's loudest log."""
    jira, wiki, stash = planted
    stack.preview("--diff")
    wiki.faults.add(Fault("PUT", "/rest/applinks/3.0/status/*", kind="html"))
    assert stack.up("--diff", check=False).returncode != 0
    stack.up("--diff", "--debug")
    assert working(jira, wiki)
    assert working(jira, stash)

    stash.users.add(User(USER, "unused", "sysadmin", tokens=("planted-rotated",)))
    told = stack.refresh(check=False)
    says(told, "refused the personal access token")
    stash.users.add(User(USER, "unused", "sysadmin", tokens=(PLANTED["program"],)))
    exported = json.dumps(stack.project.export())
    stack.finish()

    assert leaks(stack, tmp_path, ("state before it was deleted", exported.encode())) == []
    for application in (jira, wiki, stash):
        assert "planted" not in repr(application.requests.all())


@pytest.mark.about_applications
@pytest.mark.without("with_run_program", "it is about credentials that a deletion takes from the state")
def test_rotated_credentials(stack: Story, jira, wiki):
    """The environment is always current; the configuration is that of the last `up`, and the message says so."""
    stack.watch(jira, wiki)
    stack.credentials("jira", jira)
    for part, value in (("username", "sysadmin"), ("password", wiki.users["sysadmin"].password)):
        stack.project.config_set(f"applinks:credentials.wiki.{part}", value, secret=True, path=True)
    stack.declare(jira, wiki)
    stack.up()
    new = wiki.users.rotate("sysadmin").password
    stack.project.config_set("applinks:credentials.wiki.password", new, secret=True, path=True)
    told = stack.refresh(check=False)
    assert told.returncode != 0
    says(
        told,
        "refused the credentials 'wiki'",
        "still use the configuration stored then, unless they are run with --run-program",
    )
    stack.refresh("--run-program")

    stack.credentials("wiki", wiki)
    stack.finish()
