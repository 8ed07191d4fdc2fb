"""Real sockets, real faults: one transient fault at every page of a scan, and every row still comes exactly once."""

from __future__ import annotations

import gzip
import json
from collections.abc import Awaitable, Callable

import pytest
from anyio.abc import SocketStream

from pygen_runtime.errors import InvalidResponseError, NotReachedError
from pygen_runtime.schema.requests import ListRequest, Page
from tests.runtime.support import NUMBERS, Asked, Server, client_of, numbers_page, raw, reset

pytestmark = pytest.mark.anyio

ROWS = 200
PAGE = 10

Fault = Callable[[bytes, SocketStream], Awaitable[None]]


def answers(status: int, **more: str) -> Fault:
    async def fault(page: bytes, stream: SocketStream) -> None:
        head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in more.items())
        await stream.send(f"HTTP/1.1 {status} X\r\n{head}Content-Length: 0\r\nConnection: close\r\n\r\n".encode())

    return fault


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


async def html_with_200(page: bytes, stream: SocketStream) -> None:
    await stream.send(raw(b"<html>Please log in</html>", kind="text/html"))


async def html_that_claims_to_be_json(page: bytes, stream: SocketStream) -> None:
    await stream.send(raw(b"<html>Please log in</html>"))


FAULTS = [
    answers(429),
    answers(429, retry_after="0"),
    answers(502),
    answers(503),
    answers(504),
    answers(408),
    answers(401),
    close_without_answer,
    reset_without_answer,
    reset_in_headers,
    reset_in_body,
    body_too_short,
    body_without_length_cut,
    chunks_cut,
    gzip_cut_at_a_length_that_fits,
    gzip_damaged,
    html_with_200,
    html_that_claims_to_be_json,
]


def broken_once_a_page(fault: Fault) -> Server:
    met: set[str] = set()

    async def behave(asked: Asked, stream: SocketStream) -> bool:
        page = json.dumps(numbers_page(asked.body, ROWS)).encode()
        cursor = asked.body.get("cursor") or ""
        if cursor not in met:
            met.add(cursor)
            await fault(page, stream)
            return False
        await stream.send(raw(gzip.compress(page), packed=True))
        return True

    return Server(behave)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__qualname__)
async def test_a_fault_at_every_page_loses_and_repeats_nothing(fault: Fault) -> None:
    async with broken_once_a_page(fault).run() as server, client_of(None, base_url=server.base_url) as client:

        async def fetch(cursor: str | None, size: int) -> Page[int]:
            return await client.instances.list_page(
                ListRequest(instance_type="node", limit=size, cursor=cursor), NUMBERS
            )

        rows = [row async for page in client.pages(fetch, page_size=PAGE) for row in page]

    assert rows == list(range(ROWS))


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
        with pytest.raises(InvalidResponseError, match="after 10 attempts: its gzip stream ends early") as caught:
            await client.instances.list_page(ListRequest(instance_type="node"), NUMBERS)
    assert (caught.value.attempts, caught.value.status, caught.value.request_id) == (10, 200, "rid-1")


async def test_a_server_that_is_not_there_is_told_soon() -> None:
    async with Server(lambda asked, stream: None).run() as server:  # type: ignore[arg-type,return-value]  # never called
        pass
    async with client_of(None, base_url=server.base_url) as client:
        with pytest.raises(NotReachedError, match="after 4 attempts: no connection"):
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
