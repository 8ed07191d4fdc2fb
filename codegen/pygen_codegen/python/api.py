"""`api.py` of an SDK: what can be asked of each view. Only the verbs whose keywords depend on the view stand here."""

from __future__ import annotations

from pygen_codegen.ir.types import IRModel
from pygen_codegen.python import build as b
from pygen_codegen.python.imports import Imports
from pygen_codegen.python.module import module
from pygen_codegen.python.names import ClassNames, Names

_FILTER = "The instances that meet every condition given. Nothing is fetched before the query is iterated."
_LIST = "The first instances that meet every condition given, at most `limit` of them (None: all)."
_INSIDE = 2 * b.STEP

_WHERE = b.call(b.name("self._where"), b.name("conditions"))
_FIRST = b.call(b.attribute(_WHERE, "limit"), b.name("limit"))
_LISTED = b.awaited(b.call(b.attribute(_FIRST, "to_list")))


def api(model: IRModel, names: Names) -> str:
    """The module of the APIs."""
    imports = Imports()
    definitions = [_api(each, imports) for each in names.classes]
    return module(model, f"What can be asked of each view of {model.id}.", imports, definitions)


def _api(cls: ClassNames, imports: Imports) -> b.Stmt:
    resource = imports.use(".data_classes", cls.name)
    conditions = imports.use(".filters", cls.conditions)
    attributes = [b.assign("resource", resource), b.assign("conditions", conditions)]
    by_keywords = b.Parameter("conditions", b.subscript(imports.use("typing", "Unpack"), conditions), stars="**")
    limit = b.Parameter("limit", b.union(b.name("int"), b.NONE), b.integer(25))
    filter_ = b.function(
        "filter",
        [b.Parameter("self"), by_keywords],
        b.subscript(imports.sdk("PygenQuery"), resource),
        [b.docstring(_FILTER, indent=_INSIDE), b.returned(_WHERE)],
    )
    list_ = b.function(
        "list",
        [b.Parameter("self"), limit, by_keywords],
        b.subscript(imports.sdk("PygenList"), resource),
        [b.docstring(_LIST, indent=_INSIDE), b.returned(_LISTED)],
        is_async=True,
    )
    text = b.docstring(f"{cls.name}, as `client.{cls.client}`.", indent=b.STEP)
    return b.class_(cls.api, b.subscript(imports.sdk("ViewAPI"), resource), [[text], attributes, [filter_], [list_]])
