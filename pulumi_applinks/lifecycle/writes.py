"""What several steps, and a deletion, do on an end."""

from __future__ import annotations

from pulumi_applinks.codes import Code
from pulumi_applinks.lifecycle.ends import End, settled
from pulumi_applinks.lifecycle.errors import LinkError
from pulumi_applinks.lifecycle.link import Desired, LinkObservation
from pulumi_applinks.rest import ApplinksError, Level, Link, OAuthConfig


def put(end: End, desired: Desired, link_id: str, before: LinkObservation | None = None) -> str:
    """Make an end's link, as desired or as it was before: "created", or "updated" when it was there."""
    wanted = before or desired
    return end.client.put_link(
        Link(
            id=link_id,
            type_id=desired.type_id,
            name=wanted.name,
            display_url=wanted.display_url,
            rpc_url=wanted.rpc_url or desired.rpc_url,
        )
    )


def set_as_before(end: End, link_id: str, before: LinkObservation) -> None:
    """Set the levels and the user that a link had; legacy levels are never made again."""
    incoming, outgoing = Level(before.incoming), Level(before.outgoing)
    end.client.set_oauth(
        link_id,
        OAuthConfig(
            incoming=incoming if incoming.makeable else Level.NONE,
            outgoing=outgoing if outgoing.makeable else Level.NONE,
        ),
    )
    if incoming in (Level.OAUTH, Level.OAUTH_IMPERSONATION) and before.execute_as:
        end.client.set_execute_as(link_id, incoming, before.execute_as)


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
        told = client.delete_link(link_id)
        if told == "unsure":
            return client.link(link_id) is None
        return told == "deleted" or not was_there

    if settled(client.deadline, gone):
        return
    if client.link(link_id) is not None:
        raise contradicted(end, f"{end.label} accepted the deletion, but still has the link")


def is_there(end: End, link_id: str) -> bool | None:
    """Whether an end has a link after a request that failed; None where it can't be asked."""
    client = end.client
    client.insist()
    client.doubt(link_id)
    try:
        return client.link(link_id) is not None
    except ApplinksError:
        return None


def contradicted(end: End, what: str) -> LinkError:
    """The error for an application that says something else than what it did, or what cannot be taken back."""
    return LinkError(end.told(Code.NOT_AS_TOLD, what))


def keep_primary(end: End, before: Link) -> None:
    """Versions may take an edit without a word on primary for a no."""
    if before.primary:
        now = end.client.link(before.id)
        if now is not None and not now.primary:
            end.client.make_primary(before.id)
