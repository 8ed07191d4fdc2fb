"""Giving objects what their relations lead to, completely.

What a request chained from the objects is used where it is complete. A set that the limits of the API cut short, or that a query cannot
chain, is asked for by the ids of its parents: page by page, each with all that follows from it before the next page is fetched.
So only the set that is walked has a cursor, its parents are named by their ids whatever changes meanwhile, and nothing is lost at any
limit (contract §6.6: the deepest sets first, while their ancestors stay).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from pygen_runtime.client.walk import PageWalk
from pygen_runtime.schema.filters import Equals, In, InstanceReferences, PygenFilter
from pygen_runtime.schema.queries import MOST_QUERIED, Nodes
from pygen_runtime.schema.queries import Edges as EdgesOf
from pygen_runtime.schema.requests import Page
from pygen_runtime.sdk.fields.narrowing import Linked
from pygen_runtime.sdk.graph.branch import Step
from pygen_runtime.sdk.graph.request import MOST_SETS, GraphReply, GraphRequest, ViewFilters
from pygen_runtime.sdk.instances.clients import AnyClient
from pygen_runtime.sdk.instances.resource import PygenResource
from pygen_runtime.sdk.instances.via import MOST_IDS, Direct, Edges, Reverse, most_asked

T = TypeVar("T")

Found = dict[Any, dict[Any, Linked[Any, Any]]]
"""What was found for the id of each parent (along direct relations: for the id of each target), by the id of edge or node, because
a node that points at several parents may be met with each of them."""


class Filling:
    """Follows steps from objects, and tells the objects what was found.

    Args:
        client: Who asks.
        filters: The filters of the views that are met on the way.
        most: Rows that a result set may hold.
    """

    def __init__(self, client: AnyClient, filters: ViewFilters, most: int = MOST_QUERIED) -> None:
        self._client, self._filters, self._most = client, filters, most

    async def fill(
        self, parents: Sequence[PygenResource], steps: Sequence[Step], reply: GraphReply | None = None
    ) -> None:
        """Follow steps from some objects.

        Args:
            parents: The objects.
            steps: The steps.
            reply: What came together with the objects, if steps were chained from all of them.
        """
        for step in steps:
            found = await self._found(parents, step, reply) if parents else {}
            _tell(parents, step, found, step.branch.relation.name)

    async def fill_at_once(self, parents: Sequence[PygenResource], step: Step, key: str | bytes) -> bool:
        """Follow a step from some objects by one request; if that does not bring all of it, nothing is told.

        Args:
            parents: The objects, no more than one request can name.
            step: The step.
            key: What the objects are to know it by.

        Returns:
            Whether it brought all of it.
        """
        (ask,) = self._questions(parents, step)
        request = GraphRequest(self._filters, self._most)
        ask(request)
        reply = await request.send(self._client)
        found: Found = defaultdict(dict)
        if not reply.has_all_of(step) or not await self._take(reply, step, found):
            return False
        _tell(parents, step, found, key)
        return True

    async def _found(self, parents: Sequence[PygenResource], step: Step, reply: GraphReply | None) -> Found:
        found: Found = defaultdict(dict)
        if reply is not None and reply.has_all_of(step) and await self._take(reply, step, found):
            return found
        async for page in self._follow(parents, step):
            if not await self._take(page, step, found):
                return await self._one_by_one(parents, step)
        return found

    async def _take(self, reply: GraphReply, step: Step, found: Found) -> bool:
        """Sort in the targets of a reply, filled; False if they do not say whose they are."""
        targets = reply.objects(step.name, step.target)
        pairs = _pairs(reply, step, targets)
        if pairs is None:
            return False
        await self.fill(targets, step.steps, reply)
        for key, linked in pairs:
            found[key].setdefault((linked.edge or linked.node).as_id(), linked)
        return True

    async def _follow(self, parents: Sequence[PygenResource], step: Step) -> AsyncIterator[GraphReply]:
        """All targets of a step, page by page, each with what is chained from them."""
        for ask in self._questions(parents, step):

            async def fetch(cursor: str | None, size: int, ask: Ask = ask) -> Page[GraphReply]:
                request = GraphRequest(self._filters, size)
                ask(request)
                walked = step.edges_name if isinstance(step.via, Edges) else step.name
                request.start(walked, cursor)
                request.chain(step.name, step.steps)
                reply = await request.send(self._client)
                return Page(items=[reply], next_cursor=reply.cursor(walked))

            walk = PageWalk(fetch, limit=None, page_size=self._most)
            while not walk.finished:
                (reply,) = (await walk.step()).items
                yield reply

    def _questions(self, parents: Sequence[PygenResource], step: Step) -> Iterator[Ask]:
        """What to ask for the targets of a step: a request for each so many parents."""
        match step.via:
            case Direct() as via:
                for ids in batches([id_ for one in parents for id_ in via.ids(one)], MOST_IDS):
                    yield _targets(step, InstanceReferences(ids))
            case Reverse() as via:
                for ids in batches(ids_of(parents), most_asked(via)):
                    yield _targets(step, via.pointing_at(ids))
            case Edges() as via:
                for ids in batches(ids_of(parents), most_asked(via)):
                    yield _edges(step, via, Equals(("edge", "type"), via.type) & In(("edge", via.near), ids))

    async def _one_by_one(self, parents: Sequence[PygenResource], step: Step) -> Found:
        """The targets of a reverse step whose objects do not hold the relation: one result set for each parent, 50 in a request.

        A set that goes on is walked alone, from its beginning: a cursor belongs to all the sets of its request.
        """
        found: Found = defaultdict(dict)
        via: Any = step.via  # a `Reverse`: along others, what comes always says whose it is
        by_id = {one.as_id(): one for one in parents}
        for ids in batches(by_id, MOST_SETS):
            request = GraphRequest(self._filters, self._most)
            for number, id_ in enumerate(ids):
                request.targets(step.numbered(number), Nodes(), via.pointing_at([id_]))
            reply = await request.send(self._client)
            for number, id_ in enumerate(ids):
                of_one = step.numbered(number)
                if reply.has_all_of(of_one):
                    found[id_] |= await self._of_one(reply, of_one)
                    continue
                async for page in self._follow([by_id[id_]], step):
                    found[id_] |= await self._of_one(page, step)
        return found

    async def _of_one(self, reply: GraphReply, step: Step) -> dict[Any, Linked[Any, Any]]:
        """The targets of a reply, filled, when all of them are of one object."""
        targets = reply.objects(step.name, step.target)
        await self.fill(targets, step.steps, reply)
        return {one.as_id(): _alone(one) for one in targets}


Ask = Callable[[GraphRequest], None]
"""Asks for a page of the targets of a step."""


def _targets(step: Step, condition: PygenFilter) -> Ask:
    return lambda request: request.targets(step, Nodes(), condition)


def _edges(step: Step, via: Edges, condition: PygenFilter) -> Ask:
    return lambda request: request.edges(step, EdgesOf(direction=via.direction), condition)


def _tell(parents: Sequence[PygenResource], step: Step, found: Found, key: str | bytes) -> None:
    for parent in parents:
        linked = step.branch.narrowing.arrange(_of(parent, step, found))
        parent._related = (parent._related or {}) | {key: linked}  # noqa: SLF001 - relations read it


def _of(parent: PygenResource, step: Step, found: Found) -> list[Linked[Any, Any]]:
    """What was found for one object, in order."""
    if isinstance(step.via, Direct):
        return [linked for id_ in step.via.ids(parent) for linked in found.get(id_, {}).values()]
    return list(found.get(parent.as_id(), {}).values())


def _pairs(
    reply: GraphReply, step: Step, targets: Sequence[PygenResource]
) -> list[tuple[Any, Linked[Any, Any]]] | None:
    """The targets of a reply, each with the key that it is found by; None if that of one is not known."""
    match step.via:
        case Direct():
            return [(one.as_id(), _alone(one)) for one in targets]
        case Reverse():
            pointers = reply.pointers(step, targets)
            if not all(pointers):
                return None
            return [
                (id_, _alone(one)) for one, ids in zip(targets, pointers, strict=True) for id_ in dict.fromkeys(ids)
            ]
        case Edges() as via:
            nodes = {one.as_id(): one for one in targets}
            return [
                (getattr(edge, via.near_field), Linked(edge, nodes[getattr(edge, via.far_field)]))
                for edge in reply.edges(step.edges_name, step.edge)
                if getattr(edge, via.far_field) in nodes
            ]


def _alone(node: PygenResource) -> Linked[Any, Any]:
    return Linked(None, node)


def ids_of(parents: Sequence[PygenResource]) -> list[Any]:
    """The ids of some objects."""
    return [one.as_id() for one in parents]


def batches(values: Iterable[T], most: int) -> Iterator[list[T]]:
    """Each value once, in the order in which they come first, so many at a time."""
    unique = iter(dict.fromkeys(values))
    while batch := list(islice(unique, most)):
        yield batch
