"""Nodes of a class by their ids."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from pygen_runtime.client.batches import in_batches
from pygen_runtime.schema import EdgeId, NodeId
from pygen_runtime.schema.filters import InstanceReferences, PygenFilter
from pygen_runtime.schema.requests import ByIdsRequest, InstanceReference, SourceRequest
from pygen_runtime.sdk.instances.clients import AnyClient, asking
from pygen_runtime.sdk.instances.lists import PygenList
from pygen_runtime.sdk.instances.resource import PygenResource
from pygen_runtime.sdk.instances.wire import wire
from pygen_runtime.sdk.queries.query import PygenQuery

T = TypeVar("T", bound=PygenResource)

_MOST_IDS = 1000  # in one request (contract §6.2)


async def lookup(client: AnyClient, resource: type[T], ids: Sequence[NodeId | EdgeId]) -> PygenList[T]:
    """The instances with these ids, in the order of the ids.

    An id that does not exist, or has no data in the view of the class, is left out; one that is given twice comes twice.

    Args:
        client: Who asks.
        resource: The class to see them as.
        ids: Any number of ids; each thousand is one request, and these go side by side, as far as the client's limits let them.
    """
    wanted = [
        InstanceReference(instance_type=resource.INSTANCE_TYPE, space=id_.space, external_id=id_.external_id)
        for id_ in dict.fromkeys(ids)
    ]
    request = ByIdsRequest(items=wanted, sources=[SourceRequest(source=resource.VIEW)] if resource.VIEW else None)
    items = (await asking(client).instances.by_ids(request, wire(resource).reply)).items if wanted else []
    found: dict[NodeId | EdgeId, T] = {}
    for start in range(0, len(items), _MOST_IDS):  # together are those of a page, as when they are listed
        together = items[start : start + _MOST_IDS]
        found |= {item.as_id(): item for item in wire(resource).objects(together, client, "byids")}
    return PygenList((found[id_] for id_ in ids if id_ in found), resource)


async def members(
    client: AnyClient, resource: type[T], ids: Sequence[NodeId], condition: PygenFilter | None = None
) -> dict[NodeId | EdgeId, T]:
    """Of the nodes with these ids those that are in the view of a class, and meet a condition; a thousand in a request."""

    async def ask(batch: Sequence[NodeId]) -> list[T]:
        wanted: PygenFilter = InstanceReferences(batch)
        both = wanted if condition is None else wanted & condition
        return await PygenQuery(client=client, resource=resource, condition=both, ahead=0).to_list()

    parallel = asking(client).settings.limits.read
    items = await in_batches(list(dict.fromkeys(ids)), _MOST_IDS, ask, parallel=parallel)
    return {item.as_id(): item for item in items}
