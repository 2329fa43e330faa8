"""What came of a request, when it is no error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pulumi_applinks.rest import parsing
from pulumi_applinks.rest.errors import Asked, UnexpectedAnswer
from pulumi_applinks.rest.redaction import Secrets


@dataclass(frozen=True)
class Answer:
    """What came back, when it is no error.

    Args:
        asked: the request.
        status: of HTTP.
        body: as it came.
        secrets: what is left out of its data.
        tries: how many times the request was sent.
    """

    asked: Asked
    status: int
    body: bytes
    secrets: Secrets
    tries: int = 1

    def data(self) -> Any:
        """The parsed body, without secrets.

        Raises:
            UnexpectedAnswer: if it can't be read.
        """
        try:
            return self.secrets.hidden_in_data(parsing.parse(self.body))
        except parsing.Unreadable as error:
            raise UnexpectedAnswer(self.asked, str(error)) from None
