"""The synchronous SDK over a real socket: what it gives is what the asynchronous one gives, and plain Python says."""

from __future__ import annotations

import asyncio
import gc
import pickle
import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.errors import CheckpointError, DetachedError, UsageError
from pygen_runtime.schema import EdgeId, NodeId
from pygen_runtime.schema.filters import Prefix
from pygen_runtime.sdk import Direct, PygenNode, SyncQuery, SyncResource, relations, to_one
from pygen_runtime.sync import PygenClient
from tests.sdk import plant
from tests.sdk.model import AsyncPlantClient, PlantClient, Pump, Site, SyncPipe, SyncPump, SyncSite

PUMPS = 45


@pytest.fixture
def plant_server(local_server: str) -> str:
    async def build() -> None:
        async with AsyncPygenClient.from_token(base_url=local_server, project="test", token="token") as client:
            await plant.build(client, PUMPS)

    asyncio.run(build())
    return local_server


@pytest.fixture
def client(plant_server: str) -> Iterator[PlantClient]:
    pygen = PygenClient.from_token(base_url=plant_server, project="test", token="token")
    with PlantClient(pygen.with_options(page_size=10)) as client:
        yield client


def get(client: PlantClient, number: int) -> SyncPump:
    pump = client.pump.retrieve(plant.pump_id(number))
    assert pump is not None
    return pump


def test_a_page_that_was_read_is_dropped_by_the_thread_that_made_it(client: PlantClient) -> None:
    droppers: list[str] = []
    refs = []  # kept, so that they are told
    for number, pump in enumerate(client.pump.all().prefetch(0)):
        if number % 10 == 0:
            assert len(droppers) == number // 10, "no page before the last one is there any more"
            refs.append(weakref.ref(pump, lambda _: droppers.append(threading.current_thread().name)))
    assert droppers == ["pygen"] * 5


def test_queries_are_complete_filtered_sorted_and_counted(client: PlantClient) -> None:
    query = client.pump.all()
    names = [pump.name for pump in query]
    assert sorted(names) == [f"Pump {n:04}" for n in range(PUMPS)]
    assert [pump.name for pump in query] == names, "each walk starts anew"
    assert query.count() == PUMPS
    assert [len(page) for page in query.pages()] == [10, 10, 10, 10, 5]
    strong = client.pump.filter(min_flow=10.0, tags="even")
    expected = [n for n in range(20, PUMPS) if n % 2 == 0 and n % 10]
    assert [pump.flow for pump in strong.sort("-flow").to_list()] == [n / 2 for n in reversed(expected)]
    first = strong.where(Prefix(("node", "externalId"), "pump-")).sort("name").prefetch(0).first()
    assert first is not None
    assert first.as_id() == plant.pump_id(expected[0])
    assert client.pump.filter(name=[]).first() is None
    stopped = client.pump.list(3, state="stopped")
    assert [pump.state for pump in stopped] == ["stopped"] * 3


def test_instances_are_retrieved_by_id_and_are_of_the_synchronous_class(client: PlantClient) -> None:
    wanted = [plant.pump_id(n) for n in range(PUMPS - 1, -1, -1)]
    assert client.pump.retrieve(wanted).as_ids() == wanted
    assert client.pump.retrieve(NodeId("plant", "nowhere")) is None
    (pipe,) = client.pipe.retrieve(["0-1"], space="plant")
    assert (type(pipe), pipe.as_id(), pipe.metres) == (SyncPipe, EdgeId("plant", "0-1"), 1.0)
    with pytest.raises(UsageError, match="needs space="):
        client.pump.retrieve("pump-0001")
    pump = get(client, 1)
    assert isinstance(pump, Pump)
    assert isinstance(pump, SyncResource)


def test_every_kind_of_relation_gives_exactly_its_nodes(client: PlantClient) -> None:
    pump = get(client, 4)
    site = pump.site.get()
    assert type(site) is SyncSite
    assert (pump.site.id, pump.site.ids) == (site.as_id(), [NodeId("plant", "site-1")])
    assert pump.parts.to_list().as_ids() == [plant.pump_id(n) for n in plant.parts_of(4, PUMPS)]
    assert [p.as_id() for p in pump.part_of] == [plant.pump_id(1)]
    assert [p.as_id() for p in pump.feeds] == [plant.pump_id(5)]
    assert [p.as_id() for p in pump.fed_by] == [plant.pump_id(0), plant.pump_id(3)]
    assert pump.spare.get() is None
    assert pump.spare.edge() is None
    assert {p.as_id() for p in site.pumps} == {plant.pump_id(n) for n in range(PUMPS) if n % 3 == 1}
    first = site.first_pump.get()
    assert first is not None
    assert first.site.id == site.as_id()
    assert repr(pump.site) == "<SyncToOne SyncSite of plant:pump-0004>"


