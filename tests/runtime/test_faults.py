"""One transient fault at every page of a scan, and every row still comes exactly once and in order.

What a server says is scripted in memory, over 200 pages; what sockets do is done by sockets, over 20 (200 with PYGEN_THOROUGH=1).
"""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Awaitable, Callable

import httpx
import pytest
from anyio.abc import SocketStream

from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.errors import InvalidResponseError, NotReachedError
from pygen_runtime.schema.requests import ListRequest, Page
from tests.runtime.support import NUMBERS, Asked, Server, client_of, numbers_page, raw, reset

pytestmark = pytest.mark.anyio

PAGE = 10
PAGES = 200
SOCKET_PAGES = 200 if os.environ.get("PYGEN_THOROUGH") == "1" else 20


async def scan(client: AsyncPygenClient) -> list[int]:
    async def fetch(cursor: str | None, size: int) -> Page[int]:
        return await client.instances.list_page(ListRequest(instance_type="node", limit=size, cursor=cursor), NUMBERS)

    return [row async for page in client.pages(fetch, page_size=PAGE) for row in page]


class FirstTime:
    """Says yes once for each of the pages there would be without faults, however small they have become."""

    def __init__(self) -> None:
        self.met: set[int] = set()

    def __call__(self, cursor: str | None) -> bool:
        page = int(cursor or 0) // PAGE
        new = page not in self.met
        self.met.add(page)
        return new


# --- what a server says ---------------------------------------------------------------------------------------------

Answer = Callable[[bytes], httpx.Response]


