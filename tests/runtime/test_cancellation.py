"""However callers are cancelled, the connection pool stays whole, and nothing is left behind."""

from __future__ import annotations

import asyncio
import gc
import os
import random
from collections.abc import Awaitable, Callable

import anyio
import anyio.lowlevel
import pytest
from anyio.abc import SocketStream

from pygen_runtime.client import AsyncPygenClient, Limits
from pygen_runtime.errors import ClientClosedError, DeadlineError
from pygen_runtime.schema.requests import ListRequest
from tests.runtime.support import NUMBERS, Api, Asked, Server, client_of, ok, raw

REQUEST = ListRequest(instance_type="node")
THOROUGH = os.environ.get("PYGEN_THOROUGH") == "1"


async def ask(client: AsyncPygenClient) -> list[int]:
    return (await client.instances.list_page(REQUEST, NUMBERS)).items


async def turns(number: int) -> None:
    for _ in range(number):
        await anyio.lowlevel.checkpoint()


async def slowly(asked: Asked, stream: SocketStream) -> bool:
    """An answer in pieces, with pauses that last turns of the loop instead of seconds."""
    answer = raw(b'{"items":[7]}')
    for piece in (answer[:30], answer[30:-5], answer[-5:]):
        await turns(3)
        await stream.send(piece)
    return True


async def probes_succeed(client: AsyncPygenClient) -> None:
    """Thirty requests get through at once: none waits, is tried again, or finds the pool short of a place."""
    with anyio.fail_after(60):  # generous: it is the counters that tell whether anything waited
        quiet = 0
        while (
            quiet < 20
        ):  # exchanges that nobody waits for are on their way out; those who asked may just be learning of it
            await turns(1)
            quiet = 0 if client.counters.under_way else quiet + 1
        before = client.counters
        for _ in range(30):
            assert await ask(client) == [7]
    after = client.counters
    assert after.requests - before.requests == 30
    assert (after.under_way, after.waits - before.waits, after.failures - before.failures) == (0, 0, 0)


def small_pool(server: Server) -> AsyncPygenClient:
    return client_of(None, base_url=server.base_url, limits=Limits(read=3, write=1, delete=1, search=1, schema=1))


async def test_a_storm_of_native_cancellations_leaves_the_pool_whole() -> None:
    chance = random.Random(7)
    mine = asyncio.all_tasks()
    async with Server(slowly).run() as server, small_pool(server) as client:
        cancelled = 0
        while cancelled < 3000:
            tasks = [asyncio.create_task(ask(client)) for _ in range(20)]
            for task in tasks:
                await turns(chance.randrange(6))
                task.cancel()
            ends = await asyncio.gather(*tasks, return_exceptions=True)
            cancelled += sum(isinstance(end, asyncio.CancelledError) for end in ends)
        await probes_succeed(client)
        assert server.most_connections <= 7
    assert asyncio.all_tasks() == mine
    gc.collect()  # what was left open would warn now, and a warning fails the test


@pytest.mark.anyio
async def test_a_storm_of_cancelled_scopes_leaves_the_pool_whole(anyio_backend: str) -> None:
    chance = random.Random(7)

    async def ask_in(scope: anyio.CancelScope) -> None:
        with scope:
            await ask(client)

    async with Server(slowly).run() as server, small_pool(server) as client:
        for _ in range(150 if THOROUGH else 30):
            async with anyio.create_task_group() as tasks:
                for _ in range(20):
                    scope = anyio.CancelScope()
                    tasks.start_soon(ask_in, scope)
                    await turns(chance.randrange(6))
                    scope.cancel()
        await probes_succeed(client)
        running = len(anyio.get_running_tasks())
    assert len(anyio.get_running_tasks()) < running
    gc.collect()


@pytest.mark.anyio
async def test_who_has_been_cancelled_already_sends_nothing(anyio_backend: str) -> None:
    api = Api(ok([7]))
    async with client_of(api) as client:
        with anyio.CancelScope() as scope:
            scope.cancel()
            await ask(client)
        assert scope.cancelled_caught
        await turns(10)
        assert client.counters.requests == 0
    assert api.requests == []


async def test_streams_cancelled_natively_leave_the_pool_whole() -> None:
    chance = random.Random(3)

    async def behave(asked: Asked, stream: SocketStream) -> bool:
        await turns(2)
        await stream.send(raw(b'{"items":[7],"nextCursor":"%d"}' % asked.number))
        return True

    async def read() -> None:
        async for _ in client.pages(lambda cursor, size: client.instances.list_page(REQUEST, NUMBERS)):
            pass

    async with Server(behave).run() as server, small_pool(server) as client:
        for _ in range(10):
            tasks = [asyncio.create_task(read()) for _ in range(10)]
            await turns(chance.randrange(40))
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await probes_succeed(client)
        await turns(5)
        ours = [task for task in asyncio.all_tasks() if "Exchange" in repr(task) or "PageStream" in repr(task)]
        assert ours == []


@pytest.mark.anyio
async def test_who_gives_up_in_the_queue_is_never_sent_and_holds_nothing(anyio_backend: str) -> None:
    release = anyio.Event()

    async def behave(asked: Asked, stream: SocketStream) -> bool:
        await release.wait()
        await stream.send(raw(b'{"items":[7]}'))
        return True

    async with Server(behave).run() as server, small_pool(server) as client:
        async with anyio.create_task_group() as first:
            for _ in range(3):
                first.start_soon(ask, client)
            while server.asked < 3:
                await turns(1)
            async with anyio.create_task_group() as late:
                for _ in range(10):
                    late.start_soon(ask, client)
                await turns(10)
                late.cancel_scope.cancel()
            release.set()
        await turns(20)
        assert server.asked == 3
        assert client._core.transport.under_way == 0


