"""The types of products that applications are linked with: one table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pulumi_applinks.rest.addresses import shown_url

UserResource = Literal["jira", "confluence", "bitbucket"]
"""Where a product tells of a user (users.py)."""


@dataclass(frozen=True)
class Product:
    """A type of application.

    Args:
        type_id: as the applinks plugin names it.
        name: as people call it.
        users: the resource that tells of a user, if there is one.
    """

    type_id: str
    name: str
    users: UserResource | None = None


PRODUCTS: dict[str, Product] = {
    product.type_id: product
    for product in (
        Product("jira", "Jira", users="jira"),
        Product("confluence", "Confluence", users="confluence"),
        Product("stash", "Bitbucket", users="bitbucket"),
        Product("bamboo", "Bamboo"),
        Product("crowd", "Crowd"),
        Product("fecru", "Fisheye/Crucible"),
        Product("refapp", "Refapp"),
    )
}
"""By type. A new one is one row."""

GENERIC = "generic"
"""The type of whatever is no product: OAuth 1.0a clients, and OAuth 2.0 clients and connections in the list of 3.0."""


def product_of(type_id: str | None) -> Product:
    """A type's row; one that is not known has the name that the plugin gives it."""
    return PRODUCTS.get(type_id or "") or Product(type_id or "", type_id or "application")


def admin_page(base_url: str) -> str:
    """Where an administrator sees an application's links: the plugin's own page, the same in every product so far [S9].

    Args:
        base_url: the address that people see.
    """
    return shown_url(base_url).rstrip("/") + "/plugins/servlet/applinks/listApplicationLinks"
