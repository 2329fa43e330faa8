"""Parse answers: JSON, or XML from the versions that prefer it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

LARGEST_JSON = 2 * 2**20
"""How much of an answer is read, in bytes. 3,000 links fit, and it needs less than 64 MiB of memory."""

LARGEST_XML = 2**20
"""The most bytes that are parsed as XML, whose elements need more memory than JSON values."""

MOST_PARTS = 30_000
"""The most objects, lists or elements that are parsed. Each needs far more memory than its text."""

_DEEPEST = 60
# Each comment can match in only one way. Otherwise a hundred comments would take forever.
_HTML = re.compile(
    rb"\s*(?:<!--(?:(?!-->).)*-->\s*)*(<!doctype\s+html|<html|<head|<body|<script)", re.I | re.S
)
_TITLE = re.compile(r"<title[^>]*>([^<]*)</title", re.I)


_TOO_DEEP = "is nested too deeply"
_TOO_MANY = "has more parts than expected"


class Unreadable(ValueError):
    """Raised when a body is neither JSON nor XML. Its text says why, as the end of a sentence."""


def parse(body: bytes) -> Any:
    """Parse a body into dictionaries, lists and text.

    An XML element becomes what the same record is in JSON: its children by name, repeated children as a list, a leaf as text. The
    root's own name is dropped.

    Raises:
        Unreadable: if it is neither JSON nor XML, or larger than an application's answer would be.
    """
    stripped = body.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not stripped:
        raise Unreadable("is empty")
    if stripped.startswith(b"<"):
        return _parse_xml(stripped)
    if stripped.count(b"{") + stripped.count(b"[") > MOST_PARTS:
        raise Unreadable(_TOO_MANY)
    try:
        data = json.loads(stripped, parse_constant=_no_json)
    except RecursionError:
        raise Unreadable(_TOO_DEEP) from None
    except ValueError:
        raise Unreadable("is neither JSON nor XML, or is incomplete") from None
    _limit_depth(data)
    return data


def is_html(body: bytes, content_type: str) -> bool:
    """Whether a body is a page for people."""
    if _HTML.match(body[:2000]):
        return True
    return content_type.lower().startswith("text/html") and body.lstrip().startswith(b"<")


def title_of(body: bytes) -> str:
    """The title of a page for people, if it has one."""
    found = _TITLE.search(body[:10_000].decode("utf-8", "replace"))
    return found.group(1).strip() if found else ""


def entries(data: Any, *keys: str) -> list[Any]:
    """The entries of a list, regardless of how a version wraps it.

    Args:
        data: an answer: a bare list, or an object with the list under one of the keys. A single entry needs no list, as in XML.
        keys: where to look, in order.

    Returns:
        The entries; none if there is no such key.
    """
    if isinstance(data, list):
        return data
    if isinstance(data, Mapping):
        for key in keys:
            value = data.get(key)
            if isinstance(value, list):
                return value
            if value not in (None, ""):
                return [value]
    return []


def listed(data: Any, *keys: str) -> list[dict[str, Any]] | None:
    """The objects of a list that must be there. Any other answer might come from another server, and does not mean an empty list.

    An empty XML element, null and an empty object count as empty lists, because some versions' libraries write empty lists like this.

    Args:
        data: an answer: a bare list, or an object with the list under one of the keys.
        keys: where to look, in order.

    Returns:
        The objects; None if the answer is not a list of objects.
    """
    wrapped = isinstance(data, Mapping) and any(key in data for key in keys)
    if not (isinstance(data, list) or wrapped or data in ("", None, {})):
        return None
    found = entries(data, *keys)
    return found if all(isinstance(one, dict) for one in found) else None


def complaints(data: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The sentences of an error body, and the fields that it names.

    Understands Status and ErrorList of the older interface, the errors of 3.0 [S9], and those of Bitbucket [ind].
    """
    if not isinstance(data, Mapping):
        return (), ()
    messages = [str(one) for one in entries(data, "message", "messages") if isinstance(one, (str, int))]
    fields = [str(one) for one in entries(data, "fields") if isinstance(one, str)]
    for error in entries(data, "errors"):
        if not isinstance(error, Mapping):
            continue
        messages += [str(error[name]) for name in ("summary", "message") if error.get(name)]
        messages += [str(one) for one in entries(error, "details") if isinstance(one, str)]
        fields += [str(error["context"])] if error.get("context") else []
    return tuple(messages), tuple(dict.fromkeys(fields))


def exceptions_in(data: Any) -> tuple[str, ...]:
    """The exceptions that Bitbucket names in a body, without their packages [ind]."""
    names = (error.get("exceptionName") for error in entries(data, "errors") if isinstance(error, Mapping))
    return tuple(name.rpartition(".")[2] for name in names if isinstance(name, str))


def told_status(body: bytes) -> int | None:
    """The status that the older interface repeats in the body after it did something, or refused to [S9].

    Returns:
        The status; None if the body does not have it.
    """
    try:
        data = parse(body)
    except Unreadable:
        return None
    told = data.get("status-code") if isinstance(data, Mapping) else None
    # A status has three digits. Python refuses to convert a number with thousands of digits.
    return int(told) if isinstance(told, (int, str)) and re.fullmatch("[0-9]{3}", str(told)) else None


def _no_json(constant: str) -> Any:
    raise ValueError(constant)  # NaN and Infinity, which only Python accepts


def _limit_depth(data: Any) -> None:
    level = [data]
    for _ in range(_DEEPEST):
        level = [
            inner
            for one in level
            if isinstance(one, (dict, list))
            for inner in (one.values() if isinstance(one, dict) else one)
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return
    raise Unreadable(_TOO_DEEP)


def _parse_xml(body: bytes) -> Any:
    if len(body) > LARGEST_XML:
        raise Unreadable("is longer than expected")
    if body.count(b"<") - body.count(b"</") > MOST_PARTS:
        raise Unreadable(_TOO_MANY)
    try:
        root = fromstring(body, forbid_dtd=True)
    except DefusedXmlException:
        raise Unreadable("is XML with a document type or entities, which no application sends") from None
    except (ParseError, ValueError, LookupError):
        raise Unreadable("is neither JSON nor XML, or is incomplete") from None
    return _value(root, 0)


def _value(element: Element, depth: int) -> Any:
    if depth > _DEEPEST:
        raise Unreadable(_TOO_DEEP)
    attributes = {
        name.rpartition("}")[2]: value
        for name, value in element.attrib.items()
        if not name.startswith("{http://www.w3.org/2001/XMLSchema-instance}")
    }
    if not len(element) and not attributes:
        return (element.text or "").strip()
    found: dict[str, Any] = dict(attributes)
    repeated: set[str] = set(attributes)
    for child in element:
        name, value = child.tag.rpartition("}")[2], _value(child, depth + 1)
        if name in repeated and isinstance(found[name], list):
            found[name].append(value)
        elif name in found:
            found[name] = [found[name], value]
            repeated.add(name)
        else:
            found[name] = value
    return found
