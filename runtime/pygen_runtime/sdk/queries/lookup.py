"""Nodes of a class by their ids."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

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
        ids: Any number of ids; each thousand is one request.
    """
    found: dict[NodeId | EdgeId, T] = {}
    unique = list(dict.fromkeys(ids))
    for start in range(0, len(unique), _MOST_IDS):
        request = ByIdsRequest(
            items=[
                InstanceReference(instance_type=resource.INSTANCE_TYPE, space=id_.space, external_id=id_.external_id)
                for id_ in unique[start : start + _MOST_IDS]
            ],
            sources=[SourceRequest(source=resource.VIEW)] if resource.VIEW else None,
        )
        page = await asking(client).instances.by_ids(request, wire(resource).reply)
        found |= {item.as_id(): item for item in wire(resource).objects(page.items, client, "byids")}
    return PygenList((found[id_] for id_ in ids if id_ in found), resource)


async def members(
    client: AnyClient, resource: type[T], ids: Sequence[NodeId], condition: PygenFilter | None = None
) -> dict[NodeId | EdgeId, T]:
    """Of the nodes with these ids those that are in the view of a class, and meet a condition; a thousand in a request."""
    found: dict[NodeId | EdgeId, T] = {}
    unique = list(dict.fromkeys(ids))
    for start in range(0, len(unique), _MOST_IDS):
        wanted: PygenFilter = InstanceReferences(unique[start : start + _MOST_IDS])
        query = PygenQuery(
            client=client, resource=resource, condition=wanted if condition is None else wanted & condition, ahead=0
        )
        found |= {item.as_id(): item for item in await query.to_list()}
    return found
