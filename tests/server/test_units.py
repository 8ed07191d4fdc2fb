"""Units: the catalogue, and values read in other units than they are stored in."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pygen.server.system.units import catalogue, conversion
from tests.server.support import SPACE, Api, container, data, mapped, node, view_id

UNITS = catalogue().units
TANK = view_id("Tank")


def convert(value: float, source: str, target: str) -> float:
    return conversion(UNITS[source], UNITS[target])(value)


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        (100, "temperature:deg_c", "temperature:deg_f", 212),
        (-40, "temperature:deg_f", "temperature:deg_c", -40),
        (0, "temperature:k", "temperature:deg_c", -273.15),
        (1, "length:mi", "length:km", None),
        (1, "length:mi", "length:kilom", 1.609344),
        (1, "pressure:atm", "pressure:psi", 14.695948775),
        (1, "power:megaw", "power:kilow", 1000),
        (1, "energy:kilow-hr", "energy:megaj", 3.6),
        (3600, "volume_flow_rate:m3-per-hr", "volume_flow_rate:l-per-sec", 1000),
        (60, "angular_velocity:rev-per-min", "angular_velocity:rad-per-sec", 6.283185307179586),
    ],
)
def test_known_conversions(value: float, source: str, target: str, expected: float | None) -> None:
    if expected is None:
        assert target not in UNITS
    else:
        assert convert(value, source, target) == pytest.approx(expected, rel=1e-8)


@given(st.sampled_from(sorted(UNITS)), st.floats(-1e6, 1e6), st.data())
def test_there_and_back_is_where_it_was(source: str, value: float, draw: st.DataObject) -> None:
    same = [one.external_id for one in UNITS.values() if one.quantity == UNITS[source].quantity]
    target = draw.draw(st.sampled_from(same))
    assert convert(convert(value, source, target), target, source) == pytest.approx(value, rel=1e-9, abs=1e-6)


def test_a_quantity_stays_a_quantity() -> None:
    with pytest.raises(ValueError, match=r"'length:m' measures Length, but 'temperature:k' measures Temperature"):
        conversion(UNITS["temperature:k"], UNITS["length:m"])


async def test_the_endpoints(bare_api: Api) -> None:
    every = (await bare_api.get("/units", limit=1000))["items"]
    assert [one["externalId"] for one in every] == list(UNITS)
    (celsius,) = (await bare_api.get("/units/temperature:deg_c"))["items"]
    assert celsius["conversion"] == {"multiplier": 1.0, "offset": 273.15}
    assert (celsius["quantity"], celsius["symbol"], celsius["name"]) == ("Temperature", "°C", "DEG_C")
    assert (await bare_api.get("/units/temperature%3Adeg_c"))["items"] == [celsius]
    found = await bare_api.items("/units/byids", {"externalId": "length:m"}, {"externalId": "temperature:deg_c"})
    assert [one["externalId"] for one in found] == ["length:m", "temperature:deg_c"]
    response = await bare_api.send("GET", "/units/length:elbow")
    assert response.status_code == 400
    assert response.json()["error"]["missing"] == [{"externalId": "length:elbow"}]
    wanted = {"items": [{"externalId": "length:elbow"}, {"externalId": "length:m"}]}
    assert "length:elbow" in await bare_api.refused("/units/byids", wanted)
    answer = await bare_api.post("/units/byids", {**wanted, "ignoreUnknownIds": True})
    assert [one["externalId"] for one in answer["items"]] == ["length:m"]


async def test_systems_have_one_unit_for_each_quantity(bare_api: Api) -> None:
    systems = {one["name"]: one["quantities"] for one in (await bare_api.get("/units/systems"))["items"]}
    assert set(systems) == {"Default", "SI", "Imperial"}
    for quantities in systems.values():
        assert len({one["name"] for one in quantities}) == len(quantities)
        for one in quantities:
            assert UNITS[one["unitExternalId"]].quantity == one["name"]


def with_unit(kind: str, unit: str, **more: Any) -> dict[str, Any]:
    return {"type": {"type": kind, "unit": {"externalId": unit}, **more}}


async def test_unknown_units_are_refused(api: Api) -> None:
    item = container("Tank", {"level": with_unit("float64", "length:elbow")})
    assert "length:elbow" in await api.refused("/models/containers", {"items": [item]})
    item = container("Tank", {"level": with_unit("int32", "length:m")})
    await api.refused("/models/containers", {"items": [item]})


@pytest.fixture
async def tank(api: Api) -> Api:
    """Three tanks, one of which has no values."""
    properties = {
        "level": with_unit("float64", "length:m"),
        "heat": with_unit("float32", "temperature:deg_c"),
        "marks": with_unit("float64", "length:m", list=True),
        "flow": with_unit("float64", "angle:rad"),
        "name": "text",
    }
    await api.container("Tank", properties)
    await api.view("Tank", mapped("Tank", "level", "heat", "marks", "name", "flow"))
    await api.write(
        node("a", data(TANK, level=1, heat=100, marks=[1, 2.5], name="a", flow=3.5)),
        node("b", data(TANK, level=3, heat=0, marks=[], name="b")),
        node("c", data(TANK, name="c")),
    )
    return api


def in_units(**units: str) -> list[dict[str, Any]]:
    targets = [{"property": key, "unit": {"externalId": unit}} for key, unit in units.items()]
    return [{"source": TANK, "targetUnits": targets}]


async def test_values_are_read_in_the_units_asked_for(tank: Api) -> None:
    sources = in_units(level="length:centim", heat="temperature:deg_f", marks="length:millim")
    expected = [
        {"level": 100, "heat": pytest.approx(212), "marks": [1000, 2500], "name": "a", "flow": 3.5},
        {"level": 300, "heat": pytest.approx(32), "marks": [], "name": "b"},
        {"name": "c"},
    ]
    listed = await tank.listed(sources=sources)
    assert [one["properties"][SPACE]["Tank/v1"] for one in listed] == expected
    items = [{"instanceType": "node", "space": SPACE, "externalId": name} for name in "abc"]
    answer = await tank.post("/models/instances/byids", {"items": items, "sources": sources})
    assert [one["properties"][SPACE]["Tank/v1"] for one in answer["items"]] == expected


async def test_systems_convert_what_they_have_a_unit_for(tank: Api) -> None:
    targets = [{"property": key, "unit": {"unitSystemName": "Imperial"}} for key in ("level", "flow")]
    first, *_ = await tank.listed(sources=[{"source": TANK, "targetUnits": targets}])
    assert first["properties"][SPACE]["Tank/v1"]["level"] == pytest.approx(1 / 0.3048)
    assert first["properties"][SPACE]["Tank/v1"]["flow"] == 3.5


async def test_typing_names_the_unit_asked_for(tank: Api) -> None:
    answer = await tank.post(
        "/models/instances/list", {"sources": in_units(level="length:centim"), "includeTyping": True}
    )
    typing = answer["typing"][SPACE]["Tank/v1"]
    assert typing["level"]["type"]["unit"] == {"externalId": "length:centim"}
    assert typing["heat"]["type"]["unit"] == {"externalId": "temperature:deg_c"}


async def test_filters_and_sorts_use_stored_values(tank: Api) -> None:
    level = [SPACE, "Tank/v1", "level"]
    sources = in_units(level="length:centim")
    assert await tank.ids(sources=sources, filter={"range": {"property": level, "gt": 2}}) == ["b"]
    sort = [{"property": level, "direction": "descending"}]
    assert await tank.ids(sources=sources, sort=sort) == ["b", "a", "c"]


async def test_aggregates_are_of_converted_values(tank: Api) -> None:
    functions = [{name: {"property": "level"}} for name in ("avg", "min", "max", "sum", "count")]
    body = {"view": TANK, "aggregates": functions, "targetUnits": in_units(level="length:centim")[0]["targetUnits"]}
    (item,) = (await tank.post("/models/instances/aggregate", body))["items"]
    assert [one["value"] for one in item["aggregates"]] == [200, 100, 300, 400, 2]
    heat = {"view": TANK, "aggregates": [{"histogram": {"property": "heat", "interval": 100}}],
            "targetUnits": in_units(heat="temperature:deg_f")[0]["targetUnits"]}  # fmt: skip
    (item,) = (await tank.post("/models/instances/aggregate", heat))["items"]
    assert item["aggregates"][0]["buckets"] == [{"start": 0, "count": 1}, {"start": 200, "count": 1}]


@pytest.mark.parametrize(
    ("targets", "said"),
    [
        ([{"property": "name", "unit": {"externalId": "length:m"}}], "no unit"),
        ([{"property": "level", "unit": {"externalId": "temperature:k"}}], "measures Temperature"),
        ([{"property": "level", "unit": {"externalId": "length:elbow"}}], "length:elbow"),
        ([{"property": "level", "unit": {"unitSystemName": "Metric"}}], "Default, SI, Imperial"),
        ([{"property": "level", "unit": {}}], "externalId"),
        ([{"property": "depth", "unit": {"externalId": "length:m"}}], "Unknown property 'depth'"),
        ([{"property": "level"}], "must have a property and a unit"),
        ([{"property": "level", "unit": {"externalId": "length:m"}}] * 11, "between 0 and 10"),
    ],
)
async def test_targets_that_cannot_be_are_refused(tank: Api, targets: list[Any], said: str) -> None:
    body = {"sources": [{"source": TANK, "targetUnits": targets}]}
    assert said in await tank.refused("/models/instances/list", body)
