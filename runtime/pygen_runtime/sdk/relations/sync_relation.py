"""Relations of objects that came from a synchronous client: the same as others, without `await`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, cast, overload

from pygen_runtime.schema import NodeId
from pygen_runtime.schema.filters import PygenFilter
from pygen_runtime.sdk.fields.narrowing import Linked, SortKey
from pygen_runtime.sdk.fields.types import F, Leads, LeadsOver
from pygen_runtime.sdk.instances.clients import bridge_of
from pygen_runtime.sdk.instances.lists import PygenList
from pygen_runtime.sdk.instances.resource import PygenEdge, PygenResource
from pygen_runtime.sdk.queries.sync_query import SyncQuery
from pygen_runtime.sdk.relations.over_edges import EdgeToMany, EdgeToOne
from pygen_runtime.sdk.relations.relation import PygenRelation, ToMany, ToOne
from pygen_runtime.sync import Bridge
from pygen_runtime.sync.reader import drain

if TYPE_CHECKING:
    from pygen_runtime.sdk.fields.common import EdgeFields

T = TypeVar("T", bound=PygenResource)
E = TypeVar("E", bound=PygenEdge)
K_co = TypeVar("K_co", bound=PygenRelation[Any], covariant=True)


class SyncRelation(Generic[K_co]):
    """The way from one object to others; nothing is fetched before it is asked for.

    It is fetched for the objects that came on one page with this one, too, as far as one request can do that.

    Args:
        owner: The object, which knows its client.
        relation: The relation that does the work, on the client's event loop.
    """

    def __init__(self, owner: PygenResource, relation: K_co) -> None:
        self._owner, self._relation = owner, relation

    @property
    def ids(self) -> list[NodeId]:
        """The ids that the object itself holds, without a request: those of a direct relation; none for other ways."""
        return self._relation.ids

    @property
    def is_loaded(self) -> bool:
        """Whether reading it needs no request: it came with the object, or was fetched for all that came on its page."""
        return self._relation.is_loaded

    def __repr__(self) -> str:
        return repr(self._relation).replace("<", "<Sync", 1)

    @property
    def _bridge(self) -> Bridge:
        return bridge_of(self._owner._attached())  # noqa: SLF001 - the object keeps its client for its relations

    def _loaded(self) -> list[Linked[Any, Any]] | None:
        return self._relation._included()  # noqa: SLF001 - its twin


class SyncToOne(SyncRelation[ToOne[T]]):
    """The way to at most one other node."""

    @property
    def target(self) -> type[T]:
        """The class at the other end."""
        return self._relation.target

    @property
    def id(self) -> NodeId | None:
        """The id of the target, without a request: that of a direct relation; None for other ways."""
        return self._relation.id

    def get(self) -> T | None:
        """The target; None when there is none, or when it cannot be seen through the target's view."""
        loaded = self._loaded()
        if loaded is not None:
            return cast("T", loaded[0].node) if loaded else None
        return self._bridge.run(lambda _: self._relation.get())


