"""The classes of `data_classes.py` that write: one for each that can be written, with what a relation may be given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import get_args

from pygen_codegen.emitting.ends import End, type_of_edges, views_at_ends
from pygen_codegen.emitting.names import Key
from pygen_codegen.emitting.relations import direct_relation, followed
from pygen_codegen.ir import ancestors
from pygen_codegen.ir.types import IREdge, IRJson, IRList, IRModel, IRProperty, IRRelationship
from pygen_codegen.python import build as b
from pygen_codegen.python.imports import Imports
from pygen_codegen.python.module import identifier
from pygen_codegen.python.names import ClassNames, Names
from pygen_codegen.python.scalars import scalar
from pygen_runtime.schema import ViewId


class WriteClasses:
    """Builds the write classes of one SDK, and what makes them of objects that were read.

    Args:
        model: The data model.
        names: The names of the SDK.
        imports: Those of the module.
    """

    def __init__(self, model: IRModel, names: Names, imports: Imports) -> None:
        self._names = names
        self._imports = imports
        self._families = _families(model)
        self._ends = views_at_ends(model)
        self._edge_types = type_of_edges(model)

    def write_class(self, cls: ClassNames) -> list[b.Stmt]:
        """The class that writes what another class reads; none if the view cannot be written."""
        name = self._names.writes.get((cls.view.id, cls.kind))
        if name is None:
            return []
        base = self._imports.sdk("PygenNodeWrite" if cls.kind == "node" else "PygenEdgeWrite")
        text = b.docstring(f"{cls.name}, as it is written.", indent=b.STEP)
        fields = [self._property(cls, prop) for prop in cls.view.properties if not prop.read_only]
        fields += [self._edges(cls, each) for each in followed(cls) if isinstance(each.via, IREdge)]
        body = [[text], self._class_attributes(cls), [*self._of_the_instance(cls), *fields]]
        return [b.class_(name, base, body, kw_only=b.TRUE)]

    def as_write(self, cls: ClassNames) -> list[b.Stmt]:
        """The method of a read class that makes a write object; none if the view cannot be written."""
        name = self._names.writes.get((cls.view.id, cls.kind))
        if name is None:
            return []
        text = b.docstring("What writes this as it was read; refused if it changes before.", indent=2 * b.STEP)
        made = b.call(self._imports.sdk("as_write"), b.name("self"), b.name(name))
        return [b.function("as_write", [b.Parameter("self")], b.name(name), [text, b.returned(made)])]

    def _class_attributes(self, cls: ClassNames) -> list[b.Stmt]:
        found: list[b.Stmt] = [b.assign("READ", b.name(cls.name))]
        defaulted = [
            self._attribute(cls, prop)
            for prop in cls.view.properties
            if prop.nullable and prop.default is not None and not prop.read_only
        ]
        if defaulted:
            found.append(
                b.assign("DEFAULTED", b.tuple_([b.text(each) for each in defaulted], b.STEP + len("DEFAULTED = ")))
            )
        return found

    def _of_the_instance(self, cls: ClassNames) -> list[b.Stmt]:
        """What every node or edge has, as far as the model says more than the base class."""
        if cls.kind == "edge":
            ends = self._ends.get(cls.view.id, {})
            return [*self._edge_type(cls.view.id), *(self._end(end, ends.get(end, set())) for end in get_args(End))]
        if cls.view.node_type is None:
            return []
        annotation = b.union(self._imports.sdk("NodeId"), b.NONE)
        return [b.field("node_type", annotation, identifier(cls.view.node_type, self._imports))]

    def _edge_type(self, edge: ViewId) -> list[b.Stmt]:
        """The one type that edges of this view have, if it is one."""
        type_ = self._edge_types.get(edge)
        if type_ is None:
            return []
        annotation = self._wrapped("Settable", self._imports.sdk("NodeId"))
        return [b.field("edge_type", annotation, identifier(type_, self._imports))]

    def _end(self, end: End, views: set[ViewId]) -> b.Stmt:
        classes = self._writing(views)
        if not classes:
            classes = [self._imports.sdk("PygenNodeWrite")]
        annotation = b.union(*classes, self._imports.sdk("NodeId"))
        return b.field(f"{end}_node", self._wrapped("Settable", annotation), self._unset())

    def _property(self, cls: ClassNames, prop: IRProperty) -> b.Stmt:
        default = None if prop.required else self._unset()
        return b.field(self._attribute(cls, prop), self._annotation(cls, prop), default)

    def _annotation(self, cls: ClassNames, prop: IRProperty) -> b.Expr:
        if isinstance(prop.type, IRJson):
            return scalar(prop.type, self._names, self._imports)
        many = isinstance(prop.type, IRList)
        relation = direct_relation(cls, prop)
        item = prop.type.item if isinstance(prop.type, IRList) else prop.type
        type_ = scalar(item, self._names, self._imports)
        if relation is not None:
            type_ = b.union(*self._writing([relation.target]), type_)
        if many:
            type_ = b.subscript(self._sequence() if relation is not None else b.name("list"), type_)
        return self._wrapped("Clearable" if prop.nullable else "Settable", type_)

    def _attribute(self, cls: ClassNames, prop: IRProperty) -> str:
        """A relation's own name, where the ids have another one in the class that reads."""
        return cls.relations[prop.source] if direct_relation(cls, prop) else cls.fields[prop.source]

    def _edges(self, cls: ClassNames, each: IRRelationship) -> b.Stmt:
        classes = [*self._writing([each.target]), self._imports.sdk("NodeId")]
        if isinstance(each.via, IREdge) and each.via.edge and (name := self._names.writes.get((each.via.edge, "edge"))):
            classes.append(b.name(name))
        annotation = b.union(*classes)
        if each.via.many:
            annotation = b.subscript(self._sequence(), annotation)
        return b.field(cls.relations[each.source], self._wrapped("Clearable", annotation), self._unset())

    def _writing(self, views: Iterable[ViewId]) -> list[b.Expr]:
        """What writes nodes of some views: their own classes, and those of the views that implement them."""
        keys: dict[Key, None] = {}
        for view in sorted(views):
            keys |= dict.fromkeys((member, "node") for member in self._families.get(view, [view]))
        return [b.name(self._names.writes[key]) for key in keys if key in self._names.writes]

    def _sequence(self) -> b.Expr:
        return self._imports.use("collections.abc", "Sequence")

    def _wrapped(self, alias: str, type_: b.Expr) -> b.Expr:
        return b.subscript(self._imports.sdk(alias), type_)

    def _unset(self) -> b.Expr:
        return self._imports.use("msgspec", "UNSET")


def _families(model: IRModel) -> dict[ViewId, list[ViewId]]:
    """Each view → itself, and all that implement it."""
    above = ancestors(model)
    found: defaultdict[ViewId, list[ViewId]] = defaultdict(list)
    for each in model.classes:
        found[each.id].insert(0, each.id)
        for parent in above[each.id]:
            found[parent].append(each.id)
    return found
