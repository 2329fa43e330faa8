"""The checks on each call of the engine, in every suite: each error is true, and logins go only to identified applications.

- An error says that nothing was changed only if no write of that call was carried out.
- It says that something was undone or left unchanged only if every link that it does not name is as before: name, addresses, levels,
  user and whether it is primary.
- It names every link that a write of that call changed and that is not as before: by its id, or by its application in the list of changes
  that stay. What it calls deleted is gone; what it calls changed, or still there, is so.
- The first request of an operation to an address is for the manifest, without a login. No login goes to an application that has not
  identified itself in this operation, or that is not the one that the state has for that address. The exception is the manifest, if the
  program says that it needs a login and the address has not changed.
"""

from __future__ import annotations

import functools
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from werkzeug import Request, Response

from pulumi_applinks import hooks
from pulumi_applinks.codes import Code
from pulumi_applinks.credentials import CredentialsError
from pulumi_applinks.hooks import Hooks
from pulumi_applinks.lab.applications import Application
from pulumi_applinks.lab.applications.calls import ORIGIN_HEADER
from pulumi_applinks.lab.applications.dispatch import Dispatcher, Exchange
from pulumi_applinks.lifecycle import LinkError
from pulumi_applinks.messages import TOLD
from pulumi_applinks.rest import ApplinksError
from tests.reliability.books import shown, standing
from tests.words import flat

HEADER = "X-Lab-Call"
"""The header that identifies, for the lab, the call of the engine that a request belongs to."""

NOTHING = re.compile("nothing was changed", re.IGNORECASE)
CHANGED = re.compile(r"link (\S+) on (?:source|target) \((\S+)\) might have changed")
AS_BEFORE = re.compile("undone|as before|as it (?:is|was)", re.IGNORECASE)

_RECORDED = re.compile(r"The link (\S+) on \w+ \(\S+\) points to (\S+) again, as the stack has recorded\.")
_DELETED = re.compile(r"The link (\S+) on \w+ \(\S+\) was deleted")

Links = dict[str, dict[str, Any]]


@dataclass
class HookCall:
    """One call of the engine.

    Args:
        operation: the operation of the engine that it belongs to.
        known: for each address, the server id in the state.
        trusted: the addresses whose manifest needs a login according to the program.
        writes: the writes of this call that were carried out.
        before: for each application, its links and the number of writes before this call first tried to write there.
    """

    operation: object
    known: Mapping[str, str] = field(default_factory=dict)
    trusted: frozenset[str] = frozenset()
    writes: list[tuple[Application, str]] = field(default_factory=list)
    before: dict[Application, tuple[Links, int]] = field(default_factory=dict)


