"""The steps that change an application, each with what takes it back. A step is data; doing it is what asks an application."""

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
        """What it does, as part of a sentence: "creating the link"."""

    @abstractmethod
    def do(self, end: End) -> bool:
        """Do it. Repeating it is harmless.

        Returns:
            Whether there is something to undo.

        Raises:
            ApplinksError: if the application can't be asked or refuses.
            LinkError: if the application says something else than what it did.
        """

    @abstractmethod
    def undo(self, end: End) -> None:
        """Undo what it changed, and nothing else. Harmless when it was not done.

        Raises:
            ApplinksError: if the application can't be asked or refuses.
            LinkError: if the application says something else than what it did.
            CannotBeUndone: if it can't be undone.
        """


@dataclass(frozen=True)
class MakeLink(Step):
    """Make one end's link, by PUT with its id: the request that can be repeated.

    The answer says who makes it and who only finds it there, so of two that make the same link at the same time one knows that it
    was second.

    Args:
        desired: the link.
        may_be_there: whether a link that somebody makes meanwhile may be taken over.
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
    """A change of a link that is there.

    Args:
        desired: what should be there.
        before: what is there, as it was read in this run.
    """

    desired: Desired
    before: LinkObservation


@dataclass(frozen=True)
class EditLink(OnExisting):
    """Set the name and the display URL.

    Args:
        name: the name to give: another one than declared while a second link has that.
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
        # What is not given is sent unchanged, and so does the RPC URL: only a relocation changes it.
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
        without_contact: whether to do so even if nothing answers at the new address.
        remembered: whether `before` is what the state remembers, because the link was not read before.
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
        now = end.client.links.get(self.link_id)  # first: the way back may set the display URL, too
        name, display_url = (
            (now.name, now.display_url) if now else (self.before.name, self.before.display_url)
        )
        rpc_url, display_url = self.addresses_before(display_url)
        end.client.links.relocate(self.link_id, rpc_url, without_contact=True)
        end.client.links.edit(self.link_id, name=name, rpc_url=rpc_url, display_url=display_url)
        if now is not None:
            keep_primary(end, now)

    def addresses_before(self, display_url: str) -> tuple[str, str]:
        """The RPC URL and the display URL that the link had.

        Args:
            display_url: the one that it has now. Some versions set it when they relocate; another one was set by somebody else.
        """
        set_here = same_address(display_url, self.desired.rpc_url)
        return (
            self.before.rpc_url or self.desired.rpc_url,
            self.before.display_url if set_here else display_url,
        )


@dataclass(frozen=True)
class MakePrimary(Step):
    """Make it the primary link of its type.

    Args:
        previous: the primary link of that type before.
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
    """Remove trusted applications or basic access, where OAuth is on both ends by now.

    Args:
        asked: whether the program says so; else OAuth has replaced them, and what the application does not remove is reported.
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
            # The user goes when incoming requests are switched off, and may be lost with any other change of their level.
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
            return  # then there was no user
        if not self.before.user_told:
            raise CannotBeUndone(
                end, "the user that incoming requests ran as before is not known, and is not set again"
            )
        level = end.client.oauth.get(self.link_id).incoming
        if level.is_oauth:  # else somebody has switched them off, and the user is gone with that
            end.client.oauth.set_execute_as(self.link_id, level, self.before.execute_as)


@dataclass(frozen=True)
class RenewKey(SetExecuteAs):
    """Let the application read the other one's public key again: whenever a consumer is configured it does [S9]."""

    @property
    def what(self) -> str:
        return "reading the other application's public key again"

    def undo(self, end: End) -> None:
        raise CannotBeUndone(end, "the earlier key is not set again")


@dataclass(frozen=True)
class DeleteLink(Step):
    """Delete a link that this program made: the reverse link of one that becomes one-way, or a duplicate.

    Args:
        before: what stood there; None for a duplicate.
        desired: what the program wanted there; None for a duplicate.
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
    """Give a link that was made while the target was down the id that the target turned out to have."""

    what = "giving the link its target's server id"

    def do(self, end: End) -> bool:
        client, wanted = end.client, self.desired
        # The application asks the target at the address that the link has, and the target may have come up at another one.
        if same_address(self.before.rpc_url or "", wanted.rpc_url):
            client.links.upgrade(self.before.id, wanted.id)
            if client.links.get(wanted.id) is not None:
                return True
        # Versions without the upgrade answer 200 and do nothing: the link is ours, and has nothing yet, so it is recreated.
        remove_link(end, self.before.id)
        if put(end, wanted, wanted.id) != "created":
            raise MadeMeanwhile(end, wanted.id)
        if self.before.primary:
            client.links.make_primary(wanted.id)
        return True

    def undo(self, end: End) -> None:
        # The stack knows the link by its provisional id, and would take it for gone under another one.
        now = end.client.links.get(self.desired.id)
        kept = {"name": now.name, "display_url": now.display_url} if now else {}
        remove_link(end, self.desired.id, was_there=now is not None)
        put(end, self.desired, self.before.id, self.before.model_copy(update=kept))
        if self.before.primary:
            end.client.links.make_primary(self.before.id)


# What several steps, and a deletion, do on an end.


def put(end: End, desired: Desired, link_id: str, before: LinkObservation | None = None) -> str:
    """Make an end's link, as desired or as it was before: "created", or "updated" when it was there."""
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
    """Set the levels and the user that a link had; legacy levels are never made again."""
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
        was_there: whether this operation has seen it: that the application then knows no such link is a contradiction, such as of a
            node of a cluster that has not followed, and it is asked again for a while.

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
    """Whether an end has a link after a request that failed; None where it can't be asked."""
    client = end.client
    client.insist()
    client.links.doubt(link_id)
    try:
        return client.links.get(link_id) is not None
    except ApplinksError:
        return None


def contradicted(end: End, what: str) -> LinkError:
    """The error for an application that says something else than what it did, or that cannot be undone."""
    return LinkError(end.told(Code.NOT_AS_TOLD, what))


def keep_primary(end: End, before: Link) -> None:
    """Some versions take an edit that does not mention primary as "not primary"."""
    if before.primary:
        now = end.client.links.get(before.id)
        if now is not None and not now.primary:
            end.client.links.make_primary(before.id)
