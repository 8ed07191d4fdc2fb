"""What can be asked of a view, over a real socket, compared with the same worked out in plain Python."""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.errors import NoInstanceError, SeveralInstancesError, UsageError
from pygen_runtime.schema import EdgeId, NodeId
from pygen_runtime.schema.aggregates import Bucket
from pygen_runtime.schema.filters import Equals, PygenFilter
from pygen_runtime.sdk import Group, PygenQuery, QueryCache
from tests.sdk import plant
from tests.sdk.model import AsyncPlantClient, PlantClient, Pump, PumpAPI, PumpFields, PumpState

PUMPS = 40
NUMBERS = range(PUMPS)


def flow(n: int) -> float | None:
    return None if n % 10 == 0 else n / 2


@pytest.fixture
async def client(local_server: str) -> AsyncIterator[AsyncPlantClient]:
    async with AsyncPlantClient.from_token(local_server, "test", "token") as client:
        await plant.build(client.pygen, PUMPS)
        yield client


def numbers(pumps: list[Pump]) -> list[int]:
    return sorted(int(pump.external_id[-4:]) for pump in pumps)


Where = Callable[[PumpFields], PygenFilter]


async def test_typed_conditions_give_exactly_what_they_say(client: AsyncPlantClient) -> None:
    soon = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)
    north = NodeId("plant", "site-0")
    expected: list[tuple[Where, Callable[[int], bool]]] = [
        (lambda t: (t.flow > 3.0) & t.name.prefix("Pump 000"), lambda n: (flow(n) or 0) > 3 and n < 10),
        (lambda t: (t.flow >= 3.0) & (t.flow < 5), lambda n: 3 <= (flow(n) or 0) < 5),
        (lambda t: t.flow.between(3, 5) | ~t.flow.exists(), lambda n: n % 10 == 0 or 3 <= n / 2 <= 5),
        (lambda t: (t.flow <= 1) | (t.name == "Pump 0039"), lambda n: n == 39 or (flow(n) is not None and n / 2 <= 1)),
        (lambda t: t.flow != 0.5, lambda n: n != 1),
        (lambda t: t.state == PumpState.STOPPED, lambda n: n % 3 == 0),
        (lambda t: t.state.in_(["running", PumpState.STOPPED]), lambda n: True),
        (
            lambda t: t.tags.contains("even") & t.tags.contains_any(["t1", "t2"]),
            lambda n: n % 2 == 0 and n % 7 in (1, 2),
        ),
        (lambda t: t.tags.contains_all(["odd", "t3"]), lambda n: n % 2 == 1 and n % 7 == 3),
        (lambda t: t.site == north, lambda n: n % 3 == 0),
        (lambda t: t.site.where(lambda s: s.name == "Site 1"), lambda n: n % 3 == 1),
        (lambda t: ~t.site.where(lambda s: s.external_id.prefix("site-1")), lambda n: n % 3 != 1),
        (lambda t: t.parts.contains(plant.pump_id(5)), lambda n: 5 in plant.parts_of(n, PUMPS)),
        (lambda t: (t.external_id == "pump-0003") & (t.space == "plant"), lambda n: n == 3),
        (lambda t: t.external_id.in_(["pump-0003", "pump-0004"]), lambda n: n in (3, 4)),
        (lambda t: (t.created_time < soon) & (t.last_updated_time <= soon) & (t.version >= 0), lambda n: True),
        (lambda t: (t.created_time > soon) | (t.last_updated_time >= soon), lambda n: False),
        (lambda t: t.name.in_([]) | t.tags.contains_any([]), lambda n: False),
        (lambda t: t.node_type.exists() | t.built.exists(), lambda n: False),
    ]
    for condition, right in expected:
        query = client.pump.where(condition)
        assert numbers(await query.to_list()) == [n for n in NUMBERS if right(n)], query
        assert await query.count() == len([n for n in NUMBERS if right(n)]), query
    both = client.pump.filter(min_flow=3.0).where(lambda t: t.flow < 5).where(Equals(("node", "space"), "plant"))
    assert numbers(await both.to_list()) == [6, 7, 8, 9]
    pipes = client.pipe.where(lambda e: (e.start_node == plant.pump_id(3)) & (e.metres > 0) & e.edge_type.exists())
    assert [pipe.as_id() for pipe in await pipes.to_list()] == [EdgeId("plant", "3-4")]
    assert await client.pipe.where(lambda e: e.end_node.in_([plant.pump_id(4)])).count() == 2


