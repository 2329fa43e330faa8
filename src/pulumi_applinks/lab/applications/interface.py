"""Which resources an application of a generation serves under which version."""

from __future__ import annotations

from collections.abc import Iterable

from werkzeug.routing import Rule

from pulumi_applinks.lab.applications import (
    pages,
    resources_admin,
    resources_form,
    resources_lab,
    resources_links,
    resources_oauth,
    resources_status,
    resources_users,
    resources_v2,
    resources_v3,
)
from pulumi_applinks.lab.applications.application import Application
from pulumi_applinks.lab.applications.dispatch import Dispatcher
from pulumi_applinks.lab.applications.generations import Version

OLDER = (resources_links.routes, resources_admin.routes, resources_form.routes)
EVERY = (
    resources_links.manifest_routes,
    *OLDER,
    resources_v2.routes,
    resources_oauth.routes,
    resources_oauth.servlets,
    resources_v3.routes,
    resources_status.routes,
    *resources_users.BY_TYPE.values(),
    resources_lab.routes,
    pages.routes,
)
"""All parts of the interface that the lab plays."""


def served(application: Application) -> Dispatcher:
    """What an application serves."""
    under_all = application.variants.legacy_under_latest
    type_id = None if application.cloud else application.type_id
    return Dispatcher(application, rules(application.version, type_id, older_under_all=under_all))


def rules(version: Version, type_id: str | None, *, older_under_all: bool = True) -> Iterable[Rule]:
    """The rules of what an application of a generation serves.

    Args:
        version: what its generation has.
        type_id: its type; None for a Cloud site, whose own resources about users are others.
        older_under_all: whether the older resources answer under 3.0 and `latest` too.
    """
    older, second = version.older, version.second
    if not older_under_all:
        older, second = (tuple(one for one in under if one in ("1.0", "2.0")) for under in (older, second))
    # The plugin itself asks for the manifest under `latest`, so that much answers there in any case [S9].
    yield from resources_links.manifest_routes.rules(*dict.fromkeys([*older, "latest"]))
    for routes in OLDER:
        yield from routes.rules(*older)
    yield from resources_lab.routes.rules("1.0")
    yield from pages.routes.rules()
    if type_id in resources_users.BY_TYPE:
        yield from resources_users.BY_TYPE[type_id].rules()
    if second:
        yield from resources_v2.routes.rules(*second)
        yield from resources_oauth.routes.rules("1.0", "latest")
        yield from resources_oauth.servlets.rules()
    yield from resources_v3.routes.rules(*version.third)
    yield from resources_status.routes.rules(*version.third)
