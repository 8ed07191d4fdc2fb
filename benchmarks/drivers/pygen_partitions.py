"""This project, with several cursors side by side: `partitions` of them."""

from __future__ import annotations

import asyncio
from typing import Any

from machines import AsyncMachinesClient
from measured import Tally, measured


async def scan(settings: dict[str, Any]) -> Tally:
    count, starts, capacity, letters = 0, 0, 0.0, 0
    async with AsyncMachinesClient.from_token(settings["base_url"], "bench", "bench") as client:
        query = client.machine.all()
        few = settings["rows"] <= 1000  # to warm up: partitions take no limit, and read everything
        async for machine in query.limit(settings["rows"]) if few else query.partitions(settings["partitions"]):
            count += 1
            starts += machine.starts or 0
            capacity += machine.capacity or 0.0
            letters += len(machine.name)
    return Tally(count, starts, capacity, letters)


if __name__ == "__main__":
    measured(lambda settings: asyncio.run(scan(settings)))
