"""Property values: what is on the wire, in the state and in the engine's hands."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from google.protobuf import struct_pb2

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"
OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e"
UNKNOWN_ON_WIRE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
PROVIDER_KEY = "__provider"


class Unknown:
    """A value that only an update will know."""

    def __repr__(self) -> str:
        return "[unknown]"


UNKNOWN: Final = Unknown()


@dataclass(frozen=True)
class Secret:
    """A value that is shown nowhere.

    Attributes:
        value: the value in the clear.
    """

    value: Any = field(repr=False)

    def __repr__(self) -> str:
        return "[secret]"


Properties: TypeAlias = dict[str, Any]


def from_struct(struct: struct_pb2.Struct) -> Properties:
    """Read the properties of a message; secrets and unknowns become `Secret` and `UNKNOWN`."""
    return {key: from_value(value) for key, value in struct.fields.items()}


def from_value(value: struct_pb2.Value) -> Any:
    """Read one value of a message."""
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        return UNKNOWN if value.string_value == UNKNOWN_ON_WIRE else value.string_value
    if kind == "bool_value":
        return value.bool_value
    if kind == "number_value":
        return _number(value.number_value)
    if kind == "list_value":
        return [from_value(one) for one in value.list_value.values]
    if kind == "struct_value":
        return _from_object(from_struct(value.struct_value))
    return None


def _from_object(found: Properties) -> Any:
    signature = found.get(SIGNATURE)
    if signature == SECRET:
        return Secret(found.get("value"))
    if signature == OUTPUT:
        inner = found.get("value", UNKNOWN)
        return Secret(inner) if found.get("secret") else inner
    if signature == RESOURCE:
        return found.get("id") or found.get("urn")
    return found


def _number(number: float) -> int | float:
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def to_struct(properties: Mapping[str, Any], *, secrets: bool) -> struct_pb2.Struct:
    """Write properties for a message.

    Args:
        properties: what to send.
        secrets: whether the receiver understands secrets; if not, they are sent in the clear.
    """
    struct = struct_pb2.Struct()
    for key, value in properties.items():
        struct.fields[key].CopyFrom(_to_value(value, secrets))
    return struct


def _to_value(value: Any, secrets: bool) -> struct_pb2.Value:
    if isinstance(value, Unknown):
        return struct_pb2.Value(string_value=UNKNOWN_ON_WIRE)
    if isinstance(value, Secret):
        if not secrets:
            return _to_value(value.value, secrets)
        marked = {SIGNATURE: SECRET, "value": value.value}
        return struct_pb2.Value(struct_value=to_struct(marked, secrets=secrets))
    if value is None:
        return struct_pb2.Value(null_value=struct_pb2.NULL_VALUE)
    if isinstance(value, bool):
        return struct_pb2.Value(bool_value=value)
    if isinstance(value, (int, float)):
        return struct_pb2.Value(number_value=float(value))
    if isinstance(value, str):
        return struct_pb2.Value(string_value=value)
    if isinstance(value, list):
        return struct_pb2.Value(
            list_value=struct_pb2.ListValue(values=[_to_value(one, secrets) for one in value])
        )
    return struct_pb2.Value(struct_value=to_struct(value, secrets=secrets))


def plain(value: Any) -> Any:
    """The value with its secrets in the clear."""
    if isinstance(value, Secret):
        return plain(value.value)
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value


def has_secret(value: Any) -> bool:
    """Whether a secret is anywhere inside."""
    return any(isinstance(one, Secret) for one in _walk(value))


def has_unknown(value: Any) -> bool:
    """Whether an unknown is anywhere inside."""
    return any(isinstance(one, Unknown) for one in _walk(plain(value)))


def in_go(value: Any) -> str:
    """A value as it stands in messages of the real engine, secrets included: as its language prints it."""
    if isinstance(value, Secret):
        return f"{{&{{{in_go(value.value)}}}}}"
    if isinstance(value, Unknown):
        return "{{{}}}"
    if isinstance(value, dict):
        return f"{{map[{' '.join(f'{key}:{in_go(value[key])}' for key in sorted(value))}]}}"
    if isinstance(value, list):
        return f"{{[{' '.join(map(in_go, value))}]}}"
    if isinstance(value, bool):
        return f"{{{str(value).lower()}}}"
    if isinstance(value, (int, float)):
        return f"{{{value:g}}}"
    return "{<nil>}" if value is None else f"{{{value}}}"


def _walk(value: Any) -> Iterator[Any]:
    yield value
    if isinstance(value, dict):
        for one in value.values():
            yield from _walk(one)
    elif isinstance(value, list):
        for one in value:
            yield from _walk(one)


def mark_secrets(outputs: Properties, inputs: Mapping[str, Any]) -> Properties:
    """Mark again as secret what a provider gave back under the name of a secret input.

    Providers of this kind do not take secrets, so what they answer has lost its marks. Only objects are compared key by key; a
    list with a secret inside becomes secret as a whole.
    """
    marked = dict(outputs)
    for key, given in inputs.items():
        if key not in marked:
            continue
        found = marked[key]
        if isinstance(found, dict) and isinstance(given, dict):
            marked[key] = mark_secrets(found, given)
        elif not isinstance(found, Secret) and has_secret(given):
            marked[key] = Secret(found)
    return marked


def mark_names(outputs: Properties, names: list[str]) -> Properties:
    """Mark the named outputs as secret."""
    return {
        key: Secret(value) if key in names and not isinstance(value, Secret) else value
        for key, value in outputs.items()
    }


def to_json(value: Any, encrypt: Callable[[Any], str]) -> Any:
    """The value as the state file has it.

    Args:
        value: a known value.
        encrypt: turns a secret's plain value into cipher text.
    """
    if isinstance(value, Secret):
        return {SIGNATURE: SECRET, "ciphertext": encrypt(plain(value.value))}
    if isinstance(value, Unknown):
        return UNKNOWN_ON_WIRE
    if isinstance(value, dict):
        return {key: to_json(value[key], encrypt) for key in sorted(value)}
    if isinstance(value, list):
        return [to_json(one, encrypt) for one in value]
    return value


def from_json(value: Any, decrypt: Callable[[str], Any]) -> Any:
    """Read a value of the state file; the inverse of `to_json`."""
    if isinstance(value, dict):
        if value.get(SIGNATURE) == SECRET:
            return Secret(decrypt(value["ciphertext"]) if "ciphertext" in value else _loaded(value))
        return _from_object({key: from_json(one, decrypt) for key, one in value.items()})
    if isinstance(value, list):
        return [from_json(one, decrypt) for one in value]
    return UNKNOWN if value == UNKNOWN_ON_WIRE else value


def _loaded(value: Mapping[str, Any]) -> Any:
    return json.loads(value["plaintext"])
