"""A local server in process."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from pygen.server import Store, create_app
from tests.server.support import SPACE, Api


@pytest.fixture
def store() -> Iterator[Store]:
    """An empty store in memory, whose clock goes on by one millisecond with each look."""
    ticks = itertools.count(1_767_225_600_000)
    store = Store.open(clock=lambda: next(ticks))
    yield store
    store.close()


@pytest.fixture
async def bare_api(store: Store) -> AsyncIterator[Api]:
    """A project with nothing in it."""
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(create_app(store)),
        base_url="http://local/api/v1/projects/test",
        headers={"authorization": "Bearer token"},
    ) as client:
        yield Api(client)


@pytest.fixture
async def api(bare_api: Api) -> Api:
    """A project with one space."""
    await bare_api.post("/models/spaces", {"items": [{"space": SPACE}]})
    return bare_api
