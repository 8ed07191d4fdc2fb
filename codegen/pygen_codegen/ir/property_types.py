"""What a property holds: the API's one record for all types becomes one IR type each."""

from __future__ import annotations

from collections.abc import Callable

from pygen_codegen.errors import ModelError
from pygen_codegen.ir.identifiers import check_enum_value, check_view, shown
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
from pygen_runtime.schema import EnumValue, MappedProperty, PropertyType

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
    """Reads property types, and gathers the enums met on the way."""

    def __init__(self) -> None:
        self.enums: dict[str, IREnum] = {}

    def read(self, mapped: MappedProperty, where: str) -> IRType:
        """The type of a property.

        Args:
            mapped: The property in read form.
            where: View and property, for messages.

        Raises:
            ModelError: The type is missing, unknown or illegal.
        """
        if mapped.type is None:
            raise ModelError(
                f"{where} has no type: the model is in write form, which is not yet supported as input of the generator; "
                "use what the API answers when the data model is retrieved with its views inlined"
            )
        item = self._scalar(mapped, mapped.type, where)
        return IRList(item=item, max_size=mapped.type.max_list_size) if mapped.type.list else item

    def _scalar(self, mapped: MappedProperty, type_: PropertyType, where: str) -> IRScalar:
        if type_.type == "direct":
            # Answers hold the target inside the type; files made by hand may keep it where it is written.
            return IRDirectRelation(target=check_view(type_.source or mapped.source, where))
        if type_.type == "enum":
            return IREnumReference(enum=self._enum(mapped, type_, where))
        make = _SCALARS.get(type_.type)
        if make is None:
            raise ModelError(
                f"{where} is of the type {shown(type_.type)}, which this version of pygen does not know; "
                "update pygen, or take the property out of the view"
            )
        return make(type_)

    def _enum(self, mapped: MappedProperty, type_: PropertyType, where: str) -> str:
        """The id of the enum; views that map the same container property share it."""
        id = f"{mapped.container}.{mapped.container_property_identifier}"
        if not type_.values:
            raise ModelError(f"{where} is an enum without values; give it at least one")
        enum = IREnum(
            id=id,
            container=mapped.container,
            property=mapped.container_property_identifier,
            values=tuple(_enum_value(value, about, where) for value, about in type_.values.items()),
            unknown_value=type_.unknown_value,
        )
        if self.enums.setdefault(id, enum) != enum:
            raise ModelError(
                f"{where}: the enum {id} has other values than in an earlier view; retrieve the model anew"
            )
        return id


def _enum_value(identifier: str, about: EnumValue | None, where: str) -> IREnumValue:
    check_enum_value(identifier, where)
    about = about or EnumValue()
    return IREnumValue(source=identifier, name=about.name, description=about.description)


def _unit(type_: PropertyType) -> str | None:
    return type_.unit.external_id if type_.unit else None
