"""This project: one CogniteAsset, as soon as can be; the process ends with it."""

from __future__ import annotations

import asyncio
import sys

from core import AsyncCogniteCoreClient


async def first() -> None:
    async with AsyncCogniteCoreClient.from_token(sys.argv[1], "bench", "bench") as client:
        async for asset in client.cognite_asset.all().limit(1):
            print(asset.name)


asyncio.run(first())
