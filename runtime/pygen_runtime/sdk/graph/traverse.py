"""Following relations from a query: to the ends of a path, along it, or as far as it goes.

    path = client.turbine.where(…).follow(lambda t: t.blades).follow(lambda b: b.sensors.limit(1))
    async for sensor in path: ...                     # each once
    async for turbine, blade, sensor in path.rows(): ...
    async for asset in client.asset.where(…).reach(lambda a: a.children, max_distance=3): ...

All of it is made of what `include` does: complete at any size, page by page of the instances it starts from. Ids that have been met are
remembered, so that each instance comes once; instances are not, but for those of one distance of a reach.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar, TypeVarTuple, cast

import msgspec

from pygen_runtime.errors import IncludeDepthError, UsageError
from pygen_runtime.schema.codec import encode
from pygen_runtime.schema.filters import PygenFilter
from pygen_runtime.sdk.fields.fields import as_filter
from pygen_runtime.sdk.fields.types import F
from pygen_runtime.sdk.graph.branch import MOST_HOPS, Branch, Followed, chosen, with_more
from pygen_runtime.sdk.graph.include import GraphQuery, explained, including, load_branches
from pygen_runtime.sdk.graph.selection import Selection
from pygen_runtime.sdk.instances.lists import PygenList
from pygen_runtime.sdk.instances.resource import PygenResource
from pygen_runtime.sdk.queries.lookup import members
from pygen_runtime.sdk.queries.parts import fields_of
from pygen_runtime.sdk.queries.query import PygenQuery

T = TypeVar("T", bound=PygenResource)
N = TypeVar("N", bound=PygenResource)
Ts = TypeVarTuple("Ts")

Hop = Callable[[type[T]], Followed[N]]
"""Names a relation of a class, perhaps narrowed."""


@dataclass(frozen=True, slots=True)
class PygenPath(Selection[T], Generic[T, *Ts]):
    """The ends of a path along relations, each once; `rows()` gives what lies on the way to them too.

    Attributes:
        start: Where it begins.
        hops: The relations that it follows.
    """

    start: PygenQuery[Any, Any]
    hops: tuple[Branch[Any, Any], ...]

    def follow(self, hop: Hop[T, N]) -> PygenPath[N, *Ts, N]:
        """Go on along a relation of the ends.

        Raises:
            UsageError: There is no such relation.
            IncludeDepthError: The path becomes too long.
        """
        if len(self.hops) == MOST_HOPS:
            raise IncludeDepthError(f"this path has {MOST_HOPS} hops already: begin another at its ends")
        return PygenPath(self.start, (*self.hops, chosen(self.hops[-1].relation.target, hop)))

    async def pages(self) -> AsyncGenerator[PygenList[T]]:
        """Page by page; close it if you leave it early, as `contextlib.aclosing` and `closing` do."""
        seen: set[Any] = set()
        async with aclosing(self._roots()) as roots:
            async for page in roots:
                new = {end.as_id(): end for root in page for *_, end in self._along(root) if end.as_id() not in seen}
                seen |= new.keys()
                if new:
                    yield PygenList(new.values())

    async def rows(self) -> AsyncGenerator[tuple[*Ts]]:
        """A tuple for each way through: where it begins, what lies on the way, where it ends.

        Close it if you leave it early, as `contextlib.aclosing` and `closing` do.
        """
        async with aclosing(self._roots()) as roots:
            async for page in roots:
                for root in page:
                    for row in self._along(root):
                        yield cast("tuple[*Ts]", row)

    def explain(self) -> str:
        """What is asked of the server first, as JSON for people, and what after that; sends nothing."""
        return explain(self._query())

    async def _roots(self) -> AsyncGenerator[list[Any], None]:
        async with self._query().pages() as pages:
            async for page in pages:
                yield page

    def _query(self) -> GraphQuery[Any, Any]:
        whole, *before = reversed(self.hops)
        for hop in before:
            whole = replace(hop, branches=with_more(hop.relation.target, hop.branches, [_just(whole)]))
        return including(self.start, [_just(whole)])

    def _along(self, root: PygenResource) -> Iterator[tuple[Any, ...]]:
        rows: Iterator[tuple[Any, ...]] = iter([(root,)])
        for hop in self.hops:
            rows = _further(rows, hop.relation.name)
        return rows


def _further(rows: Iterator[tuple[Any, ...]], name: str) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        for linked in row[-1]._related[name]:  # noqa: SLF001 - it has been included
            yield (*row, linked.node)


def _just(branch: Branch[Any, Any]) -> Callable[[type[Any]], Branch[Any, Any]]:
    return lambda _: branch


@dataclass(frozen=True, slots=True)
class PygenReach(Selection[T]):
    """All that can be reached by following a relation again and again, the nearest first, each once; circles end by themselves.

    The relation is followed here, a distance after the other, by the ids of what was found: so nothing is cut short, and how far something
    is can be told. Memory holds the instances of one distance.

    Attributes:
        start: Where it begins; what it finds counts only if the relation leads back to it.
        hop: The relation.
        max_distance: How often it is followed at most; None: as long as something new is found.
        until: From what meets this condition it is not followed any further.
    """

    start: PygenQuery[T, Any]
    hop: Branch[T, Any]
    max_distance: int | None = None
    until: PygenFilter | None = None

    async def pages(self) -> AsyncGenerator[PygenList[T]]:
        """Page by page; close it if you leave it early, as `contextlib.aclosing` and `closing` do."""
        async with aclosing(self.distances()) as levels:
            async for _, page in levels:
                yield page

    async def distances(self) -> AsyncGenerator[tuple[int, PygenList[T]]]:
        """How far, and what is found there. Close it if you leave it early, as `contextlib.aclosing` and `closing` do."""
        seen: set[Any] = set()
        frontier: list[Any] = await self.start.to_list()
        distance = 0
        while frontier and (self.max_distance is None or distance < self.max_distance):
            distance += 1
            found: dict[Any, Any] = {}
            for first in range(0, len(frontier), _TOGETHER):
                some = frontier[first : first + _TOGETHER]
                await load_branches(self.start.client, some, (self.hop,))
                new = {one.as_id(): one for item in some for one in _targets(item, self.hop)}
                new = {id_: one for id_, one in new.items() if id_ not in seen}
                seen |= new.keys()
                found |= new
                if new:
                    yield distance, PygenList(new.values())
            frontier = await self._open(found)

    def explain(self) -> str:
        """What is asked of the server first, as JSON for people, and what after that; sends nothing."""
        relation = f"{self.start.resource.__name__}.{self.hop.relation.name}"
        often = "until nothing new is found" if self.max_distance is None else f"{self.max_distance} times at most"
        return f"{self.start.explain()}\n{relation} is followed by the ids of what was found, {often}"

    async def _open(self, found: dict[Any, Any]) -> list[Any]:
        """Those that are to be followed further."""
        if self.until is None or not found:
            return list(found.values())
        kind = type(next(iter(found.values())))
        ends = await members(self.start.client, kind, list(found), self.until)
        return [one for id_, one in found.items() if id_ not in ends]


_TOGETHER = 1000  # instances whose relations are followed in one request


def _targets(item: PygenResource, hop: Branch[Any, Any]) -> list[Any]:
    """What an object leads to; it forgets it, so that what was walked over does not add up in memory."""
    linked = item._related.pop(hop.relation.name)  # noqa: SLF001 - it was loaded for this
    return [one.node for one in linked]


def follow(query: PygenQuery[T, Any], hop: Hop[T, N]) -> PygenPath[N, T, N]:
    """A path from a query; see `PygenQuery.follow`."""
    return PygenPath(query, (chosen(query.resource, hop),))


def reach(
    query: PygenQuery[T, F],
    hop: Hop[T, Any],
    max_distance: int | None,
    until: PygenFilter | Callable[[F], PygenFilter] | None,
) -> PygenReach[T]:
    """Everything that can be reached from a query; see `PygenQuery.reach`.

    Raises:
        UsageError: The relation leads to another class, or the distance is no number from 1 on.
    """
    branch = chosen(query.resource, hop)
    if branch.relation.target not in query.resource.__mro__:
        raise UsageError(
            f"{query.resource.__name__}.{branch.relation.name} leads to {branch.relation.target.__name__}, from which it cannot be "
            "followed again: use follow(…)"
        )
    if max_distance is not None and max_distance < 1:
        raise UsageError(f"max_distance is {max_distance}: give 1 or more, or None for as far as it goes")
    end = None if until is None else as_filter(until, fields_of(query.resource, query.fields))
    return PygenReach(query, branch, max_distance, end)


def explain(query: PygenQuery[Any, Any]) -> str:
    """The first request of a query, as JSON for people, and what is asked for apart."""
    apart: list[str] = []
    request: Any = query._request()  # noqa: SLF001 - what it is there for
    if isinstance(query, GraphQuery):
        request, apart = explained(query)
    lines = [f"POST /models/instances/{'query' if isinstance(query, GraphQuery) else 'list'}"]
    lines.append(json.dumps(msgspec.json.decode(encode(request)), indent=2))
    return "\n".join(lines + [f"{name} is asked for apart, by the ids of those that it starts from" for name in apart])
