"""`filters.py` of an SDK: one TypedDict of keyword conditions per class."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import assert_never

from pygen_codegen.emitting.models import spoken
from pygen_codegen.emitting.names import Key
from pygen_codegen.emitting.relations import item_type
from pygen_codegen.ir import ancestors
from pygen_codegen.ir.types import IREnumReference, IRModel, IRProperty
from pygen_codegen.python import build as b
from pygen_codegen.python.conditions import Marker, markers
from pygen_codegen.python.imports import Imports
from pygen_codegen.python.module import module
from pygen_codegen.python.names import ClassNames, Names
from pygen_codegen.python.scalars import scalar


def filters(model: IRModel, names: Names) -> str:
    """The module of the conditions, those that others build on first."""
    emitter = _Filters(model, names)
    definitions = (emitter.conditions(each) for each in emitter.order)
    text = f"Conditions that the views of {spoken(model)} can be filtered by; all that are given must hold."
    return module(model, text, emitter.imports, definitions)


class _Filters:
    """Builds the definitions of the module, and learns what they import."""

    def __init__(self, model: IRModel, names: Names) -> None:
        self.imports = Imports()
        self._names = names
        self._above = ancestors(model)
        self.order = sorted(names.classes, key=lambda each: len(self._above[each.view.id]))
        self._told: dict[Key, tuple[str, dict[str, str]]] = {}  # class of conditions, and keyword → type

    def conditions(self, cls: ClassNames) -> b.Stmt:
        """The conditions of one class, without those of a view that it implements; the classes of these come first."""
        keywords = {
            cls.keywords[prop.source, marker]: self._annotation(prop, marker)
            for prop in cls.view.properties
            for marker in markers(prop.type)
        }
        told = {keyword: type_.text for keyword, type_ in keywords.items()}
        base, inherited = self._base(cls, told)
        self._told[cls.view.id, cls.kind] = cls.conditions, told
        own = [b.field(keyword, type_) for keyword, type_ in keywords.items() if keyword not in inherited]
        text = b.docstring(f"Conditions on {cls.name}.", indent=b.STEP)
        return b.class_(cls.conditions, base, [[text], own], total=b.FALSE)

    def _base(self, cls: ClassNames, told: Mapping[str, str]) -> tuple[b.Expr, Collection[str]]:
        """The base class, and its keywords: of the view above with the most of them, all of which the class has too.

        There is one base only, because checkers refuse a keyword that comes from two.
        """
        above = [self._told[key] for view in self._above[cls.view.id] if (key := (view, cls.kind)) in self._told]
        fitting = [(name, theirs) for name, theirs in above if theirs and theirs.items() <= told.items()]
        if not fitting:
            return self.imports.sdk("NodeConditions" if cls.kind == "node" else "EdgeConditions"), ()
        name, theirs = max(fitting, key=lambda each: len(each[1]))
        return b.name(name), theirs

    def _annotation(self, prop: IRProperty, marker: Marker) -> b.Rendered:
        meaning = b.call(self.imports.sdk(marker), b.text(prop.source))
        return b.subscript(self.imports.use("typing", "Annotated"), self._values(prop, marker), meaning)

    def _values(self, prop: IRProperty, marker: Marker) -> b.Expr:
        """What the keyword takes; None asks for instances without a value, so only where that can be."""
        if marker == "exists":
            return b.name("bool")
        item = item_type(prop.type)
        value = scalar(item, self._names, self.imports)
        if isinstance(item, IREnumReference):
            value = self.imports.use(".data_classes", self._names.enums[item.enum].name)
        match marker:
            case "prefix" | "at_least" | "at_most":
                return value
            case "equals" | "contains_any":
                one = [value, b.name("str")] if isinstance(item, IREnumReference) else [value]
                several = b.subscript(self.imports.sdk("OneOf"), b.union(*one))
                return b.union(several, b.NONE) if prop.nullable else several
            case _:
                assert_never(marker)
