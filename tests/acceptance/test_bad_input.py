"""What bad input gets: a message that names the property or the application and what to do, and nothing left behind."""

from typing import NamedTuple

import pytest

from pulumi_applinks.lab.applications import Fault, Lab
from tests.acceptance.harness import Story, says, says_not


class Mistake(NamedTuple):
    """A link as it is declared, and what the preview says of it."""

    link: str
    said: tuple[str, ...]


MISTAKES = [
    Mistake(
        'Application("/jira", credentials="jira"), Application("http://admin:hunter2@wiki", credentials="wiki", kind="wiki")',
        (
            "source.url",
            "not an absolute http or https URL",
            "target.url",
            "has a user or a password in it",
            "target.kind",
            "give one of jira, confluence, stash,",
        ),
    ),
    Mistake(
        'Application("{jira}/a b", credentials="jira"), Application("{wiki}", credentials="wiki"), NonImpersonating("")',
        (
            "source.url",
            "has a blank, a line break",
            "authentication.outgoing.execute_as",
            "authentication.incoming.execute_as",
            "give the name of a user",
        ),
    ),
    Mistake(
        'Application("{jira}", credentials="jira"), Application("{jira}/", credentials="docs")',
        ("target.url", "cannot be linked with itself", "APPLINKS_DOCS_USERNAME"),
    ),
    Mistake(
        'Application("{jira}", credentials="jira"), Application("{wiki}")',
        ("target.credentials", "an administrator of the target is needed", "set two_way=False"),
    ),
    Mistake(
        'Application("{jira}", credentials="jira"), Application("{wiki}"), NonImpersonating(), two_way=False',
        ("authentication", "omit authentication"),
    ),
]


@pytest.mark.parametrize(
    "mistake",
    [MISTAKES[0], *(pytest.param(one, marks=pytest.mark.about_applications) for one in MISTAKES[1:])],
    ids=["form", "empty", "itself", "no-credentials", "one-way-oauth"],
)
def test_what_can_be_known_in_a_preview_is_said_there(pair: Story, jira, wiki, mistake):
    """Each mistake is reported under its property, those of one link together, and nobody is asked anything."""
    link = mistake.link.format(jira=jira.url, wiki=wiki.url)
    pair.program(f'ApplicationLink("jira-wiki", {link})')
    told = pair.preview(check=False)

    assert told.returncode != 0
    says(told, *mistake.said)
    says_not(told, "hunter2")
    assert jira.requests.all("client") == wiki.requests.all("client") == []
    pair.is_gone()


PROGRAMS_MISTAKES = {
    'authentication="oauth"': "'jira-wiki': authentication is of type str; give NoAuthentication(), NonImpersonating(...), Impersonating()",
    "authentication=NonImpersonating": "authentication is the class NonImpersonating, without the brackets that make one",
    "authentication=PerDirection(NonImpersonating(), Impersonating)": "authentication.incoming is the class Impersonating",
    "opts=ResourceOptions(import_='a/b')": 'adopt the link with on_existing="adopt" instead',
    "opts=ResourceOptions(delete_before_replace=False)": "delete_before_replace=False is not supported",
}


@pytest.mark.parametrize("argument", PROGRAMS_MISTAKES)
@pytest.mark.parametrize("engine", ["embedded"], indirect=True)
def test_what_python_can_tell_is_told_where_the_program_says_it(pair: Story, jira, wiki, argument):
    """A value of another type, a class instead of an instance, and options that are not supported."""
    pair.declare(jira, wiki, argument)
    told = pair.preview(check=False)

    assert told.returncode != 0
    says(told, PROGRAMS_MISTAKES[argument])
    pair.is_gone()


