"""The table of codes: each is used, each error has one, and every message has its shape."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest

import pulumi_applinks
from pulumi_applinks.codes import Cause, Code
from pulumi_applinks.credentials import CredentialsError
from pulumi_applinks.lifecycle import LinkError
from pulumi_applinks.rest import ApplinksError, LoginError, Message, errors, summed, wrapped
from pulumi_applinks.rest.errors import Asked, Said
from pulumi_applinks.rest.message import WIDTH

ROOT = Path(pulumi_applinks.__file__).parent
SOURCES = [path for path in ROOT.rglob("*.py") if "lab" not in path.parts and path != ROOT / "codes.py"]
URL = "https://a-rather-long-name-of-a-host.department.example.com:8443/wiki"
ASKED = Asked(
    f"target ({URL})",
    "PUT",
    f"{URL}/rest/applinks/3.0/applinks/22222222-2222-4222-8222-222222222222",
    "setting the link's authentication",
    login="the credentials 'wiki' (user 'admin')",
)
LONG = "The application says a long sentence of which nobody knows what it is about. " * 4


def said(status: int, **more: Any) -> Said:
    """An answer that says much."""
    return Said(status, (LONG,), ("name", "rpcUrl"), **more)


ERRORS: list[ApplinksError] = [
    *(errors.NotSendable(ASKED, cause, "No file") for cause in Cause if cause.code is Code.NOT_SENDABLE),
    errors.NoLogin(ASKED, Message(Code.CREDENTIALS_MISSING, "there are none", do="Give some.")),
    *(errors.UnknownHost(ASKED, known) for known in (True, False)),
    errors.ConnectionRefused(ASKED),
    errors.TimedOut(ASKED, 5, connecting=True),
    errors.TimedOut(ASKED, 5, connecting=False),
    errors.ConnectionLost(ASKED),
    errors.ConnectionLost(Asked("source", "GET", "http://a", "reading its links"), reason="RetryError"),
    errors.NoWay(ASKED, "Network is unreachable"),
    *(errors.TlsFailure(ASKED, kind, "bad") for kind in get_args(errors.TlsProblem)),
    errors.DeadlineExceeded(ASKED, sent=True),
    *(errors.ProxyFailure(ASKED, status) for status in (None, 407, 503)),
    errors.ProxyFailure(ASKED, 407, named=False),
    errors.Refused(ASKED, said(418)),
    errors.Invalid(ASKED, said(400)),
    errors.NotAuthenticated(Asked("source", "GET", URL, "reading its links"), said(401)),
    errors.NotAuthenticated(
        Asked("source", "GET", URL, "identifying the application", identifying=True), said(401)
    ),
    *(
        errors.NotAuthenticated(ASKED, said(401, login_reason=reason))
        for reason in (*get_args(errors.LoginReason), None)
    ),
    errors.NotPermitted(ASKED, said(403)),
    errors.BasicAuthenticationOff(ASKED, said(403)),
    errors.WebSudoRequired(ASKED, said(401)),
    errors.WebSudoRequired(ASKED, said(401, login_reason="rights")),
    errors.NotFound(ASKED, said(404)),
    errors.Conflict(ASKED, said(409)),
    *(
        errors.RelocationNotReachable(ASKED, said(409), f"{one}://new.example.com")
        for one in ("http", "https")
    ),
    errors.ConsumerUnavailable(ASKED, said(409)),
    errors.Throttled(ASKED, said(429, retry_after=3.0)),
    errors.ServerFault(ASKED, said(500)),
    errors.ServerFault(ASKED, said(502)),
    errors.ConsumerFault(ASKED, said(500)),
    errors.IdTaken(ASKED, said(500), "22222222-2222-4222-8222-222222222222"),
    errors.OnlyByHand(ASKED, "GET /page answered 200", f"{URL}/page", "22222222", "none", "oauth"),
    errors.NotUpYet(ASKED, said(503)),
    errors.NotApplinks(ASKED, said(404)),
    *(errors.NotTheApplication(ASKED, said(status)) for status in (200, 401, 403, 405, 500)),
    errors.NotLetIn(ASKED, said(401)),
    errors.RedirectedElsewhere(ASKED, "https://sso.example.com/login"),
    errors.RedirectedElsewhere(ASKED, "https://new.example.com/rest/applinks/1.0/manifest"),
    errors.RedirectedElsewhere(ASKED, "http://new.example.com/rest/applinks/1.0/manifest"),
    errors.RedirectedElsewhere(ASKED, URL.replace("https", "http")),
    errors.UnexpectedAnswer(ASKED, "is not a list of links"),
]


def classes(root: type[Any]) -> Iterator[type[Any]]:
    """A class of this package and all below it."""
    yield root
    for below in root.__subclasses__():
        if below.__module__.startswith("pulumi_applinks."):
            yield from classes(below)


def test_every_error_of_the_rest_room_is_told_of_here():
    """Each class but those that only gather others."""
    gathering = {ApplinksError, errors.Answered, errors.CouldNotAsk, errors.NotUnderstood}

    assert set(classes(ApplinksError)) - {type(error) for error in ERRORS} == gathering


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_the_shape_of_an_error(error: ApplinksError):
    """What failed on which application, with the code; a reason a line; the next step; the request last; no line is too long."""
    first, *others = re.sub(r"\n    +", " ", str(error)).split("\n")

    assert re.search(r"(target \(https|source)", first)
    assert re.search(r" \[applinks/[a-z-]+\]$", first)
    assert all(line.startswith("  ") for line in others)
    assert [line[:7] for line in others if line.startswith("  Fix: ")] == ["  Fix: "]
    assert others[-1].startswith("  Request: ")
    assert others[-2].startswith("  Fix: ")
    assert max(len(line) for line in str(error).split("\n")) <= WIDTH
    assert not re.search(r"\['|\(\w+, \)|None", str(error))


def test_what_an_error_says_is_said_once_in_one_line_too():
    """The one line of an output has the same sentences."""
    error = errors.UnknownHost(ASKED)
    assert error.told.flat == (
        f"target ({URL}) cannot be found. The name service of this machine does not know "
        f"a-rather-long-name-of-a-host.department.example.com:8443. Check the URL for typing errors, and the name service. ({ASKED.line})"
    )


def rows_in(source: str) -> Iterator[tuple[str, str]]:
    """The rows of the table that a module names: as `Code.X` or `Cause.X`, or as `codes.Code.X` where another `Code` is at home."""
    plain = "from pulumi_applinks.codes import" in source
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            of = ast.unparse(node.value)
            if of == "codes.Code" or (of in ("Code", "Cause") and plain):
                yield of.rpartition(".")[2], node.attr


def test_every_row_is_used():
    """Nothing of the table is left over, and nothing is made up beside it."""
    used = {row for path in SOURCES for row in rows_in(path.read_text(encoding="utf-8"))}

    assert {name for of, name in used if of == "Cause"} == {cause.name for cause in Cause}
    by_itself = {name for of, name in used if of == "Code"}
    assert by_itself | {cause.code.name for cause in Cause} == {code.name for code in Code}


def test_rows_are_short_and_say_what_to_do():
    """A code stands once; what it means, what is left as it was, and what to do are sentences, of the code or of each of its causes."""
    names = [code.code for code in Code]
    caused = {cause.code for cause in Cause}

    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", name) for name in names)
    assert all(
        text.endswith(".") for code in set(Code) - caused for text in (code.meaning, code.left, code.do)
    )
    sentences = [one for cause in Cause for one in (*cause.why, cause.do)]
    assert all(one.endswith((".", "{correction}")) for one in sentences)
    assert all(sentences)


def test_every_cause_is_one_of_an_error_here():
    """So that each of its facts is known."""
    assert {error._row() for error in ERRORS if not isinstance(error, errors.NoLogin)} == set(Cause)


def test_every_error_that_is_told_has_a_message():
    """And what goes to the engine's log goes through one door, with a code."""
    assert LoginError(Code.CREDENTIALS_MISSING, "x", "Do.").told.code is Code.CREDENTIALS_MISSING
    assert issubclass(CredentialsError, LoginError)
    assert LinkError(Message(Code.FAULT, "x")).told.code is Code.FAULT
    doors = [
        (path.name, line.strip())
        for path in SOURCES
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"log\.warn|_send\.get\(\)|_engine\.say", line)
    ]
    assert sorted(doors) == [
        ("messages.py", '(pulumi.log.info if severity == "info" else pulumi.log.warn)(text)'),
        ("messages.py", '_send.get()("warning", str(failed))'),
        ("messages.py", "_send.get()(severity, str(self.brief(told)))"),
        ("provider.py", "pulumi.log.warn(fault())"),
        (
            "servicer.py",
            "with messages.sent_by(lambda severity, text: self._engine.say(severity, text, urn)):",
        ),
    ]


