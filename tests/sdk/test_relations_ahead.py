"""A loop over a list that reads a relation of each object is never a request for each, whichever way the list was made."""

from __future__ import annotations

import gc
import pickle
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any
from weakref import ref

import anyio
import anyio.to_thread
import pytest

from pygen.testing import LocalServer, Rule, TimeoutAbove
from pygen_runtime.errors import DetachedError
from pygen_runtime.schema import EdgeWrite, NodeId, NodeWrite, SourceWrite
from pygen_runtime.schema.filters import Prefix
from pygen_runtime.sdk import PygenQuery
from tests.sdk import plant
from tests.sdk.model import AsyncPlantClient, PlantClient, Pump, Site

PUMPS = 60
ONE = {"instances/query": 1}


@pytest.fixture
async def client(cdf_server: LocalServer) -> AsyncIterator[AsyncPlantClient]:
    async with AsyncPlantClient.from_token(cdf_server.base_url, "test", "token") as client:
        await plant.build(client.pygen, PUMPS)
        await (
            client.pump.include(lambda p: p.site).limit(1).to_list()
        )  # asks for the filters of the views, once for all
        cdf_server.journal.clear()
        yield client


def asked(server: LocalServer) -> Counter[str]:
    """What was asked of the server since the last time."""
    found = Counter(one.operation for one in server.journal.entries())
    server.journal.clear()
    return found


def number(pump: Any) -> int:
    return int(pump.external_id.removeprefix("pump-"))


def leading_to(one: int) -> list[int]:
    return [n for n in range(PUMPS) if one in plant.feeds(n, PUMPS)]


@pytest.mark.parametrize("way", ["list", "comprehension", "stream", "slice"])
async def test_each_kind_of_relation_is_one_request_for_a_page(
    client: AsyncPlantClient, cdf_server: LocalServer, way: str
) -> None:
    async def pumps() -> AsyncIterator[Pump]:
        if way == "stream":
            async for pump in client.pump.all():
                yield pump
            return
        listed = (
            [pump async for pump in client.pump.all()] if way == "comprehension" else await client.pump.all().to_list()
        )
        for pump in sorted(listed[:], key=number) if way == "slice" else listed:
            yield pump

    seen = 0
    async for pump in pumps():
        n, seen = number(pump), seen + 1
        site = await pump.site.get()
        assert site is not None
        assert site.external_id == f"site-{n % 3}"
        assert [number(one) async for one in pump.parts] == plant.parts_of(n, PUMPS)
        assert sorted([number(one) async for one in pump.feeds]) == plant.feeds(n, PUMPS)
        assert sorted(map(number, await pump.fed_by.to_list())) == leading_to(n)
        assert sorted([number(one) async for one in pump.part_of]) == [
            m for m in range(PUMPS) if n in plant.parts_of(m, PUMPS)
        ]
        spare = await pump.spare.get()
        assert (spare is not None) == (n == 0)
    assert seen == PUMPS
    assert asked(cdf_server) == {"instances/list": 1, "instances/query": 6}


async def test_loops_in_loops_are_a_request_for_each_loop(client: AsyncPlantClient, cdf_server: LocalServer) -> None:
    found = set()
    for pump in await client.pump.all().to_list():
        for part in await pump.parts.to_list():
            site = await part.site.get()
            assert site is not None
            found.add((number(pump), number(part), site.external_id))
    assert found == {(n, m, f"site-{m % 3}") for n in range(PUMPS) for m in plant.parts_of(n, PUMPS)}
    assert asked(cdf_server) == {"instances/list": 1, "instances/query": 2}


async def test_narrowed_relations_are_fetched_together_too(client: AsyncPlantClient, cdf_server: LocalServer) -> None:
    for pump in await client.pump.all().to_list():
        n = number(pump)
        stopped = pump.parts.filter(state="stopped").sort("-name").limit(1)
        assert [number(one) async for one in stopped] == [m for m in plant.parts_of(n, PUMPS) if m % 3 == 0][:1]
        running = await pump.parts.filter(state="running").to_list()
        assert list(map(number, running)) == [m for m in plant.parts_of(n, PUMPS) if m % 3]
    assert asked(cdf_server) == {"instances/list": 1, "instances/query": 2}


