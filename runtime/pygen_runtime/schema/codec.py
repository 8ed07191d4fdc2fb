"""JSON to schema types and back. Use these instead of bare msgspec: they know how the kinds of view properties differ."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from pygen_runtime.schema.filters import PygenFilter
from pygen_runtime.schema.views import EdgeConnection, MappedProperty, ReverseConnection, ViewProperty

T = TypeVar("T")


def decode_hook(type_: type, value: Any) -> Any:
    """Turn the JSON of a view property into the class its keys ask for (contract §4.2)."""
    if type_ is not ViewProperty:
        raise NotImplementedError(f"no decoding for {type_}")
    kind: type[ViewProperty] = EdgeConnection
    if isinstance(value, dict):
        if "container" in value:
            kind = MappedProperty
        elif "through" in value:
            kind = ReverseConnection
    return msgspec.convert(value, kind)


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
    """Turn a filter into its JSON."""
    if isinstance(value, PygenFilter):
        return value.json
    raise NotImplementedError(f"no JSON for {type(value).__name__}")


_encoder = msgspec.json.Encoder(enc_hook=encode_hook)


def encode(value: Any) -> bytes:
    """JSON bytes of a schema type, or of anything built of schema types, builtins and filters.

    NaN and infinity come out as `null`: values that users give are checked where they enter.
    """
    return _encoder.encode(value)
