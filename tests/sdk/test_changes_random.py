"""Whatever is written and deleted while a feed is being read, who follows it ends up with what is there."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pygen.server import Store, run_in_thread
from pygen_runtime.client import AsyncPygenClient, ClientSettings
from pygen_runtime.schema import NodeId, NodeWrite, SourceWrite
from pygen_runtime.sdk.changes.changes import ChangeBatch, Upserted
from pygen_runtime.sdk.changes.feed import ChangeFeed
from tests.sdk import plant
from tests.sdk.model import Site, SiteAPI
from tests.virtual_clock import VirtualClock

KEYS = [f"s{number}" for number in range(6)]

keys = st.sampled_from(KEYS)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.lists(keys, min_size=1, max_size=4, unique=True), st.sampled_from(["x", "y", "z"])),
        st.tuples(st.just("delete"), st.lists(keys, min_size=1, max_size=3, unique=True), st.just("")),
        st.tuples(st.just("read"), st.just([]), st.sampled_from(["batch", "change", "leave", "live"])),
        st.tuples(st.just("resume"), st.just([]), st.sampled_from(["saved", "now"])),
    ),
    max_size=25,
)  # fmt: skip


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    store = Store.open(None)
    with run_in_thread(store) as base_url:
        asyncio.run(deploy(base_url))
        yield base_url
    store.close()


async def deploy(base_url: str) -> None:
    async with AsyncPygenClient.from_token(base_url=base_url, project="test", token="t") as client:
        await plant.build(client, 2)


class Follower:
    """Reads a feed as told, and keeps what it says of each instance, as people would."""

    def __init__(self, client: AsyncPygenClient) -> None:
        self.client = client
        self.held: dict[str, str | None] = {}
        self.feed = SiteAPI(client).changes(interval=0)
        self.saved = self.feed.token()
        self.versions: dict[str, int] = {}

    async def read(self, how: str) -> None:
        if how == "batch":
            self.apply(await anext(self.feed))
            self.saved = self.feed.token()
        elif how == "leave":
            await anext(self.feed)  # and dies before it has used what came
            self.resume("saved")
        elif how == "live":
            async for batch in self.feed.until_live():
                self.apply(batch)
                self.saved = self.feed.token()
        else:
            async for change in self.feed.until_live().items():
                self.apply([change])
                break

    def resume(self, what: str) -> None:
        self.feed = SiteAPI(self.client).changes(self.saved if what == "saved" else self.feed.token(), interval=0)
        self.versions = {}

    def apply(self, batch: ChangeBatch[Site] | Sequence[Any]) -> None:
        for change in batch:
            key = change.id.external_id
            if isinstance(change, Upserted):
                assert change.item.version >= self.versions.get(key, 0), "the order of each instance is kept"
                self.versions[key] = change.item.version
                self.held[key] = change.item.name
            else:
                self.versions.pop(key, None)
                self.held.pop(key, None)


async def play(base_url: str, script: Sequence[tuple[str, list[str], str]], page_size: int) -> None:
    settings = ClientSettings(page_size=page_size, clock=VirtualClock().clock())
    async with AsyncPygenClient.from_token(base_url=base_url, project="test", token="t", settings=settings) as client:
        await client.instances.delete([NodeId("plant", key) for key in KEYS])
        follower = Follower(client)
        for step, given_keys, value in script:
            if step == "write":
                await client.instances.upsert([site(key, value) for key in given_keys])
            elif step == "delete":
                await client.instances.delete([NodeId("plant", key) for key in given_keys])
            elif step == "resume":
                follower.resume(value)
            else:
                await follower.read(value)
        await follower.read("live")
        stored = {one.external_id: one.name async for one in SiteAPI(client).all()}
        assert follower.held == stored
        await only_new(follower.feed)


async def only_new(feed: ChangeFeed[Site]) -> None:
    assert [change async for change in feed.until_live().items()] == []


def site(key: str, name: str) -> NodeWrite:
    return NodeWrite(
        space="plant", external_id=key, sources=[SourceWrite(source=plant.SITE, properties={"name": name})]
    )


@settings(
    max_examples=400 if os.environ.get("PYGEN_THOROUGH") == "1" else 25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(script=steps, page_size=st.sampled_from([1, 2, 3, 1000]))
def test_a_follower_ends_up_with_what_is_there(server: str, script: list[Any], page_size: int) -> None:
    asyncio.run(play(server, script, page_size))
