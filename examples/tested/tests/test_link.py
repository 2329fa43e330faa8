"""The program does what the team relies on."""

from pulumi_applinks.testing import Application, Stack


def test_the_link_works_and_goes(stack: Stack, jira: Application, wiki: Application) -> None:
    """From the first `up` to `destroy`."""
    stack.up()
    assert stack.outputs()["status"] == "working"
    stack.settles()
    stack.destroy()
    assert len(jira.links) == len(wiki.links) == 0


def test_a_move_keeps_the_link(stack: Stack, jira: Application, wiki: Application) -> None:
    """The link's id stays, because macros refer to it."""
    stack.up()
    made = stack.outputs()["link_id"]
    stack.configure({"wiki_url": wiki.move()})
    assert "1 to update" in stack.preview().output
    stack.up()
    assert stack.outputs()["link_id"] == made
    assert jira.links[made].rpc_url == wiki.url


def test_credentials_that_are_missing_are_told(stack: Stack) -> None:
    """Before anything is changed."""
    del stack.environment["APPLINKS_WIKI_PASSWORD"]
    run = stack.preview(check=False)
    assert run.returncode != 0
    assert "APPLINKS_WIKI" in run.output
