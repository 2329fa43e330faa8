"""One application's applinks interface, as one class."""

from __future__ import annotations

from types import TracebackType

from pulumi_applinks.rest.configuration import ConfigurationResources
from pulumi_applinks.rest.editing import EditingResources
from pulumi_applinks.rest.users import UserResources


class ApplicationClient(EditingResources, ConfigurationResources, UserResources):
    """The client of one application. Differences between versions end here."""

    def __enter__(self) -> ApplicationClient:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
