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
    """Text without anything that could steer a terminal: each such character becomes a space.

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
    clean = " ".join(printable(redacted(text, secrets)).split())
    return clean if len(clean) <= LONGEST_QUOTE else clean[: LONGEST_QUOTE - 1] + "…"
