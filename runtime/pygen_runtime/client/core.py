"""What all parts of a client share: its transport, its tasks and its settings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import msgspec
from anyio.abc import TaskGroup

from pygen_runtime.client.host import TaskHost
from pygen_runtime.client.paging import Fetch, PageStream, PageWalk
from pygen_runtime.errors import ClientClosedError, UsageError
from pygen_runtime.schema.codec import encode
from pygen_runtime.transport import ClientSettings, Operation, Transport

T = TypeVar("T")
R = TypeVar("R")

_HOW = "use it as `async with client:`, once"


class Core:
    """Opens and closes the transport and the task group together.

    Args:
        transport: Sends requests.
        settings: How the client behaves.
    """

    def __init__(self, transport: Transport, settings: ClientSettings) -> None:
        self.transport, self.settings = transport, settings
        self._host: TaskHost | None = None
        self._used = False

    async def open(self) -> None:
        """Start to work.

        Raises:
            ClientClosedError: That has happened before.
            UsageError: Connections cannot be made with these settings or this environment.
        """
        if self._used:
            raise ClientClosedError(f"this client has been opened before; {_HOW}, and make a new one to go on")
        host = TaskHost(self.transport.aclose)
        self.transport.open(host.tasks)
        self._host, self._used = host, True
        await host.open()

    async def close(self) -> None:
        """End all tasks, then close all connections.

        Raises:
            ClientClosedError: The client is not open.
        """
        self.tasks()
        host, self._host = self._host, None
        if host is not None:
            await host.close()

    def tasks(self) -> TaskGroup:
        """The client's tasks.

        Raises:
            ClientClosedError: The client is not open.
        """
        if self._host is None:
            state = "closed" if self._used else "not open yet"
            raise ClientClosedError(f"the client is {state}; {_HOW}, and ask inside the block")
        return self._host.tasks

    async def call(
        self,
        method: str,
        path: str,
        *,
        operation: Operation,
        reply: msgspec.json.Decoder[R],
        body: object = None,
        params: Sequence[tuple[str, str]] = (),
    ) -> R:
        """One request; see `Transport.call`. The body may be anything that has a JSON form."""
        self.tasks()
        return await self.transport.call(
            method,
            path,
            operation=operation,
            reply=reply,
            body=None if body is None else _json(body),
            params=tuple(params),
        )

    def stream(
        self, fetch: Fetch[T], *, limit: int | None = None, prefetch: int = 1, page_size: int | None = None
    ) -> PageStream[T]:
        """See `AsyncPygenClient.stream`."""
        if limit is not None and limit < 0:
            raise UsageError(f"limit must be 0 or more, or None for all rows, not {limit}")
        if prefetch < 0:
            raise UsageError(f"prefetch must be 0 or more pages, not {prefetch}")
        size = self.settings.page_size if page_size is None else page_size
        if size < 1:
            raise UsageError(f"page_size must be at least 1, not {size}")
        return PageStream(self.tasks, PageWalk(fetch, limit=limit, page_size=size), prefetch)


def _json(body: object) -> bytes:
    try:
        return encode(body)
    except (TypeError, ValueError, NotImplementedError, OverflowError, RecursionError) as error:
        raise UsageError(f"a value cannot be written as JSON: {error}") from error
