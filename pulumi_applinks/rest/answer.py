"""What came of a request, when it is no error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from pulumi_applinks.rest import parsing
from pulumi_applinks.rest.errors import Asked, UnexpectedAnswer
from pulumi_applinks.rest.models import Wire
from pulumi_applinks.rest.redaction import Secrets

W = TypeVar("W", bound=Wire)


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

    def record(self, model: type[W], part: Any = None) -> W:
        """The answer as a record.

        Args:
            model: the record.
            part: what of the data holds it; all of it if not given.

        Raises:
            UnexpectedAnswer: if it can't be read, or lacks what the record needs.
        """
        try:
            return model.model_validate(self.data() if part is None else part)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False, include_context=False)[0]
            field = ".".join(str(one) for one in first["loc"]) or "the whole"
            raise UnexpectedAnswer(
                self.asked, f"is no {model.__name__.lower()}: {field} is missing or not what it should be"
            ) from None
