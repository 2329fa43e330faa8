"""A stack that moves to another backend."""

from pathlib import Path

import pytest

from tests.acceptance.harness import Story, says, working
from tests.engines import PASSPHRASE, SparingProject

pytestmark = [pytest.mark.passphrase, pytest.mark.real_cli("`stack import`")]


def test_a_stack_is_taken_over(pair: Story, tmp_path: Path, jira, wiki):
    """Exported, imported with the same passphrase, previewed and refreshed as unchanged, and destroyed there."""
    pair.project.config_set("applinks:credentials.wiki.username", "sysadmin", path=True, secret=True)
    pair.project.config_set(
        "applinks:credentials.wiki.password", wiki.users["sysadmin"].password, path=True, secret=True
    )
    for part in ("USERNAME", "PASSWORD"):
        del pair.environment[f"APPLINKS_WIKI_{part}"]
    pair.environment["JIRA_PASSWORD"] = jira.users["sysadmin"].password
    pair.program(
        f"""
        import os

        link = ApplicationLink(
            "jira-wiki",
            source=Application("{jira.url}", credentials=Credentials("sysadmin", os.environ["JIRA_PASSWORD"])),
            target=Application("{wiki.url}", credentials="wiki"),
        )
        pulumi.export("status", link.status)
        """
    )
    pair.up()
    deployment = pair.project.export()

    taken = SparingProject(
        pair.project.engine,
        pair.project.directory,
        stack="dev",
        home=tmp_path / "taken-over",
        passphrase=PASSPHRASE,
    )
    settings = pair.project.directory / "Pulumi.dev.yaml"
    kept = settings.read_text(encoding="utf-8")
    taken.init(check=False)
    settings.write_text(kept, encoding="utf-8")
    taken.import_(deployment)
    pair.project = taken
    pair.settles()
    says(pair.preview(), "2 unchanged")
    assert working(jira, wiki)
    pair.destroy()
    pair.is_gone()
