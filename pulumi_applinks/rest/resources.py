"""What every part of one application's interface shares: how it is asked, and how its answers become records."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import ValidationError

from pulumi_applinks.rest.deadline import Deadline
from pulumi_applinks.rest.logins import Login
from pulumi_applinks.rest.misunderstandings import UnexpectedAnswer
from pulumi_applinks.rest.models import Wire
from pulumi_applinks.rest.shared import Shared
from pulumi_applinks.rest.transport import Answer, Transport

W = TypeVar("W", bound=Wire)

V1 = "/rest/applinks/1.0"
V2 = "/rest/applinks/2.0"
V3 = "/rest/applinks/3.0"
OAUTH = "/rest/applinks-oauth/1.0"

MISSING = frozenset({404, 405, 410})
"""Statuses of a version that does not have a resource."""


class Resources:
    """One application, asked over HTTP.

    Args:
        label: how messages name it, such as "target (https://wiki.example.com)".
        api_url: where it is reached.
        login: of an administrator; nothing to ask anonymously.
        deadline: bounds every request, wait and retry; none if not given.
        connect_timeout: how long a connection may take, in seconds.
        read_timeout: how long an answer may take, in seconds.
        shared: what all that ask it share; nothing is shared if not given.
        credentials_name: the name that the program gives the credentials.
    """

    def __init__(
        self,
        label: str,
        api_url: str,
        login: Login | None = None,
        *,
        deadline: Deadline | None = None,
        connect_timeout: float = 5.0,
        read_timeout: float = 30.0,
        shared: Shared | None = None,
        credentials_name: str | None = None,
    ) -> None:
        self.label = label
        self.api_url = api_url
        self._shared = shared or Shared()
        self._seen = self._shared.seen_by(login)
        self._transport = Transport(
            label,
            api_url,
            login,
            credentials_name=credentials_name,
            deadline=deadline or Deadline(None),
            connect_timeout=connect_timeout,
            read_timeout=read_timeout,
            shared=self._shared,
        )

    @property
    def deadline(self) -> Deadline:
        """What bounds every request, wait and retry."""
        return self._transport.deadline

    @deadline.setter
    def deadline(self, deadline: Deadline) -> None:
        self._transport.deadline = deadline

    @property
    def requests_sent(self) -> int:
        """How many requests were sent so far, repeated ones and redirects included."""
        return self._transport.requests_sent

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()


def record(model: type[W], data: Any, answer: Answer) -> W:
    """An answer as a record.

    Args:
        model: the record.
        data: the answer, or the part of it that holds the record.
        answer: where it came from.

    Raises:
        UnexpectedAnswer: if it lacks what the record needs.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "the whole"
        raise UnexpectedAnswer(
            answer.asked,
            f"is no {model.__name__.removesuffix('Answer').lower()}: {field} is missing or not what it should be",
        ) from None
