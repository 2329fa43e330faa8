"""What real installations answer, and what stands before them: what a user reads, and what is on both ends."""

import pytest

from pulumi_applinks.lab.applications import Fault, Lab, Mode, OAuth2Entry, StoredLink, Variants, id_of_url
from tests.acceptance.harness import Story, plans, says, says_not, working

pytestmark = pytest.mark.about_applications


def use_token(stack: Story, name: str, token: str) -> None:
    """Let the environment have a token in place of a user name and a password."""
    prefix = f"APPLINKS_{name.upper()}_"
    for part in ("USERNAME", "PASSWORD"):
        stack.environment.pop(prefix + part, None)
    stack.environment[prefix + "TOKEN"] = token


def use_password(stack: Story, name: str, application) -> None:
    """Let the environment have a user name and a password in place of a token."""
    stack.environment.pop(f"APPLINKS_{name.upper()}_TOKEN", None)
    stack.credentials(name, application)


def token_of(application) -> str:
    """A token of its system administrator."""
    found: str = application.users["sysadmin"].tokens[0]
    return found


def refused(stack: Story, *parts: str) -> None:
    """`up` fails, says this, and neither application has a link of the program."""
    told = stack.up(check=False)
    assert told.returncode != 0
    says(told, *parts)
    assert stack.resources() == []


def test_basic_authentication_is_switched_off_and_logins_fail(lab: Lab, stack: Story):
    """Jira 11 and Confluence 10 take tokens; a wrong login, also one that gets an answer of 200, changes and loses nothing."""
    jira, wiki = lab.start("jira", generation="11"), lab.start("confluence", generation="11")
    stack.credentials("jira", jira)
    stack.credentials("wiki", wiki)
    stack.watch(jira, wiki)
    stack.declare(jira, wiki)
    for name, application in (("JIRA", jira), ("WIKI", wiki)):
        refused(
            stack,
            "Basic authentication is switched off",
            f"personal access token of an administrator instead, as APPLINKS_{name}_TOKEN",
            f"/rest/applinks* and /rest/applinks-oauth* with PUT {application.url}/rest/basicauth/1.0/config",
            "Nothing was changed on either application",
        )
    use_token(stack, "jira", token_of(jira))
    use_token(stack, "wiki", "planted-wrong-token")
    refused(stack, f"target ({wiki.url}) refused", "the token is wrong or has expired", "APPLINKS_WIKI_TOKEN")
    assert not jira.requests.written() + wiki.requests.written()
    use_token(stack, "wiki", token_of(wiki))
    stack.up()
    assert stack.outputs()["status"] == "working"

    made = stack.project.export()["deployment"]["resources"]
    wiki.modes.remove("basic_off")
    wiki.modes.add("failed_login_goes_on")
    use_password(stack, "wiki", wiki)
    stack.environment["APPLINKS_WIKI_PASSWORD"] = "planted-wrong-password"
    for run in (stack.refresh, stack.destroy):
        told = run(check=False)
        assert told.returncode != 0
        says(told, f"({wiki.url}) refused", "The password or the token is wrong or has expired")
        assert [one["id"] for one in stack.resources()] == [
            one["id"] for one in made if "Link" in one["type"]
        ]
        assert wiki.server_id in jira.links
        assert jira.server_id in wiki.links
    says_not(told, "planted")
    use_password(stack, "wiki", wiki)
    stack.finish()


def test_a_secure_administrator_session(lab: Lab, stack: Story):
    """A token that an older version does not let through is right: the message says so, and a user name gets through."""
    jira = lab.start("jira", variants=Variants(websudo_for_tokens=True))
    wiki = lab.start("confluence")
    use_token(stack, "jira", token_of(jira))
    use_token(stack, "wiki", token_of(wiki))
    stack.watch(jira, wiki)
    stack.declare(jira, wiki)
    refused(
        stack,
        f"source ({jira.url}) needs a secure administrator session (websudo)",
        "an administrator's",
        "give a user name and a password",
    )
    assert wiki.server_id not in jira.links
    assert jira.server_id not in wiki.links
    use_password(stack, "jira", jira)
    stack.up()
    assert working(jira, wiki)
    stack.finish()


