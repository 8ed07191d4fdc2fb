"""What happens to each request, told as typed values: the log, the counters and hooks all live on these."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from pygen_runtime.transport.limits import Operation

NEXT_CALL = itertools.count(1)
"""Numbers for calls; unique in this process, so that one hook can serve many clients."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at one call; equal and hashable, so that it can be a key.

    Attributes:
        call: Number of the call; all its attempts share it.
        number: 1 for the first attempt of the call.
        operation: Whose limit it counts against.
        method: HTTP method.
        path: Path below the project, without query.
    """

    call: int
    number: int
    operation: Operation
    method: str
    path: str


@dataclass(frozen=True, slots=True)
class AttemptStarted:
    """A request is being sent. `AttemptEnded` follows in any case, also if the caller leaves.

    Attributes:
        attempt: Which one.
        sent: Bytes of the body as they are sent.
        body: The body, compressed if large; only with `ClientSettings(show_bodies=True)`.
    """

    attempt: Attempt
    sent: int
    body: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class AttemptEnded:
    """A request has been answered, or failed.

    Attributes:
        attempt: Which one.
        status: HTTP status; 0 if as much as that did not come.
        request_id: The server's name for the request.
        error: Why there is no whole, readable answer; None if there is one, a refusal included.
        queued: Seconds from asking until sending: waits for a token and for a place among the requests of its kind.
        duration: Seconds from sending until the answer was whole.
        received: Bytes of the body as they came over the wire.
        body: The body, unpacked; only with `ClientSettings(show_bodies=True)`.
    """

    attempt: Attempt
    status: int
    request_id: str | None
    error: str | None
    queued: float
    duration: float
    received: int
    body: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class RetryScheduled:
    """An attempt failed, and there will be another.

    Attributes:
        attempt: The one that failed.
        status: HTTP status; 0 if as much as that did not come.
        request_id: The server's name for the request.
        error: Why there was no whole, readable answer; None if there was one.
        wait: Seconds until the next.
    """

    attempt: Attempt
    status: int
    request_id: str | None
    error: str | None
    wait: float


Event: TypeAlias = AttemptStarted | AttemptEnded | RetryScheduled
Hook: TypeAlias = Callable[[Event], None]
"""Called with each event, in the event loop: it must not block. What it raises is logged, and disturbs nothing."""