class Witness:
    """Observes each request on both sides: in the client and in the application."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self._lock = threading.Lock()
        self._call: ContextVar[HookCall | None] = ContextVar("call", default=None)
        self._calls: dict[str, HookCall] = {}
        self._asked: set[tuple[object, str]] = set()
        self._identified: set[tuple[object, str]] = set()
        self._writers: dict[Application, list[HookCall]] = {}

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Observe everything in this context; a call of the engine that breaks a rule raises `AssertionError`."""
        with ExitStack() as patched:
            put = patched.enter_context
            put(mock.patch.object(Dispatcher, "respond", self._answering(Dispatcher.respond)))
            put(mock.patch.object(Dispatcher, "carry_out", self._carrying_out(Dispatcher.carry_out)))
            put(mock.patch.object(HTTPAdapter, "send", self._sending(HTTPAdapter.send)))
            for name in ("create", "read", "update", "delete", "diff"):
                put(mock.patch.object(Hooks, name, self._called(name, getattr(Hooks, name))))
            for name in ("create", "read", "update", "delete"):
                put(mock.patch.object(hooks, name, self._telling(getattr(hooks, name))))
            yield

    # The calls of the engine

    def _called(self, name: str, hook: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(hook)
        def called(provider: Hooks, *arguments: Any) -> Any:
            known = {} if name == "create" else _known(arguments[1], arguments[-1])
            call = HookCall(provider, known, _trusted(arguments[min(1, len(arguments) - 1)], arguments[-1]))
            with self._lock:
                self._calls[str(id(call))] = call
            token = self._call.set(call)
            try:
                return hook(provider, *arguments)
            finally:
                self._call.reset(token)
                wrong, self.wrong = self.wrong, []
                if wrong:
                    raise AssertionError("\n".join(wrong))

        return called

    def _telling(self, operate: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(operate)
        def told(*arguments: Any) -> Any:
            try:
                return operate(*arguments)
            except TOLD as error:
                call = self._call.get()
                assert call is not None
                problems = [*self.unlike(call, flat(error)), *self.unnamed(call, error)]
                self.wrong += [f"{problem}; it said: {error}" for problem in problems]
                raise

        return told

    def unlike(self, call: HookCall, told: str) -> Iterator[str]:
        """The untrue statements of an error.

        Args:
            call: the call that failed.
            told: the error message.
        """
        if NOTHING.search(told) and call.writes:
            yield f"{[what for _, what in call.writes]} was carried out"
        for link_id, url in CHANGED.findall(told) if "[applinks/login-" not in told else ():
            for application, (before, _) in call.before.items():
                answers = application.running and not any(
                    one.method != "PUT" for one in application.faults._faults
                )
                if (
                    application.url == url
                    and answers
                    and before.get(link_id) == _links(application).get(link_id)
                ):
                    yield f"the link {link_id} on {application} is as it was"
        if not AS_BEFORE.search(told):
            return
        # For such a link, only the address was not read before.
        recorded = dict(_RECORDED.findall(told))
        told = _RECORDED.sub("", told)
        for application, (before, writes) in call.before.items():
            now, ours = _links(application), {what.rpartition("/")[2] for _, what in call.writes}
            alone = all(writer is call for writer in self._writers.get(application, [])[writes:])
            for link_id in sorted({*before, *now} if alone else ours):
                was, is_ = before.get(link_id), now.get(link_id)
                if link_id in recorded and was and is_:
                    was = {**was, "rpc_url": recorded[link_id], "display_url": is_["display_url"]}
                if link_id not in told and _compared(was, alone=alone) != _compared(is_, alone=alone):
                    yield f"the link {link_id} on {application} was {was} and is {is_}"

    def unnamed(self, call: HookCall, error: LinkError | ApplinksError | CredentialsError) -> Iterator[str]:
        """The changes of a call that its error does not name, and the untrue entries in the error's list of leftovers.

        Args:
            call: the call that failed.
            error: the error.
        """
        told, stays = flat(error), flat(error.told.changed)
        for application, (before, _) in call.before.items():
            now = _links(application)
            written = [what for one, what in call.writes if one is application]
            for link_id in sorted({*before, *now}):
                was, is_ = (_compared(links.get(link_id), alone=False) for links in (before, now))
                named = link_id in told or application.url in stays
                if was != is_ and not named and any(link_id in what for what in written):
                    yield f"the link {link_id} on {application} was {was} and is {is_}, and is not named"
            left = error.left if isinstance(error, LinkError) else ()
            for leftover in left:
                if application.url not in leftover.end.label or leftover.state.startswith("might"):
                    continue
                was, is_ = before.get(leftover.link_id), now.get(leftover.link_id)
                untrue = is_ is None if leftover.code is Code.NOT_DELETED else was == is_
                if untrue:
                    yield f"the link {leftover.link_id} on {application} {leftover.state}: it was {was} and is {is_}"
            for link_id in _DELETED.findall(told):
                if link_id in now and application.url in _after(told, link_id):
                    yield f"the link {link_id} on {application} is there"

    # Requests

    def _sending(self, send: Callable[..., requests.Response]) -> Callable[..., requests.Response]:
        def sending(
            adapter: HTTPAdapter, request: requests.PreparedRequest, **more: Any
        ) -> requests.Response:
            call = self._call.get()
            if call is not None:
                parts = urlsplit(str(request.url))
                address, path = parts.netloc, parts.path
                login = "Authorization" in request.headers
                with self._lock:
                    first = (call.operation, address) not in self._asked
                    self._asked.add((call.operation, address))
                if first and (login or request.method != "GET" or not _is_manifest(path)):
                    self.wrong.append(f"the first request to {address} is {request.method} {path}, {login=}")
                request.headers[HEADER] = str(id(call))
            return send(adapter, request, **more)

        return sending

    # Answers

    def _answering(self, respond: Callable[..., Response]) -> Callable[..., Response]:
        def answering(dispatcher: Dispatcher, request: Request, *node: int) -> Response:
            call, application = self._calls.get(request.headers.get(HEADER, "")), dispatcher.application
            if call is None or ORIGIN_HEADER in request.headers:
                return respond(dispatcher, request, *node)
            address = request.host_url.rstrip("/") + application.context_path
            login, identified = (
                "Authorization" in request.headers,
                (call.operation, address) in self._identified,
            )
            if _is_manifest(request.path):
                if login and not identified and address not in call.trusted:
                    self.wrong.append(f"the manifest at {address} is asked with a login of nobody knows whom")
                answer = respond(dispatcher, request, *node)
                # Only a sequence can be read: the body of an endless answer is not one.
                told = answer.get_data() if answer.status_code == 200 and answer.is_sequence else b""
                if application.server_id.encode() in told:
                    self._identified.add((call.operation, address))
                return answer
            if request.method != "GET":  # including a request that a fault prevents
                with self._lock:
                    writers = self._writers.setdefault(application, [])
                    if application not in call.before:
                        call.before[application] = _links(application), len(writers)
            if login:
                if not identified:
                    self.wrong.append(
                        f"{request.method} {request.path} goes with a login to nobody knows whom"
                    )
                if call.known.get(address, application.server_id) != application.server_id:
                    self.wrong.append(f"{request.method} {request.path} goes with a login to another one")
            return respond(dispatcher, request, *node)

        return answering

    def _carrying_out(self, carry_out: Callable[..., Response]) -> Callable[..., Response]:
        def carrying_out(dispatcher: Dispatcher, exchange: Exchange) -> Response:
            request, path = exchange.request, exchange.path
            call, application = self._calls.get(request.headers.get(HEADER, "")), dispatcher.application
            if call is None or request.method == "GET":
                return carry_out(dispatcher, exchange)
            answer = carry_out(dispatcher, exchange)
            if answer.status_code < 300:
                with self._lock:
                    call.writes.append((application, f"{request.method} {path}"))
                    self._writers.setdefault(application, []).append(call)
            return answer

        return carrying_out


def _after(told: str, link_id: str) -> str:
    """The part of the message after a deleted link's id, which names the application."""
    return told.partition(f"The link {link_id} on ")[2].partition(" was deleted")[0]


def _known(state: Mapping[str, Any], news: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for role in ("source", "target"):
        said = (news.get("drift") or {}).get(f"{role}.url") or {}
        url = said.get("declared") or (news.get(role) or {}).get("url")
        server_id = state.get(f"{role}_server_id")
        if isinstance(url, str) and isinstance(server_id, str):
            found[url] = server_id
    return found


def _trusted(before: Mapping[str, Any], news: Mapping[str, Any]) -> frozenset[str]:
    """The addresses whose manifest may be requested with a login: the program says so, and does not change the address."""
    found = set[str]()
    for role in ("source", "target"):
        was, now = before.get(role) or {}, news.get(role) or {}
        reached = [one.get("api_url") or one.get("url") for one in (was, now)]
        if now.get("manifest_needs_login") is True and reached[0] == reached[1]:
            found.add(str(reached[1]).rstrip("/"))
    return frozenset(found)


def _is_manifest(path: str) -> bool:
    return path.endswith("applinks/1.0/manifest")


def _links(application: Application) -> Links:
    return {link_id: shown(link) for link_id, link in standing(application).items()}


def _compared(link: Mapping[str, Any] | None, *, alone: bool) -> object:
    """The values of a link to compare; if others write to the application too, not whether it is primary, because they can change that."""
    return link and {key: value for key, value in link.items() if alone or key != "primary"}