@pytest.mark.real_cli("`--continue-on-error`")
def test_applications_that_start(lab: Lab, stack: Story, jira):
    """Refused by default; one-way now, when asked; waited for when asked, whatever is answered meanwhile."""
    modes: dict[str, Mode] = {
        "confluence": "starting",
        "stash": "starting_503",
        "bamboo": "set_up",
        "crowd": "plugins_loading",
    }
    others = {kind: lab.start(kind, name=f"New {kind}") for kind in modes}
    stack.credentials("jira", jira)
    for kind, other in others.items():
        stack.credentials(kind, other)
    stack.watch(jira, *others.values())

    def declare_all(more: str) -> None:
        stack.program(
            f'jira = Application("{jira.url}", credentials="jira")\n'
            + "".join(
                f'ApplicationLink("{kind}", jira, Application("{other.url}", credentials="{kind}", kind="{kind}"{more})\n'
                for kind, other in others.items()
            )
        )

    for kind, other in others.items():
        other.modes.add(modes[kind])
    declare_all(")")
    told = stack.up("--continue-on-error", check=False)
    assert told.returncode != 0
    for kind, other in others.items():
        label = f"target ({other.url})"
        says(told, f"interface was found at {label}" if kind == "crowd" else f"{label} is not up yet")
    says(told, "Nothing was changed on either application", "set wait_for_target")
    assert not jira.requests.written()

    declare_all('), on_unreachable_create="one_way"')
    says(stack.up(), "does not answer", "one-way", "to complete it")
    assert all(id_of_url(other.url) in jira.links for other in others.values())
    assert stack.outputs("confluence")["status"] in ("one-way", "unreachable")

    for kind, other in others.items():
        other.modes.add(modes[kind], requests=4)
    declare_all("), wait_for_target=60")
    plans(stack.up(), update=4, replace=0)
    assert all(working(jira, other) for other in others.values())
    assert not any(id_of_url(other.url) in jira.links for other in others.values())
    stack.finish()


def test_a_firewall_and_a_single_sign_on(pair: Story, jira, wiki):
    """What stands before an application is not its word: there is a way round, or the advice is about what is there."""
    for application in (jira, wiki):
        application.modes.add("firewall")
    pair.declare(jira, wiki)
    pair.up()
    assert working(jira, wiki)
    made = pair.id()
    wiki.move()
    pair.declare(jira, wiki)
    plans(pair.up(), update=1, replace=0)
    link = jira.links[wiki.server_id]
    assert (link.rpc_url, link.display_url, pair.id()) == (wiki.url, wiki.url, made)
    assert working(jira, wiki)

    wiki.modes.add("single_sign_on")
    pair.declare(jira, wiki, target_more='name="Docs"')
    for told in (pair.up(check=False), pair.destroy(check=False), pair.refresh()):
        says(
            told,
            f"({wiki.url}) redirects",
            "Let the proxy or firewall pass /rest/applinks*",
            "api_url",
        )
        says_not(told, "set its URL to", "redirect_uri")
    assert pair.outputs()["status"] == "unreachable"
    assert (jira.links[wiki.server_id].name, jira.server_id in wiki.links) == ("Confluence", True)
    wiki.modes.remove("single_sign_on")
    pair.finish()