@pytest.mark.real_cli("`--continue-on-error`")
def test_what_only_an_application_can_tell_is_said_before_anything_is_changed(
    stack: Story, lab: Lab, jira, wiki
):
    """Each link of one program fails for its own reason, with the application's name, and leaves nothing."""
    strange = lab.start("bamboo", tls="untrusted")
    linked = lab.start("stash")
    jira.link_by_hand(linked)
    docs = lab.start("confluence", name="Docs")
    stack.watch(jira, wiki, docs, linked, strange)
    stack.environment["RES_OPTIONS"] = "timeout:1 attempts:1"
    stack.credentials("jira", jira)
    stack.credentials("wiki", wiki)
    stack.credentials("plain", docs, "user")
    stack.credentials("wrong", wiki)
    stack.environment["APPLINKS_WRONG_PASSWORD"] = "not the password"
    stack.credentials("linked", linked)
    stack.credentials("strange", strange)
    targets = {
        "no-such-host": ("http://no-such-host.invalid", "wiki"),
        "refused": (lab.closed_address(), "wiki"),
        "untrusted": (strange.url, "strange"),
        "wrong-password": (wiki.url, "wrong"),
        "no-administrator": (docs.url, "plain"),
        "no-applinks": (lab.start_other("no_applinks"), "wiki"),
        "login-page": (lab.start_other("html"), "wiki"),
        "redirect": (lab.start_other("redirect", to=wiki.url), "wiki"),
        "linked": (linked.url, "linked"),
    }
    stack.program(
        f'jira = Application("{jira.url}", credentials="jira")\n'
        + "".join(
            f'ApplicationLink("{name}", source=jira, target=Application("{url}", credentials="{credentials}"))\n'
            for name, (url, credentials) in targets.items()
        )
    )
    told = stack.up("--continue-on-error", check=False)

    assert told.returncode != 0
    says(
        told,
        "does not know no-such-host.invalid",
        "refuses connections",
        "is not signed by an authority that this machine trusts",
    )
    says(
        told,
        "REQUESTS_CA_BUNDLE",
        "refused the credentials 'wrong' (user 'sysadmin')",
        "Correct the credentials in the environment (APPLINKS_WRONG_USERNAME and APPLINKS_WRONG_PASSWORD)",
    )
    says(
        told,
        "does not allow reading its links with the credentials 'plain' (user 'user')",
        "of an administrator",
    )
    says(
        told,
        "no application links interface was found at",
        "something answers in its place",
        "“Log in”",
        "redirects from",
    )
    says(
        told,
        "is already linked with target",
        'set on_existing="adopt"',
        "Nothing was changed on either application",
    )
    for application in (jira, wiki, docs, linked):
        changing = [one for one in application.requests.all("client") if one.method in ("PUT", "DELETE")]
        assert changing == []
    stack.is_gone()


INCOMING_AS = "authentication=PerDirection(NonImpersonating(), NonImpersonating('{user}'))"
OUTGOING_AS = "authentication=PerDirection(NonImpersonating('{user}'), NonImpersonating())"


@pytest.mark.parametrize(
    ("direction", "user", "said"),
    [
        (
            INCOMING_AS,
            "nobody-there",
            "has no user 'nobody-there' (Jira) [applinks/user-missing] Incoming requests would run as that user.",
        ),
        (OUTGOING_AS, "nobody-there", "has no user 'nobody-there' (Confluence)"),
        (OUTGOING_AS, "sysadmin", "the user 'sysadmin' is a system administrator on target"),
    ],
)
@pytest.mark.about_applications
def test_a_user_that_requests_can_not_run_as(pair: Story, jira, wiki, direction, user, said):
    """Looked up where its product says, since no application checks it: refused before anything is changed."""
    pair.declare(jira, wiki, direction.format(user=user))
    told = pair.up(check=False)

    assert told.returncode != 0
    says(told, said, "Nothing was changed on either application")
    assert not [one for one in (*jira.requests.written(), *wiki.requests.written()) if one.origin == "client"]
    pair.is_gone()


def test_what_can_not_be_known_of_a_user_is_said_once(pair: Story, jira, wiki):
    """Jira says that a user exists and is active, and of no right."""
    pair.declare(jira, wiki, INCOMING_AS.format(user="user"))
    told = pair.up()
    says(
        told,
        f"could not check on {jira.url} that the user 'user' is not a system administrator [applinks/user-not-known]",
        "Fix: Check that user",
    )
    pair.finish()


@pytest.mark.about_applications
def test_what_fails_half_way_is_undone(pair: Story, jira, wiki):
    """The last write is refused: the message is clear, and both ends are as before."""
    pair.declare(jira, wiki, INCOMING_AS.format(user="user"))
    jira.faults.add(Fault("PUT", "*/authentication/consumer", status=400, origin="client"))
    told = pair.up(check=False)

    assert told.returncode != 0
    says(told, "letting incoming requests run as 'user' failed: source (")
    says(told, "What this run had changed before was undone on ")
    pair.is_gone()
