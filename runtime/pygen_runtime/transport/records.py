"""The log: one logger, `pygen`, with what happened in `extra`; never a secret, and a body only if asked for.

Attempts are DEBUG, waits before a retry INFO, broken hooks ERROR. The fields are `method`, `path`, `status`, `attempt`,
`request_id`, `error`, and what the event has besides: `duration`, `queued`, `sent`, `received`, `wait`.
"""

from __future__ import annotations

import logging
import zlib

from pygen_runtime.transport.events import Attempt, AttemptEnded, AttemptStarted, Event, Hook, RetryScheduled
from pygen_runtime.transport.text import plain

LOG = logging.getLogger("pygen")


def record(event: Event) -> None:
    """Write one event down."""
    level = logging.INFO if isinstance(event, RetryScheduled) else logging.DEBUG
    if not LOG.isEnabledFor(level):
        return
    if isinstance(event, AttemptStarted):
        if event.body is not None:  # otherwise the end of the attempt says it all
            _write(level, f"sends {event.sent} bytes", event.attempt, {"sent": event.sent}, event.body)
        return
    fields: dict[str, object] = {"status": event.status, "request_id": event.request_id, "error": event.error}
    result = event.error or str(event.status)
    if isinstance(event, AttemptEnded):
        fields |= {"duration": event.duration, "queued": event.queued, "received": event.received}
        text = f"{result} (attempt {event.attempt.number}, {event.duration:.3f} s)"
        _write(level, text, event.attempt, fields, event.body)
    else:
        text = f"{result}; trying again in {event.wait:.1f} s"
        _write(level, text, event.attempt, fields | {"wait": event.wait})


def record_broken_hook(hook: Hook, event: Event, error: Exception) -> None:
    """A hook raised; the request goes on."""
    name = getattr(hook, "__qualname__", type(hook).__qualname__)
    LOG.error("the hook %s failed on %s; the request goes on", name, type(event).__name__, exc_info=error)


def _write(level: int, text: str, attempt: Attempt, fields: dict[str, object], body: bytes | None = None) -> None:
    extra = {"method": attempt.method, "path": attempt.path, "attempt": attempt.number, **fields}
    if body is not None:
        extra["body"] = _shown(body)
        text = f"{text}: {extra['body']}"
    LOG.log(level, "%s %s: %s", attempt.method, attempt.path, text, extra=extra)


def _shown(body: bytes) -> str:
    packed = body.startswith(b"\x1f\x8b")
    try:
        whole = zlib.decompressobj(wbits=31).decompress(body, 4000) if packed else body[:4000]
    except zlib.error:
        whole = b""
    return plain(whole.decode("utf-8", "replace"))
