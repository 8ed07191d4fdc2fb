"""Relations: lazy ways from one object to others.

A generated class holds one descriptor for each relation (`pygen_runtime.sdk.relations.descriptor`); reading it on an object gives a `ToOne` or a
`ToMany`, which ask the server only when they are awaited or iterated. `Direct`, `Edges` and `Reverse` say which way the relation goes.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from typing import Any, Generic, Self, TypeVar, cast

from pygen_runtime.schema import NodeId
from pygen_runtime.schema.filters import ContainsAny, Equals, PygenFilter
from pygen_runtime.sdk.fields.known import fields_of
from pygen_runtime.sdk.fields.narrowing import EVERYTHING, Linked, Narrowing, SortKey
from pygen_runtime.sdk.fields.types import F, Leads
from pygen_runtime.sdk.graph.ahead import read_ahead
from pygen_runtime.sdk.graph.branch import Branch, Step
from pygen_runtime.sdk.graph.include import GraphQuery
from pygen_runtime.sdk.instances.lists import PygenList
from pygen_runtime.sdk.instances.resource import PygenEdge, PygenResource
from pygen_runtime.sdk.instances.via import Direct, Edges, Reverse, Via
from pygen_runtime.sdk.queries.lookup import members
from pygen_runtime.sdk.queries.query import PygenQuery

T = TypeVar("T", bound=PygenResource)
E = TypeVar("E", bound=PygenEdge)

_AHEAD = "t"  # names the result set of targets
_PAGE = 1000  # ids of a direct relation that are looked up at once


class PygenRelation(Generic[T]):
    """The way from one object to others; nothing is fetched before it is awaited or iterated.

    What came with the object by `include` or `load` is read without a request. Otherwise it is fetched for the objects that came on one
    page with this one, too, as far as one request can do that: a loop over a list is no request for each.

    Args:
        owner: The object.
        target: The class at the other end.
        via: Which way it goes.
        edge: The class of the edges that it leads over, if it does.
        name: What the relation is called in the class of the object.
        narrowing: Which targets are wanted.
    """

    def __init__(
        self,
        owner: PygenResource,
        target: type[T],
        via: Via,
        edge: type[PygenEdge] = PygenEdge,
        *,
        name: str = "",
        narrowing: Narrowing = EVERYTHING,
    ) -> None:
        self._owner, self._target, self._via, self._edge = owner, target, via, edge
        self._name, self._narrowing = name, narrowing

    @property
    def target(self) -> type[T]:
        """The class at the other end."""
        return self._target

    @property
    def ids(self) -> list[NodeId]:
        """The ids that the object itself holds, without a request: those of a direct relation; none for other ways."""
        return self._via.ids(self._owner) if isinstance(self._via, Direct) else []

    @property
    def is_loaded(self) -> bool:
        """Whether reading it needs no request: it came with the object, or was fetched for all that came on its page."""
        return self._included() is not None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._target.__name__} of {self._owner.space}:{self._owner.external_id}>"

    def _narrowed(self, narrowing: Narrowing) -> Self:
        return type(self)(self._owner, self._target, self._via, self._edge, name=self._name, narrowing=narrowing)

    def _included(self) -> list[Linked[Any, T]] | None:
        """What came with the object; None if nothing did, or if only the server can tell which of it is wanted."""
        related = self._owner._related  # noqa: SLF001 - objects keep it for their relations
        if self._narrowing.condition is not None or related is None or self._name not in related:
            return None
        return self._narrowing.arrange(related[self._name])

    async def _ahead(self) -> list[Linked[Any, T]] | None:
        """What is fetched for the object and those that came with it together; None if it has to be asked for alone."""
        relation = getattr(type(self._owner), self._name, None)
        if relation is None or (isinstance(self._via, Direct) and not self.ids):
            return None
        keep = isinstance(self, ToOne)
        branch: Branch[Any, Any] = Branch(relation=relation, narrowing=EVERYTHING if keep else self._narrowing)
        step = Step(_AHEAD, branch, type(self._owner), self._target, self._edge, ())
        found = await read_ahead(self._owner, step, keep=keep)
        return None if found is None else self._narrowing.arrange(found)

    async def _pages(self, edge: type[PygenEdge] = PygenEdge) -> AsyncGenerator[list[Linked[Any, T]], None]:
        """Page by page, whichever way the relation goes; edges are read as a class."""
        found = self._included()
        if found is None:
            found = await self._ahead()
        if found is not None:
            yield found
            return
        narrowing = self._narrowing
        async with aclosing(self._asked(edge)) as pages:
            if narrowing.order and not isinstance(self._via, Reverse):
                yield narrowing.arrange([one async for page in pages for one in page])
                return
            left = narrowing.most
            async for page in pages:
                if left is None:
                    yield page
                    continue
                yield page[:left]
                left -= len(page[:left])
                if left == 0:
                    return

    async def _asked(self, edge: type[PygenEdge]) -> AsyncGenerator[list[Linked[Any, T]], None]:
        """All that meet the condition, page by page; backwards already in order, and no more than are wanted."""
        match self._via:
            case Direct():
                for start in range(0, len(self.ids), _PAGE):
                    ids = self.ids[start : start + _PAGE]
                    found = await self._members(ids)
                    yield [Linked(None, found[id_]) for id_ in ids if id_ in found]
            case Reverse() as via:
                async with aclosing(self._reverse(via).pages()) as nodes:
                    async for page in nodes:
                        yield [Linked(None, node) for node in page]
            case Edges() as via:
                async with aclosing(self._edges(edge, via).pages()) as pages:
                    async for edges in pages:
                        ends = [(one, getattr(one, via.far_field)) for one in edges]
                        found = await self._members([end for _, end in ends])
                        yield [Linked(one, found[end]) for one, end in ends if end in found]

    async def _members(self, ids: list[NodeId]) -> dict[Any, T]:
        return await members(self._owner._attached(), self._target, ids, self._narrowing.condition)  # noqa: SLF001 - as above

    def _edges(self, edge: type[E], via: Edges) -> PygenQuery[E]:
        condition = Equals(("edge", "type"), via.type) & Equals(("edge", via.near), self._owner.as_id())
        client = self._owner._attached()  # noqa: SLF001 - as above
        fields = fields_of(edge)
        if edge.VIEW is None:
            return PygenQuery(client=client, resource=edge, fields=fields, condition=condition)
        return GraphQuery(client=client, resource=edge, fields=fields, condition=condition, with_data=False)

    def _reverse(self, via: Reverse) -> PygenQuery[T]:
        me = self._owner.as_id()
        mine: PygenFilter = ContainsAny(via.reference(), [me]) if via.through_list else Equals(via.reference(), me)
        query = PygenQuery(client=self._owner._attached(), resource=self._target, condition=mine)  # noqa: SLF001 - as above
        if self._narrowing.condition is not None:
            query = query.where(self._narrowing.condition)
        return query.sort(*self._narrowing.order).limit(self._narrowing.most)


class ToOne(PygenRelation[T]):
    """The way to at most one other node."""

    @property
    def id(self) -> NodeId | None:
        """The id of the target, without a request: that of a direct relation; None for other ways."""
        return next(iter(self.ids), None)

    async def get(self) -> T | None:
        """The target; None when there is none, or when it cannot be seen through the target's view."""
        found = await self._one()
        return found.node if found else None

    async def _one(self, edge: type[PygenEdge] = PygenEdge) -> Linked[Any, T] | None:
        first = self._narrowed(self._narrowing.limit(1))
        async with aclosing(first._pages(edge)) as pages:  # noqa: SLF001 - the same relation
            async for page in pages:
                for one in page:
                    return one
        return None


