"""Writes that tell the truth: whatever happens on the way, it is known of each item what became of it."""

from __future__ import annotations

import os
import random
from typing import Any

import httpx
import msgspec
import pytest

from pygen_runtime.client import AsyncPygenClient, ItemFailure, UpsertResult
from pygen_runtime.errors import (
    ApiError,
    AuthenticationError,
    ClientClosedError,
    ConflictError,
    DeadlineError,
    InvalidResponseError,
    NotReachedError,
    RateLimitedError,
    ServerError,
    ServerTimeoutError,
    WriteError,
)
from pygen_runtime.schema import (
    ContainerId,
    EdgeId,
    EdgeWrite,
    InstanceResult,
    InstanceWrite,
    NodeId,
    NodeWrite,
    SourceWrite,
    ViewId,
)
from pygen_runtime.schema.requests import InstanceReference
from tests.runtime.instance_store import InstanceStore, Key, Stored, now_and_then
from tests.runtime.support import Api, client_of, ok, refused

pytestmark = pytest.mark.anyio

THOROUGH = os.environ.get("PYGEN_THOROUGH") == "1"
VIEW = ViewId("s", "V", "1")
TYPE = NodeId("s", "type")


def node(number: int, *, version: int | None = None, **properties: Any) -> NodeWrite:
    sources = [SourceWrite(source=VIEW, properties={"number": number, **properties})]
    return NodeWrite(space="s", external_id=f"n{number}", sources=sources, existing_version=version)


def edge(number: int, start: int, end: int) -> EdgeWrite:
    ends = NodeId("s", f"n{start}"), NodeId("s", f"n{end}")
    return EdgeWrite(space="s", external_id=f"e{number}", type=TYPE, start_node=ends[0], end_node=ends[1])


def key_of(item: Any) -> Key:
    if isinstance(item, InstanceResult):
        return (item.instance_type, item.external_id)
    return ("node" if isinstance(item, (NodeWrite, NodeId)) else "edge", item.external_id)


def keys(items: Any) -> list[Key]:
    return [key_of(one.item if isinstance(one, ItemFailure) else one) for one in items]


def stored(item: InstanceWrite, version: int = 1) -> Stored:
    content = msgspec.json.decode(msgspec.json.encode(item))
    content.pop("existingVersion", None)
    return Stored(content, version)


def assert_partitioned(result: UpsertResult, items: list[Any]) -> None:
    """Each item once, and in its order."""
    open_ = (result.written_or_unchanged, result.unknown)
    parts = [keys(part) for part in (result.written, result.unchanged, result.skipped, result.failed, *open_)]
    assert sorted(key for part in parts for key in part) == sorted(map(key_of, items))
    place = {key_of(item): number for number, item in enumerate(items)}
    for part in parts:
        assert part == sorted(part, key=place.__getitem__)


