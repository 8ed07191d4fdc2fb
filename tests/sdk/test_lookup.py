"""Thousands of ids: their requests go side by side, and their order is kept."""

from __future__ import annotations

from collections.abc import Sequence

import anyio
import httpx
import msgspec
import pytest

from pygen_runtime.client import AsyncPygenClient, ClientSettings, Limits
from pygen_runtime.errors import ApiError
from pygen_runtime.schema import NodeId
from pygen_runtime.sdk.queries.lookup import lookup, members
from tests.sdk.model import Pump

IDS = [NodeId("plant", f"pump-{number}") for number in range(4500)]
AT_ONCE = 3


class Meeting(httpx.AsyncBaseTransport):
    """Answers when so many requests have come together, or the last of them; the first one comes last.

    Args:
        wanted: Requests in all.
        refused: One of the ids, whose request is refused.
    """

    def __init__(self, wanted: int, refused: str = "") -> None:
        self.wanted, self.refused = wanted, refused
        self.begun = self.under_way = self.most = 0
        self.met, self.full, self.meets = anyio.Event(), anyio.Event(), True

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.begun += 1
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        if self.begun == AT_ONCE:
            self.full.set()
        if self.meets and self.begun in (AT_ONCE, self.wanted):
            self.met.set()
        with anyio.fail_after(10):
            await self.met.wait()
        self.under_way -= 1
        return self._answer(_asked(await request.aread(), request.headers))

    def _answer(self, ids: Sequence[str]) -> httpx.Response:
        if self.refused in ids:
            return httpx.Response(400, json={"error": {"code": 400, "message": "no"}})
        return httpx.Response(200, json={"items": [_pump(one) for one in reversed(ids) if not one.endswith("7")]})


def _asked(body: bytes, headers: httpx.Headers) -> list[str]:
    if headers.get("content-encoding") == "gzip":
        body = httpx.Response(200, headers=headers, content=body).content
    asked = msgspec.json.decode(body)
    condition = asked.get("filter", {})
    ids = asked["items"] if "items" in asked else condition["instanceReferences"]
    return [one["externalId"] for one in ids]


def _pump(external_id: str) -> dict[str, object]:
    times = {"version": 1, "createdTime": 0, "lastUpdatedTime": 0}
    values = {"plant": {"Pump/1": {"name": external_id}}}
    return {"instanceType": "node", "space": "plant", "externalId": external_id, **times, "properties": values}


def client(transport: httpx.AsyncBaseTransport) -> AsyncPygenClient:
    return AsyncPygenClient.from_token(
        base_url="http://api.test",
        project="test",
        token="t",
        transport=transport,
        settings=ClientSettings(limits=Limits(read=AT_ONCE)),
    )


@pytest.mark.anyio
async def test_ids_are_looked_up_side_by_side_and_come_in_their_order() -> None:
    transport = Meeting(wanted=5)
    wanted = [*reversed(IDS), IDS[3]]
    async with client(transport) as pygen:
        found = await lookup(pygen, Pump, wanted)
    assert [pump.name for pump in found] == [one.external_id for one in wanted if not one.external_id.endswith("7")]
    assert (transport.begun, transport.most) == (5, AT_ONCE)


@pytest.mark.anyio
async def test_members_are_asked_for_side_by_side() -> None:
    transport = Meeting(wanted=5)
    async with client(transport) as pygen:
        found = await members(pygen, Pump, IDS)
    assert list(found) == [one for batch in _batches() for one in reversed(batch) if not one.external_id.endswith("7")]
    assert (transport.begun, transport.most) == (5, AT_ONCE)


@pytest.mark.anyio
async def test_a_request_that_fails_ends_the_others() -> None:
    transport = Meeting(wanted=5, refused="pump-1500")
    async with client(transport) as pygen:
        with pytest.raises(ApiError, match="items 1001 to 2000 of 4500 failed"):
            await lookup(pygen, Pump, IDS)
    assert transport.begun <= 5


@pytest.mark.anyio
async def test_who_leaves_leaves_nothing_under_way() -> None:
    transport = Meeting(wanted=99)
    transport.meets = False
    async with client(transport) as pygen:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(lookup, pygen, Pump, IDS)
            with anyio.fail_after(10):
                await transport.full.wait()
            tasks.cancel_scope.cancel()
        assert transport.begun == AT_ONCE
    assert pygen.counters.under_way == 0


async def test_no_ids_ask_for_nothing() -> None:
    transport = Meeting(wanted=1)
    async with client(transport) as pygen:
        assert list(await lookup(pygen, Pump, [])) == []
        assert await members(pygen, Pump, []) == {}
    assert transport.begun == 0


def _batches() -> list[list[NodeId]]:
    return [IDS[start : start + 1000] for start in range(0, len(IDS), 1000)]
