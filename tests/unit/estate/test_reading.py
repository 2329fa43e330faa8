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

STATUS, LIST = "/rest/applinks/3.0/status/*", "/rest/applinks/3.0/applinks"


def codes(link):
    """The findings of a link, in one word each."""
    return [one.code for one in link.findings]


def garbled(scene, path):
    """Let the Jira answer with what is not understood."""
    scene["jira"].faults.add(Fault("GET", path, kind="garbage", times=9, origin="client"))


def test_a_link_is_told_once_with_both_ends(pair):
    """Both ends are matched by server id; each direction was tried by who makes its requests; nothing is found, and nothing changed."""
    before = [application.links.snapshot() for application in pair.applications.values()]
    link = pair.only(details=True)

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
    assert pair.untouched()
    assert [application.links.snapshot() for application in pair.applications.values()] == before


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


@pytest.mark.parametrize(
    ("spoil", "names", "expected", "says"),
    [
        (
            lambda pair: pair["wiki"].links.remove(pair["jira"].server_id),
            (),
            ("one-way", "asked", ["one-way"], ["warning"], ["CONFIG ERROR"]),
            "jira has a link to wiki, and wiki has no link back.",
        ),
        # The word of one end is not the word of both.
        (
            lambda pair: None,
            ("jira",),
            ("not-asked", "not-named", ["not-asked"], ["unseen"], ["CONNECTED"]),
            "was not named",
        ),
        # What both ends say alike is said once.
        (
            lambda pair: setattr(pair["wiki"].links[pair["jira"].server_id], "consumer", None),
            (),
            ("not-working", "asked", ["not-working"], ["error"], ["CONFIG ERROR"] * 2),
            "jira and wiki say that the two ends are set to different authentication",
        ),
        (
            lambda pair: garbled(pair, STATUS),
            (),
            ("unknown", "asked", ["unknown"], ["unseen"], [None, "CONNECTED"]),
            "jira could not be asked about it",
        ),
        # A list that is no list is not read as empty.
        (
            lambda pair: garbled(pair, LIST),
            (),
            ("not-asked", "not-asked", ["not-asked"], ["unseen"], ["CONNECTED"]),
            "jira could not be asked",
        ),
    ],
)
def test_what_a_link_is(pair, spoil, names, expected, says):
    """By what both applications say; what could not be looked at is neither good nor bad."""
    spoil(pair)
    link = pair.only(*names)

    assert (
        link.state,
        link.far_side,
        codes(link),
        [one.severity for one in link.findings],
        [end.lozenge for end in link.ends],
    ) == expected
    assert says in link.reason


@pytest.mark.parametrize(
    ("type_id", "url", "expected", "says"),
    [
        # Nothing answers there, and nobody named it: it may be gone, down.
        (
            "bamboo",
            "{gone}",
            ("orphaned", ["orphaned", "not-asked"], "NETWORK ERROR"),
            "may be gone, down",
        ),
        # It has no address.
        ("bamboo", "", ("corrupted", ["corrupted"], None), "corrupted"),
        # It was not looked at.
        ("subversion", "http://svn.invalid", ("unknown-type", ["unknown-type"], None), "was not tried"),
        # Another server id answers at its address.
        ("confluence", "{wiki}", ("duplicated", ["duplicated"], "CONFIG ERROR"), "another link"),
    ],
)
def test_what_a_further_link_is(pair, type_id, url, expected, says):
    """Beside the one that works."""
    jira, address = pair["jira"], url.format(gone=pair.lab.closed_address(), wiki=pair["wiki"].url)
    jira.installed_types = jira.installed_types | {"subversion"}
    jira.links.add(StoredLink(SOMEBODY, type_id, "Further", address, address))
    link = next(link for link in pair.read().links if link.ends[0].link_id == SOMEBODY)

    assert (link.state, codes(link), link.ends[0].lozenge) == expected
    assert says in link.reason


def test_a_link_to_an_application_that_was_reinstalled_is_orphaned(pair):
    """Another server id answers at its address."""
    jira, wiki = pair["jira"], pair["wiki"]
    jira.links.remove(wiki.server_id)
    jira.link_by_hand(wiki, link_id=SOMEBODY)
    found = next(link for link in pair.read().links if link.key == f"jira/{SOMEBODY}")

    assert found.state == "orphaned"
    assert wiki.server_id in found.reason


def test_a_duplicate_of_an_application_that_was_not_named_is_one_too(pair):
    """By the address; which one is the right one is not made up."""
    address = pair.lab.closed_address()
    for number in (1, 2):
        pair["jira"].links.add(StoredLink(str(uuid.uuid4()), "bamboo", f"CI {number}", address, address))
    links = {link.state: link for link in pair.read().links if link.far.startswith("CI")}

    assert sorted(links) == ["duplicated", "orphaned"]
    assert "Only that application can show" in links["duplicated"].reason
    assert "applinks clean" not in links["duplicated"].findings[0].mend


def test_a_link_back_that_is_the_systems_is_no_missing_one(scene):
    """It was not looked at, so the other end is not called one-way."""
    jira, wiki = scene.start("jira", "jira"), scene.start("wiki", "confluence")
    jira.link_by_hand(wiki)
    wiki.system_link(jira)
    found = {link.near: link for link in scene.read().links}

    assert (found["jira"].state, codes(found["jira"])) == ("unknown", ["unknown"])
    assert "what wiki has under its id is the system's" in found["jira"].reason
    assert found["wiki"].state == "system"


