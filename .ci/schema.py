"""`make reference`: plugin/schema.json, the schema of the plugin without its version, from the table in `pulumi_applinks/names.py`."""

from __future__ import annotations

import json
from pathlib import Path

from pulumi_applinks.plugin.schema import schema

FILE = Path(__file__).resolve().parents[1] / "plugin" / "schema.json"


def made() -> dict[Path, str]:
    """The file, and what it should be."""
    kept = {key: value for key, value in schema().items() if key != "version"}
    return {FILE: json.dumps(kept, indent=2, ensure_ascii=False) + "\n"}


if __name__ == "__main__":
    for path, text in made().items():
        path.write_text(text, encoding="utf-8")
