"""The request journal: what was asked of the server and how it answered, for tests to look at. It holds no bodies and no tokens."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any, Final

import msgspec
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pygen.server.documents import Document
from pygen.server.operations import operation_of

CAPACITY: Final = 10_000
"""Entries that a journal keeps; the oldest go first."""

_KEY: Final = "pygen.entry"
_LONGEST_PATH: Final = 500


class Entry(msgspec.Struct, kw_only=True, rename="camel"):
    """One request.

    Attributes:
        number: Position in the journal, from 1.
        method: HTTP method.
        path: Path without query, at most 500 characters of it.
        operation: The path below the project without `models/`, such as `instances/list`.
        status: HTTP status; None where the connection broke before it.
        items: Items in the answer, where it has some.
        request_id: `x-request-id` of the answer.
        duration: Seconds from the request's head to the last piece of the answer.
        fault: Kind of fault that a plan put in: the `type` of its action, `delay`, or `budget`.
    """

    number: int = 0
    method: str
    path: str
    operation: str
    status: int | None = None
    items: int | None = None
    request_id: str | None = None
    duration: float = 0.0
    fault: str | None = None


class Journal:
    """The last requests of a server; it can be read from any thread.

    Args:
        capacity: Entries to keep.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._entries: deque[Entry] = deque(maxlen=capacity)
        self._count = 0
        self._lock = threading.Lock()

    def add(self, entry: Entry) -> None:
        """Write an entry; its number is set."""
        with self._lock:
            self._count += 1
            entry.number = self._count
            self._entries.append(entry)

    def entries(self, operation: str = "*", *, after: int = 0) -> list[Entry]:
        """Entries that are still there, oldest first. Those of answered requests are: they are written before the answer ends.

        Args:
            operation: Which operations, with `*` and `?` standing for others.
            after: Only entries with a higher number.
        """
        with self._lock:
            return [one for one in self._entries if one.number > after and fnmatchcase(one.operation, operation)]

    def clear(self) -> None:
        """Forget all entries; numbers go on."""
        with self._lock:
            self._entries.clear()

    def __len__(self) -> int:
        return len(self._entries)


class JournalLayer:
    """Writes down every request to the API that passes.

    Args:
        app: The application inside.
        journal: Where to write.
        clock: Seconds, going on evenly.
    """

    def __init__(self, app: ASGIApp, journal: Journal, clock: Callable[[], float] = time.perf_counter) -> None:
        self._app = app
        self._journal = journal
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and write it down."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        operation = operation_of(scope)
        entry = Entry(
            method=scope["method"], path=scope["path"][:_LONGEST_PATH], operation=operation.name[:_LONGEST_PATH]
        )
        noting = _Noting(entry, self._journal, self._clock)

        async def noting_send(message: Message) -> None:
            noting.see(message)
            await send(message)

        try:
            await self._app({**scope, _KEY: noting}, receive, noting_send)
        finally:
            noting.finish()


class _Noting:
    """The entry of a request under way."""

    def __init__(self, entry: Entry, journal: Journal, clock: Callable[[], float]) -> None:
        self.entry = entry
        self._journal = journal
        self._clock = clock
        self._began = clock()
        self._finished = False

    def see(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.entry.status = message["status"]
            self.entry.request_id = Headers(raw=message["headers"]).get("x-request-id")
        elif not message.get("more_body", False):
            self.finish()

    def finish(self) -> None:
        if not self._finished:
            self._finished = True
            self.entry.duration = self._clock() - self._began
            self._journal.add(self.entry)


def note_answer(scope: Scope, answer: dict[str, Any] | bytes) -> None:
    """Tell the journal, if there is one, how many items the answer to a request holds."""
    noting: _Noting | None = scope.get(_KEY)
    if noting is None:
        return
    if isinstance(answer, Document):
        noting.entry.items = answer.item_count
    elif isinstance(answer, dict) and isinstance(items := answer.get("items"), list):
        noting.entry.items = len(items)


def note_fault(scope: Scope, fault: str) -> None:
    """Tell the journal, if there is one, what a plan does to a request."""
    noting: _Noting | None = scope.get(_KEY)
    if noting is not None:
        noting.entry.fault = fault


def finish(scope: Scope) -> None:
    """Write the entry now: the connection is about to break."""
    noting: _Noting | None = scope.get(_KEY)
    if noting is not None:
        noting.finish()
