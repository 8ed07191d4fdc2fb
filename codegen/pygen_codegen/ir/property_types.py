"""What a property holds: the API's one record for all types becomes one IR type each."""

from __future__ import annotations

from collections.abc import Callable

from pygen_codegen.ir.findings import Findings, PartError
from pygen_codegen.ir.identifiers import check_enum_value, check_source, check_view, shown
from pygen_codegen.ir.types import (
    IRBoolean,
    IRDate,
    IRDirectRelation,
    IREnum,
    IREnumReference,
    IREnumValue,
    IRExternalReference,
    IRFloat,
    IRInteger,
    IRJson,
    IRList,
    IRScalar,
    IRText,
    IRTimestamp,
    IRType,
)
from pygen_runtime.schema import EnumValue, MappedProperty, PropertyType, ViewId

_SCALARS: dict[str, Callable[[PropertyType], IRScalar]] = {
    "text": lambda type_: IRText(max_size=type_.max_text_size),
    "boolean": lambda _: IRBoolean(),
    "int32": lambda _: IRInteger(bits=32),
    "int64": lambda _: IRInteger(bits=64),
    "float32": lambda type_: IRFloat(bits=32, unit=_unit(type_)),
    "float64": lambda type_: IRFloat(bits=64, unit=_unit(type_)),
    "timestamp": lambda _: IRTimestamp(),
    "date": lambda _: IRDate(),
    "json": lambda _: IRJson(),
    "timeseries": lambda _: IRExternalReference(kind="timeseries"),
    "file": lambda _: IRExternalReference(kind="file"),
    "sequence": lambda _: IRExternalReference(kind="sequence"),
}


class PropertyTypes:
    """Reads property types, and gathers the enums met on the way.

    Args:
        findings: Where enums that differ are told of.
    """

    def __init__(self, findings: Findings) -> None:
        self.enums: dict[str, IREnum] = {}
        self._findings = findings

    def read(self, mapped: MappedProperty, view: ViewId, where: str) -> IRType:
        """The type of a property.

        Args:
            mapped: The property in read form.
            view: The view that it is a property of.
            where: View and property, for messages.

        Raises:
            PartError: The type is missing, unknown or illegal.
        """
        if mapped.type is None:
            raise PartError(
                "missing-type",
                f"{where} has no type; give the container {mapped.container} with its property "
                f"{shown(mapped.container_property_identifier)}, or the model as the API answers it: it is in write form",
            )
        item = self._scalar(mapped, mapped.type, view, where)
        return IRList(item=item, max_size=mapped.type.max_list_size) if mapped.type.list else item

    def _scalar(self, mapped: MappedProperty, type_: PropertyType, view: ViewId, where: str) -> IRScalar:
        if type_.type == "direct":
            # Answers hold the target inside the type; files made by hand may keep it where it is written.
            target = check_view(type_.source or mapped.source, where)
            if type_.container is not None:
                check_source(type_.container, where)
            return IRDirectRelation(target=target, container=type_.container)
        if type_.type == "enum":
            return IREnumReference(enum=self._enum(mapped, type_, view, where))
        make = _SCALARS.get(type_.type)
        if make is None:
            raise PartError(
                "unknown-type",
                f"{where} is of the type {shown(type_.type)}, which this version of pygen does not know; "
                "update pygen, or take the property out of the view",
            )
        return make(type_)

    def _enum(self, mapped: MappedProperty, type_: PropertyType, view: ViewId, where: str) -> str:
        """The id of the enum; views that map the same container property share it."""
        id = f"{mapped.container}.{mapped.container_property_identifier}"
        if not type_.values:
            raise PartError("enum-without-values", f"{where} is an enum without values; give it at least one")
        enum = IREnum(
            id=id,
            container=mapped.container,
            property=mapped.container_property_identifier,
            values=tuple(_enum_value(value, about, where) for value, about in sorted(type_.values.items())),
            unknown_value=type_.unknown_value,
        )
        if self.enums.setdefault(id, enum) != enum:
            self._findings.add(
                "enum-conflict",
                f"{where}: the enum {id} has other values than in an earlier view; retrieve the model anew",
                "the values of the earlier view are used",
                view=view,
            )
        return id


def _enum_value(identifier: str, about: EnumValue | None, where: str) -> IREnumValue:
    check_enum_value(identifier, where)
    about = about or EnumValue()
    return IREnumValue(source=identifier, name=about.name, description=about.description)


def _unit(type_: PropertyType) -> str | None:
    return type_.unit.external_id if type_.unit else None
