"""What is read of an estate, and what each link is taken for, on applications of the lab."""

from __future__ import annotations

import itertools
import time
import uuid
from dataclasses import replace

import pytest

from pulumi_applinks.estate import Named, Progress, Reader, from_json
from pulumi_applinks.lab.applications import Fault, OAuth2Entry, StoredLink, id_of_url
from pulumi_applinks.rest import ApplicationClient
from tests.unit.estate.scene import SOMEBODY


def codes(link):
    """The findings of a link, in one word each."""
    return [one.code for one in link.findings]


def test_a_link_is_told_once_with_both_ends(pair):
    """Both ends are matched by server id; each direction was tried by who makes its requests; nothing is found."""
    link = pair.only()

    assert (link.state, link.findings) == ("working", ())
    assert [(end.application, end.link_id) for end in link.ends] == [
        ("jira", pair["wiki"].server_id),
        ("wiki", pair["jira"].server_id),
    ]
    assert [(one.sender, one.level, one.working) for one in link.directions] == [
        ("jira", "oauth", True),
        ("wiki", "oauth", True),
    ]
    assert [end.lozenge for end in link.ends] == ["CONNECTED", "CONNECTED"]


def test_a_name_is_not_an_address(pair):
    """Whoever is called as another one gets a client of its own."""
    jira, wiki = (pair[name] for name in ("jira", "wiki"))
    reader = Reader(pair.credentials)
    found = [
        reader.client(one).base_url
        for one in (Named("NEW", wiki.url), Named("NEW", jira.url, credentials="NEW"), Named("NEW", wiki.url))
    ]
    reader.close()

    assert found == [wiki.url, jira.url, wiki.url]


def test_reading_changes_nothing(pair):
    """The applications' logs have nothing but GET; their links are as they were."""
    before = [application.links.snapshot() for application in pair.applications.values()]
    pair.read(details=True)

    assert pair.untouched()
    assert [application.links.snapshot() for application in pair.applications.values()] == before


def test_a_link_that_nobody_links_back_is_one_way(pair):
    """Since the other application was asked; what mends it is told."""
    pair["wiki"].links.remove(pair["jira"].server_id)
    link = pair.only()

    assert (link.state, link.far_side, codes(link)) == ("one-way", "asked", ["one-way"])
    assert link.reason == "jira has a link to wiki, and wiki has none back."
    assert f"applinks clean jira/{pair['wiki'].server_id}" in link.findings[0].mend
    assert link.ends[0].lozenge == "CONFIG ERROR"


def test_the_word_of_one_end_is_not_the_word_of_both(pair):
    """A link that works as far as one end can tell is not called working where the other one was not named."""
    link = pair.only("jira")

    assert (link.state, link.far_side, codes(link)) == ("not-asked", "not-named", ["not-asked"])
    assert link.findings[0].severity == "unseen"
    assert [one.working for one in link.directions] == [True, None]


def test_an_application_that_does_not_let_in_leaves_its_links_untold(pair):
    """The other end is told of, and why nobody asked this one."""
    pair.environment["APPLINKS_WIKI_PASSWORD"] = "planted-password"
    estate = pair.read()
    wiki = estate.application("wiki")

    assert wiki is not None
    assert (wiki.asked, wiki.failure) == (False, "login")
    assert "planted" not in wiki.told
    (link,) = estate.links
    assert (link.state, link.far_side, codes(link)) == ("not-asked", "not-asked", ["not-asked"])


def test_no_login_goes_to_what_has_not_said_who_it_is(pair):
    """A page that answers in an application's place gets no credentials."""
    pair["wiki"].faults.add(Fault("*", "*", kind="html", times=100, origin="client"))
    estate = pair.read()

    assert [(one.name, one.failure) for one in estate.applications if not one.asked] == [
        ("wiki", "not-understood")
    ]
    assert {one.login for one in pair["wiki"].requests.all("client")} == {"none"}


@pytest.mark.parametrize("credentials", [None, "nobody"])
def test_without_credentials_there_is_the_manifest_alone(pair, credentials):
    """Who it is can be told; its links can't."""
    named = Named("wiki", pair["wiki"].url, credentials=credentials)
    estate = pair.read("jira", more=(named,))
    wiki = estate.application("wiki")

    assert wiki is not None
    assert wiki.seen is not None
    assert wiki.failure == "login"


