"""The templates of pages, drawings and reports. Jinja escapes what comes from an application in HTML and SVG."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment


def rendered(name: str, **values: Any) -> str:
    """Render a template, which is named by its path in this folder."""
    return _environment().get_template(name).render(values).strip()


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    from pulumi_applinks.estate import formats, glossary
    from pulumi_applinks.estate.map import drawing
    from pulumi_applinks.names import variable_prefix

    made = Environment(
        loader=PackageLoader(__package__, ""),
        autoescape=select_autoescape(("html", "svg")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {
        "MARKS": glossary.MARKS,
        "WORDS": glossary.WORDS,
        "STYLES": glossary.STYLES,
        "cut": drawing.cut,
        "title": formats.title,
        "lozenges": formats.lozenges,
        "words": formats.direction_words,
        "prefix": variable_prefix,
    }
    made.filters |= {"n": lambda number: f"{number:.1f}".removesuffix(".0"), "cell": formats.cell}
    return made
