"""`include` and `load` on the plant, compared with the same computed in plain Python; what they cost is counted in the server's journal."""

from __future__ import annotations

import copy
import pickle
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from pygen.testing import LocalServer
from pygen_runtime.errors import DetachedError, IncludeDepthError, UsageError
from pygen_runtime.schema import EdgeWrite, NodeId, NodeWrite, SourceWrite
from pygen_runtime.schema.filters import Equals, Prefix
from pygen_runtime.sdk import PygenEdge, PygenQuery
from pygen_runtime.sdk.graph.branch import Branch
from pygen_runtime.sdk.queries.cache import QueryCache
from tests.sdk import plant
from tests.sdk.model import AsyncPlantClient, Pipe, PlantClient, Pump, Site, SiteFields, SyncPump

PUMPS = 60


@pytest.fixture
async def client(cdf_server: LocalServer) -> AsyncIterator[AsyncPlantClient]:
    async with AsyncPlantClient.from_token(cdf_server.base_url, "test", "token") as client:
        await plant.build(client.pygen, PUMPS)
        yield client


def numbers(items: Any) -> list[int]:
    return [int(one.external_id.removeprefix("pump-")) for one in items]


class Requests:
    """Counts requests to the instances API from here on."""

    def __init__(self, server: LocalServer) -> None:
        self._server = server
        self.mark()

    def mark(self) -> None:
        self._server.journal.clear()

    def paths(self) -> list[str]:
        return [one.operation for one in self._server.journal.entries()]


async def test_every_kind_of_relation_comes_with_its_page(client: AsyncPlantClient, cdf_server: LocalServer) -> None:
    requests = Requests(cdf_server)
    pumps = await (
        client.pump.all()
        .include(
            lambda p: p.site,
            lambda p: p.parts,
            lambda p: p.feeds,
            lambda p: p.fed_by,
            lambda p: p.spare,
        )
        .to_list()
    )
    assert requests.paths() == ["views/byids", "instances/query"]
    requests.mark()
    assert sorted(numbers(pumps)) == list(range(PUMPS))
    for number, pump in zip(numbers(pumps), pumps, strict=True):
        site = await pump.site.get()
        assert site is not None
        assert site.name == f"Site {number % 3}"
        assert numbers(await pump.parts.to_list()) == plant.parts_of(number, PUMPS)
        assert sorted(numbers([one async for one in pump.feeds])) == plant.feeds(number, PUMPS)
        assert sorted(numbers(await pump.fed_by.to_list())) == [
            n for n in range(PUMPS) if number in plant.feeds(n, PUMPS)
        ]
        assert [(one.edge.metres, numbers([one.node])[0]) async for one in pump.feeds.linked()] == [
            (float(n - number), n) for n in numbers(await pump.feeds.to_list())
        ]
        spare = await pump.spare.get()
        assert (spare is not None) == (number == 0)
        assert await pump.feeds.count() == len(plant.feeds(number, PUMPS))
        assert pump.feeds.is_loaded
        assert not pump.part_of.is_loaded
    assert requests.paths() == []


async def test_backwards_through_a_list_and_further_hops(client: AsyncPlantClient, cdf_server: LocalServer) -> None:
    requests = Requests(cdf_server)
    pumps = await (
        client.pump.filter(max_flow=4.0)
        .include(
            lambda p: p.part_of.include(lambda w: w.site.include(lambda s: s.pumps)),
            lambda p: p.parts.include(lambda q: q.parts),
        )
        .to_list()
    )
    assert requests.paths() == ["views/byids", "instances/query", "instances/query"], "part_of cannot be chained"
    requests.mark()
    for number, pump in zip(numbers(pumps), pumps, strict=True):
        wholes = await pump.part_of.to_list()
        assert numbers(wholes) == [n for n in range(PUMPS) if number in plant.parts_of(n, PUMPS)]
        for whole in wholes:
            site = await whole.site.get()
            assert site is not None
            assert sorted(numbers(await site.pumps.to_list())) == [
                n for n in range(PUMPS) if n % 3 == numbers([whole])[0] % 3
            ]
        for part in await pump.parts.to_list():
            assert numbers(await part.parts.to_list()) == plant.parts_of(numbers([part])[0], PUMPS)
    assert requests.paths() == []


