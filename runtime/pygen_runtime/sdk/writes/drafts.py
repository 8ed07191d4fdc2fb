"""Nodes and edges as they come together from write objects: one of each, however many objects speak of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import field

from pygen_runtime.errors import WriteConflictError
from pygen_runtime.schema import EdgeId, EdgeWrite, InstanceWrite, NodeId, NodeWrite, SourceWrite
from pygen_runtime.sdk.writes.ids import EdgeEnds
from pygen_runtime.sdk.writes.order import dependencies_first

Key = NodeId | EdgeId


class Draft(msgspec.Struct, kw_only=True, gc=False):
    """A node or an edge on its way.

    Of this, and of all that is kept for each instance, as little as possible is known to the garbage collector: looking through
    the graph again and again as it grows would take as long as making it.

    Attributes:
        type: Its type.
        ends: Of an edge, what it is.
        version: The version that must still be there.
        sources: What it says through each view; nothing of views of which it says nothing, as the API wants a property in each.
        needs: The nodes that it refers to.
        made: Whether its id was made from its ends.
    """

    type: NodeId | None = None
    ends: EdgeEnds | None = None
    version: int | None = None
    sources: list[SourceWrite] = field(default_factory=list)
    needs: tuple[NodeId, ...] = ()
    made: bool = False


class Drafts:
    """All of them, by id.

    Attributes:
        all: In the order in which they came.
    """

    def __init__(self) -> None:
        self.all: dict[Key, Draft] = {}
        self._conflicts: list[str] = []

    def add(self, key: Key, draft: Draft) -> None:
        """One more object that speaks of an instance; what it says is put beside what is known, and must not differ from it."""
        known = self.all.setdefault(key, draft)
        if known is draft:
            return
        known.type = self._one(key, "type", known.type, draft.type)
        known.version = self._one(key, "existing_version", known.version, draft.version)
        if known.ends != draft.ends:
            self._conflicts.append(f"edge {key} is given with different types or ends")
        for source in draft.sources:
            self._merge(key, known, source)
        known.needs += draft.needs
        known.made = known.made and draft.made

    def refuse_conflicts(self) -> None:
        """Raise if objects say different things of one instance.

        Raises:
            WriteConflictError: With all of them.
        """
        if self._conflicts:
            raise WriteConflictError(self._conflicts)

    def renamed(self, names: Mapping[EdgeId, EdgeId]) -> None:
        """Give edges the ids that they have on the server."""
        self.all = {names.get(key, key) if isinstance(key, EdgeId) else key: draft for key, draft in self.all.items()}

    def items(self) -> list[InstanceWrite]:
        """As the API takes them: nodes before edges, nodes that others point at before those."""
        nodes = [key for key in self.all if isinstance(key, NodeId)]
        edges = [key for key in self.all if isinstance(key, EdgeId)]
        ordered = dependencies_first(nodes, lambda key: self.all[key].needs)
        return [*(_node(key, self.all[key]) for key in ordered), *(_edge(key, self.all[key]) for key in edges)]

    def _merge(self, key: Key, draft: Draft, new: SourceWrite) -> None:
        known = next((one.properties for one in draft.sources if one.source == new.source), None)
        if known is None:
            draft.sources.append(new)
            return
        for name, value in new.properties.items():
            if name in known and not _same(known[name], value):
                self._conflicts.append(f"{_kind(key)} {key}, {new.source}, {name}: {known[name]!r} and {value!r}")
            known.setdefault(name, value)

    def _one(self, key: Key, name: str, known: Any, new: Any) -> Any:
        if known is not None and new is not None and known != new:
            self._conflicts.append(f"{_kind(key)} {key}, {name}: {known} and {new}")
        return new if known is None else known


def _same(one: Any, other: Any) -> bool:
    """True is not 1, as it would be in Python."""
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _kind(key: Key) -> str:
    return "node" if isinstance(key, NodeId) else "edge"


def _node(key: NodeId, draft: Draft) -> NodeWrite:
    return NodeWrite(
        space=key.space,
        external_id=key.external_id,
        type=draft.type,
        sources=draft.sources or None,
        existing_version=draft.version,
    )


def _edge(key: EdgeId, draft: Draft) -> EdgeWrite:
    ends = draft.ends
    if ends is None:
        raise TypeError("an edge has ends")
    return EdgeWrite(
        space=key.space,
        external_id=key.external_id,
        type=ends.type,
        start_node=ends.start,
        end_node=ends.end,
        sources=draft.sources or None,
        existing_version=draft.version,
    )
