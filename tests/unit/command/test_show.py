"""`applinks show` and `applinks whoami`: one link, and one login for each application."""

from __future__ import annotations

import json

import pytest

from pulumi_applinks.command.exit_codes import ExitCode
from pulumi_applinks.estate import from_json
from tests.unit.command.conftest import flat
from tests.unit.command.test_status import stack_of


def test_one_link_with_everything_that_is_known(pair):
    """By its key or by its applications; both ends, in words and as JSON, and nothing is changed."""
    jira, wiki = pair["jira"], pair["wiki"]
    pair.start("ci", "bamboo")
    pair.link("jira", "ci")
    by_key = pair.run("show", f"wiki/{jira.server_id}")
    by_names = pair.run("show", "wiki", "jira")

    assert (by_key.code, by_key.err) == (by_names.code, "") == (ExitCode.DONE, "")
    assert by_key.out == by_names.out
    told = flat(by_key.out)
    assert "jira ⇄ wiki ✓ working" in told
    for end, other in ((jira, wiki), (wiki, jira)):
        assert f"/{other.server_id}" in told
        assert f"application URL {other.url}" in told
        assert f"page {end.admin_page}" in told
    assert "incoming oauth" in told
    assert "jira → wiki: oauth, works" in told
    assert "bamboo" not in told
    (link,) = from_json(pair.run("show", "jira", "wiki", "--json").out).links
    assert {end.application for end in link.ends} == {"jira", "wiki"}
    assert pair.untouched()


def test_a_link_with_a_finding_has_its_next_step_and_code(pair, tmp_path):
    """As in the status, and with the options of this command; the stack's resource is named."""
    (tmp_path / "state.json").write_text(stack_of(pair), encoding="utf-8")
    pair["wiki"].links.remove(pair["jira"].server_id)
    ran = pair.run("show", "jira", "wiki", "--stack", "state.json", apps=False)

    assert ran.code == ExitCode.FINDINGS
    assert "managed by: jira-wiki" in flat(ran.out)
    assert "pulumi up" in ran.out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["jira"], "give one key"),
        (["jira", "nobody"], "no application is named 'nobody'. Known: jira, wiki."),
        (["jira/1234"], "no link is named jira/1234"),
    ],
)
def test_what_is_no_link(pair, words, says):
    """On standard error, with what to give instead."""
    ran = pair.run("show", *words)

    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    assert says in flat(ran.err)


def test_whose_login_it_is_and_what_it_may_do(pair):
    """A system administrator, an administrator, nobody that is let in; nothing is changed by finding out."""
    pair.start("ci", "bamboo", user="admin")
    pair.start("git", "stash", user="user")
    pair.start("eye", "crowd", user=None)
    ran = pair.run("whoami")
    rows = {line.split()[0]: flat(line) for line in ran.out.splitlines() if line.split()}

    assert "sysadmin ✓ system administrator" in rows["jira"]
    assert "admin ! administrator" in rows["ci"]
    assert "user ✗ not an administrator" in rows["git"]
    assert "? not known" in rows["eye"]
    assert "APPLINKS_EYE_USERNAME" in ran.out
    assert ran.code == ExitCode.LOGIN
    told = {one["name"]: one for one in json.loads(pair.run("whoami", "--json").out)["applications"]}
    assert {name: one["rights"] for name, one in told.items()} == {
        "jira": "system-administrator",
        "wiki": "system-administrator",
        "ci": "administrator",
        "git": "none",
        "eye": "unknown",
    }
    for password in (value for key, value in pair.environment.items() if key.endswith("PASSWORD")):
        assert password not in ran.out + ran.err


def test_whose_token_it_is(pair):
    """Where the product says it; the others are asked nothing more."""
    pair.start("git", "stash", user="admin")
    pair.start("ci", "bamboo")
    for name, user in (("jira", "sysadmin"), ("wiki", "sysadmin"), ("git", "admin"), ("ci", "sysadmin")):
        for part in ("USERNAME", "PASSWORD"):
            del pair.environment[f"APPLINKS_{name.upper()}_{part}"]
        pair.environment[f"APPLINKS_{name.upper()}_TOKEN"] = pair.applications[name].users[user].tokens[0]
    ran = pair.run("whoami", "--json")
    told = {one["name"]: one["login"] for one in json.loads(ran.out)["applications"]}

    assert told == {
        "jira": "sysadmin (by token)",
        "wiki": "sysadmin (by token)",
        "git": "admin (by token)",
        "ci": "a token",
    }
    assert not [one for one in pair.applications["ci"].requests.all("client") if "whoami" in one.path]
