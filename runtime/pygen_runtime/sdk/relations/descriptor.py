"""How a generated class declares its relations: once, for objects of both kinds of client."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Never, Self, TypeVar, cast, overload

from pygen_runtime.errors import UsageError
from pygen_runtime.schema.filters import PygenFilter
from pygen_runtime.sdk.fields.narrowing import SortKey
from pygen_runtime.sdk.fields.types import F, Leads
from pygen_runtime.sdk.graph.branch import Branch, Choice
from pygen_runtime.sdk.instances.resource import PygenEdge, PygenNode, PygenResource, SyncResource
from pygen_runtime.sdk.instances.via import Direct, Edges, Reverse, Via
from pygen_runtime.sdk.relations.over_edges import EdgeToMany, EdgeToOne
from pygen_runtime.sdk.relations.relation import PygenRelation, ToMany, ToOne
from pygen_runtime.sdk.relations.sync_relation import SyncEdgeToMany, SyncEdgeToOne, SyncToMany, SyncToOne

N = TypeVar("N", bound=PygenNode)
SN = TypeVar("SN", bound=PygenNode)
E = TypeVar("E", bound=PygenEdge)
SE = TypeVar("SE", bound=PygenEdge)
R_co = TypeVar("R_co", covariant=True)
S_co = TypeVar("S_co", covariant=True)
T_co = TypeVar("T_co", bound=PygenResource, covariant=True)
O_co = TypeVar("O_co", bound=PygenResource, covariant=True)

Named = Callable[[], "type[Any] | tuple[type[Any], type[Any]]"]
"""The class at the other end, or both: for asynchronous and for synchronous clients. A function, because classes may refer to one that
is defined further down."""


class Relation(Generic[R_co, S_co, T_co, O_co]):
    """Descriptor: on an object of the class it gives the relation of that object, without `await` if the object needs none.

    On the class itself it is what `include` takes, as it is or narrowed: `lambda t: t.blades.where(…).include(lambda b: b.sensors)`.

    Attributes:
        via: Which way the relation goes.
        name: What the relation is called.
    """

    def __init__(
        self,
        kind: Callable[..., Any],
        sync_kind: Callable[..., Any],
        target: Named,
        via: Via,
        edge: Named | None = None,
    ) -> None:
        self._kind, self._sync_kind = kind, sync_kind
        self._target, self._edge = target, edge or (lambda: (PygenEdge, PygenEdge))
        self.via = via
        self.name = ""

    def __set_name__(self, owner: type[PygenResource], name: str) -> None:
        self.name = name

    @property
    def target(self) -> type[T_co]:
        """The class at the other end, for asynchronous clients."""
        return _pick(self._target, sync=False)

    def ends(self, *, sync: bool) -> tuple[type[PygenResource], type[PygenResource]]:
        """The class at the other end and that of the edges between, for one kind of client."""
        return _pick(self._target, sync=sync), _pick(self._edge, sync=sync)

    @property
    def many(self) -> bool:
        """Whether it leads to any number of objects, and not to one at most."""
        return self._kind in (ToMany, EdgeToMany)

    def branch(self) -> Branch[T_co, O_co]:
        """The whole relation, as `include` takes it."""
        return Branch(relation=self)

    def sync_branch(self) -> Branch[T_co, O_co]:
        """The same."""
        return Branch(relation=self)

    def where(self: Leads[F], condition: PygenFilter | Callable[[F], PygenFilter]) -> Branch[T_co, O_co]:
        """Only targets that meet a condition; see `Branch`."""
        return cast("Relation[R_co, S_co, T_co, O_co]", self).branch().where(condition)

    def filter(self, **conditions: object) -> Branch[T_co, O_co]:
        """Only targets that meet keyword conditions; see `Branch`."""
        return self.branch().filter(**conditions)

    def sort(self, *keys: SortKey) -> Branch[T_co, O_co]:
        """The targets of each object in an order; see `Branch`."""
        return self.branch().sort(*keys)

    def limit(self, most: int | None) -> Branch[T_co, O_co]:
        """At most this many targets for each object; see `Branch`."""
        return self.branch().limit(most)

    def include(self, *branches: Choice[T_co]) -> Branch[T_co, O_co]:
        """Follow relations of the targets too; see `Branch`."""
        return self.branch().include(*branches)

    @overload
    def __get__(self, owner: None, kind: type[PygenResource]) -> Self: ...

    @overload
    def __get__(self, owner: SyncResource, kind: type[PygenResource]) -> S_co: ...

    @overload
    def __get__(self, owner: PygenResource, kind: type[PygenResource]) -> R_co: ...

    def __get__(self, owner: object, kind: type[PygenResource]) -> Any:
        if owner is None:
            return self
        sync = isinstance(owner, SyncResource)
        target, edge = self.ends(sync=sync)
        relation = self._kind(owner, target, self.via, edge, name=self.name)
        return self._sync_kind(owner, relation) if sync else relation


def _pick(named: Named, *, sync: bool) -> type[Any]:
    found = named()
    if isinstance(found, tuple):
        return found[sync]
    if sync:
        raise UsageError(f"this relation to {found.__name__} is for asynchronous clients only: generate the SDK again")
    return found


@overload
def to_one(
    target: Callable[[], tuple[type[N], type[SN]]], via: Direct | Reverse
) -> Relation[ToOne[N], SyncToOne[SN], N, SN]: ...


@overload
def to_one(target: Callable[[], type[N]], via: Direct | Reverse) -> Relation[ToOne[N], Never, N, Never]: ...


def to_one(target: Named, via: Direct | Reverse) -> Relation[Any, Any, Any, Any]:
    """A relation to at most one node."""
    return Relation(ToOne, SyncToOne, target, via)


@overload
def to_many(
    target: Callable[[], tuple[type[N], type[SN]]], via: Direct | Reverse
) -> Relation[ToMany[N], SyncToMany[SN], N, SN]: ...


@overload
def to_many(target: Callable[[], type[N]], via: Direct | Reverse) -> Relation[ToMany[N], Never, N, Never]: ...


def to_many(target: Named, via: Direct | Reverse) -> Relation[Any, Any, Any, Any]:
    """A relation to any number of nodes."""
    return Relation(ToMany, SyncToMany, target, via)


@overload
def edge_to_one(
    target: Callable[[], tuple[type[N], type[SN]]], via: Edges
) -> Relation[EdgeToOne[N, PygenEdge], SyncEdgeToOne[SN, PygenEdge], N, SN]: ...


@overload
def edge_to_one(
    target: Callable[[], tuple[type[N], type[SN]]], via: Edges, edge: Callable[[], tuple[type[E], type[SE]]]
) -> Relation[EdgeToOne[N, E], SyncEdgeToOne[SN, SE], N, SN]: ...


@overload
def edge_to_one(target: Callable[[], type[N]], via: Edges) -> Relation[EdgeToOne[N, PygenEdge], Never, N, Never]: ...


@overload
def edge_to_one(
    target: Callable[[], type[N]], via: Edges, edge: Callable[[], type[E]]
) -> Relation[EdgeToOne[N, E], Never, N, Never]: ...


def edge_to_one(target: Named, via: Edges, edge: Named | None = None) -> Relation[Any, Any, Any, Any]:
    """A relation over an edge to at most one node; `edge` is the class of the edge's own properties, or both."""
    return Relation(EdgeToOne, SyncEdgeToOne, target, via, edge)


