"""What goes over the wire and what comes back, without saying how: the seam between policy and the HTTP library."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from pygen_runtime.errors import Asked
from pygen_runtime.transport.text import plain

COMPRESS_FROM = 1024
"""Bodies of this many bytes and more are sent compressed."""

Query = tuple[tuple[str, str], ...]
"""Query parameters, in order; a name may repeat."""


class Timeouts(NamedTuple):
    """Seconds without any progress after which a request has failed.

    Attributes:
        connect: Until there is a connection.
        read: Until the next byte comes.
        write: Until the next byte is taken.
    """

    connect: float = 10.0
    read: float = 60.0
    write: float = 60.0


_USUAL = Timeouts()


@dataclass(frozen=True, slots=True)
class WireRequest:
    """One request, encoded once and sent as often as needed.

    Attributes:
        method: HTTP method.
        path: Path below the project, such as `/models/instances/list`, or below `/api/v1`.
        query: Query parameters.
        body: JSON, compressed if `gzipped`.
        gzipped: Whether the body is compressed.
        timeouts: How long to wait for the server.
        in_project: Whether the path is below the project.
    """

    method: str
    path: str
    query: Query = ()
    body: bytes = b""
    gzipped: bool = False
    timeouts: Timeouts = _USUAL
    in_project: bool = True

    @classmethod
    def of(
        cls,
        method: str,
        path: str,
        query: Query,
        body: bytes | None,
        timeouts: Timeouts = _USUAL,
        *,
        in_project: bool = True,
    ) -> WireRequest:
        """A request with its body compressed if that pays."""
        if body is None or len(body) < COMPRESS_FROM:
            return cls(method, path, query, body or b"", timeouts=timeouts, in_project=in_project)
        from pygen_runtime.transport.body import pack  # noqa: PLC0415 - it builds on this, and is loaded with the HTTP library

        return cls(method, path, query, pack(body), gzipped=True, timeouts=timeouts, in_project=in_project)


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer, checked and unpacked.

    Attributes:
        status: HTTP status.
        headers: Response headers; lookups do not care about case.
        body: The unpacked body. Empty if the server refused and the explanation was cut short.
        received: Bytes of the body as they came over the wire.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    received: int = 0

    @property
    def ok(self) -> bool:
        """Whether the server did what was asked."""
        return 200 <= self.status < 300

    @property
    def leaves_open(self) -> bool:
        """Whether the server may have done what was asked, although it does not say so."""
        return self.status == 408 or self.status >= 500

    @property
    def request_id(self) -> str | None:
        """The server's name for this request."""
        return request_id(self.headers)


class FaultKind(enum.Enum):
    """Why no answer came; decides how often it is worth trying."""

    CONNECT = "no connection"
    BROKEN = "connection broke"
    TIMEOUT = "timed out"
    CUT = "answer cut short"
    UNREADABLE = "answer not readable"
    UNEXPECTED = "answer of another shape"
    HOPELESS = "cannot work"


@dataclass(frozen=True, slots=True)
class Fault:
    """No whole, readable answer came.

    Attributes:
        kind: What went wrong, coarsely.
        reason: What went wrong, for people; holds no secret.
        cause: The error of the layer below, if there was one.
        status: HTTP status, if as much as that came.
        request_id: The server's name for the request, if it came.
        received: Bytes of the body as they came over the wire, if it came whole.
    """

    kind: FaultKind
    reason: str
    cause: Exception | None = None
    status: int = 0
    request_id: str | None = None
    received: int = 0

    @property
    def leaves_open(self) -> bool:
        """Whether the server may have done what was asked, although it could not say so."""
        return self.kind not in (FaultKind.CONNECT, FaultKind.HOPELESS)


Outcome = Answer | Fault


def request_id(headers: Mapping[str, str]) -> str | None:
    """The server's name for a request, from the headers of its answer."""
    return plain(headers.get("x-request-id", "")) or None


class Wire(Protocol):
    """Sends one request once. The HTTP library stands behind this, or a test."""

    async def send(self, request: WireRequest, token: str, wanted: Callable[[], bool]) -> Outcome:
        """Send the request and read the whole answer.

        Args:
            request: What to send.
            token: The bearer token.
            wanted: Says whether somebody still waits for the answer; if not, reading may stop at once.
        """
        ...

    async def aclose(self) -> None:
        """Close all connections."""
        ...


ANSWERED: ContextVar[Callable[[Asked], None] | None] = ContextVar("pygen_answered", default=None)
"""Told of each request made in this context that was answered; whoever reads the answers sets it, to say which one was wrong."""

ON_WIRE: ContextVar[Callable[[], None] | None] = ContextVar("pygen_on_wire", default=None)
"""Called when a request made in this context has been sent; whoever prefetches sets it to know that the network is busy."""
