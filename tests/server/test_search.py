"""Search: words, properties, operators, filters, order, and the index behind it (contract §6.8)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pygen.server import Store, aggregates, deletes, search, search_index, upserts
from tests.server.graphs import at, call, deploy, new_world
from tests.server.support import SPACE, Api, container, container_id, data, edge, mapped, node, node_id, view_id

SEARCH = "/models/instances/search"


@pytest.fixture
async def plant(api: Api, store: Store) -> Api:
    deploy(store)
    texts = ["feed pump", "Feed valve", "pumps and feeds", "pump-house no 7", "Überdruck", "", "pump pump pump feed"]
    await api.write(
        *(node(f"n{n}", data(view_id("Thing"), name=text, size=n)) for n, text in enumerate(texts)),
        node("tagged", data(view_id("Thing"), name="other", tags=["red pump", 'quo"te\nfeed'])),
        node("both", data(view_id("Both"), name="pump", note="feed station")),
        node("bare"),
    )
    return api


async def found(api: Api, view: str = "Thing", **body: Any) -> list[str]:
    answer = await api.post(SEARCH, {"view": view_id(view), **body})
    return [item["externalId"] for item in answer["items"]]


@pytest.mark.parametrize(
    ("query", "operator", "expected"),
    [
        ("pump", "AND", {"n0", "n2", "n3", "n6", "tagged", "both"}),
        ("pump ", "OR", {"n0", "n2", "n3", "n6", "tagged", "both"}),
        ("PUMP feed", "AND", {"n0", "n6", "tagged"}),
        ("feed pump", "AND", {"n0", "n6", "tagged"}),
        ("valve house", "OR", {"n1", "n3"}),
        ("valve house", "AND", set()),
        ("überd", "AND", {"n4"}),
        ("uberd", "AND", set()),
        ("ump", "AND", set()),
        ('"pump" AND -house*', "AND", set()),
        ("no 7", "AND", {"n3"}),
        ("?!", "AND", set()),
        ("nothing", "OR", set()),
    ],
)
async def test_words(plant: Api, query: str, operator: str, expected: set[str]) -> None:
    assert set(await found(plant, query=query, operator=operator)) == expected


async def test_any_word_is_the_default(plant: Api) -> None:
    assert set(await found(plant, query="valve house")) == {"n1", "n3"}


async def test_without_text_it_is_a_listing(plant: Api) -> None:
    everything = ["n0", "n1", "n2", "n3", "n4", "n5", "n6", "tagged", "both"]
    for query in (None, "", "  "):
        assert await found(plant, query=query) == everything
    assert await found(plant, filter={"range": {"property": at("size"), "lt": 2}}, limit=1) == ["n0"]


async def test_the_chosen_properties_are_searched(plant: Api) -> None:
    assert await found(plant, query="pump", properties=["tags"]) == ["tagged"]
    assert await found(plant, query="other red", properties=["tags", "name"], operator="AND") == ["tagged"]
    assert await found(plant, "Part", query="valve", properties=["label"]) == ["n1"]
    assert "Unknown property 'gone'" in await plant.refused(
        SEARCH, {"view": view_id("Thing"), "query": "a", "properties": ["gone"]}
    )
    assert "not of type text" in await plant.refused(SEARCH, {"view": view_id("Thing"), "query": "a", "properties": ["size"]})  # fmt: skip


async def test_words_may_stand_in_several_containers(plant: Api) -> None:
    assert await found(plant, "Both", query="pump station", operator="AND") == ["both"]
    assert await found(plant, "Both", query="pump gone", operator="AND") == []
    assert await found(plant, "Both", query="gone stat", operator="OR") == ["both"]


async def test_the_best_come_first_and_sort_overrides(plant: Api) -> None:
    await plant.write(*(node(f"x{n}", data(view_id("Thing"), name=f"something else {n}")) for n in range(20)))
    assert (await found(plant, query="pump"))[0] == "n6"
    by_size: Any = {"sort": [{"property": at("size"), "direction": "descending"}]}
    assert await found(plant, query="pump", limit=4, **by_size) == ["n6", "n3", "n2", "n0"]


async def test_filters_and_views_hold(plant: Api) -> None:
    small = {"range": {"property": at("size"), "lte": 2}}
    assert set(await found(plant, query="pump", filter=small)) == {"n0", "n2"}
    await plant.view("Small", mapped("Thing", "name"), filter={"range": {"property": at("size", "Thing"), "lt": 1}})
    assert await found(plant, "Small", query="pump") == ["n0"]


async def test_edges_can_be_searched(plant: Api) -> None:
    await plant.container("Label", {"text": "text"}, usedFor="edge")
    await plant.view("Label", mapped("Label", "text"))
    await plant.write(edge("e", "n0", "n1", data(view_id("Label"), text="main line")))
    assert await found(plant, "Label", query="line", instanceType="edge") == ["e"]
    assert await found(plant, "Label", query="line") == []


async def test_the_shape_of_an_answer(plant: Api) -> None:
    answer = await plant.post(SEARCH, {"view": view_id("Part"), "query": "valve", "includeTyping": True})
    (item,) = answer["items"]
    assert item["properties"] == {SPACE: {"Part/v1": {"label": "Feed valve"}}}
    assert list(answer["typing"][SPACE]["Part/v1"]) == ["label", "where"]
    assert "nextCursor" not in answer


async def test_each_search_sees_the_writes_before_it(plant: Api) -> None:
    assert await found(plant, query="station") == []
    await plant.write(
        node("n0", data(view_id("Thing"), name="station")), node("new", data(view_id("Thing"), name="new station"))
    )
    assert set(await found(plant, query="station")) == {"n0", "new"}
    assert "n0" not in await found(plant, query="pump")
    await plant.items("/models/instances/delete", {"instanceType": "node", **node_id("n0")})
    assert await found(plant, query="station") == ["new"]
    await plant.write(node("n0", data(view_id("Thing"), name="again")))
    assert await found(plant, query="again") == ["n0"]
    await plant.write(node("new", data(view_id("Thing"), name=None)))
    assert await found(plant, query="station") == []  # fmt: skip


async def test_properties_and_containers_come_and_go(plant: Api) -> None:
    assert await found(plant, query="pump")
    await plant.items("/models/containers", container("Thing", {"more": {"type": "text", "nullable": True}}))
    await plant.view("More", mapped("Thing", "more"))
    await plant.write(node("n0", data(view_id("More"), more="extra words")))
    assert await found(plant, "More", query="extra") == ["n0"]
    await plant.items("/models/containers/delete", {"space": SPACE, "externalId": "Thing"})
    await plant.container("Thing", {"name": "text"})
    await plant.view("Thing", mapped("Thing", "name"))
    assert await found(plant, query="pump") == []
    await plant.write(node("n1", data(view_id("Thing"), name="pump")))
    assert await found(plant, query="pump") == ["n1"]


async def test_views_without_texts_find_nothing(plant: Api) -> None:
    await plant.view("Sizes", mapped("Thing", "size"))
    assert await found(plant, "Sizes", query="pump") == []
    assert len(await found(plant, "Sizes")) == 9


async def test_writes_do_not_wait_for_the_index(plant: Api, store: Store) -> None:
    """The index is made by the first search, and read on by later ones."""

    def indexed() -> int | None:
        with store.read() as transaction:
            row = transaction.sql.execute("select change from search_index").fetchone()
            return None if row is None else int(row[0])

    assert indexed() is None
    await found(plant, query="pump")
    first = indexed()
    await plant.write(node("new", data(view_id("Thing"), name="pump")))
    assert indexed() == first
    await found(plant, query="pump")
    assert (indexed() or 0) > (first or 0)


async def test_aggregates_of_what_is_found(plant: Api) -> None:
    body = {"view": view_id("Thing"), "aggregates": [{"count": {}}, {"max": {"property": "size"}}]}
    answer = await plant.post("/models/instances/aggregate", {**body, "query": "feed pump", "operator": "AND"})
    assert [one["value"] for one in answer["items"][0]["aggregates"]] == [3, 6]
    answer = await plant.post("/models/instances/aggregate", {**body, "query": "pump", "properties": ["tags"]})
    assert answer["items"][0]["aggregates"][0]["value"] == 1
    small = {"range": {"property": at("size"), "lt": 1}}
    answer = await plant.post("/models/instances/aggregate", {**body, "query": "feed pump", "filter": small, "groupBy": ["name"]})  # fmt: skip
    assert [(one["group"], one["aggregates"][0]["value"]) for one in answer["items"]] == [({"name": "feed pump"}, 1)]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"limit": 0}, "limit must be between"),
        ({"limit": 1001}, "limit must be between"),
        ({"operator": "XOR"}, "operator"),
        ({"view": view_id("Gone")}, "views do not exist"),
        ({"query": "a", "view": view_id("Gone")}, "views do not exist"),
        ({"query": "word " * 1001}, "at most 1000 words"),
        ({"properties": ["name"] * 201}, "properties size"),
        ({"sort": [{"property": at("gone")}]}, "Unknown property"),
        ({"filter": {"overlaps": {"startProperty": at("size"), "endProperty": at("size"), "gt": 1}}}, "Unsupported filter operator 'overlaps'"),
    ],
)  # fmt: skip
async def test_bad_requests_are_refused(plant: Api, body: dict[str, Any], text: str) -> None:
    assert text in await plant.refused(SEARCH, {"view": view_id("Thing"), **body})


async def test_searches_go_through_the_index(plant: Api, store: Store) -> None:
    await found(plant, query="pump")
    with store.read() as transaction:
        thing = next(one for one in transaction.schema.containers.values() if one.key.external_id == "Thing")
        texts = {thing: [one for one in thing.properties.values() if one.type.name == "text"]}
        hits = search_index.hits(texts, ["feed", "pump"], "AND")
        plan = [row[3] for row in transaction.sql.execute("explain query plan select * from " + hits.text, hits.values)]
    assert any("SCAN s VIRTUAL TABLE INDEX" in step and "M" in step.rpartition(":")[2] for step in plan), plan


@pytest.fixture(scope="module")
def text_store() -> Iterator[Store]:
    store = Store.open()
    deploy(store)
    yield store
    store.close()


letters = st.sampled_from(
    ["a", "ab", "b", "B", "é", "c d", "a-b", "ß", "x_y", "\U0001f600", "٣", '"', "*", "AND", "NEAR"]
)
texts = st.lists(letters, max_size=4).map(" ".join)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    written=st.lists(st.tuples(texts, st.lists(texts, max_size=2), st.none() | texts), min_size=1, max_size=6),
    query=texts,
    operator=st.sampled_from(["AND", "OR"]),
    where=st.tuples(st.sampled_from(["Thing", "Both"]), st.sampled_from([None, ["name"]])),
)
def test_search_finds_what_a_look_at_each_finds(
    text_store: Store, written: list[Any], query: str, operator: str, where: tuple[str, Any]
) -> None:
    view, properties = where
    call(text_store, deletes.delete, {"items": [{"instanceType": "node", **node_id(f"n{n}")} for n in range(6)]})
    items = [
        node(
            f"n{number}",
            data(container_id("Thing"), name=name, tags=tags),
            *([] if note is None else [data(container_id("Note"), note=note)]),
        )
        for number, (name, tags, note) in enumerate(written)
    ]
    call(text_store, upserts.upsert, {"items": items})
    world = new_world()
    world.write(items)
    body = {"view": view_id(view), "query": query, "operator": operator, "properties": properties}
    expected = world.search(view, query, operator, properties)
    assert {one["externalId"] for one in call(text_store, search.search, body)["items"]} == expected
    counted = call(text_store, aggregates.aggregate, {**body, "aggregates": [{"count": {}}]})
    assert counted["items"][0]["aggregates"][0]["value"] == len(expected)


def test_words_keep_their_marks() -> None:
    composed = "caf\u00e9s_x 7"
    assert search_index.words_of(composed) == ["caf\u00e9s", "x", "7"]
    assert search_index.words_of(unicodedata.normalize("NFD", composed))[0] == "cafe\u0301s"
