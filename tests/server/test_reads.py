"""Reading nodes and edges: shapes, membership, order, pages (contract §4.4, §6.5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pygen.server import Store, containers, cursors, listing, spaces, upserts, views
from pygen.server.calls import Call
from tests.server.support import SPACE, Api, container, container_id, data, edge, mapped, node, node_id, view, view_id

LIST = "/models/instances/list"
BY_IDS = "/models/instances/byids"
A, B = container_id("A"), container_id("B")


@pytest.fixture
async def plant(api: Api) -> Api:
    await api.container(
        "A", {"name": "text", "flow": "float64", "when": "timestamp", "f32": "float32", "tags": "text[]", "doc": "json"}
    )
    await api.container("B", {"b": "text", "site": "direct"})
    await api.view("A", mapped("A", "name", "flow", "when", "f32", "tags", "doc"))
    await api.view("AB", {**mapped("A", "name", "flow", "when", "f32", "tags", "doc"), **mapped("B", "b", "site")})
    await api.view("Part", {**mapped("A", "flow", label="name"), **mapped("B", where="site")})
    return api


def sources(*names: str) -> list[dict[str, Any]]:
    return [{"source": view_id(name)} for name in names]


async def test_the_shape_of_nodes_and_edges(plant: Api) -> None:
    await plant.write(node("a", type=node_id("kind")), edge("e", "a", "kind"))
    (first, second, _) = await plant.listed(limit=2)
    assert first == {
        "instanceType": "node", "space": SPACE, "externalId": "a", "version": 1, "type": node_id("kind"),
        "createdTime": first["createdTime"], "lastUpdatedTime": first["createdTime"],
    }  # fmt: skip
    assert (second["externalId"], "type" in second) == ("kind", False)
    (found,) = await plant.listed(instanceType="edge")
    assert (found["type"], found["startNode"], found["endNode"]) == (node_id("link"), node_id("a"), node_id("kind"))


async def test_whole_and_partial_views_show_the_same_values(plant: Api) -> None:
    stored: dict[str, Any] = {
        "name": 'quote " slash \\ line \n \u2028 \U0001f600 é', "flow": 5, "when": "2026-01-02T03:04:05.17+01", "f32": 0.1,
        "tags": [], "doc": {"z": 1, "a": [None, 1.5]},
    }  # fmt: skip
    await plant.write(node('a"\\é', data(view_id("AB"), **stored, b="b", site=node_id("s:1"))))
    shown = {**stored, "flow": 5.0, "when": "2026-01-02T02:04:05.170+00:00"}
    (item,) = await plant.listed(sources=sources("AB", "Part", "A"))
    assert item["externalId"] == 'a"\\é'
    assert item["properties"] == {
        SPACE: {
            "AB/v1": {**shown, "b": "b", "site": node_id("s:1")},
            "Part/v1": {"label": shown["name"], "flow": 5.0, "where": node_id("s:1")},
            "A/v1": shown,
        }
    }
    (item,) = await plant.listed(sources=sources("AB", "A", "A"))
    assert item["properties"] == {SPACE: {"AB/v1": {**shown, "b": "b", "site": node_id("s:1")}, "A/v1": shown}}


async def test_views_of_several_spaces_and_without_properties(plant: Api) -> None:
    await plant.items("/models/spaces", {"space": "other"})
    await plant.items(
        "/models/views", {**view("A", mapped("A", "name", "flow", "when", "f32", "tags", "doc")), "space": "other"}
    )
    await plant.view("Bare")
    await plant.write(node("a", data(A, name="n")), node("b"))
    requested = [*sources("A", "Bare"), {"source": {**view_id("A"), "space": "other"}}]
    (item,) = await plant.listed(sources=requested)
    assert item["properties"] == {SPACE: {"A/v1": {"name": "n"}, "Bare/v1": {}}, "other": {"A/v1": {"name": "n"}}}
    assert await plant.ids(sources=sources("Bare")) == ["a", "b"]


async def test_sources_demand_data_and_apply_view_filters(plant: Api) -> None:
    await plant.view("Big", mapped("A", "name"), filter={"range": {"property": [SPACE, "A", "flow"], "gte": 10}})
    await plant.write(
        node("a", data(A, flow=1)),
        node("b", data(A, flow=10), data(B, b="x")),
        node("c", data(B, b="y")),
        node("d", data(A, flow=11)),
    )
    assert await plant.ids(sources=sources("A")) == ["a", "b", "d"]
    assert await plant.ids(sources=sources("AB")) == ["b"]
    assert await plant.ids(sources=sources("Big")) == ["b", "d"]
    assert await plant.ids(sources=sources("Big", "AB")) == ["b"]
    assert await plant.ids(sources=sources("Big"), filter={"not": {"hasData": [B]}}) == ["d"]
    assert await plant.ids(filter={"hasData": [view_id("AB")]}) == ["b"]
    assert await plant.ids(filter={"hasData": [A, B]}) == ["b"]
    assert await plant.ids(
        filter={"or": [{"hasData": [B]}, {"equals": {"property": ["node", "externalId"], "value": "a"}}]}
    ) == ["a", "b", "c"]


async def test_by_ids(plant: Api) -> None:
    await plant.write(node("a", data(A, name="a")), node("b"), node("c", data(A, name="c")), edge("a", "a", "b"))
    ids = [
        {"instanceType": kind, **node_id(key)}
        for kind, key in (("node", "c"), ("edge", "a"), ("node", "x"), ("node", "a"), ("node", "c"))
    ]
    found = await plant.items(BY_IDS, *ids, {"instanceType": "node", "space": "nowhere", "externalId": "a"})
    assert [(one["instanceType"], one["externalId"]) for one in found] == [("node", "c"), ("edge", "a"), ("node", "a")]
    answer = await plant.post(BY_IDS, {"items": ids, "sources": sources("A"), "includeTyping": True})
    assert [one["properties"][SPACE]["A/v1"]["name"] for one in answer["items"]] == ["c", "a"]
    assert answer["typing"][SPACE]["A/v1"]["flow"] == {
        "type": {"type": "float64", "list": False}, "nullable": True, "immutable": False, "autoIncrement": False,
    }  # fmt: skip
    assert (await plant.items(BY_IDS, {"space": f"{SPACE}:x", "externalId": "a"})) == []
    await plant.refused(BY_IDS, {"items": []})
    await plant.refused(BY_IDS, {"items": ids * 201})


async def test_typing_and_debug(plant: Api) -> None:
    answer = await plant.post(LIST, {"sources": sources("A"), "includeTyping": True, "debug": {"emitResults": True}})
    assert (answer["items"], answer["debug"], list(answer["typing"][SPACE])) == ([], {"notices": []}, ["A/v1"])


@pytest.mark.parametrize(
    ("body", "status", "text"),
    [
        ({"limit": 0}, 400, "limit"),
        ({"limit": 1001}, 400, "limit"),
        ({"limit": "5"}, 400, "limit"),
        ({"instanceType": "thing"}, 400, "instanceType"),
        ({"sources": sources("Gone")}, 400, f"One or more views do not exist: '{SPACE}:Gone/v1'"),
        ({"sources": [{"source": A}]}, 400, "Only views"),
        ({"sources": [{"source": view_id("A", f"v{number}")} for number in range(11)]}, 400, "sources size"),
        ({"sources": [{"source": view_id("A"), "targetUnits": [{"property": "flow"}]}]}, 400, "targetUnits"),
        ({"sort": [{"property": [SPACE, "A", "tags"]}]}, 400, "cannot be sorted"),
        ({"sort": [{"property": [SPACE, "A", "doc"]}]}, 400, "cannot be sorted"),
        ({"sort": [{"property": [SPACE, "A", "gone"]}]}, 400, "Unknown property"),
        ({"sort": [{"property": [SPACE, "A", "name"], "direction": "up"}]}, 400, "direction"),
        ({"sort": [{"property": [SPACE, "A", "name"]}] * 6}, 400, "sort size"),
        ({"cursor": "x"}, 400, "cursor"),
        ({"cursor": "x" * 100_000}, 400, "cursor"),
    ],
)
async def test_bad_requests_are_refused(plant: Api, body: dict[str, Any], status: int, text: str) -> None:
    assert text in await plant.refused(LIST, body, status=status)


async def test_cursors_are_bound_to_their_request(plant: Api) -> None:
    await plant.write(*(node(f"n{number}", data(A, flow=number)) for number in range(5)))
    body = {
        "sources": sources("A"),
        "limit": 2,
        "sort": [{"property": ["node", "externalId"], "direction": "descending"}],
    }
    cursor = (await plant.post(LIST, body))["nextCursor"]
    page = await plant.post(LIST, {**body, "cursor": cursor, "limit": 3})
    assert [one["externalId"] for one in page["items"]] == ["n2", "n1", "n0"]
    assert "nextCursor" not in page
    changes: tuple[dict[str, Any], ...] = (
        {"sort": None},
        {"filter": {"matchAll": {}}},
        {"sources": None},
        {"includeTyping": True},
    )
    for change in changes:
        assert "other parameters" in await plant.refused(LIST, {**body, "cursor": cursor, **change})


@pytest.mark.parametrize("values", [(), (1, 2), ("a",), (None,), ("a", "b"), ({"a": 1},)])
def test_cursors_are_checked_before_use(values: tuple[Any, ...]) -> None:
    request = cursors.fingerprint("kind", {})
    cursor = cursors.encode(request, cursors.Position(values, 0))
    if len(values) == 2:
        assert cursors.decode(cursor, request, length=2).values == values
    else:
        with pytest.raises(Exception, match="not issued by this server"):
            cursors.decode(cursor, request, length=2)


async def test_pages_go_on_where_they_ended_while_rows_come_and_go(plant: Api) -> None:
    await plant.write(*(node(f"n{number}", data(A, flow=number)) for number in range(10)))
    page = await plant.post(LIST, {"limit": 4})
    await plant.items(
        "/models/instances/delete", *({"instanceType": "node", **node_id(key)} for key in ("n1", "n3", "n5"))
    )
    await plant.write(node("new"))
    rest = await plant.post(LIST, {"limit": 1000, "cursor": page["nextCursor"]})
    assert [one["externalId"] for one in rest["items"]] == ["n4", "n6", "n7", "n8", "n9", "new"]


NUMBERS = [None, -1.5, 0.0, 0.0, 1.0, 2.5]
TEXTS = [None, "", "B", "a", "aa", "é", "\U0001f600"]


def call(store: Store, act: Any, body: Any) -> Any:
    answer = act(Call(store, msgspec.json.encode(body), ()))
    return msgspec.json.decode(answer) if isinstance(answer, bytes) else answer


@pytest.fixture(scope="module")
def many() -> Iterator[tuple[Store, list[dict[str, Any]]]]:
    """A store with rows of every combination, some twice, and the rows."""
    store = Store.open()
    call(store, spaces.create, {"items": [{"space": SPACE}]})
    index = {"i": {"indexType": "btree", "properties": ["number"], "cursorable": True}}
    shape = container("A", {"number": "float64", "text": "text"}, indexes=index)
    call(store, containers.create, {"items": [shape, container("Other", {"x": "int32"})]})
    call(store, views.create, {"items": [view("A", mapped("A", "number", "text"))]})
    rows = [
        {"number": number, "text": text, "x": place % 3}
        for place, (number, text) in enumerate((n, t) for n in NUMBERS for t in TEXTS)
    ] * 2
    named: list[dict[str, Any]] = [
        {**row, "id": f"n{(number * 37) % len(rows):03}", "place": number} for number, row in enumerate(rows)
    ]
    items = [
        node(
            row["id"],
            data(A, number=row["number"], text=row["text"]),
            *([data(container_id("Other"), x=row["x"])] if row["x"] else []),
        )
        for row in named
    ]
    call(store, upserts.upsert, {"items": items})
    yield store, named
    store.close()


KEYS = {"number": [SPACE, "A/v1", "number"], "text": [SPACE, "A", "text"], "id": ["node", "externalId"], "x": [SPACE, "Other", "x"],
        "place": ["node", "createdTime"]}  # fmt: skip
SORTS = st.lists(
    st.tuples(st.sampled_from(list(KEYS)), st.booleans(), st.booleans()), max_size=4, unique_by=lambda one: one[0]
)


@settings(max_examples=150, deadline=None)
@given(sort=SORTS, limit=st.integers(1, 100), sourced=st.booleans())
def test_pages_of_any_size_hold_every_row_once_and_in_order(
    many: tuple[Store, list[dict[str, Any]]], sort: list[tuple[str, bool, bool]], limit: int, sourced: bool
) -> None:
    store, rows = many
    wanted = [
        {"property": KEYS[key], "direction": "descending" if down else "ascending", "nullsFirst": first}
        for key, down, first in sort
    ]
    body = {"sort": wanted, "limit": limit, **({"sources": [{"source": view_id("A")}]} if sourced else {})}
    found: list[str] = []
    cursor = None
    while True:
        page = call(store, listing.list_, {**body, "cursor": cursor})
        assert len(page["items"]) == min(limit, len(rows) - len(found))
        found += [item["externalId"] for item in page["items"]]
        cursor = page.get("nextCursor")
        if cursor is None:
            break
    expected = sorted(rows, key=lambda row: row["place"], reverse=bool(sort and sort[0][1]))
    for key, down, first in reversed(sort):
        values: Any = {
            row["id"]: (row[key] or None) if key == "x" else 0 if key == "place" else row[key] for row in rows
        }
        present = [row for row in expected if values[row["id"]] is not None]
        absent = [row for row in expected if values[row["id"]] is None]
        present.sort(key=lambda row: values[row["id"]], reverse=down)
        if down:  # a reversed stable sort keeps equal rows in their order, which is what is wanted
            assert [values[row["id"]] for row in present] == sorted(
                (values[row["id"]] for row in present), reverse=True
            )
        expected = absent + present if first else present + absent
    assert found == [row["id"] for row in expected]
