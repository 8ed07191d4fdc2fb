"""JSON text to builtins, for text that nobody vouches for."""

from __future__ import annotations

import json
from typing import Any

from pygen.errors import SourceError

DEPTH_LIMIT = 64
"""Levels of nesting; a data model needs about ten, and its filters a few more."""


def parse_json(text: str) -> Any:
    """The value that `text` spells.

    Equal keys in one object, numbers that are not finite and deep nesting are refused, which Python's own reader lets pass.

    Raises:
        SourceError: The text is not JSON, or is refused; the message says on which line where that is known.
    """
    if not text.strip():
        raise SourceError("it is empty")
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_not_finite)
    except json.JSONDecodeError as error:
        raise SourceError(f"line {error.lineno}: this is not JSON: {error.msg}") from error
    except (ValueError, RecursionError) as error:
        raise SourceError("a number is too long, or the nesting too deep, for a data model") from error
    _check_depth(value)
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    for key, value in pairs:
        if key in mapping:
            raise SourceError(f"the key {key!r} stands twice in one object")
        mapping[key] = value
    return mapping


def _not_finite(word: str) -> float:
    raise SourceError(f"{word} is not a JSON number")


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(DEPTH_LIMIT):
        level = [child for parent in level for child in _children(parent)]
        if not level:
            return
    raise SourceError(f"more than {DEPTH_LIMIT} levels of nesting")


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
