"""Delete both ends, each confirmed by reading it back, and tell the truth about what is left."""

from __future__ import annotations

from pulumi_applinks.lifecycle.declaration import Role
from pulumi_applinks.lifecycle.ends import Ends
from pulumi_applinks.lifecycle.problems import Leftover, LinkError
from pulumi_applinks.lifecycle.reconcile import Recorded
from pulumi_applinks.rest import ApplinksError


def delete(ends: Ends, recorded: Recorded) -> list[Leftover]:
    """Delete the link on every end that this program made.

    Args:
        ends: both ends as declared when the link was last changed.
        recorded: what the state knows.

    Returns:
        What could not be deleted, when the program says that this is to be left: warned of by the caller.

    Raises:
        LinkError: if an end could not be deleted and the program does not say that it is to be left. When an end can't be asked or
            does not let this program in, the other end is left as it is too, so that a later try finds both.
    """
    leaving = ends.declaration.on_unreachable_delete == "leave"
    left: list[Leftover] = []
    present: list[Role] = []
    for role in recorded.managed:
        try:
            if _is_there(ends, role, recorded):
                present.append(role)
        except (ApplinksError, LinkError) as error:
            left.append(_leftover(ends, role, recorded, error))
    if left and not leaving:
        raise _kept(left, untouched=[ends[role].label for role in present])
    deleted: list[Role] = []
    for role in present:
        try:
            _delete_end(ends, role, recorded.link_ids[role])
            deleted.append(role)
        except (ApplinksError, LinkError) as error:
            left.append(_leftover(ends, role, recorded, error))
            if not leaving:
                break
    if left and not leaving:
        raise _kept(
            left,
            untouched=[ends[role].label for role in present if role not in deleted and role != left[0].role],
        )
    return left


def _is_there(ends: Ends, role: Role, recorded: Recorded) -> bool:
    client = ends[role].client
    manifest = client.manifest()
    known = recorded.identities.get(role)
    if known is not None and manifest.id != known.server_id:
        # The id of the reverse link is the same on every application, so deleting here would hit somebody else's link.
        raise LinkError(
            f"another application answers there (server id {manifest.id}, the link was made with {known.server_id})."
        )
    return any(link.id == recorded.link_ids[role] for link in client.links())


def _delete_end(ends: Ends, role: Role, link_id: str) -> None:
    client = ends[role].client
    client.delete_link(link_id)
    if client.link(link_id) is not None:
        raise LinkError("the application accepted the deletion, but still has the link.")


def _leftover(ends: Ends, role: Role, recorded: Recorded, error: Exception) -> Leftover:
    end = ends[role]
    return Leftover(
        role,
        end.label,
        recorded.link_ids[role],
        end.admin_page(),
        str(error),
        "verify that the link is gone, or delete it there",
    )


def _kept(left: list[Leftover], untouched: list[str]) -> LinkError:
    as_it_was = f" The link on {' and '.join(untouched)} was left as it was." if untouched else ""
    return LinkError(
        "the link could not be deleted on every end:",
        left=left,
        advice=(
            f"The resource stays in the stack.{as_it_was} Run `pulumi destroy` again when that is mended; or set "
            f'on_unreachable_delete="leave", run `pulumi up`, and destroy it then, to finish with a warning.'
        ),
    )
