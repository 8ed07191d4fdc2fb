"""This project: `upsert` of instances that were made before."""

from __future__ import annotations

import asyncio
from typing import Any

from machines import AsyncMachinesClient, MachineWrite
from measured import Tally, measured
from received import site, tally, values

from benchmarks import model
from pygen_runtime.sdk import NodeId


def build(settings: dict[str, Any]) -> list[MachineWrite]:
    made = [(number, values(number)) for number in range(settings["rows"])]
    return [
        MachineWrite(
            space=model.SPACE,
            external_id=model.external_id(number),
            name=value["name"],
            description=value["description"],
            serial_number=value["serialNumber"],
            vendor=value["vendor"],
            state=value["state"],
            capacity=value["capacity"],
            temperature=value["temperature"],
            pressure=value["pressure"],
            efficiency=value["efficiency"],
            starts=value["starts"],
            running_seconds=value["runningSeconds"],
            running=value["running"],
            installed_on=value["installedOn"],
            inspected_at=value["inspectedAt"],
            labels=value["labels"],
            site=NodeId(*site(number)),
        )
        for number, value in made
    ]


async def write(settings: dict[str, Any]) -> Tally:
    async with AsyncMachinesClient.from_token(settings["base_url"], "bench", "bench") as client:
        await client.upsert(settings["built"])
    return tally(settings["base_url"])


if __name__ == "__main__":
    measured(lambda settings: asyncio.run(write(settings)), build)
