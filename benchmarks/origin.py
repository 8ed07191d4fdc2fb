"""A loopback server whose answers are prepared beforehand, so that only clients are measured: `python -m benchmarks.origin`.

It answers what the contenders ask when they read or write one view: lists (whole, or by ranges of external ids), counts of
these, queries, views and data models by id, upserts.
Pages are encoded and compressed when they are first asked for (each contender warms up before it is measured), then sent as
they are. It also tells what was written since it was asked last (`tally`), and how many pages it sent (`pages`). Anything else is answered 501 with its path, so that a contender that needs more is noticed.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import signal
import time
from bisect import bisect_right
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from benchmarks import model

_PAGE = 1000  # the most instances in one answer
_KEPT = 2**16  # bytes of a request's head at most
_EARLY = 0.002  # seconds: an event loop wakes at whole milliseconds, and never before its time
_encode = msgspec.json.Encoder().encode


class _Tally(msgspec.Struct):
    """What was written, as drivers count what they read."""

    count: int = 0
    starts: int = 0
    capacity: float = 0.0
    letters: int = 0

    def add(self, properties: dict[str, Any]) -> None:
        """Counts one instance."""
        self.count += 1
        self.starts += properties["starts"]
        self.capacity += properties["capacity"]
        self.letters += len(properties["name"])


class Answers:
    """Prepared answers by what is asked.

    Args:
        rows: Instances of the view.
        definitions: What the API answers for the view and the data model, made by the local server.
    """

    def __init__(self, rows: int, definitions: dict[str, Any]) -> None:
        self._rows = rows
        self._definitions = definitions
        self._pages: dict[tuple[str, int, int, int], bytes] = {}
        self._sent = 0
        self._tally = _Tally()

    def answer(self, method: str, path: str, body: bytes) -> bytes:
        """The whole answer to one request, head included."""
        resource = path.partition("?")[0].rstrip("/").partition("/models/")[2]
        asked = msgspec.json.decode(body) if body else {}
        match resource:
            case "instances/list":
                return self._list(asked)
            case "instances/aggregate":
                return self._count(asked)
            case "instances/query":
                return self._query(asked)
            case "instances":
                return self._written(asked["items"])
            case _:
                return self._told(resource) or _refused(f"not prepared: {method} {path}")

    def _told(self, resource: str) -> bytes | None:
        """The definitions, and what happened here."""
        match resource:
            case "views" | "views/byids":
                found: Any = {"items": self._definitions["views"]}
            case "datamodels/byids":
                found = {"items": [self._definitions["data_model"]]}
            case "tally":
                found, self._tally = self._tally, _Tally()
            case "pages":
                found = {"sent": self._sent}
            case _:
                return None
        return _whole(_encode(found), packed=resource not in ("tally", "pages"))

    def _list(self, asked: dict[str, Any]) -> bytes:
        start, end = self._span(asked.get("filter"))
        size = min(asked.get("limit", _PAGE), _PAGE)
        if asked.get("sort", [{}])[0].get("direction") == "descending":  # only the last one is ever asked for
            start = max(start, end - size)
        return self._page("", max(int(asked.get("cursor") or 0), start), size, end)

    def _count(self, asked: dict[str, Any]) -> bytes:
        start, end = self._span(asked.get("filter"))
        counts = [{"aggregate": "count", **one["count"], "value": end - start} for one in asked["aggregates"]]
        return _whole(_encode({"items": [{"instanceType": "node", "aggregates": counts}]}))

    def _span(self, condition: Any) -> tuple[int, int]:
        """Which instances meet a filter: ranges of external ids, or several of these, as partitions ask for; all of them if none."""
        start, end = 0, self._rows
        for one in (condition or {}).get("and", [condition] if condition else []):
            if "and" in one:
                low, high = self._span(one)
                start, end = max(start, low), min(end, high)
            elif one.get("range", {}).get("property") == ["node", "externalId"]:
                low, high = (one["range"].get(side) for side in ("gt", "lte"))
                start = start if low is None else max(start, self._upto(low))
                end = end if high is None else min(end, self._upto(high))
        return start, max(start, end)

    def _upto(self, external_id: str) -> int:
        return bisect_right(range(self._rows), external_id, key=model.external_id)

    def _query(self, asked: dict[str, Any]) -> bytes:
        """The first result set in pages, and nothing in any other: none of them is needed to read one view."""
        name, wanted = next(iter(asked["with"].items()))
        cursor = (asked.get("cursors") or {}).get(name)
        return self._page(name, int(cursor or 0), wanted.get("limit", _PAGE), self._rows)

    def _written(self, items: Sequence[dict[str, Any]]) -> bytes:
        for item in items:
            self._tally.add(item["sources"][0]["properties"])
        answered = {"instanceType": "node", "version": 1, "wasModified": True, "createdTime": 1, "lastUpdatedTime": 1}
        ids = [{"space": item["space"], "externalId": item["externalId"]} for item in items]
        return _whole(_encode({"items": [{**answered, **one} for one in ids]}))

    def _page(self, name: str, start: int, size: int, last: int) -> bytes:
        self._sent += 1
        key = (name, start, size, last)
        if key not in self._pages:
            self._pages[key] = _whole(self._encoded(*key))
        return self._pages[key]

    def _encoded(self, name: str, start: int, size: int, last: int) -> bytes:
        end = min(start + size, last)
        items = [model.node(number) for number in range(start, end)]
        cursor = str(end) if end < last else None
        if name:
            return _encode({"items": {name: items}, "nextCursor": {name: cursor}})
        return _encode({"items": items, "nextCursor": cursor} if cursor else {"items": items})


def _refused(message: str) -> bytes:
    return _whole(_encode({"error": {"code": 501, "message": message}}), status="501 Not Implemented")


def _whole(body: bytes, *, status: str = "200 OK", packed: bool = True) -> bytes:
    sent = gzip.compress(body, 6) if packed else body
    encoding = "gzip" if packed else "identity"
    head = (
        f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-encoding: {encoding}\r\n"
        f"content-length: {len(sent)}\r\nx-request-id: benchmark\r\n\r\n"
    )
    return head.encode() + sent


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
        loop = asyncio.get_running_loop()
        due = loop.time() + self._latency  # the time that preparing the answer takes is no part of it
        body, self._received = rest[:length], rest[length:]
        if headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        method, path, _ = first.split(" ")
        answer = self._answers.answer(method, path, body)
        loop.call_at(due - _EARLY, self._send, answer, due)

    def _send(self, answer: bytes, due: float) -> None:
        """Answers at the moment, and not a millisecond later."""
        while time.monotonic() < due:
            pass
        self._transport.write(answer)


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