def test_one_message_of_several():
    """One is reported in the first line, several are listed."""
    one = Message(Code.NAME_TAKEN, "one", ("Because.",), do="Go.", request="GET /")
    two = Message(Code.REMAINS, "two")

    assert (
        str(summed("no", [one])) == "no: one [applinks/name-taken]\n  Because.\n  Fix: Go.\n  Request: GET /"
    )
    assert str(summed("no", [one, two])) == (
        "no: 2 reasons [applinks/several-reasons]\n  - one [applinks/name-taken]\n      Because.\n      Fix: Go.\n      Request: GET /\n"
        "  - two [applinks/remains-of-a-link]"
    )
    assert list(summed("no", [one, two]).all) == [one, two]
    again = replace(one, why=("Because of that, too.",))
    assert str(summed("no", [one, again, one])) == (
        "no: one [applinks/name-taken]\n  Because.\n  Because of that, too.\n  Fix: Go.\n  Request: GET /"
    )
    assert list(one.also(parts=[two]).all) == [one.also(parts=[two]), two]


def test_a_command_is_not_broken():
    """A person copies it as a whole; what is no sentence stays whole, too."""
    command = "`pulumi config set --secret --path applinks:credentials.jira.password`"
    lines = wrapped(f"{'word ' * 25}{command} {'word ' * 10}").split("\n")

    assert len(lines) == 2
    assert lines[1].startswith(f"  {command}")
    assert wrapped("x" * 200) == "x" * 200


def test_nothing_steers_a_terminal():
    """Whatever part of a message it is in."""
    bad = "a\x1b[2Jb\nc"
    told = str(Message(Code.FAULT, bad, (bad,), bad, bad, bad, parts=(Message(Code.FAULT, bad),)))

    assert all(line.isprintable() for line in told.split("\n"))
    assert len(told.split("\n")) == 6
