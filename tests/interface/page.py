"""`python -m tests.interface.page`: writes docs/interface.md, the interface as the lab implements it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pulumi_applinks.lab.applications.application import TYPES
from pulumi_applinks.lab.applications.fields import ENTITIES
from pulumi_applinks.lab.applications.generations import GENERATIONS
from pulumi_applinks.lab.applications.interface import EVERY, rules
from pulumi_applinks.lab.applications.modes import FRONTS
from pulumi_applinks.lab.applications.routes import Resource
from tests.docs.blocks import ROOT
from tests.interface.calls import client_calls

PAGE = ROOT / "docs" / "interface.md"

UNPLAYED = {
    ("GET", "applinks/2.0/applicationlink/{}/authentication"): "S9: 4.x alone",
    ("GET", "applinks/…/listApplicationlinkstates/id/{}"): "JS",
    ("POST", "applinks/…/applicationlinkForm/createStaticUrlAppLink"): "S9",
    ("GET", "applinks/…/type/entity/{}"): "S9",
    ("GET", "applinks/…/entities/{}"): "JS",
    ("GET, PUT, DELETE", "applinks/…/entitylink/…"): "S9",
    ("GET", "applinks/…/permission/delete-entity/…, reciprocate-entity-delete/…"): "S9",
    ("GET, PUT, DELETE", "applinks/3.0/features/{}"): "S9",
    ("GET", "oauth2/latest/client"): "ind: bodies unknown",
    ("PUT", "basicauth/1.0/config"): "doc",
    (
        "GET, POST",
        "/plugins/servlet/oauth/request-token, authorize, access-token",
    ): "S9: a person authorises (3LO)",
    ("POST", "/plugins/servlet/applinks/auth/conf/oauth/add-consumer-…, outbound/…"): "S9: pages",
}
"""What the interface has besides, and where that is known from."""

_HEAD = """\
# The interface, as it is known and as the lab implements it

Made by `python -m tests.interface.page`; a test compares it with the code. Sources of the facts:
S9 and S3 are the interface of the plugin 9.1.4 and of 3.x, JS what its pages call, KB and doc Atlassian's public pages, ind an
independent public program that talks to real instances, INF inferred. This project has tried nothing of it on a real instance.
"""


def main() -> None:
    """Write the page."""
    PAGE.write_text(text(), encoding="utf-8")


def text() -> str:
    """The page."""
    return "\n".join([_HEAD, *_generations(), "", *_calls(), "", *_fields(), "", *_modes(), ""])


def _table(*head: str) -> Iterable[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _generations() -> Iterable[str]:
    yield "## Generations\n"
    yield from _table("name", "plugin", "products", "status, 3.0", "tokens", "basic off", "known from")
    for name, version in GENERATIONS.items():
        yield _row(
            f"`{name}`",
            version.applinks,
            version.named,
            "yes" if version.third else "no",
            _listed(version.tokens),
            _listed(version.basic_off),
            version.source,
        )


def _calls() -> Iterable[str]:
    yield "## Calls\n"
    yield "*Client* says under which version of the interface this program makes a call, if it does.\n"
    yield from _table("call", "what for", "answers", "played in generations", "client", "known from")
    made = client_calls()
    for resource in (one for routes in EVERY for one in routes.found):
        where = f"`{resource.method} {_shown_path(resource)}`"
        answers = ", ".join(f"`{name}`" for name in resource.answers)
        yield _row(where, resource.what, answers, _played(resource), _made(resource, made), resource.source)
    for (method, path), source in UNPLAYED.items():
        asked = "yes" if (method, f"/rest/{path}") in made else "no"
        yield _row(f"`{method} {path}`", "", "", "not played", asked, source)


def _shown_path(resource: Resource) -> str:
    """The path of a call, with `…` for the version and `{}` for what is filled in."""
    path = re.sub(r"<[^>]*>", "{}", resource.path)
    return path if resource.module == "/" else f"{resource.module}/…{path}"


def _played(resource: Resource) -> str:
    names = [
        name
        for name, version in GENERATIONS.items()
        if any(rule.endpoint is resource for type_id in TYPES for rule in rules(version, type_id))
    ]
    return "all" if len(names) == len(GENERATIONS) else ", ".join(names)


def _made(resource: Resource, made: Iterable[tuple[str, str]]) -> str:
    found = sorted(
        made_as for method, path in made if method == resource.method for made_as in matched(resource, path)
    )
    return ", ".join(found) or "no"


def matched(resource: Resource, path: str) -> list[str]:
    """Under which version a call of the client is one of a resource; nothing when it is not.

    Args:
        resource: of the lab.
        path: as the client writes it.
    """
    own = re.sub(r"<[^>]*>", "{}", resource.path)
    if resource.module == "/":
        return ["yes"] if path == own else []
    found = re.fullmatch(rf"/rest/{re.escape(resource.module)}/([\w.]+){re.escape(own)}", path)
    return [found[1]] if found else []


def _fields() -> Iterable[str]:
    yield "## Fields\n"
    yield "`?`: may be missing. `+5`: since that generation. `~3`: until that one. `:other`: one or several of another record.\n"
    yield from _table("record", "fields", "known from")
    for name, entity in ENTITIES.items():
        if entity.fields:
            yield _row(f"`{name}`", f"`{entity.fields}`", entity.source)


def _modes() -> Iterable[str]:
    yield "## What is in front, or is not up yet\n"
    yield from _table("mode", "known from")
    for name, front in FRONTS.items():
        yield _row(f"`{name}`", front.source)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "–"


if __name__ == "__main__":
    main()
