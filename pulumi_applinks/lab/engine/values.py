"""Property values, as they are on the wire: what is secret or unknown is marked. In the state, what is secret is encrypted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from google.protobuf import struct_pb2
from google.protobuf.json_format import MessageToDict

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""A value that only an update will know."""
PROVIDER_KEY = "__provider"

Properties: TypeAlias = dict[str, Any]


def secret(value: Any) -> dict[str, Any]:
    """Mark a value as one that is shown nowhere."""
    return {_SIGNATURE: _SECRET, "value": value}


def is_secret(value: Any) -> bool:
    """Whether a value itself is marked as secret."""
    return isinstance(value, dict) and value.get(_SIGNATURE) == _SECRET


def _replaced(value: Any, replace: Callable[[dict[str, Any]], Any]) -> Any:
    """The value, with something else for each secret in it; the keys of objects in their order."""
    if is_secret(value):
        return replace(value)
    if isinstance(value, dict):
        return {key: _replaced(value[key], replace) for key in sorted(value)}
    return [_replaced(one, replace) for one in value] if isinstance(value, list) else value


def plain(value: Any) -> Any:
    """The value with its secrets in the clear."""
    return _replaced(value, lambda marked: plain(marked["value"]))


def masked(value: Any) -> Any:
    """The value as a person may see it."""
    return _replaced(value, lambda _: "[secret]")


def sealed(value: Any, encrypt: Callable[[str], str]) -> Any:
    """The value as the state has it: each secret's JSON is encrypted."""
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
        if isinstance(value, float):  # the only numbers that a message has
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
    """What is secret, anywhere inside of a value."""
    found: list[Any] = []
    _replaced(value, lambda marked: found.append(marked["value"]))
    yield from found


def changed(olds: Any, news: Any) -> bool:
    """Whether anything differs, secret or not; true is not 1."""
    return json.dumps(plain(olds)) != json.dumps(plain(news))


def mark_secrets(outputs: Properties, inputs: Mapping[str, Any]) -> Properties:
    """Mark again as secret what a provider gave back under the name of a secret input.

    Providers of this kind do not take secrets, so what they answer has lost its marks. Only objects are compared key by key; a
    list with a secret inside becomes secret as a whole.
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
    """The properties with the old value at a path such as `a.b`, whose changes will be ignored."""
    key, _, rest = path.partition(".")
    old, new = olds.get(key), news.get(key)
    if rest:
        if isinstance(old, dict) and isinstance(new, dict):
            return {**news, key: keep_ignored(new, old, rest)}
        return news
    kept = {name: value for name, value in news.items() if name != key}
    return {**kept, key: old} if key in olds else kept
