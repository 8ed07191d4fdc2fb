"""The verbs of each resource: what goes out, in how many requests, and what comes back."""

from __future__ import annotations

import datetime
import gzip
import json
import re
from typing import Any

import anyio
import anyio.lowlevel
import httpx
import msgspec
import pytest

from pygen_runtime.client.batches import in_batches
from pygen_runtime.errors import NotReachedError, ServerError, UsageError, WriteError
from pygen_runtime.schema import (
    ContainerId,
    ContainerPartId,
    ContainerProperty,
    ContainerWrite,
    DataModelId,
    DataModelWrite,
    EdgeId,
    EdgeWrite,
    InstanceWrite,
    Node,
    NodeId,
    NodeWrite,
    PropertyType,
    SourceWrite,
    SpaceWrite,
    ViewId,
    ViewWrite,
)
from pygen_runtime.schema.filters import Exists
from pygen_runtime.schema.requests import AggregateRequest, Sort
from tests.runtime.support import Api, client_of, node, ok, refused

pytestmark = pytest.mark.anyio

VIEW = ViewId("s", "V", "1")


def path(request: httpx.Request) -> str:
    return request.url.raw_path.decode().removeprefix("/api/v1/projects/proj")


# --- spaces, containers, views, data models -------------------------------------------------------------------------


async def test_spaces(anyio_backend: str) -> None:
    api = Api(ok([{"space": "a", "isGlobal": False}]), ok([{"space": "a"}]), ok([{"space": "a"}]), ok([{"space": "a"}]))
    async with client_of(api) as client:
        assert (await client.spaces.create(SpaceWrite(space="a")))[0].space == "a"
        await client.spaces.retrieve(["a", "b"])
        await client.spaces.list(limit=3, include_global=True)
        assert await client.spaces.delete("a") == ["a"]
    assert [(request.method, path(request)) for request in api.requests] == [
        ("POST", "/models/spaces"),
        ("POST", "/models/spaces/byids"),
        ("GET", "/models/spaces?includeGlobal=true&limit=3"),
        ("POST", "/models/spaces/delete"),
    ]
    assert api.body(0) == {"items": [{"space": "a"}]}
    assert api.body(1) == {"items": [{"space": "a"}, {"space": "b"}]}
    assert api.requests[2].content == b""
    assert api.body(3) == {"items": [{"space": "a"}]}


async def test_containers(anyio_backend: str) -> None:
    read = {"space": "s", "externalId": "C", "properties": {}}
    api = Api(ok([read]), ok([read]), ok(), ok([{"space": "s", "externalId": "C"}]))
    written = ContainerWrite(
        space="s", external_id="C", properties={"p": ContainerProperty(type=PropertyType(type="text"))}
    )
    async with client_of(api) as client:
        assert (await client.containers.create([written]))[0].as_id() == ContainerId("s", "C")
        await client.containers.retrieve(ContainerId("s", "C"))
        assert await client.containers.list(space="s") == []
        assert await client.containers.delete([ContainerId("s", "C")]) == [ContainerId("s", "C")]
    assert api.body(0)["items"][0]["properties"] == {"p": {"type": {"type": "text"}}}
    assert api.body(1) == {"items": [{"space": "s", "externalId": "C"}]}
    assert path(api.requests[2]) == "/models/containers?space=s&includeGlobal=false&limit=1000"


async def test_views(anyio_backend: str) -> None:
    read = {"space": "s", "externalId": "V", "version": "1", "properties": {}}
    api = Api(ok([read]), ok([read]), ok([read]), ok([{"space": "s", "externalId": "V", "version": "1"}]))
    async with client_of(api) as client:
        await client.views.create(ViewWrite(space="s", external_id="V", version="1"))
        assert (await client.views.retrieve([VIEW], include_inherited_properties=False))[0].as_id() == VIEW
        await client.views.list(space="s")
        assert await client.views.delete(VIEW) == [VIEW]
    assert [path(request) for request in api.requests] == [
        "/models/views",
        "/models/views/byids?includeInheritedProperties=false",
        "/models/views?space=s&includeGlobal=false&includeInheritedProperties=true&allVersions=false&limit=1000",
        "/models/views/delete",
    ]
    assert api.body(1) == {"items": [{"space": "s", "externalId": "V", "version": "1"}]}


