"""What the files for CI run, on the real CLI: the embedded engine keeps no plans."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from pulumi_applinks.lab.engine import find_engine
from tests.acceptance.harness import working
from tests.docs import shell
from tests.docs.blocks import HOWTOS, blocks
from tests.docs.programs import MAIN
from tests.docs.terminal import Terminal, environment
from tests.engines import PASSPHRASE, Which


@pytest.mark.real_cli("plans")
def test_the_files_for_ci(engine: Which, tmp_path: Path, jira, wiki):
    """What the files for GitHub, GitLab and Bitbucket run: a preview, a plan, that plan, and a look for drift."""
    settings = {**find_engine(engine).variables(tmp_path), "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE}
    terminal = Terminal(tmp_path, environment(tmp_path, settings, embedded=False))
    terminal.log_in({"jira": jira, "wiki": wiki})
    terminal.run(
        "mkdir ci && cd ci && printf 'name: ci\nruntime: python\n' > Pulumi.yaml && pulumi stack init production"
    )
    main = MAIN.replace("https://jira.example.com", jira.url).replace("https://wiki.example.com", wiki.url)
    (terminal.folder / "__main__.py").write_text(main, encoding="utf-8")
    files = [block for block in blocks(HOWTOS / "ci.md") if block.file is not None]
    found = {
        line for block in files for line in shell.scripts(yaml.safe_load(block.text)) if "pulumi " in line
    }
    order = ("preview --diff", "preview --diff --save-plan plan.json", "up --plan plan.json --yes")
    drift = "refresh --preview-only --expect-no-changes"
    terminal.environment |= {"PULUMI_STACK": "production", "APPLINKS_PREVIEW": "online"}

    assert (len(files), found) == (3, {f"pulumi {words}" for words in (*order, drift)})
    for words in order:
        terminal.run(f"pulumi {words}")
    assert working(jira, wiki)
    terminal.run(f"pulumi {drift}")
    jira.links[wiki.server_id].name = "Renamed by hand"
    terminal.run(f"pulumi {drift}", code=7)