@pytest.mark.parametrize("seed", range(1 if THOROUGH else 2))
async def test_partitions_are_exact_under_poison_time_outs_and_server_errors(anyio_backend: str, seed: int) -> None:
    nodes, edges = (80_000, 20_000) if THOROUGH else (8_000, 2_000)
    chance = random.Random(seed)  # not for secrets
    items: list[InstanceWrite] = [node(number) for number in range(nodes)]
    items += [edge(number, chance.randrange(nodes), chance.randrange(nodes)) for number in range(edges)]
    few = nodes // 1_000
    poison = {("node", f"n{number}") for number in chance.sample(range(nodes), few)}
    poison |= {("edge", f"e{number}") for number in chance.sample(range(edges), few)}
    breaking = {("node", f"n{number}") for number in chance.sample(range(nodes), few)} - poison
    hanging = {key_of(one) for one in items if isinstance(one, EdgeWrite) and _ends(one) & (poison | breaking)}
    stale = {("node", f"n{number}") for number in chance.sample(range(nodes), few)} - poison - breaking
    same = {("node", f"n{number}") for number in chance.sample(range(nodes), 5 * few)} - poison - breaking - stale
    held: dict[Key, Stored] = {}
    for place, item in enumerate(items):
        if key_of(item) in same:
            held[key_of(item)] = stored(item)
        elif key_of(item) in stale:
            held[key_of(item)] = stored(node(place, changed="by another"), version=5)
            items[place] = node(place, version=3)
        elif isinstance(item, NodeWrite) and place % 3 == 0:
            items[place] = node(place, version=0)
    chance.shuffle(items)
    store = InstanceStore(
        held=held,
        poison=poison,
        breaking=breaking,
        heaviest=lambda number: 1000 if number % 60 < 40 else 300,
        faults=now_and_then(seed, status_503=0.05, time_out=0.03, lost=0.05),
    )
    async with client_of(store, deadline=None) as client:
        result = await client.instances.try_upsert(items)
    assert_partitioned(result, items)
    assert set(keys(result.failed)) == poison | stale | (hanging - poison)
    assert set(keys(result.unknown)) == breaking
    assert set(keys(result.written)) <= store.written
    assert set(keys(result.unchanged)) <= same
    assert store.written.isdisjoint(keys(result.unchanged))
    assert set(keys(result.written_or_unchanged)) <= store.doubted
    assert same <= set(keys(result.unchanged) + keys(result.written_or_unchanged))
    versioned = {key_of(item) for item in items if item.existing_version is not None}
    assert versioned & store.lost
    assert versioned.isdisjoint(keys(result.unchanged) + keys(result.written_or_unchanged))
    assert store.written.isdisjoint(keys(result.failed) + keys(result.unknown) + keys(result.skipped))
    assert store.held.keys() == {key_of(item) for item in items} - poison - breaking - hanging
    assert all(one.together == 1 for one in result.failed)
    assert {type(one.error) for one in result.unknown} == {ServerError}
    assert len(store.sizes) < len(items) / 1000 * 10 + 30 * (len(result.failed) + len(result.unknown))


def _ends(item: EdgeWrite) -> set[Key]:
    return {("node", item.start_node.external_id), ("node", item.end_node.external_id)}


async def test_one_item_at_fault_is_found_in_a_logarithmic_number_of_requests(anyio_backend: str) -> None:
    items = [node(number) for number in range(1000)]
    store = InstanceStore(poison={("node", "n617")})
    async with client_of(store) as client:
        result = await client.instances.try_upsert(items)
    assert keys(result.failed) == [("node", "n617")]
    assert result.failed[0].item is items[617]
    assert "cannot be written" in str(result.failed[0].error)
    assert len(result.written) == 999
    assert len(store.sizes) <= 1 + 2 * 10


async def test_upserting_raises_with_the_partition_and_has_written_all_that_could_be(anyio_backend: str) -> None:
    store = InstanceStore(poison={("node", "n1")})
    async with client_of(store) as client:
        with pytest.raises(WriteError, match=r"of 3 items, 1 was not written\. The first is s:n1: .* 400") as raised:
            await client.instances.upsert([node(0), node(1), node(2)])
    result = raised.value.result
    assert isinstance(result, UpsertResult)
    assert keys(result.written) == [("node", "n0"), ("node", "n2")]
    assert raised.value.__cause__ is result.failed[0].error


async def test_without_splitting_a_request_is_written_whole_or_not_at_all(anyio_backend: str) -> None:
    store = InstanceStore(poison={("node", "n1")})
    async with client_of(store) as client:
        result = await client.instances.try_upsert([node(0), node(1), node(2)], split=False)
    assert [one.together for one in result.failed] == [3, 3, 3]
    assert store.held == {}
    assert store.sizes == [3]


async def test_a_call_that_is_wrong_altogether_is_not_split_for_ever(anyio_backend: str) -> None:
    api = Api(lambda _request: refused(400, "One or more views do not exist: 's:V/1'"))
    async with client_of(api) as client:
        result = await client.instances.try_upsert(map(node, range(20_000)))
    assert len(result.failed) == 20_000
    assert max(one.together for one in result.failed) > 100
    assert len(api.requests) < 600


