"""Many items, sent in as many requests as the API's limits ask for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import anyio

from pygen_runtime.errors import PygenError

T = TypeVar("T")
R = TypeVar("R")


async def in_batches(
    items: Sequence[T], size: int, send: Callable[[Sequence[T]], Awaitable[Sequence[R]]], *, parallel: int = 1
) -> list[R]:
    """Send items in batches and put the answers together in the order of the items.

    Args:
        items: What to send; nothing is sent if there are none.
        size: Items in a batch.
        send: Sends one batch.
        parallel: Batches under way at once.

    Raises:
        PygenError: What the first failing batch raised; its message says which items these were. No further batch is started,
            and those under way are no longer waited for: what the server did with them is not known.
    """
    starts = range(0, len(items), size)
    if len(starts) <= 1:
        return list(await send(items)) if items else []
    answers: dict[int, Sequence[R]] = {}
    failures: list[tuple[int, Exception]] = []
    waiting = iter(starts)  # shared: each worker takes the next batch that nobody has taken

    async def work() -> None:
        for start in waiting:
            try:
                answers[start] = await send(items[start : start + size])
            except Exception as error:  # noqa: BLE001  # raised again below, outside of the task group
                failures.append((start, error))
                workers.cancel_scope.cancel()
                return

    async with anyio.create_task_group() as workers:
        for _ in range(min(parallel, len(starts))):
            workers.start_soon(work)
    if failures:
        start, error = failures[0]
        raise _located(error, start, size, len(items), len(answers))
    return [answer for start in starts for answer in answers[start]]


def _located(error: Exception, start: int, size: int, total: int, done: int) -> Exception:
    """The same error, with the range of items in its message."""
    if isinstance(error, PygenError):
        where = f"items {start + 1} to {min(start + size, total)} of {total} failed"
        state = (
            f"{done} of {-(-total // size)} requests had been answered; what became of others under way is not known"
        )
        error.args = (f"{where}: {error} ({state})",)
    return error
