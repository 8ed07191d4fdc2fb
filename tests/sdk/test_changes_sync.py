"""Change feeds without `await`: the same batches and tokens, from the same server."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from collections.abc import Iterator

import pytest

from pygen_runtime.client import AsyncPygenClient, ClientSettings
from pygen_runtime.errors import ClientClosedError
from pygen_runtime.schema import NodeId, NodeWrite, SourceWrite
from pygen_runtime.sdk.changes.changes import Deleted, Upserted
from pygen_runtime.sync import PygenClient
from pygen_runtime.transport import Clock
from tests.sdk import plant
from tests.sdk.model import PumpAPI, SyncPump, SyncPumpAPI

PUMPS = 6


class Waits:
    """A clock on which a feed waits until it is told not to."""

    def __init__(self) -> None:
        self.waiting = threading.Event()
        self.slept: list[float] = []
        self.patient = False

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if self.patient:
            self.waiting.set()
            await asyncio.Event().wait()


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def client(local_server: str, waits: Waits) -> Iterator[PygenClient]:
    async def build() -> None:
        async with AsyncPygenClient.from_token(base_url=local_server, project="test", token="t") as client:
            await plant.build(client, PUMPS)

    asyncio.run(build())
    settings = ClientSettings(page_size=4, clock=Clock(now=lambda: 0.0, sleep=waits.sleep))
    with PygenClient.from_token(base_url=local_server, project="test", token="t", settings=settings) as client:
        yield client


def rename(client: PygenClient, number: int, name: str) -> None:
    source = SourceWrite(source=plant.PUMP, properties={"name": name})
    client.instances.upsert(NodeWrite(space="plant", external_id=plant.pump_id(number).external_id, sources=[source]))


def test_the_same_as_with_await(client: PygenClient, waits: Waits) -> None:
    feed = SyncPumpAPI(client).changes(interval=7)
    assert (feed.live, feed.gap) == (False, None)
    for batch in feed:
        if batch.live:
            break
        assert all(isinstance(one, SyncPump) for one in batch.upserts)
    assert feed.live
    rename(client, 0, "New")
    client.instances.delete(plant.pump_id(1))
    first, second = next(feed)
    assert isinstance(first, Upserted)
    assert isinstance(second, Deleted)
    site = first.item.site.get()
    assert (first.item.name, site and site.name, second.id) == ("New", "Site 0", plant.pump_id(1))
    assert waits.slept == [7]


def test_conditions_until_live_items_and_tokens_of_the_other_kind(client: PygenClient, local_server: str) -> None:
    query = SyncPumpAPI(client).filter(tags="even")
    feed = query.changes()
    assert [len(batch) for batch in feed.until_live()] == [0, 3, 0]
    rename(client, 4, "Four")
    rename(client, 2, "Two")
    items = feed.items()
    assert next(items).id == plant.pump_id(4)
    del items
    assert [change.id for change in feed.until_live().items()] == [plant.pump_id(2)]
    rename(client, 0, "Zero")

    async def go_on() -> list[object]:
        async with AsyncPygenClient.from_token(base_url=local_server, project="test", token="t") as other:
            changes = PumpAPI(other).filter(tags="even").changes(feed.token())
            return [change.id async for change in changes.until_live().items()]

    assert asyncio.run(go_on()) == [NodeId("plant", "pump-0000")]


def test_a_feed_that_waits_ends_when_the_client_is_closed(client: PygenClient, waits: Waits) -> None:
    feed = SyncPumpAPI(client).changes()
    assert [len(batch) for batch in feed.until_live()] == [0, 4, 2, 0]
    token = feed.token()
    waits.patient = True
    ends: list[BaseException] = []

    def read() -> None:
        try:
            next(feed)
        except ClientClosedError as error:
            ends.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    assert waits.waiting.wait(10)
    client.close()
    reader.join(10)
    assert len(ends) == 1
    assert feed.token() == token


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_ctrl_c_ends_the_wait_and_nothing_is_missed(client: PygenClient, waits: Waits) -> None:
    feed = SyncPumpAPI(client).changes()
    assert [len(batch) for batch in feed.until_live()] == [0, 4, 2, 0]
    waits.patient = True

    def interrupt() -> None:
        if waits.waiting.wait(10):
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        next(feed)
    thread.join(10)
    waits.patient = False
    rename(client, 3, "Three")
    assert [change.id for change in next(feed)] == [plant.pump_id(3)]
