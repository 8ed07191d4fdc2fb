"""Instances behind an httpx transport that lists, filters, sorts and counts, in whatever order it has for texts."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import anyio.lowlevel
import httpx
import msgspec

from pygen_runtime.schema import ViewId
from tests.runtime.support import refused

VIEW = ViewId("s", "V", "1")
VALUE = ("s", "V/1", "value")
EXTERNAL_ID = ("node", "externalId")

Row = tuple[str, str, Any]
"""Space, external id, and the one property; None is null."""


def _code_points(text: str) -> Any:
    return text


@dataclass
class ScanStore(httpx.AsyncBaseTransport):
    """Answers list and aggregate.

    Attributes:
        rows: What is stored, in the order of the server.
        collate: What texts are ordered by; it must tell any two texts apart.
        count: What is told instead of a count.
        heaviest: Rows above which a page is answered with 408.
        fault: Asked before each answer: one to give instead.
        bodies: What was asked.
    """

    rows: Sequence[Row]
    collate: Callable[[str], Any] = _code_points
    count: Callable[[int], int] = lambda number: number
    heaviest: int = 1000
    fault: Callable[[str, dict[str, Any]], httpx.Response | None] = lambda path, body: None
    bodies: list[dict[str, Any]] = field(default_factory=list)
    _known: dict[bytes, list[Row]] = field(default_factory=dict)
    under_way: int = 0
    most_under_way: int = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        content = await request.aread()
        packed = request.headers.get("content-encoding") == "gzip"
        body = msgspec.json.decode(gzip.decompress(content) if packed else content)
        path = request.url.path.rpartition("/")[2]
        self.bodies.append({"path": path, **body})
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            await anyio.lowlevel.checkpoint()
            answer = self.fault(path, body)
        finally:
            self.under_way -= 1
        if answer is None:
            answer = self._aggregate(body) if path == "aggregate" else self._list(body)
        return answer

    def asked(self, path: str) -> list[dict[str, Any]]:
        """The bodies that were sent to one path."""
        return [body for body in self.bodies if body["path"] == path]

    def _list(self, body: dict[str, Any]) -> httpx.Response:
        if body["limit"] > self.heaviest:
            return refused(408, "Graph query timed out.")
        found = self._found(body.get("filter"), body.get("sort") or ())
        start = int(body.get("cursor") or 0)
        end = start + body["limit"]
        page = [_item(row) for row in found[start:end]]
        cursor = str(end) if end < len(found) else None
        return httpx.Response(200, content=msgspec.json.encode({"items": page, "nextCursor": cursor}))

    def _aggregate(self, body: dict[str, Any]) -> httpx.Response:
        number = self.count(len(self._found(body.get("filter"), ())))
        item = {"instanceType": "node", "aggregates": [{"aggregate": "count", "value": number}]}
        return httpx.Response(200, json={"items": [item]})

    def _found(self, condition: dict[str, Any] | None, sort: Sequence[dict[str, Any]]) -> list[Row]:
        asked = msgspec.json.encode([condition, sort])
        if asked not in self._known:
            found = [row for row in self.rows if self.meets(row, condition)]
            for key in sort:
                known = [row for row in found if self._value(row, key["property"]) is not None]
                known.sort(
                    key=lambda row: self._order(self._value(row, key["property"])),
                    reverse=key.get("direction") == "descending",
                )
                found = known + [row for row in found if self._value(row, key["property"]) is None]
            self._known[asked] = found
        return self._known[asked]

    def meets(self, row: Row, condition: dict[str, Any] | None) -> bool:
        """Whether a row meets a condition."""
        if condition is None:
            return True
        ((operator, operand),) = condition.items()
        match operator:
            case "and":
                return all(self.meets(row, one) for one in operand)
            case "not":
                return not self.meets(row, operand)
            case "prefix":
                return str(self._value(row, operand["property"])).startswith(operand["value"])
        value = self._value(row, operand["property"])
        if operator == "exists" or value is None:
            return value is not None
        if operator != "range":
            raise NotImplementedError(operator)
        mine = self._order(value)
        above = "gt" not in operand or mine > self._order(operand["gt"])
        return above and ("lte" not in operand or mine <= self._order(operand["lte"]))

    def _order(self, value: Any) -> Any:
        return self.collate(value) if isinstance(value, str) else value

    def _value(self, row: Row, reference: Sequence[str]) -> Any:
        return {"space": row[0], "externalId": row[1], "value": row[2]}[reference[-1]]


def _item(row: Row) -> dict[str, Any]:
    space, external_id, value = row
    properties = {"s": {"V/1": {} if value is None else {"value": value}}}
    times = {"version": 1, "createdTime": 0, "lastUpdatedTime": 0}
    return {"instanceType": "node", "space": space, "externalId": external_id, **times, "properties": properties}
