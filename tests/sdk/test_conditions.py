from __future__ import annotations

import copy
import datetime
from typing import Any

import pytest
from msgspec import UNSET

from pygen_runtime.errors import UsageError
from pygen_runtime.schema import NodeId, ViewId
from pygen_runtime.schema.filters import And, ContainsAny, Equals, Exists, In, MatchAll, Not, Prefix, Range
from pygen_runtime.sdk.fields.common import NodeFields
from pygen_runtime.sdk.fields.conditions import at_least, to_filter
from tests.sdk.model import PipeConditions, PumpConditions, PumpFields, PumpState

PUMP = ViewId("plant", "Pump", "1")
NAME = ("plant", "Pump/1", "name")
TAGS = ("plant", "Pump/1", "tags")
FLOW = ("plant", "Pump/1", "ratedFlow")
STATE = ("plant", "Pump/1", "state")
SITE = ("plant", "Pump/1", "site")
BUILT = ("plant", "Pump/1", "built")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"name": "A"}, Equals(NAME, "A")),
        ({"name": ""}, Equals(NAME, "")),
        ({"name": ["A", "B"]}, In(NAME, ["A", "B"])),
        ({"name": ("A",)}, In(NAME, ["A"])),
        ({"name": {"A": 1}.keys()}, In(NAME, ["A"])),
        ({"state": None}, ~Exists(STATE)),
        ({"name_prefix": "A"}, Prefix(NAME, "A")),
        ({"min_flow": 0.0}, Range(FLOW, gte=0.0)),
        ({"max_flow": 0}, Range(FLOW, lte=0)),
        ({"tags": "a"}, ContainsAny(TAGS, ["a"])),
        ({"tags": ["a", "b"]}, ContainsAny(TAGS, ["a", "b"])),
        ({"tags": None}, ~Exists(TAGS)),
        ({"has_built": True}, Exists(BUILT)),
        ({"has_built": False}, Not(Exists(BUILT))),
        ({"state": PumpState.RUNNING}, Equals(STATE, "running")),
        ({"state": "exploded"}, Equals(STATE, "exploded")),
        ({"site": NodeId("plant", "s")}, Equals(SITE, NodeId("plant", "s"))),
        ({"site": [NodeId("plant", "s")]}, In(SITE, [NodeId("plant", "s")])),
        ({"space": "plant"}, Equals(("node", "space"), "plant")),
        ({"external_id_prefix": "p"}, Prefix(("node", "externalId"), "p")),
        ({"where": MatchAll()}, MatchAll()),
        ({"name": "A", "min_flow": 1.0}, And(Equals(NAME, "A"), Range(FLOW, gte=1.0))),
        ({"name": UNSET, "min_flow": 1.0}, Range(FLOW, gte=1.0)),
    ],
)
def test_a_keyword_means_what_its_marker_says(given: dict[str, Any], expected: object) -> None:
    assert to_filter(PumpConditions, PUMP, given) == expected


def test_no_keywords_mean_no_filter() -> None:
    assert to_filter(PumpConditions, PUMP, {}) is None


@pytest.mark.parametrize("keyword", ["name", "tags", "state", "site", "space", "external_id"])
@pytest.mark.parametrize("empty", [[], (), set(), iter(())], ids=["list", "tuple", "set", "iterator"])
def test_an_empty_sequence_matches_nothing_rather_than_everything(keyword: str, empty: object) -> None:
    assert to_filter(PumpConditions, PUMP, {keyword: empty}) == Not(MatchAll())


def test_edges_are_filtered_by_their_ends() -> None:
    end = NodeId("plant", "p1")
    assert to_filter(PipeConditions, ViewId("plant", "Pipe", "1"), {"start_node": end}) == Equals(
        ("edge", "startNode"), end
    )


def test_an_unknown_keyword_is_refused_and_the_known_ones_are_named() -> None:
    with pytest.raises(UsageError, match=r"no condition nam_prefix; there are name_prefix, .* and \d+ more$"):
        to_filter(PumpConditions, PUMP, {"nam_prefix": "red"})


def test_an_unknown_field_is_refused_and_those_that_look_like_it_come_first() -> None:
    with pytest.raises(UsageError, match=r"PumpFields has no field 'flwo'; there are flow, .*external_id"):
        PumpFields().flwo  # type: ignore[attr-defined]  # noqa: B018 - what is refused, by type checkers too
    with pytest.raises(UsageError, match="NodeFields has no field 'create_time'; there are created_time, "):
        NodeFields().create_time  # type: ignore[attr-defined]  # noqa: B018 - as above
    assert copy.copy(PumpFields()).name is PumpFields.name, "what Python asks of any object it asks as of any other"


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(UsageError, match="no time zone"):
        to_filter(PumpConditions, PUMP, {"min_seen": datetime.datetime(2026, 1, 1)})  # noqa: DTZ001 - the point


def test_a_property_needs_a_view() -> None:
    with pytest.raises(UsageError, match="without a view"):
        at_least("flow").filter(None, 1)
