"""Places for requests: found out by asking, shared by all clients of a project, and closed while the server says so."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass, field

import anyio
import anyio.lowlevel
import httpx
import pytest

from pygen_runtime.client import AsyncPygenClient, ClientSettings, Limits, StaticToken
from pygen_runtime.errors import PygenError, RateLimitedError
from pygen_runtime.schema.requests import ListRequest
from pygen_runtime.transport import Clock, Operation
from pygen_runtime.transport.gate import Gate, gates_of
from pygen_runtime.transport.wire import Answer, Fault, FaultKind, Outcome
from tests.runtime.support import NUMBERS, Api, client_of, ok, refused
from tests.runtime.virtual_loop import loop_clock, simulate
from tests.virtual_clock import VirtualClock

THOROUGH = os.environ.get("PYGEN_THOROUGH") == "1"
REQUEST = ListRequest(instance_type="node", limit=1)
GOOD, BUSY, FULL = Answer(200, {}, b""), Answer(429, {}, b""), Answer(400, {}, b"")


# --- the rule -------------------------------------------------------------------------------------------------------


async def answers(gate: Gate, *outcomes: Outcome | None) -> None:
    for outcome in outcomes:
        who = object()
        gate.leave(who, await gate.enter(who), outcome)


@pytest.mark.anyio
async def test_a_refusal_takes_places_away_and_many_answers_give_one_back(anyio_backend: str) -> None:
    gate = Gate(10, VirtualClock().clock())
    windows = []
    for outcome in (BUSY, BUSY, BUSY, *[GOOD] * 24, FULL):
        await answers(gate, outcome)
        windows.append(gate.window)
    assert windows == [8, 6, 4, *[4] * 24, 5]
    await answers(gate, *[GOOD] * 25 * 20)
    assert gate.window == 10


@pytest.mark.anyio
async def test_patience_grows_with_each_enlargement_that_came_too_early(anyio_backend: str) -> None:
    gate = Gate(4, VirtualClock().clock())
    await answers(gate, BUSY)
    needed = []
    for _ in range(5):
        asked = 0
        while gate.window == 3:
            await answers(gate, GOOD)
            asked += 1
        needed.append(asked)
        await answers(gate, BUSY)
    assert needed == [25, 100, 400, 1600, 1600]
    await answers(gate, *[GOOD] * 3200, BUSY, *[GOOD] * 25)
    assert gate.window == 4, "an enlargement that lasts makes it impatient again"


@pytest.mark.anyio
async def test_refusals_of_requests_from_before_the_last_one_say_nothing_new(anyio_backend: str) -> None:
    gate = Gate(10, VirtualClock().clock())
    entered = {who: await gate.enter(who) for who in map(str, range(10))}
    for who, number in entered.items():
        gate.leave(who, number, BUSY)
    assert gate.window == 8


@pytest.mark.anyio
@pytest.mark.parametrize("outcome", [Fault(FaultKind.TIMEOUT, ""), None])
async def test_no_answer_teaches_nothing(anyio_backend: str, outcome: Outcome | None) -> None:
    gate = Gate(2, VirtualClock().clock())
    await answers(gate, BUSY, *[outcome] * 100)
    assert gate.window == 1


@pytest.mark.anyio
async def test_who_is_refused_with_a_single_place_leaves_the_budget_to_others_for_longer_and_longer(
    anyio_backend: str,
) -> None:
    clock = VirtualClock(jitter=1.0)
    gate = Gate(1, clock.clock())
    await answers(gate, BUSY, BUSY, BUSY, GOOD, BUSY, GOOD)
    assert clock.slept == [1.0, 2.0, 4.0, 1.0]


@pytest.mark.anyio
async def test_what_the_server_asks_one_to_wait_all_wait(anyio_backend: str) -> None:
    clock = VirtualClock()
    gate = Gate(4, clock.clock())
    await answers(gate, Answer(503, {"retry-after": "9"}, b""), Answer(429, {"retry-after": "5"}, b""), GOOD)
    assert clock.slept == [9.0, 5.0]
    assert gate.window == 3


@pytest.mark.anyio
async def test_a_place_in_a_closed_gate_is_given_back_by_who_leaves(anyio_backend: str) -> None:
    clock = Clock(now=lambda: 0.0, sleep=lambda seconds: anyio.sleep_forever())
    gate = Gate(1, clock)
    await answers(gate, Answer(429, {"retry-after": "5"}, b""))
    with anyio.CancelScope() as scope:
        scope.cancel()
        await gate.enter("a")
    assert gate._places.borrowed_tokens == 0


@pytest.mark.anyio
async def test_clients_of_a_project_share_their_places(anyio_backend: str) -> None:
    clock = VirtualClock().clock()
    mine = gates_of("https://a", "p", Limits(), clock)
    assert gates_of("https://a", "p", Limits(), clock) is mine
    others = [("https://b", "p", Limits()), ("https://a", "q", Limits()), ("https://a", "p", Limits(read=3))]
    assert all(gates_of(*other, clock) is not mine for other in others)
    assert mine.of(Operation.READ) is not mine.of(Operation.WRITE)


@pytest.mark.anyio
async def test_after_a_wait_that_nobody_wants_nothing_is_sent_and_told_so(anyio_backend: str) -> None:
    api, clock = Api(refused(429, retry_after="3600"), ok([1])), VirtualClock()
    async with client_of(api, clock=clock) as client:
        with pytest.raises(RateLimitedError, match="the server asks to wait 3600 s"):
            await client.instances.list_page(REQUEST, NUMBERS)
        with pytest.raises(RateLimitedError, match="not sent: the server asked all read requests to wait 3600 s more"):
            await client.instances.list_page(REQUEST, NUMBERS)
        assert len(api.requests) == 1
        await client.spaces.list(limit=0)  # another kind is not concerned
        clock.time += 3500
        assert (await client.instances.list_page(REQUEST, NUMBERS)).items == [1]
    assert clock.slept == [100.0]


# --- eight clients on a budget of four ------------------------------------------------------------------------------

LATENCY, SERVICE = 0.005, (0.05, 0.15)  # seconds


@dataclass
class Project:
    """A server that lets so many requests be under way, and refuses more."""

    budget: int
    retry_after: float | None
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    under_way: int = 0
    answers: list[tuple[float, int]] = field(default_factory=list)
    undercut: int = 0


class Door(httpx.AsyncBaseTransport):
    """The way of one client to the project; notices when it comes back too early."""

    def __init__(self, project: Project) -> None:
        self.project, self.opens = project, 0.0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        project = self.project
        project.undercut += anyio.current_time() < self.opens
        await anyio.sleep(LATENCY)
        full = project.under_way >= project.budget
        if not full:
            project.under_way += 1
            await anyio.sleep(project.chance.uniform(*SERVICE))
            project.under_way -= 1
        project.answers.append((anyio.current_time(), 429 if full else 200))
        await anyio.sleep(LATENCY)
        if not full:
            return ok([1])
        if project.retry_after is None:
            return refused(429)
        self.opens = anyio.current_time() + project.retry_after
        return refused(429, retry_after=str(project.retry_after))


async def run_clients(project: Project, until: float, *, workers: int, read: int, apart: bool) -> int:
    """Eight clients that ask as fast as they may; how many calls failed."""
    failed, together = 0, loop_clock(random.Random(0).random)

    async def ask(client: AsyncPygenClient) -> None:
        nonlocal failed
        while anyio.current_time() < until:
            try:
                await client.instances.list_page(REQUEST, NUMBERS)
            except PygenError:
                failed += 1

    async def run_client(number: int) -> None:
        clock = loop_clock(random.Random(number).random) if apart else together
        settings = ClientSettings(clock=clock, limits=Limits(read=read))
        async with (
            AsyncPygenClient(
                base_url="http://api.test",
                project="p",
                credentials=StaticToken("t"),
                settings=settings,
                transport=Door(project),
            ) as client,
            anyio.create_task_group() as tasks,
        ):
            for _ in range(workers):
                tasks.start_soon(ask, client)

    async with anyio.create_task_group() as clients:
        for number in range(8):
            clients.start_soon(run_client, number)
    return failed


@pytest.mark.parametrize(
    ("budget", "read", "workers", "apart", "retry_after"),
    [
        (4, 4, 1, False, None),
        (4, 8, 4, False, None),
        (4, 8, 4, False, 1.0),
        (2, 8, 4, False, None),
        (4, 4, 4, True, None),  # as if each ran in a process of its own
        (4, 4, 4, True, 1.0),
    ],
)
def test_eight_clients_use_a_budget_of_four_and_are_hardly_ever_refused(
    budget: int, read: int, workers: int, apart: bool, retry_after: float | None
) -> None:
    seconds, warm_up = (300.0, 60.0) if THOROUGH else (100.0, 40.0) if apart else (60.0, 30.0)
    project = Project(budget, retry_after)

    async def run() -> tuple[float, int]:
        start = anyio.current_time()
        return start, await run_clients(project, start + seconds, workers=workers, read=read, apart=apart)

    start, failed = simulate(run())
    late = [status for moment, status in project.answers if start + warm_up < moment < start + seconds]
    a_request = sum(SERVICE) / 2 + 2 * LATENCY
    achievable = budget / a_request * (seconds - warm_up)  # as many requests under way as allowed, all the time
    assert late.count(200) >= 0.9 * achievable
    assert late.count(429) < 0.05 * len(late)
    assert project.undercut == 0
    assert failed == 0
