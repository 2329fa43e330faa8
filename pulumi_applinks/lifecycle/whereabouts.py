"""Check whether a link points to an application or to a copy of it, which has the same server id. It sends no requests.

A copy has the server id, the keys and the links of its original. So a server id alone does not identify an application: its addresses are
needed, too. An application has one base URL, which it reports. Its other addresses are those that somebody has
given for it.
"""

from __future__ import annotations

from collections.abc import Iterable

from pulumi_applinks.rest import Manifest, Reason, same_address

NOTHING_ANSWERS: tuple[Reason, ...] = ("unreachable", "untrusted")
"""Reasons why a link does not work that are more useful than the address that it points to: no application answers there."""


def are_copies(one: Manifest, other: Manifest) -> bool:
    """Check whether two manifests come from two applications with the same server id.

    One application that answers at two addresses reports the same base URL at both.
    """
    return one.id == other.id and not same_address(one.url, other.url)


def leads_elsewhere(addresses: Iterable[str | None], known: Iterable[str | None]) -> str | None:
    """Return where a link points to, if that is not the application whose server id is the link's id.

    Args:
        addresses: the link's addresses: its RPC URL first, then its display URL.
        known: the base URL that the application reports, and the addresses that are given for it.

    Returns:
        The first of the link's addresses if none of them is known; otherwise None. If one of them is known, the other may be a proxy's.
    """
    has = [one for one in addresses if one]
    names = [one for one in known if one]
    if not names or any(same_address(one, name) for one in has for name in names):
        return None
    return has[0] if has else None


def pointing_to(address: str) -> str:
    """Describe a link that points to another address, as the end of a sentence.

    Args:
        address: the address that it points to.
    """
    return f"points to {address}: a copy, or the same application under another address"


def what_to_do(has: str, other: str, page: str) -> str:
    """Say what a person should do about a link that points to another address. The advice never gives an original's link to a copy.

    Args:
        has: the application that has the link.
        other: the application whose server id is the link's id.
        page: the page on which the administrator of `has` sees its links.
    """
    return (
        f"If {other} is a copy, and {has} is not, leave that link alone: it is the original's. If both are copies, the link was copied "
        f"with them: delete it on {page} and continue. If {other} moved, correct the address of the link there."
    )
