"""The log of the transport: one logger, `pygen_runtime`, with what happened in `extra`; never a secret or a body."""

from __future__ import annotations

import logging

from pygen_runtime.transport.wire import Answer, Outcome, WireRequest

_log = logging.getLogger("pygen_runtime")


def record_try(request: WireRequest, outcome: Outcome, attempt: int, seconds: float) -> None:
    """One try has ended."""
    if not _log.isEnabledFor(logging.DEBUG):
        return
    result = str(outcome.status) if isinstance(outcome, Answer) else outcome.reason
    _log.debug(
        "%s %s: %s (attempt %d, %.3f s)",
        request.method,
        request.path,
        result,
        attempt,
        seconds,
        extra=_fields(request, outcome, attempt) | {"duration": seconds},
    )


def record_wait(request: WireRequest, outcome: Outcome, attempt: int, seconds: float) -> None:
    """A try failed, and there will be another."""
    result = str(outcome.status) if isinstance(outcome, Answer) else outcome.reason
    _log.info(
        "%s %s: %s; trying again in %.1f s",
        request.method,
        request.path,
        result,
        seconds,
        extra=_fields(request, outcome, attempt) | {"wait": seconds},
    )


def _fields(request: WireRequest, outcome: Outcome, attempt: int) -> dict[str, object]:
    return {
        "http_method": request.method,
        "http_path": request.path,
        "http_status": outcome.status,
        "request_id": outcome.request_id,
        "attempt": attempt,
    }
