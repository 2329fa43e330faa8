"""The steps that change an application, each with what takes it back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from pulumi_applinks.lifecycle.declaration import Role
from pulumi_applinks.lifecycle.ends import End, remove_link
from pulumi_applinks.lifecycle.observation import Desired, LinkObservation
from pulumi_applinks.lifecycle.problems import LinkError, MadeMeanwhile
from pulumi_applinks.rest import Level, Link, OAuthConfig, same_address

MAKEABLE = (Level.NONE, Level.OAUTH, Level.OAUTH_IMPERSONATION)
LEGACY = (Level.TRUSTED_APPLICATIONS.value, Level.BASIC_ACCESS.value)


@dataclass
class Step(ABC):
    """One change on one end."""

    several_requests: ClassVar[bool] = False
    """Whether a part of it may be done when the application could not be asked."""

    end: End

    @property
    def role(self) -> Role:
        """Which end it changes."""
        return self.end.role

    @property
    @abstractmethod
    def what(self) -> str:
        """What it does, as part of a sentence: "making the link"."""

    @abstractmethod
    def do(self) -> None:
        """Do it. Repeating it is harmless."""

    @abstractmethod
    def undo(self) -> None:
        """Take it back. Harmless when it was not done."""

    @property
    @abstractmethod
    def link_id(self) -> str:
        """The link that it changes."""


@dataclass
class MakeLink(Step):
    """Make one end's link, by PUT with its id: the request that can be repeated.

    Who makes it and who only finds it there is told by the answer, so of two that make the same link at the same time one knows that it
    was second.
    """

    desired: Desired
    may_be_there: bool = False
    theirs: bool = False
    """Whether it turned out to be somebody else's."""

    @property
    def what(self) -> str:
        return "making the link"

    @property
    def link_id(self) -> str:
        return self.desired.id

    def do(self) -> None:
        wanted = self.desired
        done = self.end.client.put_link(
            Link(
                id=wanted.id,
                type_id=wanted.type_id,
                name=wanted.name,
                display_url=wanted.display_url,
                rpc_url=wanted.rpc_url,
                primary=False,
                system=False,
            )
        )
        self.theirs = done == "updated"
        if self.theirs and not self.may_be_there:
            raise MadeMeanwhile(self.end.label, self.link_id)

    def undo(self) -> None:
        if not self.theirs:
            remove_link(self.end, self.link_id)


@dataclass
class OnExisting(Step):
    """A change of a link that is there."""

    desired: Desired
    before: LinkObservation

    @property
    def link_id(self) -> str:
        return self.desired.id


@dataclass
class EditLink(OnExisting):
    """Set the name and the display URL."""

    @property
    def what(self) -> str:
        return "changing the link's name and display URL"

    def do(self) -> None:
        self._put(self.desired.name, self.desired.display_url)

    def undo(self) -> None:
        self._put(self.before.name, self.before.display_url)

    def _put(self, name: str, display_url: str) -> None:
        # The RPC URL goes along as it stands: only a relocation changes it.
        now = self.end.client.link(self.link_id)
        if now is None:
            raise LinkError(f"{self.end.label} has no link {self.link_id} any more.")
        if now.name == name and same_address(now.display_url, display_url):
            return
        self.end.client.edit_link(
            self.link_id,
            name=name,
            rpc_url=now.rpc_url or self.desired.rpc_url,
            display_url=display_url,
            primary=now.primary,
        )


@dataclass
class Relocate(OnExisting):
    """Tell the application that the remote one moved."""

    without_contact: bool = False

    @property
    def what(self) -> str:
        return f"relocating the link to {self.desired.rpc_url}"

    def do(self) -> None:
        self.end.client.relocate(self.link_id, self.desired.rpc_url, without_contact=self.without_contact)

    def undo(self) -> None:
        client, address = self.end.client, self.before.rpc_url or self.desired.rpc_url
        client.relocate(self.link_id, address, without_contact=True)
        client.edit_link(
            self.link_id,
            name=self.before.name,
            rpc_url=address,
            display_url=self.before.display_url,
            primary=self.before.primary,
        )


@dataclass
class MakePrimary(OnExisting):
    """Make it the primary link of its type."""

    previous: str | None = None

    @property
    def what(self) -> str:
        return "making the link primary"

    def do(self) -> None:
        self.end.client.make_primary(self.link_id)

    def undo(self) -> None:
        if self.previous is not None and self.previous != self.link_id:
            self.end.client.make_primary(self.previous)


