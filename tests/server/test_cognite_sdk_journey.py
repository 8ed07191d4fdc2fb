"""The official Python SDK from an empty project to an empty project: every answer is compared with a plain evaluation in Python."""

from __future__ import annotations

import contextlib
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from cognite.client import ClientConfig, CogniteClient, global_config
from cognite.client.credentials import Token
from cognite.client.data_classes import aggregations
from cognite.client.data_classes import data_modeling as dm
from cognite.client.data_classes.data_modeling.instances import InvolvedContainers, InvolvedViews
from cognite.client.data_classes.data_modeling.query import Query, QuerySync
from cognite.client.data_classes.filters import Filter

from pygen.server import Store, run_in_thread
from tests.server.oracle import World
from tests.server.support import SPACE, container, container_id, data, edge, mapped, node, node_id, view, view_id

KINDS = [f"Kind{number:02}" for number in range(32)]
OWN = {
    "size": "int64",
    "ratio": "float64",
    "seen": "timestamp",
    "status": "text",
    "next": "direct",
    "parts": "direct[]",
}
SHARED = {"name": "text", "tags": "text[]"}
CONTAINERS = {"Named": SHARED, "Pipe": {"weight": "float64"}, **dict.fromkeys(KINDS, OWN)}
NAMED = {key: ("Named", key) for key in SHARED}
VIEWS = {
    "Named": NAMED,
    "Pipe": {"weight": ("Pipe", "weight")},
    **{kind: {**NAMED, **{key: (kind, key) for key in OWN}} for kind in KINDS},
    "Small": {"size": ("Kind00", "size")},
}
FILTERS = {"Small": {"range": {"property": [SPACE, "Kind00", "size"], "lt": 100}}}
FIRST, OTHERS, EDGES = 1500, 70, 2500
WORDS = ["pump", "valve", "pumphouse", "feed", "north", "main"]


class Project(NamedTuple):
    """A client whose project is loaded, and the same instances in plain Python."""

    client: CogniteClient
    world: World

    @property
    def instances(self) -> Any:
        return self.client.data_modeling.instances


def items(rng: random.Random) -> list[dict[str, Any]]:
    names = [f"{kind}-{n}" for kind in KINDS for n in range(FIRST if kind == KINDS[0] else OTHERS)]
    found = []
    for number, name in enumerate(names):
        values = {
            "name": " ".join(rng.choices(WORDS, k=3)),
            "tags": rng.sample(WORDS, rng.randrange(3)),
            "size": number,
            "ratio": rng.choice([None, rng.uniform(-5, 5)]),
            "seen": f"2026-01-{rng.randrange(1, 29):02}T03:04:05+00:00",
            "status": rng.choice(["on", "off", "lost"]),
            "next": rng.choice([None, node_id(rng.choice(names))]),
            "parts": [node_id(key) for key in rng.sample(names, rng.randrange(3))],
        }
        found.append(node(name, data(view_id(name.partition("-")[0]), **values)))
    for number in range(EDGES):
        weight = data(view_id("Pipe"), weight=rng.randrange(9)) if number % 2 else None
        ends = rng.choice(names), rng.choice(names)
        found.append(edge(f"e{number}", *ends, *([weight] if weight else []), type=node_id(f"type{number % 3}")))
    return found


@pytest.fixture(scope="module")
def project() -> Iterator[Project]:
    before = global_config.disable_pypi_version_check
    global_config.disable_pypi_version_check = True
    world = World(CONTAINERS, VIEWS, FILTERS)
    with contextlib.closing(Store.open()) as store, run_in_thread(store) as url:
        client = CogniteClient(ClientConfig("tests", "any-project", Token("token"), base_url=url))
        deploy(client)
        written = items(random.Random(7))
        nodes = [dm.NodeApply.load(item) for item in written if item["instanceType"] == "node"]
        edges = [dm.EdgeApply.load(item) for item in written if item["instanceType"] == "edge"]
        result = client.data_modeling.instances.apply(nodes, edges)
        assert (len(result.nodes), len(result.edges)) == (len(nodes), len(edges))
        for start in range(
            0, len(written), 1000
        ):  # as the client does: nodes made early as targets take their place then
            world.write(written[start : start + 1000])
        yield Project(client, world)
    global_config.disable_pypi_version_check = before


