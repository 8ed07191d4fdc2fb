"""Tokens in long runs: renewed by one at a time, ahead of need, without holding up anybody; and no clock but a steady one counts."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import anyio
import anyio.lowlevel
import httpx
import pytest

from pygen_runtime.client import AsyncPygenClient, ClientCredentials, ClientSettings, Token, TokenProvider
from pygen_runtime.errors import AuthenticationError, NotReachedError
from pygen_runtime.schema.requests import ListRequest, Page
from tests.runtime.support import NUMBERS, TOKEN, Api, client_of, numbers_page, ok, refused
from tests.runtime.virtual_loop import loop_clock, simulate
from tests.virtual_clock import VirtualClock

LIFE = 2.0  # seconds that a token is good for
DAY = 86_400.0


class Cloud(httpx.AsyncBaseTransport):
    """A project and its identity provider, which both take their time; tokens are good until the time in them."""

    def __init__(self) -> None:
        self.fetching = self.most_fetching = self.fetched = 0
        self.refused = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == "login.test":
            return await self.token()
        until = float(request.headers["authorization"].removeprefix("Bearer until-"))
        body = httpx.Response(200, content=await request.aread()).json()
        if anyio.current_time() > until:
            self.refused += 1
            return refused(401)
        await anyio.sleep(0.05)
        return httpx.Response(200, json=numbers_page(body, 20_000))

    async def token(self) -> httpx.Response:
        self.fetching += 1
        self.fetched += 1
        self.most_fetching = max(self.fetching, self.most_fetching)
        until = anyio.current_time() + LIFE
        await anyio.sleep(0.3)
        self.fetching -= 1
        return httpx.Response(200, json={"access_token": f"until-{until}", "expires_in": LIFE})


@pytest.mark.parametrize("shift", [0.0, DAY, -DAY])
def test_eight_workers_scan_for_long_with_tokens_that_live_two_seconds(
    monkeypatch: pytest.MonkeyPatch, shift: float
) -> None:
    cloud = Cloud()
    wall = time.time
    rows: list[list[int]] = []

    async def scan(client: AsyncPygenClient) -> None:
        async def fetch(cursor: str | None, size: int) -> Page[int]:
            return await client.instances.list_page(
                ListRequest(instance_type="node", limit=size, cursor=cursor), NUMBERS
            )

        mine: list[int] = []
        rows.append(mine)
        async for page in client.pages(fetch, page_size=100):
            mine.extend(page)
            if len(mine) > 5000:
                monkeypatch.setattr(time, "time", lambda: wall() + shift)

    async def run() -> float:
        start = anyio.current_time()
        credentials = ClientCredentials(
            token_url="https://login.test/token",
            client_id="a",
            client_secret="b",
            transport=cloud,
            now=anyio.current_time,
        )
        async with (
            AsyncPygenClient(
                base_url="http://api.test",
                project="p",
                credentials=credentials,
                settings=ClientSettings(clock=loop_clock()),
                transport=cloud,
            ) as client,
            anyio.create_task_group() as tasks,
        ):
            for _ in range(8):
                tasks.start_soon(scan, client)
        return anyio.current_time() - start

    seconds = simulate(run())
    assert rows == [list(range(20_000))] * 8
    assert seconds > 10 * LIFE
    assert cloud.most_fetching == 1
    assert cloud.fetched <= seconds / (LIFE / 2) + 1
    assert cloud.refused == 0, "renewed ahead of need"


class Slow:
    """A provider that blocks its thread until it is let go."""

    def __init__(self) -> None:
        self.asked = 0
        self.entered, self.go_on = threading.Event(), threading.Event()

    def __call__(self) -> Token:
        self.asked += 1
        self.entered.set()
        assert self.go_on.wait(30)
        return Token(f"token-{self.asked}", 60.0)


async def turns_while(condition: Callable[[], bool]) -> int:
    number = 0
    while condition():
        await anyio.lowlevel.checkpoint()
        number += 1
    return number


@pytest.mark.anyio
async def test_a_provider_that_blocks_is_asked_once_and_the_loop_goes_on(anyio_backend: str) -> None:
    slow, got = Slow(), list[str]()
    provider = TokenProvider(slow)

    async def ask() -> None:
        got.append(await provider.token())

    async with anyio.create_task_group() as tasks:
        for _ in range(8):
            tasks.start_soon(ask)
        await turns_while(lambda: not slow.entered.is_set())
        turns = iter(range(1000))
        await turns_while(lambda: next(turns, None) is not None)  # the loop turns while the thread stands still
        assert got == []
        slow.go_on.set()
    assert got == ["token-1"] * 8
    assert slow.asked == 1


@pytest.mark.anyio
async def test_while_a_token_is_renewed_ahead_the_others_go_on_with_the_one_there_is(anyio_backend: str) -> None:
    clock, slow, got = VirtualClock(), Slow(), list[str]()
    provider = TokenProvider(slow, now=lambda: clock.time)
    slow.go_on.set()
    assert await provider.token() == "token-1"
    clock.time += 31  # 29 s before it expires
    slow.go_on.clear()
    slow.entered.clear()

    async def ask() -> None:
        got.append(await provider.token())

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(ask)
        await turns_while(lambda: not slow.entered.is_set())
        assert [await provider.token() for _ in range(8)] == ["token-1"] * 8
        assert got == []
        slow.go_on.set()
    assert got == ["token-2"]
    assert slow.asked == 2


@pytest.mark.anyio
async def test_a_renewal_that_fails_ahead_of_need_is_tried_again_in_a_moment(anyio_backend: str) -> None:
    clock, asked = VirtualClock(), 0

    async def provide() -> Token:
        nonlocal asked
        asked += 1
        if asked in (2, 3):
            raise NotReachedError("down")
        return Token(f"token-{asked}", 60.0)

    provider = TokenProvider(provide, now=lambda: clock.time)
    assert await provider.token() == "token-1"
    clock.time += 31
    assert [await provider.token() for _ in range(3)] == ["token-1"] * 3
    assert asked == 2
    clock.time += 29
    with pytest.raises(NotReachedError):
        await provider.token()
    assert await provider.token() == "token-4"


@pytest.mark.anyio
async def test_who_waits_for_a_renewal_shares_its_failure_and_the_next_asks_again(anyio_backend: str) -> None:
    asked, failed = 0, list[Exception]()

    async def provide() -> Token:
        nonlocal asked
        asked += 1
        await anyio.lowlevel.checkpoint()
        if asked == 1:
            raise AuthenticationError("no such application", status=401, method="POST", path="/token")
        return Token("token", 60.0)

    provider = TokenProvider(provide)

    async def ask() -> None:
        with pytest.raises(AuthenticationError) as caught:
            await provider.token()
        failed.append(caught.value)

    async with anyio.create_task_group() as tasks:
        for _ in range(8):
            tasks.start_soon(ask)
    assert asked == 1, "eight wrong guesses might lock the application out"
    assert len(failed) == 8
    assert await provider.token() == "token"


@pytest.mark.anyio
async def test_a_provider_of_plain_texts_is_asked_before_every_request_but_by_one_at_a_time(anyio_backend: str) -> None:
    asked, at_once = 0, list[str]()

    async def provide() -> str:
        nonlocal asked
        asked += 1
        await anyio.lowlevel.checkpoint()
        return f"token-{asked}"

    provider = TokenProvider(provide)

    async def ask() -> None:
        at_once.append(await provider.token())

    async with anyio.create_task_group() as tasks:
        for _ in range(8):
            tasks.start_soon(ask)
    assert at_once == ["token-1"] * 8
    assert await provider.token() == "token-2"


@pytest.mark.anyio
async def test_a_refused_token_is_asked_for_again_though_it_has_not_expired(anyio_backend: str) -> None:
    numbers = iter(range(1, 9))
    provider = TokenProvider(lambda: Token(f"token-{next(numbers)}", 3600))
    api = Api(refused(401), ok([1]))
    async with client_of(api, credentials=provider) as client:
        await client.instances.list_page(ListRequest(instance_type="node"), NUMBERS)
    assert [request.headers["authorization"] for request in api.requests] == ["Bearer token-1", "Bearer token-2"]


@pytest.mark.anyio
async def test_a_token_that_is_refused_twice_ends_in_an_error_that_says_what_to_check(anyio_backend: str) -> None:
    async with client_of(Api(refused(401, "Unauthorized"))) as client:
        with pytest.raises(AuthenticationError, match="check that the credentials are meant for this") as caught:
            await client.instances.list_page(ListRequest(instance_type="node"), NUMBERS)
    assert caught.value.attempts == 2
    assert TOKEN not in str(caught.value)
