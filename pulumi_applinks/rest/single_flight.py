"""Read something only once for all callers, also if several ask at the same moment."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from pulumi_applinks.rest.deadline import Deadline
from pulumi_applinks.rest.errors import (
    Answered,
    ApplinksError,
    BasicAuthenticationOff,
    DeadlineExceeded,
    NotAuthenticated,
    NotLetIn,
    NotSendable,
)

T = TypeVar("T")

_ticks = itertools.count(1)
"""A counter that only shows which of two things came first."""


LONGEST_WAIT = 3600.0


def tick() -> int:
    """The next value of that counter."""
    return next(_ticks)


def _of_the_login(error: ApplinksError) -> bool:
    """Whether the application does not let the user in. Trying again would only lock the user out."""
    return not error.asked.identifying and isinstance(
        error, (NotAuthenticated, NotLetIn, BasicAuthenticationOff)
    )


class _Flight(Generic[T]):
    def __init__(self) -> None:
        self.started = tick()
        self.landed = threading.Event()
        self.values: list[T] = []
        self.failure: ApplinksError | None = None

    def outcome(self, label: str) -> tuple[T, int]:
        if self.failure is not None:
            raise self.failure.told_for(label)
        return self.values[0], self.started


class Reading(Generic[T]):
    """Something that is read only once for all callers, also if several ask at the same moment.

    All callers that waited share a failure.

    Args:
        keeps: whether later callers get a failure too.
    """

    def __init__(self, keeps: Callable[[ApplinksError], bool] = _of_the_login) -> None:
        self._keeps = keeps
        self._lock = threading.Lock()
        self._kept: _Flight[T] | None = None
        self._flight: _Flight[T] | None = None

    @property
    def known(self) -> bool:
        """Whether it was read."""
        return self._kept is not None and self._kept.failure is None

    def kept(self) -> tuple[T, int] | None:
        """The last value, and the tick at which its request started; None before there is one."""
        with self._lock:
            flight = self._kept
        return (flight.values[0], flight.started) if flight and flight.values else None

    def forget_failure(self) -> None:
        """Let the next caller ask again although it failed before."""
        with self._lock:
            if not self.known:
                self._kept = None

    def get(
        self, ask: Callable[[], T], deadline: Deadline, label: str, *, since: int = 0, again: bool = False
    ) -> tuple[T, int]:
        """The value that was read before, or that is read now.

        Args:
            ask: reads the value.
            deadline: how long to wait for another caller's answer.
            label: how this caller names the application.
            since: a tick; a value whose request started before it is too old.
            again: whether to read it again.

        Returns:
            The value, and the tick at which its request started.

        Raises:
            ApplinksError: if it can't be read.
        """
        with self._lock:
            if not again and self._kept is not None and self._kept.started > since:
                return self._kept.outcome(label)
            flight, leading = self._flight, False
            if flight is None or flight.started <= since:
                flight = self._flight = _Flight()
                leading = True
        if not leading:
            flight.landed.wait(min(deadline.remaining(), LONGEST_WAIT))
            if flight.values or flight.failure is not None:
                return flight.outcome(label)
            # The first caller got no answer for reasons of its own.
            started = tick()
            return ask(), started
        try:
            flight.values.append(ask())
            self._keep(flight)
        except ApplinksError as error:
            if not _of_the_asker(error):
                flight.failure = error.told_for(label)  # without its traceback's objects
                if self._keeps(error):
                    self._keep(flight)
            raise
        finally:
            with self._lock:
                if self._flight is flight:
                    self._flight = None
            flight.landed.set()
        return flight.values[0], flight.started

    def _keep(self, flight: _Flight[T]) -> None:
        with self._lock:
            if flight.failure is not None and self.known:
                return
            if self._kept is None or flight.started > self._kept.started:
                self._kept = flight


def _of_the_asker(error: ApplinksError) -> bool:
    """Whether another caller, with more time or another login, might succeed."""
    refused = error.asked.identifying and isinstance(error, Answered) and error.status in (401, 403)
    return refused or isinstance(error, (DeadlineExceeded, NotSendable))
