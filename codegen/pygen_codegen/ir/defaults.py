"""Whether the default of a property is one."""

from __future__ import annotations

from typing import Any, assert_never

import msgspec

from pygen_codegen.ir.types import (
    IRBoolean,
    IRDate,
    IRDirectRelation,
    IREnum,
    IREnumReference,
    IRExternalReference,
    IRFloat,
    IRInteger,
    IRJson,
    IRList,
    IRText,
    IRTimestamp,
    IRType,
)


def is_default(value: Any, type_: IRType, enums: dict[str, IREnum]) -> bool:
    """Whether a value can be the default of properties of a type (contract §3.2: of the same JSON type, never of lists)."""
    match type_:
        case IRList():
            fits = False
        case IRText() | IRExternalReference() | IRTimestamp() | IRDate():
            fits = isinstance(value, str)
        case IRBoolean():
            fits = isinstance(value, bool)
        case IRInteger(bits=bits):
            fits = _is_number(value, int) and -(2 ** (bits - 1)) <= value < 2 ** (bits - 1)
        case IRFloat():
            fits = _is_number(value, int, float) and _is_json(value)
        case IRJson():
            fits = _is_json(value)
        case IREnumReference(enum=enum):
            fits = any(value == each.source for each in enums[enum].values)
        case IRDirectRelation():
            fits = _is_node(value)
        case _:
            assert_never(type_)
    return fits


def _is_node(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("space"), str) and isinstance(value.get("externalId"), str)


def _is_json(value: Any) -> bool:
    """Whether JSON can spell the value: readers of YAML also make moments, and numbers that are not finite."""
    try:
        return bool(msgspec.json.decode(msgspec.json.encode(value)) == value)
    except (msgspec.MsgspecError, TypeError, ValueError, OverflowError, RecursionError):
        return False


def _is_number(value: Any, *types: type) -> bool:
    return isinstance(value, types) and not isinstance(value, bool)
