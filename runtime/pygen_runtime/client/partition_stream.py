"""Several streams read as one: those of the partitions of a scan."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, cast

import anyio
import msgspec

from pygen_runtime.client.checkpoint import fingerprint
from pygen_runtime.client.cursor_stream import CursorStream
from pygen_runtime.client.paging import PageStream
from pygen_runtime.client.partition import PartitionKey, Partitions, conditions
from pygen_runtime.client.partition_cuts import Cuts
from pygen_runtime.client.partition_probes import Probes
from pygen_runtime.client.walk import Step
from pygen_runtime.errors import CheckpointError
from pygen_runtime.schema.filters import PygenFilter
from pygen_runtime.schema.requests import ListRequest

if TYPE_CHECKING:
    from pygen_runtime.client.instances import InstancesAPI

T = TypeVar("T")
P_co = TypeVar("P_co", bound=Sequence[Any], covariant=True)


class PartitionsCheckpoint(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where all partitions stand.

    Attributes:
        pygen: The version of this form.
        request: Fingerprint of the request.
        cuts: Where the scan was cut; None while that has not been found out.
        parts: The checkpoint of each partition.
    """

    pygen: Literal[1] = 1
    request: str
    cuts: list[str | int | float] | None = None
    parts: list[msgspec.Raw] = []


_decoder = msgspec.json.Decoder(PartitionsCheckpoint)


class PartitionStream(PageStream[P_co], Generic[P_co]):
    """The pages of all partitions, in the order in which they come. Each partition follows a cursor of its own.

    Args:
        key: What tells the partitions apart.
        find_cuts: Finds out where to cut; called when the first page is wanted.
        open: Makes the stream of a partition, from its condition and its checkpoint.
        page_size: Rows that are asked for at once.
        request: Fingerprint of the request.
        resume: A checkpoint of an earlier stream, to go on from there with the same partitions.

    Raises:
        CheckpointError: The checkpoint is damaged, or belongs to another request.
    """

    def __init__(
        self,
        key: PartitionKey,
        find_cuts: Callable[[], Awaitable[Sequence[Any]]],
        open: Callable[[PygenFilter | None, str | None], CursorStream[P_co]],
        *,
        page_size: int,
        request: str,
        resume: str | None = None,
    ) -> None:
        super().__init__()
        self._key, self._find_cuts, self._open_part = key, find_cuts, open
        self._page_size, self._request = page_size, request
        self._cuts: list[Any] | None = None
        self._parts: list[CursorStream[P_co]] = []
        self._live: deque[CursorStream[P_co]] = deque()
        self._current: CursorStream[P_co] | None = None
        self._bell = _Bell()
        if resume is not None:
            found = _read(resume, request)
            if found.cuts is not None:
                self._open(found.cuts, [bytes(part).decode() for part in found.parts])

    @property
    def rows(self) -> int:
        """See `PageStream.rows`."""
        return sum(part.rows for part in self._parts)

    @property
    def page_size(self) -> int:
        """See `PageStream.page_size`; where partitions differ, the fewest."""
        return min((part.page_size for part in self._parts), default=self._page_size)

    @property
    def repeated(self) -> int:
        """See `PageStream.repeated`."""
        return 0 if self._current is None else self._current.repeated

    def checkpoint(self) -> str:
        """See `PageStream.checkpoint`; this one holds the values that the scan is cut at, too."""
        parts = [msgspec.Raw(part.checkpoint().encode()) for part in self._parts]
        return msgspec.json.encode(PartitionsCheckpoint(request=self._request, cuts=self._cuts, parts=parts)).decode()

    async def take(self) -> Step[Any] | None:
        """See `PageStream.take`."""
        try:
            return await self._take() if self._reads() else None
        except Exception:
            self._broken = True
            self.close()
            raise

    def hand_out(self, step: Step[Any]) -> P_co:
        """See `PageStream.hand_out`."""
        return self._whose().hand_out(step)

    def one_by_one(self: PartitionStream[Sequence[T]], page: Sequence[T]) -> Iterator[T]:
        """See `PageStream.one_by_one`."""
        return self._whose().one_by_one(page)

    def close(self) -> None:
        """See `PageStream.close`."""
        self._closed = True
        for part in self._parts:
            part.close()

    async def _take(self) -> Step[Any] | None:
        if self._cuts is None:
            self._open(await self._find_cuts(), None)
        for part in self._live:
            await part.begin(self._bell.ring)
        while self._live:
            part = await self._next_ready()
            step = await part.take()
            self._live.remove(part)
            if step is not None:
                self._live.append(part)  # behind the others, so that each has its turn
                self._current = part
                return step
        return None

    async def _next_ready(self) -> CursorStream[P_co]:
        while (part := next((part for part in self._live if part.ready), None)) is None:
            await self._bell.wait()
        return part

    def _open(self, cuts: Sequence[Any], resume: Sequence[str] | None) -> None:
        found = conditions(self._key, cuts)
        tokens = [None] * len(found) if resume is None else resume
        if len(tokens) != len(found):
            raise CheckpointError("this is no checkpoint of a stream: its partitions do not fit where it was cut")
        self._parts = [self._open_part(condition, token) for condition, token in zip(found, tokens, strict=True)]
        self._cuts, self._live = list(cuts), deque(self._parts)

    def _whose(self) -> CursorStream[P_co]:
        return cast("CursorStream[P_co]", self._current)  # a page has been taken


class _Bell:
    """Wakes the reader. The tasks that fetch hold it, and not the stream, so that the stream can be dropped."""

    def __init__(self) -> None:
        self._rung: anyio.Event | None = None

    def ring(self) -> None:
        if self._rung is not None:
            self._rung.set()

    async def wait(self) -> None:
        """Until it rings the next time."""
        self._rung = anyio.Event()
        await self._rung.wait()


def in_partitions(
    instances: InstancesAPI,
    request: ListRequest,
    partitions: Partitions,
    open: Callable[[PygenFilter | None, str | None], CursorStream[P_co]],
    *,
    page_size: int,
    resume: str | None,
) -> PartitionStream[P_co]:
    """The stream of a scan in partitions.

    Args:
        instances: Where to ask.
        request: What is scanned, which decides where to cut.
        partitions: How.
        open: Makes the stream of a partition, from its condition, which comes on top of the filter, and its checkpoint.
        page_size: Rows that are asked for at once.
        resume: A checkpoint of an earlier stream, to go on from there with the same partitions.

    Raises:
        CheckpointError: The checkpoint is damaged, or belongs to another request.
    """
    key = partitions.key
    cuts = Cuts(Probes(instances, request, key), partitions, page_size)
    own = fingerprint([key.reference, request])
    return PartitionStream(key, cuts.find, open, page_size=page_size, request=own, resume=resume)


def _read(text: str, request: str) -> PartitionsCheckpoint:
    try:
        found = _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError, TypeError) as error:
        raise CheckpointError(f"this is no checkpoint of a stream with partitions: {error}") from error
    if found.request != request:
        raise CheckpointError(
            "the checkpoint belongs to another request: view, filter and what the partitions are made by must be those of the "
            "stream that it was taken from"
        )
    return found
