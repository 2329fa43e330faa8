"""The types of products that applications are linked with: one table."""

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
"""What people call an application, by its type as the applinks plugin names it. A new one is one row."""

GENERIC = "generic"
"""The type of whatever is no product: OAuth 1.0a clients, and OAuth 2.0 clients and connections in the list of 3.0."""


def product_name(type_id: str | None) -> str:
    """What people call an application of a type; one that is not known has the name that the plugin gives it."""
    return PRODUCTS.get(type_id or "") or type_id or "application"


def admin_page(base_url: str) -> str:
    """Where an administrator sees an application's links: the plugin's own page, the same in every product so far [S9].

    Args:
        base_url: the address that people see.
    """
    return shown_url(base_url).rstrip("/") + "/plugins/servlet/applinks/listApplicationLinks"
