"""Sync: backfill, changes, deletions, cursors, refusals (contract §6.7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pygen.server import Store, cursors, deletes, query, sync, upserts
from tests.server.graphs import at, call, deploy, names_of, new_world
from tests.server.support import SPACE, Api, container_id, data, edge, node, node_id, view_id

SYNC = "/models/instances/sync"
DAY = 24 * 3600 * 1000
THINGS: dict[str, Any] = {"nodes": {"filter": {"hasData": [view_id("Thing")]}}}


def body(expression: dict[str, Any], cursor: str | None = None, **more: Any) -> dict[str, Any]:
    return {"with": {"s": expression}, "select": {"s": {}}, "cursors": {"s": cursor}, **more}


@pytest.fixture
async def plant(api: Api, store: Store) -> Api:
    deploy(store)
    await api.write(*(node(f"p{n}", data(view_id("Thing"), name=f"P{n}", size=n)) for n in range(5)), node("bare"))
    return api


class Feed:
    """Polls one set and remembers its cursor."""

    def __init__(self, api: Api, **expression: Any) -> None:
        self.api = api
        self.expression = {**THINGS, **expression}
        self.cursor: str | None = None

    async def poll(self) -> list[str]:
        """The next page: external ids, those of the deleted with a minus."""
        return [("-" if "deletedTime" in one else "") + one["externalId"] for one in await self.items()]

    async def items(self) -> list[dict[str, Any]]:
        answer = await self.api.post(SYNC, body(self.expression, self.cursor))
        self.cursor = answer["nextCursor"]["s"]
        found: list[dict[str, Any]] = answer["items"]["s"]
        return found


async def gone(api: Api, *keys: str, kind: str = "node") -> None:
    await api.items("/models/instances/delete", *({"instanceType": kind, **node_id(key)} for key in keys))


async def test_two_phases(plant: Api) -> None:
    feed = Feed(plant, mode="twoPhase", limit=2)
    assert await feed.poll() == ["p0", "p1"]
    await plant.write(node("p0", data(view_id("Thing"), size=100)), node("new", data(view_id("Thing"), size=1)))
    await gone(plant, "p4")
    assert await feed.poll() == ["p2", "p3"]
    assert await feed.poll() == ["new"]
    assert await feed.poll() == ["new", "p0"]
    assert await feed.poll() == ["-p4"]
    assert await feed.poll() == []
    await plant.write(node("p1", data(view_id("Thing"), size=100)))
    assert await feed.poll() == ["p1"]


async def test_one_phase_goes_in_the_order_of_changes(plant: Api) -> None:
    await gone(plant, "p1")
    feed = Feed(plant, limit=3)
    assert await feed.poll() == ["p0", "p2", "p3"]
    await plant.write(node("p0", data(view_id("Thing"), size=100)))
    await gone(plant, "p4")
    assert await feed.poll() == ["p0", "-p4"]
    assert await feed.poll() == []


async def test_no_backfill(plant: Api) -> None:
    feed = Feed(plant, mode="noBackfill")
    assert await feed.poll() == []
    await plant.write(node("new", data(view_id("Thing"), size=1)), node("bare", type=node_id("t")))
    await gone(plant, "p0")
    assert await feed.poll() == ["new", "-p0"]


@pytest.mark.parametrize("mode", ["onePhase", "twoPhase"])
async def test_earlier_deletions_are_told_when_asked_for(plant: Api, mode: str) -> None:
    await gone(plant, "p1")
    assert await Feed(plant, mode=mode).poll() == ["p0", "p2", "p3", "p4"]
    feed = Feed(plant, mode=mode, skipAlreadyDeleted=False)
    found = [*await feed.poll(), *await feed.poll()]
    assert found == ["p0", "p2", "p3", "p4", "-p1"]


async def test_the_shape_of_a_deletion(plant: Api) -> None:
    await plant.write(edge("e", "p0", "p1"))
    edges = Feed(plant, nodes=None, edges={})
    assert await edges.poll() == ["e"]
    (before,) = (await plant.post("/models/instances/list", {"instanceType": "edge"}))["items"]
    await gone(plant, "p0")
    (found,) = await edges.items()
    assert found == {**before, "deletedTime": found["deletedTime"]}
    assert found["deletedTime"] > before["createdTime"]


async def test_deleted_and_made_again_between_two_polls(plant: Api) -> None:
    feed = Feed(plant, mode="twoPhase")
    assert len(await feed.poll()) == 5
    await gone(plant, "p3")
    await plant.write(node("p3", data(view_id("Thing"), size=1)))
    await gone(plant, "p3")
    await plant.write(node("p3", data(view_id("Thing"), size=2)))
    assert await feed.poll() == ["-p3", "-p3", "p3"]


async def test_filters_hold_for_what_the_deleted_were(plant: Api) -> None:
    large = {"nodes": {"filter": {"range": {"property": at("size"), "gte": 3}}}}
    none: dict[str, Any] = {"nodes": {"filter": {"not": {"matchAll": {}}}}}
    bare = {"nodes": {"filter": {"not": {"hasData": [container_id("Thing")]}}}}
    feeds = [Feed(plant, **one, mode="noBackfill") for one in (large, none, bare)]
    for feed in feeds:
        assert await feed.poll() == []
    await gone(plant, "p0", "p4", "bare")
    assert [await feed.poll() for feed in feeds] == [["-p4"], [], ["-bare"]]


async def test_backfill_sort(plant: Api) -> None:
    feed = Feed(plant, mode="twoPhase", limit=3, backfillSort=[{"property": at("size"), "direction": "descending"}])
    assert [await feed.poll() for _ in range(3)] == [["p4", "p3", "p2"], ["p1", "p0"], []]


async def test_several_sets_and_what_they_show(plant: Api) -> None:
    await plant.write(edge("e", "p0", "p1", data(view_id("Pipe"), weight=1)))
    first = await plant.post(
        SYNC,
        {
            "with": {"n": {**THINGS, "limit": 2}, "e": {"edges": {}}, "unseen": THINGS},
            "select": {
                "n": {"sources": [{"source": view_id("Part"), "properties": ["label"]}]},
                "e": {"sources": [{"source": view_id("Pipe"), "properties": ["*"]}]},
            },
            "includeTyping": True,
            "debug": {},
        },
    )
    assert names_of(first) == {"n": ["p0", "p1"], "e": ["e"]}
    assert set(first["nextCursor"]) == {"n", "e"}
    assert first["items"]["n"][0]["properties"] == {SPACE: {"Part/v1": {"label": "P0"}}}
    assert list(first["typing"]) == ["n", "e"]
    assert first["debug"] == {"notices": []}


async def test_cursors_expire_after_three_days(plant: Api, store: Store) -> None:
    now = 10**13
    store.clock = lambda: now
    feed = Feed(plant, mode="noBackfill")
    await feed.poll()
    await gone(plant, "p0")
    now += 3 * DAY
    assert await feed.poll() == ["-p0"]
    now += 3 * DAY + 1
    assert "Cursor has expired" in await plant.refused(SYNC, body(feed.expression, feed.cursor))
    allowed = body(feed.expression, feed.cursor, allowExpiredCursorsAndAcceptMissedDeletes=True)
    await gone(plant, "p1")
    assert names_of(await plant.post(SYNC, allowed)) == {"s": ["p1"]}
    with store.read() as transaction:
        left = transaction.sql.execute("select external_id from tombstone").fetchall()
        thing = next(one for one in transaction.schema.containers.values() if one.key.external_id == "Thing")
        (rows,) = transaction.sql.execute(f"select count(*) from {thing.grave}").fetchone()
    assert (left, rows) == ([("p1",)], 1)


async def test_cursors_are_bound(plant: Api) -> None:
    feed = Feed(plant, mode="twoPhase", limit=2)
    await feed.poll()
    wider = {**feed.expression, "limit": 3}
    assert names_of(await plant.post(SYNC, body(wider, feed.cursor))) == {"s": ["p2", "p3", "p4"]}
    other = {**feed.expression, "mode": "onePhase"}
    assert "other parameters" in await plant.refused(SYNC, body(other, feed.cursor))
    for values in ((2, 0, 0), (0, -(2**63), 0.5), (0, "x", 1), (1, "x", 1)):
        bound = query.bindings("sync", {"s": feed.expression}, {})["s"]
        made_up = cursors.encode(bound, cursors.Position(values, 10**14))
        assert "Invalid cursor" in await plant.refused(SYNC, body(feed.expression, made_up))


@pytest.mark.parametrize(
    ("expression", "status", "text"),
    [
        ({**THINGS, "limit": 2001}, 400, "limit must be between 1 and 2000"),
        ({**THINGS, "limit": 0}, 400, "limit must be between"),
        ({**THINGS, "sort": []}, 400, "Unexpected field - with.s.sort"),
        ({"union": ["s"]}, 400, "Unexpected field - with.s.union"),
        ({"edges": {"limitEach": 3}}, 400, "Unexpected field - edges.limitEach"),
        ({**THINGS, "mode": "threePhase"}, 400, "mode"),
        ({**THINGS, "backfillSort": [{"property": at("size")}]}, 400, "Backfill sort can only be used with two-phase sync."),
        ({"edges": {"from": "s"}}, 501, "does not emulate result sets that chain"),
    ],
)  # fmt: skip
async def test_bad_requests_are_refused(plant: Api, expression: dict[str, Any], status: int, text: str) -> None:
    assert text in await plant.refused(SYNC, body(expression), status=status)


async def test_select_has_sources_only(plant: Api) -> None:
    for key, value in (("limit", 5), ("sort", [{"property": at("size")}])):
        asked = {**body(THINGS), "select": {"s": {key: value}}}
        assert f"Unexpected field - select.s.{key}" in await plant.refused(SYNC, asked)


@pytest.fixture(scope="module")
def feed_store() -> Iterator[Store]:
    store = Store.open()
    deploy(store)
    yield store
    store.close()


names = st.sampled_from([f"n{number}" for number in range(6)])
steps = st.lists(
    st.one_of(
        st.tuples(st.just("write"), names, st.integers(0, 3)),
        st.tuples(st.just("link"), names, names),
        st.tuples(st.just("delete"), names, st.just(0)),
        st.tuples(st.just("poll"), st.just(""), st.just(0)),
    ),
    max_size=25,
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=steps, mode=st.sampled_from(["onePhase", "twoPhase"]), limit=st.sampled_from([1, 2, 100]))
def test_a_consumer_ends_up_with_what_is_there(feed_store: Store, steps: list[Any], mode: str, limit: int) -> None:
    world = new_world()
    everything = [{"instanceType": "node", **node_id(f"n{number}")} for number in range(6)]
    call(feed_store, deletes.delete, {"items": everything})
    with_ = {"n": {**THINGS, "mode": mode, "limit": limit}, "e": {"edges": {}, "mode": mode, "limit": limit}}
    held: dict[str, Any] = {"cursors": {}}
    seen: dict[str, dict[str, int]] = {"n": {}, "e": {}}

    def poll() -> bool:
        answer = call(feed_store, sync.sync, {"with": with_, "select": {"n": {}, "e": {}}, **held})
        held["cursors"] = answer["nextCursor"]
        for key, items in answer["items"].items():
            for one in [
                *(one for one in items if "deletedTime" in one),
                *(one for one in items if "deletedTime" not in one),
            ]:
                seen[key].pop(one["externalId"], None)
                if "deletedTime" not in one:
                    seen[key][one["externalId"]] = one["version"]
        return any(answer["items"].values())

    for step, one, other in steps:
        if step == "poll":
            poll()
            continue
        if step == "delete":
            call(feed_store, deletes.delete, {"items": [{"instanceType": "node", **node_id(one)}]})
            world.delete("node", one)
            continue
        items = (
            [node(one, data(view_id("Thing"), size=other))]
            if step == "write"
            else [edge(f"{one}-{other}", one, other, type=node_id("n0"))]
        )
        call(feed_store, upserts.upsert, {"items": items, "autoCreateStartNodes": True, "autoCreateEndNodes": True})
        world.write([*([node(one), node(other)] if step == "link" else []), *items])
    while poll():
        pass
    poll()
    assert seen["n"].keys() == set(world.listed("node", ["Thing"]))
    assert seen["e"].keys() == set(world.listed("edge"))
