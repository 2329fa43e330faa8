"""The command `applinks`, as a user runs it: in a process of its own, beside a stack, on a terminal's signals."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pulumi_applinks.lab.applications import Application, Fault, Lab
from pulumi_applinks.rest import ANSWER_SECONDS
from tests.acceptance.harness import Story, link, plans, working
from tests.unit.lab_applications.conftest import link_both_ways
from tests.words import flat

PATIENCE = 60


def command(*words: str) -> list[str]:
    """The command's process. `sys.executable` is what the test starts it with, warm or cold."""
    return [sys.executable, "-m", "pulumi_applinks.command", *words]


def environment(*given: dict[str, str]) -> dict[str, str]:
    """A user's environment: nothing that this process happens to have, but what Python needs."""
    kept = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "LANG", "TMPDIR")}
    return {**kept, "PYTHONUTF8": "1", **{key: value for one in given for key, value in one.items()}}


def applinks(
    *words: str, env: dict[str, str], folder: Path, answer: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        command(*words),
        env=environment(env),
        cwd=folder,
        input=answer,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@contextmanager
def running(*words: str, env: dict[str, str], folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Run the command beside the test; it is ended with it."""
    process = subprocess.Popen(
        command(*words),
        env=environment(env, {"PYTHONUNBUFFERED": "1"}),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(PATIENCE)
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def lines_until(process: subprocess.Popen[str], part: str) -> str:
    """What it writes to standard output, up to a line with that in it."""
    assert process.stdout is not None
    found = ""
    for line in process.stdout:
        found += line
        if part in line:
            return found
    raise AssertionError(f"it ended without {part!r}: {found}")


def logins(**applications: Application) -> dict[str, str]:
    """The environment of somebody who administers these."""
    found = {}
    for name, application in applications.items():
        user = application.users["sysadmin"]
        found[f"APPLINKS_{name.upper()}_USERNAME"] = user.name
        found[f"APPLINKS_{name.upper()}_PASSWORD"] = user.password
    return found


@pytest.fixture
def linked(lab: Lab) -> tuple[Application, Application]:
    """A Jira and a Confluence that are linked by hand, and nothing else."""
    jira, wiki = lab.start("jira"), lab.start("confluence")
    link_both_ways(jira, wiki)
    return jira, wiki


def options(jira: Application, wiki: Application) -> list[str]:
    """The two on a command line."""
    return ["-a", f"jira={jira.url}", "-a", f"wiki={wiki.url}"]


def test_the_estate_of_a_stack(pair: Story, jira, wiki, tmp_path):
    """Its applications come from its state; its link works; what others made there is distinguished; nothing of it is removed."""
    pair.declare(jira, wiki)
    pair.up()
    state = json.dumps(pair.project.export())
    told = applinks("status", "--stack", "-", "--json", env=pair.environment, folder=tmp_path, answer=state)
    links = json.loads(told.stdout)["links"]
    by_state = {link["state"]: link for link in links if len(link["ends"]) == 2}

    assert [end["managed_by"] for end in by_state["working"]["ends"]] == ["jira-wiki", "jira-wiki"]
    assert {link["state"] for link in links if len(link["ends"]) == 1} == {"orphaned"}
    assert told.returncode == 1  # the neighbours' other ends were not named

    (tmp_path / "state.json").write_text(state, encoding="utf-8")
    key = by_state["working"]["ends"][0]
    refused = applinks(
        "clean",
        f"{key['application']}/{key['link_id']}",
        "--stack",
        "state.json",
        "--yes",
        env=pair.environment,
        folder=tmp_path,
    )
    assert refused.returncode == 2
    assert working(jira, wiki)
    pair.finish()


@pytest.mark.parametrize(
    "named", ["", ', module="company", name="Link"'], ids=["same-type", "type-of-its-own"]
)
@pytest.mark.about_applications
def test_a_class_of_ones_own_is_known_as_a_link(pair: Story, jira, wiki, tmp_path, named: str):
    """By what its resource holds: it is reported as managed, and is not removed while its target is down."""
    company = f"class CompanyLink(ApplicationLink{named}):\n    pass\n"
    pair.program(company + link(jira, wiki).replace("ApplicationLink(", "CompanyLink("))
    pair.up()
    (tmp_path / "state.json").write_text(json.dumps(pair.project.export()), encoding="utf-8")
    wiki.stop()
    told = applinks("status", "--stack", "state.json", "--json", env=pair.environment, folder=tmp_path)
    managed = [end for one in json.loads(told.stdout)["links"] for end in one["ends"] if end["managed_by"]]
    key = f"jira/{wiki.server_id}"
    refused = applinks("clean", key, "--yes", "--stack", "state.json", env=pair.environment, folder=tmp_path)

    assert [(one["application"], one["link_id"]) for one in managed] == [("jira", wiki.server_id)]
    assert (refused.returncode, "the given stack manages it, as jira-wiki" in flat(refused.stderr)) == (
        2,
        True,
    )
    assert wiki.server_id in jira.links
    wiki.start()
    pair.destroy()
    assert wiki.server_id not in jira.links
    pair.finished = True


def test_an_application_of_a_stack_moves(pair: Story, jira, wiki, tmp_path):
    """The patch is applied to the program, and `up` relocates; no link is recreated."""
    pair.declare(jira, wiki)
    pair.up()
    state, made, old = json.dumps(pair.project.export()), pair.id(), wiki.url
    wiki.move()
    folder = Path(pair.project.directory)
    told = applinks("move", old, wiki.url, "--stack", "-", env=pair.environment, folder=folder, answer=state)

    assert (told.returncode, told.stdout.count(wiki.url)) == (0, 1)
    subprocess.run(["git", "apply", "-"], input=told.stdout, text=True, cwd=folder, check=True)
    plans(pair.up(), update=1, replace=0)
    assert pair.id() == made
    assert working(jira, wiki)
    pair.finish()


@pytest.mark.passphrase
def test_a_stack_by_its_name(pair: Story, jira, wiki, engine):
    """Where the CLI is, its state is exported, and its configuration gives the credentials; else the message says what to give."""
    pair.declare(jira, wiki)
    pair.up()
    folder = Path(pair.project.directory)
    if engine == "embedded":
        missing = applinks("status", "--stack", "dev", env={"PATH": ""}, folder=folder)
        assert (missing.returncode, "`pulumi` is not on PATH" in missing.stderr) == (6, True)
        pair.finish()
        return
    login = {name: pair.environment.pop(f"APPLINKS_WIKI_{name.upper()}") for name in ("username", "password")}
    for name, value in login.items():
        pair.project.config_set(f"applinks:credentials.wiki.{name}", value, secret=True, path=True)
    own = pair.project.engine.variables(Path(pair.project.home).resolve())
    env = {**pair.environment, **own, "PULUMI_CONFIG_PASSPHRASE": pair.project.passphrase}
    told = applinks("status", "--stack", "dev", env=env, folder=folder)
    unknown = applinks("status", "--stack", "none", env=env, folder=folder)
    without = {key: value for key, value in env.items() if key != "PULUMI_CONFIG_PASSPHRASE"}
    for given, said in (
        (without, "passphrase must be set with PULUMI_CONFIG_PASSPHRASE"),
        ({**env, "PULUMI_CONFIG_PASSPHRASE": "another"}, "incorrect passphrase"),
    ):
        refused = applinks("status", "--stack", "dev", env=given, folder=folder)
        words = flat(refused.stdout)
        assert (refused.returncode, said in words) == (3, True)
        assert "those of the stack could not be read" in words
        assert "there are no credentials" not in words.lower()
    nowhere = applinks(
        "status", "--stack", "dev", env={**env, "PULUMI_BACKEND_URL": "file:///nowhere"}, folder=folder
    )
    assert (nowhere.returncode, "unable to open state directory" in flat(nowhere.stderr)) == (6, True)

    pair.environment |= {f"APPLINKS_WIKI_{name.upper()}": value for name, value in login.items()}
    assert "jira ⇄ wiki" in told.stdout
    assert "could not be asked: wiki" not in told.stdout
    assert login["password"] not in told.stdout + told.stderr
    assert unknown.returncode == 6
    assert "`pulumi stack export --stack none` ends with exit code 6 and says" in flat(unknown.stderr)
    pair.finish()


@pytest.mark.cold  # Python's own encoding is chosen when it starts
@pytest.mark.parametrize("format_", ["table", "json", "markdown"])
def test_a_terminal_that_takes_ascii_alone(linked, tmp_path, format_):
    """Marks and arrows have their like there; data is in UTF-8 anyway."""
    jira, wiki = linked
    wiki.links[jira.server_id].name = "Jürgens Jira"
    env = {**logins(jira=jira, wiki=wiki), "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        command("status", *options(jira, wiki), "--format", format_),
        env=environment(env),
        cwd=tmp_path,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, b"")
    if format_ == "table":
        assert b"+ working |jira <-> wiki |oauth + |oauth +" in done.stdout
        assert done.stdout.isascii()
    else:
        assert ("Jürgens Jira" if format_ == "json" else "jira ⇄ wiki") in done.stdout.decode("utf-8")


def test_a_picture_is_not_written_to_a_terminal(linked, tmp_path):
    """But to a file, that is named; text is."""
    terminal, screen = pty.openpty()
    env = environment(logins(jira=linked[0], wiki=linked[1]))
    told = ""
    for format_ in ("html", "mermaid"):
        words = command("map", *options(*linked), "--format", format_)
        done = subprocess.run(
            words,
            env=env,
            cwd=tmp_path,
            stdout=screen,
            stderr=subprocess.PIPE,
            text=True,
            timeout=PATIENCE,
            check=True,
        )
        told += done.stderr
    shown = os.read(terminal, 4096).decode("utf-8")
    os.close(screen)
    os.close(terminal)

    assert "Written to applinks-map.html." in told
    assert (tmp_path / "applinks-map.html").exists()
    assert shown.startswith("flowchart")


def test_whoever_stops_reading_ends_it(linked, tmp_path):
    """As `head` does: no traceback."""
    jira, wiki = linked
    with running(
        "status", *options(jira, wiki), env=logins(jira=jira, wiki=wiki), folder=tmp_path
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.wait(PATIENCE) != 0
        assert "Traceback" not in process.stderr.read()


def test_watching_shows_what_changes(linked, tmp_path):
    """The first reading, then what is new; an interruption ends it with the code of what was read last."""
    jira, wiki = linked
    watch = ("status", *options(jira, wiki), "--watch", "--every", "0.1")
    with running(*watch, env=logins(jira=jira, wiki=wiki), folder=tmp_path) as process:
        lines_until(process, "1 link: 1 working.")
        wiki.links[jira.server_id].consumer = None
        assert "not working" in lines_until(process, "1 link: 1 not working.")
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 4

    assert jira.requests.written() == wiki.requests.written() == []


def test_an_interruption_ends_it_at_once(linked, tmp_path):
    """Although an application does not answer; with the code for it, in a word, and nothing was changed."""
    jira, wiki = linked
    fault = wiki.hang()
    before = wiki.links.snapshot()
    jira.requests.clear()
    with running(
        "status", *options(jira, wiki), env=logins(jira=jira, wiki=wiki), folder=tmp_path
    ) as process:
        assert jira.requests.wait_for(1)
        process.send_signal(signal.SIGINT)
        assert process.wait(ANSWER_SECONDS / 3) == 8  # not only when the answer does not come in time
        assert process.stderr is not None
        assert process.stderr.read() == "error: interrupted.\n"
    fault.released.set()

    assert wiki.links.snapshot() == before


def test_an_interruption_of_an_import_ends_it_at_once(linked, tmp_path):
    """Although both ends of a link are being read, side by side."""
    jira, wiki = linked
    env = logins(jira=jira, wiki=wiki)
    assert applinks("import", "scan", *options(jira, wiki), env=env, folder=tmp_path).returncode == 0
    arrived = threading.Semaphore(0)
    for application in linked:
        application.faults.add(Fault("GET", "*/3.0/*", kind="hang", times=99, then=arrived.release))
    with running("import", "write", "--to", "there", env=env, folder=tmp_path) as process:
        assert all(arrived.acquire(timeout=PATIENCE) for _ in linked)
        process.send_signal(signal.SIGINT)
        assert process.wait(ANSWER_SECONDS / 3) == 8
    for application in linked:
        application.faults.clear()


def test_the_lab_is_there_to_play_with(tmp_path):
    """What it prints can be typed as it is; faults have names; an interruption stops it."""
    words = ("lab", "jira", "confluence@5", "jira@11", "--fault", "1=firewall")
    with running(*words, env={}, folder=tmp_path) as process:
        told = lines_until(process, "Running; Ctrl-C ends it.")
        exported = dict(re.findall(r"(APPLINKS_\w+)=(\S+)", told))
        (command,) = re.findall(r"^    applinks (status .*)$", told, re.M)
        ran = applinks(*command.split(), env=exported, folder=tmp_path)
        assert (ran.returncode, "3 applications, 0 links." in ran.stdout) == (0, True)
        assert len(re.findall(r"^    sysadmin  \S+  \S+", told, re.M)) == 3
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