def test_a_relation_of_many_pages_is_complete_and_can_be_left(client: PlantClient) -> None:
    pump = get(client, 0)
    assert sorted(p.as_id() for p in pump.feeds) == [plant.pump_id(n) for n in range(1, PUMPS)]
    assert [len(page) for page in pump.feeds.pages()] == [10, 10, 10, 10, 4]
    edges = pump.feeds.edges()
    assert isinstance(edges, SyncQuery)
    assert sum(pipe.metres or 0.0 for pipe in edges) == sum(range(1, PUMPS))
    assert pump.fed_by.edges().count() == 0
    spare, edge = pump.spare.get(), pump.spare.edge()
    assert spare is not None
    assert edge is not None
    assert spare.as_id() == edge.end_node
    for _ in pump.feeds:
        break
    gc.collect()

    async def fetching(_: AsyncPygenClient) -> int:
        for _turn in range(20):
            await asyncio.sleep(0)
        return sum("PageStreamTask" in repr(task) for task in asyncio.all_tasks())

    assert client.pygen.bridge.run(fetching) == 0


def test_objects_of_related_objects_can_be_followed_further_from_any_thread(client: PlantClient) -> None:
    found: list[SyncSite | None] = []

    def follow() -> None:
        found.extend(part.site.get() for part in get(client, 1).parts)

    thread = threading.Thread(target=follow)
    thread.start()
    thread.join()
    assert found == [get(client, n).site.get() for n in (4, 3)]


def test_both_kinds_of_client_see_the_same(client: PlantClient, plant_server: str) -> None:
    async def read() -> list[object]:
        async with AsyncPlantClient.from_token(plant_server, "test", "token") as other:
            return [pump._values() async for pump in other.pump.all().sort("name")]

    assert [pump._values() for pump in client.pump.all().sort("name")] == asyncio.run(read())


def test_a_query_goes_on_from_a_checkpoint(client: PlantClient) -> None:
    query = client.pump.all().sort("name").limit(40)
    with query.pages() as pages:
        found = [pump.name for pump in next(pages)]
        token = pages.checkpoint()
    found += [pump.name for pump in query.pages(resume=token).items()]
    assert found == [f"Pump {n:04}" for n in range(40)]
    with pytest.raises(CheckpointError, match="another request"):
        client.pump.filter(min_flow=1.0).sort("name").pages(resume=token)


def test_clients_and_queries_describe_themselves(client: PlantClient) -> None:
    assert repr(client).splitlines()[0] == "<PlantClient of plant:Plant/1, 2 views>"
    assert list(client.views) == ["pump", "pipe"]
    assert repr(client.pump) == "<SyncPumpAPI of plant:Pump/1>"
    assert list(client.pump.relations()) == ["site", "parts", "part_of", "feeds", "fed_by", "spare"]
    assert repr(client.pump.all().limit(3)) == "<SyncQuery of SyncPump, at most 3>"
    assert relations(SyncSite)["pumps"].target is Pump


@pytest.mark.parametrize(
    "wrong",
    [
        lambda query: query.sort("colour"),
        lambda query: query.limit(-1),
        lambda query: query.where({"equals": {}}),
        lambda query: query.prefetch(-1),
    ],
)
def test_a_query_that_cannot_work_is_refused_when_it_is_written(wrong: Callable[[SyncQuery[SyncPump]], object]) -> None:
    client = PlantClient.from_env({"CDF_URL": "http://127.0.0.1:1", "CDF_PROJECT": "test", "CDF_TOKEN": "t"})
    with pytest.raises(UsageError):
        wrong(client.pump.all())
    client.close()


@pytest.mark.parametrize("kind", [PlantClient, AsyncPlantClient])
def test_both_kinds_are_made_in_the_same_ways(kind: type[PlantClient] | type[AsyncPlantClient], tmp_path: Path) -> None:
    where = {"base_url": "http://127.0.0.1:1", "project": "here"}
    file = tmp_path / "cdf.toml"
    file.write_text('[cognite]\nbase_url = "http://127.0.0.1:1"\nproject = "here"\ntoken = "t"\n', "utf-8")
    made = [
        kind.from_token(where["base_url"], "here", "t"),
        kind.from_env({"CDF_URL": where["base_url"], "CDF_PROJECT": "here", "CDF_TOKEN": "t"}),
        kind.from_client_credentials(**where, token_url="http://id.test", client_id="i", client_secret="hush"),
        kind.from_toml(file, "cognite"),
    ]
    assert {(client.pygen.base_url, client.pygen.project) for client in made} == {tuple(where.values())}


def test_an_object_without_a_client_says_so(client: PlantClient) -> None:
    copied = pickle.loads(pickle.dumps(get(client, 1)))
    assert copied == get(client, 1)
    with pytest.raises(DetachedError, match="knows no client"):
        copied.site.get()


async def test_objects_of_the_other_kind_of_client_say_what_to_do(plant_server: str) -> None:
    async with AsyncPlantClient.from_token(plant_server, "test", "token") as client:
        site = await client.pump.all().first()
        assert site is not None
        stranger = SyncPump(name="x", site_id=NodeId("plant", "site-1"))
        stranger._client = client.pygen
        with pytest.raises(UsageError, match="needs `await`"):
            stranger.site.get()


def test_an_sdk_from_before_says_that_it_must_be_generated_again() -> None:
    class Old(PygenNode, kw_only=True):
        site_id: NodeId | None = None
        site = to_one(lambda: Site, Direct("site_id"))

    class SyncOld(SyncResource, Old, kw_only=True):
        pass

    assert Old().site.id is None
    with pytest.raises(UsageError, match="generate the SDK again"):
        SyncOld().site  # noqa: B018  # naming it is enough
