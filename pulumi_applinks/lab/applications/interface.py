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
    resources_v2,
    resources_v3,
)
from pulumi_applinks.lab.applications.application import Application
from pulumi_applinks.lab.applications.dispatch import Dispatcher
from pulumi_applinks.lab.applications.server import WsgiApp

OLDER = (resources_links.routes, resources_admin.routes, resources_form.routes)


def served(application: Application) -> WsgiApp:
    """What an application serves."""
    return Dispatcher(application, _rules(application))


def _rules(application: Application) -> Iterable[Rule]:
    generation = application.generation
    versions = ["1.0"]
    if application.variants.legacy_under_latest:
        versions += {"9": ["2.0", "3.0", "latest"], "5": ["2.0", "latest"], "3": ["latest"]}[generation]
    elif generation != "3":
        versions.append("2.0")
    # The plugin itself asks for the manifest under `latest`, so that much answers there in any case [S9].
    yield from resources_links.manifest_routes.rules(*dict.fromkeys([*versions, "latest"]))
    for routes in OLDER:
        yield from routes.rules(*versions)
    yield from resources_lab.routes.rules("1.0")
    yield from pages.routes.rules("1.0")
    if generation == "3":
        return
    yield from resources_v2.routes.rules("2.0", "latest")
    yield from resources_oauth.routes.rules("1.0", "latest")
    if generation == "9":
        yield from resources_v3.routes.rules("3.0", "latest")
        yield from resources_status.routes.rules("3.0", "latest")
