"""What the tests of this program share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # pytest wants to import its plugins itself
    from pulumi_applinks.testing import Application, Lab, Stack

pytest_plugins = ["pulumi_applinks.testing"]

PROJECT = Path(__file__).parents[1]


@pytest.fixture
def jira(applinks_lab: Lab) -> Application:
    """A Jira of the lab."""
    return applinks_lab.start("jira")


@pytest.fixture
def wiki(applinks_lab: Lab) -> Application:
    """A Confluence of the lab."""
    return applinks_lab.start("confluence")


@pytest.fixture
def stack(applinks_stack: Callable[..., Stack], jira: Application, wiki: Application) -> Stack:
    """This program, pointed at the two."""
    return applinks_stack(
        PROJECT,
        config={"jira_url": jira.url, "wiki_url": wiki.url},
        credentials={"jira": jira, "wiki": wiki},
    )
