"""No password and no token anywhere: planted ones are looked for in everything that a run writes or prints."""

import json
import os
from pathlib import Path

from pulumi_applinks.lab.applications import Fault, Lab, User
from tests.acceptance.canaries import everything
from tests.acceptance.harness import Stack, says, working

PROGRAM = """
import os

ApplicationLink(
    "jira-wiki",
    source=Application("{jira}", credentials="jira"),
    target=Application("{wiki}", credentials="wiki"),
)
ApplicationLink(
    "jira-stash",
    source=Application("{jira}", credentials="jira"),
    target=Application("{stash}", credentials=Credentials(token=os.environ["STASH_TOKEN"])),
)
"""
PLANTED = {
    "environment": "planted-Pa55/word+environment",
    "configuration": "planted-Pa55-configuration",
    "program": "planted-t0ken-program",
}


def test_no_secret_is_kept_or_printed(stack: Stack, lab: Lab, tmp_path: Path, jira, wiki):
    """From the environment, the configuration and the program; in success, refusal, and with the engine's loudest log."""
    stash = lab.start("stash")
    stack.watch(jira, wiki, stash)
    jira.users.add(User("sysadmin", PLANTED["environment"], "sysadmin"))
    wiki.users.add(User("sysadmin", PLANTED["configuration"], "sysadmin"))
    stash.users.add(User("sysadmin", "unused", "sysadmin", tokens=(PLANTED["program"],)))
    stack.credentials("jira", jira)
    for part, value in (("username", "sysadmin"), ("password", PLANTED["configuration"])):
        stack.project.config_set(f"applinks:credentials.wiki.{part}", value, secret=True, path=True)
    stack.environment["STASH_TOKEN"] = PLANTED["program"]
    stack.environment["TMPDIR"] = str(tmp_path / "tmp")
    os.mkdir(stack.environment["TMPDIR"])
    stack.program(PROGRAM.format(jira=jira.url, wiki=wiki.url, stash=stash.url))

    stack.preview("--diff")
    wiki.faults.add(Fault("PUT", "/rest/applinks/3.0/status/*", kind="html"))
    assert stack.up("--diff", check=False).returncode != 0
    stack.up("--diff", "--debug")
    assert working(jira, wiki)
    assert working(jira, stash)

    stash.users.add(User("sysadmin", "unused", "sysadmin", tokens=("planted-rotated",)))
    told = stack.refresh(check=False)
    says(told, "refused the personal access token")
    stash.users.add(User("sysadmin", "unused", "sysadmin", tokens=(PLANTED["program"],)))
    exported = json.dumps(stack.project.export())
    stack.finish()

    leaked = [
        (name, where)
        for name, secret in PLANTED.items()
        for where, content in [
            *((f"output of run {number}", run.output.encode()) for number, run in enumerate(stack.runs)),
            ("exported state", exported.encode()),
            *everything(tmp_path),
        ]
        if secret.encode() in content
    ]
    assert leaked == []
    for application in (jira, wiki, stash):
        assert "planted" not in repr(application.requests.all())


def test_rotated_credentials(stack: Stack, jira, wiki):
    """The environment is always current; the configuration is that of the last `up`, and the message says so."""
    stack.watch(jira, wiki)
    stack.credentials("jira", jira)
    for part, value in (("username", "sysadmin"), ("password", wiki.users["sysadmin"].password)):
        stack.project.config_set(f"applinks:credentials.wiki.{part}", value, secret=True, path=True)
    stack.program(
        f"""
        ApplicationLink(
            "jira-wiki",
            source=Application("{jira.url}", credentials="jira"),
            target=Application("{wiki.url}", credentials="wiki"),
        )
        """
    )
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
