"""Waiting while a request is under way, which ends early when nobody is left who waits for the answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import anyio
from starlette.types import Receive

Sleep = Callable[[float], Awaitable[None]]


class Waits:
    """The waits of one server. Its event loop alone works with them.

    Args:
        sleep: Waits some seconds; tests that do not want to wait give another.
    """

    def __init__(self, sleep: Sleep = anyio.sleep) -> None:
        self._sleep = sleep
        self._under_way: set[anyio.CancelScope] = set()
        self._ended = False

    async def wait(self, seconds: float, receive: Receive) -> bool:
        """Wait so many seconds, or until the server stops, or until the client of a request goes away.

        Args:
            seconds: How long.
            receive: That of the request, whose body has been read.

        Returns:
            Whether the client is still there.
        """
        there = True

        async def watch() -> None:
            nonlocal there
            while (await receive())["type"] != "http.disconnect":
                pass
            there = False
            group.cancel_scope.cancel()

        if self._ended:
            return there
        async with anyio.create_task_group() as group:
            self._under_way.add(group.cancel_scope)
            group.start_soon(watch)
            try:
                await self._sleep(seconds)
            finally:
                self._under_way.discard(group.cancel_scope)
            group.cancel_scope.cancel()
        return there

    def end(self) -> None:
        """The server stops: whoever waits goes on at once, and nobody waits any more."""
        self._ended = True
        for scope in self._under_way:
            scope.cancel()
