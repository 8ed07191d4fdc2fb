"""The resources against the local server, over real sockets."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from msgspec import UNSET

from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.errors import ApiError, ConflictError, CursorExpiredError, WriteError
from pygen_runtime.schema import (
    Constraint,
    ContainerId,
    ContainerPartId,
    ContainerProperty,
    ContainerWrite,
    DataModelId,
    DataModelWrite,
    EdgeId,
    EdgeWrite,
    EnumValue,
    Index,
    InstanceWrite,
    MappedProperty,
    Node,
    NodeId,
    NodeWrite,
    PropertyType,
    SourceWrite,
    SpaceWrite,
    Through,
    ViewId,
    ViewWrite,
)
from pygen_runtime.schema.aggregates import Average, Count, Greatest, Histogram, Least, Sum
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
from pygen_runtime.schema.queries import (
    Edges,
    EdgeSet,
    Intersection,
    NodeFeed,
    Nodes,
    NodeSet,
    QueryRequest,
    Select,
    SelectSource,
    SyncRequest,
    Union,
    UnionAll,
)
from pygen_runtime.schema.requests import AggregateRequest, InstanceReference, SearchRequest, Sort

pytestmark = pytest.mark.anyio

PUMP, SITE = ViewId("plant", "Pump", "1"), ViewId("plant", "Site", "1")
C_PUMP, C_SITE = ContainerId("plant", "Pump"), ContainerId("plant", "Site")
FEEDS = NodeId("plant", "Pump.feeds")
COUNT = 12


def ref(name: str) -> tuple[str, str, str]:
    return ("plant", "Pump/1", name)


def property_(type_: str, *, list_: bool = False, **more: Any) -> ContainerProperty:
    return ContainerProperty(type=PropertyType(type=type_, list=list_, **more))


PROPERTIES = {
    "code": property_("text"),
    "flow": property_("float64"),
    "least": property_("float64"),
    "start": property_("timestamp"),
    "end": property_("timestamp"),
    "tags": property_("text", list_=True),
    "site": property_("direct"),
    "status": ContainerProperty(type=PropertyType(type="enum", values={"on": EnumValue(name="On"), "off": None})),
}


def view(id_: ViewId, container: ContainerId, names: Any) -> ViewWrite:
    mapped = {name: MappedProperty(container=container, container_property_identifier=name) for name in names}
    return ViewWrite(space=id_.space, external_id=id_.external_id, version=id_.version, properties={**mapped})


def pump(number: int, **properties: Any) -> NodeWrite:
    values: dict[str, Any] = {
        "code": f"{'AB'[number % 2]}-{number}",
        "least": 5.0,
        "start": f"2026-01-{number % 20 + 1:02}T00:00:00Z",
        "end": f"2026-01-{number % 20 + 3:02}T00:00:00Z",
        "tags": [f"t{number % 3}", "all"],
        "status": "on" if number % 4 else "off",
        "site": {"space": "plant", "externalId": f"site{number % 2}"},
    }
    values |= {"flow": float(number)} if number else {}
    return NodeWrite(
        space="plant",
        external_id=f"p{number}",
        sources=[SourceWrite(source=PUMP, properties={**values, **properties})],
    )


def site(number: int) -> NodeWrite:
    return NodeWrite(
        space="plant",
        external_id=f"site{number}",
        sources=[SourceWrite(source=SITE, properties={"name": f"Site {number}"})],
    )


def feed(start: int, end: int) -> EdgeWrite:
    ends = NodeId("plant", f"p{start}"), NodeId("plant", f"p{end}")
    return EdgeWrite(space="plant", external_id=f"p{start}-p{end}", type=FEEDS, start_node=ends[0], end_node=ends[1])


@asynccontextmanager
async def plant(base_url: str) -> AsyncIterator[AsyncPygenClient]:
    """Twelve pumps in a row, each feeding the next, on two sites."""
    async with AsyncPygenClient.from_token(base_url=base_url, project="p", token="t") as client:
        await client.spaces.create(SpaceWrite(space="plant"))
        await client.containers.create(
            [
                ContainerWrite(space="plant", external_id="Site", properties={"name": property_("text")}),
                ContainerWrite(
                    space="plant",
                    external_id="Pump",
                    properties=PROPERTIES,
                    constraints={"oneCode": Constraint(constraint_type="uniqueness", properties=["code"])},
                    indexes={"byFlow": Index(index_type="btree", properties=["flow"], cursorable=True)},
                ),
            ]
        )
        await client.views.create([view(SITE, C_SITE, ["name"]), view(PUMP, C_PUMP, PROPERTIES)])
        items: list[InstanceWrite] = [site(0), site(1), *map(pump, range(COUNT))]
        await client.instances.upsert([*items, *(feed(number, number + 1) for number in range(COUNT - 1))])
        yield client


# --- filters --------------------------------------------------------------------------------------------------------

NUMBERS = range(COUNT)
FILTERS: list[tuple[PygenFilter, Callable[[int], bool]]] = [
    (MatchAll(), lambda _: True),
    (Equals(ref("flow"), 3), lambda n: n == 3),
    (Equals(ref("code"), ""), lambda _: False),
    (Equals(ref("status"), "off"), lambda n: n % 4 == 0),
    (Equals(ref("site"), NodeId("plant", "site1")), lambda n: n % 2 == 1),
    (Equals(("node", "externalId"), "p4"), lambda n: n == 4),
    (Equals(ref("flow"), PropertyValue(ref("least"))), lambda n: n == 5),
    (In(ref("code"), ["A-2", "B-3", "nothing"]), lambda n: n in (2, 3)),
    (In(ref("site"), [NodeId("plant", "site0")]), lambda n: n % 2 == 0),
    (In(ref("code"), []), lambda _: False),
    (Range(ref("flow"), gt=3, lte=6), lambda n: 3 < n <= 6),
    (Range(ref("flow"), gte=0), lambda n: n > 0),
    (Range(ref("flow"), lt=PropertyValue(ref("least"))), lambda n: 0 < n < 5),
    (Range(("node", "version"), gte=1), lambda _: True),
    (Prefix(ref("code"), "A-1"), lambda n: n == 10),
    (Exists(ref("flow")), lambda n: n > 0),
    (~Exists(ref("flow")), lambda n: n == 0),
    (ContainsAny(ref("tags"), ["t0", "t1"]), lambda n: n % 3 < 2),
    (ContainsAny(ref("tags"), []), lambda _: False),
    (ContainsAll(ref("tags"), ["t2", "all"]), lambda n: n % 3 == 2),
    (HasData(PUMP, C_PUMP), lambda _: True),
    (HasData(SITE), lambda _: False),
    (InstanceReferences([NodeId("plant", "p1"), NodeId("plant", "px")]), lambda n: n == 1),
    (InstanceReferences([]), lambda _: False),
    (Nested(ref("site"), Equals(("plant", "Site/1", "name"), "Site 1")), lambda n: n % 2 == 1),
    (
        Overlaps(ref("start"), ref("end"), gte="2026-01-04T00:00:00Z", lt="2026-01-05T00:00:00Z"),
        lambda n: n + 1 < 5 and n + 3 >= 4,
    ),
    (
        And(Range(ref("flow"), lt=8), Or(Prefix(ref("code"), "A"), Equals(ref("flow"), 3))),
        lambda n: 0 < n < 8 and (n % 2 == 0 or n == 3),
    ),
    (Not(Range(ref("flow"), lt=8) & ~Prefix(ref("code"), "A")), lambda n: not (0 < n < 8 and n % 2)),
    (Range(ref("flow"), lt=3) | Range(ref("flow"), gt=9), lambda n: 0 < n < 3 or n > 9),
]


async def test_every_filter_finds_what_it_says(anyio_backend: str, local_server: str) -> None:
    async with plant(local_server) as client:
        for condition, expected in FILTERS:
            found = await client.instances.list(source=PUMP, filter=condition)
            assert {one.external_id for one in found} == {f"p{n}" for n in NUMBERS if expected(n)}, condition


# --- reading --------------------------------------------------------------------------------------------------------


async def test_queries_walk_the_graph(anyio_backend: str, local_server: str) -> None:
    async with plant(local_server) as client:
        reply = await client.instances.query(
            QueryRequest(
                with_={
                    "start": NodeSet(nodes=Nodes(filter=Equals(ref("code"), Parameter("code")))),
                    "next": EdgeSet(edges=Edges(from_="start", filter=Equals(("edge", "type"), FEEDS))),
                    "fed": NodeSet(nodes=Nodes(from_="next")),
                    "all": EdgeSet(
                        edges=Edges(from_="start", max_distance=UNSET, termination_filter=Equals(ref("flow"), 7))
                    ),
                    "site": NodeSet(nodes=Nodes(from_="start", through=Through(source=PUMP, identifier="site"))),
                    "siblings": NodeSet(
                        nodes=Nodes(from_="site", through=Through(source=PUMP, identifier="site"), direction="inwards"),
                        sort=[Sort(property=ref("flow"), direction="descending")],
                    ),
                    "both": Union(union=["start", "fed"]),
                    "twice": UnionAll(union_all=["start", "siblings"]),
                    "common": Intersection(intersection=["siblings", "twice"], except_=["start"]),
                },
                select={
                    "fed": Select(sources=[SelectSource(source=PUMP, properties=["code"])]),
                    **{name: Select() for name in ("next", "all", "site", "siblings", "both", "twice", "common")},
                },
                parameters={"code": "A-4"},
            )
        )
    found = {name: [one.external_id for one in rows] for name, rows in reply.items.items()}
    assert found["next"] == ["p4-p5"]
    assert found["fed"] == ["p5"]
    assert reply.items["fed"][0].properties == {"plant": {"Pump/1": {"code": "B-5"}}}
    assert sorted(found["all"]) == ["p4-p5", "p5-p6", "p6-p7"]
    assert found["site"] == ["site0"]
    assert found["siblings"][:5] == ["p10", "p8", "p6", "p4", "p2"]
    assert sorted(found["both"]) == ["p4", "p5"]
    assert sorted(found["twice"]) == sorted([*found["siblings"], "p4"])
    assert set(found["common"]) == {*found["siblings"]} - {"p4"}


async def test_a_query_goes_on_from_its_cursor(anyio_backend: str, local_server: str) -> None:
    async with plant(local_server) as client:
        seen: list[str] = []
        cursor: str | None = None
        while True:
            reply = await client.instances.query(
                QueryRequest(
                    with_={"pumps": NodeSet(nodes=Nodes(filter=HasData(PUMP)), limit=5)},
                    select={"pumps": Select()},
                    cursors={"pumps": cursor},
                )
            )
            seen += [one.external_id for one in reply.items["pumps"]]
            cursor = reply.next_cursor.get("pumps")
            if cursor is None:
                break
    assert sorted(seen) == sorted(f"p{number}" for number in NUMBERS)


async def test_a_sync_tells_what_changed_and_what_went(anyio_backend: str, local_server: str) -> None:
    request = SyncRequest(
        with_={"pumps": NodeFeed(nodes=Nodes(filter=HasData(PUMP)))},
        select={"pumps": Select(sources=[SelectSource(source=PUMP)])},
    )
    async with plant(local_server) as client:
        first = await client.instances.sync(request)
        assert len(first.items["pumps"]) == COUNT
        await client.instances.upsert(pump(3, flow=99))
        await client.instances.delete(NodeId("plant", "p5"))
        again = SyncRequest(with_=request.with_, select=request.select, cursors=first.next_cursor)
        second = await client.instances.sync(again)
        changed = {one.external_id: one for one in second.items["pumps"]}
        assert changed.keys() == {"p3", "p5"}
        assert changed["p3"].properties is not None
        assert changed["p3"].properties["plant"]["Pump/1"]["flow"] == 99
        assert changed["p5"].deleted_time is not None


async def test_searching(anyio_backend: str, local_server: str) -> None:
    async with plant(local_server) as client:
        found = await client.instances.search(SearchRequest(view=PUMP, query="A-10", properties=["code"]))
        assert [one.external_id for one in found.items] == ["p10"]
        filtered = SearchRequest(view=PUMP, filter=Range(ref("flow"), gt=9), sort=[Sort(property=ref("flow"))])
        assert [one.external_id for one in (await client.instances.search(filtered)).items] == ["p10", "p11"]


async def test_aggregating(anyio_backend: str, local_server: str) -> None:
    async with plant(local_server) as client:
        figures = [Count(), Average("flow"), Least("flow"), Greatest("flow"), Sum("flow")]
        whole = await client.instances.aggregate(
            AggregateRequest(view=PUMP, instance_type="node", aggregates=figures, filter=Range(ref("flow"), gt=1))
        )
        (item,) = whole.items
        assert [one.value for one in item.aggregates] == [10, 6.5, 2, 11, 65]
        groups = await client.instances.aggregate(
            AggregateRequest(view=PUMP, instance_type="node", aggregates=[Count("flow")], group_by=["site"])
        )
        counts = {group.group["site"]["externalId"]: group.value("count") for group in groups.items if group.group}
        assert counts == {"site0": 5, "site1": 6}
        histogram = await client.instances.aggregate(
            AggregateRequest(view=PUMP, instance_type="node", aggregates=[Histogram("flow", 5)])
        )
        buckets = histogram.items[0].aggregates[0].buckets or []
        assert {bucket.start: bucket.count for bucket in buckets} == {0: 4, 5: 5, 10: 2}


async def test_inspecting_and_statistics(anyio_backend: str, local_server: str) -> None:
    async with plant(local_server) as client:
        (found,) = await client.instances.inspect(NodeId("plant", "p1"))
        assert found.inspection_results.involved_views == [PUMP]
        assert found.inspection_results.involved_containers == [C_PUMP]
        (container,) = await client.containers.inspect(C_PUMP, total_involved_view_count=True)
        assert container.inspection_results.involved_views == [PUMP]
        assert container.inspection_results.involved_view_count == 1
        project = await client.statistics.project()
        assert (project.instances.edges, project.containers.count) == (COUNT - 1, 2)
        (space,) = await client.statistics.spaces("plant")
        assert (space.views, space.edges) == (2, COUNT - 1)
        assert [one.space for one in await client.statistics.spaces()] == ["plant"]
        assert (await client.token.inspect()).capabilities


# --- schema ---------------------------------------------------------------------------------------------------------


async def test_schema_objects_go_there_and_back(anyio_backend: str, local_server: str) -> None:
    async with plant(local_server) as client:
        model = DataModelWrite(space="plant", external_id="M", version="1", views=[PUMP, SITE])
        (created,) = await client.data_models.create(model)
        assert created.as_write() == model
        (outline,) = await client.data_models.retrieve(DataModelId("plant", "M", "1"), inline_views=False)
        assert outline.as_write() == model
        assert [one.external_id async for one in client.data_models.iterate(space="plant")] == ["M"]

        (container,) = await client.containers.retrieve(C_PUMP)
        (same,) = await client.containers.create(container.as_write())
        assert same == container
        (pump_view,) = await client.views.retrieve(PUMP)
        (same_view,) = await client.views.create(pump_view.as_write())
        assert same_view == pump_view
        assert {one.external_id async for one in client.views.iterate(space="plant")} == {"Pump", "Site"}
        assert {one.external_id async for one in client.containers.iterate(space="plant", used_for="node")} == {
            "Pump",
            "Site",
        }

        constraint, index = ContainerPartId("plant", "Pump", "oneCode"), ContainerPartId("plant", "Pump", "byFlow")
        assert await client.containers.delete_constraints([constraint]) == [constraint]
        assert await client.containers.delete_indexes([index, index]) == [index]
        (left,) = await client.containers.retrieve(C_PUMP)
        assert not left.constraints
        assert not left.indexes


# --- writing --------------------------------------------------------------------------------------------------------


async def test_a_poison_item_does_not_keep_the_others_out(anyio_backend: str, local_server: str) -> None:
    async with plant(local_server) as client:
        items: list[InstanceWrite] = [pump(number) for number in range(100, 2100)]
        items[777] = pump(877, flow="no number")
        items[3] = pump(1)
        items += [feed(number, number + 1) for number in range(870, 880)]
        result = await client.instances.try_upsert(items)
        assert [one.item.external_id for one in result.failed] == ["p877", "p876-p877", "p877-p878"]
        assert [one.external_id for one in result.unchanged] == ["p1"]
        assert len(result.written) == 1998 + 8
        assert not result.unknown
        assert not result.skipped
        assert len(await client.instances.list(source=PUMP)) == COUNT + 1998


async def test_versions_are_respected(anyio_backend: str, local_server: str) -> None:
    async with plant(local_server) as client:
        (read,) = await client.instances.retrieve(NodeId("plant", "p1"), sources=PUMP)
        assert isinstance(read, Node)
        mine, theirs = read.as_write(), read.as_write()
        assert mine.sources is not None
        assert theirs.sources is not None
        mine.sources[0].properties["flow"] = 70.5
        theirs.sources[0].properties["flow"] = 80.5
        await client.instances.upsert(mine)
        with pytest.raises(WriteError, match="1 was not written") as raised:
            await client.instances.upsert([theirs, pump(2)])
        assert isinstance(raised.value.__cause__, ConflictError)
        skipped = await client.instances.try_upsert(theirs, skip_on_version_conflict=True)
        assert skipped.skipped == [theirs]


async def test_deleting_tells_what_was_there(anyio_backend: str, local_server: str) -> None:
    async with plant(local_server) as client:
        ids: list[NodeId | EdgeId] = [NodeId("plant", "p1"), EdgeId("plant", "p5-p6"), NodeId("plant", "none")]
        result = await client.instances.try_delete(ids)
        assert result.deleted == ids[:2]
        assert result.absent == ids[2:]
        assert await client.instances.retrieve([EdgeId("plant", "p0-p1"), EdgeId("plant", "p1-p2")]) == []
        stale = InstanceReference(instance_type="node", space="plant", external_id="p2", existing_version=0)
        with pytest.raises(WriteError):
            await client.instances.delete(stale)


async def test_what_the_server_refuses_is_told(anyio_backend: str, local_server: str) -> None:
    async with plant(local_server) as client:
        bad = QueryRequest(with_={"a": NodeSet(nodes=Nodes(from_="nowhere"))}, select={"a": Select()})
        with pytest.raises(ApiError, match="nowhere"):
            await client.instances.query(bad)
        with pytest.raises((ApiError, CursorExpiredError)):
            await client.instances.query(
                QueryRequest(with_={"a": NodeSet(nodes=Nodes())}, select={"a": Select()}, cursors={"a": "nonsense"})
            )
