"""What a client has done so far, in numbers."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from pygen_runtime.transport.events import AttemptEnded, AttemptStarted, Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Counters:
    """A client's numbers at one moment; those of a client and its `with_options` views are the same.

    Attributes:
        requests: Attempts that were sent.
        retries: Attempts after the first of their call.
        failures: Attempts without a whole, readable answer.
        refusals: Attempts that were answered with a status other than 2xx.
        rate_limited: Those of them with 429.
        timed_out: Those of them with 408: too heavy a query.
        last_size: Rows asked for, or items sent, at once by whoever last changed that because of a 408; 0 if nobody had to.
        waits: Waits before a retry.
        seconds_waited: Seconds in them.
        seconds_queued: Seconds that attempts waited for a token and for a place among the requests of their kind.
        bytes_sent: Bytes of bodies as sent, which is compressed if they are large.
        bytes_received: Bytes of bodies as received, which is compressed if the server does so.
        under_way: Requests that are being sent or answered now, those included that nobody waits for any more.
    """

    requests: int = 0
    retries: int = 0
    failures: int = 0
    refusals: int = 0
    rate_limited: int = 0
    timed_out: int = 0
    last_size: int = 0
    waits: int = 0
    seconds_waited: float = 0.0
    seconds_queued: float = 0.0
    bytes_sent: int = 0
    bytes_received: int = 0
    under_way: int = 0


class Meter:
    """Counts events."""

    def __init__(self) -> None:
        self._numbers: dict[str, Any] = dataclasses.asdict(Counters())

    def snapshot(self) -> Counters:
        """The numbers as they are now."""
        return Counters(**self._numbers)

    def count(self, event: Event) -> None:
        """Take an event into account."""
        if isinstance(event, AttemptStarted):
            self._add(requests=1, retries=event.attempt.number > 1, bytes_sent=event.sent, under_way=1)
        elif isinstance(event, AttemptEnded):
            self._add(
                failures=event.error is not None,
                refusals=event.error is None and not 200 <= event.status < 300,
                rate_limited=event.status == 429,
                timed_out=event.status == 408,
                seconds_queued=event.queued,
                bytes_received=event.received,
                under_way=-1,
            )
        else:
            self._add(waits=event.wait > 0, seconds_waited=event.wait)

    def resized(self, items: int) -> None:
        """A stream or a write asks for, or sends, so many items at once from now on."""
        self._numbers["last_size"] = items

    def _add(self, **numbers: float) -> None:
        for name, number in numbers.items():
            self._numbers[name] += number
