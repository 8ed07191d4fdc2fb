"""`with_options`: another manner of asking, through the same client."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from pygen_runtime.client import AsyncPygenClient, RetryPolicy
from pygen_runtime.errors import ClientClosedError, DeadlineError, RateLimitedError, ServerError, UsageError
from pygen_runtime.schema.requests import ListRequest
from tests.runtime.support import NUMBERS, Api, client_of, ok, refused
from tests.virtual_clock import VirtualClock

pytestmark = pytest.mark.anyio

REQUEST = ListRequest(instance_type="node", limit=5)


async def ask(client: AsyncPygenClient) -> list[int]:
    return (await client.instances.list_page(REQUEST, NUMBERS)).items


@pytest.mark.parametrize("retries", [0, 2, 20])
async def test_retries_are_those_of_the_call(anyio_backend: str, retries: int) -> None:
    async with client_of(Api(refused(503))) as client:
        with pytest.raises(ServerError) as caught:
            await ask(client.with_options(retries=retries))
        assert caught.value.attempts == retries + 1
        with pytest.raises(ServerError) as caught:
            await ask(client)
        assert caught.value.attempts == 10


@pytest.mark.parametrize("retries", [0, 2, 20])
async def test_retries_of_a_call_are_counted_where_the_server_is_busy_too(anyio_backend: str, retries: int) -> None:
    async with client_of(Api(refused(429))) as client:
        with pytest.raises(RateLimitedError) as caught:
            await ask(client.with_options(retries=retries))
        assert caught.value.attempts == client.counters.requests == retries + 1


async def test_the_time_a_call_may_take_is_that_of_the_call(anyio_backend: str) -> None:
    clock = VirtualClock(jitter=1.0)
    async with client_of(Api(refused(503, retry_after="2")), clock=clock, deadline=100.0) as client:
        with pytest.raises(
            DeadlineError,
            match=r"not answered within 5 s, 3 attempts included \(the last to end: 503\); .*with_options\(timeout",
        ):
            await ask(client.with_options(timeout=5))
        with pytest.raises(ServerError):
            await ask(client.with_options(timeout=None, retries=70))
        assert sum(clock.slept) > 100


async def test_a_read_timeout_reaches_the_wire(anyio_backend: str) -> None:
    api = Api(ok())
    async with client_of(api) as client:
        await ask(client.with_options(read_timeout=3.0))
        await ask(client)
    assert [request.extensions["timeout"]["read"] for request in api.requests] == [3.0, 60.0]
    assert api.requests[0].extensions["timeout"] == {"connect": 10.0, "read": 3.0, "write": 60.0, "pool": 10.0}


async def test_pages_of_a_view_have_its_size_and_rows_come_all_the_same(anyio_backend: str) -> None:
    api = Api(ok())
    async with client_of(api) as client:
        async for _ in client.with_options(page_size=7).instances.iterate():
            pass
    assert api.body()["limit"] == 7


async def test_a_view_is_the_same_client(anyio_backend: str) -> None:
    api = Api(ok([1]))
    client = client_of(api, retry=RetryPolicy(first_wait=9))
    view = client.with_options(timeout=1).with_options(retries=3)
    assert (view.settings.deadline, view.settings.retry.attempts, view.settings.retry.first_wait) == (1, 4, 9)
    assert (view.base_url, view.project, type(view)) == (client.base_url, client.project, type(client))
    assert client.settings.deadline == 300.0
    with pytest.raises(ClientClosedError, match="not open yet"):
        await ask(view)
    async with client:
        assert await ask(view) == [1]
        assert view.counters == client.counters
        assert view.counters.requests == 1
        with pytest.raises(UsageError, match="open the client itself"):
            await view.__aenter__()
    with pytest.raises(ClientClosedError, match="the client is closed"):
        await ask(view)
    assert api.closed


async def test_a_view_spends_the_retries_of_its_client(anyio_backend: str) -> None:
    async with client_of(Api(refused(503))) as client:
        for _ in range(12):
            with pytest.raises(ServerError):
                await ask(client.with_options(timeout=200))
        with pytest.raises(ServerError, match="used up its retries"):
            await ask(client)


@pytest.mark.parametrize("wrong", [{"timeout": 0}, {"read_timeout": 0}, {"retries": -1}, {"page_size": 1001}])
async def test_options_that_cannot_work_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        client_of(Api(httpx.Response(200))).with_options(**wrong)
