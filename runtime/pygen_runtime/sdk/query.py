"""Lazy queries over the instances of one view."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, replace
from typing import Any, Generic, Literal, TypeVar

from pygen_runtime.client import AsyncPygenClient, PageStream
from pygen_runtime.errors import UsageError
from pygen_runtime.schema.filters import PygenFilter
from pygen_runtime.schema.requests import AggregateRequest, ListRequest, Page, Sort, SourceRequest
from pygen_runtime.sdk.resource import PygenList, PygenResource
from pygen_runtime.sdk.wire import wire

T = TypeVar("T", bound=PygenResource)

_BASE_PROPERTIES = {
    "space": "space",
    "external_id": "externalId",
    "version": "version",
    "created_time": "createdTime",
    "last_updated_time": "lastUpdatedTime",
    "node_type": "type",
    "edge_type": "type",
    "start_node": "startNode",
    "end_node": "endNode",
}
"""Fields that every instance has → how filters and sorts name them (contract §7.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PygenQuery(Generic[T]):
    """Instances of one view, described but not fetched.

    A query is a value: each method gives a new one, and each `async for` starts a new walk. Nothing is asked of the server
    before the first iteration; from then on one page ahead is fetched while the last one is being used. Memory stays that of
    a few pages, whatever the number of instances. A walk is complete, or ends in an error.

        async for turbine in client.turbine.filter(min_capacity=3.0).sort("-capacity"):
            print(turbine.name)

    Leaving the loop early in any way is fine and leaves nothing behind.
    """

    client: AsyncPygenClient
    resource: type[T]
    condition: PygenFilter | None = None
    order: tuple[Sort, ...] = ()
    most: int | None = None
    ahead: int = 1

    def where(self, condition: PygenFilter) -> PygenQuery[T]:
        """Only those that meet this filter as well."""
        if not isinstance(condition, PygenFilter):
            raise UsageError(f"where takes a PygenFilter, such as Prefix(…), not {condition!r}")
        return replace(self, condition=condition if self.condition is None else self.condition & condition)

    def sort(self, *keys: str) -> PygenQuery[T]:
        """In this order instead of the server's own.

        Args:
            keys: At most five fields of the class, the most important first; `-` before a name turns its order round.
                Instances without a value come last.

        Raises:
            UsageError: A field is unknown, or there are more than five.
        """
        if len(keys) > 5:
            raise UsageError(f"{len(keys)} sort keys given; the API takes five at most")
        return replace(self, order=tuple(self._sort_key(key) for key in keys))

    def limit(self, most: int | None) -> PygenQuery[T]:
        """At most this many; None: all of them.

        Raises:
            UsageError: The number is negative.
        """
        if most is not None and most < 0:
            raise UsageError(f"limit is {most}: give 0 or more, or None for all")
        return replace(self, most=most)

    def prefetch(self, pages: int) -> PygenQuery[T]:
        """Fetch this many pages ahead of the one in use (1 unless told; 0: fetch each page only when it is needed)."""
        if pages < 0:
            raise UsageError(f"prefetch is {pages}: give 0 or more")
        return replace(self, ahead=pages)

    async def pages(self) -> AsyncGenerator[PygenList[T], None]:
        """Page by page, as they come: 1 to 1000 instances each; empty pages, which the API may send, are passed over."""
        stream, objects = self._stream(), wire(self.resource).objects
        try:
            while (page := await stream.next()) is not None:
                if page:
                    yield PygenList(objects(page, self.client))
        finally:
            stream.close()

    async def __aiter__(self) -> AsyncIterator[T]:
        stream, objects = self._stream(), wire(self.resource).objects
        try:
            while (page := await stream.next()) is not None:
                for item in objects(page, self.client):
                    yield item
        finally:
            stream.close()

    async def to_list(self) -> PygenList[T]:
        """All of them at once, in memory."""
        stream, objects = self._stream(), wire(self.resource).objects
        found: PygenList[T] = PygenList()
        try:
            while (page := await stream.next()) is not None:
                found.extend(objects(page, self.client))
        finally:
            stream.close()
        return found

    async def first(self) -> T | None:
        """The first one, or None when there is none."""
        found = await self.limit(1 if self.most is None else min(1, self.most)).to_list()
        return found[0] if found else None

    async def count(self) -> int:
        """How many there are, counted by the server; search-backed counts may lag behind writes by seconds on CDF.

        Without a view (bare edges) they are walked, because the API counts only what has a view.
        """
        if self.resource.VIEW is None:
            return sum([len(page) async for page in self.pages()])
        request = AggregateRequest(
            view=self.resource.VIEW,
            instance_type=self.resource.INSTANCE_TYPE,
            aggregates=[{"count": {"property": "externalId"}}],
            filter=self.condition,
        )
        reply = await self.client.instances.aggregate(request)
        total = int(reply.items[0].aggregates[0].value or 0) if reply.items else 0
        return total if self.most is None else min(total, self.most)

    def __repr__(self) -> str:
        parts = [f"where {self.condition.json!r}"] if self.condition else []
        parts += (
            [f"sorted by {', '.join(f'{key.property[-1]} {key.direction}' for key in self.order)}"]
            if self.order
            else []
        )
        parts += [f"at most {self.most}"] if self.most is not None else []
        return f"<PygenQuery of {self.resource.__name__}{''.join(f', {part}' for part in parts)}>"

    def _stream(self) -> PageStream[Any]:
        reply = wire(self.resource).reply

        async def fetch(cursor: str | None, size: int) -> Page[Any]:
            return await self.client.instances.list_page(self._request(cursor, size), reply)

        return self.client.stream(fetch, limit=self.most, prefetch=self.ahead)

    def _request(self, cursor: str | None, size: int) -> ListRequest:
        view = self.resource.VIEW
        return ListRequest(
            instance_type=self.resource.INSTANCE_TYPE,
            sources=[SourceRequest(source=view)] if view else None,
            filter=self.condition,
            sort=list(self.order) or None,
            limit=size,
            cursor=cursor,
        )

    def _sort_key(self, key: str) -> Sort:
        name = key.removeprefix("-")
        direction: Literal["ascending", "descending"] = "descending" if key.startswith("-") else "ascending"
        return Sort(property=property_reference(self.resource, name), direction=direction)


def property_reference(resource: type[PygenResource], field: str) -> tuple[str, ...]:
    """How the API names a field of a class in filters and sorts (contract §7.2).

    Raises:
        UsageError: The class has no such field.
    """
    names = dict(zip(resource.__struct_fields__, resource.__struct_encode_fields__, strict=True))
    own = {name: encoded for name, encoded in names.items() if not encoded.startswith("~")}
    if field in own and resource.VIEW is not None:
        return (resource.VIEW.space, resource.VIEW.key, own[field])
    if field in _BASE_PROPERTIES and hasattr(resource, field):
        return (resource.INSTANCE_TYPE, _BASE_PROPERTIES[field])
    known = sorted([*own, *(name for name in _BASE_PROPERTIES if hasattr(resource, name))])
    raise UsageError(f"{resource.__name__} has no field {field!r}; there are {', '.join(known)}")
