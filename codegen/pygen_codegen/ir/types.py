"""The intermediate representation: what a data model says, in no target language's words.

Plain frozen values, fields and docstrings only. Names stay as the model spells them; what they become in a target
language is settled by `pygen_codegen.naming`. Consumers `match` over `IRType` and end in `assert_never`, so that a new
type is a type error wherever it is forgotten. `msgspec.json.encode(model)` and `msgspec.json.decode(text, type=IRModel)`
are each other's inverse.
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
    """The id of a node; `target` is the view it is expected to be seen through, if the model says.

    With a `container`, the node must have data there before anything points at it (contract §3.3).
    """

    target: ViewId | None = None
    container: ContainerId | None = None


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
    """A property with values of its own.

    Attributes:
        source: The property in the view.
        type: What it holds.
        nullable: Whether it may be without a value.
        required: Whether whoever creates an instance must give a value: it has no default and nobody counts it up.
        immutable: Whether a value, once set, stays.
        auto_increment: Whether the service numbers instances that come without a value.
        read_only: Whether the service alone writes it (contract §9.2).
        default: The value that the service sets where none is given, as JSON; None for none.
        name: What people call it.
        description: What it is.
        container: Where its values live.
        container_property: The property there.
    """

    source: str
    type: IRType
    nullable: bool = True
    required: bool = False
    immutable: bool = False
    auto_increment: bool = False
    read_only: bool = False
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


class IRMethod(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a class offers, for its nodes or for its edges. What it is called is each target's business."""

    verb: Literal["list", "retrieve", "search", "aggregate", "write"]
    instances: Literal["node", "edge"]


class IRClass(msgspec.Struct, frozen=True, kw_only=True):
    """A view, inherited properties included.

    Attributes:
        id: The view.
        used_for: Whether its instances are nodes, edges or both.
        properties: What has values of its own, by name.
        relationships: The ways to other nodes, by name.
        implements: The views it inherits from, of most weight first; they may lie outside the model, and form no cycle.
        methods: What it offers.
        node_type: The type that its filter asks of nodes, and new nodes therefore should have.
        writable: Whether instances can be written through it.
        queryable: Whether it can tell which instances are its own.
        name: What people call it.
        description: What it is.
    """

    id: ViewId
    used_for: Literal["node", "edge", "all"]
    properties: tuple[IRProperty, ...] = ()
    relationships: tuple[IRRelationship, ...] = ()
    implements: tuple[ViewId, ...] = ()
    methods: tuple[IRMethod, ...] = ()
    node_type: NodeId | None = None
    writable: bool = True
    queryable: bool = True
    name: str | None = None
    description: str | None = None


class IRDataModel(msgspec.Struct, frozen=True, kw_only=True):
    """One of the data models that an IR is made of, and the views that it lists, sorted."""

    id: DataModelId
    views: tuple[ViewId, ...]
    name: str | None = None
    description: str | None = None


class IRModel(msgspec.Struct, frozen=True, kw_only=True):
    """One data model, or several taken together.

    Attributes:
        id: The data model; of several the first.
        classes: The views of all of them, each once, and views that relations lead to, sorted by their ids: sources list
            one model in different orders.
        enums: The enums that the classes use, by id.
        data_models: What each data model lists.
        name: What people call the data model.
        description: What it is.
    """

    id: DataModelId
    classes: tuple[IRClass, ...]
    enums: dict[str, IREnum] = {}
    data_models: tuple[IRDataModel, ...] = ()
    name: str | None = None
    description: str | None = None
