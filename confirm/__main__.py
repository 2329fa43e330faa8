"""`make confirm`: compares what is known about the interface with two real applications. docs/confirm.md says how."""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FrameType

import requests

from confirm import fixtures, report
from confirm.facts import FACTS, concerning
from confirm.instance import Instance, NotAnApplication
from confirm.reading import read
from confirm.scrub import Leak, Scrubber
from confirm.trial import PutBack
from confirm.writing import NotTried, write
from pulumi_applinks.credentials import CredentialsError, NamedCredentials
from pulumi_applinks.rest import normalised_url

CONFIRMED, CONTRADICTED, NOT_RUN, LEFT, INTERRUPTED = 0, 1, 2, 3, 130


def main(environment: Mapping[str, str]) -> int:
    """Check the facts, report the results, and restore everything.

    Args:
        environment: the environment variables.

    Returns:
        0 if nothing was contradicted, 1 if something was, 2 if the check could not run, 3 if something could not be restored, 130 if it
        was interrupted and everything was restored.
    """
    try:
        source, target = (_instance(role, environment) for role in ("source", "target"))
        new_url = (
            _url("CONFIRM_TARGET_NEW_URL", environment) if environment.get("CONFIRM_TARGET_NEW_URL") else None
        )
        source.introduce()
        target.introduce()
        if source.id == target.id:
            raise NotAnApplication("source and target are the same application")
    except (ValueError, CredentialsError, NotAnApplication) as error:
        print(f"make confirm: {error}", file=sys.stderr)
        return NOT_RUN
    writes = environment.get("CONFIRM_WRITE") == "1"
    code, left = _looked(source, target, new_url, writes)
    for here in (source, target):
        for fact in concerning(here.type_id, here.generation):
            unwritten = fact.writes and not writes
            here.miss(
                fact.id, "takes CONFIRM_WRITE=1" if unwritten else "what comes before it was not answered"
            )
        here.results = {name: here.results[name] for name in FACTS if name in here.results}
    scrubber = Scrubber((source, target), [new_url] if new_url else [])
    try:
        _saved(environment, (source, target), scrubber, writes, len(left))
    except (Leak, OSError) as error:
        print(f"make confirm: {error}", file=sys.stderr)
        code = code or NOT_RUN
    if left:
        print("\nThis could not be put back:\n" + "\n".join(f"  {one}" for one in left), file=sys.stderr)
        return LEFT
    contradicted = any(
        one.verdict == "contradicted" for here in (source, target) for one in here.results.values()
    )
    return code or (CONTRADICTED if contradicted else CONFIRMED)


def _looked(source: Instance, target: Instance, new_url: str | None, writes: bool) -> tuple[int, list[str]]:
    """Check everything. Return the exit code so far, and what could not be restored."""
    put_back = PutBack()
    code = 0
    with _ended_like_by_a_key():
        try:
            for here, there in ((source, target), (target, source)):
                print(f"Reading the {here.role} …", flush=True)
                read(here, there)
            if writes:
                print("Making, changing, breaking and removing a link …", flush=True)
                write(source, target, new_url, put_back)
        except NotTried as found:
            print(f"make confirm: no link was tried: {found}", file=sys.stderr)
            code = NOT_RUN
        except requests.RequestException as error:
            print(f"make confirm: an application no longer answers: {type(error).__name__}", file=sys.stderr)
            code = NOT_RUN
        except KeyboardInterrupt:
            print("\nInterrupted.", file=sys.stderr)
            code = INTERRUPTED
        finally:
            with _not_interrupted():
                if put_back.steps:
                    print("Putting everything back …", flush=True)
                left = put_back.all()
    return code, left


def _instance(role: str, environment: Mapping[str, str]) -> Instance:
    url = _url(f"CONFIRM_{role.upper()}_URL", environment)
    login = NamedCredentials(environment).login(role)
    if login is None:
        raise ValueError(f"there are no credentials for the {role}")
    return Instance(role, url, login)


def _url(variable: str, environment: Mapping[str, str]) -> str:
    url = environment.get(variable, "")
    if not url.startswith(("http://", "https://")):
        raise ValueError(f"set {variable} to the base URL of an application; docs/confirm.md says how")
    return normalised_url(url)


def _saved(
    environment: Mapping[str, str],
    instances: tuple[Instance, Instance],
    scrubber: Scrubber,
    wrote: bool,
    left: int,
) -> None:
    day = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    content = report.record(instances, scrubber, wrote=wrote, day=day, left=left)
    text = scrubber.checked(json.dumps(content, indent=2) + "\n")
    names = "-".join(f"{here.type_id}-{here.version}" for here in instances)
    file = Path(environment.get("CONFIRM_FILE") or f"confirm-{day}-{names}.json")
    file.write_text(text, encoding="utf-8")
    print(report.table(instances))
    print(f"\n{file} holds this without secrets, names and hosts. Please attach it to an issue.")
    if environment.get("CONFIRM_FIXTURES"):
        folder = Path(environment["CONFIRM_FIXTURES"])
        print(f"{folder} holds {fixtures.save(folder, instances, scrubber)} answers, scrubbed.")


@contextlib.contextmanager
def _ended_like_by_a_key() -> Iterator[None]:
    """Treat SIGTERM like Ctrl-C, so that everything is restored then too."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextlib.contextmanager
def _not_interrupted() -> Iterator[None]:
    """Ignore interruptions. This ends in any case, because each request has a time limit."""
    before = [(one, signal.signal(one, signal.SIG_IGN)) for one in (signal.SIGINT, signal.SIGTERM)]
    try:
        yield
    finally:
        for one, handler in before:
            signal.signal(one, handler)


if __name__ == "__main__":
    sys.exit(main(os.environ))
