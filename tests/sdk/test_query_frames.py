"""Queries as columns, in other units, and with their progress told."""

from __future__ import annotations

import builtins
import io
from collections.abc import AsyncIterator, Sequence
from typing import Any, ClassVar

import pytest
from msgspec import Struct, field

from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.frames.columns import Column
from pygen_runtime.schema import (
    ContainerId,
    ContainerProperty,
    ContainerWrite,
    MappedProperty,
    NodeWrite,
    PropertyType,
    SourceWrite,
    SpaceWrite,
    ViewId,
    ViewWrite,
)
from pygen_runtime.schema.containers import UnitReference
from pygen_runtime.schema.requests import Page
from pygen_runtime.sdk import FloatField, NodeConditions, NodeFields, Progress, ProgressBar, PygenNode, ViewAPI
from pygen_runtime.sdk.queries.progress import reporting
from tests.sdk import plant
from tests.sdk.model import AsyncPlantClient

PUMPS = 1100  # two pages


@pytest.fixture
async def client(local_server: str) -> AsyncIterator[AsyncPlantClient]:
    async with AsyncPlantClient.from_token(local_server, "test", "token") as client:
        await plant.build(client.pygen, 3)
        more = [plant.pump(n, 3) for n in range(3, PUMPS)]
        await client.pygen.instances.upsert(more)
        yield client


async def test_columns_come_page_by_page_with_one_schema(client: AsyncPlantClient) -> None:
    query = client.pump.sort("name")
    batches = [batch async for batch in query.arrow_batches()]
    assert [batch.num_rows for batch in batches] == [1000, 100]
    assert batches[0].schema == batches[1].schema
    table = await query.to_arrow()
    assert table.column("name").to_pylist() == [f"Pump {n:04}" for n in range(PUMPS)]
    frame, polars = await query.to_pandas(), await query.to_polars()
    assert frame["name"].tolist() == polars["name"].to_list() == table.column("name").to_pylist()
    assert frame.equals((await query.to_list()).to_pandas())
    assert polars.equals((await query.to_list()).to_polars())


async def test_rows_of_chosen_properties_have_those_columns(client: AsyncPlantClient) -> None:
    rows = client.pump.sort("name").limit(2).select(lambda t: (t.flow, t.name, t.site))
    assert (await rows.to_pandas()).columns.tolist() == ["flow", "name", "site_id"]
    assert (await rows.to_arrow()).select(["flow", "name"]).to_pylist() == [
        {"flow": None, "name": "Pump 0000"},
        {"flow": 0.5, "name": "Pump 0001"},
    ]
    assert (await rows.to_polars()).columns == ["flow", "name", "site_id"]
    assert [batch.num_rows async for batch in rows.arrow_batches()] == [2]


async def test_frames_of_a_query_and_of_its_list_are_the_same_for_edges_too(client: AsyncPlantClient) -> None:
    for query in (client.pump.sort("name"), client.pipe.sort("external_id")):
        objects = await query.to_list()
        assert (await query.to_arrow()).equals(objects.to_arrow())
        assert (await query.to_pandas()).equals(objects.to_pandas())
        assert (await query.to_polars()).equals(objects.to_polars())


async def test_partitions_give_frames_too(client: AsyncPlantClient) -> None:
    expected = sorted(await client.pump.select("external_id").to_list())
    for query in (client.pump.all().partitions(3), client.pump.include(lambda p: p.site).partitions(3)):
        assert sorted((await query.to_polars())["external_id"].to_list()) == expected
    rows = client.pump.all().partitions(3).select("external_id", "flow")
    assert sorted((await rows.to_pandas())["external_id"]) == expected


