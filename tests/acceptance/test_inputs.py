"""What a program gives in its own way, and what is made of it."""

from __future__ import annotations

import pytest

from tests.acceptance.harness import Story, link, plans, working


@pytest.mark.about_applications
def test_what_is_read_from_a_file_has_a_line_break(pair: Story, jira, wiki):
    """URLs, names, users and types are taken without blanks at their ends, and taking those out of the program changes nothing."""
    (pair.project.directory / "wiki.txt").write_text(f"{wiki.url}\n", encoding="utf-8")
    pair.program(
        f"""
        ApplicationLink(
            "jira-wiki",
            source=Application("{jira.url} ", credentials="jira"),
            target=Application(
                open("wiki.txt").read(), credentials="wiki", name=" Docs ", kind=" Confluence\\n"
            ),
            authentication=NonImpersonating("user\\n"),
        )
        """
    )
    pair.up()
    stored = jira.links[wiki.server_id]
    assert (stored.name, stored.display_url) == ("Docs", wiki.url)
    assert pair.outputs()["target"]["url"] == wiki.url
    assert pair.outputs()["source_link"]["execute_as"] == "user"
    assert working(jira, wiki)

    as_user = 'authentication=NonImpersonating("user")'
    pair.declare(jira, wiki, as_user, target_more='name="Docs", kind="confluence"')
    pair.preview("--expect-no-changes")
    pair.finish()


def test_two_way_may_come_from_another_resource(pair: Story, jira, wiki):
    """It is not known in the preview; in `up` it decides on the authentication, and the state shows which."""
    (pair.project.directory / "made.py").write_text(
        "from pulumi.dynamic import CreateResult, Resource, ResourceProvider, UpdateResult\n"
        "class Provider(ResourceProvider):\n"
        "    def create(self, props):\n"
        '        return CreateResult("made", {**props, "both": props["wish"]})\n'
        "    def update(self, id, olds, news):\n"
        '        return UpdateResult({**news, "both": news["wish"]})\n'
        "class Decision(Resource):\n"
        "    def __init__(self, name, wish):\n"
        '        super().__init__(Provider(), name, {"wish": wish, "both": None})\n',
        encoding="utf-8",
    )

    def declare(wish: bool) -> None:
        pair.program(
            "from made import Decision\n"
            + f"decision = Decision('decision', {wish})\n"
            + link(jira, wiki, "two_way=decision.both")
        )

    declare(wish=False)
    plans(pair.preview(), create=3)
    pair.up()
    nothing = {"level": "none"}
    assert pair.outputs()["authentication"] == {"outgoing": nothing, "incoming": nothing}
    assert pair.outputs()["status"] == "one-way"

    declare(wish=True)
    pair.up()
    oauth = {"level": "oauth"}
    assert pair.outputs()["authentication"] == {"outgoing": oauth, "incoming": oauth}
    assert working(jira, wiki)
    pair.finish()


@pytest.mark.real_cli("`replace_on_changes`")
def test_a_replacement_deletes_first(pair: Story, jira, wiki):
    """The engine replaces because an option says so: the link is on both ends afterwards, though nothing was said of the order."""
    more = ('on_existing="adopt"', 'opts=ResourceOptions(replace_on_changes=["target"])')
    pair.declare(jira, wiki, *more)
    pair.up()
    pair.declare(jira, wiki, *more, target_more='name="Docs"')
    plans(pair.preview(), replace=1)
    pair.up()

    assert jira.links[wiki.server_id].name == "Docs"
    assert working(jira, wiki)
    pair.finish()
