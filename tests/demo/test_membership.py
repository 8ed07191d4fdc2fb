"""Who belongs to a view: the operators of filters (contract §7), with values known and unknown."""

from __future__ import annotations

from typing import Any

import pytest

from pygen.demo.membership import Catalog, Facts
from pygen_runtime.schema import ContainerId, NodeId
from tests.demo.reading import model_of, text, view_of

CONTAINER = ContainerId("s", "A")
ID = {"space": "s", "externalId": "x"}
CATALOG = Catalog(model_of(view_of("A", properties={"shown": text("A", "n"), "tags": text("A", "tags")})))

N = ["s", "A", "n"]


def facts(*, whole: bool = True, values: dict[str, Any] | None = None, **base: Any) -> Facts:
    return Facts(
        kind="node",
        base={"space": "here", "type": None, **base},
        containers=frozenset({CONTAINER}),
        values={(CONTAINER, key): value for key, value in (values or {}).items()},
        whole=whole,
    )


@pytest.mark.parametrize(
    ("condition", "wanted"),
    [
        ({"matchAll": {}}, True),
        ({"equals": {"property": N, "value": 5}}, True),
        ({"equals": {"property": ["s", "A/1", "shown"], "value": 5}}, True),
        ({"equals": {"property": N, "value": 6}}, False),
        ({"in": {"property": N, "values": [4, 5]}}, True),
        ({"in": {"property": N, "values": []}}, False),
        ({"range": {"property": N, "gte": 5, "lt": 6}}, True),
        ({"range": {"property": N, "gt": 5}}, False),
        ({"range": {"property": N, "lte": 4}}, False),
        ({"exists": {"property": N}}, True),
        ({"exists": {"property": ["s", "Other", "n"]}}, False),
        ({"prefix": {"property": ["node", "space"], "value": "he"}}, True),
        ({"prefix": {"property": ["node", "space"], "value": "she"}}, False),
        ({"containsAny": {"property": ["s", "A", "tags"], "values": ["a", "z"]}}, True),
        ({"containsAll": {"property": ["s", "A", "tags"], "values": ["a", "z"]}}, False),
        ({"equals": {"property": ["node", "type"], "value": ID}}, False),
        ({"not": {"equals": {"property": ["node", "type"], "value": ID}}}, True),
        ({"equals": {"property": ["edge", "type"], "value": ID}}, False),
        ({"hasData": [{"type": "view", "space": "s", "externalId": "A", "version": "1"}]}, True),
        ({"hasData": [{"type": "container", "space": "s", "externalId": "B"}]}, False),
        ({"and": [{"matchAll": {}}, {"not": {"matchAll": {}}}]}, False),
        ({"or": [{"matchAll": {}}, {"equals": {"property": ["node", "externalId"], "value": "a"}}]}, True),
        ({"and": [{"matchAll": {}}, {"equals": {"property": ["node", "externalId"], "value": "a"}}]}, None),
        ({"equals": {"property": N, "value": {"property": ["node", "space"]}}}, None),
        ({"equals": {"property": ["s", "Z/1", "n"], "value": 1}}, None),
        ({"equals": {"property": ["s", "A", "unseen"], "value": 1}}, None),
        ({"overlaps": {"startProperty": N, "endProperty": N, "gte": 1}}, None),
        ({"prefix": {"property": N, "value": "a"}}, None),
        ({"two": {}, "keys": {}}, None),
        ("not even a filter", None),
    ],
)
def test_what_holds(condition: Any, wanted: bool | None) -> None:
    assert CATALOG.holds(condition, facts(values={"n": 5, "tags": ["a", "b"]})) is wanted


def test_ids_are_compared_as_ids() -> None:
    typed = facts(type=NodeId("s", "x"))
    assert CATALOG.holds({"equals": {"property": ["node", "type"], "value": ID}}, typed) is True
    assert CATALOG.holds({"in": {"property": ["node", "type"], "values": [ID]}}, typed) is True


def test_values_that_are_not_known_decide_nothing() -> None:
    vague = facts(whole=False)
    assert CATALOG.holds({"equals": {"property": N, "value": 5}}, vague) is None
    assert CATALOG.holds({"not": {"equals": {"property": N, "value": 5}}}, vague) is None
    assert CATALOG.holds({"equals": {"property": N, "value": 5}}, facts()) is False


@pytest.mark.parametrize(
    ("condition", "values"),
    [
        ({"equals": {"property": N, "value": 5}}, {"n": 5}),
        ({"in": {"property": N, "values": [4, 5]}}, {"n": 4}),
        ({"prefix": {"property": N, "value": "ab"}}, {"n": "ab"}),
        ({"range": {"property": N, "gte": 3}}, {"n": 3}),
        ({"range": {"property": N, "lte": 3}}, {"n": 3}),
        ({"containsAll": {"property": ["s", "A", "tags"], "values": ["a", "b"]}}, {"tags": ["a", "b"]}),
        ({"or": [{"equals": {"property": N, "value": 5}}, {"matchAll": {}}]}, {"n": 5}),
        ({"range": {"property": N, "gt": 3}}, {}),
        ("not even a filter", {}),
        (None, {}),
    ],
)
def test_what_is_demanded_holds(condition: Any, values: dict[str, Any]) -> None:
    demands = CATALOG.demands(condition)
    assert demands.values == {(CONTAINER, key): value for key, value in values.items()}
    if values:
        assert CATALOG.holds(condition, facts(values=values)) is True


def test_other_demands() -> None:
    demands = CATALOG.demands(
        {
            "and": [
                {"exists": {"property": N}},
                {"hasData": [{"type": "container", "space": "s", "externalId": "B"}]},
                {"equals": {"property": ["node", "space"], "value": "there"}},
            ]
        }
    )
    assert demands.present == {(CONTAINER, "n")}
    assert demands.containers == {ContainerId("s", "B")}
    assert demands.base == {"space": "there"}


def test_a_view_that_shows_nothing_and_has_no_filter_shows_nobody() -> None:
    assert CATALOG.belongs(view_of("Nothing"), facts()) is False
