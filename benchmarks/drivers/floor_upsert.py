"""The floor of writing: msgspec encodes dictionaries that were made before, `httpx.AsyncClient` sends them in batches of 1,000."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import msgspec
from measured import Tally, measured
from received import tally

from benchmarks import model

SOURCE = {"type": "view", "space": model.SPACE, "externalId": model.VIEW, "version": model.VERSION}


def build(settings: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "instanceType": "node",
            "space": model.SPACE,
            "externalId": model.external_id(number),
            "sources": [{"source": SOURCE, "properties": model.properties(number)}],
        }
        for number in range(settings["rows"])
    ]


async def write(settings: dict[str, Any]) -> Tally:
    items = settings["built"]
    encoder, decoder = msgspec.json.Encoder(), msgspec.json.Decoder()
    url = f"{settings['base_url']}/api/v1/projects/bench/models/instances"
    headers = {"authorization": "Bearer bench", "content-type": "application/json"}
    async with httpx.AsyncClient(headers=headers, timeout=60) as client:
        for start in range(0, len(items), 1000):
            answer = await client.post(url, content=encoder.encode({"items": items[start : start + 1000]}))
            answer.raise_for_status()
            decoder.decode(answer.content)
    return tally(settings["base_url"])


if __name__ == "__main__":
    measured(lambda settings: asyncio.run(write(settings)), build)
