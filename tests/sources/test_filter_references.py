from __future__ import annotations

from typing import Any

import pytest

from pygen.sources.filter_references import FilterReference, container_references
from pygen_runtime.schema import ContainerId, PropertyType

TURBINE = ContainerId("power", "Turbine")
PLACE = ["power", "Turbine", "kind"]


def found(condition: dict[str, Any]) -> list[FilterReference]:
    return list(container_references(condition))


@pytest.mark.parametrize(
    ("value", "type_"),
    [
        ("A", "text"),
        ("2024-01-01T00:00:00Z", "timestamp"),
        ("2024-01-01T00:00:00.000+01:00", "timestamp"),
        (True, "boolean"),
        (3, "int64"),
        (3.5, "float64"),
        ({"space": "s", "externalId": "x"}, "direct"),
    ],
)
def test_the_value_tells_the_type(value: object, type_: str) -> None:
    expected = [FilterReference(TURBINE, "kind", PropertyType(type=type_))]
    assert found({"equals": {"property": PLACE, "value": value}}) == expected
    assert found({"in": {"property": PLACE, "values": [value, value]}}) == expected
    assert found({"not": {"equals": {"property": PLACE, "value": value}}}) == expected


def test_lists_are_told_from_the_operator() -> None:
    expected = [FilterReference(TURBINE, "kind", PropertyType(type="text", list=True))]
    for operator in ("containsAny", "containsAll"):
        assert found({operator: {"property": PLACE, "values": ["a", "b"]}}) == expected


def test_ranges() -> None:
    (reference,) = found({"range": {"property": PLACE, "gte": 1, "lt": 2.5}})
    assert reference == FilterReference(TURBINE, "kind", PropertyType(type="float64"))
    bounds = {"startProperty": PLACE, "endProperty": ["power", "Turbine", "end"], "gt": "2024-01-01T00:00:00Z"}
    assert [(each.property, each.type) for each in found({"overlaps": bounds})] == [
        ("kind", PropertyType(type="timestamp")),
        ("end", PropertyType(type="timestamp")),
    ]


@pytest.mark.parametrize(
    "condition",
    [
        {"exists": {"property": PLACE}},
        {"equals": {"property": PLACE, "value": {"some": "json"}}},
        {"in": {"property": PLACE, "values": ["a", 1]}},
        {"in": {"property": PLACE, "values": []}},
    ],
)
def test_nothing_tells_the_type(condition: dict[str, Any]) -> None:
    assert found(condition) == [FilterReference(TURBINE, "kind", None)]


def test_two_properties_compared() -> None:
    condition = {"equals": {"property": PLACE, "value": {"property": ["power", "Mast", "kind"]}}}
    assert [(each.container.external_id, each.type) for each in found(condition)] == [("Turbine", None), ("Mast", None)]


def test_has_data_and_nested() -> None:
    condition = {
        "and": [
            {"hasData": [{"type": "container", "space": "power", "externalId": "Turbine"}, {"type": "view"}]},
            {"nested": {"scope": PLACE, "filter": {"or": [{"exists": {"property": ["power", "Mast", "h"]}}]}}},
        ]
    }
    assert sorted(found(condition), key=str) == sorted(
        [
            FilterReference(TURBINE),
            FilterReference(TURBINE, "kind", PropertyType(type="direct")),
            FilterReference(ContainerId("power", "Mast"), "h", None),
        ],
        key=str,
    )


@pytest.mark.parametrize(
    "condition",
    [
        {"equals": {"property": ["node", "type"], "value": {"space": "s", "externalId": "x"}}},
        {"equals": {"property": ["power", "Turbine/1", "kind"], "value": 1}},
        {"matchAll": {}},
        {"instanceReferences": [{"space": "s", "externalId": "x"}]},
        {"hasData": "Turbine"},
        {"and": "x"},
        {"equals": "x"},
        {"equals": {"property": [1, 2, 3], "value": 1}},
    ],
)
def test_what_mentions_no_container(condition: dict[str, Any]) -> None:
    assert found(condition) == []


def test_depth_is_no_matter() -> None:
    condition: dict[str, Any] = {"exists": {"property": PLACE}}
    for _ in range(5000):
        condition = {"not": condition}
    assert len(found(condition)) == 1
