"""Deleting: exactly what is given, and what its relations lead to only when asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, cast

from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.errors import UsageError
from pygen_runtime.schema import EdgeId, NodeId
from pygen_runtime.schema.filters import Equals, In
from pygen_runtime.sdk.graph.fill import batches
from pygen_runtime.sdk.instances.resource import PygenEdge, PygenResource
from pygen_runtime.sdk.instances.via import Direct, Edges, Reverse, Via, most_asked
from pygen_runtime.sdk.queries.lookup import lookup
from pygen_runtime.sdk.queries.query import PygenQuery
from pygen_runtime.sdk.relations.descriptor import relations
from pygen_runtime.sdk.writes.edges import touching
from pygen_runtime.sdk.writes.ids import WriteDefaults
from pygen_runtime.sdk.writes.write import PygenWrite

Deletable = NodeId | EdgeId | PygenResource | PygenWrite
"""What can be deleted: an id, or an object that was read or is to be written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletePlan:
    """What a delete deletes.

    Attributes:
        ids: Nodes and edges that are deleted by their ids.
        edges: Edges that the server deletes as well, because they touch one of the nodes.
    """

    ids: list[NodeId | EdgeId]
    edges: list[EdgeId]


async def plan_delete(
    client: AsyncPygenClient, items: Deletable | Iterable[Deletable], defaults: WriteDefaults, cascade: Sequence[str]
) -> DeletePlan:
    """What a delete deletes; see `ids_to_delete`."""
    ids = await ids_to_delete(client, items, defaults, cascade)
    mine = set(ids)
    edges = await touching(client, [id_ for id_ in ids if isinstance(id_, NodeId)])
    return DeletePlan(ids=ids, edges=[edge for edge in edges if edge not in mine])


async def ids_to_delete(
    client: AsyncPygenClient, items: Deletable | Iterable[Deletable], defaults: WriteDefaults, cascade: Sequence[str]
) -> list[NodeId | EdgeId]:
    """The ids of items, each once, and of what their relations lead to.

    Args:
        client: Who asks.
        items: Ids or objects.
        defaults: The space of those that do not say it.
        cascade: Relations to follow, by name; further ones after a dot, as in `blades.sensors`.

    Raises:
        UsageError: Something cannot be deleted, or has no such relation.
    """
    one = isinstance(items, (NodeId, EdgeId, PygenResource, PygenWrite)) or not isinstance(items, Iterable)
    given = [cast("Deletable", items)] if one else list(cast("Iterable[Deletable]", items))
    found = dict.fromkeys(_id(item, defaults) for item in given)
    for path in [cascade] if isinstance(cascade, str) else cascade:
        objects = [_read(item, path) for item in given]
        for name in path.split("."):
            objects = await _targets(client, objects, name)
            found |= dict.fromkeys(item.as_id() for item in objects)
    return list(found)


def _id(item: Deletable, defaults: WriteDefaults) -> NodeId | EdgeId:
    if isinstance(item, (NodeId, EdgeId)):
        return item
    if not isinstance(item, (PygenResource, PygenWrite)):
        raise UsageError(
            f"{type(item).__name__} cannot be deleted: give ids such as NodeId(space, external_id), or objects"
        )
    space = item.space or defaults.space
    if not space or not item.external_id:
        raise UsageError(
            f"{type(item).__name__} {item.space}:{item.external_id} cannot be deleted: its id is not complete"
        )
    return (NodeId if item.INSTANCE_TYPE == "node" else EdgeId)(space, item.external_id)


def _read(item: Deletable, path: str) -> PygenResource:
    if isinstance(item, PygenResource):
        return item
    raise UsageError(
        f"cascade={path!r} needs objects that were read, whose relations are known; not {type(item).__name__}"
    )


async def _targets(client: AsyncPygenClient, objects: Sequence[PygenResource], name: str) -> list[PygenResource]:
    """What the relation of this name leads to, from objects of any classes."""
    by_class: defaultdict[type[PygenResource], list[PygenResource]] = defaultdict(list)
    for item in objects:
        by_class[type(item)].append(item)
    found: list[PygenResource] = []
    for kind, owners in by_class.items():
        relation = relations(kind).get(name)
        if relation is None:
            raise UsageError(
                f"{kind.__name__} has no relation {name!r}; it has: {', '.join(relations(kind)) or 'none'}"
            )
        found += await _follow(client, owners, relation.target, relation.via)
    return found


async def _follow(
    client: AsyncPygenClient, owners: Sequence[PygenResource], target: type[PygenResource], via: Via
) -> list[PygenResource]:
    if isinstance(via, Direct):
        ids = [id_ for owner in owners for id_ in via.ids(owner)]
        return list(await lookup(client, target, list(dict.fromkeys(ids))))
    me = [cast("NodeId", owner.as_id()) for owner in owners]
    found: dict[Any, PygenResource] = {}
    for some in batches(me, most_asked(via)):
        reached = await (_over_edges if isinstance(via, Edges) else _backwards)(client, some, target, via)  # type: ignore[arg-type]  # each for its own kind
        found |= {item.as_id(): item for item in reached}
    return list(found.values())


async def _over_edges(
    client: AsyncPygenClient, owners: Sequence[NodeId], target: type[PygenResource], via: Edges
) -> list[PygenResource]:
    condition = Equals(("edge", "type"), via.type) & In(("edge", via.near), owners)
    edges = await _all(PygenQuery(client=client, resource=PygenEdge, condition=condition))
    return list(await lookup(client, target, list(dict.fromkeys(getattr(edge, via.far_field) for edge in edges))))


async def _backwards(
    client: AsyncPygenClient, owners: Sequence[NodeId], target: type[PygenResource], via: Reverse
) -> list[PygenResource]:
    return await _all(PygenQuery(client=client, resource=target, condition=via.pointing_at(owners)))


async def _all(query: PygenQuery[Any]) -> list[Any]:
    async with aclosing(query.pages()) as pages:
        return [item async for page in pages for item in page]
