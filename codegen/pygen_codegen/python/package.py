"""`__init__.py` of an SDK: its public names, loaded when they are first asked for."""

from __future__ import annotations

from pygen_codegen.emitting.documents import about
from pygen_codegen.emitting.models import header, model_ids, spoken
from pygen_codegen.ir.types import IRModel
from pygen_codegen.python import build as b
from pygen_codegen.python.imports import Imports, export_order
from pygen_codegen.python.names import Names
from pygen_runtime import CONTRACT, __version__


def package(model: IRModel, names: Names) -> str:
    """The module of the package."""
    imports, typed = Imports(), Imports()
    checking = imports.use("typing", "TYPE_CHECKING")
    this = b.name("__name__")
    require = imports.use("pygen_runtime", "require_contract")
    lazy = imports.use("pygen_runtime", "lazy_exports")
    public = {
        "data_classes": [
            *(each.name for each in names.enums.values()),
            *(name for each in names.classes for name in (each.name, each.sync)),
            *names.writes.values(),
        ],
        "client": [names.client, names.sync_client],
        "protocols": [*names.protocols.values()],
    }
    for source, exported in public.items():
        for each in exported:
            typed.use(f".{source}", each)
    contract = b.call(require, b.integer(CONTRACT), package=this, generated_by=b.text(__version__))
    exports = sorted((each for exported in public.values() for each in exported), key=export_order)
    modules = [b.text(source) for source, exported in public.items() if exported]
    groups = [
        [b.docstring(_about(model))],
        *imports.groups(),
        [b.if_(checking, [stmt for group in typed.groups(indent=b.STEP) for stmt in group])],
        [b.expression(contract)],
        [b.assign("__all__", b.text_list(exports), indent=0)],
        [b.assign("__getattr__", b.call(lazy, this, *modules), indent=0)],
    ]
    return b.module(header(model), groups)


def _about(model: IRModel) -> str:
    if len(model_ids(model)) > 1:
        return f"The data models {spoken(model)}."
    more = about(model.id.external_id, None, model.description) or about(model.id.external_id, model.name, None)
    return f"The data model {model.id}: {more}" if more else f"The data model {model.id}."
