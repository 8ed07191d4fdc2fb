"""What an endpoint gets and how it reads it: decoded bodies, query parameters, limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import msgspec

from pygen.server.errors import RefusedError, violation
from pygen.server.store import Store
from pygen_runtime.schema import codec

T = TypeVar("T")


class Call(NamedTuple):
    """One request, as endpoints see it."""

    store: Store
    body: bytes
    query: Sequence[tuple[str, str]]
    path: Mapping[str, str] = {}

    def json(self) -> dict[str, Any]:
        """The body, which must be a JSON object; explicit nulls at its top are dropped (contract §1.4)."""
        value = decode(self.body, msgspec.json.Decoder())
        if not isinstance(value, dict):
            raise RefusedError("The request body must be a JSON object.")
        return {key: part for key, part in value.items() if part is not None}

    def items(self, *, at_most: int = 100) -> list[dict[str, Any]]:
        """The `items` of the body: 1 to `at_most` objects."""
        items = self.json().get("items")
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise RefusedError("The request body must have a list of objects under 'items'.")
        if not 1 <= len(items) <= at_most:
            raise violation(f"items size must be between 1 and {at_most}")
        return items

    def value(self, key: str) -> str | None:
        """A query parameter; the last one if it is repeated."""
        return next((value for name, value in reversed(self.query) if name == key), None)

    def values(self, key: str) -> list[str]:
        """A query parameter that is repeated, separated by commas, or a JSON list (contract §13.2)."""
        found: list[str] = []
        for name, value in self.query:
            if name != key:
                continue
            parts = decode(value.encode(), _texts) if value.startswith("[") else value.split(",")
            found.extend(part for part in parts if part)
        return found

    def flag(self, key: str, *, default: bool = False) -> bool:
        """A query parameter that is `true` or `false`."""
        value = self.value(key)
        if value is None or value == "":
            return default
        if value.lower() not in ("true", "false"):
            raise RefusedError(f"The query parameter '{key}' must be true or false, not '{value[:100]}'.")
        return value.lower() == "true"

    def limit(self, *, default: int = 10, at_most: int = 1000) -> int:
        """The query parameter `limit`."""
        value = self.value("limit")
        if value is None:
            return default
        if not value.isascii() or not value.isdigit() or len(value) > 9 or not 1 <= int(value) <= at_most:
            raise violation(f"limit must be between 1 and {at_most}")
        return int(value)


_texts = msgspec.json.Decoder(list[str])


def decode(body: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    """JSON to a value.

    Raises:
        RefusedError: It is malformed (NaN and infinity are), nested too deeply, or not of the expected shape.
    """
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        raise RefusedError(f"Invalid request: {error}") from error
    except RecursionError as error:
        raise RefusedError("The JSON of the request is nested too deeply.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RefusedError(f"The request body is not valid JSON: {error}") from error


def convert(value: Any, type_: type[T], *, what: str) -> T:
    """A decoded value to a schema type; `what` names it in the refusal."""
    try:
        return codec.convert(value, type_)
    except msgspec.ValidationError as error:
        raise RefusedError(f"Invalid {what}: {error}") from error
