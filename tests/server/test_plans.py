"""SQLite's query plans for the main ways in: none sorts or scans where an index or a row id will do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from pygen.server import Store, pages, query_sets, sql, sync
from pygen.server.instance_requests import ListRequest
from pygen.server.listing import Listing
from pygen.server.query_requests import Edges
from pygen.server.query_walks import level
from pygen.server.scopes import Scope
from pygen.system_model.core import core_model
from tests.server.support import SPACE, Api, container_id, data, mapped, node, node_id, view_id


@pytest.fixture
async def plant(api: Api) -> Api:
    index: dict[str, Any] = {"byNumber": {"indexType": "btree", "properties": ["number", "text"], "cursorable": True}}
    index |= {"byTag": {"indexType": "inverted", "properties": ["tags"]}}
    types = {"text": "text", "number": "int64", "site": "direct", "parts": "direct[]", "tags": "text[]"}
    await api.container("A", types, indexes=index)
    await api.container("B", {"b": "text"}, constraints={"u": {"constraintType": "uniqueness", "properties": ["b"]}})
    await api.view("A", mapped("A", "text", "number", "site"))
    await api.view("AB", {**mapped("A", "text", "number", "site"), **mapped("B", "b")})
    await api.write(*(node(f"n{n}", data(view_id("AB"), number=n, site=node_id("s"), b=str(n))) for n in range(50)))
    return api


def own_number(plan: str) -> str:
    """The containers of the core model come first; the plans here count from the project's first one."""
    return re.sub(r"\bc(\d+)_", lambda found: f"c{int(found[1]) - len(core_model().containers)}_", plan)


def plans(store: Store, body: dict[str, Any], position: Sequence[Any] | None = None) -> list[list[str]]:
    """The plan of each query that the request needs from a position on."""
    request = msgspec.convert(body, ListRequest)
    with store.read() as transaction:
        listing = Listing(transaction, request)
        queries = [listing.query(stretch, 1000) for stretch in listing.order.stretches(position)]
        return [
            [
                own_number(row[3].replace("COVERING ", ""))
                for row in transaction.sql.execute("explain query plan " + query.text, query.values)
            ]
            for query in queries
        ]


def at(key: str) -> list[str]:
    return [SPACE, "A", key]


BY_ROW_ID = "SEARCH i0 USING INTEGER PRIMARY KEY (rowid=?)"
SPACE_FILTER = {"equals": {"property": ["node", "space"], "value": SPACE}}
TYPE_FILTER = {"equals": {"property": ["node", "type"], "value": node_id("t")}}


@pytest.mark.parametrize("filter_", [None, SPACE_FILTER, TYPE_FILTER, {"range": {"property": at("number"), "gt": 3}}])
async def test_pages_are_read_in_the_order_of_rows(plant: Api, store: Store, filter_: Any) -> None:
    body = {"sources": [{"source": view_id("A")}], "filter": filter_}
    assert plans(store, body) == [["SCAN t1", BY_ROW_ID]]
    assert plans(store, body, (30,)) == [["SEARCH t1 USING INTEGER PRIMARY KEY (rowid>?)", BY_ROW_ID]]


async def test_views_over_two_containers(plant: Api, store: Store) -> None:
    body = {"sources": [{"source": view_id("AB")}]}
    (plan,) = plans(store, body, (30,))
    assert plan[0] == "SEARCH t1 USING INTEGER PRIMARY KEY (rowid>?)"
    assert plan[1:] == ["SEARCH t2 USING INTEGER PRIMARY KEY (rowid=?)", BY_ROW_ID]
    unique = {**body, "filter": {"equals": {"property": [SPACE, "B", "b"], "value": "7"}}}
    assert plans(store, unique)[0][0].startswith("SEARCH t2 USING INDEX c2_p0 (p0=?)")
    assert not any("B-TREE" in step for step in plans(store, unique)[0])


async def test_indexed_values_and_reverse_relations(plant: Api, store: Store) -> None:
    for sources in ([], [{"source": view_id("A")}]):
        equal = {"sources": sources, "filter": {"equals": {"property": at("number"), "value": 7}}}
        assert plans(store, equal)[0][0] == "SEARCH t1 USING INDEX c1_p1_p0 (p1=?)"
        reverse = {"sources": sources, "filter": {"equals": {"property": at("site"), "value": node_id("s")}}}
        assert plans(store, reverse, (30,)) == [["SEARCH t1 USING INDEX c1_p2 (p2=? AND rowid>?)", BY_ROW_ID]]