def test_levels_that_differ_are_a_link_that_does_not_work(pair):
    """With the words of both ends, said once where they say the same."""
    pair["wiki"].links[pair["jira"].server_id].consumer = None
    link = pair.only()

    assert (link.state, codes(link)) == ("not-working", ["not-working"])
    assert link.reason.startswith("jira and wiki say that the two ends are set to different authentication")
    assert [one.level for one in link.directions] == [None, "oauth"]
    assert {end.lozenge for end in link.ends} == {"CONFIG ERROR"}


def test_a_link_without_authentication_is_no_working_one(scene):
    """Requests over it are anonymous: somebody should know."""
    scene.start("jira", "jira")
    scene.start("wiki", "confluence")
    scene.link("jira", "wiki", "none", "none")
    link = scene.only()

    assert (link.state, codes(link)) == ("no-authentication", ["no-authentication"])
    assert {end.lozenge for end in link.ends} == {"DISABLED"}


def test_legacy_authentication_is_told(pair):
    """Beside OAuth on one end."""
    pair["jira"].links[pair["wiki"].server_id].give_basic_access("reader", "planted-password")
    estate = pair.read(details=True)
    (link,) = estate.links

    assert "legacy" in codes(link)
    assert "basic-access" in link.ends[0].legacy_outgoing
    assert "planted-password" not in estate.as_json()
    assert "reader" not in estate.as_json()


def test_legacy_authentication_alone_is_not_called_anonymous(scene):
    """Without details its level is not known; with them it is."""
    scene.start("jira", "jira")
    scene.start("wiki", "confluence")
    scene.link("jira", "wiki", "none", "none")
    for one, other in (("jira", "wiki"), ("wiki", "jira")):
        scene[one].links[scene[other].server_id].give_trust()
    link = scene.only()

    assert (link.state, codes(link)) == ("legacy", ["legacy"])
    assert [(one.level, one.working) for one in link.directions] == [(None, None), (None, None)]
    assert {end.lozenge for end in link.ends} == {"DEPRECATED"}
    detailed = scene.only(details=True)
    assert [one.level for one in detailed.directions] == ["trusted-applications", "trusted-applications"]


def test_a_second_link_to_the_same_application_is_a_duplicate(pair):
    """The one with the application's own id is the link; the other one is told of by itself."""
    pair["wiki"].link_by_hand(pair["jira"], link_id=SOMEBODY, name="Old Jira")
    links = {link.state: link for link in pair.read().links}

    assert set(links) == {"working", "duplicated"}
    assert [end.key for end in links["duplicated"].ends] == [f"wiki/{SOMEBODY}"]
    assert links["duplicated"].findings[0].mend == f"applinks clean wiki/{SOMEBODY}"


def test_a_link_back_that_is_the_systems_is_no_missing_one(scene):
    """It was not looked at, so the other end is not called one-way."""
    jira, wiki = scene.start("jira", "jira"), scene.start("wiki", "confluence")
    jira.link_by_hand(wiki)
    wiki.system_link(jira)
    found = {link.near: link for link in scene.read().links}

    assert (found["jira"].state, codes(found["jira"])) == ("unknown", ["unknown"])
    assert "what wiki has under its id is the system's" in found["jira"].reason
    assert found["wiki"].state == "system"


def test_a_duplicate_of_an_application_that_was_not_named_is_one_too(pair):
    """By the address; which one is the right one is not made up."""
    address = pair.lab.closed_address()
    for number in (1, 2):
        pair["jira"].links.add(StoredLink(str(uuid.uuid4()), "bamboo", f"CI {number}", address, address))
    links = {link.state: link for link in pair.read().links if link.far.startswith("CI")}

    assert sorted(links) == ["duplicated", "orphaned"]
    assert "can't be seen without asking that application" in links["duplicated"].reason
    assert "applinks clean" not in links["duplicated"].findings[0].mend


def test_a_link_to_nothing_is_orphaned(pair):
    """Nothing answers there, and nobody named it: it may be gone, or down, and the words say so."""
    gone = pair.lab.closed_address()
    pair["jira"].links.add(StoredLink(SOMEBODY, "bamboo", "CI", gone, gone))
    link = next(link for link in pair.read().links if link.far == "CI")

    assert (link.state, codes(link)) == ("orphaned", ["orphaned", "not-asked"])
    assert "may be gone, or down" in link.reason
    assert link.ends[0].lozenge == "NETWORK ERROR"


