"""The templates of the page and the drawing: what comes from an application is text in them, since Jinja escapes it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment


def rendered(name: str, **values: Any) -> str:
    """What a template gives."""
    return _environment().get_template(name).render(values).strip()


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    from pulumi_applinks.estate.map import drawing, picture

    loader = PackageLoader(__package__, "")
    made = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.globals |= {
        "MARKS": picture.MARKS,
        "WORDS": picture.WORDS,
        "STYLES": picture.STYLES,
        "cut": drawing.cut,
    }
    made.filters["n"] = lambda number: f"{number:.1f}".removesuffix(".0")
    return made
