"""An event loop whose clock jumps to the next timer whenever nothing is left to do: hours pass in no time, in a fixed order."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

import anyio

from pygen_runtime.transport import Clock

T = TypeVar("T")


class _Jumping(selectors.DefaultSelector):
    """Instead of waiting for files, which a simulation has none of, lets the time pass at once."""

    passed = 0.0

    def select(self, timeout: float | None = None) -> Any:
        if timeout is None:
            raise AssertionError("everybody waits for somebody else")
        self.passed += max(timeout, 0.0)
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return 1000.0 + self._jumping.passed


def simulate(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine on a loop of its own; all its time-outs and sleeps are virtual."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(work)


def loop_clock(random: Any = lambda: 0.5) -> Clock:
    """Time of the loop that runs."""
    return Clock(now=anyio.current_time, sleep=anyio.sleep, random=random)
