"""`views.ts` of an SDK: each view as the runtime needs it, a constant each."""

from __future__ import annotations

from typing import assert_never

from pygen_codegen.emitting.ends import type_of_edges
from pygen_codegen.emitting.models import spoken
from pygen_codegen.emitting.relations import class_of_edges, followed, item_type
from pygen_codegen.ir.types import IRDirect, IREdge, IRList, IRProperty, IRRelationship, IRReverse
from pygen_codegen.typescript import build as b
from pygen_codegen.typescript import tree as t
from pygen_codegen.typescript.context import Context
from pygen_codegen.typescript.names import ClassNames
from pygen_runtime.schema import NodeId, SourceId, ViewId

_TYPES = "./types.js"


def views(context: Context) -> t.Module:
    """The module of the constants."""
    emitter = _Views(context)
    definitions = [emitter.constant(each) for each in context.names.classes.values()]
    return context.module(
        emitter.imports, definitions, f"The views of {spoken(context.model)}, as the runtime needs them."
    )


class _Views:
    """Builds the constants of the module, and learns what they import."""

    def __init__(self, context: Context) -> None:
        self.imports = b.Imports()
        self._context = context
        self._names = context.names
        self._edge_types = type_of_edges(context.model)

    def constant(self, cls: ClassNames) -> t.Const:
        """The description of one view."""
        interfaces = [self.imports.type(_TYPES, each) for each in (cls.name, cls.write) if each is not None]
        parts: dict[str, t.Expression] = {
            "id": b.value(
                {"space": cls.view.id.space, "externalId": cls.view.id.external_id, "version": cls.view.id.version}
            ),
            "usedFor": b.text(cls.kind),
        }
        if type_of_new := self._type_of_new(cls):
            parts[f"{cls.kind}Type"] = _node(type_of_new)
        properties = {cls.fields[prop.source]: self._property(cls, prop) for prop in cls.view.properties}
        parts["properties"] = b.obj(properties, expanded=True)
        parts |= {name: b.array(*map(b.text, found)) for name, found in _written_otherwise(cls).items() if found}
        if relations := self._relations(cls):
            parts["relations"] = b.obj(relations, expanded=True)
        type_ = b.named(self.imports.type(self._context.settings.runtime, "View"), *interfaces)
        made = b.call(self._sdk("defineView"), b.obj(parts, expanded=True))
        return t.Const(cls.constant, made, type=type_, exported=True)

    def _type_of_new(self, cls: ClassNames) -> NodeId | None:
        """The type that nodes or edges get when they are written without one."""
        if cls.write is None:
            return None
        return cls.view.node_type if cls.kind == "node" else self._edge_types.get(cls.view.id)

    def _property(self, cls: ClassNames, prop: IRProperty) -> t.Expression:
        kind = self._context.kind(item_type(prop.type))
        spec = f"{kind}{'[]' if isinstance(prop.type, IRList) else ''}{'?' if prop.nullable else ''}"
        return b.text(spec) if cls.fields[prop.source] == prop.source else b.array(b.text(spec), b.text(prop.source))

    def _relations(self, cls: ClassNames) -> dict[str, t.Expression]:
        relations = {cls.relations[each.source]: self._relation(cls, each) for each in followed(cls)}
        for end, (attribute, target) in cls.ends.items():
            way = b.call(self._sdk("direct"), b.text(f"{end}Node"))
            relations[attribute] = b.call(self._sdk("toOne"), self._later(target), way)
        return relations

    def _relation(self, cls: ClassNames, relationship: IRRelationship) -> t.Expression:
        via = relationship.via
        arguments = [self._later(self._names.interfaces[relationship.target, "node"]), self._way(cls, relationship)]
        if isinstance(via, IREdge) and (edge := class_of_edges(via, self._names.interfaces)):
            arguments.append(self._later(edge))
        return b.call(self._sdk("toMany" if via.many else "toOne"), *arguments)

    def _way(self, cls: ClassNames, relationship: IRRelationship) -> t.Expression:
        match relationship.via:
            case IRDirect():
                return b.call(self._sdk("direct"), b.text(cls.fields[relationship.source]))
            case IREdge(type=type_, direction=direction):
                return b.call(self._sdk("edges"), _node(type_), b.text(direction))
            case IRReverse(through=through, property=prop, through_list=through_list):
                options = [b.value({"throughList": True})] if through_list else []
                return b.call(self._sdk("reverse"), _source(through), b.text(prop), *options)
            case _ as never:
                assert_never(never)

    def _later(self, interface: str) -> t.Arrow:
        """Another view's constant, which may be defined further down."""
        return b.arrow(b.name(self._names.constants[interface]))

    def _sdk(self, name: str) -> str:
        return self.imports.value(self._context.settings.runtime, name)


def _written_otherwise(cls: ClassNames) -> dict[str, list[str]]:
    """Properties that the service alone writes, and those that get a value where none is written."""
    if cls.write is None:
        return {}
    nullable = [prop for prop in cls.view.properties if prop.nullable and not prop.read_only]
    return {
        "readOnly": [cls.fields[prop.source] for prop in cls.view.properties if prop.read_only],
        "defaulted": [cls.fields[prop.source] for prop in nullable if prop.default is not None],
    }


def _node(id_: NodeId) -> t.Expression:
    return b.value({"space": id_.space, "externalId": id_.external_id})


def _source(id_: SourceId) -> t.Expression:
    """A view or container, as the API refers to it."""
    if isinstance(id_, ViewId):
        return b.value({"type": "view", "space": id_.space, "externalId": id_.external_id, "version": id_.version})
    return b.value({"type": "container", "space": id_.space, "externalId": id_.external_id})