def test_a_link_to_an_application_that_was_installed_anew_is_orphaned(pair):
    """Another server id answers at its address."""
    jira, wiki = pair["jira"], pair["wiki"]
    jira.links.remove(wiki.server_id)
    jira.link_by_hand(wiki, link_id=SOMEBODY)
    states = {link.ends[0].key: link for link in pair.read().links}

    assert states[f"jira/{SOMEBODY}"].state == "orphaned"
    assert wiki.server_id in states[f"jira/{SOMEBODY}"].reason


def test_a_link_that_was_made_while_the_other_one_was_down(scene):
    """Its id was derived from the address; it is matched with the end that leads back all the same."""
    jira, wiki = scene.start("jira", "jira"), scene.start("wiki", "confluence")
    jira.link_by_hand(wiki, link_id=id_of_url(wiki.base_url))
    wiki.link_by_hand(jira)
    link = scene.only()

    assert len(link.ends) == 2
    assert "url-id" in codes(link)


def test_what_is_no_link_between_applications_is_set_apart(pair):
    """The system's, generic ones, OAuth 2.0 clients; none of them is tried, and none is a finding."""
    jira = pair["jira"]
    jira.system_link(pair.lab.start("bamboo"))
    jira.generic_link("Script", "https://script.example.com")
    jira.oauth2.append(OAuth2Entry(SOMEBODY, "Client", "https://client.example.com"))
    found = {link.state: link for link in pair.read().links}

    assert set(found) == {"working", "system", "generic", "oauth2"}
    assert {found[state].far_side for state in ("system", "generic", "oauth2")} == {"none"}
    assert not any(found[state].findings for state in ("system", "generic", "oauth2"))
    assert [found[state].ends[0].lozenge for state in ("system", "generic", "oauth2")] == [
        "SYSTEM",
        "NON-ATLASSIAN",
        None,
    ]
    tried = [one.path for one in jira.requests.all("client") if "/status/" in one.path]
    assert tried == [f"/rest/applinks/3.0/status/{pair['wiki'].server_id}"]


def test_a_link_that_does_not_read_is_corrupted(pair):
    """It has no address; it is told, and not tried."""
    pair["jira"].links.add(StoredLink(SOMEBODY, "bamboo", "CI", "", ""))
    link = next(link for link in pair.read().links if link.ends[0].link_id == SOMEBODY)

    assert (link.state, codes(link)) == ("corrupted", ["corrupted"])


def test_a_type_that_is_not_known_is_not_judged(pair):
    """Neither good nor bad: it was not looked at."""
    pair["jira"].installed_types = pair["jira"].installed_types | {"subversion"}
    pair["jira"].links.add(
        StoredLink(SOMEBODY, "subversion", "SVN", "http://svn.invalid", "http://svn.invalid")
    )
    link = next(link for link in pair.read().links if link.ends[0].link_id == SOMEBODY)

    assert link.state == "unknown-type"
    assert [(one.code, one.severity) for one in link.findings] == [("unknown-type", "unseen")]


def test_an_answer_that_is_not_understood_is_not_read_as_clean(pair):
    """A status that is no status leaves the link unknown, with the words why."""
    pair["jira"].faults.add(
        Fault(
            "GET",
            f"/rest/applinks/3.0/status/{pair['wiki'].server_id}",
            kind="garbage",
            times=9,
            origin="client",
        )
    )
    link = pair.only()

    assert (link.state, codes(link)) == ("unknown", ["unknown"])
    assert link.ends[0].failure is not None


@pytest.mark.parametrize("silent", [["jira"], ["jira", "wiki"]])
def test_a_status_that_does_not_come_in_time(pair, monkeypatch, silent):
    """Whether the link works is not known; what it is set to is, and the application that said so is not called unreachable."""
    monkeypatch.setattr(
        ApplicationClient, "_longest_answer", lambda _, request: 0.2 if request.asks_another else 30.0
    )
    for name in silent:
        pair[name].faults.add(Fault("GET", "*/3.0/status/*", kind="hang", times=9, origin="client"))
    estate = pair.read()
    for name in silent:
        pair[name].faults.clear()
    (link,) = estate.links

    assert (link.state, codes(link)) == ("unknown", ["unknown"])
    assert all(f"{name} did not answer within 0." in link.reason for name in silent)
    assert "says that did" not in link.reason
    assert all(one.asked for one in estate.applications)
    assert [(end.failure, end.outgoing) for end in link.ends] == [(None, "oauth")] * 2
    assert {one.working for one in link.ends if one.application in silent} == {None}