async def test_data_models_come_with_their_views(anyio_backend: str) -> None:
    identity = {"space": "s", "externalId": "M", "version": "1"}
    by_reference = {**identity, "views": [{"type": "view", "space": "s", "externalId": "V", "version": "1"}]}
    view = {"space": "s", "externalId": "V", "version": "1", "properties": {}}
    inline = {**identity, "views": [view]}
    api = Api(ok([by_reference]), ok([inline]), ok([inline]), ok([inline]), ok([identity]))
    one = DataModelId("s", "M", "1")
    async with client_of(api) as client:
        created = await client.data_models.create(DataModelWrite(space="s", external_id="M", version="1", views=[VIEW]))
        assert created[0].views is not None
        assert created[0].views[0].properties == {}
        await client.data_models.retrieve(one)
        assert (await client.data_models.list(limit=1, space="s", all_versions=True))[0].as_id() == one
        assert await client.data_models.delete(one) == [one]
    assert [path(request) for request in api.requests] == [
        "/models/datamodels",
        "/models/datamodels/byids?inlineViews=true",
        "/models/datamodels/byids?inlineViews=true",
        "/models/datamodels?inlineViews=true&space=s&includeGlobal=false&allVersions=true&limit=1",
        "/models/datamodels/delete",
    ]
    assert api.body(0)["items"][0]["views"] == [{"type": "view", "space": "s", "externalId": "V", "version": "1"}]


async def test_data_models_can_come_with_references_to_their_views(anyio_backend: str) -> None:
    identity = {"space": "s", "externalId": "M", "version": "1"}
    by_reference = {**identity, "views": [{"type": "view", "space": "s", "externalId": "V", "version": "1"}]}
    api = Api(ok([by_reference]))
    async with client_of(api) as client:
        (one,) = await client.data_models.retrieve(DataModelId("s", "M", "1"), inline_views=False)
        assert one.views == [VIEW]
        assert await client.data_models.list(inline_views=False) == [one]
        assert [outline async for outline in client.data_models.iterate(1, inline_views=False)] == [one]
    assert path(api.requests[0]) == "/models/datamodels/byids?inlineViews=false"
    assert path(api.requests[1]).startswith("/models/datamodels?inlineViews=false&includeGlobal=false")


async def test_parts_of_containers_are_deleted_and_retried_ten_at_a_time(anyio_backend: str) -> None:
    api = Api(lambda request: ok(json.loads(_unpacked(request))["items"]))
    one = ContainerPartId("s", "C", "byCode")
    async with client_of(api) as client:
        assert await client.containers.delete_constraints(one) == [one]
        many = [ContainerPartId("s", "C", str(number)) for number in range(25)]
        assert await client.containers.delete_indexes(many) == many
        assert await client.containers.retry("properties", [one]) == [one]
    assert [path(request) for request in api.requests] == [
        "/models/containers/constraints/delete",
        *["/models/containers/indexes/delete"] * 3,
        "/models/containers/properties/retry",
    ]
    assert api.body(0) == {"items": [{"space": "s", "containerExternalId": "C", "identifier": "byCode"}]}
    assert [len(api.body(number)["items"]) for number in (1, 2, 3)] == [10, 10, 5]
    assert str(one) == "s:C.byCode"


async def test_inspecting_containers(anyio_backend: str) -> None:
    results = {
        "involvedViewCount": 2,
        "involvedViews": [{"type": "view", "space": "s", "externalId": "V", "version": "1"}],
    }
    api = Api(ok([{"space": "s", "externalId": "C", "inspectionResults": results}]))
    async with client_of(api) as client:
        (found,) = await client.containers.inspect(ContainerId("s", "C"), total_involved_view_count=True)
        await client.containers.inspect([ContainerId("s", str(number)) for number in range(11)], involved_views=False)
    assert found.inspection_results.involved_view_count == 2
    assert found.inspection_results.involved_views == [VIEW]
    assert path(api.requests[0]) == "/models/containers/inspect"
    assert api.body(0) == {
        "inspectionOperations": {
            "involvedViews": {"allVersions": False},
            "totalInvolvedViewCount": {"allVersions": False, "includeUnavailableViews": True},
        },
        "items": [{"space": "s", "externalId": "C"}],
    }
    assert [len(api.body(number)["items"]) for number in (1, 2)] == [10, 1]


async def test_lists_can_be_iterated_and_narrowed(anyio_backend: str) -> None:
    api = Api(ok())
    async with client_of(api) as client:
        assert [one async for one in client.spaces.iterate(include_global=True)] == []
        assert [one async for one in client.containers.iterate(space="s", used_for=["node", "record"])] == []
        assert [one async for one in client.views.iterate(used_for="edge")] == []
        assert await client.views.list(5, used_for=["edge", "all"]) == []
    assert [path(request).partition("&include")[0] for request in api.requests] == [
        "/models/spaces?includeGlobal=true&limit=1000",
        "/models/containers?space=s&usedFor=node&usedFor=record",
        "/models/views?usedFor=edge",
        "/models/views?usedFor=edge&usedFor=all",
    ]


