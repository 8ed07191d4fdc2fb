"""The intermediate representation: what a data model says, in no target language's words.

Plain frozen values, fields and docstrings only. Names stay as the model spells them; what they become in Python or
TypeScript is settled by `pygen_codegen.naming`. Consumers `match` over `IRType` and end in `assert_never`, so that a new
type is a type error wherever it is forgotten.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from pygen_runtime.schema import ContainerId, DataModelId, NodeId, SourceId, ViewId


class IRText(msgspec.Struct, frozen=True, kw_only=True, tag="text"):
    """Unicode text, `max_size` in UTF-8 bytes."""

    max_size: int | None = None


class IRBoolean(msgspec.Struct, frozen=True, tag="boolean"):
    """True or false."""


class IRInteger(msgspec.Struct, frozen=True, kw_only=True, tag="integer"):
    """A signed integer of 32 or 64 bits."""

    bits: Literal[32, 64]


class IRFloat(msgspec.Struct, frozen=True, kw_only=True, tag="float"):
    """A finite binary floating point number; `unit` is an id of the unit catalogue."""

    bits: Literal[32, 64]
    unit: str | None = None


class IRTimestamp(msgspec.Struct, frozen=True, tag="timestamp"):
    """A moment, to the millisecond."""


class IRDate(msgspec.Struct, frozen=True, tag="date"):
    """A calendar day."""


class IRJson(msgspec.Struct, frozen=True, tag="json"):
    """Any JSON value."""


class IRExternalReference(msgspec.Struct, frozen=True, kw_only=True, tag="external_reference"):
    """The external id of a classic time series, file or sequence."""

    kind: Literal["timeseries", "file", "sequence"]


class IREnumReference(msgspec.Struct, frozen=True, kw_only=True, tag="enum"):
    """One of the values of `IRModel.enums[enum]`, or a value newer than the model."""

    enum: str


class IRDirectRelation(msgspec.Struct, frozen=True, kw_only=True, tag="direct_relation"):
    """The id of a node; `target` is the view it is expected to be seen through, if the model says."""

    target: ViewId | None = None


IRScalar = (
    IRText
    | IRBoolean
    | IRInteger
    | IRFloat
    | IRTimestamp
    | IRDate
    | IRJson
    | IRExternalReference
    | IREnumReference
    | IRDirectRelation
)
"""A single value."""


class IRList(msgspec.Struct, frozen=True, kw_only=True, tag="list"):
    """Several values of one type, in order; `max_size` is the most there may be."""

    item: IRScalar
    max_size: int | None = None


IRType = IRScalar | IRList
"""The type of a property."""


class IREnumValue(msgspec.Struct, frozen=True, kw_only=True):
    """One value of an enum."""

    source: str
    name: str | None = None
    description: str | None = None


class IREnum(msgspec.Struct, frozen=True, kw_only=True):
    """An enum, named by the container property that defines it: views that map the same property share it."""

    id: str
    container: ContainerId
    property: str
    values: tuple[IREnumValue, ...]
    unknown_value: str | None = None


class IRProperty(msgspec.Struct, frozen=True, kw_only=True):
    """A property with values of its own."""

    source: str
    type: IRType
    nullable: bool = True
    immutable: bool = False
    auto_increment: bool = False
    default: Any = None
    name: str | None = None
    description: str | None = None
    container: ContainerId
    container_property: str


class IRDirect(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="direct"):
    """Follows the direct relation (or list of them) held by the property of the same name."""

    many: bool


class IREdge(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="edge"):
    """Follows edges of one type; `edge` is the view of the edges' own properties."""

    type: NodeId
    direction: Literal["outwards", "inwards"]
    many: bool
    edge: ViewId | None = None


class IRReverse(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="reverse"):
    """Finds the nodes whose property `property` of `through` points here; `through_list` when that property is a list."""

    through: SourceId
    property: str
    through_list: bool
    many: bool


class IRRelationship(msgspec.Struct, frozen=True, kw_only=True):
    """A way from the nodes of a class to other nodes. `target` may be a view outside the model."""

    source: str
    via: IRDirect | IREdge | IRReverse
    target: ViewId
    name: str | None = None
    description: str | None = None


class IRClass(msgspec.Struct, frozen=True, kw_only=True):
    """A view, inherited properties included."""

    id: ViewId
    used_for: Literal["node", "edge", "all"]
    properties: tuple[IRProperty, ...] = ()
    relationships: tuple[IRRelationship, ...] = ()
    implements: tuple[ViewId, ...] = ()
    writable: bool = True
    name: str | None = None
    description: str | None = None


class IRModel(msgspec.Struct, frozen=True, kw_only=True):
    """A data model: its classes in the model's order, and the enums they use by id."""

    id: DataModelId
    classes: tuple[IRClass, ...]
    enums: dict[str, IREnum] = {}
    name: str | None = None
    description: str | None = None
