"""`applinks status`: what a person reads, what a program reads, and the exit code."""

from __future__ import annotations

import json
import re
import sys
from xml.etree import ElementTree

import pytest

from pulumi_applinks.command.exit_codes import ExitCode
from pulumi_applinks.estate import from_json
from pulumi_applinks.lab.applications import Fault, StoredLink
from tests.unit.command.conftest import flat
from tests.unit.estate.scene import SOMEBODY
from tests.unit.estate.test_sources import resource, state


def test_all_is_well(pair):
    """One line for the link, how many there are, and 0; nothing on standard error."""
    ran = pair.run("status")
    (line,) = [line for line in ran.out.splitlines() if "jira ⇄ wiki" in line]

    assert line.split() == ["✓", "working", "jira", "⇄", "wiki", "oauth", "✓", "oauth", "✓"]
    assert ran.out.startswith("2 applications, 1 link: 1 working.\n")
    assert [line for line in ran.out.splitlines() if line.endswith(" ")] == []
    assert f"CONNECTED jira/{pair['wiki'].server_id}" in flat(pair.run("status", "--wide").out)
    assert (ran.code, ran.err) == (ExitCode.DONE, "")
    assert pair.untouched()


def test_a_finding_says_what_mends_it(pair):
    """Under it, in one piece, so that it can be copied; and the code for findings."""
    pair["wiki"].links.remove(pair["jira"].server_id)
    ran = pair.run("status", env={"COLUMNS": "60"})
    mend = f"If nobody needs it: applinks clean {' '.join(pair.options())} jira/{pair['wiki'].server_id}"

    assert "! one way: jira has a link to wiki, and wiki has no link back." in flat(ran.out)
    assert any(mend in line for line in ran.out.splitlines())
    assert ran.code == ExitCode.FINDINGS


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_the_table_fits_the_terminal(pair, columns):
    """However long the names are; names of links and commands alone are not broken, so that they can be copied."""
    pair["jira"].links.add(
        StoredLink(SOMEBODY, "bamboo", "A name " * 30, "http://ci.invalid", "http://ci.invalid")
    )
    ran = pair.run("status", env={"COLUMNS": str(columns), "FORCE_COLOR": "1"})
    lines = [re.sub(r"\x1b\[[\d;]*m", "", line) for line in ran.out.splitlines()]
    table = lines[next(number for number, line in enumerate(lines) if line.startswith("STATE")) :]

    assert max(map(len, table)) <= columns
    assert "".join(table).count("A") >= 30
    assert (
        max(len(line) for line in lines if not line.startswith("    →") and SOMEBODY not in line) <= columns
    )


def test_what_could_not_be_looked_at_is_another_code(pair):
    """Neither clean nor a finding; who it was is reported."""
    pair["wiki"].stop()
    ran = pair.run("status")

    assert ran.code == ExitCode.FAILED
    assert "could not be asked: wiki (1 link)" in ran.out
    assert (
        ran.out.count("jira ⇄ wiki") + ran.out.count("jira → wiki") == 2
    )  # below the cause, and in the table
    assert "refuses connections" in ran.out


def test_what_could_not_be_looked_at_counts_before_what_was_found(pair):
    """A pipeline that knows its findings must not take this for them."""
    pair["jira"].links.add(StoredLink(SOMEBODY, "bamboo", "CI", "", ""))
    pair["wiki"].stop()

    assert pair.run("status").code == ExitCode.FAILED


def test_an_answer_that_is_not_the_documented_one_is_not_clean(pair):
    """A list that is a page, a status that breaks off."""
    for path in ("/rest/applinks/3.0/applinks", "/rest/applinks/3.0/status/*"):
        fault = pair["jira"].faults.add(Fault("GET", path, kind="garbage", times=99, origin="client"))
        assert pair.run("status").code == ExitCode.FAILED
        fault.times = 0
    assert pair.run("status").code == ExitCode.DONE


def without_login(pair):
    """Nothing in the environment for the Confluence."""
    del pair.environment["APPLINKS_WIKI_PASSWORD"], pair.environment["APPLINKS_WIKI_USERNAME"]


