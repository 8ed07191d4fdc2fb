"""Instances of a view, each as an object of the most derived class that it has data of."""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from pygen_runtime.errors import UsageError
from pygen_runtime.schema import EdgeId, NodeId, ViewId
from pygen_runtime.sdk.instances.clients import asking
from pygen_runtime.sdk.instances.lists import PygenList
from pygen_runtime.sdk.instances.resource import PygenResource, SyncResource

if TYPE_CHECKING:
    from pygen_runtime.sdk.queries.query import PygenQuery

D = TypeVar("D", bound=PygenResource)

Id = NodeId | EdgeId
Kinds = Sequence[type[PygenResource]]


@dataclass(frozen=True, slots=True)
class DerivedQuery(Generic[D]):
    """The instances of a query, each as an object of the most derived class, described but not fetched.

    The server says what an instance is. A page of the query costs one request that asks for that, and one more for each class
    that is met in it, however many instances there are.

    Args:
        query: The query; its conditions, order and limit hold.
        classes: The classes to tell apart; none: all classes of the SDK whose views implement that of the query.
    """

    query: PygenQuery[Any, Any]
    classes: tuple[type[D], ...] = ()

    async def pages(self) -> AsyncIterator[PygenList[D]]:
        """Page by page, in the order of the query. Instances that are of none of the classes come as the query's own."""
        ranked = await self._ranked()
        async with self.query.pages() as pages:
            async for page in pages:
                yield await self._derived(page, ranked)

    async def __aiter__(self) -> AsyncIterator[D]:
        async with aclosing(cast("AsyncGenerator[PygenList[D]]", self.pages())) as pages:
            async for page in pages:
                for item in page:
                    yield item

    async def to_list(self) -> PygenList[D]:
        """All of them at once, in memory. Frames of the list have the columns of the query's class, which all of them have."""
        return PygenList([item async for item in self], self.query.resource)

    async def _derived(self, page: Sequence[Any], ranked: Kinds) -> PygenList[D]:
        """The same instances, as what the server says they are.

        Where data alone would make an instance something that its view's filter says it is not, looking it up finds nothing, and
        the next class is tried.
        """
        from pygen_runtime.sdk.queries.lookup import lookup  # noqa: PLC0415 - which builds on queries

        found: dict[Id, Any] = {item.as_id(): item for item in page}
        open_ = await self._candidates(list(found), ranked)
        while open_:
            for kind in dict.fromkeys(kinds[0] for kinds in open_.values()):
                wanted = [id_ for id_, kinds in open_.items() if kinds and kinds[0] is kind]
                for item in await lookup(self.query.client, kind, wanted):
                    found[item.as_id()] = item
                    del open_[item.as_id()]
                for id_ in wanted:
                    if id_ in open_:
                        open_[id_] = open_[id_][1:]
            open_ = {id_: kinds for id_, kinds in open_.items() if kinds}
        return PygenList((found[item.as_id()] for item in page), self.query.resource)

    async def _candidates(self, ids: Sequence[Id], ranked: Kinds) -> dict[Id, Kinds]:
        """The classes that each instance may be of, the most derived first."""
        if not ranked or not ids:
            return {}
        told = await asking(self.query.client).instances.inspect(ids, involved_containers=False)
        make = NodeId if self.query.resource.INSTANCE_TYPE == "node" else EdgeId
        found: dict[Id, Kinds] = {}
        for one in told:
            views = set(one.inspection_results.involved_views or ())
            kinds = [kind for kind in ranked if kind.VIEW in views]
            if kinds:
                found[make(one.space, one.external_id)] = kinds
        return found

    async def _ranked(self) -> Kinds:
        """The classes, those that others derive from behind them."""
        resource = self.query.resource
        classes = dict.fromkeys(self.classes or _classes_beside(resource))
        views = [kind.VIEW for kind in classes if kind.VIEW is not None]
        known = await _parents(self.query, [resource.VIEW, *views])
        above = {view: _ancestors(view, known) for view in known}
        below = [kind for kind in classes if kind.VIEW is not None and resource.VIEW in above.get(kind.VIEW, ())]
        strangers = [kind.__name__ for kind in self.classes if kind not in below and kind.VIEW != resource.VIEW]
        if strangers:
            raise UsageError(
                f"{', '.join(strangers)}: not derived from {resource.__name__}, as the server has the views"
            )
        return sorted(below, key=lambda kind: (-len(above[kind.VIEW]), kind.__name__))


def _classes_beside(resource: type[PygenResource]) -> list[Any]:
    """The other classes of the same SDK, for the same kind of client and of instance."""
    base = next(kind for kind in resource.__mro__ if not issubclass(kind, SyncResource) and "VIEW" in vars(kind))
    sync = issubclass(resource, SyncResource)
    return [
        kind
        for kind in vars(sys.modules[base.__module__]).values()
        if isinstance(kind, type)
        and issubclass(kind, PygenResource)
        and issubclass(kind, SyncResource) == sync
        and kind.VIEW is not None
        and kind.INSTANCE_TYPE == resource.INSTANCE_TYPE
        and kind.VIEW != resource.VIEW
    ]


async def _parents(query: PygenQuery[Any, Any], views: Iterable[ViewId | None]) -> dict[ViewId, list[ViewId]]:
    """View → those that it implements directly, with all that are met on the way up."""
    known: dict[ViewId, list[ViewId]] = {}
    ask = [view for view in dict.fromkeys(views) if view is not None]
    asked = set(ask)
    while ask:
        for view in await asking(query.client).views.retrieve(ask, include_inherited_properties=False):
            known[view.as_id()] = list(view.implements or ())
        further = dict.fromkeys(parent for parents in known.values() for parent in parents)
        ask = [view for view in further if view not in asked]
        asked.update(ask)
    return known


def _ancestors(view: ViewId, parents: Mapping[ViewId, Sequence[ViewId]]) -> set[ViewId]:
    found: set[ViewId] = set()
    ask = list(parents.get(view, ()))
    while ask:
        one = ask.pop()
        if one not in found:
            found.add(one)
            ask += parents.get(one, ())
    return found
