"""How `make docs` builds the site: every page is Markdown that reads as well in the repository."""

from __future__ import annotations

import re
import sys
from importlib import metadata
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx
from sphinx.errors import SphinxError

sys.path.insert(0, str(Path(__file__).parent))
from diagrams import as_svg

project = "pulumi-applinks"
author = "the authors of pulumi-applinks"
release = metadata.version("pulumi-applinks")

extensions = ["myst_parser"]
root_doc = "docs/index"
include_patterns = ["*.md", "docs/**.md", "examples/**.md"]
exclude_patterns = [".*", "build", "dist", "docs/_root", "changes", "**/.venv"]
nitpicky = True

myst_heading_anchors = 4
myst_fence_as_directive = {"mermaid"}

html_theme = "furo"
html_title = "pulumi-applinks"
html_extra_path = ["_root"]
html_show_sourcelink = False

_SECTION = re.compile(r"^## (.+)\n((?:(?!## ).*\n)*)", re.M)
_LISTED = re.compile(r"^\| \[.*$", re.M)
_PAGE = re.compile(r"\]\(([^)#:]+)\.md\)")


def _navigation(_app: Sphinx, name: str, source: list[str]) -> None:
    """The site's navigation is the front page's lists of links, section by section, and the list of examples."""
    sections = _SECTION.findall(source[0]) if name == root_doc else []
    if name == "examples/README":
        sections = [("Examples", "".join(_LISTED.findall(source[0])))]
    for caption, text in sections:
        pages = "\n".join(dict.fromkeys(_PAGE.findall(text)))
        source[0] += f"\n```{{toctree}}\n:hidden:\n:caption: {caption}\n\n{pages}\n```\n"


class Diagram(Directive):
    """A block of Mermaid, as a picture that is drawn here."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """The picture."""
        try:
            picture = as_svg("\n".join(self.content))
        except ValueError as error:
            raise self.error(str(error)) from None
        return [nodes.raw("", f'<div class="diagram">{picture}</div>', format="html")]


_LOADED = re.compile(
    r'<(?!a\b)[^>]*\b(?:src|href|data|srcset)="(?:https?:)?//[^"]*'
    r'|(?:@import|\bimport)\b[^;]{0,40}["\'](?:https?:)?//[^"\']*|url\(["\']?(?:https?:)?//[^)]*'
)
"""What a browser loads from another host when it shows a page: links that a reader follows are none of it."""


def _alone(app: Sphinx, error: Exception | None) -> None:
    """The site asks no other host for anything."""
    pages = [] if error else [*Path(app.outdir).rglob("*.html"), *Path(app.outdir).rglob("*.css")]
    for page in pages:
        if found := _LOADED.search(page.read_text(encoding="utf-8")):
            raise SphinxError(f"{page} loads something from another host: {found[0]}")


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.add_directive("mermaid", Diagram)
    app.connect("source-read", _navigation)
    app.connect("build-finished", _alone)
