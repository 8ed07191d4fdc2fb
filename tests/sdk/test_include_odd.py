"""Relations that are out of the ordinary: seen through other views, over edges that lack data, from edges; and leaving early."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import ClassVar

import pytest
from msgspec import field

from pygen.testing import LocalServer
from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.errors import InvalidResponseError
from pygen_runtime.schema import ContainerId, EdgeWrite, MappedProperty, NodeId, NodeWrite, SourceWrite, ViewId
from pygen_runtime.schema.filters import Equals, Prefix
from pygen_runtime.schema.views import ViewWrite
from pygen_runtime.sdk import (
    Direct,
    Edges,
    PygenEdge,
    PygenNode,
    PygenQuery,
    Reverse,
    edge_to_many,
    edge_to_one,
    to_many,
    to_one,
)
from pygen_runtime.sdk.graph import include
from pygen_runtime.sdk.graph.request import GraphReply
from tests.sdk import plant
from tests.sdk.model import Pipe, Pump, PumpAPI, Site

BUSY = ViewId("plant", "BusySite", "1")


class OddSite(PygenNode, kw_only=True):
    """A site whose pumps are seen as sites, which some of them are too."""

    VIEW: ClassVar[ViewId] = plant.SITE

    pumps_as_sites = to_many(lambda: Site, Reverse(plant.PUMP, "site"))
    pumps_through_lists = to_many(lambda: Site, Reverse(plant.PUMP, "parts", through_list=True))


class StrictPipe(PygenEdge, kw_only=True):
    """A pipe that must have a length."""

    VIEW: ClassVar[ViewId] = plant.PIPE

    metres: float


class StrictPump(PygenNode, kw_only=True):
    """A pump whose pipes must have a length."""

    VIEW: ClassVar[ViewId] = plant.PUMP

    site_id: NodeId | None = field(default=None, name="site")

    feeds = edge_to_many(lambda: Pump, Edges(plant.FEEDS, "outwards"), lambda: StrictPipe)
    fed = edge_to_one(lambda: Pump, Edges(plant.FEEDS, "inwards"), lambda: StrictPipe)
    busy = to_one(lambda: BusySite, Direct("site_id"))


class BusySite(PygenNode, kw_only=True):
    """A site in a view that has a filter of its own."""

    VIEW: ClassVar[ViewId] = BUSY

    name: str | None = None

    pumps = to_many(lambda: Pump, Reverse(plant.PUMP, "site"))


@pytest.fixture
async def client(cdf_server: LocalServer) -> AsyncIterator[AsyncPygenClient]:
    async with cdf_server.client() as client:
        await plant.build(client, 30)
        yield client


async def test_targets_that_do_not_hold_the_relation_find_their_way_back(
    client: AsyncPygenClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = [
        NodeWrite(
            space="plant", external_id=plant.pump_id(n).external_id,
            sources=[SourceWrite(source=plant.SITE, properties={"name": f"also a site {n}"})],
        )
        for n in range(5)
    ]  # fmt: skip
    await client.instances.upsert(both)
    query = PygenQuery(client=client, resource=OddSite)
    for _ in range(2):
        sites = await query.include(lambda s: s.pumps_as_sites, lambda s: s.pumps_through_lists).to_list()
        assert len(sites) == 8
        for site in sites:
            number = int(site.external_id.rpartition("-")[2])
            expected = [f"also a site {n}" for n in range(5) if n % 3 == number and site.external_id.startswith("site")]
            assert sorted(one.name or "" for one in await site.pumps_as_sites.to_list()) == expected
            parts = [n for n in range(5) if number in plant.parts_of(n, 30) and site.external_id.startswith("pump")]
            assert sorted(one.name or "" for one in await site.pumps_through_lists.to_list()) == [
                f"also a site {n}" for n in parts
            ]
        # The same again where no target says whom it points at: then each parent has a result set of its own.
        monkeypatch.setattr(GraphReply, "pointers", lambda *given: [[] for _ in given[-1]])


async def test_a_view_with_a_filter_shows_what_meets_it(client: AsyncPygenClient) -> None:
    container = ContainerId("plant", "Site")
    name = MappedProperty(container=container, container_property_identifier="name")
    only = {"equals": {"property": ["plant", "Site", "name"], "value": "Site 1"}}
    view = ViewWrite(space="plant", external_id="BusySite", version="1", properties={"name": name}, filter=only)
    await client.views.create(view)
    sites = PygenQuery(client=client, resource=BusySite)
    assert [site.name for site in await sites.include(lambda s: s.pumps).to_list()] == ["Site 1"]
    pumps = PygenQuery(client=client, resource=StrictPump)
    for all_pumps in (await pumps.to_list(), await pumps.include(lambda p: p.busy).to_list()):
        for pump in all_pumps:
            site = await pump.busy.get()
            assert (site is not None) == (pump.busy.id == NodeId("plant", "site-1"))


async def test_edges_that_lack_what_their_view_requires_are_bare(client: AsyncPygenClient) -> None:
    ends = plant.pump_id(5), plant.pump_id(9)
    edge = EdgeWrite(space="plant", external_id="bare", type=plant.FEEDS, start_node=ends[0], end_node=ends[1])
    await client.instances.upsert([edge])
    five = PygenQuery(client=client, resource=StrictPump, condition=Equals(("node", "externalId"), ends[0].external_id))
    nine = PygenQuery(client=client, resource=StrictPump, condition=Equals(("node", "externalId"), ends[1].external_id))
    for query in (five, five.include(lambda p: p.feeds)):
        (pump,) = await query.to_list()
        async with aclosing(pump.feeds.linked()) as linked:
            assert {one.edge.external_id: type(one.edge) async for one in linked} == {
                "5-6": StrictPipe,
                "bare": PygenEdge,
            }
        assert {one.external_id: type(one) async for one in pump.feeds.edges()} == {
            "5-6": StrictPipe,
            "bare": PygenEdge,
        }
    for query in (nine, nine.include(lambda p: p.fed)):
        (pump,) = await query.to_list()
        found = await pump.fed.edge()
        assert found is not None
        assert found.end_node == ends[1]


async def test_edges_can_be_where_it_begins(client: AsyncPygenClient) -> None:
    query = PygenQuery(client=client, resource=Pipe, condition=Prefix(("edge", "externalId"), "0-"))
    assert sorted([pipe.metres or 0.0 async for pipe in query.include()]) == [float(n) for n in range(1, 30)]
    assert await query.include().count() == 29
    pipes = include.GraphQuery(client=client, resource=PygenEdge, with_data=False, condition=query.condition)
    assert await pipes.count() == 29


async def test_an_answer_that_does_not_fit_is_told(client: AsyncPygenClient) -> None:
    class WrongPump(PygenNode, kw_only=True):
        VIEW: ClassVar[ViewId] = plant.PUMP

        name: int

    with pytest.raises(InvalidResponseError, match="generate the SDK again") as caught:
        await PygenQuery(client=client, resource=WrongPump).include().to_list()
    assert (caught.value.method, caught.value.path) == ("POST", "/models/instances/query")


@pytest.mark.anyio
async def test_leaving_early_leaves_nothing_behind(cdf_server: LocalServer, anyio_backend: object) -> None:
    async with cdf_server.client() as client:
        await plant.build(client, 30)
    async with cdf_server.client() as client:
        api = PumpAPI(client)
        async with aclosing(api.all().limit(3).include(lambda p: p.feeds).pages()) as pages:
            async for page in pages:
                async with aclosing(page[0].feeds.where(Prefix(("node", "externalId"), "pump")).pages()) as fed:
                    async for found in fed:
                        assert found[0].name
                        break
                break
        async with aclosing(api.all().follow(lambda p: p.feeds).rows()) as rows:
            async for start, end in rows:
                assert start.name != end.name
                break
        assert await api.all().follow(lambda p: p.feeds).count() == 29
