"""Answers that no application with applinks gives, or not yet: pages, redirects, something unreadable."""

from __future__ import annotations

from dataclasses import dataclass

from pulumi_applinks.codes import Code
from pulumi_applinks.rest.addresses import INTERFACE, base_of, host_of
from pulumi_applinks.rest.errors.base import Answered, ApplinksError
from pulumi_applinks.rest.told import Told


class NotUnderstood(ApplinksError):
    """Raised when an answer is not one of an application with applinks."""

    @property
    def may_pass(self) -> bool:
        """Whether it may be over after a while: whatever answers in place of an application may do so only until that is up."""
        return self._passes or self.asked.identifying


class NotUpYet(Answered, NotUnderstood):
    """Raised when an application starts, or is being set up: its pages say so, or it answers 503."""

    _passes = True

    def _told(self) -> Told:
        return self._tell(
            Code.NOT_UP_YET,
            f"{self.application} is not up yet, or something answers in its place",
            do="Wait until it has started, then run this again. If it is up, check that the URL leads to it.",
        )


class NotApplinks(NotUpYet):
    """Raised when an address has no applinks interface; that of an application that still loads its plugins has none either."""

    def _told(self) -> Told:
        return self._tell(
            Code.NO_APPLICATION_LINKS,
            f"{self.application} has no application links",
            f"Nothing answers for them under {base_of(self.url)}.",
            do=(
                "Check the URL and its context path, such as /jira, /confluence or /wiki. If the application is starting, wait until it is "
                "up."
            ),
        )


class NotTheApplication(Answered, NotUnderstood):
    """Raised when something else answers in an application's place: what it says tells nothing of rights, nor of what is there."""

    @property
    def may_pass(self) -> bool:
        """Whether it may be over after a while, without anybody doing something."""
        return super().may_pass or self.status >= 500

    def _doubtful(self) -> bool:
        return True

    def _told(self) -> Told:
        return self._tell(
            Code.SOMETHING_IN_BETWEEN,
            f"something answered in place of {self.application} while {self.asked.doing}",
            "By the looks of it, that is a login page, a firewall or a proxy.",
            do="Check that the URL leads to the application itself, and that what stands before it lets the REST interface through.",
        )


@dataclass(eq=False, repr=False)
class RedirectedElsewhere(NotUnderstood):
    """Raised when an application sends this program to another address, where its credentials do not go.

    Args:
        redirected_to: where to, without user info and query.
    """

    redirected_to: str

    def _told(self) -> Told:
        here, there = host_of(self.url), host_of(self.redirected_to)
        way = f"from {here} to {there}" if here != there else f"to another address on {here}"
        if INTERFACE in self.redirected_to:
            do = f"If the application is there now, give {base_of(self.redirected_to)} as its URL."
            why = "The credentials are not sent there."
        else:
            do = (
                "Let what stands before the application pass /rest/applinks* and /rest/applinks-oauth* without a login; or give an api_url "
                "that leads past it."
            )
            why = "The credentials are not sent there: by the looks of it, that is a login page."
        leads = f"{self.asked.line} leads to {self.redirected_to}"
        return self._tell(Code.REDIRECTED, f"{self.application} redirects {way}", why, do=do, request=leads)


@dataclass(eq=False, repr=False)
class UnexpectedAnswer(NotUnderstood):
    """Raised when an answer can't be read.

    Args:
        why: what is wrong with it, as the end of a sentence.
    """

    why: str

    def _doubtful(self) -> bool:
        return True

    def _told(self) -> Told:
        return self._tell(
            Code.ANSWER_NOT_READABLE,
            f"the answer of {self.application} could not be read while {self.asked.doing}",
            f"It {self.why}.",
            do="Check that the URL leads to the application itself, and that its version is one that this program knows.",
        )
