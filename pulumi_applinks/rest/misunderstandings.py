"""Answers that no application with applinks would give: a login page, a redirect, something unreadable."""

from __future__ import annotations

from pulumi_applinks.rest.addresses import base_of, host_of
from pulumi_applinks.rest.errors import ApplinksError, Asked


class NotUnderstood(ApplinksError):
    """Raised when an answer is not one of an application with applinks."""


class NotApplinks(NotUnderstood):
    """Raised when an address has no applinks interface.

    Args:
        asked: the request.
        status: what it answered.
    """

    def __init__(self, asked: Asked, status: int = 404) -> None:
        self.status = status
        super().__init__(
            asked,
            f"{asked.application} has no application links: nothing answers for them under {base_of(asked.url)} ({asked.line} answered "
            f"{status}). Check the URL and its context path, such as /jira, /confluence or /wiki.",
        )


class LoginPage(NotUnderstood):
    """Raised when HTML comes where JSON was asked for.

    Args:
        asked: the request.
        title: the page's title, fit to be quoted.
    """

    def __init__(self, asked: Asked, title: str = "") -> None:
        self.title = title
        page = f"an HTML page, “{title}”," if title else "an HTML page"
        super().__init__(
            asked,
            f"{asked.application} answered {asked.doing} with {page} instead of JSON: it looks like a login page or a proxy's page "
            f"({asked.line}). Check that the URL leads to the application itself, and that single sign-on lets its REST interface through.",
        )


class RedirectedElsewhere(NotUnderstood):
    """Raised when an application sends this program to another address, where its credentials do not go.

    Args:
        asked: the request.
        redirected_to: where to, without user info and query.
    """

    def __init__(self, asked: Asked, redirected_to: str) -> None:
        self.redirected_to = redirected_to
        here, there = host_of(asked.url), host_of(redirected_to)
        way = f"from {here} to {there}" if here != there else f"to another address on {here}"
        super().__init__(
            asked,
            f"{asked.application} redirects {way} ({asked.line} leads to {redirected_to}), where the credentials are not sent. If the "
            f"application is there now, give {base_of(redirected_to)} as its URL.",
        )


class UnexpectedAnswer(NotUnderstood):
    """Raised when an answer can't be read.

    Args:
        asked: the request.
        why: what is wrong with it, as the end of a sentence.
    """

    def __init__(self, asked: Asked, why: str) -> None:
        super().__init__(
            asked,
            f"{asked.application} gave an answer to {asked.doing} that {why} ({asked.line}). Check that the URL leads to the application "
            f"itself, and that its version is one that this program knows.",
        )
        if asked.changes:
            self.doubt()
