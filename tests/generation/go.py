"""A third language, as small as can be: what docs/guide/add-a-language.md shows. One struct for each view, in Go."""

from __future__ import annotations

import json
from collections.abc import Sequence, Set

from pygen.generation.languages import Language
from pygen_codegen.emitting.allocation import Allocator, Reserved
from pygen_codegen.emitting.documents import about
from pygen_codegen.emitting.models import header
from pygen_codegen.emitting.names import Key
from pygen_codegen.emitting.relations import item_type
from pygen_codegen.emitting.text import one_line
from pygen_codegen.generator import BaseGenerator
from pygen_codegen.hooks import Hook
from pygen_codegen.ir import Finding, IRBoolean, IRClass, IRFloat, IRInteger, IRList, IRModel, IRProperty
from pygen_codegen.naming import NameStyle, NamingConfig
from pygen_codegen.settings import Settings

PASCAL = NameStyle(case="pascal")
GO_NAMING = NamingConfig(
    view=PASCAL, view_api=PASCAL, property=PASCAL, to_one=PASCAL, to_many=PASCAL, enum=PASCAL, enum_value=PASCAL
)

NOTHING: frozenset[str] = frozenset()
RESERVED = Reserved(package=frozenset({"RawMessage"}), client=NOTHING, objects=NOTHING)
"""Go's keywords begin with small letters, and our names with capitals: so nearly nothing is reserved."""


class GoGenerator(BaseGenerator):
    """Generates one file of structs."""

    def __init__(self, package: str, settings: Settings) -> None:
        self._package = package
        self._naming = settings.naming

    def generate(self, model: IRModel) -> dict[str, str]:
        """The file."""
        names = self._names(model)
        views = {view.id: view for view in model.classes}
        structs = (struct(views[key[0]], key, names) for key in names.classes)
        lines = [f"// {one_line(header(model))}", f"package {self._package}", "", *structs]
        return {"model.go": "\n".join(lines)}

    def findings(self, model: IRModel) -> tuple[Finding, ...]:
        """What became of names."""
        names = self._names(model)
        for view in model.classes:
            for view_id, kind in names.classes:
                if view_id == view.id:
                    names.attributes(view, kind)
        return names.finish()

    def _names(self, model: IRModel) -> Allocator:
        names = Allocator(model, self._naming, RESERVED)
        names.claim_classes()
        return names


def struct(view: IRClass, key: Key, names: Allocator) -> str:
    """A view as a struct; names come from the allocator, all other text of the model is a comment or a literal."""
    fields = names.attributes(view, key[1]).fields
    lines = [field(prop, fields[prop.source]) for prop in view.properties]
    text = about(view.id.external_id, view.name, view.description) or f"The view {view.id.external_id}."
    return "\n".join([f"// {one_line(text)}", f"type {names.classes[key]} struct {{", *lines, "}", ""])


def field(prop: IRProperty, name: str) -> str:
    """A property as a field, a pointer if it may be without a value."""
    match item_type(prop.type):
        case IRBoolean():
            type_ = "bool"
        case IRInteger(bits=bits):
            type_ = f"int{bits}"
        case IRFloat(bits=bits):
            type_ = f"float{bits}"
        case _:
            type_ = "string"
    many = "[]" if isinstance(prop.type, IRList) else ""
    tag = json.dumps(f"json:{json.dumps(prop.source)}")
    return f"\t{name} {'*' if prop.nullable else ''}{many}{type_} {tag}"


class Go(Language):
    """What pygen has to know of it."""

    name = "go"
    naming = GO_NAMING

    def generator(
        self, package: str, settings: Settings, hooks: Sequence[Hook] = (), custom: Set[str] = frozenset()
    ) -> GoGenerator:
        """Hooks that change models work in every language, and need nothing here."""
        return GoGenerator(package, settings)
