"""Lazy queries over the instances of one view, for code that does not await."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast, overload

from pygen_runtime.client import OnExpired
from pygen_runtime.schema.filters import PygenFilter
from pygen_runtime.schema.requests import Sort, TargetUnit
from pygen_runtime.sdk.changes.changes import OnFeedExpired
from pygen_runtime.sdk.changes.reader import reader_of
from pygen_runtime.sdk.changes.sync_changes import SyncChangeFeed
from pygen_runtime.sdk.fields.fields import Field, TextField
from pygen_runtime.sdk.fields.types import F_co
from pygen_runtime.sdk.graph.sync_traverse import SyncPath, SyncReach
from pygen_runtime.sdk.instances.clients import bridge_of
from pygen_runtime.sdk.instances.lists import PygenList
from pygen_runtime.sdk.instances.resource import PygenResource
from pygen_runtime.sdk.queries.cache import QueryCache
from pygen_runtime.sdk.queries.progress import Report
from pygen_runtime.sdk.queries.query import PygenQuery
from pygen_runtime.sdk.queries.search import Operator
from pygen_runtime.sdk.queries.sync_derived import SyncDerivedQuery
from pygen_runtime.sdk.queries.sync_groups import SyncFiguring
from pygen_runtime.sdk.queries.sync_projection import SyncFraming, SyncSelecting
from pygen_runtime.sync import Bridge, PageReader

if TYPE_CHECKING:
    from pygen_runtime.sdk.graph.branch import Choice
    from pygen_runtime.sdk.graph.sync_traverse import SyncHop

T = TypeVar("T", bound=PygenResource)
N = TypeVar("N", bound=PygenResource)
K = TypeVar("K", bound=PygenResource)


@dataclass(frozen=True, slots=True)
class SyncQuery(SyncSelecting[F_co], SyncFiguring[F_co], SyncFraming, Generic[T, F_co]):
    """Instances of one view, described but not fetched: the twin of `PygenQuery`.

    A query is a value: each method gives a new one, and each `for` starts a new walk. Nothing is asked of the server before
    the first iteration; from then on one page ahead is fetched while the last one is being used. Memory stays that of
    a few pages, whatever the number of instances. A walk is complete, or ends in an error.

        for turbine in client.turbine.filter(min_capacity=3.0).sort("-capacity"):
            print(turbine.name)

    Leaving the loop early in any way is fine and leaves nothing behind.

    Args:
        query: What does the work, on the client's event loop.
    """

    query: PygenQuery[T, F_co]

    def where(self, condition: PygenFilter | Callable[[F_co], PygenFilter]) -> SyncQuery[T, F_co]:
        """Only those that meet this condition as well.

            query.where(lambda t: (t.capacity > 3.0) & t.name.prefix("A"))

        Args:
            condition: A function of the view's fields; conditions join with `&`, `|` and `~`, each in brackets. Or a filter.

        Raises:
            UsageError: A value cannot be compared with, or the function gives no filter.
        """
        return SyncQuery(self.query.where(condition))

    def sort(self, *keys: str | Callable[[F_co], Sort | tuple[Sort, ...]]) -> SyncQuery[T, F_co]:
        """In this order instead of the server's own.

        Args:
            keys: At most five, the most important first: fields of the class, `-` before a name turning its order round, or
                functions such as `lambda t: t.capacity.desc()`. Instances without a value come last.

        Raises:
            UsageError: A field is unknown, holds a list or is named twice, or there are more than five.
        """
        return SyncQuery(self.query.sort(*keys))

    def limit(self, most: int | None) -> SyncQuery[T, F_co]:
        """At most this many; None: all of them.

        Raises:
            UsageError: The number is negative, or none.
        """
        return SyncQuery(self.query.limit(most))

    def units(
        self, *wanted: Callable[[F_co], TargetUnit | tuple[TargetUnit, ...]], **by_field: str
    ) -> SyncQuery[T, F_co]:
        """Values in other units than those they are kept in; conditions and order still mean the kept ones.

            query.units(capacity="power:kilow")            # the same: query.units(lambda t: t.capacity.in_unit("power:kilow"))
            query.units(capacity="SI", height="Imperial")

        Args:
            wanted: Functions of the fields.
            by_field: Field → unit of the catalogue, such as `power:kilow`, or a system of units, such as `SI`.

        Raises:
            UsageError: A field is unknown or no number, or there are more than ten.
        """
        return SyncQuery(self.query.units(*wanted, **by_field))

    def include(self, *relations: Choice[T]) -> SyncQuery[T, F_co]:
        """Bring along what relations lead to, in the same requests instead of one for each instance.

            query.include(lambda t: t.rotor, lambda t: t.blades)

        Args:
            relations: Functions that name relations of the class.
        """
        return SyncQuery(self.query.include(*relations))

    def follow(self, hop: SyncHop[T, N]) -> SyncPath[N, T, N]:
        """The path along a relation: iterate it for its ends, each once, or its `rows()` for what lies on the way, too.

            query.follow(lambda t: t.blades).follow(lambda b: b.sensors.limit(1))

        Args:
            hop: Names a relation of the class, perhaps narrowed.

        Raises:
            UsageError: There is no such relation.
        """
        return SyncPath(self._bridge, self.query.follow(cast("Any", hop)))

    def reach(
        self,
        hop: Choice[T],
        *,
        max_distance: int | None = None,
        until: PygenFilter | Callable[[F_co], PygenFilter] | None = None,
    ) -> SyncReach[T]:
        """All that a relation from the class to itself leads to, followed again and again; the nearest first, each once.

        Args:
            hop: Names the relation, perhaps narrowed.
            max_distance: How often it is followed at most; None: as long as something new is found.
            until: From what meets this condition it is not followed any further.

        Raises:
            UsageError: The relation leads to another class, or the distance is less than 1.
        """
        return SyncReach(self._bridge, self.query.reach(hop, max_distance=max_distance, until=until))

    def explain(self) -> str:
        """The first request that would be sent, as JSON for people, and what would be asked for apart; sends nothing."""
        return self.query.explain()

    def prefetch(self, pages: int) -> SyncQuery[T, F_co]:
        """Fetch this many pages ahead of the one in use (1 unless told; 0: fetch each page only when it is needed)."""
        return SyncQuery(self.query.prefetch(pages))

    def partitions(self, count: int, *, by: str | Callable[[F_co], Field[Any]] = "external_id") -> SyncQuery[T, F_co]:
        """Read with several cursors side by side, for scans that wait for the network; the instances come in no order.

            query.partitions(8)
            query.partitions(8, by=lambda t: t.seen)

        The instances are divided by ranges of a field. A few requests find ranges that are about even. However even they are, each
        instance comes exactly once; only if its value changes during the scan may it be missed or come twice, and external ids
        never change. The partitions share the client's limits, and fetch `prefetch` pages ahead each.

        Args:
            count: Partitions at most, up to 64; 1: one cursor. More than the requests that the client's limits allow gain nothing.
            by: A field with one value and an order, best one with an index: a text, number, timestamp or date. Instances without
                a value are a partition of their own.

        Raises:
            UsageError: The count cannot work, or the field is unknown or has no order. When it is read: there is a sort order, a
                limit, or a prefetch of 0.
        """
        return SyncQuery(self.query.partitions(count, by=by))

    def progress(self, report: Report | None) -> SyncQuery[T, F_co]:
        """Tell how far a walk has come.

        Args:
            report: Called after each page has been fetched, in the thread that fetches; a `ProgressBar` shows it. It must not block.
        """
        return SyncQuery(self.query.progress(report))

    @overload
    def as_most_derived(self) -> SyncDerivedQuery[PygenResource]: ...

    @overload
    def as_most_derived(self, *classes: type[K]) -> SyncDerivedQuery[K]: ...

    def as_most_derived(self, *classes: type[Any]) -> SyncDerivedQuery[Any]:
        """Each instance as an object of the most derived class that it has data of, as the server says.

            for item in query.as_most_derived(Pump, Valve):
                print(item.external_id, type(item).__name__)

        Two requests and one for each class that is met, for each page; never one for each instance. What could be of two classes,
        neither derived from the other, is of the one with more views above it, then of the first by name.

        Args:
            classes: The classes to tell apart, whose views implement this one; none: all of the SDK.

        Raises:
            UsageError: While it is read: a class is not derived from that of the query.
        """
        return SyncDerivedQuery(self.query.as_most_derived(*classes))

    def pages(self, *, resume: str | None = None, on_expired: OnExpired = "raise") -> PageReader[PygenList[T]]:
        """Page by page, as they come: 1 to 1000 instances each. The stream gives checkpoints.

            with query.pages(resume=token) as pages:
                for page in pages:
                    ...                        # use the page first,
                    save(pages.checkpoint())   # then say that it has been used

        Args:
            resume: A checkpoint of an earlier stream of the same query, to go on from there; a limit counts what that handed out.
            on_expired: What to do when the server no longer knows a cursor: `"raise"` a `CursorExpiredError`, or `"restart"`
                and hand out all instances again, from the first.

        Raises:
            CheckpointError: The checkpoint is damaged, or belongs to another query.
        """
        return PageReader(self._bridge, lambda _: self.query.pages(resume=resume, on_expired=on_expired))

    def to_list(self, *, cache: QueryCache | None = None) -> PygenList[T]:
        """All of them at once, in memory.

        Args:
            cache: Where the answer is kept, and taken from while it is good; without one the server is always asked.
        """
        return self._bridge.run(lambda _: self.query.to_list(cache=cache))

    def first(self, *, cache: QueryCache | None = None) -> T | None:
        """The first one, or None when there is none.

        Args:
            cache: As for `to_list`.
        """
        return self._bridge.run(lambda _: self.query.first(cache=cache))

    def one(self, *, cache: QueryCache | None = None) -> T:
        """The only one.

        Args:
            cache: As for `to_list`.

        Raises:
            NoInstanceError: There is none.
            SeveralInstancesError: There are more.
        """
        return self._bridge.run(lambda _: self.query.one(cache=cache))

    def count(self) -> int:
        """How many there are, counted by the server; search-backed counts may lag behind writes by seconds on CDF.

        Without a view (bare edges) they are walked, because the API counts only what has a view.
        """
        return self._bridge.run(lambda _: self.query.count())

    def search(
        self,
        query: str,
        *,
        properties: str | Sequence[str] | Callable[[F_co], TextField[Any] | tuple[TextField[Any], ...]] | None = None,
        operator: Operator = "AND",
        limit: int = 25,
        cache: QueryCache | None = None,
    ) -> PygenList[T]:
        """The best matches of a text search among those that meet the conditions, best first, or in the order of `sort`.

        Args:
            query: Words to look for; the last one may be the beginning of a word. Empty: all that meet the conditions.
            properties: Text fields to look in; None: all of them.
            operator: Whether all words must be found (`"AND"`), or one of them (`"OR"`).
            limit: Instances at most, up to 1000, of which the API tells no more.
            cache: As for `to_list`.

        Raises:
            UsageError: An argument cannot work.
        """
        return self._bridge.run(
            lambda _: self.query.search(query, properties=properties, operator=operator, limit=limit, cache=cache)
        )

    def changes(
        self,
        since: str | None = None,
        *,
        backfill: bool = True,
        on_expired: OnFeedExpired = "raise",
        interval: float = 10.0,
    ) -> SyncChangeFeed[T]:
        """What happens to these instances: first what is there, then every change and deletion, without end.

        A condition on values tells of instances that meet it; one that no longer does is not told to have left.

        Args:
            since: A token of an earlier feed of the same view and conditions, to go on from there; None: begin.
            backfill: Whether to begin with what is there, or only with the changes from now on.
            on_expired: What to do when the server no longer knows where the feed was, after 3 days: `"raise"` a `CursorExpiredError`,
                `"restart"` with everything that is there, or `"miss_deletes"`, which goes on without the deletions missed.
            interval: Seconds between two polls once there is nothing more to be told.

        Raises:
            CheckpointError: The token is damaged, or belongs to another feed.
            UsageError: The query has an order or a limit, or an argument cannot work.
        """
        return SyncChangeFeed(
            self._bridge,
            reader_of(self.query, since=since, backfill=backfill, on_expired=on_expired, interval=interval),
        )

    def __iter__(self) -> Iterator[T]:
        return self.pages().items()

    def __repr__(self) -> str:
        return repr(self.query).replace("PygenQuery", "SyncQuery", 1)

    def _repr_html_(self) -> str:
        from pygen_runtime.sdk.display.overview import query_html  # noqa: PLC0415 - for people only

        return query_html(self, self.query.resource)

    @property
    def _bridge(self) -> Bridge:
        return bridge_of(self.query.client)

    def _source(self) -> Any:
        return self.query

    def _subject(self) -> PygenQuery[T, F_co]:
        return self.query
