"""Answers that no application with applinks gives, or not yet: pages, redirects, something unreadable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pulumi_applinks.codes import Cause
from pulumi_applinks.rest.addresses import INTERFACE, base_of, host_of, leaves_https, same_host
from pulumi_applinks.rest.errors.base import Answered, ApplinksError, also_without_basic
from pulumi_applinks.rest.message import Message


class NotUnderstood(ApplinksError):
    """Raised when an answer is not one of an application with applinks."""

    @property
    def may_pass(self) -> bool:
        """Whether it may be over after a while: whatever answers in place of an application may do so only until that is up."""
        return self._passes or self.asked.identifying


class NotUpYet(Answered, NotUnderstood):
    """Raised when an application starts, or is being set up: its pages say so, or it answers 503."""

    _passes = True
    _cause = Cause.NOT_UP_YET


class NotApplinks(NotUpYet):
    """Raised when an address has no applinks interface; that of an application that still loads its plugins has none either."""

    _cause = Cause.NO_APPLICATION_LINKS


class NotTheApplication(Answered, NotUnderstood):
    """Raised when something else answers in an application's place: what it says has no meaning for rights, nor of what is there."""

    @property
    def may_pass(self) -> bool:
        """Whether it may be over after a while, without anybody doing something."""
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
    """Raised when a login is answered with 401 by the application's server, or by something before it: not in the interface's words."""

    def _row(self) -> Cause:
        return Cause.LOGIN_REFUSED_BEFORE


@dataclass(eq=False, repr=False)
class RedirectedElsewhere(NotUnderstood):
    """Raised when an application sends this program to another address, where its credentials do not go.

    Args:
        redirected_to: where to, without user info and query.
    """

    redirected_to: str

    def _row(self) -> Cause:
        if leaves_https(self.url, self.redirected_to):
            here = same_host(self.url, self.redirected_to)
            return Cause.LEADS_TO_HTTP if here else Cause.LEADS_TO_HTTP_ELSEWHERE
        # Only where the same interface is asked for there, the application may have moved.
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
