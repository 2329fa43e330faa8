"""An estate on loopback: applications by the names that a person gives them, linked by hand."""

from __future__ import annotations

from typing import Any

from pulumi_applinks.credentials import NamedCredentials
from pulumi_applinks.estate import Estate, EstateLink, Named, Reader, read_estate
from pulumi_applinks.lab.applications import Application, Lab
from tests.unit.lab_applications.conftest import link_both_ways

SOMEBODY = "11111111-1111-4111-8111-111111111111"


class Scene:
    """Applications with names, and what a person has in the environment.

    Args:
        lab: where they run.
    """

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.applications: dict[str, Application] = {}
        self.environment: dict[str, str] = {}
        self.requests_sent = 0

    def __getitem__(self, name: str) -> Application:
        return self.applications[name]

    def start(self, name: str, type_id: str, user: str | None = "sysadmin", **more: Any) -> Application:
        """Start an application, and give its user's credentials the application's name."""
        application = self.applications[name] = self.lab.start(type_id, **more)
        if user is not None:
            found = application.users[user]
            self.environment[f"APPLINKS_{name.upper()}_USERNAME"] = found.name
            self.environment[f"APPLINKS_{name.upper()}_PASSWORD"] = found.password
        return application

    def copy(self, name: str, of: str) -> Application:
        """Start a copy of one of them, which is asked with the same credentials under its own name."""
        for part in ("USERNAME", "PASSWORD"):
            self.environment[f"APPLINKS_{name.upper()}_{part}"] = self.environment[
                f"APPLINKS_{of.upper()}_{part}"
            ]
        self.applications[name] = self.lab.copy(self[of])
        return self.applications[name]

    def link(self, one: str, two: str, outgoing: str = "oauth", incoming: str = "oauth") -> None:
        """Link two of them by hand, as seen from the first."""
        link_both_ways(self[one], self[two], outgoing, incoming)

    def named(self, *names: str) -> list[Named]:
        """Some of them, or all, as a person names them."""
        return [Named(name, self[name].url, credentials=name) for name in names or self.applications]

    @property
    def credentials(self) -> NamedCredentials:
        """What is in the environment."""
        return NamedCredentials(self.environment)

    def read(self, *names: str, more: tuple[Named, ...] = (), **options: Any) -> Estate:
        """Read the estate of some of them, or of all."""
        reader = Reader(self.credentials)
        try:
            return read_estate([*self.named(*names), *more], self.credentials, reader=reader, **options)
        finally:
            self.requests_sent = reader.requests_sent
            reader.close()

    def only(self, *names: str, **options: Any) -> EstateLink:
        """The one link of such an estate."""
        (link,) = self.read(*names, **options).links
        return link

    def untouched(self) -> bool:
        """Whether nobody changed anything, and asked for nothing but to read."""
        received = [
            one for application in self.applications.values() for one in application.requests.all("client")
        ]
        return bool(received) and {one.method for one in received} == {"GET"}

    def options(self, *names: str) -> list[str]:
        """The same for a command line."""
        return [word for one in self.named(*names) for word in ("-a", f"{one.name}={one.url}")]
