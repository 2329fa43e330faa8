"""An application that moved, and nothing else: the other one is told, and tries the link.

Two requests for each link, since everything else is known: that the application at the new address is the one that the link was made
with is asked once for all of them, and the status of the link shows whether the other end knows this one and both agree. Where anything
is not as expected, the whole way of an update follows, which looks at everything and says what is wrong.
"""

from __future__ import annotations

from pulumi_applinks.lifecycle.declaration import Role, other
from pulumi_applinks.lifecycle.ends import Ends
from pulumi_applinks.lifecycle.looking import Recorded
from pulumi_applinks.lifecycle.observation import Identity, desired_end, differences, identity_of
from pulumi_applinks.lifecycle.observing import Seen, Statuses, try_link
from pulumi_applinks.lifecycle.preflight import identity_problems, same_application_problems
from pulumi_applinks.rest import ApplinksError, same_address


def relocate(ends: Ends, recorded: Recorded) -> tuple[dict[Role, Identity], Seen, Statuses] | None:
    """Tell one application that the other one moved.

    Args:
        ends: both ends.
        recorded: what the state knows.

    Returns:
        Who the applications are, what both ends have, and what was said of whether the link works; nothing where this was not all
        that there is to do.
    """
    if not recorded.only_moved or len(recorded.moved) != 1 or len(recorded.links) != 2:
        return None
    (moved,) = recorded.moved
    told = other(moved)
    declaration = ends.declaration
    if declaration.managed != ("target", "source") or not declaration.authentication.any:
        return None
    identity = _identity(ends, moved, recorded)
    if identity is None:
        return None
    desired = desired_end(declaration, told, identity)
    before = recorded.links[told]
    if same_address(before.rpc_url or "", desired.rpc_url):
        return None
    try:
        ends[told].client.relocate(before.id, desired.rpc_url)
        seen, status = try_link(ends, told, before.id, before.execute_as, duplicates=before.duplicates)
    except ApplinksError:
        return None
    if seen is None or status is None or not status.working or differences(desired, seen):
        return None
    identities = {**recorded.identities, moved: identity}
    return identities, {told: seen, moved: recorded.links[moved]}, {told: status}


def _identity(ends: Ends, moved: Role, recorded: Recorded) -> Identity | None:
    """The application at the new address, when it is the one that the link was made with."""
    try:
        manifest = ends[moved].manifest(ends.declaration.wait_for_target, ends.deadline)
    except ApplinksError:
        return None
    manifests = {moved: manifest}
    known = {role: identity.server_id for role, identity in recorded.identities.items()}
    if any(identity_problems(ends, manifests)) or moved not in known:
        return None
    if any(same_application_problems(ends, known, manifests)):
        return None
    return identity_of(manifest)