class ToMany(PygenRelation[T]):
    """The way to any number of other nodes; iterate it, as often as you like.

    Targets that cannot be seen through the target's view (they have no data in it) are not part of the relation. A value: `where`,
    `sort` and `limit` give a new one.
    """

    def where(self: Leads[F], condition: PygenFilter | Callable[[F], PygenFilter]) -> ToMany[T]:
        """Only targets that meet this condition as well: `turbine.blades.where(lambda b: b.length > 60.0)`.

        What came by `include` cannot be searched here, so this asks the server.

        Args:
            condition: A function of the fields of the target, or a filter.

        Raises:
            UsageError: A value cannot be compared with, or the function gives no filter.
        """
        me = cast("ToMany[T]", self)
        return me._narrowed(me._narrowing.where(me._target, condition))  # noqa: SLF001 - its own

    def filter(self, **conditions: object) -> Self:
        """Only targets that meet these conditions.

        Args:
            conditions: The keywords of `filter` of the target's view; or a field of the target → its value, several values of which
                one is enough, or None for no value.

        Raises:
            UsageError: A keyword or field is unknown, or a value cannot be filtered by.
        """
        return self._narrowed(self._narrowing.filter(self._target, conditions))

    def sort(self, *keys: SortKey) -> Self:
        """In this order instead of that of the relation. Along direct relations and edges, all targets are fetched before the first.

        Args:
            keys: At most five fields of the target, the most important first: names, `-` before one turning its order round, or functions
                such as `lambda b: b.length.desc()`.
                Targets without a value come last.

        Raises:
            UsageError: A field is unknown, or there are more than five.
        """
        return self._narrowed(self._narrowing.sort(self._target, keys))

    def limit(self, most: int | None) -> Self:
        """At most this many; None: all of them.

        Raises:
            UsageError: The number is negative.
        """
        return self._narrowed(self._narrowing.limit(most))

    async def pages(self) -> AsyncGenerator[PygenList[T]]:
        """Page by page; close it if you leave it early, as `contextlib.aclosing` and `closing` do."""
        async with aclosing(self._pages()) as pages:
            async for page in pages:
                if page:
                    yield PygenList((one.node for one in page), self._target)

    async def __aiter__(self) -> AsyncIterator[T]:
        async with aclosing(self._pages()) as pages:
            async for page in pages:
                for one in page:
                    yield one.node

    async def to_list(self) -> PygenList[T]:
        """All targets at once, in memory."""
        found: PygenList[T] = PygenList([], self._target)
        async with aclosing(self._pages()) as pages:
            async for page in pages:
                found.extend(one.node for one in page)
        return found

    async def first(self) -> T | None:
        """The first one, or None when there is none."""
        most = self._narrowing.most
        found = await self.limit(1 if most is None else min(1, most)).to_list()
        return found[0] if found else None

    async def count(self) -> int:
        """How many there are: counted by the server if the relation goes backwards, otherwise walked.

        Counts of the server may lag behind writes by seconds on CDF.
        """
        if isinstance(self._via, Reverse) and not self.is_loaded:
            return await self._reverse(self._via).count()
        async with aclosing(self._pages()) as pages:
            return sum([len(page) async for page in pages])
