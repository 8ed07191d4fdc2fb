"""What an SDK should give, worked out from what was written, apart from the SDK and from the server's answers."""

from __future__ import annotations

import datetime
import math
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from pygen.demo.membership import mapped
from pygen_runtime.schema import (
    ContainerId,
    DataModel,
    EdgeWrite,
    InstanceWrite,
    MappedProperty,
    NodeId,
    PropertyType,
    View,
    ViewId,
)
from pygen_runtime.sdk import Direct, Edges, Reverse

Place = tuple[ContainerId, str]
Key = tuple[str, str, str]
"""Node or edge, space, external id."""


class Written:
    """Instances of a data model, by what was sent.

    Args:
        model: The data model as the server answers it.
        instances: All that was sent.
    """

    def __init__(self, model: DataModel, instances: Iterable[InstanceWrite]) -> None:
        self.views = {view.as_id(): view for view in model.views or []}
        self.instances: dict[Key, InstanceWrite] = {}
        self._values: dict[Key, dict[Place, Any]] = defaultdict(dict)
        for one in instances:
            key = (_kind(one), one.space, one.external_id)
            self.instances[key] = one
            for source in one.sources or []:
                for name, value in source.properties.items():
                    self._values[key][self._place(source.source, name)] = value

    def value(self, key: Key, property: MappedProperty) -> Any:
        """The value of a property: the one sent, else the default of containers that the instance has data in."""
        place = (property.container, property.container_property_identifier)
        values = self._values[key]
        if place in values:
            return values[place]
        return property.default_value if any(container == place[0] for container, _ in values) else None

    def targets(self, key: Key, via: Direct | Edges | Reverse, property: MappedProperty | None) -> set[NodeId]:
        """The ids at the other ends of a relation of a node, whether or not they can be seen there.

        Args:
            key: The node.
            via: The way.
            property: The property that holds the ids, of a direct relation.
        """
        match via:
            case Direct():
                assert property is not None
                held = self.value(key, property)
                return set() if held is None else set(held if isinstance(held, list) else [held])
            case Edges():
                return {_far(edge, via) for edge in self.edges(key, via)}
            case Reverse(source=source, property=name):
                place = self._place(source, name)
                me = NodeId(key[1], key[2])
                found = set()
                for other, values in self._values.items():
                    held = values.get(place)
                    if other[0] == "node" and (me in held if isinstance(held, list) else held == me):
                        found.add(NodeId(other[1], other[2]))
                return found

    def edges(self, key: Key, via: Edges) -> list[EdgeWrite]:
        """The edges of a type that begin or end at a node."""
        me = NodeId(key[1], key[2])
        return [
            one
            for one in self.instances.values()
            if isinstance(one, EdgeWrite)
            and one.type == via.type
            and (one.start_node if via.direction == "outwards" else one.end_node) == me
        ]

    def _place(self, source: ViewId | ContainerId, name: str) -> Place:
        if isinstance(source, ContainerId):
            return source, name
        property = mapped(self.views[source])[name]
        return property.container, property.container_property_identifier


def properties_of(view: View) -> dict[str, MappedProperty]:
    """The properties of a view that have values of their own."""
    return mapped(view)


def same(read: Any, sent: Any, type_: PropertyType) -> bool:
    """Whether what the SDK gives is what was sent."""
    if read is None or sent is None:
        return read is sent
    if type_.list:
        return len(read) == len(sent) and all(
            _same(one, other, type_.type) for one, other in zip(read, sent, strict=True)
        )
    return _same(read, sent, type_.type)


def _same(read: Any, sent: Any, kind: str) -> bool:
    match kind:
        case "timestamp":
            assert read.tzinfo is not None
            return bool(read == datetime.datetime.fromisoformat(sent))
        case "date":
            return bool(read == datetime.date.fromisoformat(sent))
        case "float32" | "float64":
            return isinstance(read, float) and math.isclose(read, sent, rel_tol=1e-6)
        case "direct":
            return isinstance(read, NodeId) and read == sent
        case _:
            return bool(read == sent)


def _kind(one: InstanceWrite) -> str:
    return "edge" if isinstance(one, EdgeWrite) else "node"


def _far(edge: EdgeWrite, via: Edges) -> NodeId:
    return edge.end_node if via.direction == "outwards" else edge.start_node
