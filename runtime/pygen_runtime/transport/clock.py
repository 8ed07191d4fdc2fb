"""Time as the transport sees it: injected, so that tests can run hours in no time."""

from __future__ import annotations

import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import anyio


@dataclass(frozen=True, slots=True)
class Clock:
    """The three things that would make a test slow or unsteady.

    Attributes:
        now: Seconds on a clock that never jumps, whatever happens to the wall clock.
        sleep: Waits for so many seconds.
        random: A number from 0 up to, not including, 1; spreads the waits of many clients.
    """

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep
    random: Callable[[], float] = random.random
