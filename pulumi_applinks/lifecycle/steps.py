"""The steps that change an application, each with its undo. A step is data; `do` and `undo` send the requests."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from pulumi_applinks.codes import Code
from pulumi_applinks.lifecycle.declaration import Role
from pulumi_applinks.lifecycle.ends import End, settled
from pulumi_applinks.lifecycle.errors import CannotBeUndone, LinkError, MadeMeanwhile
from pulumi_applinks.lifecycle.link import Desired, LinkObservation
from pulumi_applinks.rest import ApplinksError, Level, Link, OAuthConfig, Refused, same_address


@dataclass(frozen=True)
class Step(ABC):
    """One change on one end.

    Args:
        role: which end it changes.
        link_id: the link that it changes.
    """

    role: Role
    link_id: str

    @property
    @abstractmethod
    def what(self) -> str:
        """What the step does, as part of a sentence: "creating the link"."""

    @abstractmethod
    def do(self, end: End) -> bool:
        """Do the step. Repeating it is harmless.

        Returns:
            Whether there is something to undo.

        Raises:
            ApplinksError: if the application can't be asked or refuses.
            LinkError: if the application reports something that contradicts its answer.
        """

    @abstractmethod
    def undo(self, end: End) -> None:
        """Undo what the step changed, and nothing else. This is harmless if the step was not done.

        Raises:
            ApplinksError: if the application can't be asked or refuses.
            LinkError: if the application reports something that contradicts its answer.
            CannotBeUndone: if the step can't be undone.
        """


@dataclass(frozen=True)
class MakeLink(Step):
    """Make one end's link, by PUT with its id, because that request can be repeated.

    The answer says whether the link was created or existed already. So if two runs make the same link at the same time, the second one
    knows that it was second.

    Args:
        desired: the link.
        may_be_there: whether to take over a link that somebody makes in the meantime.
    """

    desired: Desired
    may_be_there: bool = False

    what = "creating the link"

    def do(self, end: End) -> bool:
        made = put(end, self.desired, self.link_id) == "created"
        if not made and not self.may_be_there:
            raise MadeMeanwhile(end, self.link_id)
        return made

    def undo(self, end: End) -> None:
        remove_link(end, self.link_id, was_there=end.client.links.get(self.link_id) is not None)


@dataclass(frozen=True)
class OnExisting(Step):
    """A change of an existing link.

    Args:
        desired: the link as it should be.
        before: the link as it was read in this run.
    """

    desired: Desired
    before: LinkObservation


@dataclass(frozen=True)
class EditLink(OnExisting):
    """Set the name and the display URL.

    Args:
        name: the new name. It differs from the declared name while another link has that.
    """

    name: str

    what = "changing the link's name and display URL"

    def do(self, end: End) -> bool:
        self._put(end, self.name, self.desired.display_url)
        return True

    def undo(self, end: End) -> None:
        renamed = self.name != self.before.name
        moved = not same_address(self.desired.display_url, self.before.display_url)
        self._put(end, self.before.name if renamed else None, self.before.display_url if moved else None)

    def _put(self, end: End, name: str | None, display_url: str | None) -> None:
        # What is not given is sent unchanged. So is the RPC URL, because only a relocation changes it.
        now = end.client.links.get(self.link_id)
        if now is None:
            raise contradicted(end, f"{end.label} no longer has the link {self.link_id}")
        name, display_url = name or now.name, display_url or now.display_url
        if now.name == name and same_address(now.display_url, display_url):
            return
        rpc_url = now.rpc_url or self.desired.rpc_url
        end.client.links.edit(self.link_id, name=name, rpc_url=rpc_url, display_url=display_url)
        keep_primary(end, now)


@dataclass(frozen=True)
class Relocate(OnExisting):
    """Relocate the link.

    Args:
        without_contact: whether to relocate it even if nothing answers at the new address.
        remembered: whether `before` is what the state has recorded, because this run has not read the link.
    """

    without_contact: bool = False
    remembered: bool = False

    @property
    def what(self) -> str:
        return f"relocating the link to {self.desired.rpc_url}"

    def do(self, end: End) -> bool:
        end.client.links.relocate(self.link_id, self.desired.rpc_url, without_contact=self.without_contact)
        return True

    def undo(self, end: End) -> None:
        now = end.client.links.get(self.link_id)  # first, because relocating may set the display URL
        name, display_url = (
            (now.name, now.display_url) if now else (self.before.name, self.before.display_url)
        )
        rpc_url, display_url = self.addresses_before(display_url)
        end.client.links.relocate(self.link_id, rpc_url, without_contact=True)
        end.client.links.edit(self.link_id, name=name, rpc_url=rpc_url, display_url=display_url)
        if now is not None:
            keep_primary(end, now)

    def addresses_before(self, display_url: str) -> tuple[str, str]:
        """Return the RPC URL and the display URL that the link had.

        Args:
            display_url: the display URL that the link has now. Some versions set it to the new address when they relocate a link. If it is
                any other address, somebody else has set it, and it stays.
        """
        set_here = same_address(display_url, self.desired.rpc_url)
        return (
            self.before.rpc_url or self.desired.rpc_url,
            self.before.display_url if set_here else display_url,
        )


@dataclass(frozen=True)
class MakePrimary(Step):
    """Make the link the primary one of its type.

    Args:
        previous: the link that was the primary one of that type before.
    """

    previous: str | None = None

    what = "making the link primary"

    def do(self, end: End) -> bool:
        end.client.links.make_primary(self.link_id)
        return True

    def undo(self, end: End) -> None:
        if self.previous is not None and self.previous != self.link_id:
            end.client.links.make_primary(self.previous)


@dataclass(frozen=True)
class RemoveLegacy(OnExisting):
    """Remove trusted applications or basic access, after OAuth has been set up on both ends.

    Args:
        asked: whether the program asks for the removal. If it does not, OAuth has replaced them, and what the application does not remove
            is only reported.
    """

    asked: bool

    what = "removing the link's legacy authentication"

    def do(self, end: End) -> bool:
        try:
            end.client.oauth.migrate(self.link_id)
        except Refused as error:
            if self.asked and not error.maybe_done:
                by_hand = f"Remove it manually on {end.admin_page()}, or set on_legacy to what it was before."
                raise LinkError(error.told.also(do=by_hand)) from None
            return False
        return True

    def undo(self, end: End) -> None:
        raise CannotBeUndone(end, "legacy authentication that was removed is never recreated")


@dataclass(frozen=True)
class SetAuthentication(OnExisting):
    """Set the authentication levels of both directions."""

    @property
    def what(self) -> str:
        return f"setting authentication (outgoing {self.desired.outgoing.value}, incoming {self.desired.incoming.value})"

    def do(self, end: End) -> bool:
        levels = OAuthConfig(incoming=self.desired.incoming, outgoing=self.desired.outgoing)
        end.client.oauth.set_levels(self.link_id, levels)
        return True

    def undo(self, end: End) -> None:
        before, now = self.before, end.client.oauth.get(self.link_id)
        accepts = self.desired.incoming.value != before.incoming
        sends = self.desired.outgoing.value != before.outgoing
        user = now.execute_as if now.incoming.is_oauth else before.execute_as
        kept = {
            "incoming": before.incoming if accepts else now.incoming.value,
            "outgoing": before.outgoing if sends else now.outgoing.value,
            # Switching off incoming requests removes the user. Any other change of their level might remove it, too.
            "execute_as": user or before.execute_as if accepts else user,
        }
        set_as_before(end, self.link_id, before.model_copy(update=kept))


@dataclass(frozen=True)
class SetExecuteAs(OnExisting):
    """Set the user that incoming 2LO requests run as."""

    @property
    def what(self) -> str:
        wanted = self.desired.execute_as
        return f"letting incoming requests run {f'as {wanted!r}' if wanted else 'anonymously'}"

    def do(self, end: End) -> bool:
        wanted = self.desired.execute_as
        if end.client.oauth.set_execute_as(self.link_id, self.desired.incoming, wanted):
            return True
        found = end.client.oauth.get(self.link_id)
        if found.user_told and found.execute_as != wanted:
            raise contradicted(
                end,
                f"{end.label} accepted that incoming requests run as {wanted!r}, but reports {found.execute_as!r}",
            )
        return True

    def undo(self, end: End) -> None:
        if not Level(self.before.incoming).is_oauth:
            return  # there was no user before
        if not self.before.user_told:
            raise CannotBeUndone(
                end, "the user that incoming requests ran as before is not known, and is not set again"
            )
        level = end.client.oauth.get(self.link_id).incoming
        if level.is_oauth:  # otherwise somebody has switched off incoming requests, which removed the user
            end.client.oauth.set_execute_as(self.link_id, level, self.before.execute_as)


@dataclass(frozen=True)
class RenewKey(SetExecuteAs):
    """Let the application read the other one's public key again. It does that whenever a consumer is configured [S9]."""

    @property
    def what(self) -> str:
        return "reading the other application's public key again"

    def undo(self, end: End) -> None:
        raise CannotBeUndone(end, "the earlier key is not set again")


