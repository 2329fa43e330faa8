"""The README's program, as it stands there."""

import re
from pathlib import Path

from pulumi_applinks.lab.applications import Lab, User
from tests.acceptance.harness import Stack, working


def test_the_program_of_the_readme(pair: Stack, lab: Lab, jira, wiki):
    """With the addresses of applications that run here, it makes a working link, behind a proxy."""
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    found = re.search(r"```python\n(.*?)```", readme, re.S)
    assert found is not None
    program = found.group(1)
    inner = wiki.url
    wiki.base_url = lab.proxy(wiki)
    for told, real in (
        ("https://jira.example.com", jira.url),
        ("https://wiki.example.com", wiki.base_url),
        ("http://wiki.internal:8090", inner),
    ):
        assert told in program
        program = program.replace(told, real)
    wiki.users.add(User("applink-bot", "unused"))
    jira.users.add(User("applink-bot", "unused"))
    (pair.project.directory / "__main__.py").write_text(program, encoding="utf-8")
    pair.up()

    assert working(jira, wiki)
    assert jira.links[wiki.server_id].rpc_url == inner
    assert pair.project.outputs() == {"status": "working"}
    pair.finish()