async def test_after_a_success_batches_are_split_again(anyio_backend: str) -> None:
    poison = {("node", f"n{number}") for number in [*range(1000), 1500]}
    async with client_of(InstanceStore(poison=poison)) as client:
        result = await client.instances.try_upsert(map(node, range(2000)), auto_create_direct_relations=False)
    assert set(keys(result.failed)) == poison
    assert result.failed[-1].together == 1


async def test_edges_go_after_their_nodes_even_when_a_request_is_split(anyio_backend: str) -> None:
    store = InstanceStore(poison={("node", "n5")})
    items: list[InstanceWrite] = [edge(1, 0, 9), edge(2, 0, 5), *map(node, range(10))]
    async with client_of(store) as client:
        result = await client.instances.try_upsert(items)
    assert keys(result.failed) == [("edge", "e2"), ("node", "n5")]
    assert ("edge", "e1") in store.held


# --- too heavy ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [408, 413])
async def test_batches_that_are_too_heavy_are_halved_and_grow_again(anyio_backend: str, status: int) -> None:
    class Heavy(InstanceStore):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            answer = await super().handle_async_request(request)
            return refused(status, "too much") if answer.status_code == 408 else answer

    store = Heavy(heaviest=lambda number: 120 if number < 20 else 1000)
    async with client_of(store) as client:
        result = await client.instances.try_upsert(map(node, range(20_000)), auto_create_direct_relations=False)
    assert len(result.written) == 20_000
    assert result.batch_size == 1000
    assert store.sizes[-2] == 1000
    refusals = sum(size > 120 for size in store.sizes[:19])
    assert refusals <= 11


async def test_a_single_item_that_is_too_heavy_is_tried_twice_and_then_unknown(anyio_backend: str) -> None:
    store = InstanceStore(heaviest=lambda _number: 0)
    async with client_of(store) as client:
        result = await client.instances.try_upsert([node(0)])
    assert store.sizes == [1, 1]
    assert isinstance(result.unknown[0].error, ServerTimeoutError)
    assert result.unknown[0].error.__notes__ == ["The batch had been reduced to this single item."]


async def test_what_must_stay_together_is_not_halved_either(anyio_backend: str) -> None:
    store = InstanceStore(heaviest=lambda _number: 2)
    items = [node(0), node(1), node(2)]
    async with client_of(store) as client:
        result = await client.instances.try_upsert(items, split=False)
        assert [len(result.unknown), store.sizes] == [3, [3, 3]]
    async with client_of(Api(refused(413, "too large"))) as client:
        result = await client.instances.try_upsert(items, split=False)
        assert [one.together for one in result.failed] == [3, 3, 3]


async def test_a_single_item_that_is_too_large_has_failed(anyio_backend: str) -> None:
    async with client_of(Api(refused(413, "too large"))) as client:
        result = await client.instances.try_upsert(node(0))
    assert len(result.failed) == 1


# --- lost answers and versions --------------------------------------------------------------------------------------


def once(*faults: str | None) -> Any:
    left = list(faults)
    return lambda: left.pop(0) if left else None


async def test_a_conflict_with_a_lost_write_of_our_own_is_no_failure(anyio_backend: str) -> None:
    items = [node(number, version=1, x=0.1, at="2026-01-02T03:04:05Z", none=None) for number in range(3)]
    plain = node(7)
    before = {key_of(item): stored(node(number)) for number, item in enumerate(items)}
    store = InstanceStore(held=before, faults=once("lost"))
    async with client_of(store) as client:
        result = await client.instances.try_upsert([*items, plain])
    assert keys(result.written) == [("node", "n0"), ("node", "n1"), ("node", "n2")]
    assert [one.version for one in result.written] == [2, 2, 2]
    assert (result.unchanged, keys(result.written_or_unchanged)) == ([], [("node", "n7")])
    assert store.read == 1