@dataclass(frozen=True)
class DeleteLink(Step):
    """Delete the reverse link of a link that becomes one-way, or a duplicate.

    Args:
        before: the link as it was read; None for a duplicate.
        desired: the link as the program wanted it; None for a duplicate.
    """

    before: LinkObservation | None = None
    desired: Desired | None = None

    what = "deleting the link"

    def do(self, end: End) -> bool:
        remove_link(end, self.link_id)
        return True

    def undo(self, end: End) -> None:
        if self.before is None or self.desired is None:
            raise CannotBeUndone(end, "a deleted duplicate is not recreated")
        put(end, self.desired, self.before.id, self.before)
        set_as_before(end, self.link_id, self.before)
        if self.before.primary:
            end.client.links.make_primary(self.link_id)


@dataclass(frozen=True)
class Upgrade(OnExisting):
    """Change the provisional id of a link that was made while the target was down to the target's server id."""

    what = "giving the link its target's server id"

    def do(self, end: End) -> bool:
        client, wanted = end.client, self.desired
        # For the upgrade the application asks the target at the link's address. The target may have come up at another address.
        if same_address(self.before.rpc_url or "", wanted.rpc_url):
            client.links.upgrade(self.before.id, wanted.id)
            if client.links.get(wanted.id) is not None:
                return True
        # Versions without the upgrade answer 200 and do nothing. The link is this program's and has no settings yet, so recreate it.
        remove_link(end, self.before.id)
        if put(end, wanted, wanted.id) != "created":
            raise MadeMeanwhile(end, wanted.id)
        if self.before.primary:
            client.links.make_primary(wanted.id)
        return True

    def undo(self, end: End) -> None:
        # The stack has the link's provisional id. With any other id, the link would seem to be gone.
        now = end.client.links.get(self.desired.id)
        kept = {"name": now.name, "display_url": now.display_url} if now else {}
        remove_link(end, self.desired.id, was_there=now is not None)
        put(end, self.desired, self.before.id, self.before.model_copy(update=kept))
        if self.before.primary:
            end.client.links.make_primary(self.before.id)


