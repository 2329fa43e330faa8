"""How `make docs` builds the site: every page is Markdown that reads as well in the repository."""

from __future__ import annotations

import re
from importlib import metadata

from sphinx.application import Sphinx

project = "pulumi-applinks"
author = "the authors of pulumi-applinks"
release = metadata.version("pulumi-applinks")

extensions = ["myst_parser", "sphinxcontrib.mermaid"]
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


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("source-read", _navigation)
