"""What the pages begin with: applications without links."""

from __future__ import annotations

import pytest

from pulumi_applinks.lab.applications import Application, Lab


@pytest.fixture
def jira(lab: Lab) -> Application:
    """A Jira without links."""
    return lab.start("jira")


@pytest.fixture
def wiki(lab: Lab) -> Application:
    """A Confluence without links."""
    return lab.start("confluence")
