"""Base classes of what is read: one object is one node or edge seen through one view.

Properties are decoded straight into the fields of the generated class; what every instance has stands in the fields below.
Their JSON names begin with `~`, which no property id can, so that a property called `version` or `type` never meets them.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self, TypeVar

import msgspec

from pygen_runtime.errors import DetachedError, UsageError
from pygen_runtime.schema import EdgeId, NodeId
from pygen_runtime.sdk.display.text import shown
from pygen_runtime.sdk.instances.clients import AnyClient
from pygen_runtime.sdk.instances.plain import plain
from pygen_runtime.sdk.instances.siblings import Siblings

_NOWHERE = NodeId("", "")
_KEPT_AS = {"_created": "created_time", "_updated": "last_updated_time"}


class OpenEnum(StrEnum):
    """Values of an enum property; a value that the model gained later is kept as it is, as a member without a constant."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_ = value
        member._value_ = value
        return member


class PygenResource(msgspec.Struct, kw_only=True, eq=False):
    """A node or an edge, seen through the view of its class.

    Two objects are equal when they are of one class and all their fields are; the client that fetched them does not count.

    Attributes:
        VIEW: The view as a `ViewId`, None on the bare base classes.
        INSTANCE_TYPE: Whether these are nodes or edges.
        space: Space of the instance.
        external_id: External id of the instance, unique among the nodes or edges of its space.
        version: Grows with every change of the instance.
    """

    VIEW: ClassVar[Any] = None  # Any, because generated classes narrow it to ViewId, which a class variable forbids
    INSTANCE_TYPE: ClassVar[Literal["node", "edge"]]
    if TYPE_CHECKING:
        FIELDS: ClassVar[
            type[Any]
        ]  # each generated class names its `…Fields`, so that checkers know what conditions speak of

    space: str = msgspec.field(default="", name="~space")
    external_id: str = msgspec.field(default="", name="~externalId")
    version: int = msgspec.field(default=0, name="~version")
    _created: int = msgspec.field(default=0, name="~createdTime")
    _updated: int = msgspec.field(default=0, name="~lastUpdatedTime")
    # AnyClient | Siblings | None, of which msgspec could make nothing.
    _client: Any = msgspec.field(default=None, name="~client")
    # Name of relation -> what was included: list of `Linked`. Other keys are of what was fetched ahead (`sdk/graph/ahead.py`).
    _related: Any = msgspec.field(default=None, name="~related")

    def as_id(self) -> NodeId | EdgeId:
        """The id of this instance."""
        kind = NodeId if self.INSTANCE_TYPE == "node" else EdgeId
        return kind(self.space, self.external_id)

    @property
    def created_time(self) -> datetime.datetime:
        """When the instance was created, UTC."""
        return _moment(self._created)

    @property
    def last_updated_time(self) -> datetime.datetime:
        """When the instance last changed, UTC."""
        return _moment(self._updated)

    def to_dict(self) -> dict[str, Any]:
        """What the object holds, by the names of its attributes, as values that JSON has.

        Times and dates are text in ISO 8601, enums are their text, and ids are `{"space": …, "external_id": …}`. Of relations there are
        the ids that the object holds itself; none is followed, and what was included stays out.

        Returns:
            `space`, `external_id`, `version`, `created_time`, `last_updated_time`; `node_type`, or `edge_type` and the ends; then every
            property, None where there is no value. The dictionary is the caller's own.
        """
        kept = {"_created": self.created_time, "_updated": self.last_updated_time}
        values = {**self._values(), **kept}
        return {_KEPT_AS.get(name, name): plain(value) for name, value in values.items()}

    def validate(self) -> None:
        """Check that required fields have values, and that all values are of their field's type.

        What a client read has been checked as it came; this is for objects that a program made or changed.

        Raises:
            UsageError: Something does not fit; the message lists all of it.
        """
        from pygen_runtime.sdk.instances.validation import problems  # noqa: PLC0415 - seldom needed

        found = problems(self)
        if found:
            raise UsageError(f"{type(self).__name__} {self._name()} does not fit its view: {'; '.join(found)}")

    def _name(self) -> str:
        return shown(f"{self.space}:{self.external_id}", 600)  # both at their longest

    def _attached(self) -> AnyClient:
        found = self._client
        client: AnyClient | None = found.client if isinstance(found, Siblings) else found
        if client is None:
            raise DetachedError(
                f"{type(self).__name__} {self._name()} knows no client, so it cannot follow its relations: "
                "fetch it through a client (pickled and deep copies lose theirs)"
            )
        return client

    def _values(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__struct_fields__ if name not in ("_client", "_related")}

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._values() == other._values()

    def __hash__(self) -> int:
        return hash((type(self), self.space, self.external_id))

    def __repr__(self) -> str:
        instance = PygenResource.__struct_fields__
        values = {name: value for name, value in self._values().items() if name not in instance and value is not None}
        own = [name for name in values if not hasattr(PygenNode, name) and not hasattr(PygenEdge, name)]
        fields = [f"{name}={shown(repr(values[name]))}" for name in dict.fromkeys((*own, *values))]
        return f"{type(self).__name__}({', '.join((self._name(), *fields))})"

    def _repr_html_(self) -> str:
        from pygen_runtime.sdk.display.html import object_html  # noqa: PLC0415 - it imports resources

        return object_html(self)

    def __reduce__(self) -> tuple[Any, ...]:
        included = {name: found for name, found in (self._related or {}).items() if isinstance(name, str)}
        return _rebuild, (type(self), self._values(), included or None)


class PygenNode(PygenResource, kw_only=True, eq=False, weakref=True):
    """A node, seen through the view of its class.

    Attributes:
        node_type: The node that says of which type this one is, if any.
    """

    INSTANCE_TYPE = "node"

    node_type: NodeId | None = msgspec.field(default=None, name="~type")

    def as_id(self) -> NodeId:
        """The id of this node, as direct relations hold it."""
        return NodeId(self.space, self.external_id)


class PygenEdge(PygenResource, kw_only=True, eq=False, weakref=True):
    """An edge, seen through the view of its class; used as it is for edges without properties.

    Attributes:
        edge_type: The node that says of which type this edge is.
        start_node: Where the edge begins.
        end_node: Where the edge ends.
    """

    INSTANCE_TYPE = "edge"

    edge_type: NodeId = msgspec.field(default=_NOWHERE, name="~type")
    start_node: NodeId = msgspec.field(default=_NOWHERE, name="~startNode")
    end_node: NodeId = msgspec.field(default=_NOWHERE, name="~endNode")

    def as_id(self) -> EdgeId:
        """The id of this edge."""
        return EdgeId(self.space, self.external_id)


class SyncResource:
    """Beside the class of a view, what objects of synchronous clients derive from: their relations need no `await`.

    An SDK has two classes for each view. `class SyncTurbine(SyncResource, Turbine, kw_only=True)` is a `Turbine` in all but its
    relations, which are declared once, in `Turbine`, and lead to classes of the same kind.
    """

    __slots__ = ()


T = TypeVar("T", bound=PygenResource)


def _moment(milliseconds: int) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.UTC)


def _rebuild(kind: type[T], values: Mapping[str, Any], related: object = None) -> T:
    return kind(**values, _related=related)
