"""Every error of pygen, as one tree.

    PygenError
    ├── UsageError                 pygen was called wrongly: an argument or setting cannot work
    │   ├── ClientClosedError      the client was not entered, or was left already
    │   ├── DetachedError          an object without a client was asked to fetch something
    │   ├── CheckpointError        a checkpoint is damaged, or belongs to another request
    │   ├── IncludeDepthError      an include leads too far from its roots
    │   ├── WriteConflictError     objects of one upsert say different things of the same instance
    │   ├── MissingExtraError      something needs a package that is not installed
    │   └── ContractError          a generated SDK and the installed runtime do not fit together
    ├── RequestError               something about a request; knows its method, path, status, request id and attempts
    │   ├── TransportError         no complete, readable answer came
    │   │   ├── NotReachedError        the server could not be reached, or the connection broke
    │   │   ├── DeadlineError          the time allowed for a call ran out
    │   │   └── InvalidResponseError   an answer came, but it is cut short or not what the contract says
    │   ├── ApiError               the server answered, and refused
    │   │   ├── AuthenticationError    401, or the token endpoint refused the credentials
    │   │   ├── PermissionDeniedError  403
    │   │   ├── NotFoundError          404
    │   │   ├── ServerTimeoutError     408: too heavy a query
    │   │   ├── ConflictError          409, and 400 where the text speaks of a version conflict
    │   │   ├── RateLimitedError       429, after all retries
    │   │   └── ServerError            5xx, after all retries
    │   ├── StreamError            a stream cannot go on without losing or repeating rows
    │   │   ├── RepeatedCursorError    the server sent the same cursor twice
    │   │   └── CursorExpiredError     the cursor is too old; start again
    │   └── IncompleteError        the API gives no more than a part of what was asked for
    ├── WriteError                 some items of a write or delete failed, or it is not known; the others are told apart
    ├── NoInstanceError            there is no instance where there was to be one
    └── SeveralInstancesError      there are several where there was to be one

The generator and the command line add their own branches below `PygenError`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypedDict

_CONFLICTS_SHOWN = 5


class PygenError(Exception):
    """Root of every error that pygen raises on purpose; the message says what happened, where, and what to do."""


class UsageError(PygenError):
    """pygen was called in a way that cannot work."""


class ClientClosedError(UsageError):
    """The client is not open: use it inside its `async with` block."""


class DetachedError(UsageError):
    """An object that knows no client was asked to fetch something."""


class CheckpointError(UsageError):
    """A checkpoint does not fit: it is damaged, or belongs to another request than the one that is to be resumed."""


class WriteConflictError(UsageError):
    """Objects of one upsert say different things of the same instance; only one of them could win.

    Attributes:
        conflicts: What is said twice, each with both values.
    """

    def __init__(self, conflicts: Sequence[str]) -> None:
        shown = "; ".join(conflicts[:_CONFLICTS_SHOWN])
        more = f"; and {len(conflicts) - _CONFLICTS_SHOWN} more" if len(conflicts) > _CONFLICTS_SHOWN else ""
        super().__init__(
            f"objects of one upsert contradict each other, so nothing was sent: {shown}{more}; say the same everywhere"
        )
        self.conflicts = tuple(conflicts)


class IncludeDepthError(UsageError):
    """An `include` leads further from its roots than is allowed: load the rest from the objects that were found."""


class MissingExtraError(UsageError, ImportError):
    """Something needs a package that is not installed; the message says which extra of the distribution brings it."""


class ContractError(UsageError, ImportError):
    """A generated SDK and the installed runtime do not fit together: generate again, or install the version it names."""


def quoted(request_id: str | None) -> str:
    """How a request id stands at the end of a message."""
    return f" [request id {request_id}]" if request_id else ""


class Asked(TypedDict, total=False):
    """Which request an error is about; the attributes of `RequestError`."""

    method: str
    path: str
    status: int
    request_id: str | None
    attempts: int
    elapsed: float


class RequestError(PygenError):
    """Something about a request to the server, or about the answer to it.

    Attributes:
        method: HTTP method of the request; empty if there was none.
        path: Path of the request, without host and query.
        status: HTTP status of the last answer; 0 if as much as that never came.
        request_id: The server's `x-request-id` for the last answer, if it sent one; quote it when asking for support.
        attempts: How many times the request was tried.
        elapsed: Seconds that the call took, waits included.
    """

    def __init__(
        self,
        message: str,
        *,
        method: str = "",
        path: str = "",
        attempts: int = 1,
        elapsed: float = 0.0,
        status: int = 0,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.method = method
        self.path = path
        self.attempts = attempts
        self.elapsed = elapsed
        self.status = status
        self.request_id = request_id

    @property
    def asked(self) -> Asked:
        """All of that, for another error about the same request."""
        return Asked(
            method=self.method,
            path=self.path,
            status=self.status,
            request_id=self.request_id,
            attempts=self.attempts,
            elapsed=self.elapsed,
        )


class TransportError(RequestError):
    """No complete, readable answer came."""


class NotReachedError(TransportError):
    """The server could not be reached, or the connection broke before the answer was whole."""


class DeadlineError(TransportError):
    """The time allowed for the whole call, retries and waits included, ran out."""


class InvalidResponseError(TransportError):
    """An answer came, but it is cut short, not JSON, or not of the shape that the contract gives."""


class ApiError(RequestError):
    """The server answered, and refused (contract §1.5); the message ends with what to do about it.

    Attributes:
        detail: The server's own message.
        missing: Identifiers that the server says do not exist.
        duplicated: Identifiers that the server says exist already.
    """

    def __init__(
        self,
        detail: str,
        *,
        status: int,
        method: str,
        path: str,
        request_id: str | None = None,
        attempts: int = 1,
        elapsed: float = 0.0,
        missing: Sequence[Mapping[str, Any]] = (),
        duplicated: Sequence[Mapping[str, Any]] = (),
        hint: str = "",
    ) -> None:
        where = f"{method} {path} answered {status}"
        tried = f" after {attempts} attempts in {elapsed:.1f} s" if attempts > 1 else ""
        advice = f"; {hint}" if hint else ""
        super().__init__(
            f"{where}{tried}: {detail.rstrip('.') if hint else detail}{advice}{quoted(request_id)}",
            method=method,
            path=path,
            attempts=attempts,
            elapsed=elapsed,
            status=status,
            request_id=request_id,
        )
        self.detail = detail
        self.missing = tuple(missing)
        self.duplicated = tuple(duplicated)


class AuthenticationError(ApiError):
    """The token was refused (401), or no token could be had: check the credentials."""


class PermissionDeniedError(ApiError):
    """The token is good but lacks a capability (403)."""


class NotFoundError(ApiError):
    """The project or endpoint does not exist (404)."""


class ServerTimeoutError(ApiError):
    """The server gave up on a heavy query (408): ask for fewer rows or a simpler filter."""


class ConflictError(ApiError):
    """A conflicting change happened first (409, or 400 where the text speaks of a version conflict)."""


class RateLimitedError(ApiError):
    """The server still refused for load (429) when the retries were used up."""


class ServerError(ApiError):
    """The server failed (5xx), and still did when the retries were used up."""


class Failure(Protocol):
    """An item that was not written or deleted, or of which that is not known: an `ItemFailure`."""

    @property
    def item(self) -> Any:
        """The item, as it was given."""
        ...

    @property
    def error(self) -> PygenError:
        """Why."""
        ...


class Partition(Protocol):
    """What became of each item of a call that writes or deletes: an `UpsertResult` or a `DeleteResult`, which have more lists."""

    @property
    def failed(self) -> Sequence[Failure]:
        """Refused by the server, or never sent."""
        ...

    @property
    def unknown(self) -> Sequence[Failure]:
        """Sent, but no whole answer came, or the server failed."""
        ...


class WriteError(PygenError):
    """Some items of a call were not written or deleted, or it is not known.

    Attributes:
        result: What became of each item: an `UpsertResult` or a `DeleteResult`.
    """

    def __init__(self, message: str, *, result: Partition) -> None:
        super().__init__(message)
        self.result = result


class NoInstanceError(PygenError):
    """There is no instance where there was to be one, or an id was asked for that the view does not have."""


class SeveralInstancesError(PygenError):
    """There are several instances where there was to be one."""


class IncompleteError(RequestError):
    """There is more than the API can give in one answer, and no way to ask for the rest: narrow the request down."""


class StreamError(RequestError):
    """A stream cannot go on without losing or repeating rows."""


class RepeatedCursorError(StreamError):
    """The server sent a cursor that it had sent before: going on would repeat rows for ever."""


class CursorExpiredError(StreamError):
    """The server no longer knows the cursor: start the stream again."""
