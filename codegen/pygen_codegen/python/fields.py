"""`fields.py` of an SDK: one class of fields per data class, for conditions, order, choice and figures that checkers understand."""

from __future__ import annotations

from collections.abc import Mapping

from pygen_codegen.emitting.models import spoken
from pygen_codegen.emitting.relations import direct_relation, item_type
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
    IRModel,
    IRProperty,
    IRScalar,
    IRText,
    IRTimestamp,
)
from pygen_codegen.python import build as b
from pygen_codegen.python.data_classes import annotation
from pygen_codegen.python.imports import Imports
from pygen_codegen.python.module import module
from pygen_codegen.python.names import ClassNames, Names
from pygen_codegen.python.scalars import scalar


def fields(model: IRModel, names: Names) -> str:
    """The module of the fields."""
    emitter = _Fields(names)
    definitions = (emitter.of_class(each) for each in names.classes)
    text = f'Properties of the views of {spoken(model)}, as `where(lambda t: t.space == "mine")` and the like speak of them.'
    return module(model, text, emitter.imports, definitions)


_KINDS: Mapping[type[IRScalar], str] = {
    IRText: "TextField",
    IRExternalReference: "KeyField",
    IRBoolean: "BooleanField",
    IRInteger: "IntegerField",
    IRFloat: "FloatField",
    IRTimestamp: "TimestampField",
    IRDate: "DateField",
    IREnumReference: "EnumField",
}
"""Classes of fields that hold one value, by its type; JSON and direct relations say more of themselves."""


class _Fields:
    """Builds the definitions of the module, and learns what they import."""

    def __init__(self, names: Names) -> None:
        self.imports = Imports()
        self._names = names
        self._of_nodes = {each.view.id: each.fields_class for each in names.classes if each.kind == "node"}

    def of_class(self, cls: ClassNames) -> b.Stmt:
        """The fields of one class."""
        base = self.imports.sdk("NodeFields" if cls.kind == "node" else "EdgeFields")
        resource = self.imports.use(".data_classes", cls.name)
        attributes = {**cls.fields, **cls.relations}
        members = [b.assign(attributes[prop.source], self._field(cls, prop)) for prop in cls.view.properties]
        text = b.docstring(f"Properties of {cls.name}.", indent=b.STEP)
        return b.class_(cls.fields_class, base, [[text], [b.assign("VIEW", b.attribute(resource, "VIEW")), *members]])

    def _field(self, cls: ClassNames, prop: IRProperty) -> b.Expr:
        item = item_type(prop.type)
        if isinstance(item, IRJson):
            return b.call(self.imports.sdk("JsonField"), b.text(prop.source))
        read = annotation(prop, self._names, self.imports)
        if isinstance(item, IREnumReference):
            self.imports.use(".data_classes", self._names.enums[item.enum].name)
        if isinstance(prop.type, IRList):
            kind = b.name("str") if isinstance(item, IREnumReference) else self._scalar(item)
            list_ = b.subscript(self.imports.sdk("ListField"), self._value(item), read)
            return b.call(list_, b.text(prop.source), kind)
        return self._single(cls, prop, item, read)

    def _single(self, cls: ClassNames, prop: IRProperty, item: IRScalar, read: b.Expr) -> b.Expr:
        if isinstance(item, IRDirectRelation):
            name = self._target(cls, prop)
            target = b.text(name) if name else self.imports.sdk("NodeFields")
            direct = b.subscript(self.imports.sdk("DirectField"), target, read)
            return b.call(direct, b.text(prop.source), b.later(b.name(name or "NodeFields")))
        of = [self._scalar(item), read] if isinstance(item, IREnumReference) else [read]
        return b.call(b.subscript(self.imports.sdk(_KINDS[type(item)]), *of), b.text(prop.source))

    def _target(self, cls: ClassNames, prop: IRProperty) -> str | None:
        """The fields of the nodes that a direct relation leads to, if their view is in the SDK."""
        relation = direct_relation(cls, prop)
        return self._of_nodes.get(relation.target) if relation is not None else None

    def _value(self, item: IRScalar) -> b.Expr:
        """What a value is compared with."""
        value = self._scalar(item)
        return b.union(value, b.name("str")) if isinstance(item, IREnumReference) else value

    def _scalar(self, item: IRScalar) -> b.Expr:
        return scalar(item, self._names, self.imports)
