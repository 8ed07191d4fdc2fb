"""Queries, syncs, searches, aggregates, inspections: what goes out is what the contract shows, what comes back is typed."""

from __future__ import annotations

import gzip
import json
from typing import Any

import httpx
import msgspec
import pytest
from msgspec import UNSET

from pygen_runtime.errors import CursorExpiredError, IncompleteError, ServerTimeoutError, UsageError
from pygen_runtime.schema import ContainerId, Edge, EdgeId, Node, NodeId, Through, UnitReference, ViewId
from pygen_runtime.schema.aggregates import Average, Count, Greatest, Histogram, Least, Sum
from pygen_runtime.schema.codec import decoder, encode
from pygen_runtime.schema.filters import Equals, HasData, Parameter, PropertyValue, Range
from pygen_runtime.schema.queries import (
    EdgeFeed,
    Edges,
    EdgeSet,
    Intersection,
    NodeFeed,
    Nodes,
    NodeSet,
    QueryReply,
    QueryRequest,
    Select,
    SelectSource,
    SyncRequest,
    Union,
    UnionAll,
)
from pygen_runtime.schema.requests import (
    AggregateRequest,
    ByIdsRequest,
    DebugRequest,
    InstanceReference,
    ListRequest,
    Page,
    SearchRequest,
    Sort,
    SourceRequest,
    TargetUnit,
    UnitSystem,
)
from tests.runtime.support import Api, client_of, node, ok, refused

pytestmark = pytest.mark.anyio

PUMP = ViewId("plant_a", "Pump", "v2")
FLOW = ("plant_a", "Pump/v2", "flow")
PUMP_JSON = {"type": "view", "space": "plant_a", "externalId": "Pump", "version": "v2"}
EDGE = {
    **node(9),
    "instanceType": "edge",
    "type": {"space": "s", "externalId": "t"},
    "startNode": {"space": "s", "externalId": "a"},
    "endNode": {"space": "s", "externalId": "b"},
}


def wire(value: Any) -> Any:
    return json.loads(encode(value))


def path(request: httpx.Request) -> str:
    return request.url.raw_path.decode().removeprefix("/api/v1/projects/proj")


# --- the shapes of a request ----------------------------------------------------------------------------------------


def test_a_query_is_written_as_the_contract_shows_it() -> None:
    request = QueryRequest(
        with_={
            "pumps": NodeSet(
                nodes=Nodes(filter=HasData(PUMP)), sort=[Sort(property=("plant_a", "Pump/v2", "code"))], limit=500
            ),
            "pipes": EdgeSet(
                edges=Edges(
                    from_="pumps", filter=Equals(("edge", "type"), NodeId("plant_a", "Pump.feeds")), limit_each=7
                ),
                post_sort=[Sort(property=("edge", "externalId"), direction="descending")],
                limit=2000,
            ),
            "tanks": NodeSet(nodes=Nodes(from_="pipes")),
            "sites": NodeSet(
                nodes=Nodes(from_="pumps", through=Through(source=PUMP, identifier="site"), direction="inwards")
            ),
        },
        select={
            "pumps": Select(sources=[SelectSource(source=PUMP, properties=["code", "flow"])]),
            "tanks": Select(sources=[SelectSource(source=PUMP)]),
            "pipes": Select(),
        },
        cursors={"pumps": None},
        parameters={"least": 3},
    )
    ends = {"chainTo": "destination", "direction": "outwards"}
    assert wire(request) == {
        "with": {
            "pumps": {
                "nodes": {**ends, "filter": {"hasData": [PUMP_JSON]}},
                "sort": [{"property": ["plant_a", "Pump/v2", "code"]}],
                "limit": 500,
            },
            "pipes": {
                "edges": {
                    **ends,
                    "from": "pumps",
                    "maxDistance": 1,
                    "filter": {
                        "equals": {
                            "property": ["edge", "type"],
                            "value": {"space": "plant_a", "externalId": "Pump.feeds"},
                        }
                    },
                    "limitEach": 7,
                },
                "postSort": [{"property": ["edge", "externalId"], "direction": "descending"}],
                "limit": 2000,
            },
            "tanks": {"nodes": {**ends, "from": "pipes"}, "limit": 10_000},
            "sites": {
                "nodes": {
                    "from": "pumps",
                    "chainTo": "destination",
                    "direction": "inwards",
                    "through": {"source": PUMP_JSON, "identifier": "site"},
                },
                "limit": 10_000,
            },
        },
        "select": {
            "pumps": {"sources": [{"source": PUMP_JSON, "properties": ["code", "flow"]}]},
            "tanks": {"sources": [{"source": PUMP_JSON, "properties": ["*"]}]},
            "pipes": {},
        },
        "cursors": {"pumps": None},
        "parameters": {"least": 3},
        "includeTyping": False,
    }


