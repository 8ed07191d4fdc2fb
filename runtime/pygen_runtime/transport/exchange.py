"""One request and its answer, in a task that the client owns.

The HTTP library loses a place in its connection pool each time a request is cancelled inside it, and after enough of
them nothing can be sent any more. So no cancellation may reach it: a caller who gives up only stops waiting, and the
exchange is finished, or closed between two chunks, by its own task. Only the client, when it closes, cancels these tasks.
"""

from __future__ import annotations

from dataclasses import dataclass

import anyio
from anyio.abc import TaskGroup

from pygen_runtime.errors import ClientClosedError
from pygen_runtime.transport.clock import Clock
from pygen_runtime.transport.credentials import Credentials
from pygen_runtime.transport.events import Attempt, AttemptEnded, AttemptStarted
from pygen_runtime.transport.gate import Gates
from pygen_runtime.transport.observer import Observer
from pygen_runtime.transport.wire import Answer, Outcome, Wire, WireRequest

CLOSED = "the client was closed; ask inside its `async with` block, or make a new client"


@dataclass(frozen=True, slots=True)
class Line:
    """What all exchanges of an open client share.

    Attributes:
        wire: Sends requests.
        tasks: The tasks that the client owns.
        gates: Places, for each kind of operation.
        credentials: Where tokens come from.
        clock: Time.
    """

    wire: Wire
    tasks: TaskGroup
    gates: Gates
    credentials: Credentials
    clock: Clock


class Exchange:
    """One try at one request.

    Args:
        line: What it is sent through. Its place in the gate is held from sending until the answer is whole, even if nobody waits
            any more.
        request: What to send.
        attempt: Which try at which call it is.
        observer: Told when it starts and ends.

    Attributes:
        token: The token that it is made with, once there is one.
        sent: Whether the request may have reached the server.
    """

    def __init__(self, line: Line, request: WireRequest, attempt: Attempt, observer: Observer) -> None:
        self.token, self.sent = "", False
        self._line, self._request, self._attempt, self._observer = line, request, attempt, observer
        self._asked = line.clock.now()
        self._done = anyio.Event()
        self._queue = anyio.CancelScope()
        self._wanted = True
        self._outcome: Outcome | Exception = ClientClosedError(CLOSED)

    async def perform(self) -> Outcome:
        """Run in the client's tasks and wait for the outcome; leaving early, for whatever reason, leaves the exchange to its task.

        Raises:
            Exception: What the credentials raised.
            ClientClosedError: The client was closed meanwhile.
        """
        self._line.tasks.start_soon(self._run)
        try:
            await self._done.wait()
        finally:
            self._wanted = False
            self._queue.cancel()
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return self._outcome

    async def _run(self) -> None:
        gate = self._line.gates.of(self._attempt.operation)
        try:
            # The token first: a slow token server must not keep others from sending.
            self.token = await self._line.credentials.token()
            entered: int | None = None
            with self._queue:
                entered = await gate.enter(self)
            if entered is not None:
                outcome: Outcome | None = None
                try:
                    outcome = await self._send()
                finally:
                    gate.leave(self, entered, outcome)
        except Exception as error:  # noqa: BLE001  # raised again in the task that waits for the outcome
            self._outcome = error
        finally:
            self._done.set()

    async def _send(self) -> Outcome | None:
        """The outcome; None if nobody waits for it, and so nothing was sent."""
        if not self._wanted:
            return None
        self.sent = True
        started, shows = self._line.clock.now(), self._observer.bodies
        body = self._request.body
        self._observer.tell(AttemptStarted(self._attempt, len(body), body if shows else None))
        outcome: Outcome | None = None
        try:
            outcome = self._outcome = await self._line.wire.send(self._request, self.token, self._is_wanted)
        finally:
            self._observer.tell(self._ended(outcome, started))
        return outcome

    def _ended(self, outcome: Outcome | None, started: float) -> AttemptEnded:
        times = (started - self._asked, self._line.clock.now() - started)
        if outcome is None:
            return AttemptEnded(self._attempt, 0, None, "it was not finished", *times, received=0)
        return AttemptEnded(
            self._attempt,
            outcome.status,
            outcome.request_id,
            None if isinstance(outcome, Answer) else outcome.reason,
            *times,
            received=outcome.received,
            body=outcome.body if isinstance(outcome, Answer) and self._observer.bodies else None,
        )

    def _is_wanted(self) -> bool:
        return self._wanted
