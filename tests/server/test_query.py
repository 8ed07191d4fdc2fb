"""Query: shapes of answers, cursors, limits, refusals (contract §6.6)."""

from __future__ import annotations

from typing import Any

import pytest

from pygen.server import Store, cursors, query
from pygen.server.errors import RefusedError
from pygen.server.query_requests import Edges
from pygen.server.query_walks import walk
from tests.server.graphs import at, deploy, names_of
from tests.server.support import SPACE, Api, container_id, data, edge, node, node_id, view_id

QUERY = "/models/instances/query"


@pytest.fixture
async def plant(api: Api, store: Store) -> Api:
    deploy(store)
    await api.write(
        *(node(f"p{n}", data(view_id("Thing"), name=f"P{n}", size=n % 3, site=node_id(f"s{n % 2}"))) for n in range(6)),
        node("s0", data(view_id("Both"), name="S0", note="x")),
        *(edge(f"e{n}", f"p{n}", f"p{n + 1}", data(view_id("Pipe"), weight=n)) for n in range(5)),
    )
    return api


ROOT: dict[str, Any] = {"nodes": {"filter": {"hasData": [view_id("Thing")]}}}


def select(*sources: tuple[str, list[str]], **more: Any) -> dict[str, Any]:
    return {"sources": [{"source": view_id(key), "properties": names} for key, names in sources], **more}


async def test_the_shape_of_an_answer(plant: Api) -> None:
    body = {
        "with": {
            "p": {"nodes": {"filter": {"instanceReferences": [node_id("p0"), node_id("s0")]}}},
            "e": {"edges": {"from": "p", "maxDistance": 1}},
            "none": {"nodes": {"filter": {"not": {"matchAll": {}}}}},
            "unseen": ROOT,
        },
        "select": {"p": select(("Thing", ["*"]), ("Part", ["label"]), ("Both", ["*"])), "e": select(("Pipe", ["weight"])), "none": {}},
        "cursors": {"p": None, "e": None},
        "parameters": None,
        "includeTyping": True,
        "debug": {"emitResults": True},
    }  # fmt: skip
    answer = await plant.post(QUERY, body)
    assert set(answer) == {"items", "nextCursor", "typing", "debug"}
    assert (answer["nextCursor"], answer["items"]["none"], answer["debug"]) == ({}, [], {"notices": []})
    (p0, s0), (e0,) = answer["items"]["p"], answer["items"]["e"]
    assert p0["properties"] == {
        SPACE: {"Thing/v1": {"name": "P0", "size": 0, "site": node_id("s0")}, "Part/v1": {"label": "P0"}}
    }
    assert s0["properties"][SPACE]["Both/v1"] == {"name": "S0", "note": "x"}
    assert (e0["startNode"], e0["properties"]) == (node_id("p0"), {SPACE: {"Pipe/v1": {"weight": 0}}})
    assert list(answer["typing"]) == ["p", "e", "none"]
    assert list(answer["typing"]["p"][SPACE]["Part/v1"]) == ["label"]
    bare = await plant.post(QUERY, {"with": {"p": ROOT}, "select": {"p": {}}})
    assert "properties" not in bare["items"]["p"][0]
    assert "typing" not in bare


async def test_sets_stop_at_100_unless_they_say_otherwise(plant: Api) -> None:
    await plant.write(*(node(f"m{n}", data(view_id("Thing"), size=9)) for n in range(150)))
    many = {"nodes": {"filter": {"equals": {"property": at("size"), "value": 9}}}}
    answer = await plant.post(QUERY, {"with": {"m": many}, "select": {"m": {}}})
    assert (len(answer["items"]["m"]), list(answer["nextCursor"])) == (100, ["m"])
    answer = await plant.post(QUERY, {"with": {"m": many}, "select": {"m": {"limit": 7}}})
    assert len(answer["items"]["m"]) == 7
    answer = await plant.post(QUERY, {"with": {"m": {**many, "limit": 150}}, "select": {"m": {}}})
    assert (len(answer["items"]["m"]), answer["nextCursor"]) == (150, {})


async def test_select_and_post_sort_reorder_the_page(plant: Api) -> None:
    down = [{"property": ["node", "externalId"], "direction": "descending"}]
    answer = await plant.post(QUERY, {"with": {"p": {**ROOT, "limit": 3}}, "select": {"p": {"sort": down}}})
    assert names_of(answer) == {"p": ["p2", "p1", "p0"]}
    post = {"edges": {}, "limit": 3, "postSort": [{"property": at("weight", "Pipe/v1"), "direction": "descending"}]}
    assert names_of(await plant.post(QUERY, {"with": {"e": post}, "select": {"e": {}}})) == {"e": ["e2", "e1", "e0"]}


