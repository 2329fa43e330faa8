"""What every error of this room has: the request, and what was answered."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal, TypeVar

from pulumi_applinks.codes import Code
from pulumi_applinks.rest.told import Told

E = TypeVar("E", bound="ApplinksError")

_WITHHELD = "No login was sent there: that comes after an application has shown who it is."
_SAY_SO = (
    "If that address is certainly the application's own, and its manifest needs a login, set manifest_needs_login on it: the login is sent "
    "there then, but not in a run that changes the address. For such a run, let it show its manifest without a login; or set "
    'on_unreachable_relocate="relocate".'
)

LoginReason = Literal["wrong", "captcha", "denied", "rights", "anonymous"]
"""What an application shows of a login: `denied` is a right one of somebody who may not use the application, `rights` one that was let
in, and `anonymous` that it took the request for one without a login."""


@dataclass(frozen=True)
class Asked:
    """A request, as errors tell of it. Holds no secret.

    Args:
        application: its label, such as "target (https://wiki.example.com)".
        method: of HTTP.
        url: without user info and query.
        doing: what it is for, such as "making the link".
        login: how messages name the credentials; None when it is anonymous.
        origin: where these come from and how they are corrected there, in sentences.
        token_variable: how a token is given in place of a user name and a password; empty where these are none.
        needs: whose credentials it takes.
        identifying: whether it asks who the application is.
        changing: whether it may change something; told by the method if None.
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
        """The request line, as messages quote it."""
        return f"{self.method} {self.url}"


@dataclass(frozen=True)
class Said:
    """What was answered, fit to be quoted.

    Args:
        status: of HTTP.
        messages: its sentences.
        fields: the names of the fields that it complains about.
        retry_after: how long it asks to wait, in seconds.
        login_reason: what it tells of the login.
    """

    status: int
    messages: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    retry_after: float | None = None
    login_reason: LoginReason | None = None

    def of(self, asked: Asked) -> str:
        """What was asked and answered, as messages quote it."""
        words = f": “{' '.join(self.messages)}”" if self.messages else ""
        about = f", about {', '.join(self.fields)}" if self.fields else ""
        return f"{asked.line} answered {self.status}{about}{words}"


@dataclass(eq=False, repr=False)
class ApplinksError(Exception):
    """Raised when an application could not be asked, refused, or was not understood.

    Args:
        asked: the request.
    """

    _passes: ClassVar[bool] = False

    asked: Asked
    tries: int = field(default=1, init=False)
    """How many times it was sent."""
    maybe_done: bool = field(default=False, init=False)
    """Whether the application may have carried it out all the same."""

    def __post_init__(self) -> None:
        self.maybe_done = self.asked.changes and self._doubtful()

    def __str__(self) -> str:
        return str(self.told)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    @property
    def told(self) -> Told:
        """What a person is told."""
        doubt = ["Whether the application carried it out is not known."] if self.maybe_done else []
        return self._told().also(*doubt)

    def _told(self) -> Told:
        """What a person is told of this kind of error."""
        raise NotImplementedError

    def _tell(self, code: Code, what: str, *why: str, do: str, request: str | None = None) -> Told:
        """A message about this error, with the request that it came of unless another is given."""
        request = self.asked.line if request is None else request
        return Told(code, what, why, do=do, request=request, application=self.application)

    def _doubtful(self) -> bool:
        """Whether a request that changes something may have been carried out all the same."""
        return False

    @property
    def may_pass(self) -> bool:
        """Whether it may be over after a while, without anybody doing something."""
        return self._passes

    @property
    def application(self) -> str:
        """The application's label."""
        return self.asked.application

    @property
    def url(self) -> str:
        """The address that was asked, without user info and query."""
        return self.asked.url

    def told_for(self: E, label: str) -> E:
        """The same failure, for a request that was not sent because of it.

        Args:
            label: how whoever wanted to send it names the application.
        """
        other = type(self).__new__(type(self))
        other.__dict__.update(self.__dict__)
        other.asked, other.maybe_done = replace(self.asked, application=label), False
        return other


@dataclass(eq=False, repr=False)
class Answered(ApplinksError):
    """Raised when an answer came, and it is not what was asked for.

    Args:
        asked: the request.
        said: the answer.
    """

    said: Said

    @property
    def status(self) -> int:
        """Of HTTP."""
        return self.said.status

    @property
    def withheld(self) -> bool:
        """Whether it was asked who it is, without a login, and refused that."""
        return self.asked.identifying and self.asked.login is None and self.status in (401, 403)

    @property
    def told(self) -> Told:
        """What a person is told."""
        return super().told.also(_WITHHELD, do=_SAY_SO) if self.withheld else super().told

    def _doubtful(self) -> bool:
        return self.said.status >= 500

    def _tell(self, code: Code, what: str, *why: str, do: str, request: str | None = None) -> Told:
        return super()._tell(code, what, *why, do=do, request=request or self.said.of(self.asked))
