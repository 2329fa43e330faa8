"""The conversion between dictionaries and the engine's structs, in which secrets and unknown values are marked.

The marks are part of the engine's protocol: see https://github.com/pulumi/pulumi/blob/master/sdk/proto/go/provider.pb.go.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from google.protobuf import struct_pb2
from pulumi.runtime import rpc

UNKNOWN = rpc.UNKNOWN
"""The mark of a value that is not known in a preview."""
_MARK = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a mark of the protocol
PASSWORDS = frozenset(
    f"{role}.credentials.{part}" for role in ("source", "target") for part in ("password", "token")
)
"""Paths that are always secret, even if the program does not mark them."""


def read(struct: struct_pb2.Struct) -> tuple[dict[str, Any], frozenset[str]]:
    """Return the values of a struct without the marks of secrets, and the paths that had such a mark.

    Args:
        struct: a struct from the engine.
    """
    secret: set[str] = set()
    values = {key: _plain(value, key, secret) for key, value in struct.fields.items()}
    return values, frozenset(secret)


def _plain(value: struct_pb2.Value, path: str, secret: set[str]) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        fields = value.struct_value.fields
        if _MARK in fields and fields[_MARK].string_value == _SECRET:
            secret.add(path)
            return _plain(fields["value"], path, secret)
        return {key: _plain(item, f"{path}.{key}", secret) for key, item in fields.items()}
    if kind == "list_value":
        return [
            _plain(item, f"{path}.{number}", secret) for number, item in enumerate(value.list_value.values)
        ]
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    return None if kind in (None, "null_value") else getattr(value, kind)


def write(values: Mapping[str, Any], secret: Iterable[str] = ()) -> struct_pb2.Struct:
    """Make a struct for the engine. It omits values that are None.

    Args:
        values: inputs or outputs.
        secret: the paths to mark, in addition to `PASSWORDS`.
    """
    marked = PASSWORDS.union(secret)
    struct = struct_pb2.Struct()
    for key, value in values.items():
        if value is not None:
            struct.fields[key].CopyFrom(_value(value, key, marked))
    return struct


def _value(value: Any, path: str, marked: frozenset[str]) -> struct_pb2.Value:
    if path in marked:
        inner = _value(value, path, marked - {path})
        return struct_pb2.Value(
            struct_value=struct_pb2.Struct(
                fields={_MARK: struct_pb2.Value(string_value=_SECRET), "value": inner}
            )
        )
    if isinstance(value, Mapping):
        fields = {
            str(key): _value(item, f"{path}.{key}", marked) for key, item in value.items() if item is not None
        }
        return struct_pb2.Value(struct_value=struct_pb2.Struct(fields=fields))
    if isinstance(value, (list, tuple)):
        items = [_value(item, f"{path}.{number}", marked) for number, item in enumerate(value)]
        return struct_pb2.Value(list_value=struct_pb2.ListValue(values=items))
    if isinstance(value, bool):
        return struct_pb2.Value(bool_value=value)
    if isinstance(value, (int, float)):
        return struct_pb2.Value(number_value=value)
    return struct_pb2.Value(string_value=str(value))
