"""`data_classes.py` of an SDK: enums, and one class per view as it is read."""

from __future__ import annotations

from itertools import chain
from typing import assert_never

from pygen_codegen.emitting.documents import about
from pygen_codegen.emitting.ends import End
from pygen_codegen.emitting.models import spoken
from pygen_codegen.emitting.relations import class_of_edges, followed, item_type, left_out
from pygen_codegen.ir.types import (
    IRDirect,
    IREdge,
    IRJson,
    IRList,
    IRModel,
    IRProperty,
    IRRelationship,
    IRReverse,
)
from pygen_codegen.python import build as b
from pygen_codegen.python.imports import Imports
from pygen_codegen.python.module import Id, identifier, module
from pygen_codegen.python.names import ClassNames, EnumNames, Names
from pygen_codegen.python.scalars import scalar
from pygen_codegen.python.write_classes import WriteClasses


def data_classes(model: IRModel, names: Names) -> str:
    """The module of the data classes."""
    emitter = _DataClasses(model, names)
    definitions = chain(
        (emitter.enum(each) for each in names.enums.values()),
        (definition for each in names.classes for definition in (emitter.data_class(each), emitter.twin(each))),
        (definition for each in names.classes for definition in emitter.writes.write_class(each)),
    )
    return module(
        model,
        f"Classes of the views of {spoken(model)}, as they are read and written.",
        emitter.imports,
        definitions,
        emitter.typing_only,
    )


def annotation(prop: IRProperty, names: Names, imports: Imports) -> b.Expr:
    """The Python type of a property as it is read."""
    type_ = scalar(item_type(prop.type), names, imports)
    if isinstance(prop.type, IRList):
        type_ = b.subscript(b.name("list"), type_)
    return b.union(type_, b.NONE) if prop.nullable and not isinstance(prop.type, IRJson) else type_


class _DataClasses:
    """Builds the definitions of the module, and learns what they import."""

    def __init__(self, model: IRModel, names: Names) -> None:
        self.imports, self.typing_only = Imports(), Imports()
        self.writes = WriteClasses(model, names, self.imports)
        self._names = names

    def enum(self, enum: EnumNames) -> b.Stmt:
        """An open enum, one constant per value."""
        text = f"Values of {enum.enum.container.external_id}.{enum.enum.property}; a value newer than this SDK stays what it is."
        members: list[b.Stmt] = []
        for value in enum.enum.values:
            members.append(b.assign(enum.members[value.source], b.text(value.source)))
            members += _documented(about(value.source, value.name, value.description))
        return b.class_(enum.name, self.imports.sdk("OpenEnum"), [_documented(text), members])

    def data_class(self, cls: ClassNames) -> b.Stmt:
        """The class of a view's nodes or edges: docstring, view, fields, relations."""
        view = cls.view
        text = about(view.id.external_id, view.name, view.description) or f"The view {view.id.external_id}."
        fields = [stmt for prop in view.properties for stmt in self._field(cls, prop)]
        relations = [stmt for each in followed(cls) for stmt in self._relation(cls, each)]
        relations += [self._end(end, *found) for end, found in cls.ends.items()]
        base = self.imports.sdk("PygenNode" if cls.kind == "node" else "PygenEdge")
        body = [
            _documented(text),
            self._view(cls),
            fields,
            relations,
            self.writes.as_write(cls),
        ]
        return b.class_(cls.name, base, body, notes=[*left_out(cls, self._names.data_classes)], kw_only=b.TRUE)

    def _view(self, cls: ClassNames) -> list[b.Stmt]:
        """The view of a class; and for type checkers its fields, which conditions on relations to it speak of."""
        class_variable = self.imports.use("typing", "ClassVar")
        kind = b.subscript(b.name("type"), self.typing_only.use(".fields", cls.fields_class))
        fields = b.field("FIELDS", b.subscript(class_variable, kind), indent=2 * b.STEP)
        return [
            b.field("VIEW", b.subscript(class_variable, self.imports.sdk("ViewId")), self._id(cls.view.id)),
            b.if_(self.imports.use("typing", "TYPE_CHECKING"), [fields]),
        ]

    def twin(self, cls: ClassNames) -> b.Stmt:
        """The same class for clients that need no `await`: its relations are the ones declared there."""
        bases = [self.imports.sdk("SyncResource"), b.name(cls.name)]
        return b.class_(cls.sync, bases, [_documented(f"{cls.name}, whose relations need no `await`.")], kw_only=b.TRUE)

    def _field(self, cls: ClassNames, prop: IRProperty) -> list[b.Stmt]:
        attribute = cls.fields[prop.source]
        node = b.field(
            attribute,
            annotation(prop, self._names, self.imports),
            self._default(prop, renamed=attribute != prop.source),
        )
        if prop.source in cls.relations:
            return [node]  # the relation of the same property has the docstring
        return [node, *_documented(about(prop.source, prop.name, prop.description))]

    def _default(self, prop: IRProperty, *, renamed: bool) -> b.Expr | None:
        if not renamed:
            return b.NONE if prop.nullable else None
        default: dict[str, b.Expr] = {"default": b.NONE} if prop.nullable else {}
        return b.call(self.imports.use("msgspec", "field"), **default, name=b.text(prop.source))

    def _relation(self, cls: ClassNames, relationship: IRRelationship) -> list[b.Stmt]:
        via = relationship.via
        target = self._names.data_classes[relationship.target, "node"]
        arguments: list[b.Expr] = [self._both(target), self._way(cls, relationship)]
        if isinstance(via, IREdge):
            function = "edge_to_many" if via.many else "edge_to_one"
            if edge := class_of_edges(via, self._names.data_classes):
                arguments.append(self._both(edge))
        else:
            function = "to_many" if via.many else "to_one"
        node = b.assign(cls.relations[relationship.source], b.call(self.imports.sdk(function), *arguments))
        return [node, *_documented(about(relationship.source, relationship.name, relationship.description))]

    def _end(self, end: End, attribute: str, target: str) -> b.Stmt:
        way = b.call(self.imports.sdk("Direct"), b.text(f"{end}_node"))
        return b.assign(attribute, b.call(self.imports.sdk("to_one"), self._both(target), way))

    def _way(self, cls: ClassNames, relationship: IRRelationship) -> b.Expr:
        match relationship.via:
            case IRDirect():
                return b.call(self.imports.sdk("Direct"), b.text(cls.fields[relationship.source]))
            case IREdge(type=type_, direction=direction):
                return b.call(self.imports.sdk("Edges"), self._id(type_), b.text(direction))
            case IRReverse(through=through, property=prop, through_list=through_list):
                keywords: dict[str, b.Expr] = {"through_list": b.TRUE} if through_list else {}
                return b.call(self.imports.sdk("Reverse"), self._id(through), b.text(prop), **keywords)
            case _ as never:
                assert_never(never)

    def _both(self, data_class: str) -> b.Expr:
        """A data class and its twin, which may be defined further down."""
        return b.later(b.pair(b.name(data_class), b.name(self._names.sync_classes[data_class])))

    def _id(self, id_: Id) -> b.Expr:
        return identifier(id_, self.imports)


def _documented(text: str | None) -> list[b.Stmt]:
    return [b.docstring(text, indent=b.STEP)] if text else []
