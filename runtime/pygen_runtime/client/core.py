"""What all parts of a client share: its transport, its tasks and its settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NoReturn, TypeVar

import msgspec
from anyio.abc import TaskGroup

from pygen_runtime.client.checkpoint import Checkpoint, fingerprint, read_checkpoint
from pygen_runtime.client.cursor_stream import CursorStream
from pygen_runtime.client.host import TaskHost
from pygen_runtime.client.walk import Fetch, OnExpired, PageWalk
from pygen_runtime.errors import ClientClosedError, UsageError
from pygen_runtime.schema.codec import NO_JSON, encode
from pygen_runtime.transport import ClientSettings, Operation, Transport

T = TypeVar("T")
R = TypeVar("R")

_HOW = "use it as `async with client:`, once"


def unpicklable() -> UsageError:
    """The error for a client, or a query of one, that is pickled or copied deeply, such as for a process of `multiprocessing`."""
    return UsageError(
        "a client holds connections and credentials, so neither it nor its queries can be pickled or copied deeply: "
        "make a client in each process; objects that were read can be pickled"
    )


class Core:
    """Opens and closes the transport and the task group together.

    Args:
        transport: Sends requests.
        settings: How the client behaves.
    """

    def __init__(self, transport: Transport, settings: ClientSettings) -> None:
        self.transport, self.settings = transport, settings
        self._owner = self  # of the tasks; a view has another
        self._host: TaskHost | None = None
        self._used = False

    def __reduce__(self) -> NoReturn:
        raise unpicklable()

    def with_settings(self, settings: ClientSettings) -> Core:
        """A view: the same tasks and connections, but other time-outs, retries and page sizes."""
        view = Core(self.transport.with_settings(settings), settings)
        view._owner = self._owner
        return view

    async def open(self) -> None:
        """Start to work.

        Raises:
            ClientClosedError: That has happened before.
            UsageError: Connections cannot be made with these settings or this environment.
        """
        if self._owner is not self:
            raise UsageError(
                "open the client itself with `async with client:`; what with_options() gives only looks through it"
            )
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
        host, self._host = self._host, None
        if host is None:
            self.tasks()  # says what is wrong
        else:
            await host.close()

    def tasks(self) -> TaskGroup:
        """The client's tasks.

        Raises:
            ClientClosedError: The client is not open.
        """
        host = self._owner._host  # noqa: SLF001  # it is one of us
        if host is None or host.ended:
            state = "closed" if self._owner._used else "not open yet"  # noqa: SLF001  # it is one of us
            raise ClientClosedError(f"the client is {state}; {_HOW}, and ask inside the block")
        return host.tasks

    async def call(
        self,
        method: str,
        path: str,
        *,
        operation: Operation,
        reply: msgspec.json.Decoder[R],
        body: object = None,
        params: Sequence[tuple[str, str]] = (),
        in_project: bool = True,
        lost: Callable[[], object] = lambda: None,
    ) -> R:
        """One request; see `Transport.call`. The body may be anything that has a JSON form."""
        self.tasks()
        return await self.transport.call(
            method,
            path,
            operation=operation,
            reply=reply,
            body=None if body is None else _json(body, f"{method} {path}"),
            params=tuple(params),
            in_project=in_project,
            lost=lost,
        )

    def stream(
        self,
        fetch: Fetch[T],
        *,
        limit: int | None = None,
        prefetch: int = 1,
        page_size: int | None = None,
        request: object = None,
        resume: str | None = None,
        on_expired: OnExpired = "raise",
    ) -> CursorStream[Sequence[T]]:
        """See `AsyncPygenClient.stream`."""
        if limit is not None and limit < 0:
            raise UsageError(f"limit must be 0 or more, or None for all rows, not {limit}")
        if prefetch < 0:
            raise UsageError(f"prefetch must be 0 or more pages, not {prefetch}")
        if on_expired not in ("raise", "restart"):
            raise UsageError(f'on_expired must be "raise" or "restart", not {on_expired!r}')
        size = self.settings.page_size if page_size is None else page_size
        if size < 1:
            raise UsageError(f"page_size must be at least 1, not {size}")
        own = None if request is None else fingerprint([self.transport.project, request])
        start = Checkpoint(request=own or "") if resume is None else read_checkpoint(resume, own or "")
        walk = PageWalk(
            fetch,
            limit=limit,
            page_size=size,
            start=start,
            on_expired=on_expired,
            tell=self.transport.tell_size,
        )
        return CursorStream(self.tasks, walk, prefetch, request=own, again=start.again)


def _json(body: object, where: str) -> bytes:
    try:
        return encode(body)
    except NO_JSON as error:
        raise UsageError(f"{where} was not sent, because a value in it cannot be written as JSON: {error}") from error