def deploy(client: CogniteClient) -> None:
    client.data_modeling.spaces.apply(dm.SpaceApply(SPACE))
    sized = {"bySize": {"indexType": "btree", "properties": ["size"], "cursorable": True}}
    made = [
        container(key, types, usedFor="edge" if key == "Pipe" else "node", indexes=sized if "size" in types else {})
        for key, types in CONTAINERS.items()
    ]
    for one in made:
        for property_ in one["properties"].values():
            property_["type"].setdefault("list", False)
    client.data_modeling.containers.apply([dm.ContainerApply.load(one) for one in made])
    shown = []
    for key, places in VIEWS.items():
        own = {name: place for name, place in places.items() if place[0] != "Named" or key == "Named"}
        properties = {name: mapped(place[0], name)[name] for name, place in own.items()}
        parents = [view_id("Named")] if len(own) < len(places) else []
        shown.append(view(key, properties, implements=parents, **({"filter": FILTERS[key]} if key in FILTERS else {})))
    client.data_modeling.views.apply([dm.ViewApply.load(one) for one in shown])
    model = dm.DataModelApply(SPACE, "Plant", "v1", views=[dm.ViewId(SPACE, key, "v1") for key in VIEWS])
    client.data_modeling.data_models.apply(model)


def vid(key: str) -> dm.ViewId:
    return dm.ViewId(SPACE, key, "v1")


def at(key: str, of: str = "Kind00") -> list[str]:
    return [SPACE, f"{of}/v1", key]


def names(found: Any) -> list[str]:
    return [one.external_id for one in found]


def test_the_model_is_there(project: Project) -> None:
    (model,) = project.client.data_modeling.data_models.retrieve((SPACE, "Plant", "v1"), inline_views=True)
    shown = {one.external_id: set(one.properties) for one in model.views}
    assert shown == {key: set(places) for key, places in VIEWS.items()}
    assert len(shown) > 30


def test_lists_of_every_view_and_beyond_a_page(project: Project) -> None:
    for key in VIEWS:
        kind = "edge" if key == "Pipe" else "node"
        found = project.instances.list(kind, sources=vid(key), limit=None)
        assert names(found) == project.world.listed(kind, [key]), key
    assert len(project.instances.list("node", sources=vid("Kind00"), limit=None)) == FIRST
    assert names(project.instances.list("edge", limit=None)) == project.world.listed("edge")


def test_values_come_back(project: Project) -> None:
    for one in project.instances.list("node", sources=vid("Kind03"), limit=None):
        kept = project.world.things["node", one.external_id].data
        expected = {key: value for places in kept.values() for key, value in places.items() if value is not None}
        expected["seen"] = expected["seen"].replace("+", ".000+")
        assert one.properties[vid("Kind03")] == expected


FILTERED: list[dict[str, Any]] = [
    {"range": {"property": at("size"), "gte": 10, "lt": 60}},
    {"and": [{"equals": {"property": at("status"), "value": "on"}}, {"prefix": {"property": at("name"), "value": "pump"}}]},
    {"or": [{"not": {"exists": {"property": at("ratio")}}}, {"in": {"property": at("status"), "values": ["lost"]}}]},
    {"containsAny": {"property": at("tags"), "values": ["feed", "north"]}},
    {"containsAll": {"property": at("tags"), "values": ["feed", "north"]}},
    {"containsAny": {"property": at("parts"), "values": [node_id(f"Kind00-{n}") for n in range(100)]}},
    {"nested": {"scope": at("next"), "filter": {"range": {"property": at("size"), "lt": 700}}}},
    {"range": {"property": at("seen"), "gt": "2026-01-10T00:00:00+00:00", "lte": "2026-01-20T04:04:05+01:00"}},
    {"instanceReferences": [node_id("Kind00-5"), node_id("Kind01-5")]},
    {"hasData": [container_id("Kind00"), view_id("Named")]},
    {"equals": {"property": ["node", "externalId"], "value": "Kind00-77"}},
]  # fmt: skip


@pytest.mark.parametrize("filter_", FILTERED)
def test_filters_and_sorts(project: Project, filter_: dict[str, Any]) -> None:
    sort: list[dict[str, Any]] = [
        {"property": at("status"), "direction": "descending"},
        {"property": at("ratio"), "nullsFirst": True},
    ]
    keys = [
        dm.InstanceSort(one["property"], one.get("direction", "ascending"), one.get("nullsFirst", False))
        for one in sort
    ]
    loaded = Filter.load(filter_)
    for view_ in ("Kind00", "Small"):
        found = project.instances.list("node", sources=vid(view_), filter=loaded, sort=keys, limit=None)
        assert names(found) == project.world.listed("node", [view_], filter_, sort)