async def test_order_by_fields(client: AsyncPlantClient) -> None:
    by_flow = await client.pump.sort(lambda t: (t.state.asc(), t.flow.desc())).to_list()
    there = [pump for pump in by_flow if pump.flow is not None and pump.state == "running"]
    assert there == sorted(there, key=lambda pump: -(pump.flow or 0))
    named = await client.pump.sort("-external_id").to_list()
    assert [pump.external_id for pump in named] == [plant.pump_id(n).external_id for n in reversed(NUMBERS)]
    assert await client.pump.sort(lambda t: t.external_id.desc()).to_list() == named
    assert await client.pump.sort("site", "name").to_list() == await client.pump.sort("site_id", "name").to_list()
    newest = await client.pump.sort(lambda t: t.created_time.desc(), lambda t: t.name.asc()).first()
    assert newest is not None


async def test_first_and_one(client: AsyncPlantClient) -> None:
    named = client.pump.where(lambda t: t.name == "Pump 0007")
    assert (await named.one()).external_id == "pump-0007"
    assert await named.first() == await named.one()
    with pytest.raises(NoInstanceError, match="there is none: <PygenQuery of Pump, where"):
        await client.pump.filter(name="nobody").one()
    with pytest.raises(SeveralInstancesError, match="several, such as"):
        await client.pump.all().one()
    with pytest.raises(NoInstanceError):
        await named.limit(0).one()


async def test_chosen_properties_come_alone(client: AsyncPlantClient) -> None:
    query = client.pump.where(lambda t: t.flow > 15).sort("name")
    expected = [(f"Pump {n:04}", n / 2, "running" if n % 3 else "stopped") for n in NUMBERS if (flow(n) or 0) > 15]
    rows = query.select(lambda t: (t.name, t.flow, t.state))
    assert await rows.to_list() == expected
    assert isinstance((await rows.to_list())[0][2], PumpState)
    assert [row async for row in rows] == expected
    assert await query.select(lambda t: t.name).to_list() == [name for name, _, _ in expected]
    assert await query.select("name", "flow", "state").first() == expected[0]
    assert await query.limit(0).select("name").first() is None
    assert await query.select(lambda t: (t.external_id, t.site)).first() == ("pump-0031", NodeId("plant", "site-1"))
    assert repr(rows).startswith("<PygenRows of name, flow, state: <PygenQuery of Pump")
    request = rows._request({}, None, 10)
    assert request.select["rows"].sources[0].properties == ["name", "ratedFlow", "state"]  # type: ignore[index]  # a select that is there
    pages = [len(page) async for page in client.pump.all().limit(7).select("external_id").pages()]
    assert sum(pages) == 7
    lengths = client.pipe.where(lambda e: e.metres > 37).select(lambda e: (e.start_node, e.metres))
    assert sorted(await lengths.to_list(), key=lambda row: row[1] or 0) == [
        (plant.pump_id(0), 38.0),
        (plant.pump_id(0), 39.0),
    ]


async def test_a_choice_goes_on_from_a_checkpoint(client: AsyncPlantClient) -> None:
    rows = client.pump.sort("name").select(lambda t: t.name)
    async with rows.pages() as pages:
        first = await pages.next()
        token = pages.checkpoint()
    assert first is not None
    async with rows.pages(resume=token) as pages:
        rest = await pages.to_list()
    assert [*first, *rest] == [f"Pump {n:04}" for n in NUMBERS]