@pytest.mark.anyio
async def test_an_abandoned_exchange_ends_at_the_next_chunk_and_frees_its_place(anyio_backend: str) -> None:
    started, go_on = anyio.Event(), anyio.Event()

    async def behave(asked: Asked, stream: SocketStream) -> bool:
        if asked.number > 1:
            await stream.send(raw(b'{"items":[7]}'))
            return True
        await stream.send(raw(b"{", length=10**9))
        started.set()
        await go_on.wait()
        while True:  # a drip that would hold the connection for ever
            await stream.send(b" ")
            await turns(1)

    async with Server(behave).run() as server, small_pool(server) as client:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(ask, client)
            await started.wait()
            tasks.cancel_scope.cancel()
        assert client._core.transport.under_way == 1
        go_on.set()
        while client._core.transport.under_way:
            await turns(1)
        await probes_succeed(client)


@pytest.mark.anyio
async def test_the_deadline_cuts_an_attempt_in_flight(anyio_backend: str) -> None:
    async def behave(asked: Asked, stream: SocketStream) -> bool:
        await anyio.sleep_forever()
        return True

    async with Server(behave).run() as server, client_of(None, base_url=server.base_url, deadline=0.02) as client:
        with pytest.raises(DeadlineError, match=r"not answered within 0.02 s, 1 attempts"):
            await ask(client)


@pytest.mark.anyio
async def test_closing_the_client_ends_calls_under_way_with_an_error(anyio_backend: str) -> None:
    async def behave(asked: Asked, stream: SocketStream) -> bool:
        await anyio.sleep_forever()
        return True

    caught: list[Exception] = []

    async def expect_closed() -> None:
        try:
            await ask(client)
        except ClientClosedError as error:
            caught.append(error)

    async with Server(behave).run() as server, anyio.create_task_group() as tasks, small_pool(server) as client:
        for _ in range(5):
            tasks.start_soon(expect_closed)
        while server.asked < 3:
            await turns(1)
    assert len(caught) == 5


async def leave_by_error(client: AsyncPygenClient) -> None:
    with pytest.raises(ValueError, match="mine"):
        async with client:
            raise ValueError("mine")


async def leave_by_scope(client: AsyncPygenClient) -> None:
    with anyio.CancelScope() as scope:
        async with client:
            scope.cancel()
            await anyio.sleep_forever()
    assert scope.cancelled_caught


async def leave_by_system_exit(client: AsyncPygenClient) -> None:
    with pytest.raises(SystemExit):
        async with client:
            raise SystemExit(3)


async def test_a_loop_that_cancels_everything_under_a_client_is_told_as_closing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """As `asyncio.run` does at its end: the task that holds the client's tasks is cancelled without anybody having left the block."""

    async def behave(asked: Asked, stream: SocketStream) -> bool:
        await anyio.sleep_forever()
        return True

    async with Server(behave).run() as server:
        client = await small_pool(server).__aenter__()
        calls = [asyncio.create_task(ask(client)) for _ in range(5)]
        while server.asked < 3:
            await turns(1)
        host = client._core._host
        assert host is not None
        assert host._task is not None
        host._task.cancel()
        ends = await asyncio.gather(*calls, return_exceptions=True)
        with pytest.raises(ClientClosedError):
            await ask(client)
        with pytest.raises(ClientClosedError, match="the client is closed"):
            await client.instances.stream().next()
        await client.__aexit__(None, None, None)
        with pytest.raises(ClientClosedError, match="the client is closed"):
            await client.__aexit__(None, None, None)
    assert [type(end) for end in ends] == [ClientClosedError] * 5
    assert caplog.records == [], "nothing was left for the loop to complain about"


@pytest.mark.anyio
@pytest.mark.parametrize("leave", [leave_by_error, leave_by_scope, leave_by_system_exit])
async def test_however_the_block_is_left_its_own_exception_arrives_and_the_pool_is_closed(
    anyio_backend: str, leave: Callable[[AsyncPygenClient], Awaitable[None]]
) -> None:
    api = Api(ok())
    await leave(client_of(api))
    assert api.closed


@pytest.mark.anyio
async def test_a_task_that_crashes_in_the_client_is_not_hidden(anyio_backend: str) -> None:
    async def crash() -> None:
        raise ZeroDivisionError

    api = Api(ok())

    async def work() -> None:
        async with client_of(api) as client:
            client._core.tasks().start_soon(crash)
            await turns(5)

    with pytest.raises(ExceptionGroup) as caught:
        await work()
    assert caught.group_contains(ZeroDivisionError)
    assert api.closed


@pytest.mark.anyio
async def test_one_task_may_open_a_client_and_another_close_it(anyio_backend: str) -> None:
    """As notebooks do with their cells, and test fixtures with their halves."""
    api = Api(ok([7]))
    client = client_of(api)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(client.__aenter__)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(ask, client)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(client.__aexit__, None, None, None)
    assert api.closed


async def test_a_cancelled_opening_leaves_nothing_behind() -> None:
    api = Api(ok())
    task = asyncio.create_task(client_of(api).__aenter__())
    await turns(1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await turns(10)
    assert api.closed


async def test_a_native_cancellation_of_the_block_stays_one() -> None:
    api = Api(ok())

    async def work() -> None:
        async with client_of(api):
            await asyncio.sleep(3600)

    task = asyncio.create_task(work())
    await turns(3)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert api.closed
