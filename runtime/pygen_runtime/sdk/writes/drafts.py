"""Nodes and edges as they come together from write objects: one of each, however many objects speak of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pygen_runtime.errors import WriteConflictError
from pygen_runtime.schema import EdgeId, EdgeWrite, InstanceWrite, NodeId, NodeWrite, SourceWrite, ViewId
from pygen_runtime.sdk.writes.ids import EdgeEnds
from pygen_runtime.sdk.writes.order import dependencies_first

Key = NodeId | EdgeId


@dataclass(slots=True, kw_only=True)
class Draft:
    """A node or an edge on its way.

    Attributes:
        type: Its type.
        ends: Of an edge, what it is.
        version: The version that must still be there.
        sources: View → property → value.
        needs: The nodes that it refers to.
        made: Whether its id was made from its ends.
    """

    type: NodeId | None = None
    ends: EdgeEnds | None = None
    version: int | None = None
    sources: dict[ViewId, dict[str, Any]] = field(default_factory=dict)
    needs: list[NodeId] = field(default_factory=list)
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
        for view, values in draft.sources.items():
            self._merge(key, view, values)
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

    def _merge(self, key: Key, view: ViewId, values: Mapping[str, Any]) -> None:
        known = self.all[key].sources.setdefault(view, {})
        for name, value in values.items():
            if name in known and not _same(known[name], value):
                self._conflicts.append(f"{_kind(key)} {key}, {view}, {name}: {known[name]!r} and {value!r}")
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
        sources=_sources(draft),
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
        sources=_sources(draft),
        existing_version=draft.version,
    )


def _sources(draft: Draft) -> list[SourceWrite] | None:
    """A view of which nothing is said is no source: the API wants a property in each."""
    said: Sequence[tuple[ViewId, dict[str, Any]]] = [(view, values) for view, values in draft.sources.items() if values]
    return [SourceWrite(source=view, properties=values) for view, values in said] or None
