"""What the synchronous client costs on top of the asynchronous one. Measured, so only when asked for thoroughly."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.sync import PygenClient
from tests.runtime.support import node

PAGES, ROWS = 60, 1000
WHERE: dict[str, Any] = {"base_url": "http://api.test", "project": "p", "token": "t"}

pytestmark = pytest.mark.skipif(os.environ.get("PYGEN_THOROUGH") != "1", reason="PYGEN_THOROUGH=1 asks for it")


class Prepared(httpx.AsyncBaseTransport):
    """Pages that are there already."""

    def __init__(self) -> None:
        items = [node(number) for number in range(ROWS)]
        self.bodies = [
            json.dumps({"items": items, "nextCursor": str(n + 1) if n + 1 < PAGES else None}).encode()
            for n in range(PAGES)
        ]
        self.asked = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)
        self.asked += 1
        return httpx.Response(
            200, content=self.bodies[self.asked - 1], headers={"content-type": "application/json"}, request=request
        )


def with_await() -> int:
    async def scan() -> int:
        async with AsyncPygenClient.from_token(**WHERE, transport=Prepared()) as client:
            return len([one async for one in client.instances.iterate()])

    return asyncio.run(scan())


def without() -> int:
    with PygenClient.from_token(**WHERE, transport=Prepared()) as client:
        return len(list(client.instances.iterate()))


def cost(scan: Callable[[], int]) -> float:
    started = time.process_time()
    assert scan() == PAGES * ROWS
    return time.process_time() - started


def test_a_scan_costs_at_most_a_tenth_more_than_with_await() -> None:
    runs = [(cost(with_await), cost(without)) for _ in range(7)]
    assert min(one for _, one in runs) <= 1.1 * min(one for one, _ in runs), runs
