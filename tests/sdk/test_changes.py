"""Change feeds against the local server: what is there, what happens then, where it goes on."""

from __future__ import annotations

import datetime
import json
from collections.abc import AsyncIterator, Iterator, Sequence

import pytest

from pygen.server import Store, run_in_thread
from pygen_runtime.client import AsyncPygenClient, ClientSettings
from pygen_runtime.errors import ApiError, CheckpointError, CursorExpiredError, UsageError
from pygen_runtime.schema import EdgeId, NodeId, NodeWrite, SourceWrite, ViewId, ViewWrite
from pygen_runtime.schema.filters import Equals, Prefix
from pygen_runtime.sdk import NodeConditions, PygenList, PygenNode, ViewAPI
from pygen_runtime.sdk.changes.changes import Change, ChangeBatch, Deleted, OnFeedExpired, Upserted
from tests.sdk import plant
from tests.sdk.model import Pipe, PipeAPI, PumpAPI, Site, SiteAPI
from tests.virtual_clock import VirtualClock

DAY = 24 * 3600 * 1000
START = 1_700_000_000_000


class ServerTime:
    """The server's clock."""

    now = START


@pytest.fixture
def time() -> ServerTime:
    return ServerTime()


@pytest.fixture
def server(time: ServerTime) -> Iterator[str]:
    store = Store.open(None, clock=lambda: time.now)
    with run_in_thread(store) as base_url:
        yield base_url
    store.close()


@pytest.fixture
async def client(server: str, virtual_clock: VirtualClock) -> AsyncIterator[AsyncPygenClient]:
    settings = ClientSettings(page_size=4, clock=virtual_clock.clock())
    async with AsyncPygenClient.from_token(
        base_url=server, project="test", token="secret", settings=settings
    ) as client:
        await plant.build(client, 6)
        yield client


def site(key: str, name: str) -> NodeWrite:
    return NodeWrite(
        space="plant", external_id=key, sources=[SourceWrite(source=plant.SITE, properties={"name": name})]
    )


def name_of(change: Change[Site]) -> str:
    return (
        f"{change.item.external_id}={change.item.name}" if isinstance(change, Upserted) else f"-{change.id.external_id}"
    )


def names_of(batch: Sequence[Change[Site]]) -> list[str]:
    return [name_of(change) for change in batch]


async def test_first_what_is_there_then_what_happens_in_order(client: AsyncPygenClient) -> None:
    feed = SiteAPI(client).changes()
    assert (feed.live, feed.gap) == (False, None)
    begun = await anext(feed)
    assert (begun, begun.backfill, begun.live) == ([], False, False)
    backfill = await anext(feed)
    assert names_of(backfill) == ["site-0=Site 0", "site-1=Site 1", "site-2=Site 2"]
    assert (backfill.backfill, backfill.live, feed.live) == (True, False, False)
    assert repr(backfill) == "<ChangeBatch of Site: 3 upserts, 0 deletes, backfill>"
    await client.instances.upsert(site("b", "B"))
    await client.instances.delete(NodeId("plant", "site-1"))
    await client.instances.upsert(site("a", "A"))
    batch = await anext(feed)
    assert names_of(batch) == ["b=B", "-site-1", "a=A"]
    assert (batch.backfill, batch.live, feed.live) == (False, True, True)
    assert isinstance(batch.upserts, PygenList)
    assert [type(one) for one in batch.upserts] == [Site, Site]
    assert batch.upserts.as_ids() == [NodeId("plant", "b"), NodeId("plant", "a")]
    assert batch.deletes == [NodeId("plant", "site-1")]
    deleted = batch[1]
    assert deleted == Deleted(NodeId("plant", "site-1"), 1, datetime.datetime.fromtimestamp(START / 1000, datetime.UTC))
    assert batch[0].id == NodeId("plant", "b")
    found = await client.instances.retrieve(NodeId("plant", "a"))
    assert batch.upserts[1].version == found[0].version


async def test_what_is_read_can_follow_its_relations(client: AsyncPygenClient) -> None:
    feed = PumpAPI(client).changes()
    await anext(feed)
    pump = (await anext(feed)).upserts[1]
    assert (pump.name, pump.flow, pump.site_id) == ("Pump 0001", 0.5, NodeId("plant", "site-1"))
    found = await pump.site.get()
    assert found is not None
    assert found.name == "Site 1"


async def test_while_changes_come_in_slowly_the_feed_asks_at_intervals(
    client: AsyncPygenClient, virtual_clock: VirtualClock
) -> None:
    feed = SiteAPI(client).changes(interval=30)
    told = []
    async for batch in feed:
        told.append(names_of(batch))
        if len(told) == 3:
            virtual_clock.time += 10
        if len(told) == 4:
            await client.instances.upsert(site("new", "New"))
        if len(told) == 5:
            virtual_clock.time += 40
        if len(told) == 6:
            break
    assert told[2:] == [[], [], ["new=New"], []]
    assert virtual_clock.slept == [20, 30, 0]


