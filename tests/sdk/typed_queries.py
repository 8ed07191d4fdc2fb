"""What checkers know of queries. Nobody runs this: mypy reads it with all our code, and `test_query_types.py` gives it to pyright."""

from __future__ import annotations

import datetime
from typing import assert_type

from pygen_runtime.sdk import (
    Group,
    PygenGroups,
    PygenList,
    PygenQuery,
    PygenRows,
    RetrievedList,
    SyncGroups,
    SyncQuery,
    SyncRows,
)
from tests.sdk.model import AsyncPlantClient, PlantClient, Pump, PumpFields, PumpState, SyncPump

DAY, MOMENT = datetime.date(2026, 1, 1), datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


async def right(client: AsyncPlantClient) -> None:
    query = client.pump.where(lambda t: (t.flow > 3.0) & t.name.prefix("A") | ~t.tags.contains("x"))
    assert_type(query, PygenQuery[Pump, PumpFields])
    query.where(lambda t: t.site.where(lambda s: s.name == "North"))
    query.where(
        lambda t: (t.state == PumpState.RUNNING) | t.state.in_(["stopped"]) & (t.built >= DAY) & (t.seen < MOMENT)
    )
    query.where(lambda t: t.created_time > MOMENT).sort(lambda t: t.flow.desc(), "name").units(
        lambda t: t.flow.in_unit("x:y")
    )
    assert_type(query.select(lambda t: t.name), PygenRows[str])
    assert_type(query.select(lambda t: (t.name, t.flow)), PygenRows[tuple[str, float | None]])
    async for name, flow, state in query.select(lambda t: (t.name, t.flow, t.state)):
        assert_type(name, str)
        assert_type(flow, float | None)
        assert_type(state, PumpState | None)
    assert_type(await query.aggregate(lambda t: t.flow.avg()), float | None)
    assert_type(await query.aggregate(lambda t: (t.external_id.count(), t.version_.max())), tuple[int, int | None])
    assert_type(query.group_by(lambda t: t.state), PygenGroups[PumpState | None, PumpFields])
    assert_type(
        await query.group_by(lambda t: (t.state, t.type)).aggregate(lambda t: t.flow.sum()),
        list[Group[tuple[PumpState | None, str | None], float | None]],
    )
    assert_type(await query.one(), Pump)
    assert_type(await query.to_list(), PygenList[Pump])
    assert_type(await client.pump.search("feed", properties=lambda t: (t.name, t.type)), PygenList[Pump])
    assert_type(await client.pump.retrieve(("s", "x")), Pump | None)
    assert_type(await client.pump.retrieve([("s", "x")], strict=True), RetrievedList[Pump])


def right_without_await(client: PlantClient) -> None:
    query = client.pump.where(lambda t: t.flow > 3.0)
    assert_type(query, SyncQuery[SyncPump, PumpFields])
    assert_type(query.select(lambda t: (t.name, t.flow)), SyncRows[tuple[str, float | None]])
    assert_type(query.select(lambda t: t.name).to_list(), list[str])
    assert_type(query.aggregate(lambda t: (t.flow.avg(), t.external_id.count())), tuple[float | None, int])
    assert_type(query.group_by(lambda t: t.state), SyncGroups[PumpState | None, PumpFields])


async def wrong(client: AsyncPlantClient) -> None:
    """Each line is an error in both."""
    pump = client.pump
    pump.where(lambda t: t.colour == "red")  # type: ignore[attr-defined]  # no such property
    pump.where(lambda t: t.name > "A")  # type: ignore[arg-type, operator, return-value]  # texts have no order here
    pump.where(lambda t: t.flow.prefix("A"))  # type: ignore[attr-defined]  # a number starts with nothing
    pump.where(lambda t: t.flow > "3")  # type: ignore[operator]  # is a number
    pump.where(lambda t: t.name == 5)  # type: ignore[arg-type, return-value]  # is a text
    pump.where(lambda t: t.name.prefix(5))  # type: ignore[arg-type]  # as above
    pump.where(lambda t: t.tags.contains(5))  # type: ignore[arg-type]  # a list of texts
    pump.where(lambda t: t.tags == "a")  # type: ignore[arg-type, comparison-overlap, return-value]  # is a list
    pump.where(lambda t: t.built > "2026-01-01")  # type: ignore[operator]  # is a date
    pump.where(lambda t: t.name)  # type: ignore[arg-type, return-value]  # no condition
    pump.where(lambda t: t.site.where(lambda s: s.flow > 1))  # type: ignore[attr-defined]  # sites have none
    pump.sort(lambda t: t.tags.desc())  # type: ignore[attr-defined]  # lists have no order
    pump.select(lambda t: t.colour)  # type: ignore[attr-defined]  # no such property
    await pump.aggregate(lambda t: t.name.avg())  # type: ignore[attr-defined]  # is no number
    await pump.aggregate("mean", "flow")  # type: ignore[call-overload]  # no such figure
    pump.group_by(lambda t: t.colour)  # type: ignore[attr-defined]  # no such property
    await pump.search("feed", operator="NOT")  # type: ignore[arg-type]  # no such operator
    await pump.search("feed", properties=lambda t: t.flow)  # type: ignore[arg-type, return-value]  # is no text
    await pump.histogram(lambda t: t.name, 1.0)  # type: ignore[arg-type, return-value]  # is no number
    pump.filter(colour="red")  # type: ignore[call-arg]  # no such condition
    pump.filter(min_flow="3")  # type: ignore[arg-type]  # is a number
    (await pump.select(lambda t: (t.name, t.flow)).to_list())[0][1].upper()  # type: ignore[union-attr]  # is a number or None
