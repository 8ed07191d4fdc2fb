from __future__ import annotations

import datetime
import json
import math
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from pygen_runtime.errors import UsageError
from pygen_runtime.schema import ContainerId, NodeId, ViewId
from pygen_runtime.schema.codec import encode
from pygen_runtime.schema.filters import (
    And,
    ContainsAll,
    ContainsAny,
    Equals,
    Exists,
    HasData,
    In,
    InstanceReferences,
    MatchAll,
    Nested,
    Not,
    Or,
    Overlaps,
    Parameter,
    Prefix,
    PropertyValue,
    PygenFilter,
    Range,
)

P = ("plant", "Pump/1", "flow")
WIRE = list(P)


def wire(condition: PygenFilter) -> object:
    return json.loads(encode(condition))


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (MatchAll(), {"matchAll": {}}),
        (Equals(P, 0), {"equals": {"property": WIRE, "value": 0}}),
        (Equals(P, NodeId("s", "x")), {"equals": {"property": WIRE, "value": {"space": "s", "externalId": "x"}}}),
        (In(P, ["a", ""]), {"in": {"property": WIRE, "values": ["a", ""]}}),
        (In(P, []), {"not": {"matchAll": {}}}),
        (ContainsAny(P, []), {"not": {"matchAll": {}}}),
        (ContainsAny(P, [1]), {"containsAny": {"property": WIRE, "values": [1]}}),
        (ContainsAll(P, (1, 2)), {"containsAll": {"property": WIRE, "values": [1, 2]}}),
        (Prefix(P, "ab"), {"prefix": {"property": WIRE, "value": "ab"}}),
        (Exists(P), {"exists": {"property": WIRE}}),
        (Range(P, gte=0, lt=5.5), {"range": {"property": WIRE, "gte": 0, "lt": 5.5}}),
        (
            Overlaps(P, ("plant", "Pump/1", "end"), gt=1),
            {"overlaps": {"startProperty": WIRE, "endProperty": ["plant", "Pump/1", "end"], "gt": 1}},
        ),
        (
            HasData(ViewId("s", "V", "1"), ContainerId("s", "C")),
            {
                "hasData": [
                    {"type": "view", "space": "s", "externalId": "V", "version": "1"},
                    {"type": "container", "space": "s", "externalId": "C"},
                ]
            },
        ),
        (InstanceReferences([NodeId("s", "x")]), {"instanceReferences": [{"space": "s", "externalId": "x"}]}),
        (InstanceReferences([]), {"not": {"matchAll": {}}}),
        (Equals(P, False), {"equals": {"property": WIRE, "value": False}}),
        (Equals(P, ""), {"equals": {"property": WIRE, "value": ""}}),
        (Equals(P, {"a": None}), {"equals": {"property": WIRE, "value": {"a": None}}}),
        (Range(P, gte=UNSET, lt=0), {"range": {"property": WIRE, "lt": 0}}),
        (Equals(P, Parameter("x")), {"equals": {"property": WIRE, "value": {"parameter": "x"}}}),
        (In(P, Parameter("x")), {"in": {"property": WIRE, "values": {"parameter": "x"}}}),
        (ContainsAny(P, PropertyValue(P)), {"containsAny": {"property": WIRE, "values": {"property": WIRE}}}),
        (Range(P, gt=PropertyValue(P)), {"range": {"property": WIRE, "gt": {"property": WIRE}}}),
        (Nested(P, MatchAll()), {"nested": {"scope": WIRE, "filter": {"matchAll": {}}}}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_operator_is_written_as_the_contract_says(condition: PygenFilter, expected: object) -> None:
    assert wire(condition) == expected


def test_operators_compose_and_keep_their_nesting() -> None:
    a, b, c = Exists(("a",)), Exists(("b",)), Exists(("c",))
    assert a & b & c == And(a, b, c)
    assert a | b | c == Or(a, b, c)
    assert (a | b) & c == And(Or(a, b), c)
    assert ~(a & b) == Not(And(a, b))
    assert wire((a & b) | ~c) == {
        "or": [
            {"and": [{"exists": {"property": ["a"]}}, {"exists": {"property": ["b"]}}]},
            {"not": {"exists": {"property": ["c"]}}},
        ]
    }


def test_only_filters_compose() -> None:
    with pytest.raises(TypeError):
        Exists(P) & True  # type: ignore[operator]  # the point
    with pytest.raises(TypeError):
        Exists(P) | {}  # type: ignore[operator]  # the point


def test_composing_leaves_the_operands_alone() -> None:
    both = And(Exists(("a",)), Exists(("b",)))
    assert both & Exists(("c",)) != both
    assert len(both.json["and"]) == 2


def test_a_raw_filter_joins_like_any_other_even_when_it_says_and() -> None:
    raw = PygenFilter({"and": [{"exists": {"property": ["a"]}}]})
    assert wire(raw & Exists(("b",))) == {
        "and": [{"and": [{"exists": {"property": ["a"]}}]}, {"exists": {"property": ["b"]}}]
    }


def test_moments_are_written_with_their_zone_to_the_millisecond() -> None:
    moment = datetime.datetime(2026, 1, 2, 3, 4, 5, 678999, tzinfo=ZoneInfo("Europe/Oslo"))
    assert wire(Equals(P, moment)) == {"equals": {"property": WIRE, "value": "2026-01-02T03:04:05.678+01:00"}}
    assert wire(Range(P, lte=datetime.date(2026, 1, 2))) == {"range": {"property": WIRE, "lte": "2026-01-02"}}


@pytest.mark.parametrize(
    "make",
    [
        lambda: Equals(P, datetime.datetime(2026, 1, 2)),  # noqa: DTZ001 - a moment without a zone is the point
        lambda: Equals(P, math.nan),
        lambda: In(P, [1.0, -math.inf]),
        lambda: Range(P),
        lambda: Range(P, gt=1, gte=1),
        lambda: Range(P, lt=1, lte=1),
        And,
        Or,
        HasData,
        lambda: ContainsAll(P, []),
        lambda: Equals(P, None),
        lambda: Equals(P, UNSET),
        lambda: In(P, ["a", None]),
        lambda: Range(P, gt=None),
        lambda: Range(P, gt=UNSET),
        lambda: Equals(P, [1.0, math.inf]),
        lambda: Equals(P, {"deep": [{"er": math.nan}]}),
    ],
)
def test_what_cannot_be_asked_is_refused_before_it_is_sent(make: Callable[[], object]) -> None:
    with pytest.raises(UsageError):
        make()


@given(
    st.recursive(st.booleans().map(lambda b: Exists((str(b),))), lambda inner: st.tuples(inner, inner, st.booleans()))
)
def test_any_nesting_of_operators_is_one_operator_an_object(tree: Any) -> None:
    def build(node: Any) -> PygenFilter:
        if isinstance(node, PygenFilter):
            return node
        left, right, both = node
        return build(left) & ~build(right) if both else build(left) | ~build(right)

    def check(json_: Any) -> None:
        assert len(json_) == 1
        for operator, inner in json_.items():
            for child in inner if operator in {"and", "or"} else [inner] if operator == "not" else []:
                check(child)

    check(wire(build(tree)))
