"""Time that passes only when somebody sleeps."""

from __future__ import annotations

from dataclasses import dataclass, field

import anyio.lowlevel

from pygen_runtime.transport import Clock


@dataclass
class VirtualClock:
    """Sleeping takes no time; all sleeps are kept. `jitter` is what the random number always is."""

    time: float = 1000.0
    jitter: float = 0.0
    slept: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds
        await anyio.lowlevel.checkpoint()

    def clock(self) -> Clock:
        return Clock(now=lambda: self.time, sleep=self.sleep, random=lambda: self.jitter)
