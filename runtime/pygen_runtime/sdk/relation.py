"""Relations: lazy ways from one object to others.

A generated class holds one descriptor for each relation; reading it on an object gives a `ToOne` or a `ToMany`, which ask
the server only when they are awaited or iterated. `Direct`, `Edges` and `Reverse` say which way the relation goes.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Generic, Literal, Self, TypeVar, cast, overload

from pygen_runtime.schema import ContainerId, NodeId, ViewId
from pygen_runtime.schema.filters import ContainsAny, Equals, PygenFilter
from pygen_runtime.sdk.lookup import lookup
from pygen_runtime.sdk.query import PygenQuery
from pygen_runtime.sdk.resource import PygenEdge, PygenList, PygenNode, PygenResource

T = TypeVar("T", bound=PygenResource)
E = TypeVar("E", bound=PygenEdge)
R = TypeVar("R", bound="PygenRelation[Any]")


@dataclass(frozen=True, slots=True)
class Direct:
    """Along a direct relation, or a list of them, whose ids stand in a field of the object."""

    field: str


@dataclass(frozen=True, slots=True)
class Edges:
    """Along edges of one type; outwards means that the object is their start node."""

    type: NodeId
    direction: Literal["outwards", "inwards"]


@dataclass(frozen=True, slots=True)
class Reverse:
    """To the nodes whose direct relation points at the object."""

    source: ViewId | ContainerId
    property: str
    through_list: bool = False


Via = Direct | Edges | Reverse


class PygenRelation(Generic[T]):
    """The way from one object to others; nothing is fetched before it is awaited or iterated."""

    def __init__(self, owner: PygenResource, target: type[T], via: Via, edge: type[PygenEdge] = PygenEdge) -> None:
        self._owner = owner
        self._target = target
        self._via = via
        self._edge = edge

    @property
    def ids(self) -> list[NodeId]:
        """The ids that the object itself holds, without a request: those of a direct relation; none for other ways."""
        if not isinstance(self._via, Direct):
            return []
        held = getattr(self._owner, self._via.field)
        if held is None:
            return []
        return list(held) if isinstance(held, list) else [held]

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._target.__name__} of {self._owner.space}:{self._owner.external_id}>"

    def _edges(self, edge: type[E], via: Edges) -> PygenQuery[E]:
        near = "startNode" if via.direction == "outwards" else "endNode"
        condition = Equals(("edge", "type"), via.type) & Equals(("edge", near), self._owner.as_id())
        return PygenQuery(client=self._owner._attached(), resource=edge, condition=condition)  # noqa: SLF001 - the object keeps its client for its relations

    def _reverse(self, via: Reverse) -> PygenQuery[T]:
        source = via.source
        reference = (source.space, source.key if isinstance(source, ViewId) else source.external_id, via.property)
        me = self._owner.as_id()
        condition: PygenFilter = ContainsAny(reference, [me]) if via.through_list else Equals(reference, me)
        return PygenQuery(client=self._owner._attached(), resource=self._target, condition=condition)  # noqa: SLF001 - as above

    async def _pages(self) -> AsyncGenerator[PygenList[T], None]:
        """Page by page, whichever way the relation goes."""
        client = self._owner._attached()  # noqa: SLF001 - as above
        match self._via:
            case Direct():
                yield await lookup(client, self._target, self.ids)
            case Reverse() as via:
                async with aclosing(self._reverse(via).pages()) as pages:
                    async for page in pages:
                        yield page
            case Edges() as via:
                far = "end_node" if via.direction == "outwards" else "start_node"
                async with aclosing(self._edges(PygenEdge, via).pages()) as bare:
                    async for edges in bare:
                        yield await lookup(client, self._target, [getattr(edge, far) for edge in edges])


class ToOne(PygenRelation[T]):
    """The way to at most one other node."""

    @property
    def id(self) -> NodeId | None:
        """The id of the target, without a request: that of a direct relation; None for other ways."""
        return next(iter(self.ids), None)

    async def get(self) -> T | None:
        """The target; None when there is none, or when it cannot be seen through the target's view."""
        async with aclosing(self._pages()) as pages:
            async for page in pages:
                for item in page:
                    return item
        return None


