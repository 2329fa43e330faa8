"""Hostile bodies that are well-formed: bombs, deep nesting, wrong types, names with terminal controls, ids that change the path."""

from __future__ import annotations

import json
from typing import Any

ID = "3e3c8fef-0000-3000-8000-0000000034c5"
MANIFEST = {"id": ID, "typeId": "jira", "name": "Jira", "version": "9", "url": "http://jira.example"}
LINK = {
    "id": ID,
    "type": "jira",
    "name": "Jira",
    "displayUrl": "http://jira.example",
    "rpcUrl": "http://jira.example",
}
STEERING = "\x1b[2J\x1b]0;owned\x07\x9b2J\x00\r\n\t\u202egnp.exe\u2066\u200b\u200d\ufeff\u2028\u2029\u00ad\U000e0001end"
IDS = (
    "../../../plugins/servlet/x",
    "..",
    ".",
    "%2e%2e",
    "a/b",
    "a%2fb",
    "a%2Fb%3Fc",
    "a?nowarning=true",
    "a#b",
    "a;b",
    "a\\b",
    "a\nb",
    "a b",
    "",
    "/",
    "//evil.example/x",
    "http://evil.example/",
    "\x1b[2J",
    "\ud800",
    "é",
    "x" * 100_000,
)
"""Ids that would send a request to another path, or to none."""


def _json(data: Any) -> bytes:
    return json.dumps(data).encode()


def _bomb(depth: int) -> bytes:
    entities = '<!ENTITY a0 "lol">' + "".join(
        f'<!ENTITY a{number} "{f"&a{number - 1};" * 10}">' for number in range(1, depth)
    )
    return f"<!DOCTYPE bomb [{entities}]><applicationLinks>&a{depth - 1};</applicationLinks>".encode()


XML: dict[str, bytes] = {
    "a billion laughs": _bomb(10),
    "a quadratic bomb": f'<!DOCTYPE b [<!ENTITY a "{"x" * 50_000}">]><b>{"&a;" * 50_000}</b>'.encode(),
    "an external entity": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a><id>&b;</id></a>',
    "an external entity over HTTP": b'<!DOCTYPE a [<!ENTITY b SYSTEM "http://127.0.0.1:9/">]><a>&b;</a>',
    "an external document type": b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a/>',
    "a parameter entity": b'<!DOCTYPE a [<!ENTITY % b SYSTEM "http://127.0.0.1:9/b"> %b;]><a/>',
    "an unknown entity": b"<a>&b;</a>",
    "XInclude": b'<a xmlns:x="http://www.w3.org/2001/XInclude"><x:include href="file:///etc/passwd"/></a>',
    "deep XML": b"<a>" * 100_000 + b"</a>" * 100_000,
    "XML that is rather deep": b"<a>" * 100 + b"</a>" * 100,
    "many elements": b"<a>" + b"<b/>" * 200_000 + b"</a>",
    "many attributes": b"<a " + b" ".join(b'b%d=""' % number for number in range(20_000)) + b"/>",
    "XML in an encoding that is none": b'<?xml version="1.0" encoding="zlib"?><a/>',
    "XML in punycode": b'<?xml version="1.0" encoding="punycode"?><a/>',
    "XML in IDNA": b'<?xml version="1.0" encoding="idna"?><a/>',
    "XML in UTF-16": "<a><id>x</id></a>".encode("utf-16"),
    "XML with control characters": b"<a><id>\x1b[2J</id></a>",
    "an instruction": b'<?xml-stylesheet href="http://127.0.0.1:9/"?><a/>',
    "an attribute that is a child too": b'<a id="1"><id>2</id><id>3</id></a>',
    "a hundred comments": b"<!---->" * 280 + b"<a/>",
    "comments without end": b"<!--" * 500,
}

PLAIN: dict[str, bytes] = {
    "nothing": b"",
    "blanks": b" \r\n\t" * 1000,
    "zero bytes": bytes(1000),
    "null": b"null",
    "true": b"true",
    "a number": b"42",
    "text": b'"[]"',
    "an empty object": b"{}",
    "an empty list": b"[]",
    "a list of nothing": b"[null, null]",
    "a list of numbers": b"[1, 2.5, true]",
    "a list of lists": b"[[[]]]",
    "deep lists": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "rather deep lists": b"[" * 900 + b"]" * 900,
    "an id that is rather deep": b'[{"id":' + b"[" * 900 + b"]" * 900 + b"}]",
    "many lists": b"[" + b"[]," * 600_000 + b"[]]",
    "many objects": b"[" + b'{"":0},' * 250_000 + b"{}]",
    "a number of 5,000 digits": b'[{"id": ' + b"9" * 5000 + b"}]",
    "a number of 4,000 digits": b'[{"id": ' + b"9" * 4000 + b', "name": ' + b"9" * 4000 + b"}]",
    "not a number": b'[{"id": NaN, "name": Infinity}]',
    "a number beyond floats": b'[{"id": 1e999, "name": -1e999}]',
    "doubled keys": b'[{"id": "x", "id": {"a": 1}, "id": "%s"}]' % ID.encode(),
    "half a pair": b'[{"id": "\\ud800", "name": "\\udfff"}]',
    "bytes that are no UTF-8": b'[{"id": "\xff\xfe\xc0\xaf"}]',
    "UTF-16": json.dumps([LINK]).encode("utf-16"),
    "UTF-32": json.dumps([LINK]).encode("utf-32"),
    "a mark before": b"\xef\xbb\xbf[]",
    "two answers": b"[][]",
    "a callback": b"/**/callback([])",
    "a guard": b")]}',\n[]",
    "a comma too much": b"[1,]",
    "it breaks off": b'[{"id": "x"',
    "a page": b"<!DOCTYPE html><html><title>\x1b[2JLog \xe2\x80\xaein</title></html>",
    "a page with comments": b"<!---->" * 280 + b"<html>",
    "a page with a million titles": b"<html>" + b"<title " * 100_000,
    "100,000 links": b"[" + b",".join(b'{"id":"%x"}' % number for number in range(100_000)) + b"]",
    "20,000 links": _json([{**LINK, "id": f"{number}"} for number in range(20_000)])[: 2 << 20],
    "10,000 links": _json([{"id": f"{number}", "name": "n" * 100} for number in range(10_000)]),
}

