"""What an `up` would meet, asked without changing anything: for a preview that asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pulumi_applinks.codes import Code
from pulumi_applinks.lifecycle.declaration import Role
from pulumi_applinks.lifecycle.ends import Ends
from pulumi_applinks.lifecycle.link import Desired, LinkObservation, Recorded, differences
from pulumi_applinks.lifecycle.obstacles import Looked, look_over
from pulumi_applinks.lifecycle.plan import plan_change
from pulumi_applinks.lifecycle.survey import identify
from pulumi_applinks.rest import Told

_CHANGES = {
    "name": "It is renamed from {1!r} to {0!r}.",
    "display_url": "Its display URL changes from {1} to {0}.",
    "rpc_url": "It is relocated from {1} to {0}.",
    "primary": "It becomes the primary link of its type.",
    "outgoing": "The authentication of outgoing requests changes from {1} to {0}.",
    "incoming": "The authentication of incoming requests changes from {1} to {0}.",
    "execute_as": "Incoming requests run as {0!r} from then on, and not as {1!r}.",
}
"""What is done to a link, by the field in which it differs: with the declared and the observed value."""


@dataclass(frozen=True)
class Foreseen:
    """What an `up` would meet.

    Args:
        problems: everything that stands against it.
        notes: what it would do to links that are there already.
    """

    problems: tuple[Told, ...] = ()
    notes: tuple[Told, ...] = ()


def foresee(ends: Ends, recorded: Recorded) -> Foreseen:
    """Read what an `up` reads before it changes anything."""
    survey, wait = identify(ends, recorded), ends.declaration.wait_for_target
    if wait and any(error.may_pass for error in survey.failures.values()):
        for error in survey.failures.values():
            ends.notify(error.told.also(do=f"`pulumi up` waits for it, up to {wait:g} s."))
        return Foreseen()
    looked = look_over(ends, survey)
    if looked.problems:
        return Foreseen(looked.problems)
    plan = plan_change(looked.ends.declaration, looked.survey)
    return Foreseen(notes=tuple(_taking_over(looked, plan.desired)))


def _taking_over(looked: Looked, wanted: Mapping[Role, Desired]) -> Iterator[Told]:
    for role, desired in wanted.items():
        seen = looked.survey.seen(role)
        if seen is not None and role not in looked.survey.recorded.managed:
            end = looked.ends[role]
            yield end.told(
                Code.ADOPTS,
                f"{end.label} has the link already (link {seen.id}, {seen.name!r}): it is taken over",
                *(tuple(_changes(looked, desired, seen)) or ("It is as declared.",)),
            )


def _changes(looked: Looked, desired: Desired, seen: LinkObservation) -> Iterator[str]:
    for field, (declared, observed) in differences(desired, seen).items():
        yield _CHANGES[field].format(declared, observed)
    declaration = looked.ends.declaration
    if seen.duplicates and declaration.on_duplicate == "remove":
        yield f"Other links to the same address are deleted: {', '.join(seen.duplicates)}."
    if seen.legacy and declaration.on_legacy == "remove":
        yield f"Legacy authentication is removed: {', '.join(seen.legacy)}."
