"""One line for each request, for whoever looks into a case: never a header, a body, or the value of a parameter."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

_LOG = logging.getLogger("pulumi_applinks.rest")
_resource: ContextVar[str] = ContextVar("resource", default="-")


@contextmanager
def logged_for(name: str) -> Iterator[None]:
    """Name a resource in the lines of all clients that are made here."""
    token = _resource.set(name)
    try:
        yield
    finally:
        _resource.reset(token)


def resource() -> str:
    """The resource that clients are made for right now."""
    return _resource.get()


def log(
    line: str, params: Mapping[str, str] | None, outcome: object, seconds: float, tries: int, name: str
) -> None:
    """Log a request.

    Args:
        line: its method and address.
        params: of the query.
        outcome: the status, or the name of the error.
        seconds: how long it took.
        tries: the how many-th it was.
        name: of the resource.
    """
    query = "?" + "&".join(f"{key}=…" for key in params) if params else ""
    _LOG.debug("%s%s: %s, %.0f ms, try %d, for %s", line, query, outcome, seconds * 1000, tries, name)
