"""This project: `upsert` of instances that were made before."""

from __future__ import annotations

import asyncio
from typing import Any

from machines import AsyncMachinesClient, MachineWrite
from measured import Tally, measured
from received import machines, tally

from pygen_runtime.sdk import NodeId


def build(settings: dict[str, Any]) -> list[MachineWrite]:
    return machines(MachineWrite, NodeId, settings["rows"])


async def write(settings: dict[str, Any]) -> Tally:
    async with AsyncMachinesClient.from_token(settings["base_url"], "bench", "bench") as client:
        await client.upsert(settings["built"])
    return tally(settings["base_url"])


if __name__ == "__main__":
    measured(lambda settings: asyncio.run(write(settings)), build)