LINKS: dict[str, bytes] = {
    "links that are no objects": b'["a", 1, null, [], true]',
    "links under a key that are no list": b'{"applicationLinks": {"a": 1}}',
    "links without anything": b"[{}]",
    "a link without a name": _json([{"id": ID}]),
    "a link without an id": _json([{**LINK, "id": None}]),
    "a link whose id is a list": _json([{**LINK, "id": ["x"]}]),
    "a link whose name is an object": _json([{**LINK, "name": {"a": 1}}]),
    "a link whose flags are texts": _json([{**LINK, "isPrimary": "true", "isSystem": "no"}]),
    "a link whose flags are none": _json([{**LINK, "isPrimary": "perhaps", "isSystem": 7}]),
    "a link whose addresses are none": _json([{**LINK, "displayUrl": "http://[", "rpcUrl": "::"}]),
    "a link that steers a terminal": _json([dict.fromkeys(LINK, STEERING)]),
    "a link of a million letters": _json([{**LINK, "name": "n" * 1_000_000}]),
    **{f"a link called {id_[:20]!r}": _json([{**LINK, "id": id_}]) for id_ in IDS},
}

OBJECTS: dict[str, bytes] = {
    "a server id that is no UUID": _json({**MANIFEST, "id": "../x"}),
    "a server id with a line break": _json({**MANIFEST, "id": ID + "\n"}),
    "a manifest without a type": _json({**MANIFEST, "typeId": None}),
    "a manifest without an address": _json({**MANIFEST, "url": None}),
    "a manifest that is elsewhere": _json({**MANIFEST, "url": "http://elsewhere.example"}),
    "a manifest with an address that is none": _json({**MANIFEST, "url": "http://[" + "x" * 5000}),
    "a manifest that steers a terminal": _json({**MANIFEST, "name": STEERING, "url": STEERING}),
    "a manifest of a version of 5,000 digits": _json({**MANIFEST, "applinksVersion": "9" * 5000}),
    "a manifest in a list": _json([MANIFEST]),
    "a status that is a text": _json({"working": "true", "localAuthentication": "oauth"}),
    "a status with lists": _json({"working": [], "error": [], "localAuthentication": []}),
    "a status that steers a terminal": _json(
        {"working": False, "error": {"category": STEERING, "type": STEERING, "details": [STEERING, {}]}}
    ),
    "a status with deep details": _json(
        {"working": False, "error": {"details": json.loads("[" * 50 + "]" * 50)}}
    ),
    "levels that are none": _json({"incoming": {"enabled": "perhaps"}, "outgoing": "much"}),
    "levels that are lists": _json({"incoming": [], "outgoing": [1]}),
    "consumers that are none": _json({"consumers": [1, None, "x"], "configuredAuthProviders": {"a": 1}}),
    "consumers with other types": _json({"consumers": [{"twoLOAllowed": [], "executingTwoLOUser": {}}]}),
    "a consumer that steers a terminal": _json({"consumers": [{"executingTwoLOUser": STEERING}]}),
    "providers that are none": _json({"configuredAuthProviders": [{"provider": [1]}, {"provider": {}}]}),
    "a list of texts": _json({"list": ["x", {"application": "x"}, {"application": ["x"]}]}),
    "a redirect that steers a terminal": _json({"code": "x", "params": {"redirectedUrl": STEERING}}),
    "a warning that steers a terminal": _json({"warning": STEERING, "code": {"a": 1}, "params": []}),
    "complaints that steer a terminal": _json(
        {"message": [STEERING] * 10_000, "errors": [{"summary": STEERING, "context": STEERING}]}
    ),
    "complaints of other types": _json(
        {"message": [{"a": 1}, None, 7], "errors": ["x", {"summary": {"a": []}}]}
    ),
}

ALL: dict[str, bytes] = {**XML, **PLAIN, **LINKS, **OBJECTS}