async def test_branches_are_narrowed_for_each_object(client: AsyncPlantClient) -> None:
    (first,) = await (
        client.pump.filter(name="Pump 0000")
        .include(
            lambda p: p.feeds.where(Prefix(("node", "externalId"), "pump-001")).sort(lambda t: t.flow.desc()).limit(3)
        )
        .to_list()
    )
    assert numbers(await first.feeds.to_list()) == [19, 18, 17]
    assert numbers(await first.feeds.sort("flow").limit(1).to_list()) == [17], "of what was included"
    assert numbers(await first.feeds.where(Equals(("node", "externalId"), "pump-0001")).to_list()) == [1], "asks anew"


async def test_relations_are_narrowed_lazily(client: AsyncPlantClient) -> None:
    pump = await client.pump.retrieve(plant.pump_id(0))
    assert pump is not None
    tens = pump.feeds.where(Prefix(("node", "externalId"), "pump-001"))
    assert sorted(numbers(await tens.to_list())) == list(range(10, 20))
    assert await tens.count() == 10
    assert numbers(await tens.sort("-flow").limit(2).to_list()) == [19, 18], "pump 10 has no flow and comes last"
    assert numbers(await tens.sort("flow").to_list())[-1] == 10
    functions = tens.sort(lambda p: (p.flow.desc(), p.external_id), "name")
    assert numbers(await functions.limit(2).to_list()) == [19, 18], "functions of the fields, like those of a query"
    assert numbers(await pump.feeds.filter(state="stopped", tags=["even"]).to_list()) == [
        n for n in range(1, PUMPS) if n % 3 == 0 and n % 2 == 0
    ]
    assert len(await pump.feeds.limit(5).to_list()) == 5
    assert [len(page) async for page in pump.feeds.pages()] == [PUMPS - 1]
    assert await pump.parts.limit(0).first() is None
    part = await pump.parts.sort("name").first()
    assert part is not None
    assert part.name == "Pump 0001"
    site = await pump.site.get()
    assert site is not None
    threes = site.pumps.filter(state="stopped").sort("-name").limit(3)
    assert numbers(await threes.to_list()) == [57, 54, 51]
    assert await threes.count() == 3
    assert await site.pumps.count() == PUMPS // 3
    with pytest.raises(UsageError, match="whole relation"):
        tens.edges()


async def test_relations_are_narrowed_by_functions_and_by_the_keywords_of_their_view(client: AsyncPlantClient) -> None:
    large = [n for n in range(10, PUMPS) if n % 10 and n / 2 > 20.0]
    lazy = await client.pump.retrieve(plant.pump_id(0))
    assert lazy is not None
    (first,) = (
        await client.pump.filter(name="Pump 0000").include(lambda p: p.feeds.where(lambda q: q.flow > 20.0)).to_list()
    )
    (second,) = await client.pump.filter(name="Pump 0000").include(lambda p: p.feeds.filter(min_flow=20.5)).to_list()
    for relation in (
        first.feeds,
        second.feeds,
        lazy.feeds.where(lambda q: q.flow > 20.0),
        lazy.feeds.filter(min_flow=20.5),
    ):
        assert sorted(numbers(await relation.to_list())) == large
    some = lazy.feeds.filter(name_prefix="Pump 004", max_flow=21.0, flow=[20.5, 21.0], site=NodeId("plant", "site-0"))
    assert numbers(await some.to_list()) == [42]
    site = await lazy.site.get()
    assert site is not None
    assert numbers(
        await site.pumps.where(lambda p: (p.flow > 20.0) & p.tags.contains("even")).sort("flow").to_list()
    ) == [n for n in large if n % 6 == 0]
    for wrong in ("colour", "min_colour"):
        with pytest.raises(UsageError, match=wrong):
            lazy.feeds.filter(**{wrong: 1})
    with pytest.raises(UsageError, match="PygenFilter"):
        lazy.feeds.where(lambda _: True)  # type: ignore[arg-type, return-value]  # wrong on purpose


async def test_objects_are_loaded_together(client: AsyncPlantClient, cdf_server: LocalServer) -> None:
    pumps = await client.pump.all().to_list()
    await client.pump.load([], lambda p: p.site)
    requests = Requests(cdf_server)
    assert await client.pump.load(pumps, lambda p: p.site, lambda p: p.part_of, lambda p: p.feeds) == pumps
    assert requests.paths() == ["views/byids", "instances/query", "instances/query", "instances/query"]
    for number, pump in zip(numbers(pumps), pumps, strict=True):
        assert sorted(numbers(await pump.feeds.to_list())) == plant.feeds(number, PUMPS)
        assert numbers(await pump.part_of.to_list()) == [n for n in range(PUMPS) if number in plant.parts_of(n, PUMPS)]
    with pytest.raises(UsageError, match="objects that were read"):
        await client.pump.load(["pump"])  # type: ignore[list-item]  # wrong on purpose


