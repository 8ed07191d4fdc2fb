"""One `/query` for a page of roots and all that is chained from them, and what comes back (contract §6.6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import Any, TypeVar

import msgspec

from pygen_runtime.errors import Asked, InvalidResponseError
from pygen_runtime.schema import NodeId, Through, ViewId
from pygen_runtime.schema.filters import Equals, HasData, PygenFilter
from pygen_runtime.schema.queries import (
    MOST_QUERIED,
    EdgeSet,
    Nodes,
    NodeSet,
    QueryRequest,
    ResultSet,
    Select,
    SelectSource,
)
from pygen_runtime.schema.queries import Edges as EdgesOf
from pygen_runtime.sdk.graph.branch import Step
from pygen_runtime.sdk.instances.clients import AnyClient, asking
from pygen_runtime.sdk.instances.properties import own_property, wire_name
from pygen_runtime.sdk.instances.resource import PygenEdge, PygenResource
from pygen_runtime.sdk.instances.via import Direct, Edges, Reverse
from pygen_runtime.sdk.instances.wire import wire

T = TypeVar("T", bound=PygenResource)

MOST_SETS = 50
"""Result sets in one request."""

ViewFilters = Mapping[ViewId, PygenFilter | None]
"""The filters of views that have one of their own (contract §4.4)."""


def both(one: PygenFilter | None, other: PygenFilter | None) -> PygenFilter | None:
    """A filter for both conditions, either of which may be missing."""
    if one is None or other is None:
        return one if other is None else other
    return one & other


def members(resource: type[PygenResource], filters: ViewFilters, condition: PygenFilter | None) -> PygenFilter | None:
    """The instances of a view that meet a condition: unlike a list, a query must be told what belongs to a view."""
    view: ViewId | None = resource.VIEW
    if view is None:
        return condition
    return both(both(HasData(view), filters.get(view)), condition)


class GraphRequest:
    """Result sets, as they are put together.

    Args:
        filters: The filters of the views that are met on the way.
        most: Rows that a set may hold.
    """

    def __init__(self, filters: ViewFilters, most: int = MOST_QUERIED) -> None:
        self._filters, self._most = filters, most
        self._with: dict[str, ResultSet] = {}
        self._select: dict[str, Select] = {}
        self._cursors: dict[str, str | None] = {}

    def add(self, name: str, set_: NodeSet | EdgeSet, *sources: SelectSource) -> None:
        """Ask for a set, with the properties of some views."""
        self._with[name] = set_
        self._select[name] = Select(sources=sources or msgspec.UNSET)

    def start(self, name: str, cursor: str | None) -> None:
        """Begin a set at a cursor."""
        self._cursors[name] = cursor

    def chain(self, parent: str, steps: Sequence[Step]) -> None:
        """Ask for what steps lead to from a set of nodes, as long as the API can do it and there is room for more sets.

        What does not fit into a set is asked for by the ids of its parents later on.
        """
        for step in steps:
            needed = 2 if isinstance(step.via, Edges) else 1
            if chains(step) and len(self._with) + needed <= MOST_SETS:
                self._chain_one(parent, step)
                self.chain(step.name, step.steps)

    def targets(self, step: Step, nodes: Nodes, condition: PygenFilter | None = None) -> None:
        """Ask for the targets of a step among some nodes."""
        condition = members(step.target, self._filters, both(condition, step.branch.narrowing.condition))
        nodes = msgspec.structs.replace(nodes, filter=msgspec.UNSET if condition is None else condition)
        self.add(step.name, NodeSet(nodes=nodes, limit=self._most), *source_of(step.target), *_link_source(step))

    def edges(self, step: Step, edges: EdgesOf, condition: PygenFilter) -> None:
        """Ask for edges of a step, and for the nodes that they lead to."""
        edges = msgspec.structs.replace(edges, filter=condition)
        self.add(step.edges_name, EdgeSet(edges=edges, limit=self._most), *source_of(step.edge))
        self.targets(step, Nodes(from_=step.edges_name))

    def body(self) -> QueryRequest:
        """The request."""
        return QueryRequest(with_=self._with, select=self._select, cursors=self._cursors or msgspec.UNSET)

    async def send(self, client: AnyClient) -> GraphReply:
        """Send it."""
        request = self.body()
        raw = await asking(client).instances.query(request, _reply)
        return GraphReply(client, raw, frozenset(self._with))

    def _chain_one(self, parent: str, step: Step) -> None:
        match step.via:
            case Direct(field):
                through = Through(source=step.owner.VIEW, identifier=wire_name(step.owner, field))
                self.targets(step, Nodes(from_=parent, through=through, direction="outwards"))
            case Reverse() as via:
                through = Through(source=via.source, identifier=via.property)
                self.targets(step, Nodes(from_=parent, through=through, direction="inwards"))
            case Edges() as via:
                self.edges(step, EdgesOf(from_=parent, direction=via.direction), Equals(("edge", "type"), via.type))


def source_of(resource: type[PygenResource]) -> list[SelectSource]:
    """The view of a class, if it has one."""
    return [] if resource.VIEW is None else [SelectSource(source=resource.VIEW)]


def chains(step: Step) -> bool:
    """Whether a query can go this way by itself: not from edges, and not backwards through a list (contract §6.6)."""
    return step.owner.INSTANCE_TYPE == "node" and not (isinstance(step.via, Reverse) and step.via.through_list)


def other_view(step: Step) -> ViewId | None:
    """The view that tells which parents a target of a reverse step points at, if that is not the view of the target."""
    source = step.via.source if isinstance(step.via, Reverse) else None
    return source if isinstance(source, ViewId) and source != step.target.VIEW else None


def _link_source(step: Step) -> list[SelectSource]:
    view = other_view(step)
    if view is None or not isinstance(step.via, Reverse):
        return []
    return [SelectSource(source=view, properties=[step.via.property])]


class _RawReply(msgspec.Struct, rename="camel"):
    items: dict[str, msgspec.Raw]
    next_cursor: dict[str, str | None] = {}


_reply = msgspec.json.Decoder(_RawReply)
_ASKED = Asked(method="POST", path="/models/instances/query", status=200)


class GraphReply:
    """What a request brought.

    Args:
        client: Whose objects these will be.
        raw: The reply; each result set is decoded when it is wanted.
        asked: The result sets that were asked for.
    """

    def __init__(self, client: AnyClient, raw: _RawReply, asked: frozenset[str]) -> None:
        self._client, self._raw, self._asked = client, raw, asked

    def cursor(self, name: str) -> str | None:
        """Where the next page of a set begins; None when there is none."""
        return self._raw.next_cursor.get(name)

    def has_all_of(self, step: Step) -> bool:
        """Whether it holds everything that a step leads to, and not just as much as the API's limits allow."""
        names = (step.edges_name, step.name) if isinstance(step.via, Edges) else (step.name,)
        return all(name in self._asked and self.cursor(name) is None for name in names)

    def objects(self, name: str, resource: type[T]) -> list[T]:
        """The instances of a set, as objects of a class."""
        return wire(resource).objects(self._envelopes(name, resource), self._client, "query")

    def edges(self, name: str, resource: type[PygenResource]) -> list[PygenEdge]:
        """The edges of a set. One that lacks what its view requires comes without any properties, as a bare `PygenEdge`."""
        envelopes = self._envelopes(name, resource)
        with suppress(InvalidResponseError):
            return wire(resource).objects(envelopes, self._client, "query")  # type: ignore[return-value]  # a class of edges
        found: list[Any] = []
        for envelope in envelopes:
            try:
                found += wire(resource).objects([envelope], self._client, "query")
            except InvalidResponseError:
                found.append(_bare(envelope, self._client))
        return found

    def pointers(self, step: Step, targets: Sequence[PygenResource]) -> list[list[NodeId]]:
        """Of each target of a reverse step, the ids that its direct relation holds; none where that cannot be read."""
        via, view = step.via, other_view(step)
        if not isinstance(via, Reverse) or not isinstance(via.source, ViewId):
            return [[] for _ in targets]
        if view is None:
            field = own_property(step.target, via.property)
            return [Direct(field).ids(one) if field else [] for one in targets]
        rows = _pointing.decode(self._raw_set(step.name))
        held = [row.properties.get(view.space, {}).get(view.key, {}).get(via.property) for row in rows]
        return [[_node_id(one) for one in (ids if isinstance(ids, list) else [ids] if ids else [])] for ids in held]

    def _envelopes(self, name: str, resource: type[PygenResource]) -> list[Any]:
        try:
            return _rows(resource).decode(self._raw_set(name))
        except msgspec.DecodeError as error:
            raise InvalidResponseError(
                f"the answer holds {resource.__name__} objects that do not fit the SDK: {error}. "
                "If the view has changed, generate the SDK again.",
                **_ASKED,
            ) from error

    def _raw_set(self, name: str) -> msgspec.Raw:
        if name not in self._raw.items:
            raise InvalidResponseError(
                f"POST /models/instances/query was answered without the result set {name!r} that was asked for: try again; "
                "if it stays so, ask support",
                **_ASKED,
            )
        return self._raw.items[name]


@cache
def _rows(resource: type[PygenResource]) -> msgspec.json.Decoder[list[Any]]:
    envelope: Any = wire(resource).envelope
    return msgspec.json.Decoder(list[envelope])


class _Pointing(msgspec.Struct):
    properties: dict[str, dict[str, dict[str, Any]]] = {}


_pointing = msgspec.json.Decoder(list[_Pointing])


def _node_id(value: Any) -> NodeId:
    return msgspec.convert(value, NodeId)


def _bare(envelope: Any, client: AnyClient) -> PygenEdge:
    return PygenEdge(
        space=envelope.space,
        external_id=envelope.external_id,
        version=envelope.version,
        _created=envelope.created_time,
        _updated=envelope.last_updated_time,
        _client=client,
        edge_type=envelope.type,
        start_node=envelope.start_node,
        end_node=envelope.end_node,
    )