def test_retrieve(project: Project) -> None:
    wanted = [f"Kind00-{n}" for n in range(1490, 1510)]
    found = project.instances.retrieve([(SPACE, key) for key in wanted], [(SPACE, "e7"), (SPACE, "none")])
    assert set(names(found.nodes)) == {key for key in wanted if project.world.node(key)}
    (one,) = found.edges
    thing = project.world.things["edge", "e7"]
    assert (one.start_node.external_id, one.end_node.external_id, one.type.external_id) == (
        thing.start,
        thing.end,
        thing.type,
    )


@pytest.mark.parametrize(
    ("text", "operator"), [("pump", "AND"), ("feed pump", "AND"), ("north valve", "OR"), ("nothing", "OR")]
)
def test_search(project: Project, text: str, operator: Any) -> None:
    for key, properties in (("Kind00", None), ("Kind07", ["tags"]), ("Small", None), ("Named", ["name"])):
        found = project.instances.search(vid(key), text, properties=properties, operator=operator, limit=1000)
        expected = project.world.search(key, text, operator, properties)
        assert len(found) == min(len(expected), 1000)
        assert set(names(found)) <= expected


def test_aggregates(project: Project) -> None:
    rows = [project.world.things["node", key].data["Kind00"] for key in project.world.listed("node", ["Kind00"])]
    ratios = [row["ratio"] for row in rows if row["ratio"] is not None]
    metrics = [
        aggregations.Count("externalId"),
        aggregations.Avg("ratio"),
        aggregations.Max("size"),
        aggregations.Sum("size"),
    ]
    count, average, largest, total = project.instances.aggregate(vid("Kind00"), metrics)
    assert (count.value, largest.value, total.value) == (FIRST, FIRST - 1, sum(range(FIRST)))
    assert average.value == pytest.approx(sum(ratios) / len(ratios))
    groups = project.instances.aggregate(
        vid("Kind00"), [aggregations.Count("externalId"), aggregations.Min("ratio")], group_by="status"
    )
    smallest: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        smallest[row["status"]] += [] if row["ratio"] is None else [row["ratio"]]
    counts = Counter(row["status"] for row in rows)
    assert {one.group["status"]: [one.aggregates[0].value, one.aggregates[1].value] for one in groups} == {
        key: [counts[key], pytest.approx(min(values))] for key, values in smallest.items()
    }
    histogram = project.instances.histogram(vid("Kind00"), aggregations.Histogram("size", 400.0))
    assert {one.start: one.count for one in histogram.buckets} == Counter(row["size"] // 400 * 400 for row in rows)
    found = project.instances.aggregate(vid("Kind00"), aggregations.Count("externalId"), query="pump")
    assert found.value == len(project.world.search("Kind00", "pump", "OR"))


TWO_HOPS: dict[str, Any] = {
    "with": {
        "roots": {
            "nodes": {"filter": {"and": [{"hasData": [view_id("Kind00")]}, {"range": {"property": at("size"), "lt": {"parameter": "top"}}}]}},
            "sort": [{"property": at("size"), "direction": "descending"}], "limit": 150,
        },
        "pipes": {"edges": {"from": "roots", "maxDistance": 1, "direction": "outwards"}, "limit": 2000},
        "ends": {"nodes": {"from": "pipes", "chainTo": "destination", "direction": "outwards"}, "limit": 2000},
        "back": {"edges": {"from": "ends", "maxDistance": 1, "direction": "inwards", "limitEach": 2,
                           "filter": {"equals": {"property": ["edge", "type"], "value": node_id("type1")}}}, "limit": 2000},
        "starts": {"nodes": {"from": "back", "chainTo": "destination", "direction": "outwards"}, "limit": 2000},
        "next": {"nodes": {"from": "roots", "direction": "outwards", "through": {"source": view_id("Kind00"), "identifier": "next"}}, "limit": 2000},
        "parts": {"nodes": {"from": "roots", "direction": "outwards", "through": {"source": view_id("Kind00"), "identifier": "parts"}}, "limit": 2000},
        "reverse": {"nodes": {"from": "ends", "direction": "inwards", "through": {"source": container_id("Kind00"), "identifier": "next"}}, "limit": 2000},
        "far": {"edges": {"from": "roots", "direction": "outwards", "maxDistance": 4,
                          "terminationFilter": {"hasData": [view_id("Kind01")]}}, "limit": 10_000},
    },
    "parameters": {"top": 400},
}  # fmt: skip


def test_queries_of_two_hops_and_more(project: Project) -> None:
    select = {key: {"sources": [{"source": view_id("Named"), "properties": ["name"]}]} for key in TWO_HOPS["with"]}
    body = {**TWO_HOPS, "select": select}
    found = project.instances.query(Query.load(body))
    expected = project.world.query(body)
    assert {key: names(found[key]) for key in expected} == expected
    assert all(expected.values())
    name = project.world.things["node", expected["ends"][0]].data["Named"]["name"]
    assert found["ends"][0].properties[vid("Named")] == {"name": name}
    assert found.cursors["roots"] is not None


def test_queries_go_on_by_cursor(project: Project) -> None:
    with_ = {"all": {"nodes": {"filter": {"hasData": [view_id("Kind00")]}}, "limit": 400}}
    body: dict[str, Any] = {"with": with_, "select": {"all": {}}}
    found: list[str] = []
    while True:
        page = project.instances.query(Query.load(body))
        found += names(page["all"])
        if page.cursors["all"] is None:
            break
        body["cursors"] = page.cursors
    assert found == project.world.listed("node", ["Kind00"])


def test_inspect(project: Project) -> None:
    found = project.instances.inspect(
        nodes=[(SPACE, "Kind00-5"), (SPACE, "Kind00-500"), (SPACE, "Kind04-5")],
        edges=(SPACE, "e1"),
        involved_views=InvolvedViews(),
        involved_containers=InvolvedContainers(),
    )
    for one in [*found.nodes, *found.edges]:
        thing = project.world.things["edge" if one in found.edges else "node", one.external_id]
        results = one.inspection_results
        assert {ref.external_id for ref in results.involved_containers} == set(thing.data)
        assert {ref.external_id for ref in results.involved_views} == {
            key for key in VIEWS if project.world.is_member(thing, key)
        }


def drain(project: Project, body: dict[str, Any], seen: dict[str, set[str]]) -> list[str]:
    """Poll until nothing comes; returns what was reported as deleted."""
    deleted: list[str] = []
    while True:
        page = project.instances.sync(QuerySync.load(body))
        body["cursors"] = page.cursors
        for key, found in page.items():
            gone = [one.external_id for one in found if one.deleted_time is not None]
            deleted += gone
            seen[key] -= set(gone)
            seen[key] |= {one.external_id for one in found if one.deleted_time is None}
        if not any(page.values()):
            return deleted


def test_sync_with_deletes_until_nothing_is_left(project: Project) -> None:
    with_ = {
        "nodes": {"nodes": {"filter": {"hasData": [view_id("Kind00")]}}, "mode": "twoPhase", "limit": 1000},
        "edges": {"edges": {}, "mode": "onePhase", "limit": 1000},
    }
    body: dict[str, Any] = {"with": with_, "select": {"nodes": {}, "edges": {}}}
    seen: dict[str, set[str]] = {"nodes": set(), "edges": set()}

    def expected() -> dict[str, set[str]]:
        return {"nodes": set(project.world.listed("node", ["Kind00"])), "edges": set(project.world.listed("edge"))}

    assert drain(project, body, seen) == []
    assert seen == expected()
    gone = [f"Kind00-{n}" for n in range(0, 300, 3)]
    result = project.instances.delete(nodes=[(SPACE, key) for key in [*gone, "never"]])
    assert names(result.nodes) == gone
    lost = [one.name for key in gone for one in project.world.delete("node", key)]
    again = node("Kind00-3", data(view_id("Kind00"), name="again", size=3))
    project.instances.apply(dm.NodeApply.load(again))
    project.world.write([again])
    assert Counter(drain(project, body, seen)) == Counter(lost)
    assert seen == expected()
    assert names(project.instances.list("edge", limit=None)) == project.world.listed("edge")
    everything = [(SPACE, one.name) for one in project.world.of("node")]
    project.instances.delete(nodes=everything)
    assert len(drain(project, body, seen)) == sum(len(keys) for keys in expected().values())
    assert seen == {"nodes": set(), "edges": set()}
    assert project.instances.list("node", space=SPACE, limit=None) == []
    assert project.client.data_modeling.statistics.project().instances.edges == 0