@pytest.mark.parametrize(
    ("spoil", "words", "code", "says"),
    [
        (
            lambda pair: pair.environment.update(APPLINKS_WIKI_PASSWORD="planted"),
            [],
            ExitCode.LOGIN,
            "wiki (",
        ),
        (without_login, [], ExitCode.LOGIN, "Set APPLINKS_WIKI_USERNAME and APPLINKS_WIKI_PASSWORD"),
        (lambda pair: pair["wiki"].hang(), ["--timeout", "1"], ExitCode.TIMEOUT, "wiki ("),
    ],
)
def test_why_an_application_could_not_be_asked_has_its_code(pair, spoil, words, code, says):
    """As Pulumi's own: a login, or the time that was given."""
    fault = spoil(pair)
    ran = pair.run("status", *words)
    if fault is not None:
        fault.released.set()

    assert ran.code == code
    assert says in flat(ran.out)
    assert "planted" not in ran.out + ran.err


def test_the_word_of_one_end_is_enough_when_that_is_said(pair):
    """Where the other application was not named; not where it could not be asked."""
    only = ["-a", f"jira={pair['jira'].url}"]

    assert pair.run("status", *only, apps=False).code == ExitCode.FAILED
    assert pair.run("status", *only, "--allow-not-named", apps=False).code == ExitCode.DONE
    pair["wiki"].stop()
    assert pair.run("status", "--allow-not-named").code != ExitCode.DONE


def test_data_goes_to_standard_output_alone(pair):
    """As JSON it can be read back; what could not be asked is said on standard error, too."""
    pair["wiki"].stop()
    ran = pair.run("status", "--json")

    assert [one.name for one in from_json(ran.out).applications] == ["jira", "wiki"]
    assert "Could not be asked: wiki (" in ran.err
    assert pair.run("status", "--json", "-q").err == ""


@pytest.mark.parametrize(
    ("format_", "read"),
    [
        ("json", from_json),
        ("sarif", json.loads),
        ("junit", ElementTree.fromstring),
        ("markdown", lambda text: text.index("| jira ⇄ wiki | working |")),
    ],
)
def test_each_format_is_what_it_says(pair, format_, read):
    """And has nothing else in it."""
    ran = pair.run("status", "--format", format_)

    read(ran.out)
    assert ran.code == ExitCode.DONE


def test_no_secret_is_told(pair):
    """Neither those of the environment, nor what an application shows in clear text of a link with basic access."""
    pair["jira"].links[pair["wiki"].server_id].give_basic_access("planted-reader", "planted-password")
    ran = [
        pair.run("status", "-v", *words)
        for words in ([], ["--json"], ["--format", "sarif"], ["--format", "junit"])
    ]
    ran += [pair.run("doctor", *words) for words in ([], ["--ticket"], ["--json"])]
    told = "".join(one.out + one.err for one in ran)
    secrets = [pair[name].users["sysadmin"].password for name in ("jira", "wiki")]

    assert "legacy" in told
    assert not [one for one in ("planted-reader", "planted-password", *secrets) if one in told]


def test_findings_alone(pair):
    """Of many links, those that need a remark; more about the reading where that is wanted."""
    pair["wiki"].link_by_hand(pair["jira"], link_id=SOMEBODY, name="Old Jira")
    ran = pair.run("status", "--findings", "-v")

    assert "✓ working" not in ran.out
    assert "! duplicated" in ran.out
    assert "2 links" in ran.out
    assert "7 requests to 2 applications." in ran.err


def test_colours_are_for_terminals_that_want_them(pair):
    """No word is reported by a colour alone."""
    coloured = pair.run("status", env={"FORCE_COLOR": "1"})
    plain = pair.run("status", env={"FORCE_COLOR": "1", "NO_COLOR": "1"})

    assert "\x1b[32m" in coloured.out
    assert "\x1b[32m" not in plain.out
    assert "\x1b[" not in pair.run("status").out


def test_a_person_sees_how_far_it_is(pair):
    """On a terminal, on standard error; not where nobody looks, nor where nobody wants to."""
    seen = pair.run("status", env={"FORCE_COLOR": "1"})
    quiet = pair.run("status", "-q", env={"FORCE_COLOR": "1"})

    assert "trying the links" in seen.err
    assert quiet.err == ""


def test_applications_of_a_file(pair, tmp_path):
    """By its name, or the one that is there."""
    lines = "".join(f"  {one.name}: {one.url}\n" for one in pair.named())
    (tmp_path / "applinks.yaml").write_text(f"applications:\n{lines}", encoding="utf-8")

    assert pair.run("status", apps=False).code == ExitCode.DONE
    (tmp_path / "applinks.yaml").rename(tmp_path / "other.yaml")
    assert pair.run("status", "-f", "other.yaml", apps=False).code == ExitCode.DONE


