"""Addresses: when two are the same, how they are shown, and what is derived from them."""

from __future__ import annotations

import hashlib
import re
import unicodedata
import uuid
from functools import lru_cache
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}
INTERFACE = "/rest/applinks"
# Also matches encoded dots, because libraries decode a dot before they check the path.
_DOTS = re.compile(r"(\.|%2e){1,2}", re.I)
_PLAIN = re.compile(r"(/(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})+)+")


@lru_cache(maxsize=4096)  # each link of a list is compared with many addresses, to find duplicates
def normalised_url(url: str) -> str:
    """A URL without differences that do not matter: case of scheme and host, default port, trailing slashes.

    Args:
        url: the URL. If it can't be parsed, only its trailing slashes are removed.
    """
    parts = _split(url)
    if parts is None or not parts.hostname:
        return _bare(url)
    path = parts.path.rstrip("/")
    return urlunsplit((parts.scheme.lower(), host_of(url), path, parts.query, parts.fragment))


def _bare(text: str) -> str:
    """The text without leading blanks, and without trailing slashes and blanks in any order."""
    bare = text.strip()
    while bare.endswith("/"):
        bare = bare.rstrip("/").rstrip()
    return bare


def same_address(a: str, b: str) -> bool:
    """Whether two URLs are equal, ignoring trailing slashes, the case of the host and the default port.

    Args:
        a: one URL.
        b: the other. An empty URL is never the same as another.
    """
    return bool(a and b) and normalised_url(a) == normalised_url(b)


def is_absolute(url: str) -> bool:
    """Whether a URL has a host and the scheme http or https."""
    parts = _split(url)
    return parts is not None and parts.scheme.lower() in ("http", "https") and bool(parts.hostname)


def host_of(url: str) -> str:
    """Host and port as messages name them; the default port is left out."""
    parts, host = _split(url), _host(url)
    if parts is None or host is None:
        return url
    if ":" in host:
        host = f"[{host}]"
    if parts.port is None or parts.port == _DEFAULT_PORTS.get(parts.scheme.lower()):
        return host
    return f"{host}:{parts.port}"


def same_origin(a: str, b: str) -> bool:
    """Whether credentials for one URL may be sent to the other: both have the same scheme, host and port."""
    one, other = _split(a), _split(b)
    if one is None or other is None or not one.hostname or not other.hostname:
        return False
    return one.scheme.lower() == other.scheme.lower() and host_of(a) == host_of(b)


def same_host(a: str, b: str) -> bool:
    """Whether two URLs have the same host, whatever the port."""
    one = _host(a)
    return one is not None and one == _host(b)


def leaves_https(here: str, there: str) -> bool:
    """Whether a step from one address to the other goes from https to http, which a message must never recommend."""
    one, other = _split(here), _split(there)
    return (
        one is not None
        and other is not None
        and (one.scheme.lower(), other.scheme.lower()) == ("https", "http")
    )


def shown_url(url: str) -> str:
    """A URL as messages quote it: without user info, query and fragment, which may hold secrets."""
    parts = _split(url)
    if parts is None:
        return url.split("?", 1)[0].split("#", 1)[0].rpartition("@")[2]
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def base_of(url: str) -> str:
    """The application's base URL, from the URL of one of its applinks resources.

    Args:
        url: such as https://jira.example.com/rest/applinks/1.0/manifest.
    """
    return shown_url(url).partition(INTERFACE)[0].rstrip("/")


def as_segment(text: str, *, encoded: bool = False) -> str:
    """An id as one segment of a path. Nothing in it can direct a request to another path.

    Server ids are UUIDs and stay unchanged. Ids in old data may have other characters than letters, digits, `-`, `.`, `_` and `~`, which
    are percent-encoded. `.` and `..` can't be encoded, so `is_plain_path` refuses them.

    Args:
        text: the id.
        encoded: whether it may have been encoded before.
    """
    return quote(text, safe="%" if encoded else "", errors="replace")


def is_plain_path(path: str) -> bool:
    """Whether a path is what it seems: absolute, without dot segments, empty segments, queries or characters that need encoding.

    Args:
        path: the percent-encoded path.
    """
    return bool(_PLAIN.fullmatch(path)) and not any(_DOTS.fullmatch(segment) for segment in path.split("/"))


def url_derived_id(url: str) -> str:
    """The id that applications compute for a remote one that does not report its own.

    A name-based UUID (version 3, without a namespace) of the normalised URL without trailing slashes; case, default port and
    scheme are kept as they are [S3].
    """
    parts = _split(url)
    text = url
    if parts is not None:
        text = urlunsplit(
            (parts.scheme, parts.netloc, _java_normalised(parts.path), parts.query, parts.fragment)
        )
    # Like Java's toASCIIString: other characters are composed, then percent-encoded as UTF-8.
    text = "".join(char if ord(char) < 128 else quote(char) for char in unicodedata.normalize("NFC", text))
    digest = hashlib.md5(text.rstrip("/").encode("ascii"), usedforsecurity=False).digest()
    return str(uuid.UUID(bytes=digest, version=3))


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url.strip())
        _ = parts.port, parts.hostname
    except ValueError:
        return None
    return parts


def _host(url: str) -> str | None:
    """The host of an absolute URL, as the network knows it."""
    parts = _split(url)
    return _ascii(parts.hostname.lower()) if parts is not None and parts.hostname else None


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _java_normalised(path: str) -> str:
    """A path as Java's `URI.normalize` returns it: without dot segments and empty segments."""
    kept: list[str] = []
    for segment in path.split("/"):
        if segment in ("", "."):
            continue
        if segment == ".." and kept and kept[-1] != "..":
            kept.pop()
        else:
            kept.append(segment)
    return "".join(f"/{segment}" for segment in kept)
