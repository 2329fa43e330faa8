"""Whether a link points to an application, or to another one that has the same server id: a copy. Pure: it is given what was read.

A copy has the server id, the keys and the links of its original. So a server id alone does not say who an application is: its addresses do,
too. It has one base URL, which it reports; the others are those that somebody names for it.
"""

from __future__ import annotations

from collections.abc import Iterable

from pulumi_applinks.rest import Manifest, Reason, same_address

NOTHING_ANSWERS: tuple[Reason, ...] = ("unreachable", "untrusted")
"""Reasons why a link does not work that say more than where it leads: no application answers there."""


def are_copies(one: Manifest, other: Manifest) -> bool:
    """Whether two applications answered that have one server id; one that answers at two addresses reports one base URL at both."""
    return one.id == other.id and not same_address(one.url, other.url)


def leads_elsewhere(addresses: Iterable[str | None], known: Iterable[str | None]) -> str | None:
    """Where a link leads whose id is an application's server id, if not to that application.

    Args:
        addresses: that the link has: its RPC URL first, then its display URL.
        known: the base URL that the application reports, and the addresses that are named for it.

    Returns:
        The first of the link's addresses when none of them is known; else None. Where one of them is known, the other may be a proxy's.
    """
    has = [one for one in addresses if one]
    names = [one for one in known if one]
    if not names or any(same_address(one, name) for one in has for name in names):
        return None
    return has[0] if has else None


def pointing_to(address: str) -> str:
    """What is said of a link that leads elsewhere, as the end of a sentence.

    Args:
        address: where it points.
    """
    return f"points to {address}: a copy, or the same application under another address"


def what_to_do(has: str, other: str, page: str) -> str:
    """What a person does about a link that leads elsewhere: nothing here gives an original's link to a copy.

    Args:
        has: the application that has the link.
        other: the application whose server id is the link's id.
        page: where the first one's administrator sees its links.
    """
    return (
        f"If {other} is a copy, and {has} is not, leave that link alone: it is the original's. If both are copies, the link was copied "
        f"with them: delete it on {page} and continue. If {other} moved, correct the address of the link there."
    )