@overload
def edge_to_many(
    target: Callable[[], tuple[type[N], type[SN]]], via: Edges
) -> Relation[EdgeToMany[N, PygenEdge], SyncEdgeToMany[SN, PygenEdge], N, SN]: ...


@overload
def edge_to_many(
    target: Callable[[], tuple[type[N], type[SN]]], via: Edges, edge: Callable[[], tuple[type[E], type[SE]]]
) -> Relation[EdgeToMany[N, E], SyncEdgeToMany[SN, SE], N, SN]: ...


@overload
def edge_to_many(target: Callable[[], type[N]], via: Edges) -> Relation[EdgeToMany[N, PygenEdge], Never, N, Never]: ...


@overload
def edge_to_many(
    target: Callable[[], type[N]], via: Edges, edge: Callable[[], type[E]]
) -> Relation[EdgeToMany[N, E], Never, N, Never]: ...


def edge_to_many(target: Named, via: Edges, edge: Named | None = None) -> Relation[Any, Any, Any, Any]:
    """A relation over edges to any number of nodes; `edge` is the class of the edges' own properties, or both."""
    return Relation(EdgeToMany, SyncEdgeToMany, target, via, edge)


def relations(resource: type[PygenResource]) -> dict[str, Relation[PygenRelation[Any], Any, Any, Any]]:
    """The relations of a class, by the name of their attribute, in the order of the class."""
    return {
        name: value
        for kind in reversed(resource.__mro__)
        for name, value in vars(kind).items()
        if isinstance(value, Relation)
    }
