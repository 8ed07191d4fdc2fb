"""Property values: what is taken, what is answered, what is refused (contract §3.3, §6.9)."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pygen.server.values import InvalidValueError, instance_key, reference_of, value_type


def written(type_: Any, value: Any) -> Any:
    """The value as it is answered."""
    return value_type(type_ if isinstance(type_, dict) else {"type": type_}).write(value)[0]


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        ("2026-01-02T03:04:05", "2026-01-02T03:04:05.000+00:00"),
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000+00:00"),
        ("2026-01-02T03:04:05.1Z", "2026-01-02T03:04:05.100+00:00"),
        ("2026-01-02T03:04:05.123999999Z", "2026-01-02T03:04:05.123+00:00"),
        ("2026-01-02T03:04:05+01:30", "2026-01-02T01:34:05.000+00:00"),
        ("2026-01-02T03:04:05-0130", "2026-01-02T04:34:05.000+00:00"),
        ("2026-01-02T03:04:05+01", "2026-01-02T02:04:05.000+00:00"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000+00:00"),
        ("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999+00:00"),
    ],
)
def test_timestamps(sent: str, answered: str) -> None:
    assert written("timestamp", sent) == answered
    assert written("timestamp", answered) == answered


ENUM = {"type": "enum", "values": {"on": {}, "unknown": {}}, "unknownValue": "unknown"}


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("text", 1), ("text", None), ("text", "a\0b"), ("text", "é" * 64_001), ({"type": "text", "maxTextSize": 3}, "éé"),
        ("boolean", 1), ("boolean", "true"), ("int32", 2**31), ("int32", 1.0), ("int32", True), ("int64", -(2**63) - 1), ("int64", "1"),
        ("float64", "1"), ("float64", True), ("float64", 10**400), ("float32", 1e39), ("float32", 10**400), ("float64", float("nan")),
        ("timestamp", 1767225600000), ("timestamp", "2026-01-02"), ("timestamp", "2026-13-02T00:00:00Z"), ("timestamp", "2026-01-02T25:00:00Z"), ("timestamp", "2026-01-02 03:04:05Z"),
        ("timestamp", "0001-01-01T00:00:00+01:00"), ("timestamp", "9999-12-31T23:59:59-01:00"), ("timestamp", "٢026-01-02T03:04:05Z"),
        ("date", "2026-1-2"), ("date", "2026-02-29"), ("date", 5),
        ("json", []), ("json", "{}"), ("json", {str(number): 1 for number in range(257)}), ("json", {"k" * 129: 1}),
        ("json", {"a": "x" * 10_240}), ("json", {str(number): "x" * 9000 for number in range(5)}),
        ({"type": "json", "list": True}, [{"a": "x" * 9000} for _ in range(5)]),
        ("direct", "a"), ("direct", {"space": "s"}), ("direct", {"space": "s", "externalId": "e", "type": "node"}),
        ("direct", {"space": 1, "externalId": "e"}), ("direct", {"space": "s", "externalId": ""}), ("direct", {"space": "a:b", "externalId": "e"}),
        ("timeseries", {}), (ENUM, "unknown"), (ENUM, "On"), (ENUM, 1),
        ({"type": "text", "list": True}, "a"), ({"type": "text", "list": True}, [None]), ({"type": "text", "list": True, "maxListSize": 1}, ["a", "b"]),
        ({"type": "text", "list": True}, ["a"] * 1001),
        ({"type": "direct", "list": True}, [{"space": "s", "externalId": "e"}] * 101),
    ],
)  # fmt: skip
def test_bad_values_are_refused(type_: Any, value: Any) -> None:
    with pytest.raises(InvalidValueError):
        written(type_, value)


def test_json_that_is_nested_too_deeply_is_refused() -> None:
    deep: Any = {}
    for _ in range(100_000):
        deep = {"a": deep}
    with pytest.raises(InvalidValueError, match="too deeply"):
        written("json", deep)
    while deep:  # taken apart step by step: freeing it at once would need as deep a stack
        deep = deep.pop("a")


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_32_bit_floats_come_back_short_and_the_same(value: float) -> None:
    answered, cell = value_type({"type": "float32"}).write(value)
    assert cell == value
    assert struct.pack("f", answered) == struct.pack("f", value + 0.0)
    assert len(repr(answered)) <= len(repr(value)) + 2
    assert written("float32", 0.1) == 0.1


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_64_bit_floats_come_back_the_same(value: float) -> None:
    assert written("float64", value) == value
    assert value_type({"type": "float64", "list": True}).write([value])[0] == [value]


def test_keys_of_instances_cannot_be_forged() -> None:
    assert reference_of(instance_key("a", "b:c")) == {"space": "a", "externalId": "b:c"}
    assert instance_key("a:b", "c") != instance_key("a", "b:c")
