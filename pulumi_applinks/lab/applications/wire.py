"""The bodies of the interface: JSON and XML, status entities and error entities."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

from defusedxml.ElementTree import fromstring
from werkzeug import Request, Response


def wants_json(request: Request) -> bool:
    """Whether the answer is JSON; the older resources prefer XML, and send it to a client that accepts anything [S9]."""
    return "json" in request.headers.get("Accept", "")


def answer(request: Request, status: int, body: Any, *, root: str) -> Response:
    """An answer in the requested format.

    Args:
        request: the request.
        status: the HTTP status.
        body: dictionaries, lists and plain values.
        root: the name of the XML root.
    """
    if wants_json(request):
        return json_answer(status, body)
    return Response(as_xml(root, body), status, content_type="application/xml;charset=UTF-8")


def json_answer(status: int, body: Any) -> Response:
    """An answer that is JSON, whatever format was requested."""
    return Response(json.dumps(body), status, content_type="application/json;charset=UTF-8")


def status_entity(
    request: Request, status: int, message: str = "", **touched: list[dict[str, str]]
) -> Response:
    """A Status entity: the older resources report success and failure with it [S9].

    Args:
        request: the request.
        status: the HTTP status.
        message: a message for people.
        touched: links to the resources that were `created` or `updated`: a bare list in JSON, and wrapped in XML [ind].
    """
    body: dict[str, Any] = {"status-code": status}
    for what, links in touched.items():
        wrapped = links if wants_json(request) else {"link": links}
        body[f"resources-{what}"] = wrapped
    if message:
        body["message"] = message
    return answer(request, status, body, root="status")


def error_list(request: Request, status: int, *messages: str, fields: tuple[str, ...] = ()) -> Response:
    """An ErrorList: the older resources report a bad request or a conflict with it [S9]."""
    body: dict[str, Any] = {"status": status, "message": list(messages)}
    if fields:
        body["fields"] = list(fields)
    return answer(request, status, body, root="error")


def rest_errors(status: int, summary: str, context: str | None = None) -> Response:
    """An error of 3.0, always as JSON [S9]."""
    error = {"summary": summary, **({"context": context} if context else {})}
    return json_answer(status, {"status": status, "errors": [error]})


def record(content: bytes) -> dict[str, Any]:
    """Parse a record from JSON or XML.

    Raises:
        ValueError: if the content is neither, or not a record.
    """
    try:
        value = _value(fromstring(content)) if content.lstrip().startswith(b"<") else json.loads(content)
    except ElementTree.ParseError as error:
        raise ValueError(str(error)) from None
    if not isinstance(value, dict):
        raise ValueError("no record")
    return value


def parsed(content: bytes) -> dict[str, Any] | None:
    """The record that another application sent; None if the content is not a record."""
    try:
        return record(content)
    except ValueError:
        return None


def truth(value: Any) -> bool:
    """A boolean, which can be a string, as in XML."""
    return value is True or str(value).lower() == "true"


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


def as_xml(name: str, value: Any) -> str:
    """A value as an XML element.

    Args:
        name: the name of the element.
        value: a record, a list or a plain value.
    """
    if name == "link" and isinstance(
        value, Mapping
    ):  # the only entity with attributes instead of elements [KB]
        return "<link" + "".join(f" {key}={quoteattr(str(one))}" for key, one in value.items()) + "/>"
    if isinstance(value, Mapping):
        inner = "".join(
            "".join(as_xml(key, one) for one in item) if isinstance(item, list) else as_xml(key, item)
            for key, item in value.items()
            if item is not None
        )
    elif isinstance(value, bool):
        inner = str(value).lower()
    elif isinstance(value, list):
        inner = "".join(as_xml("item", one) for one in value)
    else:
        inner = escape(str(value))
    return f"<{name}>{inner}</{name}>"