async def test_sorting_by_an_index_starts_in_the_middle(plant: Api, store: Store) -> None:
    body = {"sources": [{"source": view_id("A")}], "sort": [{"property": at("number"), "direction": "descending"}]}
    (values, nulls) = plans(store, body, (7, 30))
    assert values[0] == "SEARCH t1 USING INDEX c1_p1_p0 (p1<?)"
    assert nulls[0] == "SEARCH t1 USING INDEX c1_p1_p0 (p1=?)"
    assert plans(store, body, (None, 30))[0][0].startswith("SEARCH t1 USING INDEX c1_p1_p0 (p1=?")


async def test_instances_are_found_by_key(plant: Api, store: Store) -> None:
    sources = [{"source": view_id("AB")}]
    by_external_id = {"sources": sources, "filter": {"equals": {"property": ["node", "externalId"], "value": "n7"}}}
    assert plans(store, by_external_id)[0][0] == "SEARCH i0 USING INDEX instance_external_id (external_id=?)"
    by_reference = {"sources": sources, "filter": {"instanceReferences": [node_id("n7")]}}
    assert plans(store, by_reference)[0][0] == "SEARCH i0 USING INDEX instance_key (key=?)"


@pytest.mark.parametrize(("base", "index"), [("startNode", "start"), ("endNode", "end")])
async def test_edges_are_found_by_their_ends(plant: Api, store: Store, base: str, index: str) -> None:
    filter_ = {"and": [TYPE_FILTER_OF_EDGES, {"equals": {"property": ["edge", base], "value": node_id("n1")}}]}
    (plan,) = plans(store, {"instanceType": "edge", "filter": filter_}, (30,))
    assert plan == [f"SEARCH i0 USING INDEX instance_{index} ({index}=? AND type=? AND rowid>?)"]


TYPE_FILTER_OF_EDGES = {"equals": {"property": ["edge", "type"], "value": node_id("t")}}


async def test_nested_filters_follow_the_relation_backwards(plant: Api, store: Store) -> None:
    inner = {"equals": {"property": ["node", "externalId"], "value": "s"}}
    body = {"sources": [{"source": view_id("A")}], "filter": {"nested": {"scope": at("site"), "filter": inner}}}
    (plan,) = plans(store, body)
    assert "SEARCH t1 USING INDEX c1_p2 (p2=?)" in plan
    assert "SEARCH i2 USING INDEX instance_external_id (external_id=?)" in plan


async def test_has_data_reads_the_container(plant: Api, store: Store) -> None:
    assert (
        plans(store, {"filter": {"hasData": [container_id("A")]}}, (3,))[0][0]
        == "SEARCH t1 USING INTEGER PRIMARY KEY (rowid>?)"
    )


def explained(store: Store, query: sql.Sql) -> list[str]:
    with store.read() as transaction:
        rows = transaction.sql.execute("explain query plan " + query.text, query.values)
        return [re.sub(r"\b([ct])\d+", r"\1", row[3].replace("COVERING ", "")) for row in rows]


