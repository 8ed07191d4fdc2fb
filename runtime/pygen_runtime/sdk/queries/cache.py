"""Answers that are kept for a while, where somebody asks for that."""

from __future__ import annotations

import copy
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeVar

from pygen_runtime.client.checkpoint import fingerprint
from pygen_runtime.errors import UsageError
from pygen_runtime.sdk.instances.resource import PygenResource

T = TypeVar("T", bound=PygenResource)


class QueryCache:
    """Keeps instances that a query gave at once: `await query.to_list(cache=cache)`, likewise `first`, `one` and `search`.

    Nothing is kept unless one is given; walks, frames and figures never are. A query is the same as another when client, view,
    conditions, order, limit and units are. Each answer is handed out as copies of its objects, so that nobody changes what another
    gets.

    Args:
        seconds: How long an answer is good for.
        most: Answers to keep; the one not asked for the longest goes first.
        clock: Tells the time in seconds.

    Raises:
        UsageError: One of them is not more than 0.
    """

    def __init__(self, seconds: float, most: int = 100, *, clock: Callable[[], float] = time.monotonic) -> None:
        if seconds <= 0 or most <= 0:
            raise UsageError(f"a cache of {most} answers for {seconds} seconds keeps nothing: give numbers above 0")
        self._seconds, self._most, self._clock = seconds, most, clock
        self._kept: OrderedDict[object, tuple[float, list[Any]]] = OrderedDict()

    def get(self, key: object) -> list[Any] | None:
        """What was kept, as copies, unless it is too old."""
        found = self._kept.get(key)
        if found is None:
            return None
        if self._clock() - found[0] >= self._seconds:
            self._kept.pop(key, None)
            return None
        self._kept.move_to_end(key)
        return list(map(_copy, found[1]))

    def put(self, key: object, items: Iterable[Any]) -> None:
        """Keep an answer."""
        self._kept[key] = (self._clock(), list(map(_copy, items)))
        self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def clear(self) -> None:
        """Forget everything, such as after a write."""
        self._kept.clear()


def _copy(item: Any) -> Any:
    """An object of its own, with lists and JSON of its own; the client is the same, which a deep copy would lose."""
    mine = copy.copy(item)
    for name in item.__struct_fields__:
        value = getattr(item, name)
        if isinstance(value, list | dict) and name != "_related":
            setattr(mine, name, copy.deepcopy(value))
    return mine


async def cached(
    cache: QueryCache | None, client: object, request: list[object], fetch: Callable[[], Awaitable[list[T]]]
) -> list[T]:
    """What a request gives, from the cache if it is there.

    Args:
        cache: The cache, if any.
        client: Whose answer it is.
        request: What is asked for.
        fetch: Asks.
    """
    if cache is None:
        return await fetch()
    if not isinstance(cache, QueryCache):
        raise UsageError(f"cache takes a QueryCache, such as QueryCache(seconds=60), not {cache!r}")
    key = (client, fingerprint(request))
    found = cache.get(key)
    if found is None:
        found = await fetch()
        cache.put(key, found)
    return found
