"""`data_classes.py` of an SDK: enums, and one class per view as it is read."""

from __future__ import annotations

from typing import assert_never

from pygen_codegen.ir.types import (
    IRBoolean,
    IRDate,
    IRDirect,
    IRDirectRelation,
    IREdge,
    IREnumReference,
    IRExternalReference,
    IRFloat,
    IRInteger,
    IRJson,
    IRList,
    IRModel,
    IRProperty,
    IRRelationship,
    IRReverse,
    IRScalar,
    IRText,
    IRTimestamp,
)
from pygen_codegen.python import build as b
from pygen_codegen.python.documents import about
from pygen_codegen.python.imports import Imports
from pygen_codegen.python.module import Id, identifier, module
from pygen_codegen.python.names import ClassNames, EnumNames, Names, item_type


def data_classes(model: IRModel, names: Names) -> str:
    """The module of the data classes."""
    emitter = _DataClasses(names)
    definitions = [
        *(emitter.enum(each) for each in names.enums.values()),
        *(emitter.data_class(each) for each in names.classes),
    ]
    return module(model, f"Classes of the views of {model.id}, as they are read.", emitter.imports, definitions)


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


class _DataClasses:
    """Builds the definitions of the module, and learns what they import."""

    def __init__(self, names: Names) -> None:
        self.imports = Imports()
        self._names = names

    def enum(self, enum: EnumNames) -> b.Stmt:
        """An open enum, one constant per value."""
        text = f"Values of {enum.owner}; a value newer than this SDK stays what it is."
        members: list[b.Stmt] = []
        for value in enum.enum.values:
            members.append(b.assign(enum.members[value.source], b.text(value.source)))
            members += _documented(about(value.source, value.name, value.description))
        return b.class_(enum.name, self.imports.sdk("OpenEnum"), [_documented(text), members])

    def data_class(self, cls: ClassNames) -> b.Stmt:
        """The class of a view's nodes or edges: docstring, view, fields, relations."""
        view = cls.view
        text = about(view.id.external_id, view.name, view.description) or f"The view {view.id.external_id}."
        of_view = b.subscript(self.imports.use("typing", "ClassVar"), self.imports.sdk("ViewId"))
        fields = [stmt for prop in view.properties for stmt in self._field(cls, prop)]
        followed = [each for each in view.relationships if each.source in cls.relations]
        relations = [stmt for each in followed for stmt in self._relation(cls, each)]
        base = self.imports.sdk("PygenNode" if cls.kind == "node" else "PygenEdge")
        body = [_documented(text), [b.field("VIEW", of_view, self._id(view.id))], fields, relations]
        return b.class_(cls.name, base, body, notes=self._left_out(cls), kw_only=b.TRUE)

    def _field(self, cls: ClassNames, prop: IRProperty) -> list[b.Stmt]:
        attribute = cls.fields[prop.source]
        node = b.field(attribute, self._annotation(prop), self._default(prop, renamed=attribute != prop.source))
        if prop.source in cls.relations:
            return [node]  # the relation of the same property has the docstring
        return [node, *_documented(about(prop.source, prop.name, prop.description))]

    def _annotation(self, prop: IRProperty) -> b.Expr:
        type_ = scalar(item_type(prop.type), self._names, self.imports)
        if isinstance(prop.type, IRList):
            type_ = b.subscript(b.name("list"), type_)
        return b.union(type_, b.NONE) if prop.nullable and not isinstance(prop.type, IRJson) else type_

    def _default(self, prop: IRProperty, *, renamed: bool) -> b.Expr | None:
        if not renamed:
            return b.NONE if prop.nullable else None
        default: dict[str, b.Expr] = {"default": b.NONE} if prop.nullable else {}
        return b.call(self.imports.use("msgspec", "field"), **default, name=b.text(prop.source))

    def _relation(self, cls: ClassNames, relationship: IRRelationship) -> list[b.Stmt]:
        via = relationship.via
        target = self._names.data_classes[relationship.target, "node"]
        arguments: list[b.Expr] = [b.later(b.name(target)), self._way(cls, relationship)]
        if isinstance(via, IREdge):
            function = "edge_to_many" if via.many else "edge_to_one"
            if edge := self._edge(via):
                arguments.append(b.later(b.name(edge)))
        else:
            function = "to_many" if via.many else "to_one"
        node = b.assign(cls.relations[relationship.source], b.call(self.imports.sdk(function), *arguments))
        return [node, *_documented(about(relationship.source, relationship.name, relationship.description))]

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

    def _edge(self, via: IREdge) -> str | None:
        return self._names.data_classes.get((via.edge, "edge")) if via.edge else None

    def _left_out(self, cls: ClassNames) -> list[str]:
        """What the class would hold if the model held more, told in comments."""
        notes = []
        for each in cls.view.relationships:
            if isinstance(each.via, IRDirect):
                continue  # without a class at the other end its ids are an ordinary field
            if cls.kind == "edge":
                notes.append(f"Left out: {each.source}, which leads away from nodes only.")
            elif each.source not in cls.relations:
                notes.append(
                    f"Left out: {each.source} leads to {each.target}, which is no view of nodes in this model."
                )
            elif isinstance(each.via, IREdge) and each.via.edge and not self._edge(each.via):
                notes.append(f"Bare edges: {each.source} has edges of {each.via.edge}, which is not in this model.")
        return notes

    def _id(self, id_: Id) -> b.Expr:
        return identifier(id_, self.imports)


def _documented(text: str | None) -> list[b.Stmt]:
    return [b.docstring(text, indent=b.STEP)] if text else []