async def test_objects_that_each_have_a_condition_of_their_own_ask_alone_in_the_end(
    client: AsyncPlantClient, cdf_server: LocalServer
) -> None:
    """Otherwise what is found for the others, and never used, would grow with the square of the page."""
    for pump in await client.pump.all().to_list():
        n = number(pump)
        found = await pump.fed_by.filter(name=[f"Pump {m:04}" for m in range(n + 1)]).to_list()
        assert list(map(number, found)) == [m for m in leading_to(n) if m <= n]
    assert asked(cdf_server)["instances/query"] == 32


async def test_to_one_is_fetched_once_and_to_many_is_handed_out_once(
    client: AsyncPlantClient, cdf_server: LocalServer
) -> None:
    first, second, *_ = await client.pump.sort("name").to_list()
    assert await first.site.get() is await first.site.get()
    assert second.site.is_loaded
    assert len(await second.parts.to_list()) == 2
    asked(cdf_server)
    await client.pygen.instances.delete([plant.pump_id(plant.parts_of(1, PUMPS)[0])])
    assert not second.parts.is_loaded
    assert list(map(number, await second.parts.to_list())) == plant.parts_of(1, PUMPS)[1:], "asked again, it asks again"
    await client.pump.load([second], lambda p: p.site)
    assert asked(cdf_server) == {"instances/delete": 1, "instances/list": 1, "instances/query": 1}


async def test_what_needs_no_request_sends_none(client: AsyncPlantClient, cdf_server: LocalServer) -> None:
    pumps = await client.pump.sort("name").to_list()
    assert await pumps[-1].parts.to_list() == [], "it holds no ids"
    assert asked(cdf_server) == {"instances/list": 1}


async def test_one_alone_is_asked_for_as_ever(client: AsyncPlantClient, cdf_server: LocalServer) -> None:
    pump = await client.pump.retrieve(plant.pump_id(0))
    assert pump is not None
    for _ in range(2):
        assert await pump.site.get() is not None
        assert not pump.site.is_loaded
    assert asked(cdf_server) == {"instances/byids": 1, "instances/list": 2}


def leaves(hub: str, each: int) -> list[NodeWrite | EdgeWrite]:
    """A pump that many others belong to, in each way."""
    names = [f"{hub}-leaf-{n}" for n in range(each)]
    me = {"space": "plant", "externalId": hub}
    return [
        *(_pump(one, site=me, parts=[me]) for one in names),
        *(
            EdgeWrite(space="plant", external_id=one, type=plant.FEEDS, start_node=NodeId("plant", hub), end_node=NodeId("plant", one))
            for one in names
        ),
    ]  # fmt: skip


def _pump(name: str, **values: Any) -> NodeWrite:
    site = SourceWrite(source=plant.SITE, properties={"name": name})
    pump = SourceWrite(source=plant.PUMP, properties={"name": name, **values})
    return NodeWrite(space="plant", external_id=name, sources=[pump, site])


async def test_too_much_for_one_page_is_fetched_for_fewer_at_once(
    client: AsyncPlantClient, cdf_server: LocalServer
) -> None:
    hubs, each = [f"hub-{n:02}" for n in range(40)], 50
    await client.pygen.instances.upsert(map(_pump, hubs))
    await client.pygen.instances.upsert([one for hub in hubs for one in leaves(hub, each)])
    query = (
        PygenQuery(client=client.pygen, resource=Site).where(Prefix(("node", "externalId"), "hub-")).sort("external_id")
    )
    sites = [one for one in await query.to_list() if "leaf" not in one.external_id]
    asked(cdf_server)
    for site in sites:
        assert sorted([pump.external_id async for pump in site.pumps]) == sorted(
            f"{site.external_id}-leaf-{n}" for n in range(each)
        )
    spent = asked(cdf_server)
    # 2,000 and the leaves of leaves are too many. One site is asked for alone; the others 8 times fewer at once.
    assert spent["instances/list"] <= 3
    assert spent["instances/query"] <= 14

    pumps = await client.pump.where(Prefix(("node", "externalId"), "hub-")).sort("external_id").to_list()
    asked(cdf_server)
    for pump in pumps:
        expected = sorted(f"{pump.external_id}-leaf-{n}" for n in range(each)) if "leaf" not in pump.external_id else []
        assert sorted([one.external_id async for one in pump.feeds]) == expected
    assert asked(cdf_server).total() < 40