async def test_figures_are_those_of_plain_python(client: AsyncPlantClient) -> None:
    there = [n / 2 for n in NUMBERS if flow(n) is not None]
    figures = await client.pump.aggregate(
        lambda t: (t.flow.avg(), t.flow.min(), t.flow.max(), t.flow.sum(), t.external_id.count())
    )
    assert figures == (sum(there) / len(there), min(there), max(there), sum(there), PUMPS)
    assert await client.pump.aggregate(lambda t: t.flow.count()) == len(there)
    assert await client.pump.aggregate("max", "flow") == max(there)
    assert await client.pump.aggregate("count") == await client.pump.count() == PUMPS
    assert await client.pump.filter(name="nobody").aggregate(lambda t: (t.flow.avg(), t.name.count())) == (None, 0)

    by_state = await client.pump.group_by(lambda t: t.state).aggregate(lambda t: t.external_id.count())
    assert dict(by_state) == {PumpState.RUNNING: 26, PumpState.STOPPED: 14}
    by_two = (
        await client.pump.where(lambda t: t.flow < 3)
        .group_by(lambda t: (t.site, t.state))
        .aggregate(lambda t: (t.flow.sum(), t.flow.max()))
    )
    assert Group((NodeId("plant", "site-0"), PumpState.STOPPED), (1.5, 1.5)) in by_two
    assert len(await client.pump.group_by("tags").keys()) == 9, "each element of a list is a group"
    assert len(await client.pump.group_by("name").keys()) == PUMPS, "all groups, not the first 25"
    assert len(await client.pump.group_by("name").limit(3).aggregate(lambda t: t.flow.avg())) == 3

    buckets = await client.pump.histogram(lambda t: t.flow, 5)
    assert [(bucket.start, bucket.count) for bucket in buckets] == [
        (low, len([1 for f in there if low <= f < low + 5])) for low in (0, 5, 10, 15)
    ]
    assert await client.pump.filter(max_flow=4).histogram("flow", 5) == [Bucket(start=0, count=8)]


async def test_search_finds_words_within_conditions(client: AsyncPlantClient) -> None:
    assert numbers(await client.pump.search("0007")) == [7]
    found = await client.pump.filter(state="stopped").search("pump", limit=1000)
    assert numbers(found) == [n for n in NUMBERS if n % 3 == 0]
    assert len(await client.pump.search("pump")) == 25
    assert len(await client.pump.all().limit(3).search("pump")) == 3
    assert await client.pump.search("pump 0007", properties="type") == []
    assert numbers(await client.pump.search("0007 0008", properties=["name"], operator="OR")) == [7, 8]
    assert numbers(await client.pump.search("0007 0008", properties=lambda t: (t.name, t.type))) == []
    assert await client.pump.search("pump", properties=[]) == []
    assert await client.pump.search("pump", limit=0) == []
    in_order = await client.pump.sort("-name").search("pump", limit=2)
    assert [pump.name for pump in in_order] == ["Pump 0039", "Pump 0038"]


async def test_missing_ids_are_told(client: AsyncPlantClient) -> None:
    nowhere = NodeId("plant", "nowhere")
    found = await client.pump.retrieve([nowhere, plant.pump_id(3), ("plant", "pump-0001"), nowhere])
    assert (found.as_ids(), found.missing) == ([plant.pump_id(3), plant.pump_id(1)], [nowhere])
    assert (await client.pump.retrieve([])).missing == []
    one = await client.pump.retrieve(("plant", "pump-0001"))
    assert one is not None
    assert one.as_id() == plant.pump_id(1)
    assert await client.pump.retrieve(("plant", "nowhere")) is None
    assert await client.pump.retrieve(plant.pump_id(1), space="plant") == one
    with pytest.raises(NoInstanceError, match="has no plant:nowhere"):
        await client.pump.retrieve(nowhere, strict=True)
    with pytest.raises(NoInstanceError, match=r"plant:x4 and 3 more"):
        await client.pump.retrieve([f"x{n}" for n in range(8)], space="plant", strict=True)


