"""`api.py` of an SDK: what can be asked of each view. Only the verbs whose keywords depend on the view stand here."""

from __future__ import annotations

from dataclasses import dataclass

from pygen_codegen.emitting.models import spoken
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
_LISTED = b.call(b.attribute(_FIRST, "to_list"))


@dataclass(frozen=True)
class _Kind:
    """Which of both APIs of a view is meant, and what the runtime calls its parts."""

    is_async: bool
    base: str
    query: str

    def result(self, value: b.Expr) -> b.Expr:
        """What a verb returns."""
        return b.awaited(value) if self.is_async else value


_ASYNC = _Kind(True, "ViewAPI", "PygenQuery")  # noqa: FBT003 - the first field
_SYNC = _Kind(False, "SyncViewAPI", "SyncQuery")  # noqa: FBT003 - as above


def api(model: IRModel, names: Names) -> str:
    """The module of the APIs."""
    imports = Imports()
    definitions = (_api(each, kind, imports) for each in names.classes for kind in (_ASYNC, _SYNC))
    return module(model, f"What can be asked of each view of {spoken(model)}.", imports, definitions)


def _api(cls: ClassNames, kind: _Kind, imports: Imports) -> b.Stmt:
    name, data_class = (cls.api, cls.name) if kind.is_async else (cls.sync_api, cls.sync)
    resource = imports.use(".data_classes", data_class)
    conditions = imports.use(".filters", cls.conditions)
    fields = imports.use(".fields", cls.fields_class)
    text = b.docstring(f"{data_class}, as `client.{cls.client}`.", indent=b.STEP)
    verbs = _listing(resource, fields, conditions, kind, imports) if "list" in cls.verbs else []
    return b.class_(name, b.subscript(imports.sdk(kind.base), resource, fields, conditions), [[text], *verbs])


def _listing(resource: b.Expr, fields: b.Expr, conditions: b.Expr, kind: _Kind, imports: Imports) -> list[list[b.Stmt]]:
    """What asks for instances by conditions."""
    by_keywords = b.Parameter("conditions", b.subscript(imports.use("typing", "Unpack"), conditions), stars="**")
    limit = b.Parameter("limit", b.union(b.name("int"), b.NONE), b.integer(25))
    filter_ = b.function(
        "filter",
        [b.Parameter("self"), by_keywords],
        b.subscript(imports.sdk(kind.query), resource, fields),
        [b.docstring(_FILTER, indent=_INSIDE), b.returned(_WHERE)],
    )
    list_ = b.function(
        "list",
        [b.Parameter("self"), limit, by_keywords],
        b.subscript(imports.sdk("PygenList"), resource),
        [b.docstring(_LIST, indent=_INSIDE), b.returned(kind.result(_LISTED))],
        is_async=kind.is_async,
    )
    return [[filter_], [list_]]
