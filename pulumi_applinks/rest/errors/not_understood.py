"""Answers that no application with applinks gives, or not yet: pages, redirects, something unreadable."""

from __future__ import annotations

from dataclasses import dataclass

from pulumi_applinks.rest.addresses import INTERFACE, base_of, host_of
from pulumi_applinks.rest.errors.base import Answered, ApplinksError


class NotUnderstood(ApplinksError):
    """Raised when an answer is not one of an application with applinks."""

    @property
    def may_pass(self) -> bool:
        """Whether it may be over after a while: whatever answers in place of an application may do so only until that is up."""
        return self._passes or self.asked.identifying


class NotUpYet(Answered, NotUnderstood):
    """Raised when an application starts, or is being set up: its pages say so, or it answers 503."""

    _passes = True

    def _told(self) -> str:
        return (
            f"{self.application} is not up yet, or something answers in its place: it is not ready for {self.asked.doing} "
            f"{self.said.of(self.asked)}. Wait until it has started, then run this again; if it is up, check that the URL leads to it."
        )


class NotApplinks(NotUpYet):
    """Raised when an address has no applinks interface; that of an application that still loads its plugins has none either."""

    def _told(self) -> str:
        return (
            f"{self.application} has no application links: nothing answers for them under {base_of(self.url)} {self.said.of(self.asked)}. "
            f"Check the URL and its context path, such as /jira, /confluence or /wiki. If the application is starting, wait until it is up."
        )


class NotTheApplication(Answered, NotUnderstood):
    """Raised when something else answers in an application's place: what it says tells nothing of rights, nor of what is there."""

    @property
    def may_pass(self) -> bool:
        """Whether it may be over after a while, without anybody doing something."""
        return super().may_pass or self.status >= 500

    def _doubtful(self) -> bool:
        return True

    def _told(self) -> str:
        return (
            f"something before {self.application} answered {self.asked.doing} in its place, by the looks of it a login, a firewall or a "
            f"proxy {self.said.of(self.asked)}. Check that the URL leads to the application itself, and that what stands before it lets "
            f"its REST interface through."
        )


@dataclass(eq=False, repr=False)
class RedirectedElsewhere(NotUnderstood):
    """Raised when an application sends this program to another address, where its credentials do not go.

    Args:
        redirected_to: where to, without user info and query.
    """

    redirected_to: str

    def _told(self) -> str:
        here, there = host_of(self.url), host_of(self.redirected_to)
        way = f"from {here} to {there}" if here != there else f"to another address on {here}"
        advice = (
            f"If the application is there now, give {base_of(self.redirected_to)} as its URL."
            if INTERFACE in self.redirected_to
            else "That is no application's interface but, by the looks of it, a login: let what stands before the application pass "
            "/rest/applinks* and /rest/applinks-oauth* without it, or give an api_url that leads past it."
        )
        return (
            f"{self.application} redirects {way} ({self.asked.line} leads to {self.redirected_to}), where the credentials are not sent. "
            f"{advice}"
        )


@dataclass(eq=False, repr=False)
class UnexpectedAnswer(NotUnderstood):
    """Raised when an answer can't be read.

    Args:
        why: what is wrong with it, as the end of a sentence.
    """

    why: str

    def _doubtful(self) -> bool:
        return True

    def _told(self) -> str:
        return (
            f"{self.application} gave an answer to {self.asked.doing} that {self.why} ({self.asked.line}). Check that the URL leads to the "
            f"application itself, and that its version is one that this program knows."
        )
