"""What the emitters of one SDK share: its names, what was chosen, and how values are spoken of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import assert_never

from pygen_codegen.emitting.models import header
from pygen_codegen.ir.types import (
    IRBoolean,
    IRDate,
    IRDirectRelation,
    IREnumReference,
    IRExternalReference,
    IRFloat,
    IRInteger,
    IRJson,
    IRModel,
    IRScalar,
    IRText,
    IRTimestamp,
)
from pygen_codegen.settings import TypeScriptSettings
from pygen_codegen.typescript import build as b
from pygen_codegen.typescript import tree as t
from pygen_codegen.typescript.names import Names


@dataclass(frozen=True, kw_only=True)
class Context:
    """One SDK in the making."""

    model: IRModel
    names: Names
    settings: TypeScriptSettings

    def module(self, imports: b.Imports, definitions: Iterable[t.Statement], about: str) -> t.Module:
        """A module: what it is about, imports, and each definition in a section of its own.

        Args:
            imports: What the definitions use; complete once they are built.
            definitions: Its declarations.
            about: What its first lines say.
        """
        body = [[each] for each in definitions]
        return b.module([imports.statements(), *body], header=[header(self.model), about])

    def kind(self, type_: IRScalar) -> str:
        """What the runtime calls values of this type (`Kind` in its `view.ts`)."""
        found: str
        match type_:
            case IRText() | IRExternalReference() | IREnumReference():
                found = "text"
            case IRBoolean():
                found = "boolean"
            case IRInteger(bits=32):
                found = "int32"
            case IRInteger():
                found = "int64" if self.settings.int64 == "bigint" else "int64Text"
            case IRFloat(bits=bits):
                found = f"float{bits}"
            case IRTimestamp():
                found = "timestamp" if self.settings.timestamps == "date" else "timestampText"
            case IRDate():
                found = "date"
            case IRJson():
                found = "json"
            case IRDirectRelation():
                found = "node"
            case _:
                assert_never(type_)
        return found
