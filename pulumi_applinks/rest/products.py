"""The types of products that links connect, in one table."""

from __future__ import annotations

from pulumi_applinks.rest.addresses import shown_url

PRODUCTS = {
    "jira": "Jira",
    "confluence": "Confluence",
    "stash": "Bitbucket",
    "bamboo": "Bamboo",
    "crowd": "Crowd",
    "fecru": "Fisheye/Crucible",
    "refapp": "Refapp",
}
"""The product names, by the type that the applinks plugin uses. Supporting a new product adds one row."""

GENERIC = "generic"
"""The type of everything that is not a product: OAuth 1.0a clients, and OAuth 2.0 clients and connections in the list of 3.0."""


def product_name(type_id: str | None) -> str:
    """The product name for a type; for an unknown type, the plugin's own name of it."""
    return PRODUCTS.get(type_id or "") or type_id or "application"


def admin_page(base_url: str) -> str:
    """The page where an administrator sees an application's links: the plugin's own page, the same in every product so far [S9].

    Args:
        base_url: the address that people see.
    """
    return shown_url(base_url).rstrip("/") + "/plugins/servlet/applinks/listApplicationLinks"
