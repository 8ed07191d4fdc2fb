"""Queries that bring along what relations lead to, and the same for objects that are there already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from dataclasses import fields as parts_of
from typing import Any, Generic, TypeVar, cast
from weakref import WeakKeyDictionary

import msgspec

from pygen_runtime.client import AsyncPygenClient, OnExpired, PageStream
from pygen_runtime.client.page_size import PageSize
from pygen_runtime.errors import ServerTimeoutError, UsageError
from pygen_runtime.schema import ViewId
from pygen_runtime.schema.filters import PygenFilter
from pygen_runtime.schema.queries import MOST_QUERIED, EdgeSet, Nodes, NodeSet, QueryRequest
from pygen_runtime.schema.queries import Edges as EdgesOf
from pygen_runtime.schema.requests import Page
from pygen_runtime.sdk.fields.types import F_co
from pygen_runtime.sdk.graph.branch import Branch, Choice, Step, all_steps, steps_of, with_more
from pygen_runtime.sdk.graph.fill import Filling
from pygen_runtime.sdk.graph.request import GraphReply, GraphRequest, ViewFilters, chains, members, source_of
from pygen_runtime.sdk.instances.clients import AnyClient, asking
from pygen_runtime.sdk.instances.lists import PygenList
from pygen_runtime.sdk.instances.resource import PygenResource
from pygen_runtime.sdk.queries.cache import QueryCache, cached
from pygen_runtime.sdk.queries.progress import reporting
from pygen_runtime.sdk.queries.query import PygenQuery

T = TypeVar("T", bound=PygenResource)

_ROOT = "n"
_PAGE = 1000  # roots, unless the settings of the client say less


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphQuery(PygenQuery[T, F_co], Generic[T, F_co]):
    """A query that goes to `/query` instead of `/list`.

    Attributes:
        branches: What to bring along.
        with_data: Whether only those count that have data in the view; edges may have none.
    """

    branches: tuple[Branch[Any, Any], ...] = ()
    with_data: bool = True

    def pages(self, *, resume: str | None = None, on_expired: OnExpired = "raise") -> PageStream[PygenList[T]]:
        """Page by page; see `PygenQuery.pages`."""
        if self.split is not None:
            return self._as_one(lambda part, token: part.pages(resume=token, on_expired=on_expired), resume)
        walk = _Walk(self)
        stream = asking(self.client).stream(
            reporting(walk.page, self.report, self.most),
            limit=self.most,
            prefetch=self.ahead,
            request=walk.roots({}, None, 1).body(),
            resume=resume,
            on_expired=on_expired,
        )
        return cast("PageStream[PygenList[T]]", stream)  # whose pages are the items that `page` gives

    async def count(self) -> int:
        """How many there are; what is brought along does not count. Edges that need no data are walked."""
        if self.with_data:
            return await plain(self).count()
        return sum([len(page) async for page in self.pages()])

    async def to_list(self, *, cache: QueryCache | None = None) -> PygenList[T]:
        """All of them at once, in memory; see `PygenQuery.to_list`."""
        asks = [self.resource.__qualname__, self._request(), self.most, [one.key() for one in self.branches]]
        found = await cached(cache, self.client, asks, lambda: self.pages().to_list())
        return PygenList(found, self.resource)

    def _objects(self) -> tuple[type[PygenResource], Any]:
        return self.resource, self.pages()  # the objects know what was brought along


class _Walk(Generic[T]):
    """Pages of roots, each with all that is brought along.

    When a page is too heavy (408), the walk that it belongs to asks for fewer roots; here what is chained from them becomes less too.
    """

    def __init__(self, query: GraphQuery[T, Any]) -> None:
        self._query = query
        self.steps = steps_of(query.resource, query.branches)
        self._most = PageSize(MOST_QUERIED)

    async def page(self, cursor: str | None, size: int) -> Page[T]:
        """The page at a cursor, of at most so many roots."""
        query = self._query
        filters = await view_filters(query.client, [query.resource.VIEW, *_views(self.steps)])
        chained, reply = await self._reply(filters, cursor, size)
        roots: list[Any] = (
            reply.objects(_ROOT, query.resource) if query.with_data else reply.edges(_ROOT, query.resource)
        )
        filling = Filling(query.client, filters, self._most.current)
        await filling.fill(roots, self.steps, reply if chained else None)
        self._most.grow()
        return Page(items=PygenList(roots, query.resource), next_cursor=reply.cursor(_ROOT))

    async def _reply(self, filters: ViewFilters, cursor: str | None, size: int) -> tuple[bool, GraphReply]:
        """The reply, and whether the branches are in it: a single root that is too heavy with them comes alone."""
        request = self.roots(filters, cursor, size)
        request.chain(_ROOT, self.steps)
        try:
            return True, await request.send(self._query.client)
        except ServerTimeoutError:
            self._most.shrink(self._most.current)
            if size > 1 or not any(map(chains, self.steps)):
                raise
        return False, await self.roots(filters, cursor, size).send(self._query.client)

    def roots(self, filters: ViewFilters, cursor: str | None, size: int) -> GraphRequest:
        """The request for a page of roots alone."""
        query = self._query
        condition = members(query.resource, filters, query.condition) if query.with_data else query.condition
        filter_ = msgspec.UNSET if condition is None else condition
        sort = query.order or msgspec.UNSET
        found: NodeSet | EdgeSet = (
            NodeSet(nodes=Nodes(filter=filter_), sort=sort, limit=size)
            if query.resource.INSTANCE_TYPE == "node"
            else EdgeSet(edges=EdgesOf(filter=filter_), sort=sort, limit=size)
        )
        units = list(query.converted) or msgspec.UNSET
        sources = [msgspec.structs.replace(one, target_units=units) for one in source_of(query.resource)]
        request = GraphRequest(filters, self._most.current)
        request.add(_ROOT, found, *sources)
        request.start(_ROOT, cursor)
        return request


def _views(steps: Sequence[Step]) -> list[ViewId | None]:
    """The views of all targets."""
    return [step.target.VIEW for step in all_steps(steps)]


def including(query: PygenQuery[T, F_co], choices: Sequence[Choice[T]]) -> GraphQuery[T, F_co]:
    """A query that brings along what relations lead to; see `PygenQuery.include`."""
    before = query.branches if isinstance(query, GraphQuery) else ()
    known: dict[str, Any] = {one.name: getattr(query, one.name) for one in parts_of(query)}
    known["branches"] = with_more(query.resource, before, choices)
    return GraphQuery(**known)


def plain(query: PygenQuery[T, F_co]) -> PygenQuery[T, F_co]:
    """The same query without what it brings along."""
    return PygenQuery(**{one.name: getattr(query, one.name) for one in parts_of(PygenQuery)})


async def load(client: AnyClient, items: Iterable[T], choices: Sequence[Choice[T]]) -> PygenList[T]:
    """Tell objects what relations lead to, in a few requests for all of them; see `ViewAPI.load`."""
    found = PygenList(items)
    for kind in dict.fromkeys(type(one) for one in found):
        if not issubclass(kind, PygenResource):
            raise UsageError(f"load takes objects that were read, not {kind.__name__}")
        await load_branches(client, [one for one in found if type(one) is kind], with_more(kind, (), choices))
    return found


async def load_branches(
    client: AnyClient, items: Sequence[PygenResource], branches: Sequence[Branch[Any, Any]]
) -> None:
    """Tell objects of one class what branches lead to."""
    steps = steps_of(type(items[0]), branches)
    filters = await view_filters(client, _views(steps))
    await Filling(client, filters).fill(items, steps)


def explained(query: GraphQuery[Any, Any]) -> tuple[QueryRequest, list[str]]:
    """The request for the first page of a query, and the relations that it cannot hold; those are asked for by ids."""
    walk = _Walk(query)
    request = walk.roots({}, None, _PAGE if query.most is None else max(1, min(query.most, _PAGE)))
    request.chain(_ROOT, walk.steps)
    body = request.body()
    apart = [step for step in all_steps(walk.steps) if step.name not in body.with_]
    return body, [f"{step.owner.__name__}.{step.branch.relation.name}" for step in apart]


_known: WeakKeyDictionary[AsyncPygenClient, dict[ViewId, PygenFilter | None]] = WeakKeyDictionary()


async def view_filters(client: AnyClient, views: Iterable[ViewId | None]) -> ViewFilters:
    """The filters of views that have one of their own; asked for once in the life of a client, all together."""
    asker = asking(client)
    known = _known.setdefault(asker, {})
    new = [view for view in dict.fromkeys(views) if view is not None and view not in known]
    if new:
        found = {view.as_id(): view.filter for view in await asker.views.retrieve(new)}
        known |= {view: PygenFilter(filter_) if (filter_ := found.get(view)) else None for view in new}
    return known
