"""The synchronous client: one thread, from anywhere, and gone without a trace."""

from __future__ import annotations

import asyncio
import contextvars
import copy
import gc
import json
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import httpx
import pytest

import pygen_runtime
from pygen_runtime.client import AsyncPygenClient, ClientSettings, StaticToken
from pygen_runtime.errors import ApiError, CheckpointError, ClientClosedError, StreamError, UsageError
from pygen_runtime.sync import PageReader, PygenClient, loop_thread
from pygen_runtime.sync.loop_thread import LoopThread
from tests.runtime.support import node, ok, refused

ROOT = Path(__file__).resolve().parents[2]


class Pages(httpx.AsyncBaseTransport):
    """So many nodes in pages, on the client's loop; `hold` keeps answers back."""

    def __init__(self, rows: int = 100) -> None:
        self.rows = rows
        self.asked = 0
        self.hold = False
        self.arrived = threading.Event()
        self.closed = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        self.arrived.set()
        if self.hold:
            await anyio.sleep_forever()
        await anyio.lowlevel.checkpoint()
        asked = {**request.url.params, **json.loads(await request.aread() or b"{}")}
        start = int(asked.get("cursor") or 0)
        end = min(start + int(asked["limit"]), self.rows)
        return ok([node(number) for number in range(start, end)], str(end) if end < self.rows else None)

    async def aclose(self) -> None:
        self.closed = True


def client_of(transport: httpx.AsyncBaseTransport) -> PygenClient:
    return PygenClient.from_token(
        base_url="http://api.test",
        project="p",
        token="t",
        settings=ClientSettings(page_size=10),
        transport=transport,
    )


@pytest.fixture
def pages() -> Pages:
    return Pages()


@pytest.fixture
def client(pages: Pages) -> Iterator[PygenClient]:
    with client_of(pages) as client:
        yield client


def threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "pygen"]


def fetching(client: PygenClient) -> int:
    """Tasks that fetch pages ahead, when everything that is to end has ended."""

    async def count(_: AsyncPygenClient) -> int:
        for _turn in range(20):
            await asyncio.sleep(0)
        return sum("PageStreamTask" in repr(task) for task in asyncio.all_tasks())

    return client.bridge.run(count)


# --- life -----------------------------------------------------------------------------------------------------------


def test_it_is_found_under_the_runtime_and_loads_no_event_loop_before_it_opens() -> None:
    code = (
        "import sys, pygen_runtime; pygen_runtime.PygenClient.from_token(base_url='http://x', project='p', token='t');"
        "print([name for name in ('asyncio', 'httpx', 'ssl') if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
    assert pygen_runtime.PygenClient is PygenClient
    assert pygen_runtime.AsyncPygenClient is AsyncPygenClient
    assert not hasattr(pygen_runtime, "anything")


def test_with_opens_and_closes(pages: Pages) -> None:
    with client_of(pages) as client:
        assert len(threads()) == 1
        assert len(list(client.instances.iterate())) == 100
    assert threads() == []
    assert pages.closed
    with pytest.raises(ClientClosedError, match="make a new one"):
        client.spaces.list()


def test_without_with_it_opens_when_first_used_and_closes_once(pages: Pages) -> None:
    client = client_of(pages)
    assert threads() == []
    assert len(client.instances.stream().to_list()) == 100
    assert len(threads()) == 1
    client.close()
    client.close()
    assert threads() == []


def test_a_client_that_is_dropped_ends_its_thread(pages: Pages) -> None:
    client = client_of(pages)
    stream = client.instances.stream()
    assert stream.next() is not None
    (thread,) = threads()
    del client
    gc.collect()
    assert thread.is_alive(), "the stream still needs it"
    del stream
    gc.collect()
    thread.join(timeout=10)
    assert not thread.is_alive()
    assert pages.closed


def test_what_cannot_be_opened_says_so_each_time() -> None:
    client = PygenClient(
        base_url="http://api.test", project="p", credentials=StaticToken("t"), settings=ClientSettings(http2=True)
    )
    client.bridge.client._core.transport.open = _fail  # type: ignore[method-assign]  # as an installation without HTTP/2 does
    for _ in range(2):
        with pytest.raises(UsageError, match="install"):
            client.spaces.list()
    assert threads() == []


def _fail(tasks: object) -> None:
    raise UsageError("install httpx[http2]")


def test_arguments_that_cannot_work_are_refused_when_it_is_made(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="absolute URL"):
        PygenClient.from_token(base_url="nowhere", project="p", token="t")
    with pytest.raises(UsageError, match="CDF_PROJECT"):
        PygenClient.from_env({})
    with pytest.raises(UsageError):
        PygenClient.from_toml(tmp_path / "absent.toml")
    client = PygenClient.from_client_credentials(
        base_url="http://api.test", project="p", token_url="http://id.test", client_id="i", client_secret="hush"
    )
    assert repr(client) == "PygenClient(base_url='http://api.test', project='p')"
    assert client.settings.page_size == 1000
    with pytest.raises(UsageError):
        client.with_options(page_size=0)


def test_a_program_that_never_closes_ends_at_once_and_without_a_warning(local_server: str) -> None:
    code = f"""
from pygen_runtime import PygenClient
from pygen_runtime.schema import NodeWrite, SpaceWrite
client = PygenClient.from_token(base_url={local_server!r}, project="p", token="t")
client.spaces.create(SpaceWrite(space="s"))
client.instances.upsert([NodeWrite(space="s", external_id=str(n)) for n in range(30)])
stream = client.with_options(page_size=10).instances.stream()
stream.next()
print("done")
"""
    assert run(code) == "done"


def run(code: str, timeout: float = 30) -> str:
    command = [sys.executable, "-W", "error", "-c", code]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=timeout)
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout.strip()