async def test_statistics(anyio_backend: str) -> None:
    usage = {"count": 3, "limit": 100}
    project = dict.fromkeys(("spaces", "containers", "views", "dataModels", "containerProperties"), usage)
    instances = {"nodes": 900, "edges": 100, "instances": 1000, "instancesLimit": 5_000_000, "novel": 1}
    api = Api(
        httpx.Response(200, json={**project, "instances": instances, "concurrentReadLimit": 8}),
        ok([{"space": "a", "nodes": 4}]),
    )
    async with client_of(api) as client:
        found = await client.statistics.project()
        assert (await client.statistics.spaces())[0].nodes == 4
        await client.statistics.spaces("a")
        await client.statistics.spaces([str(number) for number in range(101)])
    assert (found.data_models.limit, found.instances.nodes, found.concurrent_read_limit) == (100, 900, 8)
    assert [(request.method, path(request)) for request in api.requests[:3]] == [
        ("GET", "/models/statistics"),
        ("GET", "/models/statistics/spaces"),
        ("POST", "/models/statistics/spaces/byids"),
    ]
    assert api.body(2) == {"items": [{"space": "a"}]}
    assert [len(api.body(number)["items"]) for number in (3, 4)] == [100, 1]


async def test_inspecting_the_token_leaves_the_project(anyio_backend: str) -> None:
    capability = {"dataModelsAcl": {"actions": ["READ"], "scope": {"all": {}}}, "projectScope": {"projects": ["p"]}}
    told = {"subject": "me", "projects": [{"projectUrlName": "p", "groups": [1]}], "capabilities": [capability]}
    api = Api(httpx.Response(200, json=told))
    async with client_of(api) as client:
        found = await client.token.inspect()
    assert api.requests[0].url.path == "/api/v1/token/inspect"
    assert (found.subject, found.projects[0].project_url_name, found.projects[0].groups) == ("me", "p", [1])
    assert found.capabilities == [capability]


async def test_lists_follow_every_cursor_with_the_same_parameters(anyio_backend: str) -> None:
    api = Api(ok([{"space": "a"}], "c&1"), ok([], "c2"), ok([{"space": "b"}]))
    async with client_of(api) as client:
        assert [space.space for space in await client.spaces.list()] == ["a", "b"]
    assert [path(request) for request in api.requests] == [
        "/models/spaces?includeGlobal=false&limit=1000",
        "/models/spaces?includeGlobal=false&limit=1000&cursor=c%261",
        "/models/spaces?includeGlobal=false&limit=1000&cursor=c2",
    ]


async def test_schema_calls_are_split_at_a_hundred_and_keep_their_order(anyio_backend: str) -> None:
    api = Api(lambda request: ok(json.loads(_unpacked(request))["items"]))
    async with client_of(api) as client:
        spaces = [f"s{number}" for number in range(250)]
        assert [space.space for space in await client.spaces.retrieve(spaces)] == spaces
        assert await client.spaces.delete([]) == []
    assert [len(api.body(number)["items"]) for number in range(3)] == [100, 100, 50]
    assert len(api.requests) == 3


def _unpacked(request: httpx.Request) -> bytes:
    return gzip.decompress(request.content) if "content-encoding" in request.headers else request.content


# --- instances: reading ---------------------------------------------------------------------------------------------


async def test_iterating_asks_for_what_was_said(anyio_backend: str) -> None:
    api = Api(ok([node(1)], "c"), ok([node(2)]))
    prop = ("s", "V/1", "p")
    async with client_of(api) as client:
        found = client.instances.iterate(source=VIEW, filter=Exists(prop), sort=[Sort(property=prop)], limit=5)
        assert [one.external_id async for one in found] == ["n1", "n2"]
    first = {
        "instanceType": "node",
        "sources": [{"source": {"type": "view", "space": "s", "externalId": "V", "version": "1"}}],
        "filter": {"exists": {"property": list(prop)}},
        "sort": [{"property": list(prop)}],
        "limit": 5,
    }
    assert api.body(0) == first
    assert api.body(1) == {**first, "limit": 4, "cursor": "c"}


async def test_edges_are_read_as_edges(anyio_backend: str) -> None:
    edge = {**node(1), "instanceType": "edge", "type": {"space": "s", "externalId": "t"}}
    edge |= {"startNode": {"space": "s", "externalId": "a"}, "endNode": {"space": "s", "externalId": "b"}}
    api = Api(ok([edge]))
    async with client_of(api) as client:
        found = [one async for one in client.instances.iterate(instance_type="edge")]
    assert api.body() == {"instanceType": "edge", "limit": 1000}
    assert getattr(found[0], "end_node", None) == NodeId("s", "b")


