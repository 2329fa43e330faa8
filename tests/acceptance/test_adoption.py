"""Taking over links that exist, and leaving alone those that the program did not declare."""

import pytest

from tests.acceptance.harness import Story, plans, says, working

pytestmark = pytest.mark.about_applications

ADOPT = 'on_existing="adopt"'


def test_an_existing_link_is_refused_unless_it_is_adopted(pair: Story, jira, wiki):
    """One end or both: brought to what the program says, never deleted first."""
    jira.link_by_hand(wiki)
    pair.declare(jira, wiki)
    told = pair.up(check=False)
    says(told, "is already linked with", 'set on_existing="adopt"', "Nothing was changed")
    jira.links.remove(wiki.server_id)
    for ends in ((wiki,), (jira, wiki)):
        for here in ends:
            there = wiki if here is jira else jira
            here.link_by_hand(there, name="Made by hand")
            here.requests.clear()
        pair.declare(jira, wiki, ADOPT)
        pair.up()
        for here in ends:
            assert not [one for one in here.requests.all("client") if one.method == "DELETE"]
        assert jira.links[wiki.server_id].name == "Confluence"
        assert working(jira, wiki)
        pair.destroy()
        pair.is_gone()


def test_an_adopted_link_with_other_addresses_is_brought_to_the_program(pair: Story, lab, jira, wiki):
    """An old URL, no authentication, another name: all of it is set right in place."""
    link = jira.link_by_hand(wiki, name="Old docs", url=lab.closed_address())
    pair.declare(jira, wiki, ADOPT)
    plans(pair.up(), create=2)
    assert (link.name, link.rpc_url, link.display_url) == ("Confluence", wiki.url, wiki.url)
    assert working(jira, wiki)
    pair.finish()


def test_the_remains_of_an_earlier_link_are_named(pair: Story, jira, wiki):
    """Another link to the same address, under another id, is in the way: it is named, with where to delete it."""
    remains = jira.link_by_hand(wiki, name="Remains", link_id="3e3c8fef-0000-3000-8000-0000000034c5")
    pair.declare(jira, wiki)
    told = pair.up(check=False)
    says(
        told,
        "'Remains' with the id 3e3c8fef-0000-3000-8000-0000000034c5",
        jira.admin_page,
        "Nothing was changed",
    )
    jira.links.remove(remains.id)
    pair.finish()


def test_a_name_that_is_taken(pair: Story, jira, wiki):
    """The application would add a number to it: it is reported before, with the next step."""
    pair.declare(jira, wiki, target_more='name="Other confluence"')
    says(pair.up(check=False), "has another link named 'Other confluence'", "Application(name=...)")
    pair.declare(jira, wiki, "primary=True", "reverse_primary=True", target_more='name="Docs"')
    # The program takes the primary place: that is what it says, so the neighbours' links lose it, and get it back at the end.
    for here in (jira, wiki):
        for link in here.links:
            pair.gives_up(here, link.id)
    neighbours = {here: {link.id for link in here.links} for here in (jira, wiki)}
    pair.up()
    assert jira.links[wiki.server_id].name == "Docs"
    assert jira.links[wiki.server_id].primary
    pair.settles()
    pair.destroy()
    for here, ids in neighbours.items():
        assert {link.id for link in here.links} == ids
        assert all(link.primary for link in here.links)
    pair.finished = True
