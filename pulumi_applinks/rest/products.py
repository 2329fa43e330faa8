"""The types of products that applications are linked with: one table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Product:
    """A type of application.

    Args:
        type_id: as the applinks plugin names it.
        name: as people call it.
        aliases: other words for the type, which programs may use.
    """

    type_id: str
    name: str
    aliases: tuple[str, ...] = ()


PRODUCTS: dict[str, Product] = {
    product.type_id: product
    for product in (
        Product("jira", "Jira"),
        Product("confluence", "Confluence"),
        Product("stash", "Bitbucket", aliases=("bitbucket",)),
        Product("bamboo", "Bamboo"),
        Product("crowd", "Crowd"),
        Product("fecru", "Fisheye/Crucible", aliases=("fisheye", "crucible")),
        Product("refapp", "Refapp"),
    )
}
"""By type. A new one is one row."""

GENERIC = "generic"
"""The type of whatever is no product: OAuth 1.0a clients, and OAuth 2.0 clients and connections in the list of 3.0."""


def type_of(kind: str) -> str:
    """The type that a program means.

    Args:
        kind: a type, or another word for one; anything else is given back as it is.
    """
    return next((one.type_id for one in PRODUCTS.values() if kind in one.aliases), kind)


def product_name(type_id: str) -> str:
    """What people call a type of application.

    Args:
        type_id: of the plugin; one that is not known is given back as it is.
    """
    return PRODUCTS[type_id].name if type_id in PRODUCTS else type_id
