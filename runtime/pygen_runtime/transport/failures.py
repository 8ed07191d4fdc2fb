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
)
from pygen_runtime.transport.text import plain
from pygen_runtime.transport.wire import Answer, Fault, FaultKind, Outcome, WireRequest

_BY_STATUS: dict[int, type[ApiError]] = {
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    408: ServerTimeoutError,
    409: ConflictError,
    429: RateLimitedError,
}


def error_of(outcome: Outcome, request: WireRequest, attempts: int, why: str = "") -> PygenError:
    """The error that an outcome means once it is settled.

    Args:
        outcome: What came of the last try; not a success.
        request: What was sent.
        attempts: How often.
        why: Why it is not tried again, if that needs explaining.
    """
    also = f" (not tried again: {why})" if why else ""
    if isinstance(outcome, Fault):
        return _transport_error(outcome, request, attempts, also)
    return _api_error(outcome, request, attempts, also)


def _transport_error(fault: Fault, request: WireRequest, attempts: int, also: str) -> PygenError:
    where = f"{request.method} {request.path}"
    tried = f" after {attempts} attempts" if attempts > 1 else ""
    if fault.kind in (FaultKind.CUT, FaultKind.UNREADABLE, FaultKind.UNEXPECTED):
        quote = f" [request id {fault.request_id}]" if fault.request_id else ""
        return InvalidResponseError(
            f"{where} got an answer that cannot be used{tried}: {fault.reason}{also}{quote}",
            method=request.method,
            path=request.path,
            attempts=attempts,
            status=fault.status,
            request_id=fault.request_id,
        )
    return NotReachedError(
        f"{where} got no answer{tried}: {fault.reason}{also}",
        method=request.method,
        path=request.path,
        attempts=attempts,
    )


def _api_error(answer: Answer, request: WireRequest, attempts: int, also: str) -> ApiError:
    error = _error_object(answer.body)
    detail = plain(str(error.get("message") or "")) or _excerpt(answer)
    kind = _BY_STATUS.get(answer.status, ServerError if answer.status >= 500 else ApiError)
    if answer.status == 400 and "version conflict" in detail.lower():
        kind = ConflictError
    if answer.status == 407:
        also += "; a proxy wants credentials: check HTTPS_PROXY and NO_PROXY"
    return kind(
        detail + also,
        status=answer.status,
        method=request.method,
        path=request.path,
        request_id=answer.request_id,
        attempts=attempts,
        missing=_objects(error.get("missing")),
        duplicated=_objects(error.get("duplicated")),
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
