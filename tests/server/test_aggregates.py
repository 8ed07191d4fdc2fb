"""Aggregates (contract §6.8)."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import pytest

from tests.server.support import SPACE, Api, data, edge, mapped, node, node_id, view_id

PATH = "/models/instances/aggregate"
ROWS: list[dict[str, Any]] = [
    {
        "number": number,
        "big": 2**62 + number,
        "real": None if number % 4 == 0 else number / 3 - 5,
        "status": ["on", "off"][number % 2],
        "flag": number % 3 == 0,
        "site": node_id(f"s{number % 2}"),
        "tags": ["a", "b"][: number % 3],
    }
    for number in range(-3, 30)
]


@pytest.fixture
async def plant(api: Api) -> Api:
    types = {
        "number": "int32", "big": "int64", "real": "float64", "status": {"type": "enum", "values": {"on": {}, "off": {}}}, "flag": "boolean",
        "site": "direct", "tags": "text[]", "when": "timestamp", "doc": "json", "numbers": "int32[]",
    }  # fmt: skip
    await api.container("A", types, usedFor="all")
    await api.view("A", mapped("A", *types))
    await api.view("High", mapped("A", "number"), filter={"range": {"property": [SPACE, "A", "number"], "gte": 20}})
    await api.write(*(node(f"n{place}", data(view_id("A"), **row)) for place, row in enumerate(ROWS)))
    return api


async def aggregate(api: Api, *aggregates: dict[str, Any], view: str = "A", **more: Any) -> list[dict[str, Any]]:
    answer = await api.post(PATH, {"view": view_id(view), "aggregates": list(aggregates), **more})
    items: list[dict[str, Any]] = answer["items"]
    return items


async def test_metrics(plant: Api) -> None:
    reals = [row["real"] for row in ROWS if row["real"] is not None]
    wanted: tuple[dict[str, Any], ...] = (
        {"count": {}},
        {"count": {"property": "real"}},
        {"avg": {"property": "real"}},
        {"min": {"property": "real"}},
        {"max": {"property": "number"}},
    )
    (item,) = await aggregate(plant, *wanted)
    assert "group" not in item
    assert item["instanceType"] == "node"
    assert item["aggregates"] == [
        {"aggregate": "count", "value": len(ROWS)},
        {"aggregate": "count", "property": "real", "value": len(reals)},
        {"aggregate": "avg", "property": "real", "value": pytest.approx(sum(reals) / len(reals))},
        {"aggregate": "min", "property": "real", "value": min(reals)},
        {"aggregate": "max", "property": "number", "value": 29},
    ]
    (item,) = await aggregate(
        plant, {"sum": {"property": "big"}}, {"sum": {"property": "real"}}, {"sum": {"property": "number"}}
    )
    values = [one["value"] for one in item["aggregates"]]
    assert values == [sum(row["big"] for row in ROWS), pytest.approx(sum(reals)), sum(row["number"] for row in ROWS)]


async def test_base_properties_and_nothing_at_all(plant: Api) -> None:
    (item,) = await aggregate(plant, {"count": {"property": "externalId"}}, {"max": {"property": "version"}})
    assert [one["value"] for one in item["aggregates"]] == [len(ROWS), 1]
    nothing = {"equals": {"property": ["node", "externalId"], "value": "none"}}
    (item,) = await aggregate(
        plant, {"count": {}}, {"avg": {"property": "real"}}, {"sum": {"property": "number"}}, filter=nothing
    )
    assert item["aggregates"] == [
        {"aggregate": "count", "value": 0}, {"aggregate": "avg", "property": "real"}, {"aggregate": "sum", "property": "number"},
    ]  # fmt: skip
    assert await aggregate(plant, {"count": {}}, filter=nothing, groupBy=["status"]) == []


async def test_view_filters_and_kinds_count(plant: Api) -> None:
    (item,) = await aggregate(plant, {"count": {}}, view="High")
    assert item["aggregates"][0]["value"] == 10
    (item,) = await aggregate(
        plant, {"count": {}}, view="High", filter={"range": {"property": [SPACE, "A/v1", "number"], "lt": 25}}
    )
    assert item["aggregates"][0]["value"] == 5
    await plant.write(edge("e", "n0", "n1", data(view_id("A"), number=1)))
    (item,) = await aggregate(plant, {"count": {}}, instanceType="edge")
    assert item == {"instanceType": "edge", "aggregates": [{"aggregate": "count", "value": 1}]}


async def test_groups(plant: Api) -> None:
    items = await aggregate(plant, {"count": {}}, {"sum": {"property": "number"}}, groupBy=["status", "flag"])
    expected = Counter((row["status"], row["flag"]) for row in ROWS)
    assert {(one["group"]["status"], one["group"]["flag"]): one["aggregates"][0]["value"] for one in items} == expected
    counts = [one["aggregates"][0]["value"] for one in items]
    assert counts == sorted(counts, reverse=True)
    items = await aggregate(plant, {"count": {}}, groupBy=["site"])
    assert [one["group"]["site"] for one in items] == [node_id("s1"), node_id("s0")]
    items = await aggregate(plant, {"count": {}}, groupBy=["tags"])
    tags = Counter(tag for row in ROWS for tag in row["tags"])
    assert {one["group"]["tags"]: one["aggregates"][0]["value"] for one in items} == tags
    items = await aggregate(plant, groupBy=["number"], limit=2)
    assert [one["group"] for one in items] == [{"number": -3}, {"number": -2}]
    assert items[0]["aggregates"] == []
    assert len(await aggregate(plant, {"count": {}}, groupBy=["real"])) == len({row["real"] for row in ROWS})


async def test_histograms(plant: Api) -> None:
    (item,) = await aggregate(
        plant,
        {"count": {}},
        {"histogram": {"property": "real", "interval": 2.5}},
        {"histogram": {"property": "number", "interval": 10}},
    )
    first, second = item["aggregates"][1:]
    expected = Counter(math.floor(row["real"] / 2.5) * 2.5 for row in ROWS if row["real"] is not None)
    assert (first["aggregate"], first["property"], first["interval"]) == ("histogram", "real", 2.5)
    assert {bucket["start"]: bucket["count"] for bucket in first["buckets"]} == expected
    assert [bucket["start"] for bucket in second["buckets"]] == [-10, 0, 10, 20]
    grouped = await aggregate(plant, {"histogram": {"property": "number", "interval": 100}}, groupBy=["status"])
    assert {
        one["group"]["status"]: sum(bucket["count"] for bucket in one["aggregates"][0]["buckets"]) for one in grouped
    } == Counter(row["status"] for row in ROWS)


async def test_typing(plant: Api) -> None:
    answer = await plant.post(PATH, {"view": view_id("High"), "aggregates": [{"count": {}}], "includeTyping": True})
    assert list(answer["typing"][SPACE]["High/v1"]) == ["number"]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"aggregates": [{"count": {}, "avg": {}}]}, "exactly one function"),
        ({"aggregates": [{"count": 1}]}, "exactly one function"),
        ({"aggregates": [{"median": {"property": "real"}}]}, "Unknown aggregate"),
        ({"aggregates": [{"avg": {}}]}, "single number"),
        ({"aggregates": [{"avg": {"property": "status"}}]}, "single number"),
        ({"aggregates": [{"max": {"property": "when"}}]}, "single number"),
        ({"aggregates": [{"avg": {"property": "numbers"}}]}, "single number"),
        ({"aggregates": [{"count": {"property": "gone"}}]}, "Unknown property"),
        ({"aggregates": [{"count": {"property": 1}}]}, "must be a text"),
        ({"aggregates": [{"histogram": {"property": "real"}}]}, "interval"),
        ({"aggregates": [{"histogram": {"property": "real", "interval": 0}}]}, "interval"),
        ({"aggregates": [{"histogram": {"property": "real", "interval": True}}]}, "interval"),
        ({"aggregates": [{"count": {}}] * 6}, "aggregates size"),
        ({"groupBy": ["number"] * 6}, "groupBy size"),
        ({"groupBy": ["gone"]}, "Unknown property"),
        ({"groupBy": ["when"]}, "Property 'when' of type timestamp cannot be used in group by. Supported types are ["),
        ({"groupBy": ["numbers"]}, "Property 'numbers' of type int32[] cannot"),
        ({"limit": 0}, "limit"),
        ({"limit": 1001}, "limit"),
        ({"view": view_id("Gone")}, "do not exist"),
    ],
)
async def test_bad_requests_are_refused(plant: Api, body: dict[str, Any], text: str) -> None:
    assert text in await plant.refused(PATH, {"view": view_id("A"), **body})


async def test_too_many_buckets_are_refused(plant: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pygen.server.aggregates._MAX_BUCKETS", 5)
    body = {"view": view_id("A"), "aggregates": [{"histogram": {"property": "number", "interval": 1}}]}
    assert "larger interval" in await plant.refused(PATH, body)
