"""A task group in a task of its own."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any

import anyio
from anyio.abc import TaskGroup

if TYPE_CHECKING:
    import asyncio


class TaskHost:
    """Holds a task group open from `open` to `close`, which may be called by different tasks.

    A task group itself must be left by the task that entered it. But a notebook opens a client in one cell and closes it in another,
    and test fixtures do likewise, each in a task of its own. It also keeps the group's cancel scope away from the user's block.

    Args:
        last: Awaited when all tasks have ended, even if nobody waits for that any more.

    Attributes:
        tasks: The task group.
        ended: Whether it takes no tasks any more, because it was closed, or cancelled by whoever runs the event loop.
    """

    def __init__(self, last: Callable[[], Awaitable[None]]) -> None:
        self._last = last
        self._opened, self._closing, self._ended = anyio.Event(), anyio.Event(), anyio.Event()
        self._error: Exception | None = None
        self._task: asyncio.Task[None] | None = None
        self.tasks = anyio.create_task_group()
        self.ended = False

    async def open(self) -> TaskGroup:
        """The task group, ready to take tasks."""
        self._task = _spawn(self._run)
        try:
            await self._opened.wait()
        except BaseException:
            self._closing.set()
            raise
        return self.tasks

    async def close(self) -> None:
        """Cancel all tasks and wait until everything has ended, even in a task that is being cancelled.

        Raises:
            Exception: What a task raised, which none should.
        """
        self._closing.set()
        with anyio.CancelScope(shield=True):
            await self._ended.wait()
        if self._error is not None:
            raise self._error

    async def _run(self) -> None:
        try:
            async with self.tasks:
                self._opened.set()
                await self._closing.wait()
                self.tasks.cancel_scope.cancel()
        except Exception as error:  # noqa: BLE001  # raised again by `close`
            self._error = error
        finally:
            self.ended = True
            try:
                await self._last()
            finally:
                self._ended.set()


def _spawn(work: Callable[[], Coroutine[Any, Any, None]]) -> asyncio.Task[None] | None:
    """Start a task that belongs to no other; on asyncio somebody must keep it, or it may be collected."""
    trio = sys.modules.get("trio")
    if trio is not None and trio.lowlevel.in_trio_task():
        trio.lowlevel.spawn_system_task(work)
        return None
    import asyncio  # noqa: PLC0415  # slow, and whoever comes here has loaded it: importing the client alone need not

    return asyncio.get_running_loop().create_task(work())
