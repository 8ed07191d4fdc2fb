"""Paths, tuples along them, reaching as far as it goes, and sets of all that, compared with plain Python."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable

import anyio.to_thread
import pytest

from pygen.testing import LocalServer
from pygen_runtime.errors import IncludeDepthError, UsageError
from pygen_runtime.schema.filters import Equals, Range
from pygen_runtime.sdk import PygenQuery
from tests.sdk import plant
from tests.sdk.model import AsyncPlantClient, PlantClient, Pump, PumpFields, SyncPump, SyncSite

PUMPS = 60


@pytest.fixture
async def client(cdf_server: LocalServer) -> AsyncIterator[AsyncPlantClient]:
    async with AsyncPlantClient.from_token(cdf_server.base_url, "test", "token") as client:
        await plant.build(client.pygen, PUMPS)
        yield client


def number(pump: Pump) -> int:
    return int(pump.external_id.removeprefix("pump-"))


async def test_the_ends_of_a_path_come_once_and_its_rows_all(client: AsyncPlantClient, cdf_server: LocalServer) -> None:
    path = client.pump.filter(max_flow=3.0).follow(lambda p: p.feeds).follow(lambda p: p.parts)
    starts = range(1, 7)
    rows = sorted((a, b, c) for a in starts for b in plant.feeds(a, PUMPS) for c in plant.parts_of(b, PUMPS))
    cdf_server.journal.clear()
    assert sorted([(number(a), number(b), number(c)) async for a, b, c in path.rows()]) == rows
    assert [one.operation for one in cdf_server.journal.entries()] == ["views/byids", "instances/query"]
    assert sorted([number(one) async for one in path]) == sorted({c for *_, c in rows})
    assert await path.count() == len({c for *_, c in rows})
    sites = client.pump.all().follow(lambda p: p.site)
    assert sorted(one.external_id for one in await sites.to_list()) == ["site-0", "site-1", "site-2"]
    assert await client.pump.filter(name="nobody").follow(lambda p: p.site).to_list() == []
    best = client.pump.filter(name="Pump 0000").follow(
        lambda p: p.feeds.where(PumpFields.flow < 9.0).sort("-flow").limit(2)
    )
    assert [number(one) async for one in best] == [17, 16]


def reached(start: list[int], most: int | None, ends: Callable[[int], bool] = lambda _: False) -> dict[int, int]:
    """How far each pump is along `parts`."""
    found: dict[int, int] = {}
    frontier, distance = start, 0
    while frontier and (most is None or distance < most):
        distance += 1
        level = [part for one in frontier for part in plant.parts_of(one, PUMPS) if part not in found]
        found |= dict.fromkeys(level, distance)
        frontier = [one for one in dict.fromkeys(level) if not ends(one)]
    return found


@pytest.mark.parametrize("most", [None, 1, 2, 20])
async def test_a_relation_is_followed_as_far_as_it_goes(client: AsyncPlantClient, most: int | None) -> None:
    start = client.pump.filter(name="Pump 0000")
    reach = start.reach(lambda p: p.parts, max_distance=most)
    found = {number(one): distance async for distance, page in reach.distances() for one in page}
    assert found == reached([0], most)
    ends = set(reached([0], most, lambda n: n % 10 != 0 and n / 2 <= 2))
    for until in (Range(PumpFields.flow.reference, lte=2.0), lambda p: p.flow <= 2.0):
        heavy = start.reach(lambda p: p.parts, max_distance=most, until=until)
        assert {number(one) async for one in heavy} == ends


async def test_circles_end(client: AsyncPlantClient) -> None:
    around = client.pump.filter(name="Pump 0005").reach(lambda p: p.fed_by)
    assert sorted([number(one) async for one in around]) == list(range(5))
    whole = client.pump.filter(name="Pump 0058").reach(lambda p: p.feeds)
    assert await whole.count() == 1


async def test_selections_are_sets(client: AsyncPlantClient) -> None:
    low = client.pump.filter(max_flow=3.0).follow(lambda p: p.feeds)
    even = client.pump.filter(tags="even")
    lows = {n for one in range(1, 7) for n in plant.feeds(one, PUMPS)}
    evens = set(range(0, PUMPS, 2))
    for combined, expected in (
        (low | even, lows | evens), (low & even, lows & evens), (low - even, lows - evens), ((low | even) - low, evens - lows),
        (even | low, lows | evens), (even & low, lows & evens), (even - low, evens - lows),
    ):  # fmt: skip
        found = [number(one) async for one in combined]
        assert len(found) == len(set(found))
        assert set(found) == expected
        assert await combined.count() == len(expected)


async def test_what_would_be_sent_can_be_read(client: AsyncPlantClient, cdf_server: LocalServer) -> None:
    cdf_server.journal.clear()
    first, _, rest = client.pump.all().follow(lambda p: p.feeds).explain().partition("\n")
    assert first == "POST /models/instances/query"
    assert json.loads(rest)["with"]["n_0e"]["edges"]["filter"]["equals"]["value"]["externalId"] == "Pump.feeds"
    text = client.pump.all().include(lambda p: p.part_of.include(lambda q: q.site)).explain()
    assert text.splitlines()[-2].startswith("Pump.part_of is asked for apart")
    assert client.pump.all().explain().startswith("POST /models/instances/list")
    reach = client.pump.all().reach(lambda p: p.parts, max_distance=2)
    assert reach.explain().startswith("POST /models/instances/list")
    assert reach.explain().endswith("Pump.parts is followed by the ids of what was found, 2 times at most")
    assert "nothing new" in client.pump.all().reach(lambda p: p.parts).explain()
    both = client.pump.all() - reach
    assert both.explain().count("POST /models/instances/list") == 2
    assert "without, by ids:" in both.explain()
    assert not cdf_server.journal.entries()


async def test_the_same_without_await(client: AsyncPlantClient, cdf_server: LocalServer) -> None:
    def read() -> None:
        with PlantClient.from_token(cdf_server.base_url, "test", "token") as plain:
            low = plain.pump.filter(max_flow=3.0).follow(lambda p: p.feeds)
            assert {number(one) for one in low} == set(range(2, 8))
            rows = list(low.follow(lambda p: p.site).rows())
            assert sorted((number(a), number(b), c.external_id) for a, b, c in rows) == [
                (n, n + 1, f"site-{(n + 1) % 3}") for n in range(1, 7)
            ]
            assert {(type(b), type(c)) for _, b, c in rows} == {(SyncPump, SyncSite)}
            assert sorted(map(number, (low & plain.pump.filter(tags="even")).to_list())) == [2, 4, 6]
            assert (low | low).count() == (low - low).count() + 6
            even = plain.pump.filter(tags="even")
            assert sorted(map(number, even & low)) == [2, 4, 6]
            assert (even - low).count() == PUMPS // 2 - 3
            assert (even | low).count() == PUMPS // 2 + 3
            assert (even | low).explain().startswith("POST /models/instances/list")
            reach = plain.pump.filter(name="Pump 0000").reach(lambda p: p.parts, max_distance=2)
            assert {number(one): far for far, page in reach.distances() for one in page} == reached([0], 2)
            assert low.explain() == plain.pump.filter(max_flow=3.0).include(lambda p: p.feeds).explain()

    await anyio.to_thread.run_sync(read)


def too_long(query: PygenQuery[Pump]) -> object:
    path = query.follow(lambda p: p.parts)
    for _ in range(10):
        path = path.follow(lambda p: p.parts)  # type: ignore[assignment]  # each hop makes the rows longer
    return path


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (too_long, IncludeDepthError),
        (lambda query: query.follow(lambda p: p.bladez), UsageError),
        (lambda query: query.reach(lambda p: p.site), UsageError),
        (lambda query: query.reach(lambda p: p.parts, max_distance=0), UsageError),
    ],
)
def test_a_path_that_cannot_work_is_refused(
    wrong: Callable[[PygenQuery[Pump]], object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        wrong(AsyncPlantClient.from_token("http://127.0.0.1:1", "test", "t").pump.where(Equals(("node", "space"), "x")))
