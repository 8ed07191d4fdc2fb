"""What an editor knows of `include` and of relations. Nobody runs this: mypy reads it, and `test_include_types.py` gives it to pyright."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_type

from pygen_runtime.schema.filters import MatchAll
from pygen_runtime.sdk import EdgeFields, PygenEdge, PygenList, PygenQuery, SyncQuery
from pygen_runtime.sdk.fields.narrowing import Linked
from pygen_runtime.sdk.graph.branch import Branch
from pygen_runtime.sdk.relations.over_edges import EdgeToMany
from pygen_runtime.sdk.relations.relation import ToMany
from pygen_runtime.sdk.relations.sync_relation import SyncEdgeToMany, SyncToMany
from tests.sdk.model import (
    AsyncPlantClient,
    Pipe,
    PipeFields,
    PlantClient,
    Pump,
    PumpFields,
    Site,
    SyncPipe,
    SyncPump,
    SyncSite,
)


async def with_await(client: AsyncPlantClient) -> None:
    query = client.pump.all().include(
        lambda p: p.site.include(lambda s: s.pumps.limit(3), lambda s: s.first_pump),
        lambda p: p.feeds.where(PumpFields.name.prefix("A")).sort("name").include(lambda f: f.parts, lambda f: f.spare),
        lambda p: p.part_of,
    )
    assert_type(query, PygenQuery[Pump, PumpFields])
    assert_type(Pump.site.branch(), Branch[Site, SyncSite])
    assert_type(Pump.feeds.filter(name="A").limit(1), Branch[Pump, SyncPump])
    async for pump in query.limit(1):
        assert_type(await pump.feeds.where(PumpFields.flow > 3.0).sort("-flow").limit(3).to_list(), PygenList[Pump])
        assert_type(await pump.feeds.filter(name="A").first(), Pump | None)
        assert_type(await pump.feeds.count(), int)
        async for edge, node in pump.feeds.linked():
            assert_type(edge, Pipe)
            assert_type(node, Pump)
        async for page in pump.parts.pages():
            assert_type(page, PygenList[Pump])
    path = client.pump.all().follow(lambda p: p.feeds.limit(2)).follow(lambda p: p.site)
    async for site in path:
        assert_type(site, Site)
    async for row in path.rows():
        assert_type(row, tuple[Pump, Pump, Site])
    async for pump in client.pump.all().reach(lambda p: p.parts, max_distance=2) - client.pump.all():
        assert_type(pump, Pump)
    assert_type(await client.pump.load([await anext(aiter(query))], lambda p: p.site), PygenList[Pump])


def without_await(client: PlantClient) -> None:
    query = client.pump.all().include(lambda p: p.site.include(lambda s: s.pumps), lambda p: p.feeds.limit(2))
    assert_type(query, SyncQuery[SyncPump, PumpFields])
    for pump in query:
        assert_type(pump.site.get(), SyncSite | None)
        assert_type(pump.feeds.where(MatchAll()).sort("name").limit(1).to_list(), PygenList[SyncPump])
        assert_type(pump.feeds.first(), SyncPump | None)
        assert_type(pump.feeds.linked(), Iterator[Linked[SyncPipe, SyncPump]])
        assert_type(pump.fed_by.linked(), Iterator[Linked[PygenEdge, SyncPump]])
        assert_type(client.pump.load([pump], lambda p: p.site), PygenList[SyncPump])


def paths_without_await(client: PlantClient) -> None:
    path = client.pump.all().follow(lambda p: p.feeds.limit(2)).follow(lambda p: p.site)
    for site in path:
        assert_type(site, SyncSite)
    for row in path.rows():
        assert_type(row, tuple[SyncPump, SyncPump, SyncSite])


async def wrong(client: AsyncPlantClient, other: PlantClient) -> None:
    """Each line is an error in both."""
    client.pump.all().include(lambda p: p.bladez)  # type: ignore[attr-defined]  # no such relation
    client.pump.all().include(lambda p: p.name)  # type: ignore[arg-type, return-value]  # no relation
    client.pump.all().include(lambda p: p.site.include(lambda s: s.parts))  # type: ignore[attr-defined]  # not of a site
    client.pump.all().include("site")  # type: ignore[arg-type]  # no function
    client.pump.all().include(lambda p: p.parts.limit("much"))  # type: ignore[arg-type]  # is a number
    other.pump.all().include(lambda p: p.bladez)  # type: ignore[attr-defined]  # no such relation
    await client.pump.load([Site()], lambda p: p.site)  # type: ignore[list-item]  # no pump
    client.pump.all().follow(lambda p: p.feeds).follow(lambda p: p.pumps)  # type: ignore[attr-defined]  # not of a pump


async def conditions_with_await(client: AsyncPlantClient, pump: Pump) -> None:
    """The argument of a condition is the fields of the class at the other end."""
    assert_type(pump.feeds.where(lambda f: (f.flow > 3.0) & f.name.prefix("A")), EdgeToMany[Pump, Pipe])
    assert_type(pump.parts.where(lambda p: p.site.where(lambda s: s.name == "Here")), ToMany[Pump])
    assert_type(pump.feeds.limit(1).where(PumpFields.flow > 3.0).edges(), PygenQuery[Pipe, PipeFields])
    assert_type(pump.feeds.edges().where(lambda e: e.metres > 1.0), PygenQuery[Pipe, PipeFields])
    assert_type(pump.fed_by.edges().where(lambda e: e.start_node == pump.as_id()), PygenQuery[PygenEdge, EdgeFields])
    client.pump.all().include(
        lambda p: p.feeds.where(lambda f: f.flow > 3.0).limit(1).where(lambda f: f.name == "A"),
        lambda p: p.site.where(lambda s: s.name.prefix("A")).include(lambda s: s.pumps.where(lambda f: f.flow < 1.0)),
    )
    client.pump.all().follow(lambda p: p.feeds.where(lambda f: f.flow > 3.0)).follow(lambda p: p.site)
    await client.pump.load([pump], lambda p: p.parts.where(lambda f: f.tags.contains("new")))


def conditions_without_await(client: PlantClient, pump: SyncPump) -> None:
    assert_type(pump.feeds.where(lambda f: f.flow > 3.0), SyncEdgeToMany[SyncPump, SyncPipe])
    assert_type(pump.parts.where(lambda f: f.flow > 3.0).limit(1), SyncToMany[SyncPump])
    assert_type(pump.feeds.edges().where(lambda e: e.metres > 1.0), SyncQuery[SyncPipe, PipeFields])
    assert_type(pump.fed_by.edges(), SyncQuery[PygenEdge, EdgeFields])
    client.pump.all().include(lambda p: p.feeds.where(lambda f: f.flow > 3.0))


async def wrong_conditions(client: AsyncPlantClient, pump: Pump, other: SyncPump) -> None:
    """Each line is an error in both."""
    pump.feeds.where(lambda f: f.flov > 3.0)  # type: ignore[attr-defined]  # no such property
    pump.feeds.where(lambda f: f.flow > "3")  # type: ignore[operator]  # no number
    pump.feeds.where(lambda f: f.flow.prefix("3"))  # type: ignore[attr-defined]  # not of a number
    pump.feeds.where(lambda f: f.tags == "new")  # type: ignore[arg-type, comparison-overlap, return-value]  # lists are not compared
    pump.parts.limit(1).where(lambda f: f.metres > 1.0)  # type: ignore[attr-defined]  # of the edge
    pump.feeds.edges().where(lambda e: e.flow > 1.0)  # type: ignore[attr-defined]  # of the node
    pump.fed_by.edges().where(lambda e: e.metres > 1.0)  # type: ignore[attr-defined]  # edges without properties
    other.feeds.where(lambda f: f.flov > 3.0)  # type: ignore[attr-defined]  # no such property
    other.parts.where(lambda f: f.flow > "3")  # type: ignore[operator]  # no number
    other.feeds.edges().where(lambda e: e.flow > 1.0)  # type: ignore[attr-defined]  # of the node
    client.pump.all().include(lambda p: p.feeds.where(lambda f: f.flov > 3.0))  # type: ignore[attr-defined]  # no such property
    client.pump.all().include(lambda p: p.parts.where(lambda f: f.flow > "3"))  # type: ignore[operator]  # no number
    client.pump.all().include(lambda p: p.parts.limit(1).where(lambda f: f.site.metres))  # type: ignore[attr-defined]  # no condition
    client.pump.all().follow(lambda p: p.site.where(lambda s: s.flow > 3.0))  # type: ignore[attr-defined]  # of a pump
