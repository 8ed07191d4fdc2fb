"""`protocols.py` of an SDK: what the objects of a view have in common with those of all views that implement it.

The classes of views stand side by side, because a class that pages are decoded into cannot inherit from two others. With a
Protocol a function says that it takes any of them.
"""

from __future__ import annotations

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


class _Protocols:
    """Builds the definitions of the module, and learns what they import."""

    def __init__(self, model: IRModel, names: Names) -> None:
        self.imports = Imports()
        self._names = names
        self._above = ancestors(model)
        self._classes: dict[Key, ClassNames] = {(each.view.id, each.kind): each for each in names.classes}
        ranks = {view.id: rank for rank, view in enumerate(by_dependency(model))}
        self.order = sorted(names.protocols, key=lambda key: (ranks[key[0]], key))
        self._members: dict[Key, dict[str, str]] = {}

    def protocol(self, key: Key) -> b.Stmt:
        """The Protocol of one view, without what those that it builds on say already; they come first."""
        cls = self._classes[key]
        common = [prop for prop in cls.view.properties if self._fits_all(prop, key)]
        self._members[key] = {cls.fields[prop.source]: self._type(prop) for prop in common}
        parents = self._parents(key)
        own = [prop for prop in common if not self._told(prop, key, parents)]
        members = [b.read_only(cls.fields[prop.source], self._annotation(prop)) for prop in own]
        notes = [
            f"Left out: {prop.source}, which not all that implement {cls.name} have under this name and type."
            for prop in cls.view.properties
            if prop not in common
        ]
        bases = [b.name(self._names.protocols[parent]) for parent in parents]
        bases = bases or [self.imports.sdk("NodeLike" if cls.kind == "node" else "EdgeLike")]
        body = [[b.docstring(f"{cls.name}, and all that implement it.", indent=b.STEP)], members]
        return b.class_(self._names.protocols[key], [*bases, self.imports.use("typing", "Protocol")], body, notes=notes)

    def _parents(self, key: Key) -> list[Key]:
        """The nearest Protocols above, each before those that it builds on, so that bases never contradict each other."""
        view, kind = key
        above = {(id_, kind) for id_ in self._above[view]} & self._names.protocols.keys()
        further = {(id_, kind) for parent, _ in above for id_ in self._above[parent]}
        return [key for key in reversed(self.order) if key in above - further]

    def _told(self, prop: IRProperty, key: Key, parents: list[Key]) -> bool:
        attribute = self._classes[key].fields[prop.source]
        told = {self._members[parent][attribute] for parent in parents if attribute in self._members[parent]}
        return told == {self._type(prop)}

    def _fits_all(self, prop: IRProperty, key: Key) -> bool:
        """Whether all that implement the view have the property under its name, of its type or a narrower one."""
        view, kind = key
        below = [each for each in self._classes.values() if each.kind == kind and view in self._above[each.view.id]]
        return all(self._fits(prop, self._classes[key].fields[prop.source], each) for each in below)

    def _fits(self, prop: IRProperty, attribute: str, cls: ClassNames) -> bool:
        theirs = next((each for each in cls.view.properties if each.source == prop.source), None)
        if theirs is None or cls.fields[prop.source] != attribute:
            return False
        type_ = self._type(prop)
        return type_ in (self._type(theirs), f"{self._type(theirs)} | None", "Any")

    def _type(self, prop: IRProperty) -> str:
        return code(annotation(prop, self._names, Imports()))

    def _annotation(self, prop: IRProperty) -> b.Expr:
        item = item_type(prop.type)
        if isinstance(item, IREnumReference):
            self.imports.use(".data_classes", self._names.enums[item.enum].name)
        return annotation(prop, self._names, self.imports)
