"""Query, sync, search and inspect with parts of good requests replaced by anything at all: refused or answered, never a failure."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pygen.server import Store, create_app, upserts
from tests.server.graphs import at, call, deploy
from tests.server.support import container_id, data, edge, node, node_id, view_id

SELECT = {"sources": [{"source": view_id("Thing"), "properties": ["name"]}]}
SIZE = {"range": {"property": at("size"), "gt": {"parameter": "low"}}}
THROUGH = {"source": view_id("Thing"), "identifier": "site"}
GOOD: list[tuple[str, dict[str, Any]]] = [
    (
        "query",
        {
            "with": {
                "a": {"nodes": {"filter": SIZE}, "sort": [{"property": at("size"), "direction": "descending"}], "limit": 2},
                "e": {"edges": {"from": "a", "maxDistance": 3, "nodeFilter": SIZE, "terminationFilter": SIZE}, "limit": 2},
                "f": {"edges": {"from": "a", "maxDistance": 1, "limitEach": 2}, "postSort": [{"property": ["edge", "version"]}]},
                "n": {"nodes": {"from": "e", "chainTo": "source"}},
                "t": {"nodes": {"from": "a", "through": THROUGH, "direction": "outwards"}},
                "u": {"union": ["a", {"intersection": ["n", "t"]}], "except": ["t"], "limit": 3},
            },
            "select": {"a": {**SELECT, "sort": [{"property": at("name")}]}, "e": {}, "f": {}, "n": {}, "t": SELECT, "u": {"limit": 1}},
            "parameters": {"low": 0},
            "cursors": {"a": None},
        },
    ),
    (
        "sync",
        {
            "with": {"a": {"nodes": {"filter": SIZE}, "mode": "twoPhase", "backfillSort": [{"property": at("size")}], "limit": 2}},
            "select": {"a": SELECT},
            "parameters": {"low": 0},
            "allowExpiredCursorsAndAcceptMissedDeletes": False,
        },
    ),
    (
        "search",
        {
            "view": view_id("Thing"), "query": "a b", "properties": ["name"], "operator": "AND", "filter": {"exists": {"property": at("size")}},
            "sort": [{"property": at("size")}], "limit": 5, "instanceType": "node", "includeTyping": True,
        },
    ),
    ("aggregate", {"view": view_id("Thing"), "query": "a", "aggregates": [{"count": {}}], "groupBy": ["name"], "operator": "OR"}),
    (
        "inspect",
        {
            "inspectionOperations": {"involvedViews": {"allVersions": True}, "involvedContainers": {}},
            "items": [{"instanceType": "node", **node_id("n1")}],
        },
    ),
]  # fmt: skip
JUNK: list[Any] = [
    None, True, 0, -1, 2**70, 1.5, "", "a", "\0", "x" * 70_000, [], [None], {}, {"a": 1}, ["a"] * 60, {"from": "a"}, {"parameter": "low"},
    {"property": at("name")}, {"property": ["node", "space"]}, {"matchAll": {}}, {"union": ["a"]}, {"nodes": {}}, {"edges": {}}, container_id("Thing"),
    at("tags"), ["node", "type"], ["edge", "startNode"], "a:b", "*", '"', "NEAR(a b)", "AND", "e", "\ud7ff",
]  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of all parts of a value."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield (*path, key)
        yield from places(part, (*path, key))


def put(body: Any, path: tuple[Any, ...], junk: Any) -> None:
    """Put something at a path, if it still leads somewhere."""
    *way, last = path
    try:
        for key in way:
            body = body[key]
        body[last] = copy.deepcopy(junk)
    except (KeyError, IndexError, TypeError):
        return


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    endpoint, good = draw(st.sampled_from(GOOD))
    body = copy.deepcopy(good)
    paths = sorted(places(good), key=str)
    for _ in range(draw(st.integers(1, 2))):
        put(body, draw(st.sampled_from(paths)), draw(st.sampled_from(JUNK)))
    return endpoint, body


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    store = Store.open()
    deploy(store)
    things = [node(f"n{n}", data(view_id("Thing"), name="a b", size=n, site=node_id(f"n{n // 2}"))) for n in range(4)]
    call(store, upserts.upsert, {"items": [*things, *(edge(f"e{n}", f"n{n}", f"n{n + 1}") for n in range(3))]})
    yield store
    store.close()


async def send(store: Store, endpoint: str, body: Any) -> httpx.Response:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(create_app(store)),
        base_url="http://local/api/v1/projects/test",
        headers={"authorization": "Bearer token"},
    ) as client:
        return await client.post(f"/models/instances/{endpoint}", json=body)


@pytest.mark.parametrize(("endpoint", "body"), GOOD)
async def test_the_good_requests_are_good(store: Store, endpoint: str, body: dict[str, Any]) -> None:
    assert (await send(store, endpoint, body)).status_code == 200


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(request_=requests())
async def test_junk_is_refused_or_answered(store: Store, request_: tuple[str, dict[str, Any]]) -> None:
    response = await send(store, *request_)
    assert response.status_code in (200, 400, 501), (request_, response.text)