def test_a_link_that_was_made_while_the_other_one_was_down(scene):
    """Its id was derived from the address; it is matched with the end that leads back anyway."""
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
    found = {link.state: link for link in pair.read().links if link.state != "working"}

    assert {state: link.ends[0].lozenge for state, link in found.items()} == {
        "system": "SYSTEM",
        "generic": "NON-ATLASSIAN",
        "oauth2": None,
    }
    assert {(link.far_side, link.findings) for link in found.values()} == {("none", ())}
    tried = [one.path for one in jira.requests.all("client") if "/status/" in one.path]
    assert tried == [f"/rest/applinks/3.0/status/{pair['wiki'].server_id}"]


def test_an_application_that_does_not_let_in_leaves_its_links_untold(pair):
    """The other end is named, and why nobody asked this one."""
    pair.environment["APPLINKS_WIKI_PASSWORD"] = "planted-password"
    estate = pair.read()
    wiki, (link,) = estate.application("wiki"), estate.links

    assert wiki is not None
    assert (wiki.asked, wiki.failure) == (False, "login")
    assert "planted" not in wiki.told
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
    """Who it is can be reported; its links can't."""
    wiki = pair.read("jira", more=(Named("wiki", pair["wiki"].url, credentials=credentials),)).application(
        "wiki"
    )

    assert wiki is not None
    assert wiki.seen is not None
    assert wiki.failure == "login"


def test_a_link_without_authentication_is_no_working_one(scene):
    """Requests over it are anonymous: somebody should know. Legacy authentication is not: with details its level is known."""
    scene.start("jira", "jira")
    scene.start("wiki", "confluence")
    scene.link("jira", "wiki", "none", "none")
    anonymous = scene.only()
    for one, other in (("jira", "wiki"), ("wiki", "jira")):
        scene[one].links[scene[other].server_id].give_trust()
    legacy, detailed = scene.only(), scene.only(details=True)

    assert (anonymous.state, codes(anonymous)) == ("no-authentication", ["no-authentication"])
    assert {end.lozenge for end in anonymous.ends} == {"DISABLED"}
    assert (legacy.state, codes(legacy)) == ("legacy", ["legacy"])
    assert {end.lozenge for end in legacy.ends} == {"DEPRECATED"}
    assert [(one.level, one.working) for one in legacy.directions] == [(None, None)] * 2
    assert [one.level for one in detailed.directions] == ["trusted-applications"] * 2


def test_details_tell_who_requests_run_as_and_what_is_beside_oauth(pair):
    """Only where they are asked for: they cost a request for each end. What an application says in clear is not in the estate."""
    link = pair["jira"].links[pair["wiki"].server_id]
    link.consumer.execute_as = "user"
    assert pair.only().ends[0].user_told is False
    end = pair.only(details=True).ends[0]
    assert (end.user_told, end.execute_as) == (True, "user")

    link.give_basic_access("reader", "planted-password")
    estate = pair.read(details=True)
    (found,) = estate.links
    assert "legacy" in codes(found)
    assert "basic-access" in found.ends[0].legacy_outgoing
    assert "planted-password" not in estate.as_json()
    assert "reader" not in estate.as_json()


@pytest.mark.parametrize("silent", [["jira"], ["jira", "wiki"]])
def test_a_status_that_does_not_come_in_time(pair, monkeypatch, silent):
    """Whether the link works is not known; what it is set to is, and the application that said so is not called unreachable."""
    monkeypatch.setattr(
        ApplicationClient, "_longest_answer", lambda _, request: 0.2 if request.asks_another else 30.0
    )
    for name in silent:
        pair[name].faults.add(Fault("GET", STATUS, kind="hang", times=9, origin="client"))
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


@pytest.mark.parametrize(
    ("here", "there", "expected", "says"),
    [
        # Whether it works is not known, and not made up.
        ("5", "5", ("unknown", ["unknown"], ["oauth", "oauth"]), "the version of jira does not report it"),
        ("3", "3", ("unknown", ["unknown"], ["oauth", "oauth"]), "the version of jira does not report it"),
        # The newer one says that they do not fit together.
        ("9", "3", ("not-working", ["not-working"], ["oauth", "oauth"]), "Update wiki"),
    ],
)
def test_versions_without_a_status_tell_their_levels(scene, here, there, expected, says):
    """And what a newer one says of them counts."""
    scene.start("jira", "jira", generation=here)
    scene.start("wiki", "confluence", generation=there)
    scene.link("jira", "wiki")
    link = scene.only()

    assert (link.state, codes(link), [one.level for one in link.directions]) == expected
    assert says in f"{link.reason} {link.findings[0].mend}"


def test_an_application_under_two_names_is_asked_once(pair):
    """The second one is named, and its links do not count twice."""
    estate = pair.read(more=(Named("again", pair.lab.proxy(pair["wiki"]), credentials="wiki"),))
    again = estate.application("again")

    assert [link.state for link in estate.links] == ["working"]
    assert again is not None
    assert again.failure == "same"
    assert "server id of wiki" in again.told


def test_the_order_is_that_of_the_names(scene):
    """Whoever answers first: two readings are the same, to the byte, except for their time."""
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
        ("identifying applications", 2),
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
