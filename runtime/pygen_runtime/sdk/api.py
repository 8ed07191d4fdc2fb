"""What can be asked of one view."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast, get_args, overload

from pygen_runtime.schema import EdgeId, NodeId
from pygen_runtime.schema.filters import PygenFilter
from pygen_runtime.schema.requests import Sort
from pygen_runtime.sdk.api_ids import Reference, RetrievedList, instance_id, is_single, missing_error
from pygen_runtime.sdk.changes.changes import OnFeedExpired
from pygen_runtime.sdk.changes.feed import ChangeFeed
from pygen_runtime.sdk.changes.sync_changes import SyncChangeFeed
from pygen_runtime.sdk.fields.conditions import to_filter
from pygen_runtime.sdk.fields.fields import TextField
from pygen_runtime.sdk.fields.known import remember
from pygen_runtime.sdk.fields.types import C_co, F_co
from pygen_runtime.sdk.graph.branch import Choice
from pygen_runtime.sdk.graph.include import load
from pygen_runtime.sdk.instances.clients import AnyClient, bridge_of
from pygen_runtime.sdk.instances.lists import PygenList
from pygen_runtime.sdk.instances.resource import PygenResource
from pygen_runtime.sdk.queries.groups import Figuring
from pygen_runtime.sdk.queries.lookup import lookup
from pygen_runtime.sdk.queries.projection import Selecting
from pygen_runtime.sdk.queries.query import PygenQuery
from pygen_runtime.sdk.queries.search import Operator
from pygen_runtime.sdk.queries.sync_groups import SyncFiguring
from pygen_runtime.sdk.queries.sync_projection import SyncSelecting
from pygen_runtime.sdk.queries.sync_query import SyncQuery
from pygen_runtime.sdk.relations.descriptor import Relation, relations
from pygen_runtime.sdk.relations.relation import PygenRelation

if TYPE_CHECKING:
    from pygen_runtime.client import AsyncPygenClient
    from pygen_runtime.sync import PygenClient

T = TypeVar("T", bound=PygenResource)


class BaseViewAPI(Generic[T, F_co, C_co]):
    """What the API of a view knows, whichever kind of client asks: `ViewAPI[Turbine, TurbineFields, TurbineConditions]`.

    Attributes:
        resource: The class of the view.
        conditions: The TypedDict of its keyword conditions.
        fields: The class of its fields.
    """

    resource: type[T]  # these three are of the class, whose variables cannot be told to depend on its parameters
    conditions: type[C_co]
    fields: type[F_co]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for base in vars(cls).get("__orig_bases__", ()):
            given = get_args(base)
            if len(given) == 3 and all(isinstance(one, type) for one in given) and "resource" not in vars(cls):
                for name, one in zip(("resource", "fields", "conditions"), given, strict=True):
                    setattr(cls, name, one)
        if "resource" in vars(cls):
            remember(cls)

    def __init__(self, client: AnyClient) -> None:
        self._client = client

    def relations(self) -> dict[str, Relation[PygenRelation[Any], Any, Any, Any]]:
        """The relations of the view's class, by the name of their attribute."""
        return relations(self.resource)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.resource.VIEW}>"

    def _query(self, conditions: Mapping[str, object]) -> PygenQuery[T, F_co]:
        condition = to_filter(self.conditions, self.resource.VIEW, conditions)
        fields = self.fields() if hasattr(self, "fields") else None
        return PygenQuery(client=self._client, resource=self.resource, fields=fields, condition=condition)

    def _subject(self) -> PygenQuery[T, F_co]:
        return self._query({})

    async def _lookup(self, ids: Reference | Iterable[Reference], space: str | None, *, strict: bool) -> Any:
        """One object or None, or a list that knows what is missing."""
        single = is_single(ids, space)
        wanted = [self._id(one, space) for one in ([ids] if single else cast("Iterable[Reference]", ids))]
        found = await lookup(self._client, self.resource, wanted)
        listed = RetrievedList(found, self.resource, wanted=wanted)
        if strict and listed.missing:
            raise missing_error(self.resource, listed.missing)
        if single:
            return found[0] if found else None
        return listed

    def _id(self, reference: object, space: str | None) -> NodeId | EdgeId:
        return instance_id(self.resource, reference, space)


