"""This project: all instances in a list, which is kept."""

from __future__ import annotations

import asyncio
from typing import Any

from machines import AsyncMachinesClient
from measured import KEPT, Tally, measured


async def scan(settings: dict[str, Any]) -> Tally:
    async with AsyncMachinesClient.from_token(settings["base_url"], "bench", "bench") as client:
        machines = await client.machine.all().limit(settings["rows"]).to_list()
    KEPT.append(machines)
    return Tally(
        len(machines),
        sum(machine.starts or 0 for machine in machines),
        sum(machine.capacity or 0.0 for machine in machines),
        sum(len(machine.name) for machine in machines),
    )


if __name__ == "__main__":
    measured(lambda settings: asyncio.run(scan(settings)))
