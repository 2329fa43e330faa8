"""From what is declared and what was observed to the steps that close the gap. Pure: nothing is asked here."""

from __future__ import annotations

from pulumi_applinks.lifecycle.ends import End
from pulumi_applinks.lifecycle.observation import Desired, LinkObservation, differences
from pulumi_applinks.lifecycle.steps import (
    LEGACY,
    EditLink,
    MakeLink,
    MakePrimary,
    MigrateAuthentication,
    Relocate,
    SetAuthentication,
    SetExecuteAs,
    Step,
)
from pulumi_applinks.rest import Level

OAUTH_LEVELS = (Level.OAUTH.value, Level.OAUTH_IMPERSONATION.value, Level.OAUTH_3LO_ONLY.value)


def link_steps(
    end: End,
    desired: Desired,
    seen: LinkObservation | None,
    *,
    without_contact: bool = False,
    previous_primary: str | None = None,
    adopting: bool = False,
) -> list[Step]:
    """The steps that make or change one end's link, without its authentication.

    Args:
        end: the end to change.
        desired: what should stand there.
        seen: what stands there, if anything.
        without_contact: relocate although nothing answers at the new address.
        previous_primary: the primary link of that type now, to be restored when things go wrong.
        adopting: whether a link that somebody makes meanwhile may be taken over.
    """
    if seen is None:
        fresh = as_made(desired)
        made: list[Step] = [MakeLink(end, desired, may_be_there=adopting)]
        if desired.primary:
            made.append(MakePrimary(end, desired, fresh, previous_primary))
        return made
    found = differences(desired, seen)
    steps: list[Step] = []
    if "rpc_url" in found:
        steps.append(Relocate(end, desired, seen, without_contact))
    # A relocation may set the display URL too, in some versions: the edit looks again before it writes.
    if {"name", "display_url", "rpc_url"} & found.keys():
        steps.append(EditLink(end, desired, seen))
    if "primary" in found:
        steps.append(MakePrimary(end, desired, seen, previous_primary))
    return steps


def authentication_steps(end: End, desired: Desired, seen: LinkObservation | None) -> list[Step]:
    """The steps that bring one end's authentication to what is declared.

    Args:
        end: the end to change.
        desired: what should stand there.
        seen: what stood there before this run, if anything.
    """
    before = seen or as_made(desired)
    steps: list[Step] = []
    levels = (desired.outgoing.value, desired.incoming.value)
    if (before.outgoing, before.incoming) != levels:
        if before.outgoing in LEGACY or before.incoming in LEGACY:
            steps.append(MigrateAuthentication(end, desired, before))
        steps.append(SetAuthentication(end, desired, before))
    # The consumer, and with it the user, goes when the incoming direction is switched off, and may be kept through any other change.
    kept = before.execute_as if before.incoming in OAUTH_LEVELS else None
    if desired.incoming.value in (Level.OAUTH.value, Level.OAUTH_IMPERSONATION.value) and (
        desired.execute_as != kept or (desired.execute_as is not None and bool(steps)) or not before.user_told
    ):
        steps.append(SetExecuteAs(end, desired, before))
    return steps


def as_made(desired: Desired) -> LinkObservation:
    """What a link looks like right after it was made: no authentication."""
    return LinkObservation(
        id=desired.id, name=desired.name, display_url=desired.display_url, rpc_url=desired.rpc_url
    )
