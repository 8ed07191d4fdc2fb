"""What a scan asks before it is cut into partitions: the least and the greatest value of the key, and counts."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Literal

import anyio
import msgspec

from pygen_runtime.client.partition import BASE, PartitionKey, both
from pygen_runtime.errors import ServerTimeoutError, UsageError
from pygen_runtime.schema import Instance
from pygen_runtime.schema.aggregates import Count
from pygen_runtime.schema.codec import decoder
from pygen_runtime.schema.filters import Exists, PygenFilter, Range
from pygen_runtime.schema.requests import AggregateRequest, ListRequest, Page, Sort

if TYPE_CHECKING:
    from pygen_runtime.client.instances import InstancesAPI

_log = logging.getLogger("pygen")


class Probes:
    """Asks about the instances of one scan.

    Args:
        instances: Where to ask.
        request: What is scanned.
        key: What the partitions are to be told apart by.

    Raises:
        UsageError: The key is of another view.
    """

    def __init__(self, instances: InstancesAPI, request: ListRequest, key: PartitionKey) -> None:
        self._instances, self._request, self._key = instances, request, key
        self._view = request.sources[0].source if request.sources else None
        if key.nullable and (self._view is None or key.reference[:2] != (self._view.space, self._view.key)):
            raise UsageError(
                f"{'.'.join(key.reference)} cannot make partitions of instances that are read through {self._view}"
            )

    async def ends(self, above: Any = None, upto: Any = None) -> tuple[Any, Any]:
        """The least and the greatest value there is; None for both if there is none.

        Args:
            above: Only those above this value; None: all.
            upto: Only those that are at most this value; None: all.

        Raises:
            ServerTimeoutError: The server finds it too heavy to put the instances in this order.
        """
        condition = self._request.filter
        condition = condition if above is None else both(condition, Range(self._key.reference, gt=above))
        condition = condition if upto is None else both(condition, Range(self._key.reference, lte=upto))
        low, high = await together([partial(self._end, condition, way) for way in ("ascending", "descending")])
        return low, high

    async def count(self, upto: Any = None) -> int | None:
        """How many instances have at most this value, or any; None if the API cannot count them."""
        if self._view is None:
            return None
        counted = Exists(self._key.reference) if upto is None else Range(self._key.reference, lte=upto)
        request = AggregateRequest(
            view=self._view,
            instance_type=self._request.instance_type,
            aggregates=[Count()],
            filter=both(self._request.filter, counted),
        )
        try:
            reply = await self._instances.aggregate(request)
        except ServerTimeoutError:
            _log.info("counting the instances of a partition was too heavy (408); partitions will be less even")
            return None
        return int(reply.items[0].aggregates[0].value or 0)

    async def _end(self, condition: PygenFilter | None, direction: Literal["ascending", "descending"]) -> Any:
        request = msgspec.structs.replace(
            self._request,
            filter=condition,
            sort=[Sort(property=self._key.reference, direction=direction)],
            limit=1,
            cursor=None,
        )
        page = await self._one(request)
        if not page.items:
            return None
        if not self._key.nullable:
            return getattr(page.items[0], BASE[self._key.reference[-1]])
        space, view, property = self._key.reference
        return (page.items[0].properties or {}).get(space, {}).get(view, {}).get(property)

    async def _one(self, request: ListRequest, *, again: bool = True) -> Page[Instance]:
        """A page of a single row, which is asked for once more when that is too heavy, as the walk over pages does."""
        try:
            return await self._instances.list_page(request, _reply())
        except ServerTimeoutError as error:
            if not again:
                error.add_note(
                    f"The least and the greatest {self._key.reference[-1]} are needed to find partitions: make them by a property "
                    "with an index, or read with one cursor."
                )
                raise
        return await self._one(request, again=False)


async def together(asks: Sequence[Callable[[], Awaitable[Any]]]) -> list[Any]:
    """What some requests answer; they go side by side, as far as the client's limits let them."""
    answers: dict[int, Any] = {}
    failures: list[Exception] = []

    async def ask(number: int) -> None:
        try:
            answers[number] = await asks[number]()
        except Exception as error:  # noqa: BLE001 - raised again below, outside of the task group
            failures.append(error)
            tasks.cancel_scope.cancel()

    async with anyio.create_task_group() as tasks:
        for number in range(len(asks)):
            tasks.start_soon(ask, number)
    if failures:
        raise failures[0]
    return [answers[number] for number in range(len(asks))]


@cache
def _reply() -> msgspec.json.Decoder[Page[Instance]]:
    return decoder(Page[Instance])
