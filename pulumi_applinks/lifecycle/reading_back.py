"""Read every managed end after a change, and insist on what the program says."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from pulumi_applinks.lifecycle.declaration import Role
from pulumi_applinks.lifecycle.ends import End, Ends
from pulumi_applinks.lifecycle.observation import Desired, LinkObservation, differences
from pulumi_applinks.lifecycle.observing import Seen, Statuses, try_link
from pulumi_applinks.lifecycle.problems import LinkError
from pulumi_applinks.lifecycle.together import side_by_side
from pulumi_applinks.rest import ApplinksError, Status


def read_back(ends: Ends, desired: Mapping[Role, Desired]) -> tuple[Seen, Statuses]:
    """Let each managed end try its link, and compare what it has with the program.

    Args:
        ends: both ends.
        desired: what should stand on each end that was looked at.

    Returns:
        The links, and what each application says of whether its link works.

    Raises:
        LinkError: if an end says something else than the program.
    """
    roles = list(desired)
    answers = side_by_side([partial(_try, ends, role, desired[role]) for role in roles])
    seen: Seen = {}
    statuses: Statuses = {}
    wrong: list[str] = []
    for role, answer in zip(roles, answers, strict=True):
        end = ends[role]
        if isinstance(answer, ApplinksError):
            wrong.append(f"what {end.label} has now could not be read: {answer}")
            continue
        link, status = answer
        seen[role] = link
        if link is None:
            wrong.append(f"{end.label} accepted the link, but does not list it: look at {end.admin_page()}.")
            continue
        statuses[role] = status
        wrong += [
            f"{end.label} accepted {field} {declared!r}, but says {observed!r}"
            for field, (declared, observed) in differences(desired[role], link).items()
        ]
        if link.duplicates:
            _report_duplicates(ends, end, link)
    if wrong:
        raise LinkError(
            "the link was changed, but does not read back as the program says:\n"
            + "\n".join(f"  - {line}" for line in wrong),
            advice="What was changed stays; look at the above, then run `pulumi up` again: it continues from what it finds.",
        )
    return seen, statuses


def _try(
    ends: Ends, role: Role, desired: Desired
) -> tuple[LinkObservation | None, Status | None] | ApplinksError:
    try:
        return try_link(ends, role, desired.id, desired.execute_as)
    except ApplinksError as error:
        return error


def _report_duplicates(ends: Ends, end: End, seen: LinkObservation) -> None:
    listed = ", ".join(seen.duplicates)
    remote = ends.target if end.role == "source" else ends.source
    ends.notify(
        f"{end.label} has other links to the address of {remote.label}: {listed}. They are not this program's and stay. "
        f'Delete them on {end.admin_page()}, or set on_duplicate="remove".'
    )
