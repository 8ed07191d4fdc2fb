"""How fast the local server answers: loading, streaming, and pages by filter, order and depth."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import httpx
import msgspec

from benchmarks import model, query_plans
from benchmarks.contenders import Row, Run

_PAGE = 1000
_SOURCE = {"source": {"type": "view", "space": model.SPACE, "externalId": model.VIEW, "version": model.VERSION}}
_INSTANCES = "/models/instances"


class Server(NamedTuple):
    """`pygen serve`, as a user starts it."""

    api: httpx.Client
    process: subprocess.Popen[str]
    ready: float


class Figure(NamedTuple):
    """One figure.

    Attributes:
        what: What was measured.
        value: How much it was.
        unit: Of the value.
        asked: The request, where it was one.
        instances: How many it was answered with.
        plan: How SQLite read them.
    """

    what: str
    value: float
    unit: str
    asked: dict[str, Any] | None = None
    instances: int | None = None
    plan: str | None = None


class Page(NamedTuple):
    """A page that is asked for.

    Attributes:
        what: Which one it is.
        asked: The request for the first page of its list.
        before: How many pages are skipped first, if there are so many.
    """

    what: str
    asked: dict[str, Any]
    before: int = 0


class Stream(NamedTuple):
    """All pages, one after the other.

    Attributes:
        times: Seconds that each took.
        last: The request for the last one.
    """

    times: list[float]
    last: dict[str, Any]

    def depths(self) -> list[Figure]:
        """The time of a page at the beginning and at the end, which should be the same."""
        tenth = max(1, len(self.times) // 10)
        first, last = median(self.times[:tenth]), median(self.times[-tenth:])
        return [
            _figure("no filter, a page of the first tenth", first * 1e3, "ms", _asked(), _PAGE),
            _figure("no filter, a page of the last tenth", last * 1e3, "ms", self.last, _PAGE),
        ]


def measure(how: Run) -> list[Row]:
    """Figures of one server with a tenth of the rows, and of one with all of them, each with its database on disk."""
    few, many = how.rows // 10, how.rows
    found = {rows: _measure(rows, how) for rows in (few, many)}
    return [
        {
            "what": one.what,
            "unit": one.unit,
            f"{few:,} rows": one.value,
            f"{many:,} rows": other.value,
            "instances in a page": other.instances,
            "plan": other.plan,
        }
        for one, other in zip(found[few], found[many], strict=True)
    ]


def _measure(rows: int, how: Run) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "bench.db"
        found = _served_figures(database, rows, how)
        plans = query_plans.plans(database, {one.what: one.asked for one in found if one.asked})
    return [one._replace(plan=plans.get(one.what)) for one in found]


def _served_figures(database: Path, rows: int, how: Run) -> list[Figure]:
    with _served(database) as server:
        found = [_figure("ready after", server.ready * 1e3, "ms")]
        _deploy(server.api)
        how.progress(f"server: loading {rows:,} instances")
        found.append(_figure("load", rows / _load(server.api, rows), "instances/s"))
        how.progress(f"server: streaming {rows:,}")
        plain, packed = (_stream(server.api, encoding) for encoding in ("identity", "gzip"))
        found += [
            _figure("all of them, not packed", rows / sum(plain.times), "instances/s"),
            _figure("all of them, gzip", rows / sum(packed.times), "instances/s"),
            *packed.depths(),
        ]
        for page in _pages(rows):
            how.progress(f"server: {page.what}, {rows:,} rows")
            found.append(_paged(server.api, page, how.rounds))
        found.append(_figure("memory, the mapped database included", _memory(server.process.pid) / 1e6, "MB"))
    return found


def _pages(rows: int) -> list[Page]:
    """By filter, order and depth; there are so many rows."""
    middle = model.properties(rows // 2)

    def prop(name: str) -> list[str]:
        return [model.SPACE, f"{model.VIEW}/{model.VERSION}", name]

    def equals(name: str, value: Any) -> dict[str, Any]:
        return _asked(filter={"equals": {"property": prop(name), "value": value}})

    def sorted_by(name: str) -> dict[str, Any]:
        return _asked(sort=[{"property": prop(name), "direction": "descending"}])

    an_eighth = _asked(filter={"range": {"property": prop("capacity"), "gt": 6000}})
    return [
        Page("equals, indexed property", equals("serialNumber", middle["serialNumber"])),
        Page("equals, no index", equals("name", middle["name"])),
        Page("equals, direct relation", equals("site", {"space": model.SPACE, "externalId": model.external_id(7)})),
        Page("range, no index, first page", an_eighth),
        Page("range, no index, 10 pages on", an_eighth, before=10),
        Page("sorted by an indexed property, first page", sorted_by("serialNumber")),
        Page("sorted by an indexed property, 50 pages on", sorted_by("serialNumber"), before=50),
        Page("sorted by another property, first page", sorted_by("efficiency")),
    ]


def _asked(**more: Any) -> dict[str, Any]:
    return {"instanceType": "node", "sources": [_SOURCE], "limit": _PAGE, **more}


def _paged(api: httpx.Client, page: Page, rounds: int) -> Figure:
    """The time of a page, which is asked for once more than it is measured."""
    asked = page.asked
    for _ in range(page.before):
        if cursor := _cursor(_post(api, f"{_INSTANCES}/list", asked)):
            asked = {**asked, "cursor": cursor}
    ask = partial(_post, api, f"{_INSTANCES}/list", asked)
    instances = ask().count(b'"instanceType":')
    took = median(_timed(ask) for _ in range(rounds))
    return _figure(page.what, took * 1e3, "ms", asked, instances)


@contextmanager
def _served(database: Path) -> Iterator[Server]:
    begun = time.perf_counter()
    command = [sys.executable, "-m", "pygen", "serve", "--port", "0", "--database", str(database)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        try:
            address = next(line.split()[-1] for line in process.stdout if line.startswith("Listening on "))
            ready = time.perf_counter() - begun
            headers = {"authorization": "Bearer bench"}
            with httpx.Client(base_url=f"{address}/api/v1/projects/bench", headers=headers, timeout=120) as api:
                yield Server(api, process, ready)
        finally:
            process.terminate()


def _deploy(api: httpx.Client) -> None:
    container = {**model.container(), "indexes": {"serial": {"indexType": "btree", "properties": ["serialNumber"]}}}
    _post(api, "/models/spaces", {"items": [{"space": model.SPACE}]})
    _post(api, "/models/containers", {"items": [container]})
    _post(api, "/models/views", {"items": [model.view()]})


def _load(api: httpx.Client, rows: int) -> float:
    """Seconds that the server takes, without those for making the requests."""
    spent = 0.0
    for start in range(0, rows, _PAGE):
        items = [_write(number) for number in range(start, min(start + _PAGE, rows))]
        body = msgspec.json.encode({"items": items})
        spent += _timed(partial(_post, api, _INSTANCES, body))
    return spent


def _write(number: int) -> dict[str, Any]:
    sources = [{**_SOURCE, "properties": model.properties(number)}]
    return {"instanceType": "node", "space": model.SPACE, "externalId": model.external_id(number), "sources": sources}


def _stream(api: httpx.Client, encoding: str) -> Stream:
    """Reads all pages."""
    asked = _asked()
    times: list[float] = []
    while True:
        begun = time.perf_counter()
        page = _raw(api, msgspec.json.encode(asked), encoding)
        times.append(time.perf_counter() - begun)
        cursor = _cursor(page)
        if cursor is None:
            return Stream(times, asked)
        asked = _asked(cursor=cursor)


def _raw(api: httpx.Client, body: bytes, encoding: str) -> bytes:
    """The bytes of a page, decompressed here as plainly as can be, so that the client costs as little as possible."""
    headers = {"accept-encoding": encoding}
    with api.stream("POST", f"{_INSTANCES}/list", content=body, headers=headers) as answer:
        answer.raise_for_status()
        received = b"".join(answer.iter_raw())
    return zlib.decompress(received, 31) if encoding == "gzip" else received


def _cursor(page: bytes) -> str | None:
    tail = page[page.rfind(b'"nextCursor":') :]
    return str(msgspec.json.decode(b"{" + tail)["nextCursor"]) if tail.startswith(b'"nextCursor":"') else None


def _post(api: httpx.Client, path: str, body: bytes | dict[str, Any]) -> bytes:
    answer = api.post(path, content=body if isinstance(body, bytes) else msgspec.json.encode(body))
    answer.raise_for_status()
    return answer.content


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _memory(process: int) -> int:
    """Bytes that the server keeps in memory, the mapped database included; 0 where the system does not tell."""
    status = Path(f"/proc/{process}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS")), 0)


def _figure(
    what: str, value: float, unit: str, asked: dict[str, Any] | None = None, instances: int | None = None
) -> Figure:
    return Figure(what, round(value, 1), unit, asked, instances)
