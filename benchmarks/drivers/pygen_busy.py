"""This project, with a consumer that works for as long as it is told and never awaits: `busy` seconds an instance."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from machines import AsyncMachinesClient
from measured import Tally, measured


async def scan(settings: dict[str, Any]) -> Tally:
    count, starts, capacity, letters = 0, 0, 0.0, 0
    async with AsyncMachinesClient.from_token(settings["base_url"], "bench", "bench") as client:
        query = client.machine.all().limit(settings["rows"]).prefetch(settings["prefetch"])
        async for machine in query:
            count += 1
            starts += machine.starts or 0
            capacity += machine.capacity or 0.0
            letters += len(machine.name)
            until = time.perf_counter() + settings["busy"]
            while time.perf_counter() < until:
                pass
    return Tally(count, starts, capacity, letters)


if __name__ == "__main__":
    measured(lambda settings: asyncio.run(scan(settings)))