def test_a_list_that_is_no_list_is_not_read_as_empty(pair):
    """The application counts as not asked."""
    pair["jira"].faults.add(
        Fault("GET", "/rest/applinks/3.0/applinks", kind="garbage", times=9, origin="client")
    )
    estate = pair.read()

    assert [one.name for one in estate.applications if not one.asked] == ["jira"]
    assert [link.state for link in estate.links] == ["not-asked"]


@pytest.mark.parametrize("generation", ["5", "3"])
def test_versions_without_a_status_tell_their_levels(scene, generation):
    """Whether such a link works is not known, and not made up."""
    scene.start("jira", "jira", generation=generation)
    scene.start("wiki", "confluence", generation=generation)
    scene.link("jira", "wiki")
    link = scene.only()

    assert (link.state, codes(link)) == ("unknown", ["unknown"])
    assert [one.level for one in link.directions] == ["oauth", "oauth"]
    assert "the version of jira does not tell" in link.reason


def test_versions_that_do_not_fit_together_are_a_link_that_does_not_work(scene):
    """The newer one says so; what mends it is an update."""
    scene.start("jira", "jira")
    scene.start("old", "confluence", generation="3")
    scene.link("jira", "old")
    link = scene.only()

    assert link.state == "not-working"
    assert link.findings[0].mend.startswith("Update old")


def test_an_application_under_two_names_is_asked_once(pair):
    """The second one is told of, and its links do not count twice."""
    estate = pair.read(more=(Named("again", pair.lab.proxy(pair["wiki"]), credentials="wiki"),))

    assert [link.state for link in estate.links] == ["working"]
    again = estate.application("again")
    assert again is not None
    assert again.failure == "same"
    assert "server id of wiki" in again.told


def test_details_tell_who_requests_run_as(pair):
    """Only where they are asked for: they cost a request for each end."""
    pair["jira"].links[pair["wiki"].server_id].consumer.execute_as = "user"

    assert pair.only().ends[0].user_told is False
    end = pair.only(details=True).ends[0]
    assert (end.user_told, end.execute_as) == (True, "user")


def test_the_order_is_that_of_the_names(scene):
    """Whoever answers first: two readings are the same, to the byte, but for their time."""
    for name, type_id in (("c", "jira"), ("a", "confluence"), ("b", "stash")):
        scene.start(name, type_id)
    for one, two in itertools.combinations(("c", "a", "b"), 2):
        scene.link(one, two)
    first, second = scene.read(), scene.read()

    assert first == second
    assert replace(first, read_at=second.read_at).as_json() == second.as_json()
    assert time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()) >= second.read_at >= first.read_at > "2026"
    assert from_json(second.as_json()).read_at == second.read_at
    assert [link.between for link in first.links] == [("c", "a"), ("c", "b"), ("a", "b")]


def test_how_far_it_is_is_told(pair):
    """Each step with its number of things, up to its end."""
    told: list[Progress] = []
    pair.read(progress=told.append)

    assert [(one.step, one.of) for one in told if one.done == one.of] == [
        ("telling who they are", 2),
        ("listing their links", 2),
        ("trying the links", 2),
    ]


def test_forty_applications_and_five_hundred_links_take_two_requests_each(scene, soak: bool):
    """A manifest and a list for each application, a status for each end: at most 2·M + 2·N, counted by the applications.

    In the short form, a tenth of it.
    """
    many, wanted = (40, 500) if soak else (12, 50)
    types = ("jira", "confluence", "stash", "bamboo", "crowd")
    names = [f"app{number}" for number in range(many)]
    for number, name in enumerate(names):
        scene.start(name, types[number % len(types)])
    pairs = list(itertools.islice(itertools.combinations(names, 2), wanted))
    for one, two in pairs:
        for here, there in ((scene[one], scene[two]), (scene[two], scene[one])):
            here.links.add(
                StoredLink(there.server_id, there.type_id, there.name, there.base_url, there.base_url)
            )
    estate = scene.read()
    received = sum(one.requests.counts()["client"] for one in scene.applications.values())

    assert len(estate.links) == wanted
    assert {len(link.ends) for link in estate.links} == {2}
    assert received == scene.requests_sent <= 2 * many + 2 * wanted
    assert scene.untouched()
