"""What every error of this package has: the request, the answer, and its row in the table of `codes.py`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Literal, TypeVar

from pulumi_applinks.codes import CORRECT_CREDENTIALS, Cause
from pulumi_applinks.rest.addresses import base_of, host_of
from pulumi_applinks.rest.message import Message

E = TypeVar("E", bound="ApplinksError")

LoginReason = Literal["wrong", "captcha", "denied", "rights", "anonymous"]
"""What an application says about a login. `denied`: it is correct, but its user must not use the application. `rights`: it was accepted.
`anonymous`: the application treated the request as one without a login."""


@dataclass(frozen=True)
class Asked:
    """A request, as errors quote it. Holds no secret.

    Args:
        application: its label, such as "target (https://wiki.example.com)".
        method: the HTTP method.
        url: the URL without user info and query.
        doing: what it is for, such as "creating the link".
        login: how messages name the credentials; None if it is anonymous.
        origin: where the credentials come from and how to correct them there, in sentences.
        token_variable: how to give a token instead of a user name and a password; empty if the login is not a user name and a password.
        needs: whose credentials it needs.
        identifying: whether it asks the application to identify itself.
        changing: whether it may change something; if None, the method decides.
    """

    application: str
    method: str
    url: str
    doing: str
    login: str | None = None
    origin: str = ""
    token_variable: str = ""
    needs: str = "an administrator"
    identifying: bool = False
    changing: bool | None = None

    @property
    def changes(self) -> bool:
        """Whether it may change something."""
        return self.method != "GET" if self.changing is None else self.changing

    @property
    def line(self) -> str:
        """The request line, as messages quote it: without the application's address if the label contains that."""
        base = base_of(self.url)
        return f"{self.method} {self.url.removeprefix(base) if f'({base})' in self.application else self.url}"


@dataclass(frozen=True)
class Said:
    """An answer that messages can quote.

    Args:
        status: the HTTP status.
        messages: its sentences.
        fields: the names of the fields that it complains about.
        retry_after: how long it asks to wait, in seconds.
        login_reason: what it says about the login.
    """

    status: int
    messages: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    retry_after: float | None = None
    login_reason: LoginReason | None = None

    def of(self, asked: Asked) -> str:
        """The request and its answer, as messages quote them."""
        words = f": “{' '.join(self.messages)}”" if self.messages else ""
        about = f", about {', '.join(self.fields)}" if self.fields else ""
        return f"{asked.line} answered {self.status}{about}{words}"


@dataclass(eq=False, repr=False)
class ApplinksError(Exception):
    """Raised when an application could not be reached, refused, or was not understood.

    Args:
        asked: the request.
    """

    _passes: ClassVar[bool] = False
    _cause: ClassVar[Cause]

    asked: Asked
    tries: int = field(default=1, init=False)
    """How many times the request was sent."""
    maybe_done: bool = field(default=False, init=False)
    """Whether the application may have carried out the request anyway."""

    def __post_init__(self) -> None:
        self.maybe_done = self.asked.changes and self._doubtful()

    def __str__(self) -> str:
        return str(self.told)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def _row(self) -> Cause:
        """Its row in the table."""
        return self._cause

    def _facts(self) -> dict[str, Any]:
        """The values for the placeholders in its row's sentences: its fields, and these."""
        asked = self.asked
        return {
            **{name: value for name, value in vars(self).items() if not name.startswith("_")},
            "application": asked.application,
            "action": asked.doing,
            "Action": asked.doing[:1].upper() + asked.doing[1:],
            "method": asked.method,
            "administrator": asked.needs,
            "login": asked.login,
            "user": asked.login or "anyone without a login",
            "correction": asked.origin or CORRECT_CREDENTIALS,
            "token_variable": asked.token_variable or "the token of its credentials",
            "host": host_of(asked.url),
            "base_url": base_of(asked.url),
        }

    @property
    def told(self) -> Message:
        """What a person reads."""
        doubt = ["It is not known whether the application carried it out."] if self.maybe_done else []
        return self._told().also(*doubt)

    def _told(self) -> Message:
        row, facts = self._row(), self._facts()
        what, *why, do = (one.format_map(facts) for one in row.sentences)
        why += self._more()
        return Message(
            row.code, what, tuple(why), do=do, request=self._request(), application=self.application
        )

    def _more(self) -> Iterator[str]:
        """Reasons in addition to those in the table, such as a library's error text."""
        yield from ()

    def _request(self) -> str:
        """The request and its outcome, as the last line of a message shows them."""
        return self.asked.line

    def _doubtful(self) -> bool:
        """Whether a request that changes something may have been carried out anyway."""
        return False

    @property
    def may_pass(self) -> bool:
        """Whether the problem may go away after a while by itself."""
        return self._passes

    @property
    def application(self) -> str:
        """The application's label."""
        return self.asked.application

    @property
    def url(self) -> str:
        """The request's address, without user info and query."""
        return self.asked.url

    def told_for(self: E, label: str) -> E:
        """The same failure, for a request that was not sent because of it.

        Args:
            label: how the client of that request names the application.
        """
        other = type(self).__new__(type(self))
        other.__dict__.update(self.__dict__)
        other.asked, other.maybe_done = replace(self.asked, application=label), False
        return other


@dataclass(eq=False, repr=False)
class Answered(ApplinksError):
    """Raised when an answer came that is not the expected one.

    Args:
        asked: the request.
        said: the answer.
    """

    said: Said

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.said.status

    @property
    def withheld(self) -> bool:
        """Whether the application refused to identify itself to a request without a login."""
        return self.asked.identifying and self.asked.login is None and self.status in (401, 403)

    @property
    def told(self) -> Message:
        """What a person reads."""
        told = super().told
        if self.withheld and self._row() is not Cause.MANIFEST_NEEDS_LOGIN:
            told = told.also(*Cause.MANIFEST_NEEDS_LOGIN.why, do=Cause.MANIFEST_NEEDS_LOGIN.do)
        return told

    def _doubtful(self) -> bool:
        return self.said.status >= 500

    def _request(self) -> str:
        return self.said.of(self.asked)


def also_without_basic(told: Message, error: Answered) -> Message:
    """A message about a 403. If the request that could rule out another cause was itself refused, it names that cause too."""
    if not (error.asked.identifying and error.asked.token_variable):
        return told
    do = Cause.BASIC_AUTHENTICATION_OFF.do.format_map(error._facts())
    return told.also("Or basic authentication is switched off there.", do=do)
