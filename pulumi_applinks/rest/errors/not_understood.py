"""Answers that no application with applinks gives, or not yet: pages, redirects, something unreadable."""

from __future__ import annotations

from dataclasses import dataclass

from pulumi_applinks.codes import Code
from pulumi_applinks.rest.addresses import INTERFACE, base_of, host_of, leaves_https, same_host
from pulumi_applinks.rest.errors.base import Answered, ApplinksError
from pulumi_applinks.rest.errors.refused import REMOVED, also_without_basic, corrected
from pulumi_applinks.rest.products import BEHIND_HTTPS
from pulumi_applinks.rest.told import Told

_LEADS_PAST = "an api_url that leads past it"


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
        asked = self.asked
        why = ["By the looks of it, that is a login page, a firewall or a proxy."]
        do = "Check that the URL leads to the application itself, and that what stands before it lets the REST interface through."
        if self.status in (405, 501):
            why = [
                f"It lets no {asked.method} through: as a rule it is a proxy or its filter, else this version of the application."
            ]
            do = "Have what stands before the application let GET, PUT, POST and DELETE of the REST interface through."
        elif self.status >= 500:
            why = ["It is an error page: of the application's own server, or of a proxy before it."]
            do = "Look into the log of the application, and of what stands before it. Check that the URL leads to the application itself."
        elif self.status == 401:
            why = ["It wants a login (401), and none was sent with this request."]
        elif asked.login:
            why.append(
                f"Where it is the application's own login page, {asked.login} did not reach it: a proxy removes the Authorization "
                "header, or this version takes no login of that kind."
            )
        told = self._tell(
            Code.SOMETHING_IN_BETWEEN,
            f"something answered in place of {self.application} while {asked.doing}",
            *why,
            do=do,
        )
        return also_without_basic(told, asked) if self.status == 403 else told


class NotLetIn(NotTheApplication):
    """Raised when a login is answered with 401 by the application's server, or by something before it: not in the interface's words."""

    def _told(self) -> Told:
        return self._tell(
            Code.LOGIN_REFUSED,
            f"{self.application}, or something before it, refused {self.asked.login}",
            "The password or the token is wrong or has expired; or something before the application, such as a single sign-on, wants a "
            "login of its own.",
            f"Or the login does not arrive: {REMOVED}.",
            do=(
                f"{corrected(self.asked)} If they are right, let what stands before the application pass /rest/applinks* and "
                f"/rest/applinks-oauth* without a login of its own; or give {_LEADS_PAST}."
            ),
        )


@dataclass(eq=False, repr=False)
class RedirectedElsewhere(NotUnderstood):
    """Raised when an application sends this program to another address, where its credentials do not go.

    Args:
        redirected_to: where to, without user info and query.
    """

    redirected_to: str

    def _told(self) -> Told:
        there_url = self.redirected_to
        here, there = host_of(self.url), host_of(there_url)
        way = f"from {here} to {there}" if here != there else f"to another address on {here}"
        why = "The credentials are not sent there."
        if leaves_https(self.url, there_url):
            way += ", and from https to http"
            why += " As a rule the application does not know that it is reached over https."
            do = BEHIND_HTTPS
            if not same_host(self.url, there_url):
                do += " If the application moved, give its new address with https."
        elif INTERFACE in there_url:
            do = f"If the application is there now, give {base_of(there_url)} as its URL."
        else:
            do = (
                "Let what stands before the application pass /rest/applinks* and /rest/applinks-oauth* without a login; or give "
                f"{_LEADS_PAST}."
            )
            why = "The credentials are not sent there: by the looks of it, that is a login page."
        leads = f"{self.asked.line} leads to {there_url}"
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
