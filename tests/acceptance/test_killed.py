"""The plugin's process dies in the middle of an operation: the next `up` finds what is there, and says what to do about it."""

import json
import os
import signal
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from pulumi_applinks.lab.applications import Application, Fault
from tests.acceptance.harness import Story, says, working


def dies(application: Application, method: str, path: str) -> None:
    """Let the plugin be killed when the application has carried a request out."""
    port = urlsplit(application.url).port

    def kill() -> None:
        for one in psutil.net_connections("tcp"):
            if one.raddr and one.raddr.port == port and one.pid not in (None, os.getpid()):
                with suppress(ProcessLookupError):  # both ends are asked at the same time, and one is enough
                    os.kill(one.pid, signal.SIGKILL)

    application.faults.add(Fault(method, path, "drop", after=True, origin="client", then=kill))


def test_a_plugin_that_is_killed_while_it_makes_a_link(pair: Story, jira, wiki):
    """The stack knows nothing of what was made: the next `up` refuses it, and says how to take it over."""
    pair.declare(jira, wiki)
    second = max(
        jira, wiki, key=lambda application: application.server_id
    )  # the other one has its link by then
    dies(second, "PUT", "/rest/applinks/3.0/status/*/oauth")
    assert pair.up(check=False).returncode != 0
    second.faults.clear()
    assert wiki.server_id in jira.links
    assert pair.resources() == []

    if pair.project.engine.name == "pulumi":
        # The engine knows that it was making something: it has to forget that, or it asks or fails on its own.
        told = pair.refresh("--clear-pending-creates")
        assert told.returncode == 0
    told = pair.up(check=False)
    says(
        told,
        "is already linked with",
        "already",
        "run `APPLINKS_ON_EXISTING=adopt pulumi up` once",
        "Nothing was changed",
    )
    pair.environment["APPLINKS_ON_EXISTING"] = "adopt"
    pair.up()
    del pair.environment["APPLINKS_ON_EXISTING"]
    assert pair.outputs()["on_existing"] == "fail"
    assert working(jira, wiki)
    pair.finish()


def test_a_link_that_was_made_as_declared_and_not_recorded(pair: Story, jira, wiki):
    """It is exactly what the program declares: the likeliest cause comes first, and the program stays as it is."""
    pair.declare(jira, wiki)
    pair.up()
    state = pair.project.export()
    resources = state["deployment"]["resources"]
    link = next(one for one in resources if one["type"].endswith(":ApplicationLink"))
    state["deployment"]["resources"] = [one for one in resources if one is not link]
    pair.project.import_(state)
    if pair.project.engine.name == "pulumi":
        # As the engine leaves it when it is killed while it waits for a create: an import drops that, so it is written into the file.
        (file,) = Path(pair.project.home).rglob("stacks/**/dev.json")
        stored = json.loads(file.read_text(encoding="utf-8"))
        waiting = {"resource": {**link, "id": "", "outputs": {}}, "type": "creating"}
        stored["checkpoint"]["latest"]["pending_operations"] = [waiting]
        file.write_text(json.dumps(stored), encoding="utf-8")
        found = (flag for value in (link["urn"], link["id"]) for flag in ("--import-pending-creates", value))
        # It imports nothing of a dynamic resource, and says nothing of that: the link is still unknown afterwards.
        pair.refresh(*found)
    assert pair.resources() == []

    told = pair.up(check=False)
    says(
        told,
        "[applinks/link-exists] It is exactly what this program declares: most likely an earlier `pulumi up`",
    )
    pair.environment["APPLINKS_ON_EXISTING"] = "adopt"
    pair.up()
    del pair.environment["APPLINKS_ON_EXISTING"]
    assert working(jira, wiki)
    pair.finish()


@pytest.mark.without("with_refresh", "a refresh comes before the request at which the plugin is killed")
def test_a_plugin_that_is_killed_while_it_relocates_and_deletes(pair: Story, jira, wiki):
    """What the stack knows is still true or is found out: the same command, run again, finishes the job."""
    pair.declare(jira, wiki)
    pair.up()
    wiki.move()
    pair.declare(jira, wiki)
    dies(jira, "POST", "/rest/applinks/1.0/relocateApplicationlink/*")
    assert pair.up(check=False).returncode != 0
    assert jira.links[wiki.server_id].rpc_url == wiki.url
    pair.up()
    assert working(jira, wiki)
    pair.settles()

    dies(wiki, "DELETE", "/rest/applinks/1.0/applicationlink/*")
    assert pair.destroy(check=False).returncode != 0
    assert len(pair.resources()) == 1
    pair.destroy()
    pair.is_gone()
