"""`make troubleshooting`: what each code means and what to do, from the table in `pulumi_applinks/codes.py`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pulumi_applinks.codes import CORRECT_CREDENTIALS, WHERE_RIGHTS_ARE, Cause, Code

ROOT = Path(__file__).resolve().parents[1]

BEGINNING = """\
# Troubleshooting

Made by `make troubleshooting` from the table in `pulumi_applinks/codes.py`.

Each message ends its first line with a code, such as `[applinks/login-refused]`. The first line says what failed, and on which
application; then come the reasons; then what was changed and what was not; `Fix:` with the next step; the request last. A message about
several things lists each of them with a code of its own. Below, *a word in italics* stands for what the message names.

*Nothing was changed on either application* is said only when no request that changes something was carried out. *Undone* is said only
after both ends were read again.

For a tool, `APPLINKS_EVENTS=FILE` writes each error and each warning as a line of JSON: see [behaviour.md](behaviour.md#events).

## The two kinds of administrator

Jira, Confluence and Bitbucket each have two such permissions. An *administrator* can read links and create most of them. Only a
*system administrator* may also relocate a link and set OAuth with impersonation. Who has which is shown under the global permissions:

| product | where | administrator | system administrator |
| --- | --- | --- | --- |
| Jira | Administration, System, Global permissions | Jira Administrators | Jira System Administrators |
| Confluence | General configuration, Global permissions | Confluence Administrator | System Administrator |
| Bitbucket | Administration, Global permissions | Admin | System admin |

For other products, see what their own documentation says of administrators.
"""


def made() -> dict[Path, str]:
    """The page, and what it should be."""
    return {ROOT / "docs" / "troubleshooting.md": "\n".join((BEGINNING, *_codes()))}


def _codes() -> Iterator[str]:
    yield from ("## The codes", "")
    for code in sorted(Code, key=str):
        yield from (f"### `{code}`", "")
        causes = [one for one in Cause if one.code is code]
        if code.meaning:
            yield from (code.meaning, "")
        yield f"- **Left as it was:** {code.left}"
        if code.do:
            yield f"- **Fix:** {code.do}"
        for cause in causes:
            what, *why, do = (_shown(one) for one in cause.sentences)
            yield f"- {what}. {' '.join((*why, ''))}**Fix:** {do}"
        yield ""


def _shown(sentence: str) -> str:
    """A sentence of the table as the page has it."""
    text = sentence.replace("*", "\\*").replace("{correction}", CORRECT_CREDENTIALS)
    text = text.replace(
        WHERE_RIGHTS_ARE, "See [the two kinds of administrator](#the-two-kinds-of-administrator)."
    )
    text = re.sub(r"{(\w+)}", lambda fact: f"*{fact[1].replace('_', ' ')}*", text)
    return text[0].upper() + text[1:]


if __name__ == "__main__":
    for path, text in made().items():
        path.write_text(text, encoding="utf-8")
