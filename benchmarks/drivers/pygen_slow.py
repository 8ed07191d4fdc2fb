"""This project, with a consumer that waits on every page; notes how many pages the server had sent beyond those that were consumed."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from typing import Any

from machines import AsyncMachinesClient
from measured import NOTES, Tally, measured


async def scan(settings: dict[str, Any]) -> Tally:
    count, starts, capacity, letters, most = 0, 0, 0.0, 0, 0
    before = sent(settings["base_url"])
    async with AsyncMachinesClient.from_token(settings["base_url"], "bench", "bench") as client:
        query = client.machine.all().limit(settings["rows"]).prefetch(settings["prefetch"])
        async for page in query.pages():
            await asyncio.sleep(settings["pause"])
            finished = -(-count // 1000)  # not counting the page in hand
            most = max(most, sent(settings["base_url"]) - before - finished)
            count += len(page)
            starts += sum(machine.starts or 0 for machine in page)
            for machine in page:
                capacity += machine.capacity or 0.0
            letters += sum(len(machine.name) for machine in page)
    NOTES["most_pages"] = most
    return Tally(count, starts, capacity, letters)


def sent(base_url: str) -> int:
    with urllib.request.urlopen(f"{base_url}/api/v1/projects/bench/models/pages") as answer:
        return int(json.load(answer)["sent"])


if __name__ == "__main__":
    measured(lambda settings: asyncio.run(scan(settings)))