class SyncToMany(SyncRelation[ToMany[T]]):
    """The way to any number of other nodes; iterate it, as often as you like.

    Targets that cannot be seen through the target's view (they have no data in it) are not part of the relation. A value: `where`,
    `sort` and `limit` give a new one.
    """

    @property
    def target(self) -> type[T]:
        """The class at the other end."""
        return self._relation.target

    def where(self: Leads[F], condition: PygenFilter | Callable[[F], PygenFilter]) -> SyncToMany[T]:
        """Only targets that meet this condition as well: `turbine.blades.where(lambda b: b.length > 60.0)`.

        What came by `include` cannot be searched here, so this asks the server.

        Args:
            condition: A function of the fields of the target, or a filter.

        Raises:
            UsageError: A value cannot be compared with, or the function gives no filter.
        """
        me = cast("SyncToMany[T]", self)
        return type(me)(me._owner, me._relation.where(condition))  # noqa: SLF001 - its own

    def filter(self, **conditions: object) -> Self:
        """Only targets that meet these conditions.

        Args:
            conditions: The keywords of `filter` of the target's view; or a field of the target → its value, several values of which
                one is enough, or None for no value.

        Raises:
            UsageError: A keyword or field is unknown, or a value cannot be filtered by.
        """
        return type(self)(self._owner, self._relation.filter(**conditions))

    def sort(self, *keys: SortKey) -> Self:
        """In this order instead of that of the relation. Along direct relations and edges, all targets are fetched before the first.

        Args:
            keys: At most five fields of the target, the most important first: names, `-` before one turning its order round, or functions
                such as `lambda b: b.length.desc()`.
                Targets without a value come last.

        Raises:
            UsageError: A field is unknown, or there are more than five.
        """
        return type(self)(self._owner, self._relation.sort(*keys))

    def limit(self, most: int | None) -> Self:
        """At most this many; None: all of them.

        Raises:
            UsageError: The number is negative.
        """
        return type(self)(self._owner, self._relation.limit(most))

    def pages(self) -> Iterator[PygenList[T]]:
        """Page by page; close it if you leave it early, as `contextlib.aclosing` and `closing` do."""
        loaded = self._loaded()
        if loaded is None:
            yield from drain(self._bridge, lambda _: self._relation.pages(), at_once=1)
        elif loaded:
            yield PygenList(one.node for one in loaded)

    def __iter__(self) -> Iterator[T]:
        for page in self.pages():
            yield from page

    def to_list(self) -> PygenList[T]:
        """All targets at once, in memory."""
        loaded = self._loaded()
        if loaded is not None:
            return PygenList(one.node for one in loaded)
        return self._bridge.run(lambda _: self._relation.to_list())

    def first(self) -> T | None:
        """The first one, or None when there is none."""
        loaded = self._loaded()
        if loaded is not None:
            return cast("T", loaded[0].node) if loaded else None
        return self._bridge.run(lambda _: self._relation.first())

    def count(self) -> int:
        """How many there are: counted by the server if the relation goes backwards, otherwise walked.

        Counts of the server may lag behind writes by seconds on CDF.
        """
        loaded = self._loaded()
        return self._bridge.run(lambda _: self._relation.count()) if loaded is None else len(loaded)


class SyncEdgeToOne(SyncToOne[T], Generic[T, E]):
    """The way over an edge to at most one other node."""

    _relation: EdgeToOne[T, E]

    def edge(self) -> E | None:
        """The edge that leads to the target, with its properties; a bare `PygenEdge` if it has no data where its view requires some."""
        loaded = self._loaded()
        if loaded is not None:
            return cast("E", loaded[0].edge) if loaded else None
        return self._bridge.run(lambda _: self._relation.edge())


class SyncEdgeToMany(SyncToMany[T], Generic[T, E]):
    """The way over edges to any number of other nodes. A node comes as often as there are edges to it."""

    _relation: EdgeToMany[T, E]

    if TYPE_CHECKING:

        def where(self: Leads[F], condition: PygenFilter | Callable[[F], PygenFilter]) -> SyncEdgeToMany[T, E]:
            """It stays a relation over edges; see `SyncToMany.where`."""
            ...

    @property
    def edge_class(self) -> type[E]:
        """The class of the edges."""
        return self._relation.edge_class

    @overload
    def edges(self: SyncEdgeToMany[T, PygenEdge]) -> SyncQuery[PygenEdge, EdgeFields]: ...

    @overload
    def edges(self: LeadsOver[F]) -> SyncQuery[E, F]: ...

    def edges(self) -> SyncQuery[Any, Any]:
        """The edges themselves, with their properties, as a lazy query; those without properties too.

        An edge that has no data where its view requires some comes as a bare `PygenEdge`. Conditions on targets are not for edges.

        Raises:
            UsageError: The relation was narrowed by a condition on its targets, or sorted or limited by them.
        """
        return SyncQuery(self._relation.edges())

    def linked(self) -> Iterator[Linked[E, T]]:
        """Each node with the edge that leads to it, whose properties are read along.

        Close it if you leave it early, as `contextlib.aclosing` and `closing` do.
        """
        loaded = self._loaded()
        if loaded is None:
            pages = drain(self._bridge, lambda _: self._relation._pages(self._relation._edge), at_once=1)  # noqa: SLF001 - its twin
        else:
            pages = iter([loaded])
        for page in pages:
            yield from page
