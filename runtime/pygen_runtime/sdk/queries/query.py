"""Lazy queries over the instances of one view."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast, overload

from msgspec import UNSET

from pygen_runtime.client import OnExpired, PageStream
from pygen_runtime.schema.filters import PygenFilter
from pygen_runtime.schema.requests import ListRequest, Page, Sort, SourceRequest, TargetUnit
from pygen_runtime.sdk.changes.changes import OnFeedExpired
from pygen_runtime.sdk.changes.feed import ChangeFeed
from pygen_runtime.sdk.changes.reader import reader_of
from pygen_runtime.sdk.fields.fields import Field, as_filter
from pygen_runtime.sdk.fields.types import F_co
from pygen_runtime.sdk.instances.clients import AnyClient, asking
from pygen_runtime.sdk.instances.lists import PygenList
from pygen_runtime.sdk.instances.resource import PygenResource
from pygen_runtime.sdk.instances.wire import wire
from pygen_runtime.sdk.queries import parts
from pygen_runtime.sdk.queries.answers import Answering
from pygen_runtime.sdk.queries.derived import DerivedQuery
from pygen_runtime.sdk.queries.frames import Framing
from pygen_runtime.sdk.queries.groups import Figuring
from pygen_runtime.sdk.queries.progress import Report, reporting
from pygen_runtime.sdk.queries.projection import Selecting, narrowed

if TYPE_CHECKING:
    from pygen_runtime.client.partition import Partitions
    from pygen_runtime.sdk.graph.branch import Choice
    from pygen_runtime.sdk.graph.traverse import Hop, PygenPath, PygenReach

T = TypeVar("T", bound=PygenResource)
N = TypeVar("N", bound=PygenResource)
K = TypeVar("K", bound=PygenResource)


@dataclass(frozen=True, slots=True, kw_only=True)
class PygenQuery(Answering[T, F_co], Selecting[F_co], Figuring[F_co], Framing, Generic[T, F_co]):
    """Instances of one view, described but not fetched.

    A query is a value: each method gives a new one, and each `async for` starts a new walk. Nothing is asked of the server
    before the first iteration; from then on one page ahead is fetched while the last one is being used. Memory stays that of
    a few pages, whatever the number of instances. A walk is complete, or ends in an error.

        async for turbine in client.turbine.filter(min_capacity=3.0).sort("-capacity"):
            print(turbine.name)

    Leaving the loop early in any way is fine and leaves nothing behind.
    """

    client: AnyClient
    resource: type[T]
    fields: F_co | None = None
    condition: PygenFilter | None = None
    order: tuple[Sort, ...] = ()
    most: int | None = None
    ahead: int = 1
    converted: tuple[TargetUnit, ...] = ()
    report: Report | None = None
    split: Partitions | None = None

    def where(self, condition: PygenFilter | Callable[[F_co], PygenFilter]) -> PygenQuery[T, F_co]:
        """Only those that meet this condition as well.

            query.where(lambda t: (t.capacity > 3.0) & t.name.prefix("A"))

        Args:
            condition: A function of the view's fields; conditions join with `&`, `|` and `~`, each in brackets. Or a filter.

        Raises:
            UsageError: A value cannot be compared with, or the function gives no filter.
        """
        found = as_filter(condition, parts.fields_of(self.resource, self.fields))
        return replace(self, condition=found if self.condition is None else self.condition & found)

    def sort(self, *keys: str | Callable[[F_co], Sort | tuple[Sort, ...]]) -> PygenQuery[T, F_co]:
        """In this order instead of the server's own.

        Args:
            keys: At most five, the most important first: fields of the class, `-` before a name turning its order round, or
                functions such as `lambda t: t.capacity.desc()`. Instances without a value come last.

        Raises:
            UsageError: A field is unknown, holds a list or is named twice, or there are more than five.
        """
        return replace(self, order=parts.sort_keys(self.resource, parts.fields_of(self.resource, self.fields), keys))

    def limit(self, most: int | None) -> PygenQuery[T, F_co]:
        """At most this many; None: all of them.

        Raises:
            UsageError: The number is negative, or none.
        """
        return replace(self, most=parts.limit(most))

    def units(
        self, *wanted: Callable[[F_co], TargetUnit | tuple[TargetUnit, ...]], **by_field: str
    ) -> PygenQuery[T, F_co]:
        """Values in other units than those they are kept in; conditions and order still mean the kept ones.

            query.units(capacity="power:kilow")            # the same: query.units(lambda t: t.capacity.in_unit("power:kilow"))
            query.units(capacity="SI", height="Imperial")

        Args:
            wanted: Functions of the fields.
            by_field: Field → unit of the catalogue, such as `power:kilow`, or a system of units, such as `SI`.

        Raises:
            UsageError: A field is unknown or no number, or there are more than ten.
        """
        fields = parts.fields_of(self.resource, self.fields)
        return replace(self, converted=parts.target_units(self.resource, fields, wanted, by_field))

    def include(self, *relations: Choice[T]) -> PygenQuery[T, F_co]:
        """Bring along what relations lead to, in the same requests instead of one for each instance.

            query.include(lambda t: t.rotor, lambda t: t.blades)

        Args:
            relations: Functions that name relations of the class.
        """
        from pygen_runtime.sdk.graph.include import including  # noqa: PLC0415 - which builds on queries itself

        return cast("PygenQuery[T, F_co]", including(self, relations))

    def follow(self, hop: Hop[T, N]) -> PygenPath[N, T, N]:
        """The path along a relation: iterate it for its ends, each once, or its `rows()` for what lies on the way, too.

            query.follow(lambda t: t.blades).follow(lambda b: b.sensors.limit(1))

        Args:
            hop: Names a relation of the class, perhaps narrowed.

        Raises:
            UsageError: There is no such relation.
        """
        from pygen_runtime.sdk.graph.traverse import follow  # noqa: PLC0415 - which builds on queries itself

        return follow(self, hop)

    def reach(
        self,
        hop: Choice[T],
        *,
        max_distance: int | None = None,
        until: PygenFilter | Callable[[F_co], PygenFilter] | None = None,
    ) -> PygenReach[T]:
        """All that a relation from the class to itself leads to, followed again and again; the nearest first, each once.

        Args:
            hop: Names the relation, perhaps narrowed.
            max_distance: How often it is followed at most; None: as long as something new is found.
            until: From what meets this condition it is not followed any further.

        Raises:
            UsageError: The relation leads to another class, or the distance is less than 1.
        """
        from pygen_runtime.sdk.graph.traverse import reach  # noqa: PLC0415 - which builds on queries itself

        return reach(self, hop, max_distance, until)

    def explain(self) -> str:
        """The first request that would be sent, as JSON for people, and what would be asked for apart; sends nothing."""
        from pygen_runtime.sdk.graph.traverse import explain  # noqa: PLC0415 - which builds on queries itself

        return explain(self)

    def prefetch(self, pages: int) -> PygenQuery[T, F_co]:
        """Fetch this many pages ahead of the one in use (1 unless told; 0: fetch each page only when it is needed)."""
        return replace(self, ahead=parts.whole_number("prefetch", pages))

    def partitions(self, count: int, *, by: str | Callable[[F_co], Field[Any]] = "external_id") -> PygenQuery[T, F_co]:
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
        from pygen_runtime.sdk.queries.partition import partitions_of  # noqa: PLC0415 - most queries have none

        fields = parts.fields_of(self.resource, self.fields)
        return replace(self, split=partitions_of(self.resource, fields, count, by))

    def progress(self, report: Report | None) -> PygenQuery[T, F_co]:
        """Tell how far a walk has come.

        Args:
            report: Called after each page has been fetched, in the thread that fetches; a `ProgressBar` shows it. It must not block.
        """
        return replace(self, report=report)

    @overload
    def as_most_derived(self) -> DerivedQuery[PygenResource]: ...

    @overload
    def as_most_derived(self, *classes: type[K]) -> DerivedQuery[K]: ...

    def as_most_derived(self, *classes: type[Any]) -> DerivedQuery[Any]:
        """Each instance as an object of the most derived class that it has data of, as the server says.

            async for item in query.as_most_derived(Pump, Valve):
                print(item.external_id, type(item).__name__)

        Two requests and one for each class that is met, for each page; never one for each instance. What could be of two classes,
        neither derived from the other, is of the one with more views above it, then of the first by name.

        Args:
            classes: The classes to tell apart, whose views implement this one; none: all of the SDK.

        Raises:
            UsageError: While it is read: a class is not derived from that of the query.
        """
        return DerivedQuery(self, classes)

    def pages(self, *, resume: str | None = None, on_expired: OnExpired = "raise") -> PageStream[PygenList[T]]:
        """Page by page, as they come: 1 to 1000 instances each. The stream gives checkpoints.

            async with query.pages(resume=token) as pages:
                async for page in pages:
                    ...                        # use the page first,
                    save(pages.checkpoint())   # then say that it has been used

        Args:
            resume: A checkpoint of an earlier stream of the same query, to go on from there; a limit counts what that handed out.
            on_expired: What to do when the server no longer knows a cursor: `"raise"` a `CursorExpiredError`, or `"restart"`
                and hand out all instances again, from the first.

        Raises:
            CheckpointError: The checkpoint is damaged, or belongs to another query.
        """
        if self.split is not None:
            return self._as_one(lambda part, token: part.pages(resume=token, on_expired=on_expired), resume)
        client, reply, objects = asking(self.client), wire(self.resource).reply, wire(self.resource).objects

        async def fetch(cursor: str | None, size: int) -> Page[T]:
            page = await client.instances.list_page(self._request(cursor, size), reply)
            return Page(
                items=PygenList(objects(page.items, self.client, "list"), self.resource), next_cursor=page.next_cursor
            )

        stream = client.stream(
            reporting(fetch, self.report, self.most),
            limit=self.most,
            prefetch=self.ahead,
            request=self._request(),
            resume=resume,
            on_expired=on_expired,
        )
        return cast("PageStream[PygenList[T]]", stream)  # whose pages are the items that `fetch` gives

    def changes(
        self,
        since: str | None = None,
        *,
        backfill: bool = True,
        on_expired: OnFeedExpired = "raise",
        interval: float = 10.0,
    ) -> ChangeFeed[T]:
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
        return ChangeFeed(reader_of(self, since=since, backfill=backfill, on_expired=on_expired, interval=interval))

    def __aiter__(self) -> AsyncIterator[T]:
        return self.pages().items()

    def __repr__(self) -> str:
        from pygen_runtime.sdk.queries.written import written, written_order  # noqa: PLC0415 - for people only

        held = [] if self.condition is None else [f"where {written(self.condition, self.resource)}"]
        if self.order:
            held.append(f"sorted by {written_order(self.order, self.resource)}")
        if self.most is not None:
            held.append(f"at most {self.most}")
        return f"<PygenQuery of {self.resource.__name__}{''.join(f', {part}' for part in held)}>"

    def _repr_html_(self) -> str:
        from pygen_runtime.sdk.display.overview import query_html  # noqa: PLC0415 - for people only

        return query_html(self, self.resource)

    def _request(self, cursor: str | None = None, size: int | None = None) -> ListRequest:
        view = self.resource.VIEW
        source = SourceRequest(source=view, target_units=list(self.converted) or UNSET) if view else None
        return ListRequest(
            instance_type=self.resource.INSTANCE_TYPE,
            sources=[source] if source else None,
            filter=self.condition,
            sort=list(self.order) or None,
            limit=size,
            cursor=cursor,
        )

    def _objects(self) -> tuple[type[PygenResource], Any]:
        plain = narrowed(self.resource, self.resource.__struct_fields__)
        return plain, replace(self, resource=cast("type[T]", plain)).pages()

    def _subject(self) -> PygenQuery[T, F_co]:
        return self

    def _as_one(self, open: Callable[[Any, str | None], PageStream[Any]], resume: str | None) -> PageStream[Any]:
        from pygen_runtime.sdk.queries.partition import read_as_one  # noqa: PLC0415 - most queries have none

        return read_as_one(self, open, resume)
