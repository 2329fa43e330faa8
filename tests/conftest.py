"""What every suite shares: the long form of the reliability suites, and the table of what they tried."""

from __future__ import annotations

import compileall
import gc
import os
import shutil
import signal
import sys
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import settings

import pulumi_applinks
from pulumi_applinks.lab.applications import Lab
from tests import warm
from tests.engines import runs_on

# Programs are rewritten between runs, often within a second and at the same length, which is all that compiled files are compared by.
os.environ["PYTHONDONTWRITEBYTECODE"] = "1"

# The official installer puts the CLI there. A shell that was started before does not have that on its PATH.
INSTALLED = Path.home() / ".pulumi" / "bin"
if shutil.which("pulumi") is None and (INSTALLED / "pulumi").is_file():
    os.environ["PATH"] = os.pathsep.join((os.environ["PATH"], str(INSTALLED)))

pytest_plugins = ["pulumi_applinks.testing"]

PACKAGE = Path(pulumi_applinks.__file__).parent
TRIED = "tried"

Case = TypeVar("Case")

Tried = Callable[[str, str], None]
"""Notes one trial: what was tried, and how it ended."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The flags of `make soak`."""
    group = parser.getgroup("reliability")
    group.addoption("--soak", action="store_true", help="run the reliability suites in their long form")
    group.addoption(
        "--soak-minutes",
        metavar="N",
        type=float,
        default=10.0,
        help="how long each search of the long form continues",
    )
    group.addoption("--every-engine", action="store_true", help="run each story on every engine there is")
    group.addoption(
        "--with-refresh", action="store_true", help="add --refresh to each `up` and `destroy` of the stories"
    )
    group.addoption(
        "--with-run-program",
        action="store_true",
        help="add --run-program to each `refresh` and `destroy` of the stories",
    )
    group.addoption(
        "--with-plugin", action="store_true", help="run the stories with the plugin, on the Pulumi CLI"
    )
    group.addoption("--tried", metavar="FILE", help="write the table of what was tried to a file too")


def pytest_configure(config: pytest.Config) -> None:
    """The long form looks for what nobody has seen yet, and for longer; everything else is the same each time."""
    soak = config.getoption("--soak")
    settings.register_profile(
        "suite", derandomize=not soak, max_examples=100 if soak else 50, print_blob=True
    )
    settings.load_profile("suite")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Give every process of the tests the same start."""
    # A shell ignores SIGINT for what it runs in the background, and so would the processes that tests send it to.
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    # Each engine process and each plugin would compile the package again, at three times the time that its start takes.
    if not hasattr(session.config, "workerinput"):
        compileall.compile_dir(PACKAGE, quiet=1)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Each test on the engines that play it; of a table marked `sampled` a part; what takes minutes first, so that nothing waits for it."""
    every = config.getoption("--every-engine") or config.getoption("--with-plugin")
    seen = set[tuple[str, str, str]]()
    chosen = [
        (item, runs_on(item, every=every) and (config.getoption("--soak") or _is_sampled(item, seen)))
        for item in items
    ]
    config.hook.pytest_deselected(items=[item for item, runs in chosen if not runs])
    items[:] = sorted(
        (item for item, runs in chosen if runs),
        key=lambda item: item.get_closest_marker("takes_minutes") is None,
    )


def _is_sampled(item: pytest.Item, seen: set[tuple[str, str, str]]) -> bool:
    """Whether a case of a table is in the sample: each value of each parameter is, and of the other cases the same ones in each run."""
    marker, spec = item.get_closest_marker("sampled"), getattr(item, "callspec", None)
    if marker is None or spec is None:
        return True
    values = {(item.nodeid.partition("[")[0], name, repr(value)) for name, value in spec.params.items()}
    new = not values <= seen
    if new or zlib.crc32(item.nodeid.encode()) % marker.args[0] == 0:
        seen |= values
        return True
    return False


def pytest_collection_finish() -> None:
    """What was collected stays to the end: no garbage collection need look at it again."""
    gc.freeze()


@pytest.fixture(scope="session")
def strict_mypy(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The flags of mypy for programs of users. What it knows of the packages is shared, as long as all are run with these alone."""
    folder = tmp_path_factory.getbasetemp()
    cache = (folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "mypy"
    return ["--strict", "--cache-dir", str(cache), "--config-file", ""]


@pytest.fixture(scope="session")
def warm_python() -> Iterator[str]:
    """A `python` whose processes start in no time."""
    # The address of a socket has to be short.
    with tempfile.TemporaryDirectory(prefix="warm-") as folder, warm.interpreter(Path(folder)) as path:
        yield path


@pytest.fixture
def warm_start(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the engines' processes start warm, unless the test is marked `cold`."""
    if request.node.get_closest_marker("cold") is None:
        monkeypatch.setattr(sys, "executable", request.getfixturevalue("warm_python"))


@pytest.fixture
def passphrase(request: pytest.FixtureRequest) -> bool:
    """Whether the test is marked `passphrase`."""
    return request.node.get_closest_marker("passphrase") is not None


@pytest.fixture
def lab() -> Iterator[Lab]:
    """A network of its own."""
    with Lab() as network:
        yield network


@pytest.fixture(scope="session")
def soak(pytestconfig: pytest.Config) -> bool:
    """Whether the suites run in their long form."""
    return bool(pytestconfig.getoption("--soak"))


@pytest.fixture
def sample(request: pytest.FixtureRequest, soak: bool) -> Callable[[Iterable[Case]], list[Case]]:
    """Gives all cases in the long form, and in the short one every third, other ones for each test."""
    turn = zlib.crc32(request.node.nodeid.encode())
    return lambda cases: list(cases) if soak else list(cases)[turn % 3 :: 3]


@pytest.fixture(scope="session")
def search_seconds(pytestconfig: pytest.Config, soak: bool) -> float | None:
    """How long a search continues in the long form; nothing in the short one, where it is bounded by a count."""
    return 60 * float(pytestconfig.getoption("--soak-minutes")) if soak else None


@pytest.fixture
def tried(record_property: Callable[[str, object], None]) -> Tried:
    """Counts a trial for the table that is printed after the run."""
    # Plain values: what a worker of xdist reports has to fit into its messages.
    counts: dict[str, dict[str, int]] = {}

    def note(what: str, ended: str) -> None:
        if what not in counts:
            counts[what] = {}
            record_property(TRIED, [what, counts[what]])
        counts[what][ended] = counts[what].get(ended, 0) + 1

    return note


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print one line for each thing that was tried, and how many stories did not run because there is no CLI."""
    without = sum(
        "`pulumi` is not on PATH" in str(report.longrepr)
        for report in terminalreporter.stats.get("skipped", ())
    )
    if without:
        terminalreporter.write_line(
            f"{without} stories did not run on the real engine: `pulumi` is neither on PATH nor in {INSTALLED}."
        )
    rows: dict[str, Counter[str]] = {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", "") != "call":
                continue
            for name, value in report.user_properties:
                if name == TRIED:
                    rows.setdefault(value[0], Counter()).update(value[1])
    if not rows:
        return
    lines = [
        f"{what:44} {', '.join(f'{count} {ended}' for ended, count in sorted(counts.items()))}"
        for what, counts in sorted(rows.items())
    ]
    terminalreporter.section("what was tried, and how it ended")
    for line in lines:
        terminalreporter.write_line(line)
    file = terminalreporter.config.getoption("--tried")
    if file:
        Path(file).write_text("\n".join(lines) + "\n", encoding="utf-8")