async def test_children_belong_to_the_page_of_their_parent(plant: Api) -> None:
    """The odometer of the contract: leaves first, their ancestors held where they are."""
    with_ = {"p": {**ROOT, "limit": 2}, "e": {"edges": {"from": "p", "maxDistance": 1}, "limit": 1}}
    body: dict[str, Any] = {"with": with_, "select": {"p": {}, "e": {}}}
    seen: list[tuple[str, ...]] = []
    held: dict[str, Any] = {"p": None, "e": None}
    while held:
        answer = await plant.post(QUERY, {**body, "cursors": held})
        found, more = names_of(answer), answer["nextCursor"]
        seen.append((*found["p"], *found["e"]))
        held = {**held, "e": more["e"]} if "e" in more else {"p": more["p"], "e": None} if "p" in more else {}
    assert seen == [
        ("p0", "p1", "e0"),
        ("p0", "p1", "e1"),
        ("p2", "p3", "e2"),
        ("p2", "p3", "e3"),
        ("p4", "p5", "e4"),
        ("s0",),
    ]


async def test_cursors_are_bound_and_expire(plant: Api, store: Store) -> None:
    body: dict[str, Any] = {
        "with": {"p": {**ROOT, "limit": 2}, "q": {**ROOT, "limit": 2}},
        "select": {"p": {}, "q": {}},
    }
    cursor = (await plant.post(QUERY, body))["nextCursor"]["p"]
    again = {**body, "cursors": {"p": cursor}, "select": {"p": select(("Part", ["label"]))}}
    assert names_of(await plant.post(QUERY, again)) == {"p": ["p2", "p3"]}
    wider = {**again, "with": {"p": {**ROOT, "limit": 3}, "q": ROOT}}
    assert names_of(await plant.post(QUERY, wider)) == {"p": ["p2", "p3", "p4"]}
    assert "other parameters" in await plant.refused(QUERY, {**body, "cursors": {"q": cursor}})
    changed: dict[str, Any] = {"nodes": {"filter": {"matchAll": {}}}}
    assert "other parameters" in await plant.refused(QUERY, {**again, "with": {"p": changed, "q": ROOT}})
    assert "Invalid cursor" in await plant.refused(QUERY, {**body, "cursors": {"p": "x"}})
    later = store.clock() + 3 * 24 * 3600 * 1000 + 1000
    store.clock = lambda: later
    assert "Cursor has expired" in await plant.refused(QUERY, again)
    page = {"limit": 2, "cursor": cursor}
    assert "Invalid cursor" in await plant.refused("/models/instances/list", page)


async def test_made_up_positions_are_refused(plant: Api) -> None:
    walk = {"p": ROOT, "e": {"edges": {"from": "p"}, "limit": 1}, "u": {"union": ["p"], "limit": 1}}
    body: dict[str, Any] = {"with": walk, "select": {"e": {}, "u": {}}}
    good = (await plant.post(QUERY, body))["nextCursor"]
    for key in ("e", "u"):
        made_up = cursors.encode(
            query.bindings("query", walk, {})[key], cursors.Position(("x",) * (2 if key == "e" else 1), 10**14)
        )
        assert "Invalid cursor" in await plant.refused(QUERY, {**body, "cursors": {key: made_up}})
        assert names_of(await plant.post(QUERY, {**body, "cursors": {key: good[key]}}))


async def test_old_forms_are_understood(plant: Api) -> None:
    through = {"view": view_id("Thing"), "identifier": "site"}
    body = {"with": {"s": {"nodes": {"filter": {"instanceReferences": [node_id("s1")]}}}, "p": {"nodes": {"from": "s", "through": through}}}, "select": {"p": {}}}  # fmt: skip
    assert names_of(await plant.post(QUERY, body)) == {"p": ["p1", "p3", "p5"]}


async def test_walks_end_in_circles_and_long_chains(plant: Api) -> None:
    await plant.write(edge("back", "p5", "p0"))
    start = {"nodes": {"filter": {"instanceReferences": [node_id("p2")]}}}
    body: dict[str, Any] = {"with": {"s": start, "e": {"edges": {"from": "s"}}}, "select": {"e": {}}}
    assert names_of(await plant.post(QUERY, body)) == {"e": ["e2", "e3", "e4", "back", "e0", "e1"]}