@pytest.mark.parametrize("fault", ["lost", "503", "time-out"])
async def test_what_was_changed_by_whom_is_said_only_where_it_is_known(anyio_backend: str, fault: str) -> None:
    items = [node(0), node(1, version=1, x=2), node(2, version=1), node(3, version=9), node(4)]
    held = {("node", f"n{number}"): stored(node(number)) for number in range(4)}
    store = InstanceStore(held=held, faults=once(fault))
    async with client_of(store) as client:
        result = await client.instances.try_upsert(items)
        again = await client.instances.try_upsert([node(0), node(4)])
    # The fresh node 4 is named by the second answer: as written if the first try did nothing, as unchanged otherwise.
    new = [("node", "n4")]
    assert keys(result.written) == [("node", "n1")] + new * (fault != "lost")
    assert keys(result.unchanged) == [("node", "n2")], "it is still in the version that it was read in"
    assert keys(result.written_or_unchanged) == [("node", "n0"), ("node", "n3")] + new * (fault == "lost")
    assert (keys(again.unchanged), again.written_or_unchanged) == ([("node", "n0"), ("node", "n4")], [])
    result.raise_for_failures()


@pytest.mark.parametrize("fault", ["lost", "503"])
async def test_what_a_lost_try_wrote_is_not_called_skipped(anyio_backend: str, fault: str) -> None:
    items = [node(0, version=1, x=2), node(1, version=1), node(2, version=1, x=2)]
    held = {
        ("node", "n0"): stored(node(0)),
        ("node", "n1"): stored(node(1)),
        ("node", "n2"): stored(node(2), version=4),
    }
    store = InstanceStore(held=held, faults=once(fault))
    async with client_of(store) as client:
        result = await client.instances.try_upsert(items, skip_on_version_conflict=True)
    assert_partitioned(result, items)
    assert store.written == {("node", "n0")}
    assert keys(result.written) == [("node", "n0")]
    assert keys(result.unchanged) == [("node", "n1")]
    assert keys(result.skipped) == [("node", "n2")], "its new version is not ours"


async def test_what_was_skipped_after_a_lost_try_and_cannot_be_read_back_is_unknown(anyio_backend: str) -> None:
    sources = [SourceWrite(source=ContainerId("s", "C"), properties={"a": 1})]
    hidden = NodeWrite(space="s", external_id="n0", sources=sources, existing_version=1)
    there: dict[str, Any] = {"instanceType": "node", "space": "s", "externalId": "n0"}
    there |= {"version": 2, "createdTime": 0, "lastUpdatedTime": 0}
    api = Api(httpx.ReadError("reset"), ok(), ok([there]))
    async with client_of(api) as client:
        result = await client.instances.try_upsert(hidden, skip_on_version_conflict=True)
    assert [one.item for one in result.unknown] == [hidden]
    assert "cannot be read back" in str(result.unknown[0].error)


async def test_a_server_that_does_not_name_what_it_cannot_have_skipped_leaves_it_unknown(anyio_backend: str) -> None:
    async with client_of(Api(ok())) as client:
        result = await client.instances.try_upsert(node(0), skip_on_version_conflict=True)
    assert len(result.unknown) == 1


async def test_a_change_of_somebody_else_stays_a_conflict(anyio_backend: str) -> None:
    store = InstanceStore(held={("node", "n0"): stored(node(0, x=1), version=4)}, faults=once("503"))
    async with client_of(store) as client:
        result = await client.instances.try_upsert([node(0, version=2, x=2), node(1)])
    assert keys(result.failed) == [("node", "n0")]
    assert isinstance(result.failed[0].error, ConflictError)
    assert keys(result.written) == [("node", "n1")]


