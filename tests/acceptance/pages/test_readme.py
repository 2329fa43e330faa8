"""The README, followed unchanged: its program, its commands, and what the last of them prints."""

from __future__ import annotations

from pathlib import Path

import pytest

from pulumi_applinks.lab.applications import Lab, User
from pulumi_applinks.lab.engine import find_engine
from tests.acceptance.harness import working
from tests.docs.blocks import ROOT, blocks
from tests.docs.terminal import Guide, Terminal, environment
from tests.engines import PASSPHRASE, Which

pytestmark = pytest.mark.cold


@pytest.mark.both_engines
def test_the_readme(tmp_path: Path, lab: Lab, engine: Which):
    """Between applications that run here, of which one is behind a proxy, it makes a working link."""
    jira, wiki = lab.start("jira"), lab.start("confluence")
    inner = wiki.url
    wiki.base_url = lab.proxy(wiki)
    for application in (jira, wiki):
        application.users.add(User("applink-bot", "unused"))
    variables = {**find_engine(engine).variables(tmp_path), "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE}
    terminal = Terminal(tmp_path, environment(tmp_path, variables, embedded=engine == "embedded"))
    terminal.run("mkdir readme && cd readme && printf 'name: readme\nruntime: python\n' > Pulumi.yaml")
    terminal.run("pulumi stack init dev")
    terminal.known = {
        "https://jira.example.com": jira.url,
        "https://wiki.example.com": wiki.base_url,
        "http://wiki.internal:8090": inner,
    }
    guide = Guide(ROOT / "README.md", terminal, {"jira": jira, "wiki": wiki})
    assert all(told in guide.text for told in terminal.known)

    guide.follow("## Links that you already have")
    assert working(jira, wiki)
    assert jira.links[wiki.server_id].rpc_url == inner
    guide.follow()
    (shown,) = (block.text for block in blocks(ROOT / "README.md") if block.language == "text")
    assert [line.rstrip() for line in guide.printed[-1].splitlines()] == shown.splitlines()
    terminal.run("pulumi destroy")
    assert (len(jira.links), len(wiki.links)) == (0, 0)