# Functions that several steps and the deletion use.


def put(end: End, desired: Desired, link_id: str, before: LinkObservation | None = None) -> str:
    """Make an end's link, as desired or as it was before. Return "created", or "updated" if the link existed already."""
    wanted, links = before or desired, end.client.links
    link = Link(
        id=link_id,
        type_id=desired.type_id,
        name=wanted.name,
        display_url=wanted.display_url,
        rpc_url=wanted.rpc_url or desired.rpc_url,
    )
    links.let_nodes_follow(link_id)
    return links.put(link)


def set_as_before(end: End, link_id: str, before: LinkObservation) -> None:
    """Restore the levels and the user that a link had. Legacy levels are never restored."""
    incoming, outgoing = Level(before.incoming), Level(before.outgoing)
    end.client.oauth.set_levels(
        link_id,
        OAuthConfig(
            incoming=incoming if incoming.makeable else Level.NONE,
            outgoing=outgoing if outgoing.makeable else Level.NONE,
        ),
    )
    if incoming in (Level.OAUTH, Level.OAUTH_IMPERSONATION) and before.execute_as:
        end.client.oauth.set_execute_as(link_id, incoming, before.execute_as)


def remove_link(end: End, link_id: str, *, was_there: bool = True) -> None:
    """Delete an end's link, and make sure that it is gone.

    Args:
        end: the end.
        link_id: the link's id there.
        was_there: whether this operation has read it. If it has, and the application answers that there is no such link, the deletion is
            repeated for a while, because the answer may come from a node of a cluster that has not synchronized yet.

    Raises:
        ApplinksError: if the application can't be asked or refuses.
        LinkError: if it still has the link.
    """
    client = end.client

    def gone() -> bool:
        told = client.links.delete(link_id)
        if told == "unsure":
            return client.links.get(link_id) is None
        return told == "deleted" or not was_there

    if settled(client.deadline, gone):
        return
    if client.links.get(link_id) is not None:
        raise contradicted(end, f"{end.label} accepted the deletion, but still has the link")


def is_there(end: End, link_id: str) -> bool | None:
    """Check whether an end has a link after a request that failed; None if the end can't be asked."""
    client = end.client
    client.insist()
    client.links.doubt(link_id)
    try:
        return client.links.get(link_id) is not None
    except ApplinksError:
        return None


def contradicted(end: End, what: str) -> LinkError:
    """Make the error for an application that reports something that contradicts its answer."""
    return LinkError(end.told(Code.NOT_AS_TOLD, what))


def keep_primary(end: End, before: Link) -> None:
    """Make a link primary again after an edit: some versions treat an edit without `primary` as "not primary"."""
    if before.primary:
        now = end.client.links.get(before.id)
        if now is not None and not now.primary:
            end.client.links.make_primary(before.id)