async def test_what_cannot_be_read_back_is_unknown(anyio_backend: str) -> None:
    through_container = NodeWrite(
        space="s",
        external_id="n0",
        sources=[SourceWrite(source=ContainerId("s", "C"), properties={"a": 1})],
        existing_version=0,
    )

    def answers(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/byids"):
            return ok([bare])
        if len(api.requests) == 1:
            raise httpx.ReadError("reset")
        return refused(409, "conflict")

    api = Api(answers)
    bare: dict[str, Any] = {"instanceType": "node", "space": "s", "externalId": "n0"}
    bare |= {"version": 1, "createdTime": 0, "lastUpdatedTime": 0}
    async with client_of(api) as client:
        result = await client.instances.try_upsert([through_container])
    assert len(result.unknown) == 1


async def test_when_reading_back_fails_the_item_is_unknown(anyio_backend: str) -> None:
    def answers(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/byids"):
            return refused(403, "not for you")
        if len(api.requests) == 1:
            raise httpx.ReadError("reset")
        return refused(409, "conflict")

    api = Api(answers)
    async with client_of(api) as client:
        result = await client.instances.try_upsert([node(0, version=0)])
    assert result.unknown[0].error.status == 403  # type: ignore[attr-defined]  # an ApiError


async def test_skipped_items_are_told_and_are_no_failures(anyio_backend: str) -> None:
    store = InstanceStore(held={("node", "n0"): stored(node(0, x=1), version=4)})
    items = [node(0, version=2), node(1)]
    async with client_of(store) as client:
        result = await client.instances.try_upsert(items, skip_on_version_conflict=True)
        told = await client.instances.upsert(items, skip_on_version_conflict=True)
    assert result.skipped == [items[0]]
    assert [one.external_id for one in told] == ["n1"]


# --- when nothing goes any more -------------------------------------------------------------------------------------


async def test_a_refused_token_ends_the_call_and_what_was_not_sent_has_failed(anyio_backend: str) -> None:
    api = Api(lambda _request: refused(401, "no"))
    async with client_of(api) as client:
        result = await client.instances.try_upsert(map(node, range(5000)), auto_create_direct_relations=False)
    assert len(result.failed) == 5000
    assert {type(one.error) for one in result.failed} == {AuthenticationError}
    assert len(api.requests) == 2  # the token is renewed once


async def test_what_timed_out_before_the_token_was_refused_stays_in_doubt(anyio_backend: str) -> None:
    api = Api(refused(408, "Graph query timed out."), refused(401, "no"))
    async with client_of(api) as client:
        result = await client.instances.try_upsert(map(node, range(1500)), auto_create_direct_relations=False)
    assert len(result.unknown) == 1000
    assert len(result.failed) == 500


@pytest.mark.parametrize(
    ("answer", "kind", "sure"),
    [
        (refused(503, "down"), ServerError, False),
        (httpx.ReadError("reset"), NotReachedError, False),
        (httpx.ReadTimeout("slow"), NotReachedError, False),
        (httpx.Response(200, content=b"<html>", headers={"content-type": "text/html"}), InvalidResponseError, False),
        (httpx.Response(200, content=b'{"items":7}'), InvalidResponseError, False),
        (httpx.ConnectError("down"), NotReachedError, True),
        (refused(429, "busy", retry_after="999"), RateLimitedError, True),
        (refused(429, "busy"), RateLimitedError, True),
        (refused(418, "teapot"), ApiError, True),
    ],
)
async def test_only_what_the_server_surely_did_not_do_has_failed(
    anyio_backend: str, answer: Any, kind: type[Exception], sure: bool
) -> None:
    async with client_of(Api(answer)) as client:
        result = await client.instances.try_upsert([node(0), node(1)])
    assert len(result.failed if sure else result.unknown) == 2
    assert {type(one.error) for one in result.failed + result.unknown} == {kind}


async def test_a_call_that_runs_out_of_time_before_it_was_sent_has_failed(anyio_backend: str) -> None:
    async with client_of(Api(refused(429, "busy", retry_after="20")), deadline=10.0) as client:
        result = await client.instances.try_upsert(node(0))
    assert [type(one.error) for one in result.failed] == [DeadlineError]
    async with client_of(Api(refused(503, "down", retry_after="20")), deadline=10.0) as client:
        result = await client.instances.try_upsert(node(0))
    assert [type(one.error) for one in result.unknown] == [DeadlineError]


async def test_a_closed_client_refuses_before_anything_is_looked_at(anyio_backend: str) -> None:
    client = client_of(InstanceStore())
    with pytest.raises(ClientClosedError):
        await client.instances.upsert([node(0)])
    with pytest.raises(ClientClosedError):
        await client.instances.try_delete([NodeId("s", "a")])


async def test_a_bug_ends_all_batches_and_arrives_as_it_is(anyio_backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with client_of(InstanceStore()) as client:

        async def broken(*_args: Any, **_kwargs: Any) -> Any:
            raise ZeroDivisionError

        monkeypatch.setattr(client._core, "call", broken)
        with pytest.raises(ZeroDivisionError):
            await client.instances.try_upsert(map(node, range(3000)))


# --- delete ---------------------------------------------------------------------------------------------------------


async def test_deleting_tells_what_was_there_what_was_not_and_what_failed(anyio_backend: str) -> None:
    items: list[InstanceWrite] = [node(0), node(1), edge(2, 0, 1)]
    held = {key_of(item): stored(item) for item in items}
    store = InstanceStore(held=held, breaking={("node", "n1")}, faults=once("503"))
    ids: list[NodeId | EdgeId] = [NodeId("s", "n0"), NodeId("s", "n1"), EdgeId("s", "e2"), NodeId("s", "n9")]
    async with client_of(store) as client:
        result = await client.instances.try_delete([*ids, ids[0]])
        assert result.deleted == [ids[0], ids[2]]
        assert (result.absent, result.deleted_or_absent) == ([], [ids[3]]), (
            "all were tried before, and might have gone then"
        )
        assert [one.item.external_id for one in result.unknown] == ["n1"]
        with pytest.raises(WriteError, match=r"of 1 item, of 1 it is not known\. The first is s:n1"):
            await client.instances.delete(ids[1])
        assert (await client.instances.try_delete(ids[3])).absent == [ids[3]]


async def test_what_a_lost_try_deleted_is_not_called_absent(anyio_backend: str) -> None:
    store = InstanceStore(held={("node", "n0"): stored(node(0))}, faults=once("lost"))
    ids = [NodeId("s", "n0"), NodeId("s", "n9")]
    async with client_of(store) as client:
        result = await client.instances.try_delete(ids)
        assert (result.deleted, result.absent, result.deleted_or_absent) == ([], [], ids)
        result.raise_for_failures()


async def test_deleting_many_goes_edges_first_and_is_halved(anyio_backend: str) -> None:
    items: list[InstanceWrite] = [*map(node, range(1500)), *(edge(number, 0, 1) for number in range(1500))]
    store = InstanceStore(held={key_of(item): stored(item) for item in items}, heaviest=lambda _number: 400)
    ids = [(NodeId if isinstance(item, NodeWrite) else EdgeId)("s", item.external_id) for item in items]
    async with client_of(store) as client:
        assert await client.instances.delete(ids) == ids
    assert store.held == {}
    assert max(size for size in store.sizes[-3:]) <= 500


async def test_a_reference_may_hold_the_version_that_must_be_there(anyio_backend: str) -> None:
    api = Api(httpx.Response(200, json={"items": []}))
    async with client_of(api) as client:
        one = InstanceReference(instance_type="node", space="s", external_id="a", existing_version=3)
        assert await client.instances.delete(one) == []
    assert api.body()["items"] == [{"instanceType": "node", "space": "s", "externalId": "a", "existingVersion": 3}]


async def test_a_client_that_is_closed_meanwhile_leaves_no_item_untold(anyio_backend: str) -> None:
    class Closing(InstanceStore):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            answer = await super().handle_async_request(request)
            if len(self.sizes) == 2:
                client._core._host = None
            return answer

    client: AsyncPygenClient = client_of(Closing())
    await client.__aenter__()
    host = client._core._host
    result = await client.instances.try_upsert(map(node, range(5000)), auto_create_direct_relations=False)
    client._core._host = host
    await client.__aexit__(None, None, None)
    assert (len(result.written), len(result.unknown) + len(result.failed)) == (2000, 3000)
