"""Answers that an application with applinks does not give, or does not give yet: pages, redirects, unreadable data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pulumi_applinks.codes import Cause
from pulumi_applinks.rest.addresses import INTERFACE, base_of, host_of, leaves_https, same_host
from pulumi_applinks.rest.errors.base import Answered, ApplinksError, also_without_basic
from pulumi_applinks.rest.message import Message


class NotUnderstood(ApplinksError):
    """Raised when an answer does not come from an application with applinks."""

    @property
    def may_pass(self) -> bool:
        """Whether it may go away after a while: something may answer in the application's place only until the application is up."""
        return self._passes or self.asked.identifying


class NotUpYet(Answered, NotUnderstood):
    """Raised when an application is starting or being set up: its pages say so, or it answers 503."""

    _passes = True
    _cause = Cause.NOT_UP_YET


class NotApplinks(NotUpYet):
    """Raised when an address has no applinks interface. An application that is still loading its plugins has none either."""

    _cause = Cause.NO_APPLICATION_LINKS


class NotTheApplication(Answered, NotUnderstood):
    """Raised when something else answers in an application's place. Its answer says nothing about rights or about what exists."""

    @property
    def may_pass(self) -> bool:
        """Whether the problem may go away after a while by itself."""
        return super().may_pass or self.status >= 500

    def _row(self) -> Cause:
        if self.status in (405, 501):
            return Cause.METHOD_REFUSED
        if self.status >= 500:
            return Cause.AN_ERROR_PAGE
        return Cause.ANOTHER_LOGIN if self.status == 401 else Cause.A_PAGE

    def _told(self) -> Message:
        return also_without_basic(super()._told(), self) if self.status == 403 else super()._told()

    def _more(self) -> Iterator[str]:
        if self.asked.login and self._row() is Cause.A_PAGE:
            yield (
                f"If it is the application's own login page, {self.asked.login} did not reach it: a proxy removes the Authorization "
                "header, or this version does not accept that kind of login."
            )

    def _doubtful(self) -> bool:
        return True


class NotLetIn(NotTheApplication):
    """Raised when the application's server, or something in front of it, answers a login with a 401 that is not from the interface."""

    def _row(self) -> Cause:
        return Cause.LOGIN_REFUSED_BEFORE


@dataclass(eq=False, repr=False)
class RedirectedElsewhere(NotUnderstood):
    """Raised when an application redirects to another address, where the client does not send its credentials.

    Args:
        redirected_to: the other address, without user info and query.
    """

    redirected_to: str

    def _row(self) -> Cause:
        if leaves_https(self.url, self.redirected_to):
            here = same_host(self.url, self.redirected_to)
            return Cause.LEADS_TO_HTTP if here else Cause.LEADS_TO_HTTP_ELSEWHERE
        # The application may have moved only if the other address is the same interface's.
        return Cause.MOVED if INTERFACE in self.redirected_to else Cause.LEADS_TO_A_LOGIN

    def _facts(self) -> dict[str, Any]:
        here, there = host_of(self.url), host_of(self.redirected_to)
        way = f"from {here} to {there}" if here != there else f"to another address on {here}"
        return {**super()._facts(), "way": way, "new_base_url": base_of(self.redirected_to)}

    def _request(self) -> str:
        return f"{self.asked.line} redirects to {self.redirected_to}"


@dataclass(eq=False, repr=False)
class UnexpectedAnswer(NotUnderstood):
    """Raised when an answer can't be read.

    Args:
        why: what is wrong with it, as the end of a sentence.
    """

    _cause = Cause.ANSWER_NOT_READABLE

    why: str

    def _doubtful(self) -> bool:
        return True
