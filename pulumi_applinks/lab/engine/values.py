"""Property values in the form of the protocol, which marks what is secret or unknown. In the state, secrets are encrypted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from google.protobuf import struct_pb2
from google.protobuf.json_format import MessageToDict

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""The mark for a value that is only known in an update."""
PROVIDER_KEY = "__provider"

Properties: TypeAlias = dict[str, Any]


def secret(value: Any) -> dict[str, Any]:
    """Mark a value as secret, so that it is never shown."""
    return {_SIGNATURE: _SECRET, "value": value}


def is_secret(value: Any) -> bool:
    """Whether the value itself is marked as secret."""
    return isinstance(value, dict) and value.get(_SIGNATURE) == _SECRET


def _replaced(value: Any, replace: Callable[[dict[str, Any]], Any]) -> Any:
    """Return the value with each secret in it replaced. The keys of objects keep their order."""
    if is_secret(value):
        return replace(value)
    if isinstance(value, dict):
        return {key: _replaced(value[key], replace) for key in sorted(value)}
    return [_replaced(one, replace) for one in value] if isinstance(value, list) else value


def plain(value: Any) -> Any:
    """Return the value with its secrets as plain values."""
    return _replaced(value, lambda marked: plain(marked["value"]))


def masked(value: Any) -> Any:
    """Return the value with its secrets hidden."""
    return _replaced(value, lambda _: "[secret]")


def sealed(value: Any, encrypt: Callable[[str], str]) -> Any:
    """Return the value as the state stores it: the JSON of each secret is encrypted."""
    return _replaced(
        value,
        lambda marked: {_SIGNATURE: _SECRET, "ciphertext": encrypt(json.dumps(plain(marked["value"])))},
    )


def unsealed(value: Any, decrypt: Callable[[str], str]) -> Any:
    """The inverse of `sealed`."""
    return _replaced(value, lambda marked: secret(json.loads(decrypt(marked["ciphertext"]))))


def from_struct(struct: struct_pb2.Struct) -> Properties:
    """Read the properties of a message."""

    def whole(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: whole(one) for key, one in value.items()}
        if isinstance(value, float):  # messages have no other numbers
            return int(value) if value.is_integer() and abs(value) < 1e15 else value
        return [whole(one) for one in value] if isinstance(value, list) else value

    found: Properties = whole(MessageToDict(struct))
    return found


def to_struct(properties: Mapping[str, Any]) -> struct_pb2.Struct:
    """Write properties for a message."""
    struct = struct_pb2.Struct()
    struct.update(properties)
    return struct


def secrets_in(value: Any) -> Iterator[Any]:
    """Yield every secret inside a value."""
    found: list[Any] = []
    _replaced(value, lambda marked: found.append(marked["value"]))
    yield from found


def changed(olds: Any, news: Any) -> bool:
    """Whether anything differs, secret or not. True and 1 are different values."""
    return json.dumps(plain(olds)) != json.dumps(plain(news))


def mark_secrets(outputs: Properties, inputs: Mapping[str, Any]) -> Properties:
    """Mark each output as secret that has the same name as a secret input.

    Dynamic providers do not support secrets, so their answers have no marks. Only objects are compared key by key. If a list contains a
    secret, the whole list becomes secret.
    """
    marked = dict(outputs)
    for key in outputs.keys() & inputs.keys():
        found, given = outputs[key], inputs[key]
        if is_secret(found) or not any(True for _ in secrets_in(given)):
            continue
        deeper = isinstance(found, dict) and isinstance(given, dict) and not is_secret(given)
        marked[key] = mark_secrets(found, given) if deeper else secret(found)
    return marked


def mark_names(outputs: Properties, names: list[str]) -> Properties:
    """Mark the named outputs as secret."""
    return mark_secrets(outputs, dict.fromkeys(names, secret(None)))


def keep_ignored(news: Properties, olds: Properties, path: str) -> Properties:
    """Return the properties with the old value at a path such as `a.b`, whose changes are ignored."""
    key, _, rest = path.partition(".")
    old, new = olds.get(key), news.get(key)
    if rest:
        if isinstance(old, dict) and isinstance(new, dict):
            return {**news, key: keep_ignored(new, old, rest)}
        return news
    kept = {name: value for name, value in news.items() if name != key}
    return {**kept, key: old} if key in olds else kept