def test_recursion_and_its_filters() -> None:
    edges = Edges(
        from_="roots",
        chain_to="source",
        direction="inwards",
        max_distance=UNSET,
        node_filter=Range(FLOW, gt=Parameter("least")),
        termination_filter=Equals(FLOW, PropertyValue(("plant_a", "Pump/v2", "limit"))),
    )
    assert wire(edges) == {
        "from": "roots",
        "chainTo": "source",
        "direction": "inwards",
        "nodeFilter": {"range": {"property": list(FLOW), "gt": {"parameter": "least"}}},
        "terminationFilter": {
            "equals": {"property": list(FLOW), "value": {"property": ["plant_a", "Pump/v2", "limit"]}}
        },
    }


def test_set_operations_nest() -> None:
    both = Intersection(intersection=["a", Union(union=["b", "c"], limit=5)], except_=["d"], limit=200)
    assert wire(both) == {
        "intersection": ["a", {"union": ["b", "c"], "limit": 5}],
        "except": ["d"],
        "limit": 200,
    }
    assert wire(UnionAll(union_all=["a", "b"])) == {"unionAll": ["a", "b"], "limit": 10_000}


def test_units_and_debugging() -> None:
    bar = TargetUnit(property="flow", unit=UnitReference(external_id="pressure:bar"))
    source = SelectSource(source=PUMP, target_units=[bar, TargetUnit(unit=UnitSystem(unit_system_name="SI"))])
    assert wire(source)["targetUnits"] == [
        {"property": "flow", "unit": {"externalId": "pressure:bar"}},
        {"unit": {"unitSystemName": "SI"}},
    ]
    request = QueryRequest(
        with_={"a": NodeSet(nodes=Nodes())}, select={"a": Select()}, debug=DebugRequest(emit_results=False, timeout=900)
    )
    assert wire(request)["debug"] == {"emitResults": False, "timeout": 900}
    listing = ListRequest(instance_type="node", sources=[SourceRequest(source=PUMP, target_units=[bar])])
    assert wire(listing)["sources"][0]["targetUnits"][0]["property"] == "flow"


def test_a_sync_is_written_as_the_contract_shows_it() -> None:
    request = SyncRequest(
        with_={
            "pumps": NodeFeed(
                nodes=Nodes(filter=HasData(PUMP)),
                mode="twoPhase",
                backfill_sort=[Sort(property=FLOW)],
                skip_already_deleted=False,
            ),
            "pipes": EdgeFeed(edges=Edges(), mode="noBackfill", limit=100),
        },
        select={"pumps": Select(sources=[SelectSource(source=PUMP)]), "pipes": Select()},
        cursors={"pumps": "c1"},
        allow_expired_cursors_and_accept_missed_deletes=True,
    )
    ends = {"chainTo": "destination", "direction": "outwards"}
    assert wire(request) == {
        "with": {
            "pumps": {
                "nodes": {**ends, "filter": {"hasData": [PUMP_JSON]}},
                "limit": 2000,
                "mode": "twoPhase",
                "backfillSort": [{"property": list(FLOW)}],
                "skipAlreadyDeleted": False,
            },
            "pipes": {"edges": {**ends, "maxDistance": 1}, "limit": 100, "mode": "noBackfill"},
        },
        "select": {"pumps": {"sources": [{"source": PUMP_JSON, "properties": ["*"]}]}, "pipes": {}},
        "cursors": {"pumps": "c1"},
        "includeTyping": False,
        "allowExpiredCursorsAndAcceptMissedDeletes": True,
    }


