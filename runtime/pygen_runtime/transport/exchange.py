"""One request and its answer, in a task that the client owns.

The HTTP library loses a place in its connection pool each time a request is cancelled inside it, and after enough of
them nothing can be sent any more. So no cancellation may reach it: a caller who gives up only stops waiting, and the
exchange is finished, or closed between two chunks, by its own task. Only the client, when it closes, cancels these tasks.
"""

from __future__ import annotations

import anyio
from anyio.abc import TaskGroup

from pygen_runtime.errors import ClientClosedError
from pygen_runtime.transport.credentials import Credentials
from pygen_runtime.transport.wire import Outcome, Wire, WireRequest

CLOSED = "the client was closed; ask inside its `async with` block, or make a new client"


class Exchange:
    """One try at one request.

    Args:
        wire: Sends it.
        request: What to send.
        credentials: Where the token comes from.
        limiter: Its place in this limiter is held from sending until the answer is whole, even if nobody waits any more.
    """

    def __init__(
        self, wire: Wire, request: WireRequest, credentials: Credentials, limiter: anyio.CapacityLimiter
    ) -> None:
        self.token = ""
        self._wire, self._request, self._credentials, self._limiter = wire, request, credentials, limiter
        self._done = anyio.Event()
        self._queue = anyio.CancelScope()
        self._wanted = True
        self._outcome: Outcome | Exception = ClientClosedError(CLOSED)

    async def perform(self, tasks: TaskGroup) -> Outcome:
        """Run in `tasks` and wait for the outcome; leaving early, for whatever reason, leaves the exchange to its task.

        Raises:
            Exception: What the credentials raised.
            ClientClosedError: The client was closed meanwhile.
        """
        tasks.start_soon(self._run)
        try:
            await self._done.wait()
        finally:
            self._wanted = False
            self._queue.cancel()
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return self._outcome

    async def _run(self) -> None:
        try:
            # The token first: a slow token server must not keep others from sending.
            self.token = await self._credentials.token()
            held = False
            with self._queue:
                await self._limiter.acquire_on_behalf_of(self)
                held = True
            if held:
                await self._send()
        except Exception as error:  # noqa: BLE001  # raised again in the task that waits for the outcome
            self._outcome = error
        finally:
            self._done.set()

    async def _send(self) -> None:
        try:
            if self._wanted:
                self._outcome = await self._wire.send(self._request, self.token, self._is_wanted)
        finally:
            self._limiter.release_on_behalf_of(self)

    def _is_wanted(self) -> bool:
        return self._wanted
