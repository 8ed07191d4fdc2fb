from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pygen.errors import SourceError
from pygen.sources.definitions import Definitions, read_definitions
from pygen.sources.kinds import Kind, kind_of_object
from tests.sources.models import CONTAINER, VIEW_ID, data_model, mapped, view

KEYS = st.sampled_from(
    [
        "items",
        "spaces",
        "containers",
        "views",
        "dataModels",
        "data_model",
        "space",
        "externalId",
        "version",
        "properties",
        "implements",
        "filter",
        "type",
        "source",
        "through",
        "identifier",
        "container",
        "containerPropertyIdentifier",
        "connectionType",
        "graphQlDml",
        "dml",
        "instanceType",
        "usedFor",
        "name",
        "x",
    ]
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.sampled_from(["", "a", "view", "{", "s"])
)
TREES = st.recursive(
    LEAVES | st.sampled_from([VIEW_ID, CONTAINER, mapped(), view(), data_model()]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=12,
)


@settings(max_examples=400, deadline=None)
@given(TREES, st.sampled_from([None, "space", "container", "view", "data model", "graphql"]))
def test_anything_is_read_or_refused_in_one_line(tree: Any, named: Kind | None) -> None:
    message = ""
    try:
        assert isinstance(read_definitions(tree, named), Definitions)
    except SourceError as error:
        message = str(error)
    assert "\n" not in message


@settings(max_examples=200, deadline=None)
@given(TREES, st.sampled_from(["version", "properties", "implements", "views", "space", "filter"]))
def test_one_strange_part_spoils_a_model_but_not_the_run(part: Any, key: str) -> None:
    for whole in (data_model(), view(), {**CONTAINER, "properties": {}}):
        try:
            read_definitions({**json.loads(json.dumps(whole)), key: part})
        except SourceError as error:
            assert str(error)  # noqa: PT017 - whether it is refused depends on the part


@pytest.mark.parametrize(
    ("value", "named", "kind"),
    [
        ({"space": "s", "externalId": "V", "version": "1"}, None, "data model"),
        ({"space": "s", "externalId": "V", "version": "1"}, "view", "view"),
        ({"space": "s", "externalId": "V", "version": "1", "properties": {}}, "data model", "view"),
        ({"space": "s", "externalId": "V", "version": "1", "implements": []}, None, "view"),
        ({"space": "s", "externalId": "V", "version": "1", "views": []}, "view", "data model"),
        ({"space": "s", "externalId": "C", "properties": {}}, "view", "container"),
        ({"space": "s", "externalId": "C"}, "container", "container"),
        ({"space": "s"}, None, "space"),
        ({"space": "s"}, "container", "space"),
        ({"externalId": "x"}, None, "something else"),
        ({"space": "s", "externalId": "x", "dml": "a.graphql"}, None, "graphql"),
        ({"space": "s", "externalId": "x"}, "graphql", "graphql"),
        ({"instanceType": "node", "views": []}, None, "an instance"),
    ],
)
def test_what_an_object_is(value: dict[str, Any], named: Kind | None, kind: str) -> None:
    assert kind_of_object(value, named) == kind


def test_keys_that_nobody_knows_are_told() -> None:
    property = {**mapped({"type": "text", "maxsize": 3}), "optional": False}
    strange = data_model(view(implement=[], properties={"name": property}), heading="x")
    container = {**CONTAINER, "properties": {"p": {"type": {"type": "text"}, "indexd": True}}}
    told = read_definitions([strange, container, {"space": "s", "nme": "S"}]).findings
    assert {each.code for each in told} == {"unknown-key"}
    assert [each.message for each in told] == [
        "data model Wind has the key 'heading', which is not known there",
        "view Turbine, property 'name', has the key 'maxsize', which is not known there",
        "view Turbine, property 'name', has the key 'optional', which is not known there",
        "view Turbine has the key 'implement', which is not known there",
        "container Turbine, property 'p', has the key 'indexd', which is not known there",
        "space s has the key 'nme', which is not known there",
    ]
    assert [each.property for each in told] == [None, "name", "name", None, None, None]
    assert {str(each.view) for each in told} == {"None", "power:Turbine/1"}


def test_not_every_key_of_a_file_of_something_else_is_told() -> None:
    odd: dict[str, Any] = {f"odd{number}\n": number for number in range(100)}
    told = read_definitions(view(**odd), "view").findings
    assert len(told) == 20
    assert not any("\n" in str(each) for each in told)


def test_what_a_filter_and_references_hold_is_not_looked_into() -> None:
    condition = {"equals": {"property": ["power", "Kind", "name"], "value": {"odd": 1}}}
    parents = [{"type": "view", **VIEW_ID}]
    assert read_definitions(view(filter=condition, implements=parents), "view").findings == []
