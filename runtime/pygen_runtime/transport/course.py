"""How far one call has come: its tries, and its time."""

from __future__ import annotations

import math
from dataclasses import replace

from pygen_runtime.errors import Asked, DeadlineError, PygenError
from pygen_runtime.transport.events import Attempt
from pygen_runtime.transport.failures import error_of
from pygen_runtime.transport.retry import is_busy
from pygen_runtime.transport.settings import ClientSettings
from pygen_runtime.transport.wire import Fault, Outcome


class Course:
    """How far a call has come.

    Args:
        attempt: Its first try.
        settings: How long it may take.
    """

    def __init__(self, attempt: Attempt, settings: ClientSettings) -> None:
        self.attempt, self.clock = attempt, settings.clock
        self._allowed, self._started = settings.deadline or math.inf, settings.clock.now()
        self._busy = 0
        self._last: Outcome | None = None

    @property
    def elapsed(self) -> float:
        """Seconds since it began."""
        return self.clock.now() - self._started

    @property
    def left(self) -> float:
        """Seconds that it may still take."""
        return self._allowed - self.elapsed

    def ended(self, outcome: Outcome) -> None:
        """The try that is under way has ended."""
        self._last = outcome
        self._busy += is_busy(outcome)

    def again(self) -> None:
        """Another try begins."""
        self.attempt = replace(self.attempt, number=self.attempt.number + 1)

    def tries_like(self, outcome: Outcome) -> int:
        """How many tries so far ended like this one: refused for load, or otherwise."""
        return self._busy if is_busy(outcome) else self.attempt.number - self._busy

    def error_of(self, outcome: Outcome, why: str = "") -> PygenError:
        """The error that an outcome means; see `failures.error_of`."""
        return error_of(outcome, self.attempt, self.elapsed, why)

    def too_late(self) -> DeadlineError:
        """The error when no time is left."""
        attempt, last = self.attempt, self._last
        before = f" (the last to end: {_said(last)})" if last else ""
        return DeadlineError(
            f"{attempt.method} {attempt.path} was not answered within {self._allowed:g} s, "
            f"{attempt.number} attempts included{before}; ask for less, or allow more with with_options(timeout=...) or "
            "ClientSettings(deadline=...)",
            **self.asked(last.status if last else 0, last.request_id if last else None),
        )

    def asked(self, status: int, request_id: str | None) -> Asked:
        """What errors say of this call."""
        return Asked(
            method=self.attempt.method,
            path=self.attempt.path,
            status=status,
            request_id=request_id,
            attempts=self.attempt.number,
            elapsed=self.elapsed,
        )


def _said(outcome: Outcome) -> str:
    return outcome.reason if isinstance(outcome, Fault) else str(outcome.status)