# --- calls ----------------------------------------------------------------------------------------------------------

QUERY = QueryRequest(
    with_={"pumps": NodeSet(nodes=Nodes()), "pipes": EdgeSet(edges=Edges())}, select={"pumps": Select()}
)
SYNC = SyncRequest(with_={"pumps": NodeFeed(nodes=Nodes())}, select={"pumps": Select()})
FLOW_TYPE = {"type": {"type": "float64", "list": False}, "nullable": True, "immutable": False, "autoIncrement": False}
ANSWER = {
    "items": {"pumps": [node(1)], "pipes": [EDGE], "none": []},
    "nextCursor": {"pumps": "c1", "pipes": None},
    "typing": {"pumps": {"plant_a": {"Pump/v2": {"flow": FLOW_TYPE}}}},
    "debug": {"notices": [{"level": "warning", "code": "sortNotBackedByIndex", "novel": 1}]},
}


async def test_a_query_comes_back_typed(anyio_backend: str) -> None:
    api = Api(httpx.Response(200, json=ANSWER))
    async with client_of(api) as client:
        reply = await client.instances.query(QUERY)
    assert path(api.requests[0]) == "/models/instances/query"
    assert api.body() == wire(QUERY)
    assert isinstance(reply.items["pumps"][0], Node)
    assert isinstance(reply.items["pipes"][0], Edge)
    assert reply.items["none"] == []
    assert reply.next_cursor == {"pumps": "c1", "pipes": None}
    assert reply.typing is not None
    assert reply.typing["pumps"]["plant_a"]["Pump/v2"]["flow"].type.type == "float64"
    assert reply.debug is not None
    assert reply.debug.notices[0].code == "sortNotBackedByIndex"


class Row(msgspec.Struct, rename="camel"):
    external_id: str


class Items(msgspec.Struct):
    pumps: list[Row]


class Reply(msgspec.Struct):
    items: Items


async def test_a_reply_can_be_decoded_to_classes_of_ones_own(anyio_backend: str) -> None:
    api = Api(httpx.Response(200, json=ANSWER))
    async with client_of(api) as client:
        assert (await client.instances.query(QUERY, decoder(Reply))).items.pumps == [Row("n1")]
        assert (await client.instances.sync(SYNC, decoder(QueryReply[dict]))).items["pumps"] == [node(1)]  # type: ignore[type-arg]  # any
        api.answers[0] = ok([node(1)])
        found = await client.instances.search(SearchRequest(view=PUMP), decoder(Page[Row]))
        assert found.items == [Row("n1")]


async def test_a_sync_tells_deletions_and_where_to_go_on(anyio_backend: str) -> None:
    gone = {**node(2), "deletedTime": 17}
    api = Api(httpx.Response(200, json={"items": {"pumps": [node(1), gone]}, "nextCursor": {"pumps": "c1"}}))
    async with client_of(api) as client:
        reply = await client.instances.sync(SYNC)
    assert path(api.requests[0]) == "/models/instances/sync"
    assert [one.deleted_time for one in reply.items["pumps"]] == [None, 17]
    assert reply.next_cursor["pumps"] == "c1"


async def test_an_expired_cursor_is_an_error_of_its_own(anyio_backend: str) -> None:
    async with client_of(Api(refused(400, "Cursor has expired."))) as client:
        with pytest.raises(CursorExpiredError, match="start again without it"):
            await client.instances.sync(SYNC)
    async with client_of(Api(refused(408, "Graph query timed out."))) as client:
        with pytest.raises(ServerTimeoutError):
            await client.instances.query(QUERY)


