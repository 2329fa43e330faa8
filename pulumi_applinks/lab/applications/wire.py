"""Bodies as the interface spells them: JSON and XML, status and error entities."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from defusedxml.ElementTree import fromstring
from werkzeug import Request, Response


def wants_json(request: Request, *, default: bool) -> bool:
    """Whether the answer is JSON.

    Args:
        request: with or without an `Accept` header.
        default: for a request that accepts anything: the older resources give XML, which stands first there [S9].
    """
    accept = request.headers.get("Accept", "")
    if "json" in accept:
        return True
    return default and "xml" not in accept


def answer(
    request: Request, status: int, body: Any, *, root: str = "entity", json_by_default: bool = False
) -> Response:
    """An answer in the form that was asked for.

    Args:
        request: that it answers.
        status: of HTTP.
        body: dictionaries, lists and plain values.
        root: the XML root.
        json_by_default: for a request that accepts anything.
    """
    if wants_json(request, default=json_by_default):
        text, kind = json.dumps(body), "application/json"
    else:
        text, kind = _xml(root, body), "application/xml"
    return Response(text, status, content_type=f"{kind};charset=UTF-8")


def status_entity(request: Request, status: int, message: str = "", **more: Any) -> Response:
    """A Status entity: what the older resources say of success and failure [S9]."""
    body = {"status-code": status, **more}
    if message:
        body["message"] = message
    return answer(request, status, body, root="status")


def error_list(request: Request, status: int, *messages: str, fields: tuple[str, ...] = ()) -> Response:
    """An ErrorList: what the older resources say of a bad request or a conflict [S9]."""
    body: dict[str, Any] = {"status": status, "message": list(messages)}
    if fields:
        body["fields"] = list(fields)
    return answer(request, status, body, root="error")


def rest_errors(status: int, summary: str, context: str | None = None) -> Response:
    """The errors of 3.0, always JSON [S9]."""
    error = {"summary": summary, **({"context": context} if context else {})}
    return Response(
        json.dumps({"status": status, "errors": [error]}),
        status,
        content_type="application/json;charset=UTF-8",
    )


def body_of(request: Request) -> dict[str, Any]:
    """The body of a request, JSON or XML.

    Raises:
        ValueError: if it is neither, or no record.
    """
    text = request.get_data()
    if text.lstrip().startswith(b"<"):
        try:
            value = _value(fromstring(text))
        except ElementTree.ParseError as error:
            raise ValueError(str(error)) from None
    else:
        value = json.loads(text or b"null")
    if not isinstance(value, dict):
        raise ValueError("no record")
    return value


def truth(value: Any) -> bool:
    """A boolean, also as XML spells it."""
    return value is True or str(value).lower() == "true"


def parsed(content: bytes) -> dict[str, Any] | None:
    """A record that another application sent, JSON or XML; nothing when it is none."""
    try:
        value = _value(fromstring(content)) if content.lstrip().startswith(b"<") else json.loads(content)
    except (ValueError, ElementTree.ParseError):
        return None
    return value if isinstance(value, dict) else None


def _value(element: Any) -> Any:
    if not len(element):
        return (element.text or "").strip()
    found: dict[str, Any] = {}
    for child in element:
        value = _value(child)
        if child.tag not in found:
            found[child.tag] = value
        elif isinstance(found[child.tag], list):
            found[child.tag].append(value)
        else:
            found[child.tag] = [found[child.tag], value]
    return found


def as_xml(root: str, body: Mapping[str, Any]) -> str:
    """A record as XML."""
    return _xml(root, body)


def _xml(name: str, value: Any) -> str:
    if isinstance(value, Mapping):
        inner = "".join(
            "".join(_xml(key, one) for one in item) if isinstance(item, list) else _xml(key, item)
            for key, item in value.items()
            if item is not None
        )
    elif isinstance(value, bool):
        inner = str(value).lower()
    elif isinstance(value, list):
        inner = "".join(_xml("item", one) for one in value)
    else:
        inner = escape(str(value))
    return f"<{name}>{inner}</{name}>"