async def test_until_live_ends_there_and_can_be_asked_again(
    client: AsyncPygenClient, virtual_clock: VirtualClock
) -> None:
    await client.instances.upsert([site(f"more-{n}", "x") for n in range(7)])
    feed = SiteAPI(client).changes()
    sizes = [len(batch) async for batch in feed.until_live()]
    assert sizes == [0, 4, 4, 2, 0]
    await client.instances.upsert([site(f"more-{n}", "y") for n in range(5)])
    now = feed.until_live()
    assert [len(batch) async for batch in now] == [4, 1]
    assert [len(batch) async for batch in now] == [], "this one is over"
    assert [change async for change in feed.until_live().items()] == []
    assert virtual_clock.slept == []


async def test_deleted_and_made_again_between_two_polls(client: AsyncPygenClient) -> None:
    feed = SiteAPI(client).changes()
    [_ async for _ in feed.until_live()]
    one = NodeId("plant", "site-0")
    for number in range(2):
        await client.instances.delete(one)
        await client.instances.upsert(site("site-0", f"Life {number}"))
    batch = await anext(feed)
    assert names_of(batch) == ["-site-0", "-site-0", "site-0=Life 1"]
    assert (batch.deletes, batch.upserts.as_ids()) == ([one], [one])


async def test_conditions(client: AsyncPygenClient) -> None:
    query = PumpAPI(client).filter(state="running").where(Prefix(("node", "externalId"), "pump-000"))
    feed = query.changes()
    told = [change async for change in feed.until_live().items()]
    assert [change.id for change in told] == [plant.pump_id(n) for n in (1, 2, 4, 5)]
    await client.instances.upsert([plant.pump(n, 9) for n in (6, 7)])
    await client.instances.delete([plant.pump_id(3), plant.pump_id(4)])
    (batch,) = [batch async for batch in feed.until_live()]
    assert [(type(change), change.id) for change in batch] == [
        (Upserted, plant.pump_id(7)),
        (Deleted, plant.pump_id(4)),
    ]


async def test_a_view_with_a_filter_of_its_own(client: AsyncPygenClient) -> None:
    same = plant.VIEWS[1].properties
    only_two = Equals(("plant", "Site", "name"), "Site 2").json
    await client.views.create(
        ViewWrite(space="plant", external_id="SiteTwo", version="1", properties=same, filter=only_two)
    )

    class SiteTwo(PygenNode, kw_only=True):
        VIEW = ViewId("plant", "SiteTwo", "1")
        name: str | None = None

    class SiteTwoAPI(ViewAPI[SiteTwo]):
        resource = SiteTwo
        conditions = NodeConditions

    feed = SiteTwoAPI(client).changes()
    assert [change.id.external_id async for change in feed.until_live().items()] == ["site-2"]


async def test_edges_go_with_their_nodes(client: AsyncPygenClient) -> None:
    feed = PipeAPI(client).changes()
    told = [change async for change in feed.until_live().items()]
    assert len(told) == 9
    first = told[0]
    assert isinstance(first, Upserted)
    assert isinstance(first.item, Pipe)
    assert (first.item.start_node, first.item.end_node, first.item.metres) == (
        plant.pump_id(0),
        plant.pump_id(1),
        1.0,
    )
    await client.instances.delete(plant.pump_id(5))
    (batch,) = [batch async for batch in feed.until_live()]
    assert sorted(batch.deletes) == [EdgeId("plant", "0-5"), EdgeId("plant", "4-5")]


async def test_a_token_leads_on_from_where_it_was_taken(client: AsyncPygenClient) -> None:
    await client.instances.upsert([site(f"more-{n}", "x") for n in range(7)])
    feed = SiteAPI(client).changes()
    first = [*await anext(feed), *await anext(feed)]
    token = feed.token()
    rest = [change async for change in feed.until_live().items()]
    end = feed.token()
    assert "secret" not in token
    assert len(token) < 500
    again = SiteAPI(client).changes(token)
    assert [change async for change in again.until_live().items()] == rest
    assert [*first, *rest][-1].id == NodeId("plant", "more-6")
    assert [change async for change in SiteAPI(client).changes(end).until_live().items()] == []
    await client.instances.upsert(site("later", "L"))
    assert [name_of(one) async for one in SiteAPI(client).changes(since=end).until_live().items()] == ["later=L"]


async def test_one_token_can_be_used_more_than_once_at_the_same_time(client: AsyncPygenClient) -> None:
    sites = SiteAPI(client)
    begun = sites.changes()
    await anext(begun)
    one, other = sites.changes(begun.token()), sites.changes(begun.token())
    for _ in range(2):
        assert await anext(one) == await anext(other)


