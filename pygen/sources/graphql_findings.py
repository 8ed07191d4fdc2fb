"""What is worth telling about types in GraphQL: what they do not define, and what has no effect."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from typing import NamedTuple

from pygen.sources.graphql_directives import view_id
from pygen.sources.graphql_fields import Fields, Kind
from pygen.sources.graphql_types import Directives, Document, Enum, Field, Type
from pygen_codegen.ir import Finding
from pygen_codegen.ir.findings import Findings
from pygen_codegen.ir.identifiers import legal_view
from pygen_runtime.schema import DataModelId, ViewId

_IGNORED = "ignored"
_UNDEFINED = "taken for a view that was not given"

_ARGUMENTS: Mapping[str, Set[str]] = {
    "view": {"space", "externalId", "name", "version", "rawFilter"},
    "import": {"dataModel"},
    "edge": set(),
    "container": {"indexes", "constraints"},
    "mapping": {"space", "container", "property"},
    "default": {"value"},
    "unit": {"externalId", "sourceUnit"},
    "limits": {"maxListSize", "maxTextSize"},
    "directRelation": set(),
    "relation": {"type", "name", "direction", "edgeSource"},
    "reverseDirectRelation": {"throughProperty"},
}
_OF_TYPES = {"view", "import", "edge", "container"}
_OF_FIELDS: Mapping[Kind, Set[str]] = {
    "value": {"mapping", "default", "unit", "limits"},
    "direct": {"mapping", "default", "limits", "directRelation"},
    "edge": {"relation"},
    "reverse": {"reverseDirectRelation"},
}


def graphql_findings(document: Document, id: DataModelId) -> tuple[Finding, ...]:
    """What the types refer to and do not define, and the directives and arguments that have no effect where they stand.

    Args:
        document: The types; those that are imported are not looked into.
        id: What the data model is called.
    """
    telling = _Telling(document, id)
    for type_ in document.types.values():
        if "import" not in type_.directives:
            telling.tell_type(type_)
    for enum in document.enums.values():
        telling.tell_enum(enum)
    return telling.findings.all()


class _About(NamedTuple):
    """What a finding is about."""

    name: str
    line: int
    view: ViewId | None
    property: str | None = None


class _Telling:
    """Gathers the findings of one document."""

    def __init__(self, document: Document, id: DataModelId) -> None:
        self.findings = Findings()
        self._document = document
        self._fields = Fields(document)
        self._id = id

    def tell_type(self, type_: Type) -> None:
        """What there is to tell of a type and of its fields."""
        about = _About(type_.name, type_.line, legal_view(view_id(type_, self._id)))
        self._tell_undefined(about, "implements", type_.interfaces)
        self._tell_ignored(about, type_.directives, _OF_TYPES)
        for field in type_.fields.values():
            kind = self._fields.kind(field)
            about = _About(f"{type_.name}.{field.name}", field.line, about.view, field.name)
            self._tell_undefined(about, "refers to", _needed(field, kind))
            self._tell_ignored(about, field.directives, _OF_FIELDS[kind])

    def tell_enum(self, enum: Enum) -> None:
        """The directives of an enum and of its values: none has an effect."""
        for name in enum.directives:
            message = f"line {enum.line}: the directive @{name} of the enum {enum.name} is not known there"
            self.findings.add("ignored-part", message, _IGNORED)

    def _tell_undefined(self, about: _About, verb: str, names: Iterable[str]) -> None:
        for name in names:
            if not self._fields.is_defined(name):
                message = f"line {about.line}: the type {name}, which {about.name} {verb}, is not defined"
                self.findings.add("undefined-type", message, _UNDEFINED, view=about.view, property=about.property)

    def _tell_ignored(self, about: _About, directives: Directives, known: Set[str]) -> None:
        for part in _ignored(directives, known):
            message = f"line {about.line}: {part} of {about.name} is not known there"
            self.findings.add("ignored-part", message, _IGNORED, view=about.view, property=about.property)


def _needed(field: Field, kind: Kind) -> Iterator[str]:
    """The types that a field refers to."""
    if kind != "value":
        yield field.type
    edge = field.directives.get("relation", {}).get("edgeSource") if kind == "edge" else None
    if isinstance(edge, str):
        yield edge


def _ignored(directives: Directives, known: Set[str]) -> Iterator[str]:
    """The directives that are not known, and the arguments that those that are do not have."""
    for name, arguments in directives.items():
        if name not in known:
            yield f"the directive @{name}"
        else:
            yield from (f"the argument {each} of @{name}" for each in arguments if each not in _ARGUMENTS[name])
