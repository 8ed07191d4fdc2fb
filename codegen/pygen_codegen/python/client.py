"""`client.py` of an SDK: the client, with an API per view."""

from __future__ import annotations

from pygen_codegen.ir.types import IRModel
from pygen_codegen.python import build as b
from pygen_codegen.python.documents import about
from pygen_codegen.python.imports import Imports
from pygen_codegen.python.module import identifier, module
from pygen_codegen.python.names import Names

_INSIDE = 2 * b.STEP
_INIT = b.attribute(b.call(b.name("super")), "__init__")


def client(model: IRModel, names: Names) -> str:
    """The module of the client."""
    imports = Imports()
    body = [
        [b.docstring(_about(model), indent=b.STEP)],
        [
            b.field(
                "MODEL",
                b.subscript(imports.use("typing", "ClassVar"), imports.sdk("DataModelId")),
                identifier(model.id, imports),
            )
        ],
        [_init(names, imports)],
    ]
    definition = b.class_(names.client, imports.sdk("AsyncModelClient"), body)
    return module(model, f"The client of {model.id}.", imports, [definition])


def _init(names: Names, imports: Imports) -> b.Stmt:
    given = b.name("client")
    apis = [
        b.assign(f"self.{each.client}", b.call(imports.use(".api", each.api), given), indent=_INSIDE)
        for each in names.classes
    ]
    parameters = [b.Parameter("self"), b.Parameter("client", imports.sdk("AsyncPygenClient"))]
    return b.function("__init__", parameters, b.NONE, [b.expression(b.call(_INIT, given), indent=_INSIDE), *apis])


def _about(model: IRModel) -> str:
    return about(model.id.external_id, model.name, model.description) or f"The data model {model.id}."
