"""Which requests a plan hits, and what clients see then. What needs a real socket stands in test_faults_sockets.py."""

from __future__ import annotations

import asyncio
import itertools
import zlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.types import Message

from pygen.server import LocalServerError, Store, create_app
from pygen.server.control import Control, controlled
from pygen.server.fault_actions import FaultLayer
from pygen.server.fault_plans import (
    Answer,
    Budgets,
    CutGzip,
    Drip,
    ExpireCursor,
    ExpireToken,
    FaultPlan,
    Refuse,
    Reset,
    Rule,
    TimeoutAbove,
)
from pygen.server.faults import Faults
from pygen.server.journal import Journal, JournalLayer
from pygen.server.waits import Waits
from tests.server.support import Api, container, data, mapped, node, view_id

LIST = "/models/instances/list"
REFUSE = Refuse(status=503)


class Naps:
    """Sleeps that take no time."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def journal() -> Journal:
    return Journal(capacity=100)


@pytest.fixture
def naps() -> Naps:
    return Naps()


@pytest.fixture
async def faulty(store: Store, faults: Faults, journal: Journal, naps: Naps) -> AsyncIterator[Api]:
    """A project with three nodes with data, whose server obeys a plan."""
    ticks = itertools.count()
    app = JournalLayer(FaultLayer(create_app(store), faults, Waits(naps)), journal, clock=lambda: float(next(ticks)))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url="http://local/api/v1/projects/test",
        headers={"authorization": "Bearer secret-token"},
    ) as client:
        api = Api(client)
        await api.post("/models/spaces", {"items": [{"space": "plant"}]})
        await api.items("/models/containers", container("Pump", {"name": "text"}))
        await api.view("Pump", mapped("Pump", "name"))
        await api.write(*(node(f"n{number}", data(view_id("Pump"), name="x" * 2000)) for number in range(3)))
        journal.clear()
        yield api


async def statuses(api: Api, count: int, body: Any = None, path: str = LIST) -> list[int]:
    return [(await api.send("POST", path, body or {"instanceType": "node"})).status_code for _ in range(count)]


async def test_without_a_plan_nothing_goes_wrong(faulty: Api) -> None:
    assert await statuses(faulty, 3) == [200] * 3


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Rule(action=REFUSE), [503, 503, 503, 503, 503, 503]),
        (Rule(action=REFUSE, nth=(2, 5)), [200, 503, 200, 200, 503, 200]),
        (Rule(action=REFUSE, every=3), [200, 200, 503, 200, 200, 503]),
        (Rule(action=REFUSE, times=2), [503, 503, 200, 200, 200, 200]),
        (Rule(action=REFUSE, every=2, times=2), [200, 503, 200, 503, 200, 200]),
        (Rule(action=REFUSE, first_try=True), [503, 200, 200, 200, 200, 200]),
        (Rule(action=REFUSE, chance=0.0), [200, 200, 200, 200, 200, 200]),
        (Rule(action=REFUSE, operation="instances/l*"), [503, 503, 503, 503, 503, 503]),
        (Rule(action=REFUSE, operation="instances"), [200, 200, 200, 200, 200, 200]),
        (Rule(action=REFUSE, method="GET"), [200, 200, 200, 200, 200, 200]),
    ],
    ids=str,
)
async def test_a_rule_hits_what_it_says(faulty: Api, faults: Faults, rule: Rule, expected: list[int]) -> None:
    faults.use(FaultPlan(rules=(rule,)))
    assert await statuses(faulty, 6) == expected


async def test_chance_is_drawn_from_the_seed(faulty: Api, faults: Faults) -> None:
    async def drawn(seed: int) -> list[int]:
        faults.use(FaultPlan(rules=(Rule(action=REFUSE, chance=0.5),), seed=seed))
        return await statuses(faulty, 30)

    first = await drawn(1)
    assert 5 < first.count(503) < 25
    assert await drawn(1) == first
    assert await drawn(2) != first


async def test_the_first_rule_that_hits_decides_and_the_others_count_on(faulty: Api, faults: Faults) -> None:
    faults.use(FaultPlan(rules=(Rule(action=Refuse(status=500), nth=(2,)), Rule(action=REFUSE, every=2))))
    assert await statuses(faulty, 4) == [200, 500, 200, 503]


async def test_first_try_tells_requests_apart_by_their_bodies(faulty: Api, faults: Faults) -> None:
    faults.add(Rule(action=REFUSE, first_try=True))
    bodies = [{"instanceType": "node", "limit": limit} for limit in (1, 2, 1, 2)]
    assert [(await faulty.send("POST", LIST, body)).status_code for body in bodies] == [503, 503, 200, 200]


async def test_a_refusal_is_an_error_of_the_api(faulty: Api, faults: Faults) -> None:
    faults.add(Rule(action=Refuse(status=429, message="Slow down.", retry_after=2.5)))
    answer = await faulty.send("POST", LIST, {})
    assert answer.status_code == 429
    assert answer.json() == {"error": {"code": 429, "message": "Slow down."}}
    assert answer.headers["retry-after"] == "2.5"
    assert len(answer.headers["x-request-id"]) == 32


async def test_retry_after_can_be_any_text(faulty: Api, faults: Faults) -> None:
    faults.add(Rule(action=Refuse(status=503, retry_after="Wed, 21 Oct 2026 07:28:00 GMT")))
    assert (await faulty.send("POST", LIST, {})).headers["retry-after"] == "Wed, 21 Oct 2026 07:28:00 GMT"


@pytest.mark.parametrize("carried_out", [False, True])
async def test_a_refused_write_is_carried_out_or_not(faulty: Api, faults: Faults, carried_out: bool) -> None:
    faults.add(Rule(operation="instances", action=Refuse(status=502, carried_out=carried_out)))
    assert await statuses(faulty, 1, {"items": [node("new")]}, "/models/instances") == [502]
    assert ("new" in await faulty.ids(instanceType="node")) is carried_out


async def test_a_page_of_a_proxy(faulty: Api, faults: Faults) -> None:
    faults.add(Rule(action=Answer(body="<html>Please log in</html>")))
    answer = await faulty.send("POST", LIST, {})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert answer.text == "<html>Please log in</html>"


async def test_a_delay_leaves_the_answer_as_it_is(faulty: Api, faults: Faults, naps: Naps, journal: Journal) -> None:
    faults.add(Rule(delay=3.5, nth=(1,)))
    assert await statuses(faulty, 2) == [200, 200]
    assert naps.taken == [3.5]
    assert [one.fault for one in journal.entries()] == ["delay", None]


async def test_a_drip_comes_whole_in_the_end(faulty: Api, faults: Faults, naps: Naps) -> None:
    body = {"instanceType": "node"}
    whole = (await faulty.send("POST", LIST, body)).json()
    faults.add(Rule(action=Drip(size=100, pause=0.25)))
    answer = await faulty.client.post(LIST, json=body, headers={"accept-encoding": "identity"})
    assert answer.json() == whole
    assert naps.taken == [0.25] * (-(-len(answer.content) // 100) - 1)


@pytest.mark.parametrize("source", [True, False], ids=["packed by the server", "too small to be packed"])
async def test_gzip_that_ends_too_early(faulty: Api, faults: Faults, source: bool) -> None:
    faults.add(Rule(action=CutGzip(missing=8)))
    sources = [{"source": view_id("Pump")}]
    body = {"instanceType": "node", **({"sources": sources} if source else {})}
    async with faulty.client.stream("POST", LIST, json=body) as answer:
        packed = b"".join([piece async for piece in answer.aiter_raw()])
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) == len(packed)
    unpack = zlib.decompressobj(31)
    assert unpack.decompress(packed).startswith(b'{"items":[')
    assert not unpack.eof


async def test_gzip_is_cut_only_where_it_is_accepted(faulty: Api, faults: Faults, journal: Journal) -> None:
    faults.add(Rule(action=CutGzip()))
    answer = await faulty.client.post(LIST, json={}, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in answer.headers
    assert [one.fault for one in journal.entries()] == [None]


async def test_an_expired_token_stays_expired_and_another_is_good(faulty: Api, faults: Faults) -> None:
    faults.add(Rule(action=ExpireToken(), nth=(2,)))
    assert await statuses(faulty, 4) == [200, 401, 401, 401]
    faulty.client.headers["authorization"] = "Bearer another"
    assert await statuses(faulty, 2) == [200, 200]


async def test_an_expired_cursor_stays_expired_and_others_are_good(faulty: Api, faults: Faults) -> None:
    faults.add(Rule(action=ExpireCursor(), times=1))
    first = await faulty.post(LIST, {"instanceType": "node", "limit": 1})
    go_on = {"instanceType": "node", "limit": 1, "cursor": first["nextCursor"]}
    for _ in range(2):
        assert await faulty.refused(LIST, go_on) == "Cursor has expired"
    again = await faulty.post(LIST, {"instanceType": "node", "limit": 2})
    await faulty.post(LIST, {"instanceType": "node", "limit": 2, "cursor": again["nextCursor"]})


async def test_too_many_rows_time_out(faulty: Api, faults: Faults) -> None:
    faults.add(Rule(action=TimeoutAbove(rows=100)))
    asked: list[tuple[str, dict[str, Any], int]] = [
        (LIST, {"instanceType": "node"}, 408),
        (LIST, {"instanceType": "node", "limit": 101}, 408),
        (LIST, {"instanceType": "node", "limit": 100}, 200),
        ("/models/instances/query", {"with": {"a": {"nodes": {}, "limit": 101}}, "select": {"a": {}}}, 408),
        ("/models/instances/byids", {"items": [{"instanceType": "node"}] * 101}, 408),
    ]
    for path, body, status in asked:
        answer = await faulty.send("POST", path, body)
        assert answer.status_code == status, body
    message = "Graph query timed out. Reduce load or contention, or optimise your query."
    assert await faulty.refused(LIST, {"instanceType": "node"}, 408) == message


async def test_a_body_that_is_no_json_reaches_the_server(faulty: Api, faults: Faults) -> None:
    faults.add(Rule(action=ExpireCursor()))
    answer = await faulty.client.post(LIST, content=b"{]")
    assert "not valid JSON" in answer.json()["error"]["message"]


async def test_a_body_that_cannot_be_read_is_refused(faulty: Api, faults: Faults) -> None:
    faults.add(Rule(action=REFUSE, nth=(5,)))
    answer = await faulty.client.post(LIST, content=b"no gzip", headers={"content-encoding": "gzip"})
    assert (answer.status_code, "not valid gzip" in answer.text) == (400, True)


async def test_setting_a_plan_begins_anew(faulty: Api, faults: Faults) -> None:
    faults.add(Rule(action=ExpireToken(), nth=(1,)))
    assert await statuses(faulty, 2) == [401, 401]
    faults.use(FaultPlan(rules=faults.plan.rules))
    assert await statuses(faulty, 1) == [401]
    faults.clear()
    assert await statuses(faulty, 1) == [200]


async def test_connections_cannot_break_where_there_are_none(faulty: Api, faults: Faults) -> None:
    faults.add(Rule(action=Reset()))
    with pytest.raises(LocalServerError, match="serve on a socket"):
        await faulty.send("POST", LIST, {})


class Gate:
    """An application whose answers wait."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self._arrived = asyncio.Semaphore(0)

    async def arrived(self, count: int) -> None:
        for _ in range(count):
            await self._arrived.acquire()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self._arrived.release()
        await self.open.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})