def answer(status: int, content: bytes = b"", **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda page: httpx.Response(status, headers=named, stream=httpx.ByteStream(content))


def cut(**headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    def make(page: bytes) -> httpx.Response:
        packed = gzip.compress(page)[:-6] if "content-encoding" in named else page[:-6]
        return httpx.Response(200, headers=named, stream=httpx.ByteStream(packed))

    return make


def raises(error: type[httpx.TransportError]) -> Answer:
    def make(page: bytes) -> httpx.Response:
        raise error("")

    return make


SAID = {
    "429": answer(429),
    "429 with a wait": answer(429, retry_after="3"),
    "502": answer(502, b"<html>Bad gateway</html>", content_type="text/html"),
    "503": answer(503),
    "504": answer(504),
    "408": answer(408),
    "401": answer(401),
    "gzip cut": cut(content_encoding="gzip"),
    "wrong length": cut(content_length="500"),
    "no JSON": cut(),
    "HTML with 200": answer(200, b"<html>Please log in</html>", content_type="text/html"),
    "HTML that claims to be JSON": answer(200, b"<html>", content_type="application/json"),
    "connect time-out": raises(httpx.ConnectTimeout),
    "read time-out": raises(httpx.ReadTimeout),
    "write error": raises(httpx.WriteError),
}


class Saying(httpx.AsyncBaseTransport):
    def __init__(self, fault: Answer) -> None:
        self.fault, self.first = fault, FirstTime()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(await request.aread())
        page = json.dumps(numbers_page(body, PAGE * PAGES)).encode()
        if self.first(body.get("cursor")):
            return self.fault(page)
        return httpx.Response(200, content=page)


@pytest.mark.parametrize("fault", SAID)
async def test_a_fault_told_at_every_page_loses_and_repeats_nothing(anyio_backend: str, fault: str) -> None:
    async with client_of(Saying(SAID[fault])) as client:
        rows = await scan(client)
        counters = client.counters
    assert rows == list(range(PAGE * PAGES))
    assert counters.refusals + counters.failures >= (
        0 if fault in ("no JSON", "HTML that claims to be JSON") else PAGES
    )
    assert counters.requests >= 2 * PAGES


# --- what sockets do ------------------------------------------------------------------------------------------------

Fault = Callable[[bytes, SocketStream], Awaitable[None]]


async def close_without_answer(page: bytes, stream: SocketStream) -> None:
    return


async def reset_without_answer(page: bytes, stream: SocketStream) -> None:
    reset(stream)


async def reset_in_headers(page: bytes, stream: SocketStream) -> None:
    await stream.send(b"HTTP/1.1 200 OK\r\nContent-Ty")
    reset(stream)


async def reset_in_body(page: bytes, stream: SocketStream) -> None:
    await stream.send(raw(page[:10], length=len(page)))
    reset(stream)


async def body_too_short(page: bytes, stream: SocketStream) -> None:
    await stream.send(raw(page[:10], length=len(page)))


async def body_without_length_cut(page: bytes, stream: SocketStream) -> None:
    await stream.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n" + page[:10])


async def chunks_cut(page: bytes, stream: SocketStream) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    await stream.send(head + b"5\r\n" + page[:5] + b"\r\n")


async def gzip_cut_at_a_length_that_fits(page: bytes, stream: SocketStream) -> None:
    await stream.send(raw(gzip.compress(page)[:-6], packed=True))


async def gzip_damaged(page: bytes, stream: SocketStream) -> None:
    damaged = bytearray(gzip.compress(page))
    damaged[-6] ^= 0xFF  # in the checksum
    await stream.send(raw(bytes(damaged), packed=True))


DONE = [
    close_without_answer,
    reset_without_answer,
    reset_in_headers,
    reset_in_body,
    body_too_short,
    body_without_length_cut,
    chunks_cut,
    gzip_cut_at_a_length_that_fits,
    gzip_damaged,
]


def broken_once_a_page(fault: Fault) -> Server:
    first = FirstTime()

    async def behave(asked: Asked, stream: SocketStream) -> bool:
        page = json.dumps(numbers_page(asked.body, PAGE * SOCKET_PAGES)).encode()
        if first(asked.body.get("cursor")):
            await fault(page, stream)
            return False
        await stream.send(raw(gzip.compress(page), packed=True))
        return True

    return Server(behave)


@pytest.mark.parametrize("fault", DONE, ids=lambda fault: fault.__name__)
async def test_a_fault_done_at_every_page_loses_and_repeats_nothing(anyio_backend: str, fault: Fault) -> None:
    async with broken_once_a_page(fault).run() as server, client_of(None, base_url=server.base_url) as client:
        assert await scan(client) == list(range(PAGE * SOCKET_PAGES))


async def test_a_read_that_hangs_is_tried_again() -> None:
    async def behave(asked: Asked, stream: SocketStream) -> bool:
        if asked.number > 1:
            await stream.send(raw(b'{"items":[1]}'))
        return True

    async with Server(behave).run() as server, client_of(None, base_url=server.base_url, read_timeout=0.05) as client:
        page = await client.instances.list_page(ListRequest(instance_type="node"), NUMBERS)
    assert page.items == [1]
    assert server.asked == 2


async def test_an_answer_of_two_gzip_members_is_read_whole() -> None:
    async def behave(asked: Asked, stream: SocketStream) -> bool:
        await stream.send(raw(gzip.compress(b'{"items":') + gzip.compress(b"[1,2]}"), packed=True))
        return True

    async with Server(behave).run() as server, client_of(None, base_url=server.base_url) as client:
        page = await client.instances.list_page(ListRequest(instance_type="node"), NUMBERS)
    assert page.items == [1, 2]


async def test_a_page_that_is_always_cut_ends_in_an_error_that_says_so() -> None:
    async def behave(asked: Asked, stream: SocketStream) -> bool:
        await gzip_cut_at_a_length_that_fits(b'{"items":[]}', stream)
        return False

    async with Server(behave).run() as server, client_of(None, base_url=server.base_url) as client:
        with pytest.raises(
            InvalidResponseError, match=r"after 10 attempts in 0\.\d s: its gzip stream ends early"
        ) as caught:
            await client.instances.list_page(ListRequest(instance_type="node"), NUMBERS)
    assert (caught.value.attempts, caught.value.status, caught.value.request_id) == (10, 200, "rid-1")


async def test_a_server_that_is_not_there_is_told_soon() -> None:
    async with Server(lambda asked, stream: None).run() as server:  # type: ignore[arg-type,return-value]  # never called
        pass
    async with client_of(None, base_url=server.base_url) as client:
        with pytest.raises(NotReachedError, match=r"after 4 attempts in 0\.0 s: no connection"):
            await client.instances.list_page(ListRequest(instance_type="node"), NUMBERS)


async def test_large_bodies_are_sent_compressed_and_small_ones_not() -> None:
    heads: list[str] = []

    async def behave(asked: Asked, stream: SocketStream) -> bool:
        heads.append(asked.head)
        await stream.send(raw(b'{"items":[]}'))
        return True

    async with Server(behave).run() as server, client_of(None, base_url=server.base_url) as client:
        await client.instances.list_page(ListRequest(instance_type="node"), NUMBERS)
        await client.instances.list_page(ListRequest(instance_type="node", cursor="x" * 2000), NUMBERS)
    assert ["content-encoding: gzip" in head for head in heads] == [False, True]
    assert server.most_connections == 1
