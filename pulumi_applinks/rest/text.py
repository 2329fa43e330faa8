"""Foreign text on its way into a message: no secret, no control character, not too long."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

LONGEST_QUOTE = 200
"""How much of an answer a message quotes, in characters."""

_HIDDEN = "***"


def printable(text: str) -> str:
    """Text without anything that could steer a terminal or mislead a reader: each such character becomes a space.

    These are control characters, also those of the range that follows Latin-1's letters; marks of the writing direction; what has
    no width; spaces that are none; halves of surrogate pairs; line and paragraph separators.

    Args:
        text: from an application.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else " " for char in text).strip()


def redacted(text: str, secrets: Iterable[str]) -> str:
    """Text in which no secret stands, in none of the spellings that an answer could echo it in.

    Args:
        text: from an application.
        secrets: passwords, tokens.
    """
    for secret in secrets:
        spellings = {
            secret,
            json.dumps(secret)[1:-1],
            json.dumps(secret, ensure_ascii=False)[1:-1],
            html.escape(secret),
            quote(secret, safe=""),
            quote_plus(secret),
        }
        for spelling in sorted(spellings, key=len, reverse=True):
            text = text.replace(spelling, _HIDDEN)
    return text


def quoted(text: str, secrets: Iterable[str]) -> str:
    """An answer's text, fit to be quoted in a message.

    Args:
        text: from an application.
        secrets: what may not stand in it.
    """
    return shortened(" ".join(printable(redacted(text, secrets)).split()), LONGEST_QUOTE)


def shortened(text: str, most: int) -> str:
    """Text that is not longer than that; where something was left out, it ends in `…`.

    Args:
        text: any.
        most: in characters.
    """
    return text if len(text) <= most else text[: most - 1] + "…"
