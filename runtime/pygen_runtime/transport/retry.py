"""When to try again. Pure: no clock, no sleep, no randomness of its own."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass

from pygen_runtime.errors import UsageError
from pygen_runtime.transport.wire import Answer, Fault, FaultKind, Outcome


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do about an outcome: wait and try again, or settle for it.

    Attributes:
        wait: Seconds until the next try; None to settle.
        why: Why to settle although a retry would be thinkable; empty if there is nothing to explain.
    """

    wait: float | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Full-jitter exponential back-off, with the server's `Retry-After` as a floor.

    Attributes:
        attempts: Times that a request is sent at most, those not counted that were refused for load (429); with 1, nothing
            is ever sent again.
        busy_attempts: Times that a request is refused for load (429) at most. Many, because waiting is all that helps: it is
            the deadline of the call that ends this.
        connect_attempts: The same while no connection can be made: a wrong host name should be told soon.
        unreadable_attempts: The same while answers are no JSON: a page of a proxy rarely goes away by itself.
        first_wait: Seconds; the wait after the first try lies between 0 and this, and doubles with each further one.
        longest_wait: Seconds that the doubling ends at.
        longest_retry_after: Seconds; a server that asks for more is not waited for.
        statuses: Answers that are worth another try.
    """

    attempts: int = 10
    busy_attempts: int = 100
    connect_attempts: int = 4
    unreadable_attempts: int = 2
    first_wait: float = 0.5
    longest_wait: float = 60.0
    longest_retry_after: float = 120.0
    statuses: frozenset[int] = frozenset({429, 502, 503, 504})

    def __post_init__(self) -> None:
        if min(self.attempts, self.busy_attempts, self.connect_attempts, self.unreadable_attempts) < 1:
            raise UsageError(
                "RetryPolicy: attempts, busy_attempts, connect_attempts and unreadable_attempts must be 1 or more; 1 means that nothing "
                "is sent again"
            )

    def verdict(self, tries: int, outcome: Outcome, jitter: float) -> Verdict:
        """What to do about an outcome.

        Args:
            tries: How many tries of the call ended like this one, itself included: refused for load (429), or otherwise.
            outcome: What came of the last one.
            jitter: Random number from 0 to 1.
        """
        if tries >= self._tries(outcome):
            return Verdict(None)
        wait = self.back_off(tries, jitter)
        floor = retry_after(outcome.headers) if isinstance(outcome, Answer) else None
        if floor is None:
            return Verdict(wait)
        if floor > self.longest_retry_after:
            return Verdict(
                None, f"the server asks to wait {floor:g} s, and {self.longest_retry_after:g} s is the most allowed"
            )
        return Verdict(max(wait, floor))

    def back_off(self, attempt: int, jitter: float) -> float:
        """Seconds to wait after an attempt of this number, if the server does not say."""
        return min(self.longest_wait, self.first_wait * 2.0 ** min(attempt - 1, 60)) * jitter

    def _tries(self, outcome: Outcome) -> int:
        if isinstance(outcome, Fault):
            return {
                FaultKind.HOPELESS: 1,
                FaultKind.UNEXPECTED: 1,
                FaultKind.CONNECT: min(self.connect_attempts, self.attempts),
                FaultKind.UNREADABLE: min(self.unreadable_attempts, self.attempts),
            }.get(outcome.kind, self.attempts)
        if is_busy(outcome):
            return self.busy_attempts if self.attempts > 1 else 1
        # Only the text "true" counts: a well-known client once took any text for a yes, "false" included.
        invited = outcome.headers.get("cdf-is-auto-retryable", "").strip().lower() == "true"
        return self.attempts if invited or outcome.status in self.statuses else 1


class RetryBudget:
    """Retries that a client may still spend, so that a struggling server is not buried by all its clients at once.

    A retry costs 5, one after a time-out 10, and one after a refusal for load (429) nothing: the gate sees to those. A success pays
    back what its last retry cost that was not free, or 1.

    Args:
        capacity: What the budget holds when full.
    """

    def __init__(self, capacity: int = 500) -> None:
        self._capacity = self._left = capacity

    @property
    def left(self) -> int:
        """What can still be spent."""
        return self._left

    def spend(self, outcome: Outcome) -> int | None:
        """Pay for a retry after this outcome: the price, or None if too little is left."""
        if is_busy(outcome):
            return 0
        price = 10 if isinstance(outcome, Fault) and outcome.kind is FaultKind.TIMEOUT else 5
        if price > self._left:
            return None
        self._left -= price
        return price

    def repay(self, price: int) -> None:
        """A request succeeded whose last retry cost so much."""
        self._left = min(self._capacity, self._left + max(price, 1))


def is_busy(outcome: Outcome) -> bool:
    """Whether the server refused for load, and so did nothing."""
    return isinstance(outcome, Answer) and outcome.status == 429


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that the server asks to wait, given as a number or a date; None if absent or nonsense.

    A date is measured against the response's own `Date`, because the clocks of the two sides may differ by hours.
    """
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        then, now = _moment(text), _moment(headers.get("date", ""))
        if then is None or now is None:
            return None
        seconds = (then - now).total_seconds()
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _moment(text: str) -> datetime.datetime | None:
    from email.utils import parsedate_to_datetime  # noqa: PLC0415  # slow to import, and dates are rare

    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
