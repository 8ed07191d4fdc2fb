"""Servers and models may be newer than the client.

What "survive" means here: whatever keys and values of enumerations are added anywhere in an answer, it is decoded, and what
the client knows of it is there; and what was read can be written back without losing anything that can be written.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pygen_runtime.schema import (
    Container,
    DataModel,
    DataModelOutline,
    Edge,
    EdgeWrite,
    InstanceResult,
    Node,
    NodeWrite,
    Space,
    UnknownProperty,
    View,
)
from pygen_runtime.schema.codec import decoder, encode
from pygen_runtime.schema.inspection import ContainerInspection, InstanceInspection
from pygen_runtime.schema.queries import QueryReply
from pygen_runtime.schema.requests import AggregateReply, Page
from pygen_runtime.schema.statistics import ProjectStatistics, SpaceStatistics
from pygen_runtime.schema.tokens import TokenInspection

TIMES = {"createdTime": 1, "lastUpdatedTime": 2, "isGlobal": True}
VIEW_ID = {"type": "view", "space": "s", "externalId": "V", "version": "1"}
CONTAINER_ID = {"type": "container", "space": "s", "externalId": "C"}
NODE_ID = {"space": "s", "externalId": "n"}

SPACE = {"space": "s", "name": "n", "description": "d", **TIMES}
PROPERTY = {
    "type": {
        "type": "enum",
        "values": {"a": {"name": "A", "description": "d"}, "b": {}},
        "unknownValue": "b",
    },
    "nullable": False,
    "immutable": True,
    "autoIncrement": False,
    "defaultValue": "a",
    "name": "n",
    "description": "d",
    "constraintState": {"nullability": "current"},
}
FLOW = {
    "type": {"type": "float64", "list": True, "maxListSize": 5, "unit": {"externalId": "u", "sourceUnit": "x"}},
    "nullable": True,
}
TEXT = {"type": {"type": "text", "list": False, "collation": "ucs_basic", "maxTextSize": 9}, "autoIncrement": False}
CONTAINER = {
    "space": "s",
    "externalId": "C",
    "usedFor": "node",
    "name": "n",
    "description": "d",
    "properties": {"status": PROPERTY, "flow": FLOW, "text": TEXT},
    "constraints": {
        "u": {"constraintType": "uniqueness", "properties": ["text"], "bySpace": True, "state": "failed"},
        "r": {"constraintType": "requires", "require": CONTAINER_ID, "state": "current"},
    },
    "indexes": {
        "i": {"indexType": "btree", "properties": ["text"], "cursorable": True, "bySpace": False, "state": "pending"}
    },
    **TIMES,
}
MAPPED = {
    "container": CONTAINER_ID,
    "containerPropertyIdentifier": "site",
    "type": {"type": "direct", "list": False, "container": CONTAINER_ID, "source": VIEW_ID},
    "nullable": True,
    "immutable": False,
    "autoIncrement": False,
    "name": "Site",
    "constraintState": {},
}
EDGE_PROPERTY = {
    "connectionType": "multi_edge_connection",
    "type": NODE_ID,
    "source": VIEW_ID,
    "edgeSource": VIEW_ID,
    "direction": "inwards",
    "name": "n",
}
REVERSE = {
    "connectionType": "multi_reverse_direct_relation",
    "source": VIEW_ID,
    "through": {"source": VIEW_ID, "identifier": "site"},
    "targetsList": True,
}
VIEW = {
    "space": "s",
    "externalId": "V",
    "version": "1",
    "name": "n",
    "description": "d",
    "implements": [VIEW_ID],
    "filter": {"hasData": [CONTAINER_ID]},
    "properties": {"site": MAPPED, "pipes": EDGE_PROPERTY, "back": REVERSE},
    "writable": True,
    "queryable": True,
    "usedFor": "node",
    "mappedContainers": [CONTAINER_ID],
    **TIMES,
}
MODEL = {"space": "s", "externalId": "M", "version": "1", "name": "n", "description": "d", **TIMES}
NODE = {
    "instanceType": "node",
    "space": "s",
    "externalId": "n",
    "version": 4,
    "createdTime": 1,
    "lastUpdatedTime": 2,
    "type": NODE_ID,
    "properties": {"s": {"V/1": {"a": 1, "b": {"space": "s", "externalId": "x"}}}},
}
EDGE = {**NODE, "instanceType": "edge", "startNode": NODE_ID, "endNode": NODE_ID}
RESULT = {**{key: NODE[key] for key in NODE if key not in ("type", "properties")}, "wasModified": True}
TYPING = {"s": {"V/1": {"a": FLOW}}}
DEBUG = {"notices": [{"code": "c", "category": "x", "level": "warning", "hint": "h", "resultExpression": "r"}]}
FIGURES = [
    {"aggregate": "count", "value": 1},
    {"aggregate": "histogram", "property": "p", "interval": 2.0, "buckets": [{"start": 0.0, "count": 1}]},
]
USAGE = {"count": 1, "limit": 2}

ANSWERS: dict[Any, dict[str, Any]] = {
    Space: SPACE,
    Container: CONTAINER,
    View: VIEW,
    DataModel: {**MODEL, "views": [VIEW]},
    DataModelOutline: {**MODEL, "views": [VIEW_ID]},
    Node: NODE,
    Edge: EDGE,
    InstanceResult: RESULT,
    Page[Node | Edge]: {"items": [NODE, EDGE], "nextCursor": "c", "typing": TYPING, "debug": DEBUG},
    QueryReply[Node | Edge]: {
        "items": {"a": [NODE, EDGE]},
        "nextCursor": {"a": "c"},
        "typing": {"a": TYPING},
        "debug": DEBUG,
    },
    AggregateReply: {
        "items": [{"instanceType": "node", "group": {"a": 1}, "aggregates": FIGURES}],
        "typing": TYPING,
    },
    InstanceInspection: {
        **{key: NODE[key] for key in ("instanceType", "space", "externalId")},
        "inspectionResults": {"involvedViews": [VIEW_ID], "involvedContainers": [CONTAINER_ID]},
    },
    ContainerInspection: {
        "space": "s",
        "externalId": "C",
        "inspectionResults": {"involvedViewCount": 1, "involvedViews": [VIEW_ID]},
    },
    ProjectStatistics: {
        **dict.fromkeys(("spaces", "containers", "views", "dataModels", "containerProperties"), USAGE),
        "instances": {
            "nodes": 1,
            "edges": 2,
            "instances": 3,
            "instancesLimit": 4,
            "softDeletedNodes": 5,
            "softDeletedEdges": 6,
            "softDeletedInstances": 7,
            "softDeletedInstancesLimit": 8,
        },
        "concurrentReadLimit": 8,
        "concurrentWriteLimit": 4,
        "concurrentDeleteLimit": 2,
    },
    SpaceStatistics: {
        "space": "s",
        "containers": 1,
        "views": 2,
        "dataModels": 3,
        "nodes": 4,
        "edges": 5,
        "softDeletedNodes": 6,
        "softDeletedEdges": 7,
    },
    TokenInspection: {
        "subject": "me",
        "projects": [{"projectUrlName": "p", "groups": [1]}],
        "capabilities": [{"dataModelsAcl": {"actions": ["READ"]}}],
    },
}
ENUMERATIONS = ("usedFor", "state", "constraintType", "indexType", "aggregate", "level", "code", "collation")
"""Keys whose values are of a set that may grow; `type` of a property type and the kinds of connections are below."""

everything = pytest.mark.parametrize("type_", ANSWERS, ids=lambda type_: str(type_).rpartition(".")[2])


def read(type_: Any, answer: Any) -> Any:
    return decoder(type_).decode(json.dumps(answer).encode())


def wire(value: Any) -> Any:
    return json.loads(encode(value))


def fresh(answer: Any) -> Any:
    """A copy in which nothing is shared."""
    return json.loads(json.dumps(answer))


def objects(value: Any, free: bool = False) -> list[dict[str, Any]]:
    """The objects of an answer to which a newer API might add keys: not those whose keys are names or data."""
    found: list[dict[str, Any]] = []
    if isinstance(value, dict):
        if not free:
            found.append(value)
        for name, inner in value.items():
            if name not in ("filter", "capabilities", "group", "defaultValue", "a", "V/1", "constraintState"):
                found += objects(inner, _holds_names(name, inner))
    elif isinstance(value, list):
        for inner in value:
            found += objects(inner)
    return found


def _holds_names(name: str, inner: Any) -> bool:
    named = ("properties", "constraints", "indexes", "values", "typing", "nextCursor", "s")
    return name in named or (name == "items" and isinstance(inner, dict))


@everything
def test_what_is_known_is_read_whole(type_: Any) -> None:
    assert without_nulls(wire(read(type_, ANSWERS[type_]))) == without_nulls(ANSWERS[type_])


@everything
@given(data=st.data())
def test_unknown_keys_anywhere_change_nothing(type_: Any, data: st.DataObject) -> None:
    answer = fresh(ANSWERS[type_])
    for place in objects(answer):
        if data.draw(st.booleans()):
            place["brandNew"] = data.draw(st.sampled_from([None, 1, "x", [1], {"deep": {"er": []}}]))
    assert read(type_, answer) == read(type_, ANSWERS[type_])


@everything
@given(data=st.data())
def test_unknown_values_of_enumerations_are_read_and_kept(type_: Any, data: st.DataObject) -> None:
    answer = fresh(ANSWERS[type_])
    for place in objects(answer):
        for name in ENUMERATIONS:
            if name in place and data.draw(st.booleans()):
                place[name] = "brandNew"
        if isinstance(place.get("type"), str) and "version" not in place and place["type"] != "container":
            place["type"] = data.draw(st.sampled_from([place["type"], "hyperbox"]))
    assert without_nulls(wire(read(type_, answer))) == without_nulls(answer)


@pytest.mark.parametrize(
    "strange",
    [
        {**EDGE_PROPERTY, "connectionType": "hyper_edge_connection"},
        {**EDGE_PROPERTY, "direction": "sideways"},
        {**REVERSE, "connectionType": "multi_reverse_timeseries"},
        {"connectionType": "something_else", "wholly": ["new"]},
    ],
)
def test_properties_of_unknown_kinds_are_kept_as_they_are(strange: dict[str, Any]) -> None:
    view = read(View, {**VIEW, "properties": {"strange": strange, "site": MAPPED}})
    assert view.properties["strange"] == UnknownProperty(strange)
    assert wire(view)["properties"]["strange"] == strange
    assert wire(view.as_write())["properties"]["strange"] == strange
    assert "UnknownProperty" in repr(view.properties["strange"])


# --- writing back what was read -------------------------------------------------------------------------------------


def test_a_space_can_be_written_back() -> None:
    assert wire(read(Space, SPACE).as_write()) == {"space": "s", "name": "n", "description": "d"}


def test_a_container_can_be_written_back() -> None:
    expected = fresh({key: value for key, value in CONTAINER.items() if key not in TIMES})
    for rules in (expected["constraints"], expected["indexes"]):
        for rule in rules.values():
            del rule["state"]
    del expected["properties"]["status"]["constraintState"]
    assert wire(read(Container, CONTAINER).as_write()) == expected
    bare = {key: value for key, value in CONTAINER.items() if key not in ("constraints", "indexes")}
    assert "constraints" not in wire(read(Container, bare).as_write())


def test_a_view_can_be_written_back() -> None:
    written = wire(read(View, VIEW).as_write())
    assert written["properties"] == {
        "site": {
            "container": CONTAINER_ID,
            "containerPropertyIdentifier": "site",
            "name": "Site",
            "source": VIEW_ID,
        },
        "pipes": EDGE_PROPERTY,
        "back": {key: value for key, value in REVERSE.items() if key != "targetsList"},
    }
    assert written.keys() == {
        "space",
        "externalId",
        "version",
        "name",
        "description",
        "implements",
        "filter",
        "properties",
    }
    assert "properties" not in wire(
        read(View, {key: VIEW[key] for key in ("space", "externalId", "version")}).as_write()
    )


@pytest.mark.parametrize(("type_", "views"), [(DataModel, [VIEW]), (DataModelOutline, [VIEW_ID]), (DataModel, None)])
def test_a_data_model_can_be_written_back(type_: Any, views: Any) -> None:
    expected = {key: value for key, value in MODEL.items() if key not in TIMES}
    expected |= {} if views is None else {"views": [VIEW_ID]}
    assert wire(read(type_, {**MODEL, "views": views}).as_write()) == expected


def test_instances_can_be_written_back() -> None:
    sources = [{"source": VIEW_ID, "properties": {"a": 1, "b": {"space": "s", "externalId": "x"}}}]
    node, edge = read(Node, NODE).as_write(), read(Edge, EDGE).as_write()
    assert isinstance(node, NodeWrite)
    assert isinstance(edge, EdgeWrite)
    common = {"space": "s", "externalId": "n", "type": NODE_ID, "sources": sources, "existingVersion": 4}
    assert wire(node) == {"instanceType": "node", **common}
    assert wire(edge) == {"instanceType": "edge", **common, "startNode": NODE_ID, "endNode": NODE_ID}
    through = read(Node, {**NODE, "properties": {"s": {"C": {"a": 1}, "V/1": {}}}}).as_write()
    assert wire(through)["sources"] == [{"source": CONTAINER_ID, "properties": {"a": 1}}]
    assert read(Node, {**NODE, "properties": {}}).as_write().sources is None
    assert read(Edge, EDGE).as_id().external_id == "n"


def without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_nulls(inner) for name, inner in value.items() if inner is not None}
    return [without_nulls(inner) for inner in value] if isinstance(value, list) else value
