"""`types.ts` of an SDK: enums, and for each view what is read of it and what writes it. Nothing of it is left at run time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import assert_never

from pygen_codegen.emitting.documents import about
from pygen_codegen.emitting.ends import views_at_ends
from pygen_codegen.emitting.models import spoken
from pygen_codegen.emitting.relations import class_of_edges, direct_relation, followed, item_type, left_out
from pygen_codegen.ir.types import IRDirect, IREdge, IREnumReference, IRList, IRProperty, IRRelationship, IRReverse
from pygen_codegen.typescript import build as b
from pygen_codegen.typescript import tree as t
from pygen_codegen.typescript.context import Context
from pygen_codegen.typescript.names import ClassNames, EnumNames

_SCALARS = {"text": "string", "boolean": "boolean", "int32": "number", "int64": "bigint", "timestamp": "Date"}
_SCALARS |= {"float32": "number", "float64": "number"}
_OF_RUNTIME = {"int64Text": "IntegerText", "timestampText": "IsoTimestamp", "date": "CalendarDate"}
_OF_RUNTIME |= {"json": "JsonValue", "node": "NodeId"}


def types(context: Context) -> t.Module:
    """The module of the types."""
    emitter = _Types(context)
    names = context.names
    definitions: list[t.Statement] = [emitter.enum(each) for each in names.enums.values()]
    definitions += chain.from_iterable(map(emitter.interfaces, names.classes.values()))
    text = f"What the views of {spoken(context.model)} hold, as it is read and written."
    return context.module(emitter.imports, definitions, text)


class _Types:
    """Builds the declarations of the module, and learns what they import."""

    def __init__(self, context: Context) -> None:
        self.imports = b.Imports()
        self._context = context
        self._names = context.names
        self._ends = views_at_ends(context.model)

    def enum(self, enum: EnumNames) -> t.TypeAlias:
        """The values that the model knows; others pass too."""
        known = b.union(*(b.literal_type(each.source) for each in enum.enum.values)) if enum.enum.values else None
        text = f"Values of {enum.enum.container.external_id}.{enum.enum.property}; a value newer than this SDK stays what it is."
        told = [text, *_values(enum)]
        type_ = b.named(self._sdk("OpenEnum"), known or "never")
        return t.TypeAlias(enum.name, type_, exported=True, doc=b.doc("\n".join(told)))

    def interfaces(self, cls: ClassNames) -> Iterator[t.Interface]:
        """What is read of a view, and what writes it."""
        yield self._read(cls)
        if cls.write is not None:
            yield self._write(cls, cls.write)

    def _read(self, cls: ClassNames) -> t.Interface:
        view = cls.view
        text = about(view.id.external_id, view.name, view.description) or f"The view {view.id.external_id}."
        remarks = " ".join(left_out(cls, self._names.interfaces))
        members = [
            *(self._property(cls, prop) for prop in view.properties),
            *(self._relation(cls, each) for each in followed(cls)),
            *(self._end(*found) for found in cls.ends.values()),
        ]
        base = self._sdk("NodeResource" if cls.kind == "node" else "EdgeResource")
        doc = b.doc(text, remarks=remarks) if remarks else b.doc(text)
        return t.Interface(cls.name, tuple(members), extends=(t.Named(base),), exported=True, doc=doc)

    def _property(self, cls: ClassNames, prop: IRProperty) -> t.Property:
        text = about(prop.source, prop.name, prop.description)
        if prop.source in cls.relations:  # the relation of the same property has it
            text = f"{'Ids' if isinstance(prop.type, IRList) else 'Id'} of `{cls.relations[prop.source]}`, without a request."
        return b.prop(cls.fields[prop.source], self._value(prop), readonly=True, about=text)

    def _relation(self, cls: ClassNames, relationship: IRRelationship) -> t.Property:
        text = about(relationship.source, relationship.name, relationship.description)
        return b.prop(cls.relations[relationship.source], self._relation_type(relationship), readonly=True, about=text)

    def _relation_type(self, relationship: IRRelationship) -> t.Type:
        target = self._names.interfaces[relationship.target, "node"]
        many = relationship.via.many
        match relationship.via:
            case IRDirect():
                return b.named(self._sdk("ToMany" if many else "ToOne"), target)
            case IRReverse():
                return b.named(self._sdk("ToMany" if many else "ReverseToOne"), target)
            case IREdge() as via:
                edge = class_of_edges(via, self._names.interfaces) or self._sdk("EdgeResource")
                return b.named(self._sdk("EdgeToMany" if many else "EdgeToOne"), target, edge)
            case _ as never:
                assert_never(never)

    def _end(self, attribute: str, target: str) -> t.Property:
        return b.prop(attribute, b.named(self._sdk("ToOne"), target), readonly=True)

    def _write(self, cls: ClassNames, name: str) -> t.Interface:
        members = [
            *self._written_ends(cls),
            *(self._written(cls, prop) for prop in cls.view.properties if not prop.read_only),
            *(self._written_edges(cls, each) for each in followed(cls) if isinstance(each.via, IREdge)),
        ]
        base = self._sdk("NodeWrite" if cls.kind == "node" else "EdgeWrite")
        doc = b.doc(f"{cls.name}, as it is written. Absent: left as it is; null: cleared.")
        return t.Interface(name, tuple(members), extends=(t.Named(base),), exported=True, doc=doc)

    def _written_ends(self, cls: ClassNames) -> Iterator[t.Property]:
        """The ends of edges, where the model says what is there; otherwise any node may be, as `EdgeWrite` has it."""
        if cls.kind == "node":
            return
        for end, views in self._ends.get(cls.view.id, {}).items():
            nodes = (each for each in self._names.classes.values() if each.kind == "node" and each.view.id in views)
            if writing := [each.write for each in nodes if each.write is not None]:
                yield b.prop(f"{end}Node", b.union(*writing, self._sdk("NodeId")), optional=True)

    def _written(self, cls: ClassNames, prop: IRProperty) -> t.Property:
        text = about(prop.source, prop.name, prop.description)
        relation = direct_relation(cls, prop)
        if relation is None:
            return b.prop(cls.fields[prop.source], self._value(prop), optional=not prop.required, about=text)
        type_ = self._collected(prop, b.union(*self._writing(relation), self._sdk("NodeId")))
        return b.prop(cls.relations[prop.source], type_, optional=not prop.required, about=text)

    def _written_edges(self, cls: ClassNames, each: IRRelationship) -> t.Property:
        type_ = b.union(*self._writing(each), self._sdk("NodeId"), *self._writing_edges(each))
        type_ = b.array_of(type_, readonly=True) if each.via.many else type_
        text = about(each.source, each.name, each.description)
        return b.prop(cls.relations[each.source], type_, optional=True, about=text)

    def _writing(self, relationship: IRRelationship) -> list[str]:
        target = self._names.classes[relationship.target, "node"].write
        return [] if target is None else [target]

    def _writing_edges(self, relationship: IRRelationship) -> list[str]:
        edge = relationship.via.edge if isinstance(relationship.via, IREdge) else None
        found = self._names.classes.get((edge, "edge")) if edge else None
        return [found.write if found is not None and found.write is not None else self._sdk("EdgeWrite")]

    def _value(self, prop: IRProperty) -> t.Type:
        item = item_type(prop.type)
        if isinstance(item, IREnumReference):
            return self._collected(prop, b.named(self._names.enums[item.enum].name))
        kind = self._context.kind(item)
        return self._collected(prop, b.named(_SCALARS.get(kind) or self._sdk(_OF_RUNTIME[kind])))

    def _collected(self, prop: IRProperty, type_: t.Type) -> t.Type:
        """The type of a property's values as that of the property."""
        type_ = b.array_of(type_, readonly=True) if isinstance(prop.type, IRList) else type_
        return b.nullable(type_) if prop.nullable else type_

    def _sdk(self, name: str) -> str:
        return self.imports.type(self._context.settings.runtime, name)


def _values(enum: EnumNames) -> list[str]:
    """What the model says of single values, as a list."""
    told = [(each.source, about(each.source, each.name, each.description)) for each in enum.enum.values]
    lines = [f"- {source}: {text}" for source, text in told if text]
    return ["", *lines] if lines else []
