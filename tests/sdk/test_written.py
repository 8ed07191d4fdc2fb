"""A query shows its condition as it would be written in Python."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.schema import NodeId
from pygen_runtime.schema.filters import Equals, HasData, PygenFilter
from tests.sdk.model import Pump, PumpAPI, PumpFields

CLIENT = AsyncPygenClient.from_token(base_url="http://127.0.0.1:1", project="test", token="t")


def shown(condition: PygenFilter | Callable[[PumpFields], PygenFilter]) -> str:
    return repr(PumpAPI(CLIENT).all().where(condition)).removeprefix("<PygenQuery of Pump, where ").removesuffix(">")


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (lambda t: (t.flow > 3.0) & t.name.prefix("A"), "(flow > 3.0) & name.prefix('A')"),
        (
            lambda t: (t.flow >= 1) & (t.flow <= 2) | ~(t.name == "B"),
            "((flow >= 1) & (flow <= 2)) | ~(name == 'B')",
        ),
        (lambda t: ~((t.flow < 1) | t.tags.exists()), "~((flow < 1) | tags.exists())"),
        (lambda t: t.flow.between(1, 2), "flow.between(1, 2)"),
        (lambda t: t.tags.contains_all(["a", "b"]), "tags.contains_all(['a', 'b'])"),
        (lambda t: t.tags.contains_any(["a"]) & t.name.in_(["x"]), "tags.contains_any(['a']) & name.in_(['x'])"),
        (lambda t: t.site.where(lambda s: s.name == "Q"), "site.where(name == 'Q')"),
        (lambda t: t.site == NodeId("s", "e"), "site == NodeId(space='s', external_id='e')"),
        (lambda t: t.built == datetime.date(2026, 1, 2), "built == '2026-01-02'"),
        (lambda t: t.name.in_([str(n) for n in range(1000)]), "name.in_(['0', '1', '2', '3', '4', '5', ...])"),
    ],
)
def test_conditions_on_fields_read_as_they_are_written(
    condition: Callable[[PumpFields], PygenFilter], text: str
) -> None:
    assert shown(condition) == text


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (Equals(("other", "View/1", "length"), 3), "length == 3"),
        (
            PygenFilter({"range": {"property": ["plant", "Pump/1", "ratedFlow"], "gt": 1, "lt": 2}}),
            "(flow > 1) & (flow < 2)",
        ),
        (PygenFilter({"and": [{"exists": {"property": ["node", "externalId"]}}]}), "external_id.exists()"),
        (PygenFilter({"and": []}), "PygenFilter({'and': []})"),
        (PygenFilter({"not": {"strange": {"deep": 1}}}), "~PygenFilter({'strange': {'deep': 1}})"),
        (PygenFilter({"prefix": 7}), "PygenFilter({'prefix': 7})"),
        (PygenFilter({}), "PygenFilter({})"),
    ],
)
def test_what_fields_do_not_say_is_shown_as_near_as_can_be(condition: PygenFilter, text: str) -> None:
    assert shown(condition) == text


def test_a_condition_on_views_names_them() -> None:
    view: Any = Pump.VIEW
    assert "hasData" in shown(HasData(view))
