"""What an editor knows of both kinds of client. Nobody runs this: mypy reads it, and `test_sync_types.py` gives it to pyright."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, assert_type

from pygen_runtime.client import PageStream
from pygen_runtime.sdk import PygenEdge, PygenList, PygenQuery, RetrievedList, SyncQuery
from pygen_runtime.sync import PageReader
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


def without_await(client: PlantClient) -> None:
    assert_type(client.pump.all(), SyncQuery[SyncPump, PumpFields])
    assert_type(client.pump.filter(name_prefix="A").sort("-flow").limit(3), SyncQuery[SyncPump, PumpFields])
    assert_type(client.pump.list(), PygenList[SyncPump])
    assert_type(client.pump.retrieve("p", space="s"), SyncPump | None)
    assert_type(client.pump.retrieve(["p"], space="s"), RetrievedList[SyncPump])
    pages = client.pump.all().pages(resume=None)
    assert_type(pages, PageReader[PygenList[SyncPump]])
    assert_type(pages.items(), Iterator[SyncPump])
    assert_type(next(pages).as_ids()[0].space, str)
    for pump in client.pump.all():
        assert_type(pump, SyncPump)
        assert_type(pump.name, str)
        assert_type(pump.flow, float | None)
        site = pump.site.get()
        assert_type(site, SyncSite | None)
        if site is not None:
            assert_type(list(site.pumps), list[SyncPump])
        for part in pump.parts:
            assert_type(part, SyncPump)
        assert_type(pump.feeds.edges(), SyncQuery[SyncPipe, PipeFields])
        assert_type(pump.feeds.to_list(), PygenList[SyncPump])
        assert_type(pump.fed_by.edges().first(), PygenEdge | None)
        assert_type(pump.spare.edge(), PygenEdge | None)
        fields_are_enough(pump)


async def with_await(client: AsyncPlantClient) -> None:
    assert_type(client.pump.filter(min_flow=1.0), PygenQuery[Pump, PumpFields])
    assert_type(client.pump.all().pages(resume=None), PageStream[PygenList[Pump]])
    async for pump in client.pump.all():
        assert_type(pump, Pump)
        assert_type(await pump.site.get(), Site | None)
        async for part in pump.parts:
            assert_type(part, Pump)
        assert_type(pump.feeds.edges(), PygenQuery[Pipe, PipeFields])
        assert_type(await pump.feeds.to_list(), PygenList[Pump])


def fields_are_enough(pump: Pump) -> Any:
    """A pump of a synchronous client is a pump."""
    return pump.flow


async def wrong(client: PlantClient, other: AsyncPlantClient) -> None:
    """Each line is an error in both."""
    pump, its = client.pump.list()[0], (await other.pump.all().to_list())[0]
    await pump.site.get()  # type: ignore[misc]  # nothing to await
    async for _ in pump.parts:  # type: ignore[attr-defined]  # no need for `async`
        pass
    for _ in its.parts:  # type: ignore[attr-defined]  # needs `async`
        pass
    print(its.site.get().name)  # type: ignore[attr-defined]  # needs `await`
    client.pump.list(min_flow="much")  # type: ignore[arg-type]  # is a number