@pytest.mark.parametrize(("affinity", "lag"), [(True, None), (False, 3)], ids=["affinity", "taking-turns"])
def test_a_cluster_whose_nodes_lag(pair: Story, jira, wiki, affinity, lag):
    """Made, renamed, read and deleted on nodes that follow one another late: nothing is lost, nothing untrue is said."""
    nodes = [application.play_cluster(affinity=affinity, lag=lag) for application in (jira, wiki)]
    pair.declare(jira, wiki)
    pair.up()
    made = pair.id()

    def caught_up() -> tuple[bool, bool]:
        for cluster in nodes:
            cluster.catch_up()
        return wiki.server_id in jira.links, jira.server_id in wiki.links

    assert caught_up() == (True, True)
    assert working(jira, wiki)
    pair.declare(jira, wiki, target_more='name="Docs"')
    told = pair.up()
    plans(told, update=1, replace=0)
    says_not(told, "warning", "gone")
    assert caught_up() == (True, True)
    assert jira.links[wiki.server_id].name == "Docs"
    told = pair.refresh("--expect-no-changes")
    says_not(told, "gone", "deleted")
    assert (pair.id(), pair.outputs()["drift"], pair.outputs()["status"]) == (made, {}, "working")
    says_not(pair.destroy(), "left behind", "warning")
    assert caught_up() == (False, False)
    pair.is_gone()


def test_entries_of_oauth_2_and_a_resource_that_is_missing(lab: Lab, stack: Story):
    """They are no links: no duplicates, never touched. A list that answers 500 or redirects to the login page is read elsewhere."""
    jira, wiki = lab.start("jira", generation="10"), lab.start("confluence", generation="10", context_path="")
    stack.credentials("jira", jira)
    stack.credentials("wiki", wiki)
    stack.watch(jira, wiki)
    clients = [OAuth2Entry(f"0f1e2d3c4b5a69788796a5b4c3d2e1f{number}", "Wiki", wiki.url) for number in (0, 1)]
    jira.oauth2 += clients
    stack.declare(jira, wiki, 'on_duplicate="remove"')
    told = stack.up()
    says_not(told, "left over from", "other links", *(one.id for one in clients))
    assert stack.outputs()["source_link"]["duplicates"] == []
    assert stack.outputs()["source_link"]["other_entries"] == ["Wiki"]
    assert "other_entries" not in stack.outputs()["target_link"]
    stack.settles()

    jira.oauth2.append(OAuth2Entry("a-client-without-a-redirect", "Reports", None))
    stack.refresh("--expect-no-changes")
    jira.oauth2.pop()
    missing = Fault(
        "GET",
        "/rest/applinks/3.0/applinks",
        kind="redirect",
        location=f"{jira.context_path}/login.jsp",
        times=10**6,
    )
    jira.faults.add(missing)
    stack.declare(jira, wiki, 'on_duplicate="remove"', target_more='name="Docs"')
    plans(stack.up(), update=1, replace=0)
    assert jira.links[wiki.server_id].name == "Docs"
    assert working(jira, wiki)
    stack.finish()
    assert missing.times < 10**6
    assert jira.oauth2 == clients
    assert not [one for one in jira.requests.all() if any(client.id in one.path for client in clients)]


def test_a_link_with_basic_access(pair: Story, jira, wiki):
    """Its resource answers the stored password in clear: it is shown nowhere, that there is one is."""
    pair.gives_up(jira, jira.link_by_hand(wiki).id)
    jira.links[wiki.server_id].give_basic_access("planted-user", "planted-password")
    pair.declare(jira, wiki, 'on_existing="adopt"')
    told = pair.up()
    says(
        told,
        "legacy authentication in addition to what is declared",
        "It is: outgoing basic-access.",
        'on_legacy="remove"',
    )
    assert pair.outputs()["legacy"] == {"source": ["outgoing basic-access"]}
    runs = [told, pair.refresh(), pair.preview("--diff")]
    for run in runs:
        says_not(run, "planted-")
    assert "planted-" not in str(pair.project.export())
    assert jira.links[wiki.server_id].basic_access == ("planted-user", "planted-password")
    pair.finish()


