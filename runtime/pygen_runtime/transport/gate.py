"""How many requests of one kind may be under way at once, found out by asking: the budget belongs to the whole project.

Every refusal for load (429) takes places away, and many answers in a row give one back, as TCP does with its window. A larger
window costs a refused request if it is too early, so the patience until the next one is four times as long each time it was: once the
budget is found, far less than one request in a hundred is refused. What the server asks to wait, all requests of the kind wait.
"""

from __future__ import annotations

import math
from weakref import WeakValueDictionary

import anyio
from anyio.lowlevel import RunVar

from pygen_runtime.transport.clock import Clock
from pygen_runtime.transport.limits import Limits, Operation
from pygen_runtime.transport.retry import RetryPolicy, retry_after
from pygen_runtime.transport.wire import Answer, Outcome

_PATIENCE = 25
_MOST_PATIENCE = 1600
_KEPT = 0.8  # of the window, when it turns out to be too large
_REST = RetryPolicy(first_wait=1.0, longest_wait=15.0)


class Gate:
    """The places of one kind of operation.

    Args:
        most: Places when all is well.
        clock: Time.
    """

    def __init__(self, most: int, clock: Clock) -> None:
        self._most, self._clock = most, clock
        self._places = anyio.CapacityLimiter(most)
        self._opens = -math.inf
        self._shrunk = 0  # times; an answer to a request from before the last time says nothing new
        self._refused_alone = 0
        self._patience, self._good, self._enlarged = _PATIENCE, 0, False

    @property
    def window(self) -> int:
        """Requests that may be under way at once."""
        return int(self._places.total_tokens)

    @property
    def closed_for(self) -> float:
        """Seconds for which no request may start; not positive if one may."""
        return self._opens - self._clock.now()

    async def enter(self, who: object) -> int:
        """Wait for a place; give what is returned to `leave`."""
        await self._places.acquire_on_behalf_of(who)
        try:
            while (closed := self.closed_for) > 0:
                await self._clock.sleep(closed)
        except BaseException:
            self._places.release_on_behalf_of(who)
            raise
        return self._shrunk

    def leave(self, who: object, entered: int, outcome: Outcome | None) -> None:
        """Free the place, and learn from the outcome; None if there is none."""
        if isinstance(outcome, Answer):
            asked = None if outcome.ok else retry_after(outcome.headers)
            if asked is not None:
                self._close(asked)
            if outcome.status != 429:
                self._answered()
            elif entered == self._shrunk:
                self._refused()
        self._places.release_on_behalf_of(who)

    def _refused(self) -> None:
        window, self._shrunk = self.window, self._shrunk + 1
        if window == 1:  # even one is too many, so others need the whole budget: leave it to them for a while
            self._refused_alone += 1
            self._close(_REST.back_off(self._refused_alone, self._clock.random()))
        self._places.total_tokens = max(1, min(window - 1, int(window * _KEPT)))
        if self._enlarged:
            self._patience = min(_MOST_PATIENCE, self._patience * 4)
        self._good, self._enlarged = 0, False

    def _answered(self) -> None:
        self._refused_alone = 0
        self._good += 1
        if self._good < self._patience:
            return
        if self._enlarged:  # the larger window has lasted
            self._patience = _PATIENCE
        self._good, self._enlarged = 0, self.window < self._most
        self._places.total_tokens = min(self._most, self.window + 1)

    def _close(self, seconds: float) -> None:
        self._opens = max(self._opens, self._clock.now() + seconds)


class Gates:
    """One gate for each kind of operation."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self._of = {operation: Gate(limits.of(operation), clock) for operation in Operation}

    def of(self, operation: Operation) -> Gate:
        """The gate for one kind of operation."""
        return self._of[operation]


_Known = WeakValueDictionary[tuple[str, str, Limits, Clock], Gates]
_KNOWN: RunVar[_Known] = RunVar("pygen_gates")


def gates_of(base_url: str, project: str, limits: Limits, clock: Clock) -> Gates:
    """The gates of a project: the same for all clients in this event loop that have the same limits.

    The budget is the project's, so clients that can know of each other share what they may use of it.
    """
    known = _KNOWN.get(None)
    if known is None:
        known = WeakValueDictionary()
        _KNOWN.set(known)
    gates = known.get((base_url, project, limits, clock))
    if gates is None:
        gates = known[base_url, project, limits, clock] = Gates(limits, clock)
    return gates
