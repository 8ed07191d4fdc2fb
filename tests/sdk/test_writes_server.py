"""Writing through a generated SDK to a local server: what is written is there, whole, and nothing else has changed."""

from __future__ import annotations

import datetime
import json
import os
import random
from collections.abc import AsyncIterator, Callable, Mapping
from types import ModuleType
from typing import Any

import msgspec
import pytest
from msgspec import UNSET

from pygen_runtime.client import AsyncPygenClient, instance_writes, sending
from pygen_runtime.errors import ConflictError, UsageError, WriteError
from pygen_runtime.schema import (
    ContainerId,
    ContainerProperty,
    ContainerWrite,
    EdgeId,
    EdgeWrite,
    InstanceWrite,
    MappedProperty,
    NodeId,
    NodeWrite,
    SourceWrite,
    ViewWrite,
)
from pygen_runtime.sdk import WriteDefaults, WriteResult, counted_ids
from pygen_runtime.sdk.writes import plan as write_plan
from tests.runtime.support import client_of
from tests.sdk import plant
from tests.sdk.model import AsyncPlantClient
from tests.sdk.write_chaos import Rough, graph, keys
from tests.sdk.write_model import BARE, CONTAINERS, GEAR, ITEM, LINK, LINKS, PART, SPACE, VIEWS, deploy, files

ImportSdk = Callable[[str, Mapping[str, str]], ModuleType]
THOROUGH = 20 if os.environ.get("PYGEN_THOROUGH") == "1" else 0
MOMENT = datetime.datetime(2024, 2, 29, 13, 5, 7, 123999, datetime.timezone(datetime.timedelta(hours=5, minutes=30)))
VALUES: dict[str, Any] = {
    "text": 'ø "quoted" \n\u202e',
    "flag": False,
    "small": -(2**31),
    "large": 2**63 - 1,
    "single": 0.5,
    "double": 1e300,
    "moment": MOMENT,
    "day": datetime.date(1999, 12, 31),
    "blob": {"a": [1, None, {"b": ""}], "c": False},
    "series": "ts",
    "document": "file",
    "table": "",
}


@pytest.fixture
async def sdk(local_server: str, import_sdk: ImportSdk) -> ModuleType:
    async with AsyncPygenClient.from_token(base_url=local_server, project="p", token="t") as client:
        await deploy(client)
        return import_sdk("works", await files(client, "works"))


@pytest.fixture
async def client(sdk: ModuleType, local_server: str) -> AsyncIterator[Any]:
    async with sdk.AsyncWorksClient.from_token(local_server, "p", "t") as client:
        client.writing = WriteDefaults(space=SPACE)
        yield client


async def stored(client: Any) -> tuple[dict[NodeId, Any], dict[EdgeId, Any]]:
    """All that is on the server, as the API tells it through each view, but for the types of edges."""
    nodes: dict[NodeId, dict[str, Any]] = {}
    edges: dict[EdgeId, Any] = {}
    async for node in client.pygen.instances.iterate(instance_type="node"):
        nodes[node.as_id()] = {}
    for view in (ITEM, PART, GEAR):
        async for node in client.pygen.instances.iterate(instance_type="node", source=view):
            nodes[node.as_id()] |= (node.properties or {}).get(view.space, {}).get(view.key, {})
    async for edge in client.pygen.instances.iterate(instance_type="edge"):
        edges[edge.as_id()] = [edge.type, edge.start_node, edge.end_node, {}]
    async for edge in client.pygen.instances.iterate(instance_type="edge", source=LINK):
        edges[edge.as_id()][3] = (edge.properties or {}).get(LINK.space, {}).get(LINK.key, {})
    return {key: node for key, node in nodes.items() if key not in (BARE, LINKS)}, edges