@pytest.mark.parametrize(
    ("path", "budget"),
    [
        ("instances/list", 8),
        ("instances/query", 8),
        ("instances", 4),
        ("instances/delete", 2),
    ],
)
async def test_budgets_refuse_what_is_too_much_at_once(faults: Faults, path: str, budget: int) -> None:
    gate = Gate()
    faults.use(FaultPlan(budgets=Budgets()))
    app = FaultLayer(gate, faults, Waits())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://local/api/v1/projects") as client:
        under_way = [asyncio.create_task(client.post(f"/a/models/{path}")) for _ in range(budget)]
        await gate.arrived(budget)
        refused = await client.post(f"/a/models/{path}")
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
        others = [asyncio.create_task(client.post(url)) for url in (f"/b/models/{path}", "/a/models/spaces")]
        await gate.arrived(2)
        gate.open.set()
        answers = await asyncio.gather(*under_way, *others)
        assert [one.status_code for one in answers] == [200] * (budget + 2)
        assert (await client.post(f"/a/models/{path}")).status_code == 200


async def test_the_journal_tells_what_happened(faulty: Api, faults: Faults, journal: Journal) -> None:
    faults.add(Rule(action=REFUSE, nth=(2,)))
    await faulty.send("POST", LIST, {"instanceType": "node"})
    await faulty.send("POST", LIST, {"instanceType": "node"})
    await faulty.send("GET", "/models/spaces/")
    first, second, third = journal.entries()
    assert (first.method, first.path, first.operation) == ("POST", f"/api/v1/projects/test{LIST}", "instances/list")
    assert (first.status, first.items, first.fault, first.duration) == (200, 3, None, 1.0)
    assert (second.status, second.items, second.fault) == (503, None, "refuse")
    assert (third.method, third.operation, third.items) == ("GET", "spaces", 1)
    assert len({one.request_id for one in journal.entries()}) == 3
    assert [one.number for one in journal.entries(after=first.number)] == [second.number, third.number]
    assert journal.entries("instances/*") == [first, second]
    assert "secret-token" not in repr(journal.entries())