class ToMany(PygenRelation[T]):
    """The way to any number of other nodes; iterate it, as often as you like.

    Targets that cannot be seen through the target's view (they have no data in it) are not part of the relation.
    """

    async def __aiter__(self) -> AsyncIterator[T]:
        async with aclosing(self._pages()) as pages:
            async for page in pages:
                for item in page:
                    yield item

    async def to_list(self) -> PygenList[T]:
        """All targets at once, in memory."""
        found: PygenList[T] = PygenList()
        async with aclosing(self._pages()) as pages:
            async for page in pages:
                found.extend(page)
        return found


class EdgeToOne(ToOne[T], Generic[T, E]):
    """The way over an edge to at most one other node."""

    async def edge(self) -> E | None:
        """The edge itself, with its properties."""
        return await self._edges(cast("type[E]", self._edge), cast("Edges", self._via)).first()


class EdgeToMany(ToMany[T], Generic[T, E]):
    """The way over edges to any number of other nodes."""

    def edges(self) -> PygenQuery[E]:
        """The edges themselves, with their properties, as a lazy query."""
        return self._edges(cast("type[E]", self._edge), cast("Edges", self._via))


class Relation(Generic[R]):
    """Descriptor: on an object of the class it gives the relation of that object.

    Attributes:
        target: The class at the other end.
        via: Which way the relation goes.
    """

    def __init__(
        self,
        kind: Callable[..., R],
        target: Callable[[], type[PygenResource]],
        via: Via,
        edge: Callable[[], type[PygenEdge]] | None = None,
    ) -> None:
        self._kind = kind
        self._target = target  # a function, because classes may refer to one that is defined further down
        self._edge = edge or (lambda: PygenEdge)
        self.via = via

    @property
    def target(self) -> type[PygenResource]:
        """The class at the other end."""
        return self._target()

    @overload
    def __get__(self, owner: None, kind: type[PygenResource]) -> Self: ...

    @overload
    def __get__(self, owner: PygenResource, kind: type[PygenResource]) -> R: ...

    def __get__(self, owner: PygenResource | None, kind: type[PygenResource]) -> Self | R:
        return self if owner is None else self._kind(owner, self._target(), self.via, self._edge())


N = TypeVar("N", bound=PygenNode)


def to_one(target: Callable[[], type[N]], via: Direct | Reverse) -> Relation[ToOne[N]]:
    """A relation to at most one node."""
    return Relation(ToOne, target, via)


def to_many(target: Callable[[], type[N]], via: Direct | Reverse) -> Relation[ToMany[N]]:
    """A relation to any number of nodes."""
    return Relation(ToMany, target, via)


@overload
def edge_to_one(target: Callable[[], type[N]], via: Edges) -> Relation[EdgeToOne[N, PygenEdge]]: ...


@overload
def edge_to_one(
    target: Callable[[], type[N]], via: Edges, edge: Callable[[], type[E]]
) -> Relation[EdgeToOne[N, E]]: ...


def edge_to_one(
    target: Callable[[], type[N]], via: Edges, edge: Callable[[], type[PygenEdge]] | None = None
) -> Relation[Any]:
    """A relation over an edge to at most one node; `edge` is the class of the edge's own properties."""
    return Relation(EdgeToOne, target, via, edge)


@overload
def edge_to_many(target: Callable[[], type[N]], via: Edges) -> Relation[EdgeToMany[N, PygenEdge]]: ...


@overload
def edge_to_many(
    target: Callable[[], type[N]], via: Edges, edge: Callable[[], type[E]]
) -> Relation[EdgeToMany[N, E]]: ...


def edge_to_many(
    target: Callable[[], type[N]], via: Edges, edge: Callable[[], type[PygenEdge]] | None = None
) -> Relation[Any]:
    """A relation over edges to any number of nodes; `edge` is the class of the edges' own properties."""
    return Relation(EdgeToMany, target, via, edge)


def relations(resource: type[PygenResource]) -> dict[str, Relation[PygenRelation[Any]]]:
    """The relations of a class, by the name of their attribute, in the order of the class."""
    return {name: value for name, value in vars(resource).items() if isinstance(value, Relation)}