class Recorder:
    """Remembers the queries of result sets instead of running them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.queries: list[sql.Sql] = []
        read = pages.read_page

        def record(connection: Any, order: Any, query: Any, limit: int, position: Any) -> Any:
            self.queries += [query(stretch, limit) for stretch in order.stretches(position)]
            return read(connection, order, query, limit, position)

        monkeypatch.setattr(query_sets, "read_page", record)


THROUGH = {"source": view_id("A"), "identifier": "site"}


@pytest.mark.parametrize(
    ("chained", "steps"),
    [
        ({"edges": {"from": "a", "maxDistance": 1}}, ["SEARCH i0 USING INDEX instance_start (start=?)"]),
        ({"edges": {"from": "a", "maxDistance": 1, "direction": "inwards"}}, ["SEARCH i0 USING INDEX instance_end (end=?)"]),
        (
            {"edges": {"from": "a", "maxDistance": 1, "filter": TYPE_FILTER_OF_EDGES}},
            ["SEARCH i0 USING INDEX instance_start (start=? AND type=?)"],
        ),
        ({"nodes": {"from": "e"}}, ["SEARCH i0 USING INDEX instance_key (key=? AND kind=?)"]),
        (
            {"nodes": {"from": "e", "filter": {"range": {"property": at("number"), "gt": 3}}}},
            ["SEARCH i0 USING INDEX instance_key (key=?)", "SEARCH t USING INTEGER PRIMARY KEY (rowid=?)"],
        ),
        ({"nodes": {"from": "a", "through": THROUGH}}, ["SEARCH t USING INDEX c_p2 (p2=?)", BY_ROW_ID]),
    ],
)  # fmt: skip
async def test_chained_sets_start_at_their_parents(
    plant: Api, store: Store, monkeypatch: pytest.MonkeyPatch, chained: dict[str, Any], steps: list[str]
) -> None:
    recorder = Recorder(monkeypatch)
    with_ = {"a": {"nodes": {"filter": {"hasData": [view_id("A")]}}}, "e": {"edges": {}}, "c": chained}
    await plant.post("/models/instances/query", {"with": with_, "select": {"c": {}}})
    plan = [step for step in explained(store, recorder.queries[-1]) if not step.startswith("USE TEMP B-TREE FOR")]
    assert plan[0].startswith("SCAN k")
    assert plan[0].endswith("VIRTUAL TABLE INDEX 1:")
    assert [one.replace(" AND kind=?", "") for one in plan[1:]] == [one.replace(" AND kind=?", "") for one in steps]


async def test_walks_and_relations_outwards(plant: Api, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = Recorder(monkeypatch)
    body = {
        "with": {
            "a": {"nodes": {"filter": {"hasData": [view_id("A")]}}},
            "c": {"nodes": {"from": "a", "direction": "outwards", "through": THROUGH}},
        },
        "select": {"c": {}},
    }
    await plant.post("/models/instances/query", body)
    plan = explained(store, recorder.queries[-1])
    assert "SEARCH r USING INTEGER PRIMARY KEY (rowid=?)" in plan
    assert any(step.startswith("SEARCH i0 USING INDEX instance_key (key=?") for step in plan)
    node_filter = {"range": {"property": at("number"), "gt": 3}}
    edges = Edges(filter=TYPE_FILTER_OF_EDGES, node_filter=node_filter, termination_filter=node_filter)
    with store.read() as transaction:
        query = level(Scope(transaction.schema, "edge"), edges, {}, ["plant:n1"])
    plan = explained(store, query)
    assert "SEARCH i0 USING INDEX instance_start (start=? AND type=?)" in plan
    assert len([step for step in plan if step.startswith("SEARCH i") and "instance_key (key=?" in step]) == 2


async def test_elements_of_lists_are_found_by_their_table(plant: Api, store: Store) -> None:
    for key, values in (("parts", [node_id("n1")]), ("tags", ["x", "y"])):
        for operator in ("containsAny", "containsAll"):
            filter_ = {operator: {"property": at(key), "values": values}}
            (plan,) = plans(store, {"sources": [{"source": view_id("A")}], "filter": filter_})
            assert "SEARCH t1 USING INTEGER PRIMARY KEY (rowid=?)" in plan
            assert any(step.startswith("SEARCH e") and "(value=?)" in step for step in plan), plan


async def test_change_feeds_go_on_from_the_last_change(plant: Api, store: Store) -> None:
    expression = {"nodes": {"filter": {"and": [{"hasData": [view_id("AB")]}, TYPE_FILTER]}}}
    with store.read() as transaction:
        feed = sync._Reading(transaction, sync._feed(expression, "s"), {})
        scopes = [Scope(transaction.schema, "node", deleted=deleted) for deleted in (False, True)]
        queries = [feed.changed(scope, 30, [scope.id()]) for scope in scopes]
    for table, query in zip(("instance", "tombstone"), queries, strict=True):
        plan = explained(store, query)
        assert plan[0] == f"SEARCH i0 USING INDEX {table}_change (change>?)"
        assert plan[1:] == ["SEARCH t USING INTEGER PRIMARY KEY (rowid=?)"] * 2