async def test_the_journal_counts_the_items_of_all_result_sets(faulty: Api, journal: Journal) -> None:
    sets = {name: {"nodes": {}, "limit": limit} for name, limit in (("a", 1), ("b", 2))}
    await faulty.post("/models/instances/query", {"with": sets, "select": {"a": {}, "b": {}}})
    assert journal.entries()[-1].items == 3


async def test_the_journal_is_bounded(faulty: Api, journal: Journal) -> None:
    for _ in range(120):
        await faulty.send("GET", "/models/nowhere")
    assert len(journal) == 100
    assert journal.entries()[0].number > 20


async def test_answers_by_ids_are_counted_too(faulty: Api, journal: Journal) -> None:
    await faulty.post("/models/views/byids", {"items": [view_id("Nothing")]})
    assert journal.entries()[-1].items == 0


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (b"nonsense", "malformed"),
        (b'{"rules": [{"action": {"type": "explode"}}]}', r"\$\.rules\[0\]\.action"),
        (b'{"rules": [{"nht": [1]}]}', "nht"),
        (b'{"rules": [{"chance": 2}]}', "chance"),
        (b'{"rules": [{"action": {"type": "refuse", "status": 200}}]}', "status"),
    ],
)
def test_a_plan_that_is_none_says_where(text: bytes, place: str) -> None:
    with pytest.raises(LocalServerError, match=place):
        FaultPlan.from_json(text)