async def test_what_is_too_heavy_together_is_asked_for_alone(client: AsyncPlantClient, cdf_server: LocalServer) -> None:
    pumps = await client.pump.sort("name").to_list()
    cdf_server.faults.add(Rule(action=TimeoutAbove(rows=20), operation="instances/query"))
    for pump in pumps:
        assert list(map(number, await pump.parts.to_list())) == plant.parts_of(number(pump), PUMPS)
    assert asked(cdf_server)["instances/query"] < PUMPS


async def test_keeping_one_object_does_not_keep_its_page(client: AsyncPlantClient) -> None:
    first, second, *rest = await client.pump.sort("name").to_list()
    await second.parts.to_list()
    site = await second.site.get()
    gone = [ref(first), *map(ref, rest)]
    del first, rest
    gc.collect()
    assert not any(one() for one in gone)
    assert await second.site.get() is site
    assert [number(one) async for one in second.parts] == plant.parts_of(1, PUMPS)


async def test_what_was_fetched_ahead_is_not_part_of_an_object(client: AsyncPlantClient) -> None:
    first, second, *_ = await client.pump.sort("name").to_list()
    await first.parts.to_list()
    again = pickle.loads(pickle.dumps(second))
    assert again == second
    with pytest.raises(DetachedError):
        await again.parts.to_list()


async def test_edges_of_a_relation_are_siblings(client: AsyncPlantClient, cdf_server: LocalServer) -> None:
    pump = await client.pump.retrieve(plant.pump_id(0))
    assert pump is not None
    asked(cdf_server)
    ends = [number(one) async for one, _ in _ends(await pump.feeds.to_list())]
    assert sorted(ends) == list(range(1, PUMPS))
    assert asked(cdf_server) == {"instances/list": 2, "instances/query": 1}


async def _ends(pumps: Any) -> AsyncIterator[tuple[Any, Any]]:
    for pump in pumps:
        yield pump, await pump.site.get()


@pytest.mark.anyio
async def test_many_at_once_are_one_request(cdf_server: LocalServer, anyio_backend: object) -> None:
    async with AsyncPlantClient.from_token(cdf_server.base_url, "test", "token") as client:
        await plant.build(client.pygen, 20)
        pumps = await client.pump.all().to_list()
        found: dict[int, Any] = {}

        async def read(pump: Pump) -> None:
            site = await pump.site.get()
            assert site is not None
            found[number(pump)] = site.external_id

        asked(cdf_server)
        async with anyio.create_task_group() as group:
            for pump in pumps:
                group.start_soon(read, pump)
        assert found == {n: f"site-{n % 3}" for n in range(20)}
        assert asked(cdf_server) == {"views/byids": 1, "instances/query": 1}
        with anyio.CancelScope() as scope:
            scope.cancel()
            await pumps[0].parts.to_list()
        assert list(map(number, await pumps[0].parts.to_list())) == plant.parts_of(number(pumps[0]), 20)


async def test_the_same_without_await(client: AsyncPlantClient, cdf_server: LocalServer) -> None:
    def read() -> None:
        with PlantClient.from_token(cdf_server.base_url, "test", "token") as plain:
            for pump in plain.pump.all():
                site = pump.site.get()
                assert site is not None
                assert site.external_id == f"site-{number(pump) % 3}"
                assert [number(one) for one in pump.parts] == plant.parts_of(number(pump), PUMPS)
                assert [number(one.node) for one in pump.fed_by.linked()] == leading_to(number(pump))
            assert asked(cdf_server) == {"instances/list": 1, "views/byids": 2, "instances/query": 3}

    await anyio.to_thread.run_sync(read)
