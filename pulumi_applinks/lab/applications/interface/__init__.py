"""The interface of the applications: one module per part. This module decides what each generation serves under which version."""

from __future__ import annotations

import functools
from collections.abc import Iterable

from werkzeug.routing import Map, Rule

from pulumi_applinks.lab.applications.application import Application
from pulumi_applinks.lab.applications.dispatch import Dispatcher
from pulumi_applinks.lab.applications.generations import Version
from pulumi_applinks.lab.applications.interface import (
    admin,
    form,
    lab,
    links,
    oauth,
    pages,
    status,
    users,
    v2,
    v3,
)

OLDER = (links.routes, admin.routes, form.routes)
EVERY = (
    links.manifest_routes,
    *OLDER,
    v2.routes,
    oauth.routes,
    oauth.servlets,
    v3.routes,
    status.routes,
    *users.BY_TYPE.values(),
    lab.routes,
    pages.routes,
)
"""All parts of the interface that the lab simulates."""


def served(application: Application) -> Dispatcher:
    """The WSGI application with everything that an application serves."""
    under_all = application.variants.legacy_under_latest
    type_id = None if application.cloud else application.type_id
    return Dispatcher(application, _resources(application.version, type_id, older_under_all=under_all))


@functools.cache
def _resources(version: Version, type_id: str | None, *, older_under_all: bool) -> Map:
    """The routing map, cached for all applications of a kind, because building it takes most of the start-up time."""
    found = rules(version, type_id, older_under_all=older_under_all)
    return Map(list(found), merge_slashes=False, strict_slashes=False)


def rules(version: Version, type_id: str | None, *, older_under_all: bool = True) -> Iterable[Rule]:
    """The routing rules of an application.

    Args:
        version: the features of its generation.
        type_id: its type; None for a Cloud site, which has other resources about users.
        older_under_all: whether the older resources also answer under 3.0 and `latest`.
    """
    older, second = version.older, version.second
    if not older_under_all:
        older, second = (tuple(one for one in under if one in ("1.0", "2.0")) for under in (older, second))
    # The plugin itself requests the manifest under `latest`, so the manifest is always served there [S9].
    yield from links.manifest_routes.rules(*dict.fromkeys([*older, "latest"]))
    for routes in OLDER:
        yield from routes.rules(*older)
    yield from lab.routes.rules("1.0")
    yield from pages.routes.rules()
    if type_id in users.BY_TYPE:
        yield from users.BY_TYPE[type_id].rules()
    if second:
        yield from v2.routes.rules(*second)
        yield from oauth.routes.rules("1.0", "latest")
        yield from oauth.servlets.rules()
    yield from v3.routes.rules(*version.third)
    yield from status.routes.rules(*version.third)