async def test_an_answer_is_kept_only_where_that_is_asked_for(client: AsyncPlantClient) -> None:
    now = 0.0
    cache = QueryCache(seconds=60, most=2, clock=lambda: now)
    query = client.pump.where(lambda t: t.name == "Pump 0001")
    (before,) = await query.to_list(cache=cache)
    before.name = "changed by its owner"
    assert before.tags == ["odd", "t1"]
    before.tags.append("of its owner")
    await client.pygen.instances.delete(plant.pump_id(1))
    (kept,) = await query.to_list(cache=cache)
    assert (kept.name, kept.tags, kept.site.id) == ("Pump 0001", ["odd", "t1"], NodeId("plant", "site-1"))
    assert await query.to_list() == []
    now = 60.0
    assert await query.to_list(cache=cache) == []
    for n in (2, 3, 4):
        await client.pump.filter(name=f"Pump {n:04}").to_list(cache=cache)
    assert len(cache._kept) == 2
    assert await query.limit(1).to_list(cache=cache) == []
    cache.clear()
    assert not cache._kept
    third, cache = client.pump.filter(name="Pump 0003"), QueryCache(seconds=60)
    held = (await third.first(cache=cache), await third.one(cache=cache), *await third.search("Pump", cache=cache))
    assert [pump and pump.name for pump in held] == ["Pump 0003"] * 3
    await client.pygen.instances.delete(plant.pump_id(3))
    assert (await third.first(cache=cache), await third.limit(2).to_list(cache=cache)) == (held[0], [held[1]])
    cache.clear()
    assert (await third.first(cache=cache), await third.search("Pump", cache=cache)) == (None, [])
    with pytest.raises(UsageError, match="keeps nothing"):
        QueryCache(0)
    with pytest.raises(UsageError, match="takes a QueryCache"):
        await query.to_list(cache={})  # type: ignore[arg-type]  # what is refused


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda pump: pump.where(lambda t: t.flow > "3"), "flow takes float"),
        (lambda pump: pump.where(lambda t: t.flow > None), "flow cannot be None"),
        (lambda pump: pump.where(lambda t: t.flow > True), "flow takes"),
        (lambda pump: pump.where(lambda t: t.version_ == 1.5), "version_ takes int"),
        (lambda pump: pump.where(lambda t: t.name.prefix(None)), "name cannot be None"),
        (lambda pump: pump.where(lambda t: t.name.in_("abc")), "takes several values"),
        (lambda pump: pump.where(lambda t: t.name == 5), "name takes str"),
        (lambda pump: pump.where(lambda t: t.built > datetime.datetime.now(datetime.UTC)), "built takes date"),
        (lambda pump: pump.where(lambda t: t.seen > datetime.datetime(2026, 1, 1)), "no time zone"),  # noqa: DTZ001 - the point
        (lambda pump: pump.where(lambda t: t.created_time > datetime.datetime(2026, 1, 1)), "no time zone"),  # noqa: DTZ001 - the point
        (lambda pump: pump.where(lambda t: t.tags.contains(5)), "tags takes str"),
        (lambda pump: pump.where(lambda t: t.tags.contains_all([])), "at least one"),
        (lambda pump: pump.where(lambda t: t.site == "site-1"), "site takes NodeId"),
        (lambda pump: pump.where(lambda t: (t.flow > 1) and (t.flow < 3)), "neither true nor false"),
        (lambda pump: pump.where(lambda t: 1 < t.flow < 3), r"neither true nor false.* write \(x > 1\) & \(x < 3\)"),
        (lambda pump: pump.where(lambda t: not t.name), "neither true nor false"),
        (lambda pump: pump.where(lambda t: t.tags == "a"), "takes a PygenFilter"),
        (lambda pump: pump.where("name = 5"), "takes a PygenFilter"),
        (lambda pump: pump.where({"equals": {}}), "takes a PygenFilter"),
        (lambda pump: pump.sort("name", "-name"), "name is a sort key twice"),
        (lambda pump: pump.sort("site", "site_id"), "site is a sort key twice"),
        (lambda pump: pump.sort("tags"), "holds lists"),
        (lambda pump: pump.sort("colour"), "no field 'colour'"),
        (lambda pump: pump.sort(("name", "flow")), "a sort key is"),
        (lambda pump: pump.select("colour"), "no field 'colour'"),
        (lambda pump: pump.select(lambda t: ()), "no field was named"),
        (lambda pump: pump.select(lambda t: 5), "is no field"),
        (lambda pump: pump.group_by("name", "flow", "type", "state", "site", "built"), "five at most"),
        (lambda pump: pump.group_by("name").limit(0), "from 1 to 1000"),
        (lambda pump: pump.all().limit("5"), "limit is '5'"),
        (lambda pump: pump.all().limit(-1), "limit is -1: give None for all"),
        (lambda pump: pump.all().limit(-1), "limit is -1"),
        (lambda pump: pump.all().limit(2.5), "limit is 2.5"),
        (lambda pump: pump.all().prefetch(None), "prefetch is None"),
        (lambda pump: pump.all().units(name="power:w"), "only numbers that"),
        (lambda pump: pump.all().units(colour="power:w"), "no field 'colour'"),
        (lambda pump: pump.all().units(lambda t: t.flow), "units takes"),
        (lambda pump: pump.filter(min_flow="3"), "min_flow takes float"),
        (lambda pump: pump.filter(min_flow=None), "min_flow cannot be None"),
        (lambda pump: pump.filter(name_prefix=None), "name_prefix cannot be None"),
        (lambda pump: pump.filter(name=5), "name takes str"),
        (lambda pump: pump.filter(name=["a", 5]), "name takes str"),
        (lambda pump: pump.filter(has_built="yes"), "has_built takes bool"),
        (lambda pump: pump.filter(where=None), "where cannot be None"),
        (lambda pump: pump.filter(site=("plant", "site-1")), "site takes NodeId"),
    ],
)
def test_what_cannot_work_is_refused_before_anything_is_sent(wrong: Callable[[Any], object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        wrong(PumpAPI(AsyncPygenClient.from_token(base_url="http://127.0.0.1:1", project="test", token="t")))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda pump: pump.retrieve(NodeId("a", "x"), space="b"), "a space of its own"),
        (lambda pump: pump.retrieve(("a", "x"), space="a"), "give a list for two ids"),
        (lambda pump: pump.retrieve(EdgeId("a", "x")), "is no id of a Pump"),
        (lambda pump: pump.retrieve("x"), "needs space="),
        (lambda pump: pump.retrieve(5), "takes an id or several"),
        (lambda pump: pump.search(None), "search takes a text"),
        (lambda pump: pump.search("x", limit=1001), "from 0 to 1000"),
        (lambda pump: pump.search("x", limit=-1), "from 0 to 1000"),
        (lambda pump: pump.search("x", operator="NOT"), "operator is"),
        (lambda pump: pump.search("x", properties="flow"), "is none"),
        (lambda pump: pump.search("x", properties=["colour"]), "no field 'colour'"),
        (lambda pump: pump.aggregate("mean", "flow"), "no figure"),
        (lambda pump: pump.aggregate("avg"), "avg needs a field"),
        (lambda pump: pump.aggregate("avg", "name"), "needs a number"),
        (lambda pump: pump.aggregate("avg", "colour"), "no field 'colour'"),
        (lambda pump: pump.aggregate(lambda t: t.flow), "takes metrics"),
        (lambda pump: pump.aggregate(lambda t: (t.flow.avg(),) * 6), "5 at most"),
        (lambda pump: pump.all().limit(3).aggregate("count"), "cannot be aggregated"),
        (lambda pump: pump.histogram("name", 5), "needs a number"),
        (lambda pump: pump.histogram("flow", 0), "more than 0"),
        (lambda pump: pump.histogram("flow", "5"), "above 0"),
    ],
)
async def test_what_cannot_work_is_refused_when_it_is_asked(wrong: Callable[[Any], Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        await wrong(PumpAPI(AsyncPygenClient.from_token(base_url="http://127.0.0.1:1", project="test", token="t")))


async def test_any_iterable_is_several_and_an_empty_one_is_nothing(client: AsyncPlantClient) -> None:
    """Conditions that were dropped, and so gave everything, are what made people leave the old product."""
    names = ("Pump 0001", "Pump 0002")
    for several in (names, list(names), set(names), dict.fromkeys(names).keys(), iter(names), (name for name in names)):
        assert numbers(await client.pump.filter(name=several).to_list()) == [1, 2]  # type: ignore[arg-type]  # any iterable will do
    empties: list[Any] = [(), [], set(), iter(())]
    for empty in empties:
        assert await client.pump.filter(name=empty).count() == 0


def test_the_same_without_await(local_server: str) -> None:
    import asyncio

    async def build() -> None:
        async with AsyncPlantClient.from_token(local_server, "test", "token") as client:
            await plant.build(client.pygen, 12)

    asyncio.run(build())
    with PlantClient.from_token(local_server, "test", "token") as client:
        query = client.pump.where(lambda t: t.flow > 1.5).sort(lambda t: t.name.desc())
        assert [pump.name for pump in query] == [f"Pump {n:04}" for n in (11, 9, 8, 7, 6, 5, 4)]
        assert query.select(lambda t: (t.name, t.flow)).first() == ("Pump 0011", 5.5)
        assert list(query.select(lambda t: t.flow)) == [n / 2 for n in (11, 9, 8, 7, 6, 5, 4)]
        assert next(query.select("name").pages())[0] == "Pump 0011"
        assert "SyncRows" in repr(query.select("name"))
        assert query.aggregate(lambda t: (t.flow.max(), t.external_id.count())) == (5.5, 7)
        assert client.pump.aggregate("max", "flow") == 5.5
        assert dict(query.group_by(lambda t: t.state).aggregate(lambda t: t.flow.max()))[PumpState.STOPPED] == 4.5
        assert len(client.pump.group_by("tags").limit(2).keys()) == 2
        assert sum(bucket.count for bucket in client.pump.histogram("flow", 1)) == 10
        assert client.pump.sort("name").units().limit(1).prefetch(0).progress(None).one().name == "Pump 0000"
        assert len(client.pump.search("pump")) == client.pump.count() == 12
        assert client.pump.retrieve([("plant", "x")]).missing == [NodeId("plant", "x")]
        assert query.to_arrow().num_rows == len(query.to_polars()) == len(query.to_pandas()) == 7
        assert [batch.num_rows for batch in query.arrow_batches()] == [7]
        assert query.select("name").to_pandas().columns.tolist() == ["name"]
        assert len(query.to_list(cache=QueryCache(1))) == len(query.search("pump", cache=QueryCache(1))) == 7
        assert query.sort("name").first(cache=QueryCache(1)) == query.sort("name").limit(1).one(cache=QueryCache(1))


def test_a_query_without_fields_of_a_view_knows_those_of_every_instance() -> None:
    client = AsyncPygenClient.from_token(base_url="http://127.0.0.1:1", project="test", token="t")
    query = PygenQuery(client=client, resource=Pump).where(lambda t: t.external_id.prefix("a"))
    assert "external_id.prefix(" in repr(query)