async def test_long_walks_are_broken_off(plant: Api, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pygen.server.store.TIME_LIMIT", -1)
    body = {"with": {"p": ROOT}, "select": {"p": {}}}
    assert "timed out" in await plant.refused(QUERY, body, status=408)
    with store.read() as transaction, pytest.raises(RefusedError, match="timed out"):
        list(walk(transaction, Edges(), {}, [f"{SPACE}:p0"]))


def with_(**sets_: Any) -> dict[str, Any]:
    return {"with": sets_, "select": {next(iter(sets_)): {}}}


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({}, "missing required field"),
        ({"with": {}, "select": {"p": {}}}, "with size must be between 1 and 50"),
        ({"with": {"p": ROOT}, "select": {}}, "select size"),
        ({"with": [], "select": {"p": {}}}, "must be an object"),
        ({"with": {f"s{n}": ROOT for n in range(51)}, "select": {"s0": {}}}, "with size"),
        ({"with": {"p": ROOT}, "select": {"q": {}}}, "Unknown result set 'q'"),
        ({"with": {"p": ROOT}, "select": {"p": {}}, "cursors": {"q": None}}, "Unknown result set 'q'"),
        ({"with": {"p": ROOT}, "select": {"p": {}}, "cursors": {"p": 1}}, "must be a text"),
        ({"with": {"p": ROOT}, "select": {"p": {}}, "color": 1}, "Unexpected field - query.color"),
        (with_(p={"nodes": {"limit": 5}}), "Unexpected field - nodes.limit"),
        (with_(p={"edges": {"through": {}}}), "Unexpected field - edges.through"),
        (with_(p={"nodes": {}, "color": 1}), "Unexpected field - with.p.color"),
        (with_(p={"nodes": {}, "postSort": []}), "Unexpected field - with.p.postSort"),
        (with_(p={"nodes": []}), "'nodes' must be an object"),
        (with_(p={}), "exactly one of nodes, edges"),
        (with_(p={"nodes": {}, "edges": {}}), "exactly one of nodes, edges"),
        (with_(p={"union": ["q"], "intersection": ["q"]}, q=ROOT), "exactly one of union"),
        (with_(p={"union": []}), "union size"),
        (with_(p={"union": ["q"], "sort": []}, q=ROOT), "Unexpected field - with.p.sort"),
        (with_(p={"union": [{"nodes": {}}]}), "Unexpected field"),
        (with_(p={"union": ["q", "r"]}, q=ROOT, r={"edges": {}}), "mix nodes and edges"),
        (with_(p={"union": ["q"], "except": ["gone"]}, q=ROOT), "Unknown result set 'gone'"),
        (with_(p={"nodes": {"from": "gone"}}), "Unknown result set 'gone'"),
        (with_(p={"nodes": {"from": "p"}}), "in a circle: 'p' from 'p'"),
        (with_(p={"edges": {"from": "q"}}, q={"union": ["r"]}, r={"nodes": {"from": "p"}}), "circle"),
        (with_(p={**ROOT, "limit": 0}), "limit must be between 1 and 10000"),
        (with_(p={**ROOT, "limit": 10_001}), "limit must be between 1 and 10000"),
        (with_(p={**ROOT, "sort": [{"property": at("size")}] * 6}), "sort size"),
        (with_(p={"nodes": {"filter": {"equals": {"property": at("size"), "value": {"parameter": "x"}}}}}), "Unknown parameter"),
        (with_(p={"nodes": {"from": "q"}}, q=ROOT), "need 'through'"),
        (with_(p={"nodes": {"through": {"source": view_id("Thing"), "identifier": "site"}}}), "not 'from'"),
        (with_(p={"nodes": {"from": "q", "through": {"source": view_id("Thing"), "identifier": "site"}}}, q={"edges": {}}), "set of edges"),
        (with_(p={"nodes": {"from": "q", "through": {"source": view_id("Thing"), "identifier": "gone"}}}, q=ROOT), "Unknown property 'gone'"),
        (with_(p={"nodes": {"from": "q", "through": {"source": view_id("Thing"), "identifier": "size"}}}, q=ROOT), "Not a direct relation"),
        (with_(p={"nodes": {"from": "q", "through": {"source": view_id("Gone"), "identifier": "x"}}}, q=ROOT), "views do not exist"),
        (with_(p={"nodes": {"from": "q", "through": {"source": view_id("Thing"), "identifier": "parts"}}}, q=ROOT),
         "Cannot traverse lists of direct relations inwards."),
        (with_(p={"edges": {"from": "q", "maxDistance": 0}}, q=ROOT), "maxDistance"),
        (with_(p={"edges": {"from": "q", "limitEach": 2}}, q=ROOT), "'maxDistance' of 1"),
        (with_(p={"edges": {"maxDistance": 1, "limitEach": 2}}), "'from'"),
        (with_(p={"edges": {"from": "q", "maxDistance": 1, "limitEach": 2001}}, q=ROOT), "limitEach must be"),
        (with_(p={"edges": {"direction": "up"}}), "direction"),
        ({"with": {"p": ROOT}, "select": {"p": {"sources": [{"source": view_id("Thing")}]}}}, "properties must not be null"),
        ({"with": {"p": ROOT}, "select": {"p": select(("Thing", ["gone"]))}}, "Unknown property 'gone'"),
        ({"with": {"p": ROOT}, "select": {"p": select(("Gone", ["*"]))}}, "views do not exist"),
        ({"with": {"p": ROOT}, "select": {"p": {"sources": [{"source": container_id("Thing"), "properties": ["*"]}]}}}, "Only views"),
        ({"with": {"p": ROOT}, "select": {"p": select(*([("Thing", ["*"])] * 11))}}, "sources size"),
        ({"with": {"p": ROOT}, "select": {"p": {"color": 1}}}, "Unexpected field - select.p.color"),
    ],
)  # fmt: skip
async def test_bad_requests_are_refused(plant: Api, body: dict[str, Any], text: str) -> None:
    assert text in await plant.refused(QUERY, body)
