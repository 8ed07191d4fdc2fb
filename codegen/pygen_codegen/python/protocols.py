"""`protocols.py` of an SDK: what the objects of a view have in common with those of all views that implement it.

The classes of views stand side by side, because a class that pages are decoded into cannot inherit from two others. With a
Protocol a function says that it takes any of them.
"""

from __future__ import annotations

from typing import NamedTuple

from pygen_codegen.emitting.models import spoken
from pygen_codegen.emitting.names import Key
from pygen_codegen.emitting.relations import item_type
from pygen_codegen.ir import ancestors, by_dependency
from pygen_codegen.ir.types import IREnumReference, IRModel, IRProperty
from pygen_codegen.python import build as b
from pygen_codegen.python.data_classes import annotation
from pygen_codegen.python.imports import Imports
from pygen_codegen.python.module import module
from pygen_codegen.python.names import ClassNames, Names
from pygen_codegen.python.rendering import code


def protocols(model: IRModel, names: Names) -> str:
    """The module of the Protocols, those that others build on first."""
    emitter = _Protocols(model, names)
    definitions = (emitter.protocol(key) for key in emitter.order)
    text = (
        f"What objects of several views of {spoken(model)} have in common: annotate with these what takes any of them."
    )
    return module(model, text, emitter.imports, definitions)


class _Held(NamedTuple):
    """How a class holds a property: under which name, and of which type."""

    attribute: str
    type: str


class _Protocols:
    """Builds the definitions of the module, and learns what they import."""

    def __init__(self, model: IRModel, names: Names) -> None:
        self.imports = Imports()
        self._names = names
        self._above = ancestors(model)
        self._classes: dict[Key, ClassNames] = {(each.view.id, each.kind): each for each in names.classes}
        ranks = {view.id: rank for rank, view in enumerate(by_dependency(model))}
        self.order = sorted(names.protocols, key=lambda key: (ranks[key[0]], key))
        self._held = {key: self._of_class(cls) for key, cls in self._classes.items()}
        self._below: dict[Key, list[Key]] = {key: [] for key in self.order}
        for view, kind in self._classes:
            for parent in self._above[view]:
                if (parent, kind) in self._below:
                    self._below[parent, kind].append((view, kind))
        self._common = {key: self._of_all(key) for key in self.order}
        self._types = {key: {each.attribute: each.type for each in self._common[key].values()} for key in self.order}
        # of a narrower type in some class, and therefore only to be read as what the Protocol says
        self._narrower = {
            held.attribute
            for key, common in self._common.items()
            for source, held in common.items()
            if any(self._held[each][source].type != held.type for each in self._below[key])
        }

    def protocol(self, key: Key) -> b.Stmt:
        """The Protocol of one view, without what those that it builds on say already; they come first."""
        cls = self._classes[key]
        common = self._common[key]
        parents = self._parents(key)
        own = [
            (common[prop.source].attribute, self._annotation(prop))
            for prop in cls.view.properties
            if prop.source in common and not self._told(common[prop.source], parents)
        ]
        attributes = [b.field(name, type_) for name, type_ in own if name not in self._narrower]
        read_only = [b.read_only(name, type_) for name, type_ in own if name in self._narrower]
        notes = [
            f"Left out: {prop.source}, which not all that implement {cls.name} have under this name and type."
            for prop in cls.view.properties
            if prop.source not in common
        ]
        bases = [b.name(self._names.protocols[parent]) for parent in parents]
        bases = bases or [self.imports.sdk("NodeLike" if cls.kind == "node" else "EdgeLike")]
        body = [[b.docstring(f"{cls.name}, and all that implement it.", indent=b.STEP)], attributes, read_only]
        return b.class_(self._names.protocols[key], [*bases, self.imports.use("typing", "Protocol")], body, notes=notes)

    def _parents(self, key: Key) -> list[Key]:
        """The nearest Protocols above, each before those that it builds on, so that bases never contradict each other."""
        view, kind = key
        above = {(id_, kind) for id_ in self._above[view]} & self._names.protocols.keys()
        further = {(id_, kind) for parent, _ in above for id_ in self._above[parent]}
        nearest = above - further
        return [key for key in reversed(self.order) if key in nearest] if nearest else []

    def _told(self, held: _Held, parents: list[Key]) -> bool:
        """Whether the Protocols that this one builds on have the attribute already, with the same type."""
        told = {self._types[parent].get(held.attribute) for parent in parents}
        return told - {None} == {held.type}

    def _of_class(self, cls: ClassNames) -> dict[str, _Held]:
        """How a class holds each property."""
        return {
            prop.source: _Held(cls.fields[prop.source], code(annotation(prop, self._names, Imports())))
            for prop in cls.view.properties
        }

    def _of_all(self, key: Key) -> dict[str, _Held]:
        """The properties that all that implement a view have under its name, of its type or a narrower one."""
        below = [self._held[each] for each in self._below[key]]
        return {
            source: held
            for source, held in self._held[key].items()
            if all(_fits(held, each.get(source)) for each in below)
        }

    def _annotation(self, prop: IRProperty) -> b.Expr:
        item = item_type(prop.type)
        if isinstance(item, IREnumReference):
            self.imports.use(".data_classes", self._names.enums[item.enum].name)
        return annotation(prop, self._names, self.imports)


def _fits(held: _Held, theirs: _Held | None) -> bool:
    if theirs is None or theirs.attribute != held.attribute:
        return False
    return held.type in (theirs.type, f"{theirs.type} | None", "Any")