@dataclass
class MigrateAuthentication(OnExisting):
    """Replace trusted applications or basic access by OAuth."""

    @property
    def what(self) -> str:
        return f"replacing {self.before.outgoing}/{self.before.incoming} by OAuth"

    def do(self) -> None:
        self.end.client.migrate(self.link_id)

    def undo(self) -> None:
        """Legacy levels are never made again: what was removed stays removed, and the next step's undo sets none."""


@dataclass
class SetAuthentication(OnExisting):
    """Set the authentication levels of both directions."""

    several_requests = True

    @property
    def what(self) -> str:
        return f"setting authentication (outgoing {self.desired.outgoing.value}, incoming {self.desired.incoming.value})"

    def do(self) -> None:
        self.end.client.set_oauth(
            self.link_id, OAuthConfig(incoming=self.desired.incoming, outgoing=self.desired.outgoing)
        )

    def undo(self) -> None:
        incoming, outgoing = (Level(value) for value in (self.before.incoming, self.before.outgoing))
        self.end.client.set_oauth(
            self.link_id,
            OAuthConfig(
                incoming=incoming if incoming in MAKEABLE else Level.NONE,
                outgoing=outgoing if outgoing in MAKEABLE else Level.NONE,
            ),
        )
        if incoming in (Level.OAUTH, Level.OAUTH_IMPERSONATION) and self.before.execute_as:
            self.end.client.set_execute_as(self.link_id, incoming, self.before.execute_as)


@dataclass
class SetExecuteAs(OnExisting):
    """Set the user that incoming 2LO requests run as."""

    @property
    def what(self) -> str:
        wanted = self.desired.execute_as
        return (
            f"letting incoming requests run as {wanted!r}"
            if wanted
            else "letting incoming requests run anonymously"
        )

    def do(self) -> None:
        wanted = self.desired.execute_as
        if self.end.client.set_execute_as(self.link_id, self.desired.incoming, wanted):
            return
        found = self.end.client.authentication(self.link_id)
        if found.user_told and found.execute_as != wanted:
            raise LinkError(
                f"the application accepted that incoming requests run as {wanted!r}, but says {found.execute_as!r}."
            )

    def undo(self) -> None:
        before = Level(self.before.incoming)
        if not self.before.user_told:
            raise LinkError(
                "the user that incoming requests ran as before was not told, and is not set again."
            )
        if before in (Level.OAUTH, Level.OAUTH_IMPERSONATION):
            self.end.client.set_execute_as(self.link_id, before, self.before.execute_as)


@dataclass
class DeleteLink(Step):
    """Delete a link that this program made: the reverse link of one that becomes one-way, or a duplicate."""

    several_requests = True

    id: str
    before: LinkObservation | None = None
    desired: Desired | None = None

    @property
    def what(self) -> str:
        return "deleting the link"

    @property
    def link_id(self) -> str:
        return self.id

    def do(self) -> None:
        remove_link(self.end, self.id)

    def undo(self) -> None:
        if self.before is None or self.desired is None:
            raise LinkError("a deleted duplicate is not made again.")
        MakeLink(
            self.end,
            may_be_there=True,
            desired=self.desired.model_copy(
                update={
                    "name": self.before.name,
                    "display_url": self.before.display_url,
                    "rpc_url": self.before.rpc_url or self.desired.rpc_url,
                }
            ),
        ).do()
        SetAuthentication(self.end, self.desired, self.before).undo()


@dataclass
class Upgrade(Step):
    """Give a link that was made while the target was down the id that the target turned out to have."""

    several_requests = True

    before: LinkObservation
    desired: Desired

    @property
    def what(self) -> str:
        return "giving the link its target's server id"

    @property
    def link_id(self) -> str:
        return self.desired.id

    def do(self) -> None:
        client = self.end.client
        # The application asks the target at the address that the link has, and the target may have come up at another one.
        if same_address(self.before.rpc_url or "", self.desired.rpc_url):
            client.upgrade(self.before.id, self.desired.id)
            if client.link(self.desired.id) is not None:
                return
        # Versions without the upgrade answer 200 and do nothing: the link is ours, and has nothing yet, so it is made anew.
        remove_link(self.end, self.before.id)
        MakeLink(self.end, self.desired).do()

    def undo(self) -> None:
        """The stack knows the link by its provisional id, and would take it for gone under another one."""
        remove_link(self.end, self.desired.id)
        wanted = self.desired.model_copy(
            update={
                "id": self.before.id,
                "name": self.before.name,
                "display_url": self.before.display_url,
                "rpc_url": self.before.rpc_url or self.desired.rpc_url,
            }
        )
        MakeLink(self.end, wanted, may_be_there=True).do()
