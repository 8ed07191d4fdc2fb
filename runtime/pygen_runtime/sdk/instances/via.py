"""Which way a relation goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pygen_runtime.schema import ContainerId, NodeId, ViewId
from pygen_runtime.schema.filters import ContainsAny, In, PropertyReference, PygenFilter

MOST_IDS = 1000
"""Values of `in` and `instanceReferences` in one request (contract §7.1)."""

MOST_IN_LISTS = 100
"""Relations to look for in lists in one request (contract §7.3)."""


@dataclass(frozen=True, slots=True)
class Direct:
    """Along a direct relation, or a list of them, whose ids stand in a field of the object."""

    field: str

    def ids(self, owner: object) -> list[NodeId]:
        """The ids that an object holds."""
        held = getattr(owner, self.field)
        if held is None:
            return []
        return list(held) if isinstance(held, list) else [held]


@dataclass(frozen=True, slots=True)
class Edges:
    """Along edges of one type; outwards means that the object is their start node."""

    type: NodeId
    direction: Literal["outwards", "inwards"]

    @property
    def near(self) -> Literal["startNode", "endNode"]:
        """Which end of the edges the object is, in the API's words."""
        return "startNode" if self.direction == "outwards" else "endNode"

    @property
    def near_field(self) -> Literal["start_node", "end_node"]:
        """Which end of the edges the object is."""
        return "start_node" if self.direction == "outwards" else "end_node"

    @property
    def far_field(self) -> Literal["start_node", "end_node"]:
        """Which end of the edges the target is."""
        return "end_node" if self.direction == "outwards" else "start_node"


@dataclass(frozen=True, slots=True)
class Reverse:
    """To the nodes whose direct relation points at the object."""

    source: ViewId | ContainerId
    property: str
    through_list: bool = False

    def reference(self) -> PropertyReference:
        """The direct relation that points at the object, as filters name it."""
        source = self.source
        return (source.space, source.key if isinstance(source, ViewId) else source.external_id, self.property)

    def pointing_at(self, ids: Sequence[NodeId]) -> PygenFilter:
        """What the nodes meet that point at one of these, of which there are no more than `most_asked` says."""
        return ContainsAny(self.reference(), ids) if self.through_list else In(self.reference(), ids)


Via = Direct | Edges | Reverse


def most_asked(via: Via) -> int:
    """For how many objects at once a request can ask what the relation leads to."""
    return MOST_IN_LISTS if isinstance(via, Reverse) and via.through_list else MOST_IDS