async def test_a_search_says_everything_that_defaults_differ_on(anyio_backend: str) -> None:
    api = Api(ok([node(1)]))
    async with client_of(api) as client:
        assert (await client.instances.search(SearchRequest(view=PUMP))).items[0].external_id == "n1"
        await client.instances.search(
            SearchRequest(
                view=PUMP,
                query="feed pump",
                properties=["code"],
                instance_type="edge",
                operator="OR",
                filter=Range(FLOW, gte=0),
                sort=[Sort(property=FLOW)],
                include_typing=True,
                limit=5,
            )
        )
    assert path(api.requests[0]) == "/models/instances/search"
    short = {"view": PUMP_JSON, "instanceType": "node", "operator": "AND", "includeTyping": False, "limit": 1000}
    assert api.body(0) == short
    assert api.body(1) == {
        "view": PUMP_JSON,
        "query": "feed pump",
        "properties": ["code"],
        "instanceType": "edge",
        "operator": "OR",
        "filter": {"range": {"property": list(FLOW), "gte": 0}},
        "sort": [{"property": list(FLOW)}],
        "includeTyping": True,
        "limit": 5,
    }


# --- aggregates -----------------------------------------------------------------------------------------------------

FIGURES = [
    {"aggregate": "count", "value": 12},
    {"aggregate": "avg", "property": "flow", "value": 9.75},
    {"aggregate": "min", "property": "flow"},
    {"aggregate": "histogram", "property": "flow", "interval": 5, "buckets": [{"start": 5, "count": 7}]},
    {"aggregate": "median", "property": "flow", "value": 9},
]


async def test_aggregates_are_written_and_read_as_the_contract_shows_them(anyio_backend: str) -> None:
    group = {"instanceType": "node", "group": {"status": "running"}, "aggregates": FIGURES}
    api = Api(httpx.Response(200, json={"items": [group]}))
    figures = [
        Count(),
        Count("code"),
        Average("flow"),
        Least("flow"),
        Greatest("flow"),
        Sum("flow"),
        Histogram("flow", 5),
    ]
    async with client_of(api) as client:
        reply = await client.instances.aggregate(
            AggregateRequest(
                view=PUMP,
                instance_type="node",
                aggregates=[*figures, {"median": {"property": "flow"}}],
                group_by=["status"],
            )
        )
    assert api.body() == {
        "view": PUMP_JSON,
        "instanceType": "node",
        "groupBy": ["status"],
        "aggregates": [
            {"count": {}},
            {"count": {"property": "code"}},
            {"avg": {"property": "flow"}},
            {"min": {"property": "flow"}},
            {"max": {"property": "flow"}},
            {"sum": {"property": "flow"}},
            {"histogram": {"property": "flow", "interval": 5}},
            {"median": {"property": "flow"}},
        ],
        "limit": 1000,
    }
    (item,) = reply.items
    assert item.group == {"status": "running"}
    assert item.value("count") == 12
    assert item.value("avg", "flow") == 9.75
    assert item.value("min", "flow") is None
    assert item.value("median") == 9
    assert item.aggregates[3].buckets is not None
    assert (item.aggregates[3].buckets[0].start, item.aggregates[3].buckets[0].count) == (5.0, 7)
    with pytest.raises(UsageError, match="there is no sum of flow"):
        item.value("sum", "flow")
    assert Count() == Count()
    assert Count() != Count("code")
    assert repr(Sum("flow")) == "Aggregation({'sum': {'property': 'flow'}})"


async def test_groups_that_may_be_missing_are_an_error_unless_a_limit_was_given(anyio_backend: str) -> None:
    groups = [{"group": {"code": str(number)}, "aggregates": []} for number in range(1000)]
    api = Api(httpx.Response(200, json={"items": groups}))
    async with client_of(api) as client:
        request = AggregateRequest(view=PUMP, instance_type="node", group_by=["code"])
        with pytest.raises(IncompleteError, match="plant_a:Pump/v2 by code gives 1000 groups or more"):
            await client.instances.aggregate(request)
        limited = msgspec.structs.replace(request, limit=1000)
        assert len((await client.instances.aggregate(limited)).items) == 1000