async def test_what_was_included_is_kept_by_copies_and_pickles(client: AsyncPlantClient) -> None:
    (pump,) = await client.pump.filter(name="Pump 0001").include(lambda p: p.parts.include(lambda q: q.site)).to_list()
    for again in (pickle.loads(pickle.dumps(pump)), copy.copy(pump), copy.deepcopy(pump)):
        assert again == pump
        parts = await again.parts.to_list()
        assert parts == await pump.parts.to_list()
        assert await parts[0].site.get() == await (await pump.parts.to_list())[0].site.get()
    with pytest.raises(DetachedError, match="knows no client"):
        await pickle.loads(pickle.dumps(pump)).site.get()
    assert pump == await client.pump.retrieve(pump.as_id()), "what was included does not count"


async def test_edges_without_data_are_part_of_a_relation(client: AsyncPlantClient) -> None:
    start, end = plant.pump_id(5), plant.pump_id(9)
    bare = EdgeWrite(space="plant", external_id="bare", type=plant.FEEDS, start_node=start, end_node=end)
    await client.pygen.instances.upsert([bare])
    (pump,) = await client.pump.filter(name="Pump 0005").include(lambda p: p.feeds).to_list()
    lazy = await client.pump.retrieve(start)
    assert lazy is not None
    for one in (pump, lazy):
        found = {linked.edge.external_id: linked.edge.metres async for linked in one.feeds.linked()}
        assert found == {"5-6": 1.0, "bare": None}
        assert {edge.external_id async for edge in one.feeds.edges()} == {"5-6", "bare"}
        assert await one.feeds.edges().count() == 2
        assert sorted(numbers(await one.feeds.to_list())) == [6, 9]
    assert [edge.external_id async for edge in lazy.feeds.edges().where(Equals(("edge", "externalId"), "bare"))] == [
        "bare"
    ]


async def test_targets_without_data_in_the_view_are_not_part_of_it(client: AsyncPlantClient) -> None:
    stray = NodeWrite(space="plant", external_id="stray")
    odd = NodeWrite(
        space="plant",
        external_id="pump-9999",
        sources=[
            SourceWrite(
                source=plant.PUMP,
                properties={
                    "name": "odd",
                    "site": {"space": "plant", "externalId": "stray"},
                    "parts": [
                        {"space": "plant", "externalId": name} for name in ("stray", "pump-0003", "stray", "pump-0003")
                    ],
                },
            )
        ],
    )
    await client.pygen.instances.upsert([stray, odd])
    (pump,) = await client.pump.filter(name="odd").include(lambda p: p.site, lambda p: p.parts).to_list()
    lazy = await client.pump.retrieve(NodeId("plant", "pump-9999"))
    assert lazy is not None
    for one in (pump, lazy):
        assert await one.site.get() is None
        assert one.site.id == NodeId("plant", "stray")
        assert numbers(await one.parts.to_list()) == [3, 3], "as often as it stands there"


def few(most: int) -> Callable[[type[Pump]], Branch[Any, Any]]:
    return lambda pump: pump.feeds.limit(most)


async def test_a_kept_answer_is_that_of_the_same_branches(client: AsyncPlantClient, cdf_server: LocalServer) -> None:
    cache = QueryCache(seconds=60)
    requests = Requests(cdf_server)
    for limit in (1, 1, 2):
        query = client.pump.filter(name="Pump 0000").include(few(limit))
        (pump,) = await query.to_list(cache=cache)
        assert await pump.feeds.count() == limit
    (bare,) = await client.pump.filter(name="Pump 0000").to_list(cache=cache)
    assert not bare.feeds.is_loaded
    assert requests.paths() == ["views/byids", "instances/query", "instances/query", "instances/list"]


def deep(hops: int) -> Callable[[type[Pump]], Any]:
    def choose(pump: type[Pump]) -> Any:
        return pump.parts if hops == 1 else pump.parts.include(deep(hops - 1))

    return choose


