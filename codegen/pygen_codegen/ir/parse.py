"""From views as the API answers them to the classes of the intermediate representation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from pygen_codegen.ir.connections import direct, edge, reverse, unknown_kind
from pygen_codegen.ir.defaults import is_default
from pygen_codegen.ir.filters import node_type
from pygen_codegen.ir.findings import LEFT_OUT, Findings, PartError
from pygen_codegen.ir.identifiers import (
    check_property,
    check_source,
    is_reserved,
    legal_property,
    legal_view,
    shown,
)
from pygen_codegen.ir.property_types import PropertyTypes
from pygen_codegen.ir.types import IRClass, IREnum, IRProperty, IRRelationship, IRType
from pygen_runtime.schema import (
    ContainerId,
    EdgeConnection,
    MappedProperty,
    PropertyType,
    ReverseConnection,
    UnknownProperty,
    View,
    ViewId,
)

_KEPT_BY_THE_SERVICE = {
    ContainerId("cdf_cdm", "CogniteAsset"): {
        "assetHierarchy_root",
        "assetHierarchy_path",
        "assetHierarchy_path_last_updated_time",
    },
    ContainerId("cdf_cdm", "CogniteFile"): {"isUploaded", "uploadedTime"},
}
"""Properties that only the service writes (contract §9.2)."""

_FLOATS = ("float32", "float64")
_USUAL_COLLATION = (None, "ucs_basic")


class ClassParser:
    """Parses views. What cannot be represented is left out, and told of.

    Contract: §3.3 (property types), §4.5 (views in read form). A key that is null counts as absent.

    Args:
        views: The views in read form, as `resolve` gives them.
        findings: Where it is told what was left out.
    """

    def __init__(self, views: Sequence[View], findings: Findings) -> None:
        self._views = views
        self._findings = findings
        self._types = PropertyTypes(findings)

    @property
    def enums(self) -> dict[str, IREnum]:
        """The enums met so far."""
        return self._types.enums

    def classes(self) -> tuple[IRClass, ...]:
        """The classes of the views, in their order."""
        classes: list[IRClass] = []
        for view in self._views:
            try:
                classes.append(self._class(view))
            except PartError as error:
                self._findings.add(error.code, str(error), f"the view is {LEFT_OUT}", view=legal_view(view.as_id()))
        return tuple(classes)

    def _class(self, view: View) -> IRClass:
        id = view.as_id()
        check_source(id, "a view")
        for parent in view.implements or ():
            check_source(parent, f"the parents of the view {id}")
        used_for = _used_for(view)
        if is_reserved(id):
            self._reserved(f"CDF keeps the external id {id.external_id} of the view {id} for itself", id)
        properties, relationships = self._parts(view)
        mapped = view.filter is not None or any(isinstance(p, MappedProperty) for p in (view.properties or {}).values())
        return IRClass(
            id=id,
            used_for=used_for,
            properties=tuple(properties),
            relationships=tuple(relationships),
            implements=tuple(view.implements or ()),
            node_type=node_type(view.filter),
            writable=view.writable is not False,
            queryable=mapped if view.queryable is None else view.queryable,
            name=view.name,
            description=view.description,
        )

    def _parts(self, view: View) -> tuple[list[IRProperty], list[IRRelationship]]:
        properties: list[IRProperty] = []
        relationships: list[IRRelationship] = []
        for name, property in sorted((view.properties or {}).items()):  # servers and files order them differently
            where = f"property {shown(name)} of the view {view.as_id()}"
            try:
                check_property(name, where)
                match property:
                    case MappedProperty():
                        mapped = self._property(name, property, view.as_id(), where)
                        properties.append(mapped)
                        relationships.extend(direct(mapped))
                    case EdgeConnection():
                        relationships.append(edge(name, property, where))
                    case ReverseConnection():
                        relationships.append(reverse(name, property, where))
                    case UnknownProperty():
                        known_by = (str(property.json.get(key, "")) for key in ("connectionType", "direction"))
                        raise unknown_kind(where, " ".join(known_by).strip())
                    case _:
                        raise unknown_kind(where, type(property).__name__)
            except PartError as error:
                done = f"the property is {LEFT_OUT}"
                self._findings.add(error.code, str(error), done, view=view.as_id(), property=legal_property(name))
                continue
            if is_reserved(name):
                self._reserved(f"CDF keeps the name of the {where} for itself", view.as_id(), name)
        return properties, relationships

    def _property(self, name: str, mapped: MappedProperty, view: ViewId, where: str) -> IRProperty:
        check_source(mapped.container, where)
        check_property(mapped.container_property_identifier, where)
        type_ = self._types.read(mapped, view, where)
        for part in _ignored(mapped.type):
            self._findings.add("ignored-part", f"{where} has {part}", "ignored", view=view, property=name)
        default = self._default(name, mapped.default_value, type_, view, where)
        nullable = mapped.nullable is not False
        auto_increment = mapped.auto_increment is True
        return IRProperty(
            source=name,
            type=type_,
            nullable=nullable,
            required=not nullable and not auto_increment and default is None,
            immutable=mapped.immutable is True,
            auto_increment=auto_increment,
            read_only=mapped.container_property_identifier in _KEPT_BY_THE_SERVICE.get(mapped.container, ()),
            default=default,
            name=mapped.name,
            description=mapped.description,
            container=mapped.container,
            container_property=mapped.container_property_identifier,
        )

    def _default(self, name: str, value: Any, type_: IRType, view: ViewId, where: str) -> Any:
        if value is None or is_default(value, type_, self.enums):
            return value
        message = f"{where} has the default {shown(str(value))}, which is no value of its type"
        self._findings.add("illegal-default", message, "the default is ignored", view=view, property=name)
        return None

    def _reserved(self, message: str, view: ViewId, property: str | None = None) -> None:
        self._findings.add("reserved-identifier", message, "used as it is", view=view, property=property)


def _ignored(type_: PropertyType | None) -> list[str]:
    """What the type of a property says that the IR has no place for."""
    if type_ is None:
        return []
    parts = []
    if type_.collation not in _USUAL_COLLATION:
        parts.append(f"the collation {shown(str(type_.collation))}")
    if type_.unit is not None and type_.type not in _FLOATS:
        parts.append(f"a unit, but is of the type {type_.type}")
    return parts


def _used_for(view: View) -> Literal["node", "edge", "all"]:
    match view.used_for:
        case None | "node":
            return "node"
        case "edge":
            return "edge"
        case "all":
            return "all"
        case other:
            raise PartError(
                "unsupported-view",
                f"the view {view.as_id()} is used for {shown(other)}, but only views of nodes and edges can be generated; "
                "take it out of the data model",
            )