# --- where from -----------------------------------------------------------------------------------------------------


def test_inside_a_running_event_loop_and_after_it(client: PygenClient) -> None:
    async def cell() -> int:
        await asyncio.sleep(0)
        return sum(1 for _ in client.instances.iterate())

    assert [asyncio.run(cell()) for _ in range(3)] == [100, 100, 100]
    assert len(threads()) == 1


def test_many_threads_at_once_share_one_thread(pages: Pages) -> None:
    client = client_of(pages)
    start = threading.Barrier(8)

    def work(_: int) -> list[int]:
        start.wait()
        return [sum(1 for _ in client.instances.iterate()) for _ in range(5)]

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(work, range(8)))
    assert found == [[100] * 5] * 8
    assert len(threads()) == 1
    client.close()


def test_errors_arrive_in_the_thread_that_asked() -> None:
    class Refusing(Pages):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            return refused(403, "not yours")

    with client_of(Refusing()) as client, pytest.raises(ApiError, match="not yours"):
        client.views.list()


def test_work_runs_in_the_context_of_who_asks(client: PygenClient) -> None:
    who = contextvars.ContextVar("who", default="nobody")
    who.set("me")

    async def tell(_: AsyncPygenClient) -> str:
        return who.get()

    assert client.bridge.run(tell) == "me"


def test_its_own_loop_cannot_call_it(client: PygenClient) -> None:
    async def call(_: AsyncPygenClient) -> None:
        client.spaces.list()

    with pytest.raises(UsageError, match="own event loop"):
        client.bridge.run(call)


def test_closing_ends_the_calls_of_other_threads_with_an_error(pages: Pages) -> None:
    pages.hold = True
    client = client_of(pages)
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(lambda: list(client.instances.iterate()))
        assert pages.arrived.wait(10)
        client.close()
        with pytest.raises(ClientClosedError):
            call.result(timeout=10)


def test_a_closed_client_cancels_what_else_runs_on_its_loop(pages: Pages) -> None:
    client = client_of(pages)
    begun = threading.Event()

    async def wait(_: AsyncPygenClient) -> None:
        begun.set()
        await asyncio.sleep(3600)

    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(client.bridge.run, wait)
        assert begun.wait(10)
        client.close()
        with pytest.raises(ClientClosedError):
            call.result(timeout=10)