def stack_of(pair, **changes):
    """The state of a stack with the link."""
    jira, wiki = pair["jira"], pair["wiki"]
    ids = {"link_id": wiki.server_id, "source_server_id": jira.server_id, "target_server_id": wiki.server_id}
    source, target = {"url": jira.url, "credentials": "jira"}, {"url": wiki.url, "credentials": "wiki"}
    return state(resource(source=source, target=target, **ids, **changes))


def test_applications_of_a_stack(pair, tmp_path):
    """Of a file, or of what `pulumi stack export` writes to standard input."""
    (tmp_path / "state.json").write_text(stack_of(pair), encoding="utf-8")

    assert "jira ⇄ wiki" in pair.run("status", "--stack", "state.json", apps=False).out
    ran = pair.run("status", "--stack", "-", apps=False, answer=stack_of(pair))
    assert ("jira ⇄ wiki" in ran.out, ran.code) == (True, ExitCode.DONE)


def test_who_manages_a_link_is_told(pair, tmp_path):
    """Where a remark is needed."""
    (tmp_path / "state.json").write_text(stack_of(pair), encoding="utf-8")
    pair["wiki"].links[pair["jira"].server_id].consumer = None
    ran = pair.run("status", "--stack", "state.json", apps=False)

    assert "managed by jira-wiki" in ran.out
    assert "`pulumi up`: jira-wiki is brought to what the program says." in flat(ran.out)


@pytest.mark.parametrize("words", [[], ["--json"], ["--findings"], ["--format", "junit"]])
def test_a_managed_link_that_is_gone_is_a_finding(pair, tmp_path, words):
    """Whatever is written: no other exit code than that of a link that does not work."""
    (tmp_path / "state.json").write_text(stack_of(pair), encoding="utf-8")
    pair["jira"].links.remove(pair["wiki"].server_id)
    pair["wiki"].links.remove(pair["jira"].server_id)
    ran = pair.run("status", "--stack", "state.json", *words, apps=False)

    assert ran.code == ExitCode.FINDINGS
    assert "jira and wiki were asked, and neither has it." in flat(ran.out)
    assert "`pulumi up`: jira-wiki recreates it." in flat(ran.out)


CLI = """\
#!{python}
import sys
if "export" in sys.argv:
    print(open({state!r}).read())
    sys.exit({exported})
sys.stderr.write({said!r})
sys.exit({configured})
"""


@pytest.mark.parametrize(
    ("said", "quoted"),
    [
        ("error: incorrect passphrase\n", "'error: incorrect passphrase'"),
        ("warning: a newer version\nerror: \x1b[31mno login\n  see above\n", "'error: [31mno login'"),
        ("it broke\n\n", "'it broke'"),
        ("", "ends with exit code 1, and says nothing"),
    ],
)
def test_what_the_cli_says_is_told(pair, tmp_path, said, quoted):
    """Where credentials are missing because a stack's configuration could not be read; a name that the environment has needs none."""
    (tmp_path / "state.json").write_text(stack_of(pair), encoding="utf-8")
    cli = tmp_path / "pulumi"
    values = {"state": str(tmp_path / "state.json"), "exported": 0, "configured": 1, "said": said}
    cli.write_text(CLI.format(python=sys.executable, **values), encoding="utf-8")
    cli.chmod(0o755)
    path = {"PATH": str(tmp_path)}
    assert pair.run("status", "--stack", "dev", apps=False, env=path).code == ExitCode.DONE
    for part in ("USERNAME", "PASSWORD"):
        del pair.environment[f"APPLINKS_WIKI_{part}"]
    ran = pair.run("status", "--stack", "dev", apps=False, env=path)

    assert ran.code == ExitCode.LOGIN
    assert (
        "The environment has no credentials named 'wiki', and those of the stack could not be read"
        in flat(ran.out)
    )
    assert "`pulumi config get applinks:credentials --stack dev` ends with exit code 1" in flat(ran.out)
    assert quoted in flat(ran.out)
    cli.write_text(CLI.format(python=sys.executable, **{**values, "exported": 3}), encoding="utf-8")
    assert pair.run("status", "--stack", "dev", apps=False, env=path).code == ExitCode.STACK


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ([], ExitCode.USAGE, "no application is named"),
        (["-a", "jira"], ExitCode.USAGE, "no application is named"),
        (
            ["-a", "jira=https://j.example.com", "-a", "wiki"],
            ExitCode.USAGE,
            "no application is named 'wiki'. Known: jira.",
        ),
        (["--state", "broken"], ExitCode.USAGE, "no link has the state 'broken'"),
        (["-f", "missing.yaml"], ExitCode.USAGE, "missing.yaml can't be read"),
        (["--stack", "-"], ExitCode.STACK, "not the state of a stack"),
        (["--watch", "--json", "-a", "jira=https://j.example.com"], ExitCode.USAGE, "--watch shows a table"),
        (["--nonsense"], ExitCode.USAGE, "No such option"),
    ],
)
def test_what_is_wrong_with_the_command_line_is_told(scene, words, code, says):
    """On standard error, with the code for it, and what to give instead."""
    ran = scene.run("status", *words, apps=False)

    assert ran.code == code
    assert says in flat(ran.err)
    assert ran.out == ""


