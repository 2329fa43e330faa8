"""Log one line for each request, for debugging. The log never contains headers, bodies or values of parameters."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

_LOG = logging.getLogger("pulumi_applinks.rest")
_resource: ContextVar[str] = ContextVar("resource", default="-")


@contextmanager
def logged_for(name: str) -> Iterator[None]:
    """Name a resource in the log lines of all clients that are created inside this context."""
    token = _resource.set(name)
    try:
        yield
    finally:
        _resource.reset(token)


def resource() -> str:
    """The resource that clients are currently created for."""
    return _resource.get()


def log(
    line: str, params: Mapping[str, str] | None, outcome: object, seconds: float, tries: int, name: str
) -> None:
    """Log a request.

    Args:
        line: its method and address.
        params: the query's parameters.
        outcome: the status, or the name of the error.
        seconds: how long it took.
        tries: which try it was, starting with 1.
        name: the resource's name.
    """
    query = "?" + "&".join(f"{key}=…" for key in params) if params else ""
    _LOG.debug("%s%s: %s, %.0f ms, try %d, for %s", line, query, outcome, seconds * 1000, tries, name)
