"""JSON to schema types and back. Use these instead of bare msgspec: they know how the kinds of view properties differ."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from pygen_runtime.schema.aggregates import Aggregation
from pygen_runtime.schema.filters import PygenFilter
from pygen_runtime.schema.views import (
    DIRECTIONS,
    EDGE_CONNECTIONS,
    REVERSE_CONNECTIONS,
    EdgeConnection,
    MappedProperty,
    ReverseConnection,
    UnknownProperty,
    ViewProperty,
)

T = TypeVar("T")


def decode_hook(type_: type, value: Any) -> Any:
    """Turn the JSON of a view property into the class its keys ask for (contract §4.2)."""
    if type_ is not ViewProperty:
        raise NotImplementedError(f"no decoding for {type_}")
    kind = _kind(value) if isinstance(value, dict) else EdgeConnection
    return UnknownProperty(value) if kind is UnknownProperty else msgspec.convert(value, kind)


def _kind(keys: dict[str, Any]) -> type[ViewProperty]:
    """Models may be newer than this client: a kind or direction that it does not know must not make them unreadable."""
    if "container" in keys:
        return MappedProperty
    connection, reverse = keys.get("connectionType"), "through" in keys
    known = REVERSE_CONNECTIONS if reverse else EDGE_CONNECTIONS
    strange = isinstance(connection, str) and connection not in known
    direction = keys.get("direction")
    if strange or (isinstance(direction, str) and direction not in DIRECTIONS):
        return UnknownProperty
    return ReverseConnection if reverse else EdgeConnection


def decoder(type_: type[T]) -> msgspec.json.Decoder[T]:
    """A JSON decoder for a schema type; make it once and keep it."""
    return msgspec.json.Decoder(type_, dec_hook=decode_hook)


def convert(value: Any, type_: type[T]) -> T:
    """A schema type from builtins, as YAML or JSON parsers give them.

    Raises:
        msgspec.ValidationError: The value does not have the shape; the message holds the path.
    """
    return msgspec.convert(value, type_, dec_hook=decode_hook)


def encode_hook(value: Any) -> Any:
    """Turn filters, aggregates and properties of unknown kinds into their JSON."""
    if isinstance(value, (PygenFilter, Aggregation, UnknownProperty)):
        return value.json
    raise NotImplementedError(f"no JSON for {type(value).__name__}")


NO_JSON = (TypeError, ValueError, NotImplementedError, OverflowError, RecursionError)
"""What encoding raises where a value has no JSON form."""

_encoder = msgspec.json.Encoder(enc_hook=encode_hook)


def encode(value: Any) -> bytes:
    """JSON bytes of a schema type, or of anything built of schema types, builtins and filters.

    NaN and infinity come out as `null`: values that users give are checked where they enter.
    """
    return _encoder.encode(value)
