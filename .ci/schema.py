"""`make reference`: plugin/schema.json, the schema of the plugin without its version, from the table in `pulumi_applinks/names.py`."""

from __future__ import annotations

from pathlib import Path

from pulumi_applinks.plugin.schema import text

FILE = Path(__file__).resolve().parents[1] / "plugin" / "schema.json"


def made() -> dict[Path, str]:
    """The file, and what it should be."""
    return {FILE: text(versioned=False)}


if __name__ == "__main__":
    for path, content in made().items():
        path.write_text(content, encoding="utf-8")