async def test_only_chosen_columns_are_made(client: AsyncPlantClient, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    values = Column.values

    def told(column: Column, items: Sequence[Struct]) -> list[Any]:
        made.append(column.name)
        return values(column, items)

    monkeypatch.setattr(Column, "values", told)
    await client.pump.all().limit(1).select("name", "flow").to_polars()
    assert made == ["name", "flow"]
    made.clear()
    await client.pump.all().limit(1).select("tags", "flow", "created_time").to_pandas()
    assert sorted(made) == ["created_time", "flow", "tags"]


async def test_nothing_gives_empty_frames_with_all_columns(client: AsyncPlantClient) -> None:
    nothing = client.pump.filter(name=[])
    assert (await nothing.to_arrow()).num_rows == 0
    assert "flow" in (await nothing.to_polars()).columns
    assert "flow" in (await nothing.to_pandas()).columns
    assert (await nothing.select("name").to_arrow()).column_names == ["name"]
    assert [batch async for batch in nothing.arrow_batches()] == []


async def test_every_page_is_told(client: AsyncPlantClient) -> None:
    told: list[Progress] = []
    await client.pump.all().progress(told.append).to_list()
    assert [(one.rows, one.pages, one.done, one.total) for one in told] == [
        (1000, 1, False, None),
        (PUMPS, 2, True, PUMPS),
    ]
    told.clear()
    await client.pump.all().limit(5).progress(told.append).select("name").to_list()
    assert [(one.rows, one.done) for one in told] == [(5, True)]


async def test_seconds_are_counted_from_the_first_page() -> None:
    now = iter([10.0, 12.0, 15.0])
    told: list[Progress] = []

    async def fetch(cursor: str | None, size: int) -> Page[int]:
        return Page(items=[1] * 10, next_cursor="a" if cursor is None else None)

    told_fetch = reporting(fetch, told.append, None, lambda: next(now))
    await told_fetch(None, 10)
    await told_fetch("a", 10)
    assert [str(one) for one in told] == [
        "10 rows in 2.0 s, 5 a second",
        "20 of 20 rows in 5.0 s, 4 a second",
    ]


def progress(rows: int, **more: Any) -> Progress:
    return Progress(**({"rows": rows, "pages": 1, "seconds": 2.0, "done": False} | more))


def test_without_rich_the_bar_is_a_line_of_text(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    with ProgressBar("pumps", total=2000, out=out) as bar:
        bar(progress(1000))
        bar(progress(2000, done=True))
    assert out.getvalue() == (
        "\rpumps: 1,000 of 2,000 rows in 2.0 s, 500 a second\rpumps: 2,000 of 2,000 rows in 2.0 s, 1,000 a second\n"
    )
    plain = io.StringIO()
    monkeypatch.setattr("sys.stderr", plain)
    monkeypatch.setattr("pygen_runtime.sdk.queries.progress.import_module", _without_rich)
    bar = ProgressBar()
    bar(progress(7, seconds=0.0))
    bar.close()
    assert plain.getvalue() == "\r7 rows in 0.0 s\n"


def _without_rich(name: str) -> Any:
    raise builtins.ImportError(name)


def test_with_rich_the_bar_is_one_of_rich(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("rich")
    with ProgressBar("pumps", total=10) as bar:
        bar(progress(5))
        bar(progress(10, done=True, total=10))
    assert "pumps" in capsys.readouterr().err


class Engine(PygenNode, kw_only=True):
    """Has a power, kept in megawatts."""

    VIEW: ClassVar[ViewId] = ViewId("units", "Engine", "1")
    power: float | None = field(default=None, name="ratedPower")


class EngineFields(NodeFields):
    """Properties of engines."""

    VIEW = Engine.VIEW
    power = FloatField[float | None]("ratedPower")


class EngineAPI(ViewAPI[Engine, EngineFields]):
    """Engines."""

    resource = Engine
    conditions = NodeConditions
    fields = EngineFields


async def test_values_come_in_the_units_that_are_wanted(local_server: str) -> None:
    async with AsyncPygenClient.from_token(base_url=local_server, project="test", token="t") as client:
        await client.spaces.create(SpaceWrite(space="units"))
        power = ContainerProperty(type=PropertyType(type="float64", unit=UnitReference(external_id="power:megaw")))
        await client.containers.create(
            ContainerWrite(space="units", external_id="Engine", used_for="node", properties={"ratedPower": power})
        )
        mapped = MappedProperty(container=ContainerId("units", "Engine"), container_property_identifier="ratedPower")
        await client.views.create(
            ViewWrite(space="units", external_id="Engine", version="1", properties={"ratedPower": mapped})
        )
        source = SourceWrite(source=Engine.VIEW, properties={"ratedPower": 1.5})
        await client.instances.upsert(NodeWrite(space="units", external_id="e", sources=[source]))
        engines = EngineAPI(client)
        assert (await engines.all().one()).power == 1.5
        for query in (
            engines.all().units(power="power:kilow"),
            engines.where(lambda t: t.power > 1).units(lambda t: t.power.in_unit("power:kilow")),
        ):
            assert (await query.one()).power == 1500
            assert await query.select(lambda t: t.power).to_list() == [1500]
            assert await query.aggregate(lambda t: t.power.max()) == 1500
            assert (await query.search(""))[0].power == 1500
            assert await query.select("external_id").to_list() == ["e"]
        assert (await engines.all().units(power="SI").one()).power == 1_500_000


async def test_what_is_not_chosen_is_not_sent(client: AsyncPlantClient) -> None:
    """By the bytes of what the server answers."""
    before = client.pygen.counters.bytes_received
    await client.pump.all().to_list()
    whole = client.pygen.counters.bytes_received - before
    await client.pump.select("flow").to_list()
    assert client.pygen.counters.bytes_received - before - whole < 0.7 * whole
