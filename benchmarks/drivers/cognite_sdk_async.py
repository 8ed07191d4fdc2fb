"""cognite-sdk, asynchronous: nodes with dictionaries of properties, not typed by the model."""

from __future__ import annotations

import asyncio
from typing import Any

from cognite.client import AsyncCogniteClient, ClientConfig
from cognite.client.credentials import Token
from cognite.client.data_classes.data_modeling import ViewId
from measured import Tally, measured

VIEW = ViewId("bench", "Machine", "v1")


async def scan(settings: dict[str, Any]) -> Tally:
    config = ClientConfig("bench", "bench", Token("bench"), base_url=settings["base_url"])
    client = AsyncCogniteClient(config)
    count, starts, capacity, letters = 0, 0, 0.0, 0
    rows = settings["rows"]
    async for chunk in client.data_modeling.instances(chunk_size=1000, sources=VIEW, limit=rows):
        for node in chunk:
            machine = node.properties[VIEW]
            count += 1
            starts += machine["starts"]
            capacity += machine["capacity"]
            letters += len(machine["name"])
    return Tally(count, starts, capacity, letters)


if __name__ == "__main__":
    measured(lambda settings: asyncio.run(scan(settings)))
