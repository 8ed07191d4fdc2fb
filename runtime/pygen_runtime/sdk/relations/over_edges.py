"""Relations over edges, which have properties of their own."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast, overload

from pygen_runtime.errors import UsageError
from pygen_runtime.sdk.fields.narrowing import EVERYTHING, Linked
from pygen_runtime.sdk.instances.resource import PygenEdge, PygenResource
from pygen_runtime.sdk.instances.via import Edges
from pygen_runtime.sdk.queries.query import PygenQuery
from pygen_runtime.sdk.relations.relation import ToMany, ToOne

if TYPE_CHECKING:
    from collections.abc import Callable

    from pygen_runtime.schema.filters import PygenFilter
    from pygen_runtime.sdk.fields.common import EdgeFields
    from pygen_runtime.sdk.fields.types import F, Leads, LeadsOver

T = TypeVar("T", bound=PygenResource)
E = TypeVar("E", bound=PygenEdge)


class EdgeToOne(ToOne[T], Generic[T, E]):
    """The way over an edge to at most one other node."""

    async def edge(self) -> E | None:
        """The edge that leads to the target, with its properties; a bare `PygenEdge` if it has no data where its view requires some."""
        found = await self._one(self._edge)
        return cast("E", found.edge) if found else None


class EdgeToMany(ToMany[T], Generic[T, E]):
    """The way over edges to any number of other nodes. A node comes as often as there are edges to it."""

    if TYPE_CHECKING:

        def where(self: Leads[F], condition: PygenFilter | Callable[[F], PygenFilter]) -> EdgeToMany[T, E]:
            """It stays a relation over edges; see `ToMany.where`."""
            ...

    @property
    def edge_class(self) -> type[E]:
        """The class of the edges."""
        return cast("type[E]", self._edge)

    @overload
    def edges(self: EdgeToMany[T, PygenEdge]) -> PygenQuery[PygenEdge, EdgeFields]: ...

    @overload
    def edges(self: LeadsOver[F]) -> PygenQuery[E, F]: ...

    def edges(self) -> PygenQuery[Any, Any]:
        """The edges themselves, with their properties, as a lazy query; those without properties too.

        An edge that has no data where its view requires some comes as a bare `PygenEdge`. Conditions on targets are not for edges.

        Raises:
            UsageError: The relation was narrowed by a condition on its targets, or sorted or limited by them.
        """
        if self._narrowing != EVERYTHING:
            raise UsageError("edges() are those of the whole relation: narrow the query that it gives, or use linked()")
        return self._edges(self.edge_class, cast("Edges", self._via))

    async def linked(self) -> AsyncGenerator[Linked[E, T]]:
        """Each node with the edge that leads to it, whose properties are read along.

        Close it if you leave it early, as `contextlib.aclosing` and `closing` do.
        """
        async with aclosing(self._pages(self._edge)) as pages:
            async for page in pages:
                for one in page:
                    yield one