def test_ids_that_are_taken_although_no_list_shows_them(pair: Story, jira, wiki):
    """A corrupted link, and one whose type's plugin is gone: the id and what to do are named, and the other end is as it was."""
    taken = StoredLink(jira.server_id, "jira", "Old Jira", jira.url, jira.url, corrupted=True)
    wiki.links.add(taken)
    pair.declare(jira, wiki)
    named = (
        "most likely that id is in use",
        "corrupted links, and links of a type whose plugin is gone",
        jira.server_id,
        f"target ({wiki.url})",
    )
    refused(pair, *named)
    assert wiki.server_id not in jira.links
    wiki.links[jira.server_id].corrupted = False
    wiki.installed_types -= {"jira"}
    refused(
        pair, "does not know applications of the type jira", "Without that type installed there", "“The type"
    )
    assert wiki.server_id not in jira.links
    assert jira.server_id in wiki.links
    wiki.installed_types |= {"jira"}
    wiki.links.remove(jira.server_id)
    pair.finish()


def test_a_manifest_that_only_a_login_may_read(pair: Story, jira, wiki):
    """Where the program says so, it is asked for with the login, and nothing else before it; a link that needs no look back is made."""
    jira.modes.add("manifest_needs_login")
    jira.requests.clear()
    manifest = "/rest/applinks/1.0/manifest"
    one_way = ("two_way=False", "authentication=NoAuthentication()")
    pair.declare(jira, wiki, *one_way)
    says(pair.up(check=False), "[applinks/manifest-needs-login]", "set manifest_needs_login on it")
    asked = [(one.method, one.path, one.user) for one in jira.requests.all("client")]
    assert set(asked) == {("GET", manifest, None)}

    jira.requests.clear()
    pair.declare(jira, wiki, *one_way, source_more="manifest_needs_login=True")
    pair.up()
    asked = [(one.method, one.path, one.user) for one in jira.requests.all("client")]
    assert asked[:2] == [("GET", manifest, None), ("GET", manifest, "sysadmin")]
    assert (jira.links[wiki.server_id].rpc_url, jira.server_id in wiki.links) == (wiki.url, False)
    assert pair.outputs()["status"] == "one-way"

    pair.declare(jira, wiki, source_more="manifest_needs_login=True")
    told = pair.up(check=False)
    assert told.returncode != 0
    says(told, f"at {jira.url} and found no application with applinks there")
    assert (jira.links[wiki.server_id].outgoing.level, jira.server_id in wiki.links) == ("none", False)
    jira.modes.remove("manifest_needs_login")
    pair.finish()


@pytest.mark.without("with_refresh", "it is about what a deletion says, and the refresh before it fails")
def test_an_application_that_takes_connections_and_never_answers(lab: Lab, stack: Story, jira, wiki):
    """It is waited for as long as the program says, reported for its own link, and the other link is read and deleted anyway."""
    stash = lab.start("stash")
    for name, application in (("jira", jira), ("wiki", wiki), ("code", stash)):
        stack.credentials(name, application)
    stack.watch(jira, wiki, stash)

    def declare_both(more: str = "") -> None:
        stack.program(
            f"""
            jira = Application("{jira.url}", credentials="jira")
            ApplicationLink("docs", jira, Application("{wiki.url}", credentials="wiki"){more})
            ApplicationLink("code", jira, Application("{stash.url}", credentials="code"))
            """
        )

    declare_both()
    stack.up()
    declare_both(", timeout_seconds=5")
    stack.up()
    silent = Fault("*", "*", "hang", times=10**6)
    wiki.faults.add(silent)
    stash.requests.clear()
    told = stack.refresh(check=False)
    assert told.returncode != 0
    says(told, f"target ({wiki.url})", "timeout_seconds", "The stack's state stays as it is")
    assert [stack.outputs(name)["status"] for name in ("docs", "code")] == ["working", "working"]
    assert f"/rest/applinks/3.0/status/{jira.server_id}" in [one.path for one in stash.requests.all("client")]
    told = stack.destroy(check=False)
    assert told.returncode != 0
    says(told, f"target ({wiki.url})", "The resource stays in the stack")
    assert [jira.server_id in one.links for one in (wiki, stash)] == [True, False]
    assert (wiki.server_id in jira.links, stash.server_id in jira.links) == (True, False)
    wiki.faults.clear()
    stack.finish()
