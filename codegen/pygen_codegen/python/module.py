"""What all modules of an SDK share: their frame, and the identifiers of the model in them."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from pygen_codegen.emitting.models import header
from pygen_codegen.ir.types import IRModel
from pygen_codegen.python import build as b
from pygen_codegen.python.imports import Imports
from pygen_runtime.schema import ContainerId, DataModelId, NodeId, ViewId

Id = ViewId | ContainerId | NodeId | DataModelId


def module(
    model: IRModel, text: str, imports: Imports, definitions: Iterable[b.Stmt], typing_only: Imports | None = None
) -> str:
    """The text of a module.

    Args:
        model: The data model it comes from.
        text: Its docstring.
        imports: What the definitions use; complete once they are built.
        definitions: Classes, built while they are written out.
        typing_only: What they use for type checkers alone, and a running program does not import.
    """
    body = b.rendered(definitions)
    future = b.from_import("__future__", ["annotations"])
    groups = [[b.docstring(text)], [future], *imports.groups()]
    if typing_only is not None and (unseen := b.spaced(typing_only.groups(indent=b.STEP))):
        groups.append([b.if_(b.name("TYPE_CHECKING"), unseen)])
    return b.module(header(model), groups, body)


def identifier(id_: Id, imports: Imports) -> b.Expr:
    """The call that makes an identifier, such as `ViewId("power", "Turbine", "1")`."""
    return b.call(imports.sdk(type(id_).__name__), *(b.text(part) for part in msgspec.structs.astuple(id_)))
