"""Some properties instead of all: rows of exactly those, and nothing else asked of the server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast, get_args, overload

import msgspec
from msgspec import UNSET, UnsetType

from pygen_runtime.client import OnExpired, PageStream
from pygen_runtime.schema import NodeId
from pygen_runtime.schema.filters import PygenFilter
from pygen_runtime.schema.queries import Edges, EdgeSet, Nodes, NodeSet, QueryReply, QueryRequest, Select, SelectSource
from pygen_runtime.schema.requests import Page
from pygen_runtime.sdk.fields.fields import Field
from pygen_runtime.sdk.fields.types import F_co
from pygen_runtime.sdk.graph.request import ViewFilters, members
from pygen_runtime.sdk.instances.clients import asking
from pygen_runtime.sdk.instances.properties import own_name
from pygen_runtime.sdk.instances.resource import PygenResource
from pygen_runtime.sdk.instances.wire import wire
from pygen_runtime.sdk.queries import parts
from pygen_runtime.sdk.queries.frames import Framing
from pygen_runtime.sdk.queries.progress import reporting

if TYPE_CHECKING:
    from pygen_runtime.sdk.queries.query import PygenQuery

Row = TypeVar("Row")
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
E = TypeVar("E")
G = TypeVar("G")
H = TypeVar("H")
I = TypeVar("I")  # noqa: E741 - the eighth

_ROWS = "rows"  # what the result set is called in requests


@dataclass(frozen=True, slots=True)
class PygenRows(Framing, Generic[Row]):
    """Some properties of the instances of a query, described but not fetched: a tuple for each instance, or the value itself.

        async for name, capacity in query.select(lambda t: (t.name, t.capacity)):
            print(name, capacity)

    Args:
        query: The query.
        names: The fields, in order.
    """

    query: PygenQuery[Any, Any]
    names: tuple[str, ...]

    def pages(self, *, resume: str | None = None, on_expired: OnExpired = "raise") -> PageStream[list[Row]]:
        """Page by page, as they come; the arguments and errors are those of the pages of a query."""
        row = attrgetter(*self.names)
        return cast("PageStream[list[Row]]", self._walk(lambda items: list(map(row, items)), resume, on_expired))

    def __aiter__(self) -> AsyncIterator[Row]:
        return self.pages().items()

    async def to_list(self) -> list[Row]:
        """All of them at once, in memory."""
        return await self.pages().to_list()

    async def first(self) -> Row | None:
        """The first one, or None when there is none."""
        most = self.query.most
        few = self.query.limit(1 if most is None else min(1, most)).prefetch(0).partitions(1)
        found = await replace(self, query=few).to_list()
        return found[0] if found else None

    def __repr__(self) -> str:
        return f"<PygenRows of {', '.join(self.names)}: {self.query!r}>"

    def _objects(self) -> tuple[type[PygenResource], Any]:
        """What frames are made of."""
        return self._narrow, self._walk(lambda items: items, None, "raise")

    def _columns(self) -> list[str] | None:
        return list(dict.fromkeys(self.names))

    @property
    def _narrow(self) -> type[PygenResource]:
        resource: type[PygenResource] = self.query.resource
        return narrowed(resource, tuple(dict.fromkeys(self.names)))

    def _walk(self, rows: Callable[[list[Any]], list[Any]], resume: str | None, on_expired: OnExpired) -> Any:
        from pygen_runtime.sdk.graph.include import view_filters  # noqa: PLC0415 - which builds on queries itself

        if self.query.split is not None:

            def part(query: PygenQuery[Any, Any], token: str | None) -> Any:
                return replace(self, query=query)._walk(rows, token, on_expired)  # noqa: SLF001 - it is one of us

            return self.query._as_one(part, resume)  # noqa: SLF001 - it has no other face for what builds on it
        client, narrow = asking(self.query.client), self._narrow
        reply, objects = _reply(narrow), wire(narrow).objects

        async def fetch(cursor: str | None, size: int) -> Page[Any]:
            filters = await view_filters(self.query.client, [self.query.resource.VIEW])
            page = await client.instances.query(self._request(filters, cursor, size), reply)
            items = rows(objects(page.items[_ROWS], self.query.client, "query"))
            return Page(items=items, next_cursor=page.next_cursor.get(_ROWS))

        return client.stream(
            reporting(fetch, self.query.report, self.query.most),
            limit=self.query.most,
            prefetch=self.query.ahead,
            request=self._request({}, None, 1),
            resume=resume,
            on_expired=on_expired,
        )

    def _request(self, filters: ViewFilters, cursor: str | None, size: int) -> QueryRequest:
        query, view = self.query, parts.view_of(self.query.resource, "select")
        condition = _given(members(query.resource, filters, query.condition))
        sort = list(query.order) or UNSET
        rows = (
            NodeSet(nodes=Nodes(filter=condition), sort=sort, limit=size)
            if query.resource.INSTANCE_TYPE == "node"
            else EdgeSet(edges=Edges(filter=condition), sort=sort, limit=size)
        )
        own = [encoded for encoded in self._narrow.__struct_encode_fields__ if not encoded.startswith("~")]
        units = [unit for unit in query.converted if unit.property is UNSET or unit.property in own]
        source = SelectSource(source=view, properties=own, target_units=units or UNSET)
        return QueryRequest(
            with_={_ROWS: rows},
            select={_ROWS: Select(sources=[source] if own else UNSET)},
            cursors={_ROWS: cursor} if cursor else UNSET,
        )


class Selecting(Generic[F_co]):
    """What queries offer to ask for some properties only."""

    __slots__ = ()

    @overload
    def select(self, fields: Callable[[F_co], Field[A]]) -> PygenRows[A]: ...
    @overload
    def select(self, fields: Callable[[F_co], tuple[Field[A], Field[B]]]) -> PygenRows[tuple[A, B]]: ...
    @overload
    def select(self, fields: Callable[[F_co], tuple[Field[A], Field[B], Field[C]]]) -> PygenRows[tuple[A, B, C]]: ...
    @overload
    def select(
        self, fields: Callable[[F_co], tuple[Field[A], Field[B], Field[C], Field[D]]]
    ) -> PygenRows[tuple[A, B, C, D]]: ...
    @overload
    def select(
        self, fields: Callable[[F_co], tuple[Field[A], Field[B], Field[C], Field[D], Field[E]]]
    ) -> PygenRows[tuple[A, B, C, D, E]]: ...
    @overload
    def select(
        self, fields: Callable[[F_co], tuple[Field[A], Field[B], Field[C], Field[D], Field[E], Field[G]]]
    ) -> PygenRows[tuple[A, B, C, D, E, G]]: ...
    @overload
    def select(
        self, fields: Callable[[F_co], tuple[Field[A], Field[B], Field[C], Field[D], Field[E], Field[G], Field[H]]]
    ) -> PygenRows[tuple[A, B, C, D, E, G, H]]: ...
    @overload
    def select(
        self,
        fields: Callable[[F_co], tuple[Field[A], Field[B], Field[C], Field[D], Field[E], Field[G], Field[H], Field[I]]],
    ) -> PygenRows[tuple[A, B, C, D, E, G, H, I]]: ...
    @overload
    def select(self, fields: str, *more: str) -> PygenRows[Any]: ...

    def select(self, fields: str | Callable[[F_co], Any], *more: str) -> PygenRows[Any]:
        """Only these properties; the server sends no others.

            rows = await query.select(lambda t: (t.name, t.capacity)).to_list()    # list[tuple[str, float | None]]

        Args:
            fields: A function that gives a field, or up to eight of them, whose types the rows have; or the name of a field.
            more: Names of further fields.

        Raises:
            UsageError: A field is unknown.
        """
        query = self._subject()
        parts.view_of(query.resource, "select")
        return PygenRows(
            query, parts.field_names(query.resource, parts.fields_of(query.resource, query.fields), [fields, *more])
        )

    def _subject(self) -> PygenQuery[Any, F_co]:
        """Whose instances are meant."""
        raise NotImplementedError


class _NodeRow(PygenResource, kw_only=True, eq=False, gc=False):
    """Some properties of a node. Nothing that it holds leads back to it, so the garbage collector need not look at it."""

    INSTANCE_TYPE = "node"

    node_type: NodeId | None = msgspec.field(default=None, name="~type")


class _EdgeRow(PygenResource, kw_only=True, eq=False, gc=False):
    """Some properties of an edge, as above."""

    INSTANCE_TYPE = "edge"

    edge_type: NodeId | None = msgspec.field(default=None, name="~type")
    start_node: NodeId | None = msgspec.field(default=None, name="~startNode")
    end_node: NodeId | None = msgspec.field(default=None, name="~endNode")


@cache
def narrowed(resource: type[PygenResource], names: tuple[str, ...]) -> type[PygenResource]:
    """A class with only some of the fields of another's view, and without relations; the instance itself is told as always."""
    fields = {field.name: field for field in msgspec.structs.fields(resource)}
    own = [fields[name] for name in names if own_name(resource, name) is not None]
    made = msgspec.defstruct(
        resource.__name__,
        [
            (
                one.name,
                one.type,
                msgspec.field(name=one.encode_name, default=msgspec.NODEFAULT if one.required else None),
            )
            for one in own
        ],
        bases=(_NodeRow if resource.INSTANCE_TYPE == "node" else _EdgeRow,),
        namespace={"VIEW": resource.VIEW, "__eq__": PygenResource.__eq__, "__hash__": PygenResource.__hash__},
        kw_only=True,
        gc=False,
    )
    return cast("type[PygenResource]", made)


@cache
def _reply(resource: type[PygenResource]) -> msgspec.json.Decoder[QueryReply[Any]]:
    (envelope,) = get_args(wire(resource).reply.type)
    return msgspec.json.Decoder(QueryReply[envelope])  # type: ignore[valid-type]  # a type made at run time


def _given(condition: PygenFilter | None) -> PygenFilter | UnsetType:
    return UNSET if condition is None else condition