def kept(value: Any) -> Any:
    """What the API keeps of a value: moments to the millisecond."""
    if isinstance(value, list):
        return [kept(one) for one in value]
    if isinstance(value, datetime.datetime):
        return value.replace(microsecond=value.microsecond // 1000 * 1000)
    return value


async def test_every_kind_of_property_comes_back_as_it_was_written(sdk: ModuleType, client: Any) -> None:
    other = NodeId(SPACE, "elsewhere")
    values = {f"one_{name}": value for name, value in VALUES.items()}
    values |= {f"many_{name}": [value, value] for name, value in VALUES.items()}
    item = sdk.ItemWrite(
        external_id="all", name="All", state=sdk.ItemState.RUNNING, part=other, parts=[other], anything=other, **values
    )
    item.validate(new=True)
    result = await client.upsert(item)
    assert [one.external_id for one in result.written] == ["all"]
    (read,) = await client.item.retrieve(["all"], space=SPACE)
    assert {name: getattr(read, name) for name in values} == {name: kept(value) for name, value in values.items()}
    assert (read.state, read.part_id, read.parts_ids, read.anything) == (sdk.ItemState.RUNNING, other, [other], other)
    assert read.mood == "fine", "the model's default"

    back = read.as_write()
    back.validate(new=True)
    assert (await client.upsert(back)).written == [], "nothing has changed"
    assert (await client.item.retrieve("all", space=SPACE)) == read
    assert (await client.item.list()).as_write() == [back]

    copy = read.as_write()
    copy.external_id, copy.existing_version, copy.mood = "copy", None, None
    await client.upsert(copy)
    twin = await client.item.retrieve("copy", space=SPACE)
    assert {name: getattr(twin, name) for name in values} == {name: kept(value) for name, value in values.items()}
    assert twin.mood is None
    second = twin.as_write()
    second.external_id, second.existing_version = "copy of copy", 0
    await client.upsert(second)
    assert (await client.item.retrieve("copy of copy", space=SPACE)).mood is None, (
        "empty stays empty, whatever the default"
    )


async def test_unset_leaves_none_clears_and_values_replace(sdk: ModuleType, client: Any) -> None:
    await client.upsert(sdk.ItemWrite(external_id="i", name="I", one_small=1, one_text="a", one_flag=True))
    await client.upsert(sdk.ItemWrite(external_id="i", name=UNSET, one_small=0, one_text=None))
    read = await client.item.retrieve("i", space=SPACE)
    assert (read.name, read.one_small, read.one_text, read.one_flag) == ("I", 0, None, True)
    await client.upsert(sdk.ItemWrite(external_id="i", name="J", one_large=3), replace=True)
    read = await client.item.retrieve("i", space=SPACE)
    assert (read.name, read.one_small, read.one_flag, read.one_large) == ("J", None, None, 3)


async def test_versions_are_checked_ignored_or_skipped(sdk: ModuleType, client: Any) -> None:
    await client.upsert(sdk.PartWrite(external_id="p", weight=1.0))
    old = (await client.part.retrieve("p", space=SPACE)).as_write()
    await client.upsert(sdk.PartWrite(external_id="p", weight=2.0))
    old.weight = 3.0
    fresh = sdk.PartWrite(external_id="q", existing_version=0)
    with pytest.raises(WriteError, match="1 was not written") as caught:
        await client.upsert([old, fresh])
    assert [one.item.external_id for one in caught.value.result.failed] == ["p"]
    assert isinstance(caught.value.result.failed[0].error, ConflictError)
    assert isinstance(caught.value.result, WriteResult)
    assert [one.external_id for one in caught.value.result.written] == ["q"]
    skipped = await client.upsert(old, skip_on_version_conflict=True)
    assert [one.external_id for one in skipped.skipped] == ["p"]
    assert (await client.part.retrieve("p", space=SPACE)).weight == 2.0
    await client.upsert(old, check_versions=False)
    assert (await client.part.retrieve("p", space=SPACE)).weight == 3.0


async def test_nested_objects_are_written_with_the_edges_between_them(sdk: ModuleType, client: Any) -> None:
    gear = sdk.GearWrite(external_id="gear", teeth=12, label="G")
    first = sdk.PartWrite(external_id="first", next_=gear)
    gear.next_ = first
    item = sdk.ItemWrite(
        external_id="item",
        name="Item",
        part=gear,
        parts=[first, NodeId(SPACE, "only an id")],
        bare=[first, gear],
        links=[sdk.LinkWrite(external_id="l", end_node=gear, metres=2.5, witness=first), first],
    )
    first.items = [item]  # the same edge as the first of `bare`
    plan = await client.plan_upsert(item)
    assert await stored(client) == ({}, {}), "a plan sends nothing"
    assert [one.external_id for one in plan.items[:3]] == ["gear", "first", "item"] or [
        one.external_id for one in plan.items[:3]
    ] == ["first", "gear", "item"]
    assert len(plan.items) == 3 + 4
    assert json.loads(json.dumps(plan.to_dict()))["items"][2]["instanceType"] == "node"

    result = await client.upsert(item)
    assert len(result.written) == 7
    nodes, edges = await stored(client)
    ids = {name: NodeId(SPACE, name) for name in ("gear", "first", "item", "only an id")}
    assert nodes == {
        ids["gear"]: {"label": "G", "teeth": 12, "next": _json(ids["first"])},
        ids["first"]: {"next": _json(ids["gear"])},
        ids["item"]: {
            "name": "Item",
            "mood": "fine",
            "part": _json(ids["gear"]),
            "parts": [_json(ids["first"]), _json(ids["only an id"])],
        },
        ids["only an id"]: {},
    }
    assert edges[EdgeId(SPACE, "l")] == [
        LINKS,
        ids["item"],
        ids["gear"],
        {"metres": 2.5, "witness": _json(ids["first"])},
    ]
    others = [edge for key, edge in edges.items() if key.external_id != "l"]
    assert sorted(others, key=str) == sorted(
        [
            [BARE, ids["item"], ids["first"], {}],
            [BARE, ids["item"], ids["gear"], {}],
            [LINKS, ids["item"], ids["first"], {}],
        ],
        key=str,
    )
    assert len((await client.upsert(item)).unchanged) == 7, "the same again, not beside it"


def _json(id_: NodeId) -> dict[str, str]:
    return {"space": id_.space, "externalId": id_.external_id}


async def test_edges_that_are_not_in_the_list_go_only_when_asked(sdk: ModuleType, client: Any) -> None:
    parts = [sdk.PartWrite(external_id=f"p{number}") for number in range(4)]
    await client.upsert(parts)
    await client.upsert(sdk.ItemWrite(external_id="i", name="I", bare=parts[:3], links=parts[:1]))
    await client.upsert(sdk.ItemWrite(external_id="other", name="O", bare=parts[:2]))
    theirs = EdgeWrite(  # made by somebody else, with an id of theirs
        space=SPACE, external_id="theirs", type=BARE, start_node=NodeId(SPACE, "i"), end_node=NodeId(SPACE, "p3")
    )
    await client.pygen.instances.upsert([theirs])
    before = (await stored(client))[1]

    await client.upsert(sdk.ItemWrite(external_id="i", name="I", bare=[parts[2], parts[3]]))
    edges = (await stored(client))[1]
    assert before.items() < edges.items(), "only added: nobody asked for more"
    assert sum(edge[2].external_id == "p3" for edge in edges.values()) == 2
    await client.delete([key for key in edges if key not in before])

    wanted = sdk.ItemWrite(external_id="i", name="I", bare=[parts[2], parts[3]])
    plan = await client.plan_upsert(wanted, replace_edges=True)
    assert len(plan.removals) == 2
    assert {one["instanceType"] for one in plan.to_dict()["delete"]} == {"edge"}
    assert "theirs" in [one.external_id for one in plan.items], "an edge with these ends is there already"
    result = await client.upsert(wanted, replace_edges=True)
    gone = set(result.removed.deleted)
    after = (await stored(client))[1]
    assert gone == before.keys() - after.keys()
    assert {(edge[1].external_id, edge[2].external_id) for edge in after.values() if edge[0] == BARE} == {
        ("i", "p2"),
        ("i", "p3"),
        ("other", "p0"),
        ("other", "p1"),
    }
    assert [edge for edge in after.values() if edge[0] == LINKS], "another relation, which was not given"
    cleared = await client.upsert(sdk.ItemWrite(external_id="i", name="I", bare=None), replace_edges=True)
    assert len(cleared.removed.deleted) == 2


async def test_graphs_of_many_requests_arrive_whole(sdk: ModuleType, client: Any) -> None:
    count = 1_100  # items alone are more than one request, and more than one filter of owners
    parts = [sdk.PartWrite(external_id=f"p{number}", weight=1.0) for number in range(10)]
    items = [
        sdk.ItemWrite(external_id=f"i{number}", name="I", part=parts[number % 10], bare=[parts[number % 7]])
        for number in range(count)
    ]
    result = await client.upsert(items)
    assert (len(result.written), result.failed, result.unknown) == (2 * count + 10, [], [])
    nodes, edges = await stored(client)
    assert nodes.keys() == {NodeId(SPACE, f"i{n}") for n in range(count)} | {NodeId(SPACE, f"p{n}") for n in range(10)}
    lines = {(edge[1].external_id, edge[2].external_id) for edge in edges.values()}
    assert lines == {(f"i{number}", f"p{number % 7}") for number in range(count)}
    for number, item in enumerate(items):
        item.bare = [] if number % 2 else UNSET
    result = await client.upsert(items, replace_edges=True)
    assert len(result.removed.deleted) == count // 2
    left = {edge[1].external_id for edge in (await stored(client))[1].values()}
    assert left == {f"i{number}" for number in range(0, count, 2)}


async def test_edges_of_what_was_not_written_are_not_removed(sdk: ModuleType, client: Any) -> None:
    part = sdk.PartWrite(external_id="p")
    await client.upsert(sdk.ItemWrite(external_id="i", name="I", bare=[part]))
    late = sdk.ItemWrite(external_id="i", name="I", bare=[], existing_version=0)
    result = await client.try_upsert(late, replace_edges=True)
    assert [one.item.external_id for one in result.failed] == ["i"]
    assert result.removed.deleted == []
    assert len((await stored(client))[1]) == 1
    with pytest.raises(WriteError):
        await client.upsert(late, replace_edges=True)


async def test_delete_takes_what_it_is_given_and_nothing_else(sdk: ModuleType, client: Any) -> None:
    gear, part = sdk.GearWrite(external_id="g", teeth=1), sdk.PartWrite(external_id="p", weight=1.0)
    await client.upsert(
        [
            sdk.ItemWrite(external_id="i", name="I", part=gear, parts=[part, gear], bare=[part], links=[gear]),
            sdk.ItemWrite(external_id="j", name="J", part=part, bare=[part]),
        ]
    )
    item = await client.item.retrieve("i", space=SPACE)
    plan = await client.plan_delete(item)
    assert (plan.ids, len(plan.edges)) == ([item.as_id()], 2)
    result = await client.delete(item)
    assert result.deleted == [item.as_id()]
    nodes, edges = await stored(client)
    assert {key.external_id for key in nodes} == {"g", "p", "j"}, "what it refers to is still there"
    assert len(edges) == 1, "its own edges went with it"

    (other,) = await client.item.retrieve(["j"], space=SPACE)
    plan = await client.plan_delete([other], cascade=["part", "bare"])
    assert plan.ids == [other.as_id(), NodeId(SPACE, "p")]
    assert len(plan.edges) == 1
    assert (await client.delete([other], cascade=["part"])).deleted == [other.as_id(), NodeId(SPACE, "p")]
    assert (await client.delete(gear)).deleted == [NodeId(SPACE, "g")]
    assert await stored(client) == ({}, {})
    assert (await client.delete(NodeId(SPACE, "g"))).absent == [NodeId(SPACE, "g")]


async def test_cascades_follow_relations_of_every_kind(sdk: ModuleType, client: Any) -> None:
    deep = sdk.PartWrite(external_id="deep", label="d", next_=sdk.PartWrite(external_id="deeper", label="e"))
    await client.upsert(
        [
            sdk.ItemWrite(
                external_id="a", name="A", parts=[deep], links=[sdk.PartWrite(external_id="linked", label="l")]
            ),
            sdk.ItemWrite(external_id="b", name="B", part=sdk.PartWrite(external_id="held", label="h")),
        ]
    )
    item = await client.item.retrieve("a", space=SPACE)
    plan = await client.plan_delete(item, cascade=["parts.next_", "links"])
    assert {one.external_id for one in plan.ids} == {"a", "deep", "deeper", "linked"}
    held = await client.part.retrieve("held", space=SPACE)
    assert [one.external_id for one in (await client.plan_delete(held, cascade=["holders"])).ids] == ["held", "b"]
    with pytest.raises(UsageError, match=r"no relation 'wheels'; it has: .*parts"):
        await client.delete(item, cascade=["wheels"])
    with pytest.raises(UsageError, match="needs objects that were read"):
        await client.delete(item.as_id(), cascade=["parts"])
    with pytest.raises(UsageError, match="id is not complete"):
        await client.delete(sdk.PartWrite())
    assert (await client.plan_delete(item, cascade="links")).ids == (
        await client.plan_delete(item, cascade=["links"])
    ).ids
    with pytest.raises(UsageError, match="str cannot be deleted"):
        await client.delete("deep")
    with pytest.raises(UsageError, match="NoneType cannot be deleted"):
        await client.delete(None)


async def test_cascades_ask_for_no_more_than_a_filter_may_name(local_server: str) -> None:
    """Backwards through lists that is 100 nodes."""
    count = 230
    async with AsyncPlantClient.from_token(local_server, "p", "t") as plants:
        await plant.build(plants.pygen, count)
        pumps = await plants.pump.all().to_list()
        mine = [pump for pump in pumps if int(pump.external_id[-4:]) % 2 == 0]
        wanted = {
            f"pump-{number:04}"
            for number in range(count)
            if any(part % 2 == 0 for part in plant.parts_of(number, count))
        }
        plan = await plants.plan_delete(mine, cascade=["part_of"])
        assert {one.external_id for one in plan.ids} == wanted | {pump.external_id for pump in mine}


async def test_an_old_client_neither_loses_nor_clears_what_a_newer_model_holds(sdk: ModuleType, client: Any) -> None:
    await client.upsert(sdk.ItemWrite(external_id="i", name="I", one_text="gone soon", state=sdk.ItemState.RUNNING))
    newer = _newer_item()
    container = next(one for one in await client.pygen.containers.list(space=SPACE) if one.external_id == "Item")
    container.properties["added"] = type(container.properties["name"])(
        type=type(container.properties["name"].type)(type="text")
    )
    container.properties["state"].type.values["broken"] = type(container.properties["state"].type.values["running"])()
    await client.pygen.containers.create([_write(container)])
    await client.pygen.views.create([newer])
    values = {"added": "by a newer client", "state": "broken"}
    await client.pygen.instances.upsert(
        [NodeWrite(space=SPACE, external_id="i", sources=[SourceWrite(source=ITEM, properties=values)])]
    )
    before = await stored(client)
    read = await client.item.retrieve("i", space=SPACE)
    assert (read.state, read.one_text) == ("broken", None), "the view shows it no longer"
    back = read.as_write()
    assert (await client.upsert(back)).written == []
    back.one_small = 5
    await client.upsert(back)
    nodes, edges = await stored(client)
    assert nodes == {key: {**value, "one_small": 5} for key, value in before[0].items()}
    assert edges == before[1]
    await client.pygen.views.create(VIEWS[0])
    assert (await client.item.retrieve("i", space=SPACE)).one_text == "gone soon", (
        "still there, where it cannot be seen"
    )


def _newer_item() -> ViewWrite:
    """A property and a relation more, an optional property less."""
    properties = {name: prop for name, prop in (VIEWS[0].properties or {}).items() if name != "one_text"}
    properties["added"] = MappedProperty(container=ContainerId(SPACE, "Item"), container_property_identifier="added")
    properties["more"] = properties["bare"]
    return ViewWrite(space=SPACE, external_id="Item", version="1", properties=properties)


def _write(container: Any) -> Any:
    return ContainerWrite(
        space=container.space, external_id=container.external_id, used_for="node", properties=container.properties
    )


async def test_edges_are_read_and_written_back(sdk: ModuleType, client: Any) -> None:
    await client.upsert(
        sdk.LinkWrite(
            external_id="l",
            start_node=sdk.ItemWrite(external_id="i", name="I"),
            end_node=sdk.PartWrite(external_id="p"),
            metres=1.0,
        )
    )
    (link,) = await client.link.retrieve(["l"], space=SPACE)
    back = link.as_write()
    assert (back.edge_type, back.start_node, back.end_node) == (LINKS, NodeId(SPACE, "i"), NodeId(SPACE, "p"))
    assert (await client.upsert(back)).written == []
    back.metres = None
    await client.upsert(back)
    assert (await client.link.retrieve(["l"], space=SPACE))[0].metres is None
    assert (await client.delete(link)).deleted == [EdgeId(SPACE, "l")]


async def test_missing_ends_are_made_only_when_asked(sdk: ModuleType, client: Any) -> None:
    link = sdk.LinkWrite(start_node=NodeId(SPACE, "i"), end_node=NodeId(SPACE, "p"))
    with pytest.raises(WriteError):
        await client.upsert(link)
    await client.upsert(link, auto_create_start_nodes=True, auto_create_end_nodes=True)
    assert len((await stored(client))[0]) == 2
    part = sdk.PartWrite(external_id="x", next_=NodeId(SPACE, "nowhere"))
    with pytest.raises(WriteError):
        await client.upsert(part, auto_create_direct_relations=False)
    await client.upsert(part)


def test_the_client_without_await_writes_the_same(sdk: ModuleType, local_server: str) -> None:
    with sdk.WorksClient.from_token(local_server, "p", "t") as client:
        client.writing = WriteDefaults(space=SPACE, node_id=counted_ids())
        item = sdk.ItemWrite(name="I", bare=[sdk.PartWrite(weight=1.0)])
        assert len(client.plan_upsert(item).items) == 3
        assert len(client.upsert(item).written) == 3
        assert client.try_upsert(sdk.PartWrite(external_id="z")).failed == []
        (read,) = client.item.all()
        assert len(client.plan_delete(read, cascade=["bare"]).ids) == 2
        assert len(client.delete(read, cascade=["bare"]).deleted) == 2
        assert client.try_delete(NodeId(SPACE, "z")).deleted == [NodeId(SPACE, "z")]


@pytest.fixture
def one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each item is a request of its own."""
    for module in (sending, instance_writes):
        monkeypatch.setattr(module, "MOST_ITEMS", 1)
    monkeypatch.setattr(write_plan, "_AT_ONCE", 1)


@pytest.mark.usefixtures("one_by_one")
@pytest.mark.parametrize("seed", range(THOROUGH or 2))
async def test_shuffled_graphs_arrive_in_batches_of_one_but_for_poison(
    seed: int, sdk: ModuleType, client: Any, local_server: str
) -> None:
    """Without auto-creation: what comes before what it needs would fail. What fails is poison, and what cannot be without it."""
    chance = random.Random(seed)
    await client.pygen.instances.upsert([NodeWrite(space=SPACE, external_id=one.external_id) for one in (BARE, LINKS)])
    writes, intended = graph(sdk, chance, 25, poison=3)
    way = Rough(chance, intended.poison)
    async with client_of(way, base_url=local_server, deadline=None) as pygen:
        rough = sdk.AsyncWorksClient(pygen)
        rough.writing = WriteDefaults(space=SPACE)
        plan = await rough.plan_upsert(writes)
        result = await rough.try_upsert(writes, auto_create_direct_relations=False)
    assert way.troubles
    lost = intended.lost()
    ends = {key: {start, end, *more} for key, more in intended.edges.items() for _, start, end in [key]}
    nodes, edges = await stored(client)
    assert {key.external_id for key in nodes} == intended.nodes.keys() - lost
    found = {(edge[0], edge[1].external_id, edge[2].external_id): key for key, edge in edges.items()}
    assert found.keys() == {key for key, needs in ends.items() if not needs & lost}
    for key, node in nodes.items():
        held = [node[name] for name in ("next", "part") if name in node] + node.get("parts", [])
        assert [one["externalId"] for one in held] == intended.nodes[key.external_id]

    parts = keys(result)
    assert sorted(map(str, (key for part in parts.values() for key in part))) == sorted(
        f"{one.space}:{one.external_id}" for one in plan.items
    )
    assert {*parts["written"], *parts["unchanged"], *parts["written_or_unchanged"]} == {*nodes, *edges}
    assert not parts["skipped"]
    assert not parts["unknown"]
    assert {key.external_id for key in parts["failed"] if isinstance(key, NodeId)} == lost


@pytest.mark.usefixtures("one_by_one")
async def test_circles_arrive_in_batches_of_one(sdk: ModuleType, client: Any) -> None:
    parts = [sdk.PartWrite(external_id=f"p{number}") for number in range(7)]
    for number, part in enumerate(parts):
        part.next_ = parts[number - 1]
    result = await client.upsert(parts[3])
    assert len(result.written) + len(result.unchanged) == 7
    nodes, _ = await stored(client)
    assert {key.external_id: node["next"]["externalId"] for key, node in nodes.items()} == {
        f"p{number}": f"p{(number - 1) % 7}" for number in range(7)
    }


@pytest.mark.usefixtures("one_by_one")
async def test_what_was_refused_because_it_came_too_early_is_sent_again(sdk: ModuleType, client: Any) -> None:
    """A relation with a container asks for data at the other end, which no auto-creation makes; batches go side by side."""
    container = next(one for one in CONTAINERS if one.external_id == "Part")
    kept_type = container.properties["next"].type
    constrained = msgspec.structs.replace(kept_type, container=ContainerId(SPACE, "Part"))
    container = msgspec.structs.replace(
        container, external_id="Strict", properties={"next": ContainerProperty(type=constrained)}
    )
    view = ViewWrite(
        space=SPACE,
        external_id="Strict",
        version="1",
        properties={
            "next": MappedProperty(
                container=ContainerId(SPACE, "Strict"), container_property_identifier="next", source=PART
            )
        },
    )
    await client.pygen.containers.create([container])
    await client.pygen.views.create([view])
    plan = await client.plan_upsert([sdk.PartWrite(external_id=f"p{number}", label="x") for number in range(5)])
    pointing: list[InstanceWrite] = [
        NodeWrite(
            space=SPACE,
            external_id=f"s{number}",
            sources=[SourceWrite(source=view.as_id(), properties={"next": NodeId(SPACE, f"p{number}")})],
        )
        for number in range(5)
    ]
    early = write_plan.WritePlan(items=[*pointing, *plan.items], removals=[])
    result = await write_plan.carry_out(client.pygen, early)
    assert [one.external_id for one in result.written] == [one.external_id for one in early.items]
    assert result.failed == []
