"""A loopback server whose answers are prepared beforehand, so that only clients are measured: `python -m benchmarks.origin`.

It answers what the contenders ask when they read or write one view: lists, queries, views and data models by id, upserts.
Pages are encoded and compressed when they are first asked for (each contender warms up before it is measured), then sent as
they are. Anything else is answered 501 with its path, so that a contender that needs more is noticed.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from benchmarks import model

_PAGE = 1000  # the most instances in one answer
_KEPT = 2**16  # bytes of a request's head at most
_encode = msgspec.json.Encoder().encode


class Answers:
    """Prepared answers by what is asked.

    Args:
        rows: Instances of the view.
        definitions: What the API answers for the view and the data model, made by the local server.
    """

    def __init__(self, rows: int, definitions: dict[str, Any]) -> None:
        self._rows = rows
        self._definitions = definitions
        self._pages: dict[tuple[str, int, int], bytes] = {}

    def answer(self, method: str, path: str, body: bytes) -> bytes:
        """The whole answer to one request, head included."""
        resource = path.partition("?")[0].rstrip("/").partition("/models/")[2]
        asked = msgspec.json.decode(body) if body else {}
        match resource:
            case "instances/list":
                return self._list(asked)
            case "instances/query":
                return self._query(asked)
            case "instances":
                return _written(asked["items"])
            case "views" | "views/byids":
                return _whole(_encode({"items": [self._definitions["view"]]}))
            case "datamodels/byids":
                return _whole(_encode({"items": [self._definitions["data_model"]]}))
            case _:
                error = {"code": 501, "message": f"not prepared: {method} {path}"}
                return _whole(_encode({"error": error}), status="501 Not Implemented")

    def _list(self, asked: dict[str, Any]) -> bytes:
        return self._page("", int(asked.get("cursor") or 0), min(asked.get("limit", _PAGE), _PAGE))

    def _query(self, asked: dict[str, Any]) -> bytes:
        """The first result set in pages, and nothing in any other: none of them is needed to read one view."""
        name, wanted = next(iter(asked["with"].items()))
        cursor = (asked.get("cursors") or {}).get(name)
        return self._page(name, int(cursor or 0), wanted.get("limit", _PAGE))

    def _page(self, name: str, start: int, size: int) -> bytes:
        key = (name, start, size)
        if key not in self._pages:
            self._pages[key] = _whole(self._encoded(*key))
        return self._pages[key]

    def _encoded(self, name: str, start: int, size: int) -> bytes:
        end = min(start + size, self._rows)
        items = [model.node(number) for number in range(start, end)]
        cursor = str(end) if end < self._rows else None
        if name:
            return _encode({"items": {name: items}, "nextCursor": {name: cursor}})
        return _encode({"items": items, "nextCursor": cursor} if cursor else {"items": items})


def _written(items: Sequence[dict[str, Any]]) -> bytes:
    results = [
        {
            "instanceType": "node",
            "space": item["space"],
            "externalId": item["externalId"],
            "version": 1,
            "wasModified": True,
            "createdTime": 1,
            "lastUpdatedTime": 1,
        }
        for item in items
    ]
    return _whole(_encode({"items": results}))


def _whole(body: bytes, *, status: str = "200 OK") -> bytes:
    packed = gzip.compress(body, 6)
    head = (
        f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\n"
        f"content-length: {len(packed)}\r\nx-request-id: benchmark\r\n\r\n"
    )
    return head.encode() + packed


class Connection(asyncio.Protocol):
    """One connection; requests come one after the other."""

    def __init__(self, answers: Answers, latency: float) -> None:
        self._answers = answers
        self._latency = latency
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Notes where to answer."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answers as soon as a request is whole."""
        self._received += data
        head, found, rest = self._received.partition(b"\r\n\r\n")
        if not found:
            if len(head) > _KEPT:
                self._transport.close()
            return
        first, *fields = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}
        length = int(headers.get("content-length", 0))
        if len(rest) < length:
            return
        body, self._received = rest[:length], rest[length:]
        if headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        method, path, _ = first.split(" ")
        answer = self._answers.answer(method, path, body)
        asyncio.get_running_loop().call_later(self._latency, self._transport.write, answer)


async def serve(rows: int, latency: float, definitions: dict[str, Any]) -> None:
    """Serves until the process is told to end; prints the address first."""
    answers = Answers(rows, definitions)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(answers, latency), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    print(f"http://127.0.0.1:{port}", flush=True)
    ended = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    await ended.wait()


def main() -> None:
    """Reads the definitions from a file, and serves."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before an answer leaves")
    parser.add_argument(
        "--definitions", type=Path, required=True, help="JSON file with the view and the data model as answered"
    )
    chosen = parser.parse_args()
    definitions = msgspec.json.decode(chosen.definitions.read_bytes())
    asyncio.run(serve(chosen.rows, chosen.latency, definitions))


if __name__ == "__main__":
    main()
