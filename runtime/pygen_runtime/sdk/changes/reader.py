"""Reads a change feed batch by batch (contract §6.7).

The very first request asks for a cursor to the changes from then on, and brings nothing. Only then comes what is there, and only
after that the changes since that cursor. So the token of the first batch, an empty one, holds all that is needed to miss nothing
of what is told later. Had the first request brought instances, a job that dies while it uses them would have no cursor yet, begin
anew, and never hear that one of them was deleted in between.

The place moves when a batch is handed out, never while one is fetched. So a reader may be cancelled or interrupted at any
moment and come back, and since nothing runs between two batches, whoever stops reading leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import length_hint
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

import msgspec
from msgspec import UNSET

from pygen_runtime.client.checkpoint import fingerprint
from pygen_runtime.client.page_size import PageSize
from pygen_runtime.errors import (
    Asked,
    CursorExpiredError,
    InvalidResponseError,
    RepeatedCursorError,
    ServerTimeoutError,
    UsageError,
)
from pygen_runtime.schema import ViewId
from pygen_runtime.schema.filters import PygenFilter
from pygen_runtime.schema.queries import (
    EdgeFeed,
    Edges,
    NodeFeed,
    Nodes,
    QueryReply,
    Select,
    SelectSource,
    SyncMode,
    SyncRequest,
)
from pygen_runtime.schema.requests import TargetUnit
from pygen_runtime.sdk.changes.changes import Change, ChangeBatch, Gap, OnFeedExpired
from pygen_runtime.sdk.changes.rows import changes, reply_decoder
from pygen_runtime.sdk.changes.token import Place, read_place
from pygen_runtime.sdk.instances.clients import AnyClient, asking
from pygen_runtime.sdk.instances.resource import PygenResource

if TYPE_CHECKING:
    from pygen_runtime.sdk.queries.query import PygenQuery

T = TypeVar("T", bound=PygenResource)

_ASKED = Asked(method="POST", path="/models/instances/sync", status=200)
_SET = "changes"  # the name of the only result set


class Fetched(NamedTuple, Generic[T]):
    """A batch, and the places before and after it."""

    batch: ChangeBatch[T]
    start: Place
    end: Place


class ChangeReader(Generic[T]):
    """What feeds for code that awaits and for code that does not have in common.

    Args:
        client: Who asks.
        resource: The class of the view.
        condition: Which instances are meant; None: all.
        units: Units to convert values to.
        since: Token of an earlier feed; None: begin.
        backfill: Whether to begin with what is there.
        on_expired: What to do when the server no longer knows the place.
        interval: Seconds between two polls once there is nothing more to be told.

    Attributes:
        place: After what has been handed out.
        last: The batch that was handed out last.

    Raises:
        CheckpointError: The token is damaged, or belongs to another feed.
        UsageError: An argument cannot work.
    """

    def __init__(
        self,
        client: AnyClient,
        resource: type[T],
        condition: PygenFilter | None,
        units: Sequence[TargetUnit] = (),
        *,
        since: str | None,
        backfill: bool,
        on_expired: OnFeedExpired,
        interval: float,
    ) -> None:
        if on_expired not in ("raise", "restart", "miss_deletes"):
            raise UsageError(f'on_expired must be "raise", "restart" or "miss_deletes", not {on_expired!r}')
        if not interval >= 0:
            raise UsageError(f"interval must be 0 or more seconds, not {interval}")
        self._client, self._resource, self._condition, self._units = client, resource, condition, list(units)
        self._on_expired, self._interval = on_expired, interval
        mine = fingerprint([client.project, _SET, resource.INSTANCE_TYPE, resource.VIEW, condition, self._units])
        self._start = self._end = (
            Place(changes=mine, backfilling=backfill) if since is None else read_place(since, mine)
        )
        self._rest: Iterator[Change[T]] = iter(())
        self._size = PageSize(client.settings.page_size)
        self._answered = 0.0
        self.last: ChangeBatch[T] | None = None

    @property
    def place(self) -> Place:
        """What has been handed out counts as done; in the middle of a batch, the place is still before it."""
        return self._start if length_hint(self._rest) else self._end

    async def take(self, *, wait: bool) -> Fetched[T]:
        """The next batch, which has not been handed out yet: nothing moves.

        Args:
            wait: Whether to let the interval go by after the last batch, if that was live.

        Raises:
            CursorExpiredError: The server no longer knows the place, and nothing else was asked for.
            PygenError: The batch could not be fetched.
        """
        clock = asking(self._client).settings.clock
        if wait and self.last is not None and self.last.live:
            await clock.sleep(max(0.0, self._answered + self._interval - clock.now()))
        fetched = await self._fetch(self.place)
        self._answered = clock.now()
        return fetched

    def hand_out(self, fetched: Fetched[T]) -> ChangeBatch[T]:
        """A batch, which counts as handed out from now on."""
        self.last, self._start, self._end = fetched
        self._rest = iter(())
        return fetched.batch

    def one_by_one(self, batch: ChangeBatch[T]) -> None:
        """The changes of the batch that was handed out last are handed out one by one after all."""
        self._rest = iter(batch)

    def next_of_rest(self) -> Change[T] | None:
        """The next change of a batch that is handed out one by one; None when there is none left."""
        return next(self._rest, None)

    async def _fetch(self, place: Place) -> Fetched[T]:
        try:
            return await self._page(place)
        except CursorExpiredError as error:
            if self._on_expired == "restart":
                return await self._page(Place(changes=place.changes, backfilling=True), gap="restart")
            if self._on_expired == "miss_deletes":
                return await self._page(place, gap="miss_deletes")
            raise CursorExpiredError(
                "the server no longer knows where this change feed was: it keeps that for 3 days. Begin again without since=, or "
                f'choose on_expired="restart" or "miss_deletes" ({error})',
                **error.asked,
            ) from error

    async def _page(self, place: Place, gap: Gap | None = None) -> Fetched[T]:
        backfilling = place.backfilling and place.cursor is not None
        before = place.page if backfilling else place.cursor
        size, reply = await self._ask("twoPhase" if backfilling else "noBackfill", before, gap)
        rows, after = reply.items.get(_SET), reply.next_cursor.get(_SET)
        if rows is None or after is None:
            raise InvalidResponseError(
                "POST /models/instances/sync was answered without its result set or its cursor: read on from the last token; "
                "if it stays so, ask support",
                **_ASKED,
            )
        short = len(rows) < size
        if before == after and not short:
            raise RepeatedCursorError(
                "POST /models/instances/sync was answered with the cursor that it was given, so changes would repeat for ever: read on "
                "from the last token; if it stays so, begin again without since=, and ask support",
                **_ASKED,
            )
        if backfilling:
            end = msgspec.structs.replace(place, page=None if short else after, backfilling=not short)
        else:
            end = msgspec.structs.replace(place, cursor=after)
        found = changes(self._resource, rows, self._client)
        live = short and not place.backfilling
        return Fetched(ChangeBatch(found, self._resource, backfill=backfilling, live=live, gap=gap), place, end)

    async def _ask(self, mode: SyncMode, cursor: str | None, gap: Gap | None) -> tuple[int, QueryReply[Any]]:
        """Rows asked for, and the answer; a page that is too heavy is asked for again with half the rows."""
        condition, reply = await self._filter(), reply_decoder(self._resource)
        while True:
            size = self._size.current
            request = self._request(mode, cursor, condition, size)
            if gap == "miss_deletes":
                request.allow_expired_cursors_and_accept_missed_deletes = True
            try:
                found = await asking(self._client).instances.sync(request, reply)
            except ServerTimeoutError as error:
                if size == 1:
                    error.add_note("The page had been reduced to a single row: simplify the condition.")
                    raise
                self._size.shrink(size)
            else:
                self._size.grow()
                return size, found

    def _request(self, mode: SyncMode, cursor: str | None, condition: PygenFilter | None, size: int) -> SyncRequest:
        which = UNSET if condition is None else condition
        feed: NodeFeed | EdgeFeed
        if self._resource.INSTANCE_TYPE == "node":
            feed = NodeFeed(nodes=Nodes(filter=which), limit=size, mode=mode)
        else:
            feed = EdgeFeed(edges=Edges(filter=which), limit=size, mode=mode)
        view: ViewId | None = self._resource.VIEW
        sources = [] if view is None else [SelectSource(source=view, target_units=self._units or UNSET)]
        return SyncRequest(with_={_SET: feed}, select={_SET: Select(sources=sources or UNSET)}, cursors={_SET: cursor})

    async def _filter(self) -> PygenFilter | None:
        """Which instances are followed: unlike a list, a sync must be told what belongs to a view."""
        from pygen_runtime.sdk.graph.include import view_filters  # noqa: PLC0415 - it imports queries
        from pygen_runtime.sdk.graph.request import members  # noqa: PLC0415 - as above

        return members(self._resource, await view_filters(self._client, [self._resource.VIEW]), self._condition)


def reader_of(
    query: PygenQuery[T, Any], *, since: str | None, backfill: bool, on_expired: OnFeedExpired, interval: float
) -> ChangeReader[T]:
    """Reads the changes of what a query means.

    Raises:
        CheckpointError: The token is damaged, or belongs to another feed.
        UsageError: The query has an order or a limit, or an argument cannot work.
    """
    if query.order or query.most is not None:
        raise UsageError("changes come in the order in which they happen, and without end: leave out sort and limit")
    if getattr(query, "branches", None) is not None:  # a GraphQuery, which builds on queries
        raise UsageError("changes bring no relations along: leave out include, and load what you need for each batch")
    return ChangeReader(
        query.client,
        query.resource,
        query.condition,
        query.converted,
        since=since,
        backfill=backfill,
        on_expired=on_expired,
        interval=interval,
    )
