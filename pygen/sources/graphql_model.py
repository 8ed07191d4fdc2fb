"""Types of the data modeling language to containers, views and a data model, as CDF derives them (contract §11.2)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from pygen.errors import SourceError
from pygen.sources.definitions import Definitions
from pygen.sources.graphql_directives import (
    constraints,
    default_value,
    edge_direction,
    indexes,
    number_argument,
    text_argument,
    unit,
    view_id,
)
from pygen.sources.graphql_fields import SCALARS, Fields
from pygen.sources.graphql_findings import graphql_findings
from pygen.sources.graphql_types import Document, Field, Type, parse_graphql
from pygen_runtime.schema import (
    Container,
    ContainerId,
    ContainerProperty,
    DataModel,
    DataModelId,
    EdgeConnection,
    EnumValue,
    MappedProperty,
    NodeId,
    PropertyType,
    ReverseConnection,
    Space,
    Through,
    View,
    ViewId,
    ViewProperty,
)


def read_graphql(text: str, id: DataModelId, name: str | None = None, description: str | None = None) -> Definitions:
    """The containers, views and the data model that CDF makes of a text.

    Types with `@import` are only referred to: their views exist elsewhere. Types that are referred to and not defined count
    as views that were not given; of them, and of what has no effect, the findings tell.

    Args:
        text: Types with directives.
        id: What the data model is called; its space and version are those of the views that do not say theirs.
        name: Name of the data model.
        description: Likewise.

    Raises:
        SourceError: The text cannot be a data model; the message says on which line.
    """
    document = parse_graphql(text)
    definitions = _Compiler(document, id).definitions(name, description)
    definitions.findings += graphql_findings(document, id)
    return definitions


class _Compiler:
    """Knows all types, so that each can be looked up from the others."""

    def __init__(self, document: Document, id: DataModelId) -> None:
        self._types = document.types
        self._enums = document.enums
        self._fields = Fields(document)
        self._id = id

    def definitions(self, name: str | None, description: str | None) -> Definitions:
        """Everything, in the order of the text."""
        own = [type_ for type_ in self._types.values() if "import" not in type_.directives]
        containers = [container for type_ in own if (container := self._container(type_)).properties]
        views = {view_id(type_, self._id): self._view(type_) for type_ in own}
        listed = [views.get(id) or _reference(id) for id in map(self._view_of, self._types)]
        model = DataModel(
            space=self._id.space,
            external_id=self._id.external_id,
            version=self._id.version,
            name=name,
            description=description,
            views=listed,
        )
        spaces = sorted({self._id.space, *(view.space for view in views)})
        return Definitions([Space(space=space) for space in spaces], containers, [], [model])

    def _view_of(self, name: str) -> ViewId:
        """The view of a type, be it defined or not."""
        type_ = self._types.get(name)
        return view_id(type_, self._id) if type_ else ViewId(self._id.space, name, self._id.version)

    def _container(self, type_: Type) -> Container:
        settings = type_.directives.get("container", {})
        return Container(
            space=self._id.space,
            external_id=type_.name,
            name=type_.documentation.name,
            description=type_.documentation.description,
            used_for="edge" if "edge" in type_.directives else "node",
            properties={
                field.name: self._stored(field)
                for field in type_.fields.values()
                if self._declares(type_, field) and self._fields.is_stored(field) and "mapping" not in field.directives
            },
            indexes=dict(indexes(settings, type_.line)) or None,
            constraints=dict(constraints(settings, type_.line)) or None,
        )

    def _view(self, type_: Type) -> View:
        id = view_id(type_, self._id)
        raw = type_.directives.get("view", {}).get("rawFilter")
        if raw is not None and not isinstance(raw, dict):
            raise SourceError(f"line {type_.line}: the rawFilter of {type_.name} is no object")
        return View(
            space=id.space,
            external_id=id.external_id,
            version=id.version,
            name=type_.documentation.name,
            description=type_.documentation.description,
            implements=list(map(self._view_of, type_.interfaces)) or None,
            filter=raw,
            properties={
                field.name: self._property(self._declaring(type_, field), field)
                for field in type_.fields.values()
                if not self._repeats(type_, field)
            },
        )

    def _ancestors(self, type_: Type) -> Iterator[Type]:
        """The interfaces of a type and of these, each once, nearest first; those that are not defined are missing."""
        waiting = list(type_.interfaces)
        seen: set[str] = {type_.name}
        while waiting:
            name = waiting.pop(0)
            if name not in seen and name in self._types:
                seen.add(name)
                yield self._types[name]
                waiting.extend(self._types[name].interfaces)

    def _declaring(self, type_: Type, field: Field) -> Type:
        """The type that brings a field in: the farthest ancestor that has it."""
        found = [each for each in self._ancestors(type_) if field.name in each.fields]
        return found[-1] if found else type_

    def _declares(self, type_: Type, field: Field) -> bool:
        return self._declaring(type_, field) is type_

    def _repeats(self, type_: Type, field: Field) -> bool:
        """Whether a field only says again what the type inherits; what an imported type has is its own business."""
        above = [each for each in self._ancestors(type_) if field.name in each.fields]
        return any("import" in each.directives or each.fields[field.name].means() == field.means() for each in above)

    def _property(self, declaring: Type, field: Field) -> ViewProperty:
        name, description = field.documentation
        kind = self._fields.kind(field)
        target = self._view_of(field.type)
        if kind == "reverse":
            through = text_argument(field.directives["reverseDirectRelation"], "throughProperty", field.line)
            if through is None:
                raise SourceError(f"line {field.line}: @reverseDirectRelation needs throughProperty")
            return ReverseConnection(
                connection_type=f"{_count(field)}_reverse_direct_relation",
                source=target,
                through=Through(source=target, identifier=through),
                name=name,
                description=description,
            )
        return self._edge(declaring, field, target) if kind == "edge" else self._mapped(declaring, field)

    def _edge(self, declaring: Type, field: Field, target: ViewId) -> EdgeConnection:
        relation = field.directives.get("relation", {})
        given = relation.get("type")
        at = given if isinstance(given, dict) else {}
        external_id = text_argument(at, "externalId", field.line) or text_argument(relation, "name", field.line)
        edge = text_argument(relation, "edgeSource", field.line)
        return EdgeConnection(
            connection_type=f"{_count(field)}_edge_connection",
            type=NodeId(
                text_argument(at, "space", field.line) or self._id.space,
                external_id or f"{declaring.name}.{field.name}",
            ),
            source=target,
            edge_source=self._view_of(edge) if edge else None,
            direction=edge_direction(relation, field.line),
            name=field.documentation.name,
            description=field.documentation.description,
        )

    def _mapped(self, declaring: Type, field: Field) -> MappedProperty:
        to = field.directives.get("mapping")
        container = ContainerId(self._id.space, declaring.name)
        identifier = field.name
        elsewhere = to is not None
        if to is not None:
            container = ContainerId(
                text_argument(to, "space", field.line) or self._id.space,
                text_argument(to, "container", field.line) or declaring.name,
            )
            identifier = text_argument(to, "property", field.line) or field.name
            elsewhere = not self._is_ours(container, identifier)
        name, description = field.documentation
        target = self._view_of(field.type) if self._fields.kind(field) == "direct" else None
        mapped = MappedProperty(
            container=container,
            container_property_identifier=identifier,
            name=name,
            description=description,
            source=target,
        )
        if not elsewhere:
            return mapped
        stored = self._stored(field)  # of a container that is not ours, the field is all that tells the type
        return msgspec.structs.replace(
            mapped,
            source=None,
            type=msgspec.structs.replace(stored.type, source=target),
            nullable=stored.nullable,
            immutable=False,
            auto_increment=False,
            default_value=stored.default_value,
        )

    def _is_ours(self, container: ContainerId, identifier: str) -> bool:
        type_ = self._types.get(container.external_id)
        if type_ is None or container.space != self._id.space or "import" in type_.directives:
            return False
        return identifier in self._container(type_).properties

    def _stored(self, field: Field) -> ContainerProperty:
        type_ = self._property_type(field)
        return ContainerProperty(
            type=type_,
            nullable=not field.required,
            immutable=False,
            auto_increment=False,
            default_value=default_value(field, type_),
            name=field.documentation.name,
            description=field.documentation.description,
        )

    def _property_type(self, field: Field) -> PropertyType:
        limits = field.directives.get("limits", {})
        if field.type in self._enums:
            if field.list:
                raise SourceError(f"line {field.line}: {field.name} is a list of enum values, which CDF has not")
            values = self._enums[field.type].values
            shown = {value: EnumValue(name=said.name, description=said.description) for value, said in values.items()}
            return PropertyType(type="enum", values=dict(shown))
        if self._fields.kind(field) == "direct":
            return PropertyType(
                type="direct", list=field.list, max_list_size=number_argument(limits, "maxListSize", field.line)
            )
        return PropertyType(
            type=SCALARS[field.type],
            list=field.list,
            max_list_size=number_argument(limits, "maxListSize", field.line),
            max_text_size=number_argument(limits, "maxTextSize", field.line),
            unit=unit(field),
        )


def _reference(id: ViewId) -> View:
    return View(space=id.space, external_id=id.external_id, version=id.version)


def _count(field: Field) -> str:
    return "multi" if field.list else "single"
