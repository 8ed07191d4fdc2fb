"""The Python type of one value."""

from __future__ import annotations

from typing import assert_never

from pygen_codegen.ir.types import (
    IRBoolean,
    IRDate,
    IRDirectRelation,
    IREnumReference,
    IRExternalReference,
    IRFloat,
    IRInteger,
    IRJson,
    IRScalar,
    IRText,
    IRTimestamp,
)
from pygen_codegen.python import build as b
from pygen_codegen.python.imports import Imports
from pygen_codegen.python.names import Names


def scalar(type_: IRScalar, names: Names, imports: Imports) -> b.Expr:
    """The Python type of one value."""
    node: b.Expr
    match type_:
        case IRText() | IRExternalReference():
            node = b.name("str")
        case IRBoolean():
            node = b.name("bool")
        case IRInteger():
            node = b.name("int")
        case IRFloat():
            node = b.name("float")
        case IRTimestamp():
            node = imports.use_module("datetime", "datetime")
        case IRDate():
            node = imports.use_module("datetime", "date")
        case IRJson():
            node = imports.use("typing", "Any")
        case IREnumReference(enum=enum):
            node = b.name(names.enums[enum].name)
        case IRDirectRelation():
            node = imports.sdk("NodeId")
        case _:
            assert_never(type_)
    return node
