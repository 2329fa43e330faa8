"""Clean foreign text for a record or a message: no secrets, no control characters, not too long."""

from __future__ import annotations

import functools
import json
import re
import threading
from collections.abc import Iterable
from html.entities import codepoint2name
from typing import Any

LONGEST_QUOTE = 200
"""How much of an answer a message quotes, in characters."""

SHORTEST_SECRET = 6
"""A shorter secret is hidden only in sentences, because many addresses and names would contain it."""

_HIDDEN = "***"
_SENTENCES = frozenset({"message", "messages", "summary", "details", "warning", "error", "description"})
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_WORDS = (
    "jira confluence stash bitbucket bamboo crowd fecru refapp generic subversion application applink link oauth "
    "com.atlassian.applinks.api.auth.types.TwoLeggedOAuthWithImpersonationAuthenticationProvider "
    "BasicAuthenticationProvider TrustedAppsAuthenticationProvider CorsAuthenticationProvider"
)


class Secrets:
    """The secrets of this process's logins, which must not be shown in any spelling that an answer could repeat them in. Thread-safe.

    A secret can be a part of public text, such as the password "jira" for https://jira.example.com. Then it is hidden in sentences,
    but not in ids, types, names and addresses.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._secrets: set[str] = set()
        self._public = {_WORDS}
        self._in_sentences: tuple[str, ...] = ()
        self._everywhere: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Secrets({len(self._secrets)})"

    def add(self, secrets: Iterable[str], public: Iterable[str]) -> None:
        """Add secrets.

        Args:
            secrets: passwords and tokens.
            public: public texts: user names and addresses.
        """
        with self._lock:
            self._secrets.update(secrets)
            self._public.update(public)
            # Longer secrets come first, because one may be a part of another.
            self._in_sentences = tuple(sorted(self._secrets, key=len, reverse=True))
            self._everywhere = tuple(
                one
                for one in self._in_sentences
                if len(one) >= SHORTEST_SECRET and not any(one in known for known in self._public)
            )

    def hidden_in(self, text: str, *, sentence: bool = True) -> str:
        """The text without secrets.

        Args:
            text: the text of an application.
            sentence: whether only people read it.
        """
        for secret in self._in_sentences if sentence else self._everywhere:
            text = text.replace(secret, _HIDDEN)
            if any(mark in text for mark in "\\%&+"):
                text = _any_spelling(secret).sub(_HIDDEN, text)
        return text

    def hidden_in_data(self, data: Any, key: str = "") -> Any:
        """Parsed data without secrets; ids stay as they are.

        Args:
            data: a parsed body.
            key: its name in the body.
        """
        if isinstance(data, str):
            return data if _UUID.fullmatch(data) else self.hidden_in(data, sentence=key.lower() in _SENTENCES)
        if isinstance(data, list):
            return [self.hidden_in_data(one, key) for one in data]
        if isinstance(data, dict):
            return {name: self.hidden_in_data(one, name) for name, one in data.items()}
        return data


@functools.cache
def _any_spelling(secret: str) -> re.Pattern[str]:
    return re.compile("".join(_spellings(char) for char in secret))


def _spellings(char: str) -> str:
    """A pattern for a character itself, and for its spellings in JSON, HTML and addresses."""
    code, units = ord(char), char.encode("utf-16-be", "surrogatepass").hex()
    escaped = "".join(rf"\\{{1,4}}u{units[at : at + 4]}" for at in range(0, len(units), 4))
    percent = "".join(f"%{byte:02x}" for byte in char.encode("utf-8", "surrogatepass"))
    entity = rf"&(?:amp;){{0,2}}(?:#0{{0,4}}{code}|#x0{{0,4}}{code:x}|{codepoint2name.get(code, 'apos')});"
    plain = "|".join({re.escape(form) for form in (char, json.dumps(char)[1:-1], repr(char)[1:-1])})
    slashes = "" if char.isalnum() else r"\\{0,4}"
    blank = r"|\+" if char == " " else ""
    return f"(?:{slashes}(?:{plain})|(?i:{escaped}|{percent}|%{code:02x}|{entity}){blank})"


def printable(text: str) -> str:
    """Replace each character that could control a terminal or mislead a reader with a space.

    These are control characters, including the C1 range; marks of the writing direction; characters without width; special spaces;
    halves of surrogate pairs; line and paragraph separators.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else " " for char in text).strip()


def quoted(text: str) -> str:
    """An answer's text as a message can quote it.

    Args:
        text: the text of an application, without secrets.
    """
    return shortened(" ".join(printable(text).split()), LONGEST_QUOTE)


def shortened(text: str, most: int) -> str:
    """Shorten a text to at most that many characters. A shortened text ends in `…`.

    Args:
        text: any text.
        most: the most characters.
    """
    return text if len(text) <= most else text[: most - 1] + "…"
