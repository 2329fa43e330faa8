"""Property values: what is on the wire, in the state and in the engine's hands."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from google.protobuf import struct_pb2
from google.protobuf.json_format import MessageToDict

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
    found: Properties = _from_wire(MessageToDict(struct))
    return found


def _from_wire(value: Any) -> Any:
    return _read(value, lambda marked: _from_wire(marked.get("value")))


def to_struct(properties: Mapping[str, Any], *, secrets: bool) -> struct_pb2.Struct:
    """Write properties for a message.

    Args:
        properties: what to send.
        secrets: whether the receiver understands secrets; if not, they are sent in the clear.
    """
    struct = struct_pb2.Struct()
    struct.update(_to_wire(properties if secrets else plain(properties)))
    return struct


def _to_wire(value: Any) -> Any:
    return _written(value, lambda secret: {SIGNATURE: SECRET, "value": _to_wire(secret)})


def plain(value: Any) -> Any:
    """The value with its secrets in the clear."""
    if isinstance(value, Secret):
        return plain(value.value)
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value


def secrets_in(value: Any) -> Iterator[Any]:
    """What is secret, anywhere inside of a value."""
    if isinstance(value, Secret):
        yield value.value
    elif isinstance(value, (dict, list)):
        for one in value.values() if isinstance(value, dict) else value:
            yield from secrets_in(one)


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
        elif not isinstance(found, Secret) and any(True for _ in secrets_in(given)):
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
    return _written(value, lambda secret: {SIGNATURE: SECRET, "ciphertext": encrypt(plain(secret))})


def from_json(value: Any, decrypt: Callable[[str], Any]) -> Any:
    """Read a value of the state file; the inverse of `to_json`."""

    def opened(marked: Mapping[str, Any]) -> Any:
        return decrypt(marked["ciphertext"]) if "ciphertext" in marked else json.loads(marked["plaintext"])

    return _read(value, opened)


def _written(value: Any, secret: Callable[[Any], Any]) -> Any:
    """A value as JSON has it; `secret` says what stands for a secret one."""
    if isinstance(value, Secret):
        return secret(value.value)
    if isinstance(value, Unknown):
        return UNKNOWN_ON_WIRE
    if isinstance(value, dict):
        return {key: _written(value[key], secret) for key in sorted(value)}
    return [_written(one, secret) for one in value] if isinstance(value, list) else value


def _read(value: Any, secret: Callable[[dict[str, Any]], Any]) -> Any:
    """The inverse of `_written`; `secret` opens what stands for a secret value."""
    if isinstance(value, list):
        return [_read(one, secret) for one in value]
    if isinstance(value, float):  # the only numbers that a message has
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    if not isinstance(value, dict):
        return UNKNOWN if value == UNKNOWN_ON_WIRE else value
    signature = value.get(SIGNATURE)
    if signature == SECRET:
        return Secret(secret(value))
    found = {key: _read(one, secret) for key, one in value.items()}
    if signature == OUTPUT:
        inner = found.get("value", UNKNOWN)
        return Secret(inner) if found.get("secret") else inner
    return (found.get("id") or found.get("urn")) if signature == RESOURCE else found