async def test_change_by_change_a_token_leads_to_the_start_of_the_batch(client: AsyncPygenClient) -> None:
    feed = SiteAPI(client).changes()
    await anext(feed)
    start = feed.token()
    async for change in feed.items():
        if name_of(change) == "site-1=Site 1":
            break
    assert feed.token() == start
    later = [name_of(change) async for change in feed.until_live().items()]
    assert later == ["site-2=Site 2"], "who comes back goes on where they were"
    assert feed.token() != start
    half = SiteAPI(client).changes()
    await anext(half.items())
    assert len(await anext(half)) == 3, "by batches, a batch that was left half-way comes again"


async def test_what_a_job_uses_before_its_second_token_is_not_forgotten(client: AsyncPygenClient) -> None:
    feed = SiteAPI(client).changes()
    await anext(feed)
    token = feed.token()
    assert len(await anext(feed)) == 3
    await client.instances.delete(NodeId("plant", "site-1"))
    again = SiteAPI(client).changes(token)
    told = [name_of(change) async for change in again.until_live().items()]
    assert told == ["site-0=Site 0", "site-2=Site 2", "-site-1"]


async def test_only_what_happens_from_now_on(client: AsyncPygenClient) -> None:
    feed = SiteAPI(client).changes(backfill=False)
    (batch,) = [batch async for batch in feed.until_live()]
    assert (batch, batch.live, batch.backfill) == ([], True, False)
    await client.instances.delete(NodeId("plant", "site-0"))
    again = SiteAPI(client).changes(feed.token())
    assert [name_of(change) async for change in again.until_live().items()] == ["-site-0"]


async def test_a_token_of_something_else_is_refused(client: AsyncPygenClient) -> None:
    sites, pumps = SiteAPI(client), PumpAPI(client)
    token = sites.changes().token()
    for wrong in (pumps.all(), sites.all().where(Prefix(("node", "externalId"), "a")), pumps.filter(name="a")):
        with pytest.raises(CheckpointError, match="belongs to another change feed"):
            wrong.changes(token)
    pages = sites.all().pages()
    for damaged in ("", "{}", "[]", "\ud800", pages.checkpoint(), token[:-5], token.replace('"pygen":1', '"pygen":2')):
        with pytest.raises(CheckpointError, match="no token of a change feed"):
            sites.changes(damaged)
    made_up = json.dumps({**json.loads(token), "cursor": "made up", "backfilling": False})
    with pytest.raises(ApiError, match="Invalid cursor"):
        await anext(sites.changes(made_up))


async def test_what_cannot_work_is_refused_at_once(client: AsyncPygenClient) -> None:
    query = SiteAPI(client).all()
    for wrong in (query.sort("name"), query.limit(3)):
        with pytest.raises(UsageError, match="leave out sort and limit"):
            wrong.changes()
    with pytest.raises(UsageError, match="bring no relations along"):
        PumpAPI(client).all().include(lambda p: p.site).changes()
    with pytest.raises(UsageError, match="on_expired"):
        query.changes(on_expired="ignore")  # type: ignore[arg-type]  # what is refused at run time too
    for interval in (-1.0, float("nan")):
        with pytest.raises(UsageError, match="interval"):
            query.changes(interval=interval)


async def expired(client: AsyncPygenClient, time: ServerTime) -> str:
    """A token that is too old, for a feed that has missed a deletion and a new site."""
    feed = SiteAPI(client).changes()
    [_ async for _ in feed.until_live()]
    await client.instances.delete(NodeId("plant", "site-0"))
    await client.instances.upsert(site("new", "New"))
    time.now += 3 * DAY + 1
    await client.instances.delete(plant.pump_id(0))  # which makes the server forget old tombstones
    return feed.token()


async def test_an_expired_token_is_an_error(client: AsyncPygenClient, time: ServerTime) -> None:
    feed = SiteAPI(client).changes(await expired(client, time))
    for _ in range(2):
        with pytest.raises(CursorExpiredError, match="no longer knows where this change feed was") as caught:
            await anext(feed)
        assert (caught.value.path, caught.value.status) == ("/models/instances/sync", 400)


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("restart", ["site-1=Site 1", "site-2=Site 2", "new=New"]), ("miss_deletes", ["new=New"])],
)
async def test_policies_for_an_expired_token(
    client: AsyncPygenClient, time: ServerTime, policy: OnFeedExpired, expected: list[str]
) -> None:
    feed = SiteAPI(client).changes(await expired(client, time), on_expired=policy)
    batches = [batch async for batch in feed.until_live()]
    assert names_of([change for batch in batches for change in batch]) == expected
    assert [batch.gap for batch in batches] == [policy, *[None] * (len(batches) - 1)]
    assert repr(batches[0]).endswith(f"{policy}>")
    await client.instances.delete(NodeId("plant", "new"))
    later: list[ChangeBatch[Site]] = [batch async for batch in SiteAPI(client).changes(feed.token()).until_live()]
    assert [names_of(batch) for batch in later] == [["-new"]]
    assert later[0].gap is None
