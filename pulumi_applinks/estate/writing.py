"""The ends of an estate as the lifecycle's steps know them: whatever changes one goes through these, and is confirmed by reading."""

from __future__ import annotations

from pulumi_applinks import lifecycle
from pulumi_applinks.codes import Code
from pulumi_applinks.estate.model import Estate, LinkEnd
from pulumi_applinks.estate.reading import Reader
from pulumi_applinks.lifecycle.link import Desired
from pulumi_applinks.lifecycle.steps import EditLink, Relocate
from pulumi_applinks.lifecycle.writes import remove_link
from pulumi_applinks.rest import ApplinksError, Level, Status, same_address

ROLE: lifecycle.Role = "source"
"""An end that is changed alone is the source of its own."""


def delete_end(end: LinkEnd, estate: Estate, reader: Reader) -> None:
    """Delete one end's link, and make sure that it is gone.

    Args:
        end: of the estate.
        estate: that it is of.
        reader: that read it.

    Raises:
        ApplinksError: if the application can't be asked or refuses.
        LinkError: if it still has the link.
    """
    remove_link(_end(end, estate, reader), end.link_id)


def relocate_end(
    end: LinkEnd, estate: Estate, reader: Reader, old: str, new: str, *, without_contact: bool = False
) -> Status | None:
    """Tell one end that the other application moved, and make sure that it noticed. The rest of the link stays as it is.

    Args:
        end: of the estate.
        estate: that it is of.
        reader: that read it.
        old: where the other application was.
        new: where it is now.
        without_contact: whether to do so although nothing answers there.

    Returns:
        What it says of the link after trying it; None from versions that do not tell.

    Raises:
        ApplinksError: if the application can't be asked or refuses.
        LinkError: if it says something else afterwards.
    """
    there = _end(end, estate, reader)
    before = lifecycle.LinkObservation(
        id=end.link_id,
        name=end.name,
        display_url=end.display_url,
        rpc_url=end.rpc_url,
        primary=end.primary,
        outgoing=end.outgoing or "none",
        incoming=end.incoming or "none",
    )
    desired = Desired(
        id=end.link_id,
        type_id=end.type_id,
        name=end.name,
        display_url=new if same_address(end.display_url, old) else end.display_url,
        rpc_url=new if same_address(end.rpc_url or "", old) else end.rpc_url or end.display_url,
        primary=None,
        outgoing=Level(before.outgoing),
        incoming=Level(before.incoming),
        execute_as=None,
    )
    try:
        if same_address(end.rpc_url or "", old):
            Relocate(ROLE, end.link_id, desired, before, without_contact).do(there)
        EditLink(ROLE, end.link_id, desired, before, end.name).do(there)
    except (ApplinksError, lifecycle.LinkError) as error:
        raise lifecycle.LinkError(error.told.also(changed=_changed(there, before))) from None
    now = there.client.link(end.link_id)
    if now is None or not same_address(now.rpc_url or desired.rpc_url, desired.rpc_url):
        found = "has no such link any more" if now is None else f"says that it leads to {now.rpc_url}"
        raise lifecycle.LinkError(
            there.told(
                Code.NOT_AS_TOLD,
                f"{there.label} took the new address, and {found}",
                do=f"Look at that link on {there.admin_page()}.",
            )
        )
    return there.client.status(end.link_id) if there.client.tells_status else None


def _changed(there: lifecycle.End, before: lifecycle.LinkObservation) -> str:
    """What a change that failed has changed, as it is read again."""
    client = there.client
    link = f"The link {before.id} on {client.label}"
    client.insist()
    client.doubt(before.id)
    try:
        now = client.link(before.id)
    except ApplinksError:
        unread = f"{link} could not be read again: it may not be as it was."
        return unread if client.writes else f"Nothing was changed on {client.label}."
    if now is None:
        return f"{link} is gone."
    fields = {"name": "name", "display_url": "display URL", "rpc_url": "address"}
    unlike = [
        f"its {word} was {was} and is {is_}"
        for field, word in fields.items()
        if (was := getattr(before, field)) != (is_ := getattr(now, field))
    ]
    told = "is as it was" if not unlike else f"was changed: {', '.join(unlike)}"
    return f"{link} {told}."


def _end(end: LinkEnd, estate: Estate, reader: Reader) -> lifecycle.End:
    application = estate.application(end.application)
    if application is None:
        raise LookupError(f"{end.application} is not of this estate")
    return lifecycle.End(ROLE, lifecycle.Party(url=application.named.url), reader.client(application.named))
