"""Delete both ends, each confirmed by the application or read back, and tell the truth about what is left."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from pulumi_applinks.lifecycle.declaration import Role
from pulumi_applinks.lifecycle.ends import Ends, remove_link
from pulumi_applinks.lifecycle.looking import Recorded, link_id_now
from pulumi_applinks.lifecycle.problems import Leftover, LinkError
from pulumi_applinks.lifecycle.together import side_by_side
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
    managed = list(recorded.managed)

    def look(role: Role) -> bool | Leftover:
        return _told(ends, role, recorded, lambda: _is_there(ends, role, recorded))

    def remove(role: Role) -> bool | Leftover:
        return _told(ends, role, recorded, lambda: _remove(ends, role, recorded))

    looked = dict(zip(managed, side_by_side([partial(look, role) for role in managed]), strict=True))
    left = [one for one in looked.values() if isinstance(one, Leftover)]
    present = [role for role, there in looked.items() if there is True]
    if left and not leaving:
        raise _kept(left, untouched=[ends[role].label for role in present])
    # Also where the list does not have it: only the application's own word that there is no such link counts.
    asked = [role for role, there in looked.items() if not isinstance(there, Leftover)]
    removed = side_by_side([partial(remove, role) for role in asked])
    left += [one for one in removed if isinstance(one, Leftover)]
    if left and not leaving:
        raise _kept(left, untouched=[])
    return left


def _told(ends: Ends, role: Role, recorded: Recorded, call: Callable[[], bool]) -> bool | Leftover:
    try:
        return call()
    except (ApplinksError, LinkError) as error:
        return _leftover(ends, role, recorded, error)


def _is_there(ends: Ends, role: Role, recorded: Recorded) -> bool:
    client = ends[role].client
    manifest = client.manifest()
    known = recorded.identities.get(role)
    if known is not None and manifest.id != known.server_id:
        # The id of the reverse link is the same on every application, so deleting here would hit somebody else's link.
        raise LinkError(
            f"another application answers there (server id {manifest.id}, the link was made with {known.server_id})."
        )
    return client.link(link_id_now(ends, role, recorded)) is not None


def _remove(ends: Ends, role: Role, recorded: Recorded) -> bool:
    remove_link(ends[role], link_id_now(ends, role, recorded))
    return True


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
