"""Every form of authentication: what is on both ends, and what a user then sees through the link."""

import pytest
import requests

from pulumi_applinks.lab.applications import (
    BASIC,
    THREE_LEGGED,
    TRUSTED,
    Application,
    Directory,
    Item,
    Lab,
)
from tests.acceptance.harness import Story, neighbours, plans, says, working

pytestmark = pytest.mark.about_applications

MINUTES = Item("the minutes", frozenset({"user"}))


def sees(here: Application, there: Application, user: str) -> list[str] | str:
    """What a user of one application sees of the other through the link."""
    admin = here.users["admin"]
    with requests.Session() as session:
        session.trust_env = False
        answer = session.get(
            f"{here.url}/rest/lab/1.0/through/{there.server_id}",
            params={"as": user},
            auth=(admin.name, admin.password),
            timeout=10,
        )
    found = answer.json()
    return found["items"] if "items" in found else str(found["error"])


def levels(here: Application, there: Application) -> tuple[str, str, str | None]:
    """Outgoing, incoming, execute-as, as stored on one end."""
    link = here.links[there.server_id]
    return link.outgoing.level, link.incoming.level, link.consumer.execute_as if link.consumer else None


def test_each_form_and_every_change_between_them(lab: Lab, stack: Story):
    """Three links take every form in turn; each change is an update on both ends, and changes what a user sees."""
    shared = Directory()
    jira = lab.start("jira", directory=shared)
    neighbours(lab, jira, "confluence", "stash")
    others = [lab.start(kind, directory=shared) for kind in ("confluence", "bamboo", "stash")]
    stack.credentials("all", jira)
    for other in others:
        other.content.items.append(MINUTES)
    stack.watch(jira, *others)
    forms = {
        "NoAuthentication()": ("none", "none", None),
        'NonImpersonating(execute_as="user")': ("oauth", "oauth", "user"),
        "Impersonating()": ("oauth-impersonation", "oauth-impersonation", None),
        "PerDirection(outgoing=NonImpersonating(), incoming=NoAuthentication())": ("oauth", "none", None),
        'PerDirection(outgoing=NoAuthentication(), incoming=NonImpersonating("admin"))': (
            "none",
            "oauth",
            "admin",
        ),
    }
    visible: dict[str, list[str] | str] = {}
    names = list(forms)
    # Each of the three links walks over the forms from another start and with another stride.
    for step in range(5):
        chosen = [names[(step * stride + start) % 5] for start, stride in ((0, 1), (1, 2), (2, 4))]
        stack.program(
            f'jira = Application("{jira.url}", credentials="all")\n'
            + "".join(
                f'ApplicationLink("link-{number}", jira, Application("{other.url}", credentials="all"), {form})\n'
                for number, (other, form) in enumerate(zip(others, chosen, strict=True))
            )
        )
        plans(stack.up(), **({"update": 3} if step else {"create": 4}))
        for other, form in zip(others, chosen, strict=True):
            outgoing, incoming, execute_as = forms[form]
            assert levels(jira, other)[:2] == (outgoing, incoming), form
            assert levels(other, jira)[:2] == (incoming, outgoing), form
            receiving = other if outgoing == "oauth" else jira if incoming == "oauth" else None
            if receiving is not None:
                assert levels(receiving, jira if receiving is other else other)[2] == execute_as, form
            if form != names[0]:
                assert working(jira, other), form
            visible[form] = sees(jira, other, "user")

    public, logged_in = ["a public page"], "a page for everybody who is logged in"
    assert visible[names[0]] == visible[names[3]] == visible[names[4]] == public
    assert visible[names[1]] == visible[names[2]] == [*public, logged_in, MINUTES.title]
    stack.finish()


def test_the_same_request_by_three_preconfigured_users(pair: Story, lab: Lab, jira, wiki):
    """The execute-as user decides what is seen, whoever is logged in: three users, three answers."""
    wiki.content.items.append(MINUTES)
    answers = {}
    for execute_as in ("None", '"user"', '"admin"'):
        pair.declare(
            jira,
            wiki,
            f"authentication=PerDirection(NonImpersonating(execute_as={execute_as}), NonImpersonating())",
        )
        pair.up()
        answers[execute_as] = sees(jira, wiki, "anybody")

    assert answers["None"] == ["a public page"]
    assert len(answers['"user"']) == 3
    assert len(answers['"admin"']) == 4
    pair.finish()


def test_impersonation_needs_a_system_administrator_on_both_ends(pair: Story, jira, wiki):
    """Known before anything is changed; and without a shared user base, a user whom the target does not know sees nothing."""
    pair.credentials("plain", wiki, "admin")
    pair.declare(jira, wiki, "authentication=Impersonating()", credentials=("jira", "plain"))
    told = pair.up(check=False)

    assert told.returncode != 0
    says(
        told,
        "Nothing was changed on either application",
        "OAuth with impersonation needs a system administrator on target",
    )
    says(told, "Give target.credentials of a system administrator")
    assert wiki.server_id not in jira.links
    pair.declare(jira, wiki, "authentication=Impersonating()")
    pair.up()
    assert working(jira, wiki)
    assert len(sees(jira, wiki, "user")) == 2
    assert sees(jira, wiki, "somebody of this Jira alone") == "401"
    pair.finish()


def test_levels_that_are_never_made_are_shown_by_name_and_replaced(pair: Story, lab: Lab, jira, wiki):
    """3LO only, trusted applications and basic access are read, shown, and replaced by OAuth."""
    stash = lab.start("stash")
    bamboo = lab.start("bamboo")
    pair.watch(stash, bamboo)
    pair.credentials("stash", stash)
    pair.credentials("bamboo", bamboo)
    pair.program(
        f"""
        jira = Application("{jira.url}", credentials="jira")
        ApplicationLink("jira-wiki", jira, Application("{wiki.url}", credentials="wiki"))
        ApplicationLink("jira-stash", jira, Application("{stash.url}", credentials="stash"))
        ApplicationLink("jira-bamboo", jira, Application("{bamboo.url}", credentials="bamboo"))
        """
    )
    pair.up()
    jira.links[wiki.server_id].outgoing_providers = {THREE_LEGGED}
    for level, other in ((TRUSTED, stash), (BASIC, bamboo)):
        for here, there in ((jira, other), (other, jira)):
            here.links[there.server_id].outgoing_providers = {level}
            here.links[there.server_id].consumer = None
            here.links[there.server_id].incoming_legacy = {level}

    shown = pair.refresh("--diff")
    says(shown, "oauth-3lo-only", "trusted-applications", "basic-access")
    assert pair.outputs("jira-stash")["source_link"]["incoming"] == "trusted-applications"
    plans(pair.up(), update=3)
    assert levels(jira, stash) == levels(bamboo, jira) == ("oauth", "oauth", None)
    assert not stash.links[jira.server_id].incoming_legacy
    assert working(jira, wiki)
    assert working(jira, stash)
    pair.finish()