async def test_an_include_leads_ten_hops_at_most(client: AsyncPlantClient) -> None:
    (pump,) = await client.pump.filter(name="Pump 0000").include(deep(10)).to_list()
    for _ in range(4):
        pump = (await pump.parts.to_list())[1]
    assert numbers([pump]) == [15]
    with pytest.raises(IncludeDepthError, match="11 hops"):
        client.pump.all().include(deep(11))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda query: query.include("parts"),
        lambda query: query.include(lambda p: p.bladez),
        lambda query: query.include(lambda p: p.name),
        lambda query: query.include(lambda _: Site.pumps),
        lambda query: query.include(lambda p: p.parts, lambda p: p.parts.limit(1)),
        lambda query: query.include(lambda p: p.parts).include(lambda p: p.parts),
        lambda query: query.include(lambda p: p.parts.limit(-1)),
        lambda query: query.include(lambda p: p.parts.sort("colour")),
        lambda query: query.include(lambda p: p.parts.sort(lambda t: t.colour)),
        lambda query: query.include(lambda p: p.parts.sort(lambda t: 3)),
        lambda query: query.include(lambda p: p.parts.sort(3)),
        lambda query: query.include(lambda p: p.parts.sort(lambda t: SiteFields.name.asc())),
        lambda query: query.include(lambda p: p.parts.sort(*["name"] * 6)),
        lambda query: query.include(lambda p: p.parts.filter(colour="red")),
        lambda query: query.include(lambda p: p.parts.where({"matchAll": {}})),
    ],
)
def test_an_include_that_cannot_work_is_refused_when_it_is_written(wrong: Callable[[PygenQuery[Pump]], object]) -> None:
    query = AsyncPlantClient.from_token("http://127.0.0.1:1", "test", "t").pump.all()
    with pytest.raises(UsageError):
        wrong(query)


async def test_the_same_without_await(client: AsyncPlantClient, cdf_server: LocalServer) -> None:
    def read() -> None:
        with PlantClient.from_token(cdf_server.base_url, "test", "token") as plain:
            requests = Requests(cdf_server)
            pumps = plain.pump.filter(max_flow=4.0).include(
                lambda p: p.site, lambda p: p.feeds.include(lambda f: f.parts), lambda p: p.spare
            )
            found = pumps.to_list()
            assert requests.paths() == ["views/byids", "instances/query"]
            requests.mark()
            for number, pump in zip(numbers(found), found, strict=True):
                assert isinstance(pump, SyncPump)
                fed = list(pump.feeds)
                assert sorted(numbers(fed)) == plant.feeds(number, PUMPS)
                assert all(isinstance(one, SyncPump) for one in fed)
                assert [numbers(one.parts) for one in fed] == [plant.parts_of(n, PUMPS) for n in numbers(fed)]
                assert [one.edge.metres for one in pump.feeds.linked()] == [float(n - number) for n in numbers(fed)]
                assert all(isinstance(one.edge, Pipe) for one in pump.feeds.linked())
                assert (pump.feeds.count(), pump.feeds.is_loaded) == (len(fed), True)
                assert numbers(pump.feeds.sort("-flow").limit(1)) == numbers([pump.feeds.sort("-flow").first()])
                assert (pump.site.get() is None, pump.spare.get(), pump.spare.edge()) == (False, None, None)
                assert pump.parts.is_loaded is False
                assert not pump.feeds.limit(0).to_list()
            assert requests.paths() == []
            first = plain.pump.retrieve(plant.pump_id(0))
            assert first is not None
            assert numbers(first.feeds.where(lambda q: q.flow > 29.0).filter(max_flow=29.5)) == [59]
            tens = first.feeds.where(Prefix(("node", "externalId"), "pump-001")).filter(state="stopped")
            assert numbers(tens.sort("-name")) == [18, 15, 12]
            assert (tens.count(), tens.first() is None) == (3, False)
            assert sorted(one.edge.metres or 0 for one in tens.linked()) == [12.0, 15.0, 18.0]
            assert [len(page) for page in tens.pages()] == [3]
            found = plain.pump.load(plain.pump.all().to_list(), lambda p: p.part_of)
            assert sum(pump.part_of.count() for pump in found) == PUMPS - 1
            edge = first.spare.edge()
            assert type(edge) is PygenEdge

    import anyio.to_thread

    await anyio.to_thread.run_sync(read)