@pytest.mark.parametrize("interval", [0, -1, float("nan"), float("inf")])
def test_a_histogram_needs_a_width(interval: float) -> None:
    with pytest.raises(UsageError, match="must be more than 0"):
        Histogram("flow", interval)


# --- byids ----------------------------------------------------------------------------------------------------------


def unpacked(request: httpx.Request) -> Any:
    packed = "content-encoding" in request.headers
    return json.loads(gzip.decompress(request.content) if packed else request.content)


async def test_retrieving_what_is_too_heavy_is_halved(anyio_backend: str) -> None:
    sizes: list[int] = []

    def heavy(request: httpx.Request) -> httpx.Response:
        items = unpacked(request)["items"]
        sizes.append(len(items))
        if len(items) > 300:
            return refused(408, "Graph query timed out.")
        typing = {"s": {"V/1": {"p": FLOW_TYPE}}}
        return httpx.Response(
            200, json={"items": [{**node(0), "externalId": one["externalId"]} for one in items], "typing": typing}
        )

    ids = [NodeId("s", f"n{number}") for number in range(1100)]
    async with client_of(Api(heavy)) as client:
        found = await client.instances.retrieve(ids, sources=ViewId("s", "V", "1"))
        assert [one.external_id for one in found] == [one.external_id for one in ids]
        assert sorted(sizes) == [100, 250, 250, 250, 250, 500, 500, 1000]
        references = [InstanceReference(instance_type="node", space="s", external_id=one.external_id) for one in ids]
        request = ByIdsRequest(items=references, include_typing=True)
        page = await client.instances.by_ids(request, decoder(Page[Node]))
        assert len(page.items) == 1100
        assert page.typing is not None


async def test_a_single_item_that_is_too_heavy_is_an_error(anyio_backend: str) -> None:
    async with client_of(Api(refused(408, "Graph query timed out."))) as client:
        with pytest.raises(ServerTimeoutError) as raised:
            await client.instances.retrieve(NodeId("s", "a"))
    assert "ask for fewer views" in raised.value.__notes__[0]


async def test_listing_gives_all_at_once(anyio_backend: str) -> None:
    api = Api(ok([node(1)], "c"), ok([node(2)]))
    async with client_of(api) as client:
        found = await client.instances.list(source=PUMP, limit=9)
    assert [one.external_id for one in found] == ["n1", "n2"]


# --- inspect --------------------------------------------------------------------------------------------------------


async def test_inspecting_instances(anyio_backend: str) -> None:
    results = {
        "involvedViews": [PUMP_JSON],
        "involvedContainers": [{"type": "container", "space": "plant_a", "externalId": "Pump"}],
    }
    found = {"instanceType": "edge", "space": "s", "externalId": "e", "inspectionResults": results}
    api = Api(ok([found]))
    async with client_of(api) as client:
        (one,) = await client.instances.inspect(EdgeId("s", "e"), all_versions=True)
        await client.instances.inspect(
            [NodeId("s", f"n{number}") for number in range(1001)], involved_views=False, involved_containers=True
        )
    assert one.inspection_results.involved_views == [PUMP]
    assert one.inspection_results.involved_containers == [ContainerId("plant_a", "Pump")]
    assert path(api.requests[0]) == "/models/instances/inspect"
    assert api.body(0) == {
        "inspectionOperations": {"involvedViews": {"allVersions": True}, "involvedContainers": {}},
        "items": [{"instanceType": "edge", "space": "s", "externalId": "e"}],
    }
    assert api.body(1)["inspectionOperations"] == {"involvedContainers": {}}
    assert sorted(len(api.body(number)["items"]) for number in (1, 2)) == [1, 1000]
