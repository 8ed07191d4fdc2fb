"""What the runtime's tests share: a clock that never waits, a scripted API, and a server that breaks its answers."""

from __future__ import annotations

import gzip
import json
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import anyio
import anyio.lowlevel
import httpx
import msgspec
from anyio.abc import SocketAttribute, SocketStream

from pygen_runtime.client import AsyncPygenClient, ClientSettings, StaticToken
from pygen_runtime.schema.requests import Page
from pygen_runtime.transport import Credentials
from tests.virtual_clock import VirtualClock

TOKEN = "tok-secret-1"


def client_of(
    transport: httpx.AsyncBaseTransport | None,
    *,
    base_url: str = "http://api.test",
    credentials: Credentials | None = None,
    clock: VirtualClock | None = None,
    **settings: Any,
) -> AsyncPygenClient:
    return AsyncPygenClient(
        base_url=base_url,
        project="proj",
        credentials=credentials or StaticToken(TOKEN),
        settings=ClientSettings(clock=(clock or VirtualClock()).clock(), **settings),
        transport=transport,
    )


class Api(httpx.AsyncBaseTransport):
    """An httpx transport whose answers a test scripts; everything asked is kept."""

    def __init__(self, *answers: httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.closed = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else answer(request)

    async def aclose(self) -> None:
        self.closed = True

    def body(self, number: int = -1) -> Any:
        request = self.requests[number]
        packed = request.headers.get("content-encoding") == "gzip"
        return json.loads(gzip.decompress(request.content) if packed else request.content)


def ok(items: Sequence[Any] = (), cursor: str | None = None) -> httpx.Response:
    return httpx.Response(200, json={"items": list(items), "nextCursor": cursor})


def refused(status: int, message: str = "no", **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, json={"error": {"code": status, "message": message}}, headers=named)


def node(number: int) -> dict[str, Any]:
    return {
        "instanceType": "node",
        "space": "s",
        "externalId": f"n{number}",
        "version": 1,
        "createdTime": 0,
        "lastUpdatedTime": 0,
    }


NUMBERS: msgspec.json.Decoder[Page[int]] = msgspec.json.Decoder(Page[int])


def numbers_page(body: dict[str, Any], rows: int) -> dict[str, Any]:
    """The rows 0, 1, 2, … as a list endpoint gives them."""
    start = int(body.get("cursor") or 0)
    end = min(start + body["limit"], rows)
    return {"items": list(range(start, end)), "nextCursor": str(end) if end < rows else None}


# --- real sockets ---------------------------------------------------------------------------------------------------


@dataclass
class Asked:
    """One request as the server saw it."""

    number: int
    head: str
    body: Any


Behave = Callable[[Asked, SocketStream], Awaitable[bool]]
"""Answers a request; says whether the connection stays open."""


class Server:
    """An HTTP/1.1 server on a loopback port, for answers that no sane server gives."""

    def __init__(self, behave: Behave) -> None:
        self.behave = behave
        self.asked = 0
        self.connections = 0
        self.most_connections = 0
        self.base_url = ""

    @asynccontextmanager
    async def run(self) -> AsyncIterator[Server]:
        listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
        async with listener, anyio.create_task_group() as tasks:
            self.base_url = f"http://127.0.0.1:{listener.extra(SocketAttribute.local_port)}"
            tasks.start_soon(listener.serve, self._connection)
            yield self
            tasks.cancel_scope.cancel()

    async def _connection(self, stream: SocketStream) -> None:
        self.connections += 1
        self.most_connections = max(self.connections, self.most_connections)
        try:
            async with stream:
                while await self._request(stream):
                    pass
        except (anyio.BrokenResourceError, anyio.EndOfStream, anyio.ClosedResourceError, OSError):
            pass
        finally:
            self.connections -= 1

    async def _request(self, stream: SocketStream) -> bool:
        data = b""
        while b"\r\n\r\n" not in data:
            data += await stream.receive()
        head, _, body = data.partition(b"\r\n\r\n")
        text = head.decode("latin-1").lower()
        length = next((int(line[15:]) for line in text.split("\r\n") if line.startswith("content-length:")), 0)
        while len(body) < length:
            body += await stream.receive()
        packed = "content-encoding: gzip" in text
        self.asked += 1
        asked = Asked(self.asked, text, json.loads(gzip.decompress(body) if packed else body) if body else None)
        return await self.behave(asked, stream)


def raw(
    payload: bytes,
    *,
    status: int = 200,
    packed: bool = False,
    length: int | None = None,
    kind: str = "application/json",
) -> bytes:
    """The bytes of an answer; `length` lies about the body."""
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nx-request-id: rid-1\r\n"
    head += f"Content-Length: {len(payload) if length is None else length}\r\n"
    head += "Content-Encoding: gzip\r\n" if packed else ""
    return head.encode() + b"\r\n" + payload


def reset(stream: SocketStream) -> None:
    """Make the next close send a TCP reset."""
    sock = stream.extra(SocketAttribute.raw_socket)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
