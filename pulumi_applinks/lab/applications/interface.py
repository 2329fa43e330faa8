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
    return Dispatcher(application, rules(application))


def rules(application: Application) -> Iterable[Rule]:
    """The rules of what an application serves, by its generation and its type."""
    version = application.version
    older, second = version.older, version.second
    if not application.variants.legacy_under_latest:
        older, second = (tuple(one for one in under if one in ("1.0", "2.0")) for under in (older, second))
    # The plugin itself asks for the manifest under `latest`, so that much answers there in any case [S9].
    yield from resources_links.manifest_routes.rules(*dict.fromkeys([*older, "latest"]))
    for routes in OLDER:
        yield from routes.rules(*older)
    yield from resources_lab.routes.rules("1.0")
    yield from pages.routes.rules()
    if application.type_id in resources_users.BY_TYPE and not application.cloud:
        yield from resources_users.BY_TYPE[application.type_id].rules()
    if second:
        yield from resources_v2.routes.rules(*second)
        yield from resources_oauth.routes.rules("1.0", "latest")
        yield from resources_oauth.servlets.rules()
    yield from resources_v3.routes.rules(*version.third)
    yield from resources_status.routes.rules(*version.third)