def test_a_cause_is_said_once(scene):
    """One application that is down, and two without credentials: each cause once, with the links that it explains."""
    for name, type_id in {"jira": "jira", "wiki": "confluence", "ci": "bamboo", "git": "stash"}.items():
        scene.start(name, type_id)
    for name in ("jira", "ci", "git"):
        scene.link(name, "wiki")
    scene.link("jira", "git")
    scene["wiki"].stop()
    for name in ("CI", "GIT"):
        del scene.environment[f"APPLINKS_{name}_USERNAME"], scene.environment[f"APPLINKS_{name}_PASSWORD"]
    ran = scene.run("status", "--summary")

    assert ran.out.count("refuses connections") == 1
    assert flat(ran.out).count("no credentials named") == 1
    assert "could not be asked: ci, git (1 link)" in ran.out
    assert "The same is true of git" in ran.out
    assert "STATE" not in ran.out


def test_only_some_links(pair):
    """By their state, and by their application: the counts, the table and the code are about those alone."""
    pair.start("ci", "bamboo")
    pair.link("jira", "ci")
    pair["ci"].links.remove(pair["jira"].server_id)
    everything = pair.run("status")
    one_way = pair.run("status", "--state", "one-way")
    of_wiki = pair.run("status", "-a", "wiki")

    assert "2 links: 1 one way, 1 working" in everything.out
    assert everything.out.index("jira → ci") < everything.out.index("jira ⇄ wiki"), "the worst first"
    assert ("1 link: 1 one way" in one_way.out, one_way.code) == (True, ExitCode.FINDINGS)
    assert ("1 link: 1 working" in of_wiki.out, of_wiki.code) == (True, ExitCode.DONE)
    assert [link.state for link in from_json(pair.run("status", "-a", "wiki", "--json").out).links] == [
        "working"
    ]


def test_how_much_of_it_a_stack_manages(pair, tmp_path):
    """One line, one number, and a column."""
    (tmp_path / "state.json").write_text(stack_of(pair), encoding="utf-8")
    pair.start("ci", "bamboo")
    pair.link("jira", "ci")
    ran = pair.run("status", "--stack", "state.json")

    assert "The stack manages 1 of 2 links (50%)." in ran.out
    managed = {line.split()[2:5:2][1]: line.split()[-1] for line in ran.out.splitlines() if " ⇄ " in line}
    assert managed == {"wiki": "yes", "ci": "no"}
    assert from_json(pair.run("status", "--stack", "state.json", "--json").out).coverage == 0.5
    assert (
        "The stack manages 1 of 1 link (100%)."
        in pair.run("status", "--stack", "state.json", "-a", "wiki").out
    )
    assert from_json(pair.run("status", "--json").out).coverage is None


def test_a_link_of_the_system_is_one(pair):
    """Both applications list it, and it is shown once."""
    for one, other in (("jira", "wiki"), ("wiki", "jira")):
        entry = pair[one].links[pair[other].server_id]
        pair[one].links.remove(entry.id)
        pair[one].links.add(
            StoredLink(entry.id, entry.type_id, entry.name, entry.display_url, entry.rpc_url, system=True)
        )
    ran = pair.run("status")

    assert "1 link: 1 system" in ran.out
    assert "jira ⇄ wiki" in ran.out
