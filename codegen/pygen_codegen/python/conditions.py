"""Which conditions a property can be filtered by: the language of keywords, apart from its spelling as annotations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, assert_never

from pygen_codegen.ir.types import (
    IRBoolean,
    IRDate,
    IRDirectRelation,
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

Marker = Literal["equals", "contains_any", "prefix", "at_least", "at_most", "exists"]
"""Functions of the runtime that say what a keyword means."""

KEYWORDS: Mapping[Marker, str] = {
    "equals": "{}",
    "contains_any": "{}",
    "prefix": "{}_prefix",
    "at_least": "min_{}",
    "at_most": "max_{}",
    "exists": "has_{}",
}
"""How the keyword of each marker is made from the name of the property."""


def markers(type_: IRType) -> tuple[Marker, ...]:
    """The conditions that properties of a type can be filtered by, in the order of their keywords."""
    match type_:
        case IRJson() | IRList(item=IRJson()):
            return ("exists",)
        case IRList():
            return ("contains_any",)
        case IRText():
            return ("equals", "prefix")
        case IRInteger() | IRFloat() | IRTimestamp() | IRDate():
            return ("equals", "at_least", "at_most")
        case IRBoolean() | IREnumReference() | IRDirectRelation() | IRExternalReference():
            return ("equals",)
        case _:
            assert_never(type_)
