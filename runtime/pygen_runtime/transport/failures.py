"""From outcomes to errors: the one place that reads what servers say when they refuse (contract §1.5, §1.6)."""

from __future__ import annotations

from typing import Any

import msgspec

from pygen_runtime.errors import (
    ApiError,
    AuthenticationError,
    ConflictError,
    InvalidResponseError,
    NotFoundError,
    NotReachedError,
    PermissionDeniedError,
    PygenError,
    RateLimitedError,
    ServerError,
    ServerTimeoutError,
    quoted,
)
from pygen_runtime.transport.events import Attempt
from pygen_runtime.transport.text import plain
from pygen_runtime.transport.wire import Answer, Fault, FaultKind, Outcome

_BY_STATUS: dict[int, type[ApiError]] = {
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    408: ServerTimeoutError,
    409: ConflictError,
    429: RateLimitedError,
}

_HINTS = {
    400: "correct the request, which was not acted on",
    401: "check that the credentials are meant for this project and cluster: a renewed token was refused too",
    403: "ask for the missing capability, or use other credentials",
    404: "check the base URL and the project",
    407: "a proxy wants credentials: check HTTPS_PROXY and NO_PROXY",
    408: "ask for fewer rows at once, or simplify the filter or the sort order",
    409: "read what is there now, and decide anew",
    413: "send less at once",
    429: "lower ClientSettings(limits=...): others use the project's budget too",
}
_SERVER_HINT = "try again later; if it stays so, ask support"

_FAULT_HINTS = {
    FaultKind.BROKEN: "check the network, or try again later",
    FaultKind.TIMEOUT: "ask for less at once, or allow more with with_options(read_timeout=...)",
    FaultKind.CUT: "try again later; if it stays so, something on the way cuts answers",
    FaultKind.UNREADABLE: "check the base URL and the proxies: something on the way seems to answer in the server's place",
    FaultKind.UNEXPECTED: "a newer version of pygen may know it; otherwise report it",
}
"""What to do; for the kinds that are not here, the reason says so."""


def error_of(outcome: Outcome, attempt: Attempt, elapsed: float, why: str = "") -> PygenError:
    """The error that an outcome means once it is settled.

    Args:
        outcome: What came of the last try; not a success.
        attempt: The last try.
        elapsed: Seconds since the first one was asked for.
        why: Why it is not tried again, if that needs explaining.
    """
    also = f" (not tried again: {why})" if why else ""
    if isinstance(outcome, Fault):
        return _transport_error(outcome, attempt, elapsed, also)
    return _api_error(outcome, attempt, elapsed, also)


def _transport_error(fault: Fault, attempt: Attempt, elapsed: float, also: str) -> PygenError:
    unusable = fault.kind in (FaultKind.CUT, FaultKind.UNREADABLE, FaultKind.UNEXPECTED)
    kind, got = (InvalidResponseError, "an answer that cannot be used") if unusable else (NotReachedError, "no answer")
    tried = f"{attempt.number} attempt{'s' if attempt.number > 1 else ''} in {elapsed:.1f} s"
    hint = f"; {_FAULT_HINTS[fault.kind]}" if fault.kind in _FAULT_HINTS else ""
    return kind(
        f"{attempt.method} {attempt.path} got {got} after {tried}: {fault.reason}{also}{hint}{quoted(fault.request_id)}",
        method=attempt.method,
        path=attempt.path,
        attempts=attempt.number,
        elapsed=elapsed,
        status=fault.status,
        request_id=fault.request_id,
    )


def _api_error(answer: Answer, attempt: Attempt, elapsed: float, also: str) -> ApiError:
    error = _error_object(answer.body)
    detail = plain(str(error.get("message") or "")) or _excerpt(answer)
    kind = _BY_STATUS.get(answer.status, ServerError if answer.status >= 500 else ApiError)
    hint = _HINTS.get(answer.status, _SERVER_HINT if answer.status >= 500 else _HINTS[400])
    if answer.status == 400 and "version conflict" in detail.lower():
        kind, hint = ConflictError, _HINTS[409]
    if answer.status == 400 and "spaces do not exist" in detail.lower():
        hint = (
            "create the space first (client.spaces.create, of an SDK client.pygen.spaces.create), or correct its name"
        )
    return kind(
        detail + also,
        status=answer.status,
        method=attempt.method,
        path=attempt.path,
        request_id=answer.request_id,
        attempts=attempt.number,
        elapsed=elapsed,
        missing=_objects(error.get("missing")),
        duplicated=_objects(error.get("duplicated")),
        hint=hint,
    )


def _error_object(body: bytes) -> dict[str, Any]:
    """What stands under `error`, whatever shape it came in."""
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    error = found.get("error") if isinstance(found, dict) else None
    if isinstance(error, dict):
        return error
    return {"message": error} if isinstance(error, str) else {}


def _excerpt(answer: Answer) -> str:
    text = plain(answer.body[:400].decode("utf-8", "replace"))[:200]
    return f"no explanation, but this text: {text}" if text else "no explanation"


def _objects(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