async def test_retrieving_keeps_the_order_asked_for_and_leaves_out_what_is_missing(anyio_backend: str) -> None:
    def backwards(request: httpx.Request) -> httpx.Response:
        items = json.loads(_unpacked(request))["items"]
        return ok(
            [{**node(0), "externalId": item["externalId"]} for item in reversed(items) if item["externalId"] != "n3"]
        )

    api = Api(backwards)
    ids = [NodeId("s", f"n{number}") for number in range(2500)]
    async with client_of(api) as client:
        found = await client.instances.retrieve([*ids, NodeId("s", "n0")], sources=[VIEW])
    assert all(isinstance(one, Node) for one in found)
    assert [one.external_id for one in found] == [one.external_id for one in ids if one.external_id != "n3"]
    assert sorted(len(api.body(number)["items"]) for number in range(3)) == [501, 1000, 1000]
    assert api.body(0)["sources"][0]["source"]["externalId"] == "V"


async def test_nodes_and_edges_of_one_name_are_told_apart(anyio_backend: str) -> None:
    api = Api(ok([node(1)]))
    async with client_of(api) as client:
        assert len(await client.instances.retrieve([EdgeId("s", "n1"), NodeId("s", "n1")])) == 1
    assert [item["instanceType"] for item in api.body()["items"]] == ["edge", "node"]


async def test_aggregates(anyio_backend: str) -> None:
    api = Api(httpx.Response(200, json={"items": [{"aggregates": [{"aggregate": "count", "value": 3}]}]}))
    async with client_of(api) as client:
        reply = await client.instances.aggregate(
            AggregateRequest(view=VIEW, instance_type="node", aggregates=[{"count": {}}])
        )
    assert reply.items[0].aggregates[0].value == 3
    assert path(api.requests[0]) == "/models/instances/aggregate"


# --- instances: writing ---------------------------------------------------------------------------------------------


def write(number: int, **properties: Any) -> NodeWrite:
    sources = [SourceWrite(source=VIEW, properties=properties)] if properties else None
    return NodeWrite(space="s", external_id=f"n{number}", sources=sources)


def link(number: int) -> EdgeWrite:
    end = NodeId("s", "n0")
    return EdgeWrite(space="s", external_id=f"e{number}", type=end, start_node=end, end_node=end)


def result(item: dict[str, Any]) -> dict[str, Any]:
    names = {name: item[name] for name in ("instanceType", "space", "externalId")}
    return {**names, "version": 1, "wasModified": True, "createdTime": 0, "lastUpdatedTime": 0}


def accept(request: httpx.Request) -> httpx.Response:
    return ok([result(item) for item in reversed(json.loads(_unpacked(request))["items"])])


async def test_an_upsert_that_fits_is_one_request_with_all_options(anyio_backend: str) -> None:
    api = Api(accept)
    async with client_of(api) as client:
        results = await client.instances.upsert([link(1), write(1, p=None, q=0), write(2)], replace=True)
    assert [(one.instance_type, one.external_id) for one in results] == [("edge", "e1"), ("node", "n1"), ("node", "n2")]
    body = api.body()
    assert [item["externalId"] for item in body["items"]] == ["n1", "n2", "e1"]
    assert {name: body[name] for name in body if name != "items"} == {
        "replace": True,
        "autoCreateDirectRelations": True,
        "autoCreateStartNodes": False,
        "autoCreateEndNodes": False,
        "skipOnVersionConflict": False,
    }
    assert body["items"][0]["sources"][0]["properties"] == {"p": None, "q": 0}


async def test_nothing_to_write_sends_nothing(anyio_backend: str) -> None:
    api = Api(accept)
    async with client_of(api) as client:
        assert await client.instances.upsert([]) == []
        assert await client.instances.delete([]) == []
        assert await client.instances.retrieve([]) == []
    assert api.requests == []


async def test_edges_go_after_all_the_nodes_they_may_need(anyio_backend: str) -> None:
    api = Api(accept)
    items: list[InstanceWrite] = []
    for number in range(1500):
        items += [link(number), write(number)]
    async with client_of(api) as client:
        results = await client.instances.upsert(items)
    assert [one.external_id for one in results] == [item.external_id for item in items]
    kinds = [{item["instanceType"] for item in api.body(number)["items"]} for number in range(4)]
    assert kinds == [{"node"}, {"node"}, {"edge"}, {"edge"}]