def test_options_look_through_the_same_client(client: PygenClient, pages: Pages) -> None:
    view = client.with_options(page_size=50).with_options(retries=0)
    page = view.instances.stream(prefetch=0).next()
    assert page is not None
    assert len(page) == 50
    assert view.counters.requests == client.counters.requests == 1
    assert (view.project, view.settings.page_size) == ("p", 50)
    assert len(threads()) == 1
    stream = view.instances.stream()
    assert stream.next() is not None
    stream.close()
    assert fetching(view) == 0
    view.close()
    assert threads() == []


# --- Ctrl-C ---------------------------------------------------------------------------------------------------------


def interrupt_when(arrived: threading.Event) -> threading.Thread:
    """Ctrl-C, as soon as a request has arrived."""
    main = threading.main_thread().ident or 0

    def interrupt() -> None:
        if arrived.wait(10):
            signal.pthread_kill(main, signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    return thread


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot send a signal to a thread")
def test_ctrl_c_cancels_the_call_and_leaves_the_client_usable(client: PygenClient, pages: Pages) -> None:
    pages.hold = True
    thread = interrupt_when(pages.arrived)
    with pytest.raises(KeyboardInterrupt):
        client.spaces.list()
    thread.join()
    pages.hold = False
    assert len(list(client.instances.iterate())) == 100


@pytest.mark.skipif(sys.platform == "win32", reason="as above")
def test_ctrl_c_while_reading_breaks_the_stream_but_not_its_checkpoint(client: PygenClient, pages: Pages) -> None:
    stream = client.instances.stream(prefetch=0)
    found = [one.external_id for one in stream.next() or ()]
    pages.hold = True
    pages.arrived.clear()
    thread = interrupt_when(pages.arrived)
    with pytest.raises(KeyboardInterrupt):
        stream.next()
    thread.join()
    pages.hold = False
    with pytest.raises(StreamError, match="checkpoint"):
        stream.next()
    found += [one.external_id for one in client.instances.stream(resume=stream.checkpoint()).items()]
    assert found == [f"n{number}" for number in range(100)]


def test_where_a_wait_cannot_be_interrupted_it_is_short(client: PygenClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop_thread, "_PATIENCE", 0.001)  # as on Windows
    assert len(list(client.instances.iterate())) == 100


# --- streams --------------------------------------------------------------------------------------------------------


def test_streams_give_items_pages_and_lists(client: PygenClient) -> None:
    names = [f"n{number}" for number in range(100)]
    stream = client.instances.stream()
    assert [len(page) for page in stream] == [10] * 10
    assert (stream.rows, stream.repeated, stream.next()) == (100, 0, None)
    assert [one.external_id for one in client.instances.stream().items()] == names
    assert [one.external_id for one in client.instances.stream(limit=25, prefetch=0).to_list()] == names[:25]
    with client.instances.stream() as stream:
        stream.next()
        rest = stream.items()
        assert next(rest).external_id == "n10"
        assert stream.rows == 11


@pytest.mark.parametrize("prefetch", [0, 1])
def test_a_scan_takes_one_hop_for_a_page_and_none_for_a_row(
    client: PygenClient, monkeypatch: pytest.MonkeyPatch, prefetch: int
) -> None:
    hops: list[object] = []
    submit = LoopThread._submit

    def counted(thread: LoopThread, work: Callable[[AsyncPygenClient], Any]) -> Any:
        hops.append(work)
        return submit(thread, work)

    monkeypatch.setattr(LoopThread, "_submit", counted)
    assert sum(1 for _ in client.instances.stream(prefetch=prefetch).items()) == 100
    assert len(hops) == 11  # ten pages, and the end
    assert len(client.instances.list()) == 100
    assert len(hops) == 12


def by_break(stream: PageReader[Any]) -> None:
    for _ in stream:
        break
    stream.close()


def by_break_of_items(stream: PageReader[Any]) -> None:
    for _ in stream.items():
        break


def by_exception(stream: PageReader[Any]) -> None:
    def read() -> None:
        with stream:
            for _ in stream:
                raise KeyError

    with pytest.raises(KeyError):
        read()


def by_closing(stream: PageReader[Any]) -> None:
    next(stream)
    stream.close()
    assert stream.next() is None


def by_dropping(stream: PageReader[Any]) -> None:
    next(stream)


@pytest.mark.parametrize("prefetch", [0, 1, 3])
@pytest.mark.parametrize("leave", [by_break, by_break_of_items, by_exception, by_closing, by_dropping])
def test_leaving_early_leaves_no_task_and_no_request(
    client: PygenClient, pages: Pages, leave: Callable[[PageReader[Any]], None], prefetch: int
) -> None:
    leave(client.instances.stream(prefetch=prefetch))
    gc.collect()
    assert fetching(client) == 0
    assert client.counters.under_way == 0
    assert pages.asked <= 2 + prefetch
    assert len(list(client.instances.iterate())) == 100


def test_leaving_an_iteration_without_pages_leaves_nothing(client: PygenClient) -> None:
    for _ in client.spaces.iterate():
        break
    gc.collect()
    assert fetching(client) == 0


def test_streams_that_cannot_work_are_refused_at_once(client: PygenClient) -> None:
    with pytest.raises(UsageError, match="limit"):
        client.instances.stream(limit=-1)
    with pytest.raises(CheckpointError, match="no checkpoint"):
        client.instances.stream(resume="{}")
    with pytest.raises(UsageError, match="on_expired"):
        client.instances.stream(on_expired="ignore")  # type: ignore[arg-type]  # that is the test


# --- fork -----------------------------------------------------------------------------------------------------------

FORK = """
import os, sys
from pygen_runtime import PygenClient
from pygen_runtime.errors import StreamError, UsageError
from pygen_runtime.schema import NodeWrite, SpaceWrite

client = PygenClient.from_token(base_url={url!r}, project="p", token="t")
client.spaces.create(SpaceWrite(space="s"))
client.instances.upsert([NodeWrite(space="s", external_id=str(n)) for n in range(30)])
stream = client.with_options(page_size=10).instances.stream()
stream.next()
items = client.views.iterate(include_global=True)
child = os.fork()
if child == 0:
    try:
        assert len(list(client.instances.iterate())) == 30
        for read in (stream.next, lambda: next(items)):
            try:
                read()
            except StreamError as error:
                assert "fork" in str(error)
            else:
                os._exit(3)
        assert len(client.with_options(page_size=10).instances.stream(resume=stream.checkpoint()).to_list()) == 20
        client.close()
        del stream, items
    except BaseException:
        import traceback
        traceback.print_exc()
        os._exit(4)
    {leave}
assert os.waitpid(child, 0)[1] == 0
assert len(stream.to_list()) == 20
assert len(client.spaces.list()) == 1
print("both")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
@pytest.mark.parametrize("leave", ["os._exit(0)", "sys.exit(0)"])
def test_a_forked_child_goes_on_with_a_thread_of_its_own_and_so_does_the_parent(local_server: str, leave: str) -> None:
    code = FORK.format(url=local_server, leave=leave)
    told = ["-W", "ignore:This process:DeprecationWarning"]  # from Python 3.12 on, of any fork beside a thread
    command = [sys.executable, *told, "-c", code]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert (ended.stdout.strip(), ended.stderr, ended.returncode) == ("both", "", 0)


@pytest.mark.parametrize("clone", [pickle.dumps, copy.deepcopy])
@pytest.mark.parametrize("kind", [PygenClient, AsyncPygenClient])
def test_a_client_says_that_it_cannot_be_pickled(
    kind: type[PygenClient | AsyncPygenClient], clone: Callable[[object], object]
) -> None:
    client = kind.from_token(base_url="http://127.0.0.1:1", project="p", token="t")
    with pytest.raises(UsageError, match="make a client in each process"):
        clone(client)


def test_a_transport_that_was_given_stays_with_its_process(pages: Pages) -> None:
    client = client_of(pages)
    client.bridge.after_fork()  # what the hook does in a child
    with pytest.raises(UsageError, match="transport= cannot be used after a fork"):
        client.spaces.list()
