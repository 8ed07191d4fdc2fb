"""Lists of edges that are to be as they were given: what is on the server, and what of it has no place any more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.schema import Edge, EdgeId, Instance, NodeId
from pygen_runtime.schema.filters import Equals, In
from pygen_runtime.sdk.instances.via import Edges
from pygen_runtime.sdk.writes.drafts import Drafts
from pygen_runtime.sdk.writes.graph import EdgeList
from pygen_runtime.sdk.writes.ids import EdgeEnds

_MOST_OWNERS = 500  # in one filter


@dataclass(frozen=True, slots=True)
class Removal:
    """An edge that is no longer in the list that was given for a node.

    Attributes:
        edge: The edge.
        owner: The node.
    """

    edge: EdgeId
    owner: NodeId


async def surplus(client: AsyncPygenClient, lists: Iterable[EdgeList], drafts: Drafts) -> list[Removal]:
    """The edges on the server that are in none of the lists.

    An edge between the same nodes as one whose id is made up counts as that one, which then gets its id.

    Args:
        client: Who asks.
        lists: The lists that were given.
        drafts: What is to be written.
    """
    made = {draft.ends: key for key, draft in drafts.all.items() if draft.made and isinstance(key, EdgeId)}
    found = [(one.owner, edge) for one, edge in await _edges(client, lists)]
    there = {edge.as_id() for _, edge in found}
    names: dict[EdgeId, EdgeId] = {}
    removals: dict[EdgeId, Removal] = {}
    for owner, edge in found:
        id_ = edge.as_id()
        wanted = made.get(EdgeEnds(type=edge.type, start=edge.start_node, end=edge.end_node))
        if id_ in drafts.all:
            continue
        if wanted is None:
            removals.setdefault(id_, Removal(id_, owner))
        elif wanted not in there:
            names.setdefault(wanted, id_)
    drafts.renamed(names)
    return list(removals.values())


async def touching(client: AsyncPygenClient, nodes: Sequence[NodeId]) -> list[EdgeId]:
    """The edges that begin or end at nodes.

    Args:
        client: Who asks.
        nodes: The nodes.
    """
    found: dict[EdgeId, None] = {}
    for near in ("startNode", "endNode"):
        for start in range(0, len(nodes), _MOST_OWNERS):
            filter_ = In(("edge", near), nodes[start : start + _MOST_OWNERS])
            async with aclosing(client.instances.stream(instance_type="edge", filter=filter_)) as pages:
                async for page in pages:
                    found |= dict.fromkeys(edge.as_id() for edge in _of_edges(page))
    return list(found)


async def _edges(client: AsyncPygenClient, lists: Iterable[EdgeList]) -> list[tuple[EdgeList, Edge]]:
    """What is on the server, a request for many nodes at once."""
    owners: defaultdict[Edges, list[NodeId]] = defaultdict(list)
    for one in lists:
        owners[one.via].append(one.owner)
    found: list[tuple[EdgeList, Edge]] = []
    for via, nodes in owners.items():
        for start in range(0, len(nodes), _MOST_OWNERS):
            filter_ = Equals(("edge", "type"), via.type) & In(("edge", via.near), nodes[start : start + _MOST_OWNERS])
            async with aclosing(client.instances.stream(instance_type="edge", filter=filter_)) as pages:
                async for page in pages:
                    found += [(EdgeList(getattr(edge, via.near_field), via), edge) for edge in _of_edges(page)]
    return found


def _of_edges(page: Sequence[Instance]) -> list[Edge]:
    return [one for one in page if isinstance(one, Edge)]