def test_plans_go_to_json_and_back() -> None:
    plan = FaultPlan(
        rules=(Rule(operation="instances/*", every=2, action=Drip(size=5)), Rule(delay=1.5, action=CutGzip())),
        seed=3,
        budgets=Budgets(delete=1),
    )
    assert FaultPlan.from_json(plan.to_json()) == plan
    assert b'"type":"drip"' in plan.to_json()


class TestControl:
    """Over HTTP."""

    @pytest.fixture
    def control(self) -> Control:
        return Control()

    def client(
        self, store: Store, control: Control, host: str = "127.0.0.1", peer: str = "127.0.0.1"
    ) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(controlled(create_app(store), control), client=(peer, 1))
        return httpx.AsyncClient(
            transport=transport, base_url=f"http://{host}", headers={"authorization": "Bearer secret-token"}
        )

    async def test_a_plan_is_set_read_and_taken_away(self, store: Store, control: Control) -> None:
        async with self.client(store, control) as client:
            plan = FaultPlan(rules=(Rule(action=REFUSE),), seed=4)
            assert (await client.put("/_pygen/faults", content=plan.to_json())).status_code == 200
            assert control.faults.plan == plan
            assert FaultPlan.from_json((await client.get("/_pygen/faults")).content) == plan
            assert (await client.get("/api/v1/projects/p/models/spaces")).status_code == 503
            assert (await client.delete("/_pygen/faults")).status_code == 200
            assert (await client.get("/api/v1/projects/p/models/spaces")).status_code == 200

    async def test_a_bad_plan_is_refused_and_the_old_one_stays(self, store: Store, control: Control) -> None:
        async with self.client(store, control) as client:
            control.faults.add(Rule(delay=1))
            answer = await client.put("/_pygen/faults", content=b"{")
            assert (answer.status_code, "not a fault plan" in answer.text) == (400, True)
            assert len(control.faults.plan.rules) == 1

    async def test_the_journal_is_read_and_forgotten(self, store: Store, control: Control) -> None:
        async with self.client(store, control) as client:
            await client.get("/api/v1/projects/p/models/spaces")
            await client.get("/api/v1/projects/p/models/views")
            (entry,) = (await client.get("/_pygen/journal", params={"operation": "spaces"})).json()["items"]
            assert (entry["status"], entry["items"], entry["method"]) == (200, 0, "GET")
            after = await client.get("/_pygen/journal", params={"after": entry["number"]})
            assert [one["operation"] for one in after.json()["items"]] == ["views"]
            assert "secret-token" not in (await client.get("/_pygen/journal")).text
            assert (await client.get("/_pygen/journal", params={"after": "x"})).status_code == 400
            await client.delete("/_pygen/journal")
            assert (await client.get("/_pygen/journal")).json() == {"items": []}

    @pytest.mark.parametrize(
        ("host", "peer", "headers"),
        [
            ("127.0.0.1", "10.0.0.7", {}),
            ("evil.example", "127.0.0.1", {}),
            ("127.0.0.1", "127.0.0.1", {"origin": "http://evil.example"}),
            ("[2001:db8::1]", "127.0.0.1", {}),
        ],
    )
    async def test_nobody_else_is_in_control(
        self, store: Store, control: Control, host: str, peer: str, headers: dict[str, str]
    ) -> None:
        async with self.client(store, control, host, peer) as client:
            assert (await client.get("/_pygen/journal", headers=headers)).status_code == 403

    @pytest.mark.parametrize(("host", "peer"), [("localhost:80", "::1"), ("[::1]:80", "::ffff:127.0.0.1")])
    async def test_this_computer_has_several_names(self, store: Store, control: Control, host: str, peer: str) -> None:
        async with self.client(store, control, host, peer) as client:
            assert (await client.get("/_pygen/faults")).status_code == 200
            assert (await client.get("/_pygen/nothing")).status_code == 404


async def test_nobody_waits_any_more_once_the_server_stops() -> None:
    naps = Naps()
    waits = Waits(naps)

    async def receive() -> Message:
        raise AssertionError("there is nothing to be waited for")

    waits.end()
    assert await waits.wait(3600, receive)
    assert naps.taken == []
