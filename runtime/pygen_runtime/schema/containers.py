"""Containers: where property values live, and of which types they are (contract §3)."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from pygen_runtime.schema.ids import ContainerId, ViewId


class UnitReference(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """The unit of a float property: an id of the unit catalogue, and free text from the source."""

    external_id: str
    source_unit: str | None = None


class EnumValue(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """How one value of an enum is shown to people."""

    name: str | None = None
    description: str | None = None


class PropertyType(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """The type of a property (contract §3.3).

    One record for all types: `type` says which, and the other keys have a meaning only for some. It is not an enumeration,
    because a client must be able to read models that hold types newer than itself.
    """

    type: str
    list: bool | None = None
    max_list_size: int | None = None
    max_text_size: int | None = None
    collation: str | None = None
    unit: UnitReference | None = None
    container: ContainerId | None = None
    source: ViewId | None = None
    values: dict[str, EnumValue | None] | None = None
    unknown_value: str | None = None


class ContainerProperty(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """One property of a container. `constraint_state` is answered, never sent: which of its rules all stored data keeps."""

    type: PropertyType
    nullable: bool | None = None
    immutable: bool | None = None
    auto_increment: bool | None = None
    default_value: Any = None
    name: str | None = None
    description: str | None = None
    constraint_state: dict[str, str] | None = None


class Constraint(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """A `uniqueness` or `requires` constraint (contract §3.4). `state` is answered, never sent."""

    constraint_type: str
    properties: list[str] | None = None
    by_space: bool | None = None
    require: ContainerId | None = None
    state: str | None = None


class Index(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """A `btree` or `inverted` index (contract §3.4). `state` is answered, never sent."""

    index_type: str
    properties: list[str]
    cursorable: bool | None = None
    by_space: bool | None = None
    state: str | None = None


class ContainerWrite(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """A container as it is sent."""

    space: str
    external_id: str
    properties: dict[str, ContainerProperty]
    used_for: str | None = None
    name: str | None = None
    description: str | None = None
    constraints: dict[str, Constraint] | None = None
    indexes: dict[str, Index] | None = None

    def as_id(self) -> ContainerId:
        """The reference to this container."""
        return ContainerId(self.space, self.external_id)


class Container(ContainerWrite, kw_only=True, rename="camel", omit_defaults=True):
    """A container as it is answered. Times are epoch milliseconds, UTC."""

    created_time: int = 0
    last_updated_time: int = 0
    is_global: bool = False

    def as_write(self) -> ContainerWrite:
        """The container as it is sent, to change it and write it back."""
        without = msgspec.structs.replace
        return ContainerWrite(
            space=self.space,
            external_id=self.external_id,
            properties={name: without(one, constraint_state=None) for name, one in self.properties.items()},
            used_for=self.used_for,
            name=self.name,
            description=self.description,
            constraints=_without_state(self.constraints),
            indexes=_without_state(self.indexes),
        )


R = TypeVar("R", Constraint, Index)


def _without_state(rules: dict[str, R] | None) -> dict[str, R] | None:
    return None if rules is None else {name: msgspec.structs.replace(one, state=None) for name, one in rules.items()}