class ViewAPI(BaseViewAPI[T, F_co, C_co], Selecting[F_co], Figuring[F_co]):
    """The verbs that every view shares; generated subclasses add those whose keywords depend on the view."""

    def __init__(self, client: AsyncPygenClient) -> None:
        super().__init__(client)

    def all(self) -> PygenQuery[T, F_co]:
        """Every instance of the view, as a lazy query."""
        return self._where({})

    def changes(
        self,
        since: str | None = None,
        *,
        backfill: bool = True,
        on_expired: OnFeedExpired = "raise",
        interval: float = 10.0,
    ) -> ChangeFeed[T]:
        """What happens to the instances of the view; see `PygenQuery.changes`, which also takes conditions."""
        return self.all().changes(since, backfill=backfill, on_expired=on_expired, interval=interval)

    def where(self, condition: PygenFilter | Callable[[F_co], PygenFilter]) -> PygenQuery[T, F_co]:
        """The instances that meet a condition; see `PygenQuery.where`."""
        return self.all().where(condition)

    def sort(self, *keys: str | Callable[[F_co], Sort | tuple[Sort, ...]]) -> PygenQuery[T, F_co]:
        """Every instance of the view, in an order; see `PygenQuery.sort`."""
        return self.all().sort(*keys)

    def include(self, *branches: Choice[T]) -> PygenQuery[T, F_co]:
        """Every instance of the view, with what relations lead to; see `PygenQuery.include`."""
        return self.all().include(*branches)

    async def load(self, items: Iterable[T], *branches: Choice[T]) -> PygenList[T]:
        """Bring what relations lead to for objects that are there already, in a few requests for all of them together.

            await client.turbine.load(turbines, lambda t: t.rotor, lambda t: t.blades.include(lambda b: b.sensors))

        Args:
            items: The objects; reading these relations of them needs no request from then on.
            branches: Each names a relation of the class; see `PygenQuery.include`.

        Returns:
            The same objects.

        Raises:
            UsageError: There is no such relation, or it is named twice.
            IncludeDepthError: A branch leads too far.
        """
        return await load(self._client, items, branches)

    async def count(self) -> int:
        """How many instances the view has, counted by the server."""
        return await self.all().count()

    async def search(
        self,
        query: str,
        *,
        properties: str | Sequence[str] | Callable[[F_co], TextField[Any] | tuple[TextField[Any], ...]] | None = None,
        operator: Operator = "AND",
        limit: int = 25,
    ) -> PygenList[T]:
        """The best matches of a text search in the view; see `PygenQuery.search`, which also takes conditions."""
        return await self.all().search(query, properties=properties, operator=operator, limit=limit)

    @overload
    async def retrieve(  # type: ignore[overload-overlap]  # a str is an Iterable[str] too: the first signature is meant
        self, ids: Reference, *, space: str | None = None, strict: bool = False
    ) -> T | None: ...

    @overload
    async def retrieve(
        self, ids: Iterable[Reference], *, space: str | None = None, strict: bool = False
    ) -> RetrievedList[T]: ...

    async def retrieve(
        self, ids: Reference | Iterable[Reference], *, space: str | None = None, strict: bool = False
    ) -> T | RetrievedList[T] | None:
        """One instance by its id, or several by theirs.

        Args:
            ids: An id, or any number of them. External ids alone need `space`. Two texts in a tuple are one id: space, external id.
            space: The space of the external ids that are given without one.
            strict: Whether an id that the view does not have is an error.

        Returns:
            For one id the instance, or None when the view has none of that id; for several a list in the order of the
            ids, without those that the view does not have, which its `missing` tells.

        Raises:
            NoInstanceError: With `strict`: the view does not have an id.
            UsageError: A plain external id came without `space`, or another id with it.
        """
        return cast("T | RetrievedList[T] | None", await self._lookup(ids, space, strict=strict))

    def _where(self, conditions: Mapping[str, object]) -> PygenQuery[T, F_co]:
        return self._query(conditions)


