"""What a picture makes of an address: whether it is a link, and where its application stands. Pure."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit


def browsable(url: str) -> str:
    """An address, if a browser may be led there: nothing but http and https, since applications tell some of them."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc else ""


def site_of(url: str) -> str:
    """What an application stands with where nobody says: its host without the first label, such as example.com of jira.example.com."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        host = ""
    if not host:
        return "no address"
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    labels = host.split(".")
    own = host.endswith(".atlassian.net") or len(labels) < 3
    return host if own else ".".join(labels[1:])
