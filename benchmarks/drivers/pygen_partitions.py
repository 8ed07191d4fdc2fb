"""This project, with several cursors side by side: `partitions` of them, and as many requests at once as a project allows."""

from __future__ import annotations

import asyncio
from typing import Any

from machines import AsyncMachinesClient
from measured import Tally, measured

from pygen_runtime.client import AsyncPygenClient, ClientSettings, Limits


async def scan(settings: dict[str, Any]) -> Tally:
    count, starts, capacity, letters = 0, 0, 0.0, 0
    whole_budget = ClientSettings(limits=Limits(read=8))  # a client takes half of it, unless told
    plain = AsyncPygenClient.from_token(
        base_url=settings["base_url"], project="bench", token="bench", settings=whole_budget
    )
    async with AsyncMachinesClient(plain) as client:
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
