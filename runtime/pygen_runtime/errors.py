"""Every error of pygen, as one tree.

    PygenError
    ├── UsageError                 pygen was called wrongly: an argument or setting cannot work
    │   ├── ClientClosedError      the client was not entered, or was left already
    │   ├── DetachedError          an object without a client was asked to fetch something
    │   └── ContractError          a generated SDK and the installed runtime do not fit together
    ├── TransportError             no complete, readable answer came
    │   ├── NotReachedError        the server could not be reached, or the connection broke
    │   ├── DeadlineError          the time allowed for a call ran out
    │   └── InvalidResponseError   an answer came, but it is cut short or not what the contract says
    ├── ApiError                   the server answered, and refused
    │   ├── AuthenticationError    401, or the token endpoint refused the credentials
    │   ├── PermissionDeniedError  403
    │   ├── NotFoundError          404
    │   ├── ServerTimeoutError     408: too heavy a query
    │   ├── ConflictError          409, and 400 where the text speaks of a version conflict
    │   ├── RateLimitedError       429, after all retries
    │   └── ServerError            5xx, after all retries
    └── StreamError                a stream cannot go on without losing or repeating rows
        ├── RepeatedCursorError    the server sent the same cursor twice
        └── CursorExpiredError     the cursor is too old; start again

The generator and the command line add their own branches below `PygenError`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class PygenError(Exception):
    """Root of every error that pygen raises on purpose; the message says what happened, where, and what to do."""


class UsageError(PygenError):
    """pygen was called in a way that cannot work."""


class ClientClosedError(UsageError):
    """The client is not open: use it inside its `async with` block."""


class DetachedError(UsageError):
    """An object that knows no client was asked to fetch something."""


class ContractError(UsageError, ImportError):
    """A generated SDK and the installed runtime do not fit together: generate again, or install the version it names."""


class TransportError(PygenError):
    """No complete, readable answer came.

    Attributes:
        method: HTTP method of the request.
        path: Path of the request, without host and query.
        attempts: How many times the request was tried.
    """

    def __init__(self, message: str, *, method: str = "", path: str = "", attempts: int = 1) -> None:
        super().__init__(message)
        self.method = method
        self.path = path
        self.attempts = attempts


class NotReachedError(TransportError):
    """The server could not be reached, or the connection broke before the answer was whole."""


class DeadlineError(TransportError):
    """The time allowed for the whole call, retries and waits included, ran out."""


class InvalidResponseError(TransportError):
    """An answer came, but it is cut short, not JSON, or not of the shape that the contract gives.

    Attributes:
        status: HTTP status of the answer.
        request_id: The server's `x-request-id`, if it sent one.
    """

    def __init__(
        self,
        message: str,
        *,
        method: str = "",
        path: str = "",
        attempts: int = 1,
        status: int = 0,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message, method=method, path=path, attempts=attempts)
        self.status = status
        self.request_id = request_id


class ApiError(PygenError):
    """The server answered, and refused (contract §1.5).

    Attributes:
        status: HTTP status.
        detail: The server's own message.
        request_id: The server's `x-request-id`; quote it when asking for support.
        method: HTTP method of the request.
        path: Path of the request, without host and query.
        attempts: How many times the request was tried.
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
        missing: Sequence[Mapping[str, Any]] = (),
        duplicated: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        where = f"{method} {path} answered {status}"
        tried = f" after {attempts} attempts" if attempts > 1 else ""
        quote = f" [request id {request_id}]" if request_id else ""
        super().__init__(f"{where}{tried}: {detail}{quote}")
        self.status = status
        self.detail = detail
        self.request_id = request_id
        self.method = method
        self.path = path
        self.attempts = attempts
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


class StreamError(PygenError):
    """A stream cannot go on without losing or repeating rows."""


class RepeatedCursorError(StreamError):
    """The server sent a cursor that it had sent before: going on would repeat rows for ever."""


class CursorExpiredError(StreamError):
    """The server no longer knows the cursor: start the stream again."""