class SyncViewAPI(BaseViewAPI[T, F_co, C_co], SyncSelecting[F_co], SyncFiguring[F_co]):
    """The verbs that every view shares, without `await`; generated subclasses add those whose keywords depend on the view."""

    def __init__(self, client: PygenClient) -> None:
        super().__init__(client)

    def all(self) -> SyncQuery[T, F_co]:
        """Every instance of the view, as a lazy query."""
        return self._where({})

    def changes(
        self,
        since: str | None = None,
        *,
        backfill: bool = True,
        on_expired: OnFeedExpired = "raise",
        interval: float = 10.0,
    ) -> SyncChangeFeed[T]:
        """What happens to the instances of the view; see `PygenQuery.changes`, which also takes conditions."""
        return self.all().changes(since, backfill=backfill, on_expired=on_expired, interval=interval)

    def where(self, condition: PygenFilter | Callable[[F_co], PygenFilter]) -> SyncQuery[T, F_co]:
        """The instances that meet a condition; see `PygenQuery.where`."""
        return self.all().where(condition)

    def sort(self, *keys: str | Callable[[F_co], Sort | tuple[Sort, ...]]) -> SyncQuery[T, F_co]:
        """Every instance of the view, in an order; see `PygenQuery.sort`."""
        return self.all().sort(*keys)

    def include(self, *branches: Choice[T]) -> SyncQuery[T, F_co]:
        """Every instance of the view, with what relations lead to; see `PygenQuery.include`."""
        return self.all().include(*branches)

    def load(self, items: Iterable[T], *branches: Choice[T]) -> PygenList[T]:
        """Bring what relations lead to for objects that are there already, in a few requests for all of them together.

            client.turbine.load(turbines, lambda t: t.rotor, lambda t: t.blades.include(lambda b: b.sensors))

        Args:
            items: The objects; reading these relations of them needs no request from then on.
            branches: Each names a relation of the class; see `PygenQuery.include`.

        Returns:
            The same objects.

        Raises:
            UsageError: There is no such relation, or it is named twice.
            IncludeDepthError: A branch leads too far.
        """
        return bridge_of(self._client).run(lambda _: load(self._client, items, branches))

    def count(self) -> int:
        """How many instances the view has, counted by the server."""
        return self.all().count()

    def search(
        self,
        query: str,
        *,
        properties: str | Sequence[str] | Callable[[F_co], TextField[Any] | tuple[TextField[Any], ...]] | None = None,
        operator: Operator = "AND",
        limit: int = 25,
    ) -> PygenList[T]:
        """The best matches of a text search in the view; see `PygenQuery.search`, which also takes conditions."""
        return self.all().search(query, properties=properties, operator=operator, limit=limit)

    @overload
    def retrieve(  # type: ignore[overload-overlap]  # a str is an Iterable[str] too: the first signature is meant
        self, ids: Reference, *, space: str | None = None, strict: bool = False
    ) -> T | None: ...

    @overload
    def retrieve(
        self, ids: Iterable[Reference], *, space: str | None = None, strict: bool = False
    ) -> RetrievedList[T]: ...

    def retrieve(
        self, ids: Reference | Iterable[Reference], *, space: str | None = None, strict: bool = False
    ) -> T | RetrievedList[T] | None:
        """One instance by its id, or several by theirs.

        Args:
            ids: An id, or any number of them. External ids alone need `space`. Two texts in a tuple are one id: space, external id.
            space: The space of the external ids that are given without one.
            strict: Whether an id that the view does not have is an error.

        Returns:
            For one id the instance, or None when the view has none of that id; for several a list in the order of the
            ids, without those that the view does not have, which its `missing` tells.

        Raises:
            NoInstanceError: With `strict`: the view does not have an id.
            UsageError: A plain external id came without `space`, or another id with it.
        """
        found = bridge_of(self._client).run(lambda _: self._lookup(ids, space, strict=strict))
        return cast("T | RetrievedList[T] | None", found)

    def _where(self, conditions: Mapping[str, object]) -> SyncQuery[T, F_co]:
        return SyncQuery(self._query(conditions))