@pytest.mark.parametrize(("auto_create", "most"), [(True, 2), (False, 1)])
async def test_batches_run_side_by_side_unless_the_order_may_matter(
    anyio_backend: str, *, auto_create: bool, most: int
) -> None:
    under_way: list[int] = []

    class Slow(Api):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            for _ in range(10):
                await anyio.lowlevel.checkpoint()
            under_way.append(client._core.transport.under_way)
            return await super().handle_async_request(request)

    async with client_of(Slow(accept)) as client:
        await client.instances.upsert(map(write, range(4000)), auto_create_direct_relations=auto_create)
    assert max(under_way) == most


async def test_items_given_twice_are_refused_before_anything_is_sent(anyio_backend: str) -> None:
    api = Api(accept)
    async with client_of(api) as client:
        with pytest.raises(UsageError, match="node s:n1 is given 2 times"):
            await client.instances.upsert([write(1), write(2), write(1)])
    assert api.requests == []


@pytest.mark.parametrize(
    ("value", "where"),
    [
        (float("nan"), "p"),
        (float("inf"), "p"),
        ([1.0, float("-inf")], "p[1]"),
        ({"a": [{"b": float("nan")}]}, "p.a[0].b"),
    ],
)
async def test_numbers_that_are_not_finite_are_refused_instead_of_clearing_values(
    anyio_backend: str, value: Any, where: str
) -> None:
    api = Api(accept)
    async with client_of(api) as client:
        told = re.escape(f"node s:n1, s:V/1, property {where!r} is a number that is not finite")
        with pytest.raises(UsageError, match=told):
            await client.instances.upsert([write(1, ok=1.5, text="x", many=[1, 2], p=value)])
    assert api.requests == []


async def test_values_without_a_json_form_are_a_mistake_of_the_caller(anyio_backend: str) -> None:
    async with client_of(Api(accept)) as client:
        with pytest.raises(UsageError, match="cannot be written as JSON"):
            await client.instances.upsert([write(1, p=datetime.UTC)])


async def test_an_answer_that_tells_of_too_few_items_is_no_success(anyio_backend: str) -> None:
    async with client_of(Api(ok())) as client:
        with pytest.raises(WriteError, match="does not say what became of this item"):
            await client.instances.upsert([write(1)])
        with pytest.raises(WriteError, match="does not say what became of this item"):
            await client.instances.upsert([write(1)], skip_on_version_conflict=True)
        stale = msgspec.structs.replace(write(1), existing_version=1)
        assert await client.instances.upsert([stale], skip_on_version_conflict=True) == []


async def test_deleting_takes_edges_first_and_says_what_was_deleted(anyio_backend: str) -> None:
    api = Api(lambda request: ok(json.loads(_unpacked(request))["items"][:2]))
    async with client_of(api) as client:
        deleted = await client.instances.delete([NodeId("s", "a"), EdgeId("s", "b"), NodeId("s", "c")])
    assert [item["externalId"] for item in api.body()["items"]] == ["b", "a", "c"]
    assert deleted == [NodeId("s", "a"), EdgeId("s", "b")]
    assert path(api.requests[0]) == "/models/instances/delete"


# --- batches --------------------------------------------------------------------------------------------------------


async def test_batches_answer_in_order_whatever_ends_first(anyio_backend: str) -> None:
    async def send(batch: Any) -> Any:
        for _ in range(10 - batch[0]):
            await anyio.lowlevel.checkpoint()
        return batch

    assert await in_batches(list(range(10)), 3, send, parallel=3) == list(range(10))


async def test_after_a_failure_no_further_batch_starts(anyio_backend: str) -> None:
    started: list[int] = []

    async def send(batch: Any) -> Any:
        started.append(batch[0])
        await anyio.lowlevel.checkpoint()
        if batch[0] == 2:
            raise NotReachedError("down")
        await anyio.sleep_forever()

    with pytest.raises(NotReachedError, match=r"items 3 to 4 of 9 failed: down \(0 of 5 requests had been answered"):
        await in_batches(list(range(9)), 2, send, parallel=2)
    assert started == [0, 2]


async def test_a_bug_in_a_batch_arrives_as_it_is(anyio_backend: str) -> None:
    async def send(batch: Any) -> Any:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await in_batches([1, 2], 1, send)


async def test_errors_of_a_single_batch_are_left_alone(anyio_backend: str) -> None:
    async with client_of(Api(refused(500, "bad"))) as client:
        with pytest.raises(ServerError, match=r"^POST /models/spaces answered 500: bad; try again later"):
            await client.spaces.create(SpaceWrite(space="a"))
