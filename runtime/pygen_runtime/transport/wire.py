"""What goes over the wire and what comes back, without saying how: the seam between policy and the HTTP library."""

from __future__ import annotations

import enum
import zlib
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol

from pygen_runtime.transport.text import plain

COMPRESS_FROM = 1024
"""Bodies of this many bytes and more are sent compressed."""

Query = tuple[tuple[str, str], ...]
"""Query parameters, in order; a name may repeat."""


@dataclass(frozen=True, slots=True)
class WireRequest:
    """One request, encoded once and sent as often as needed.

    Attributes:
        method: HTTP method.
        path: Path below the project, such as `/models/instances/list`.
        query: Query parameters.
        body: JSON, compressed if `gzipped`.
        gzipped: Whether the body is compressed.
    """

    method: str
    path: str
    query: Query = ()
    body: bytes = b""
    gzipped: bool = False

    @classmethod
    def of(cls, method: str, path: str, query: Query, body: bytes | None) -> WireRequest:
        """A request with its body compressed if that pays."""
        if body is None or len(body) < COMPRESS_FROM:
            return cls(method, path, query, body or b"")
        packer = zlib.compressobj(level=3, wbits=31)
        return cls(method, path, query, packer.compress(body) + packer.flush(), gzipped=True)


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer, checked and unpacked.

    Attributes:
        status: HTTP status.
        headers: Response headers; lookups do not care about case.
        body: The unpacked body. Empty if the server refused and the explanation was cut short.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        """Whether the server did what was asked."""
        return 200 <= self.status < 300

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
    """

    kind: FaultKind
    reason: str
    cause: Exception | None = None
    status: int = 0
    request_id: str | None = None


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


ON_WIRE: ContextVar[Callable[[], None] | None] = ContextVar("pygen_on_wire", default=None)
"""Called when a request made in this context has been sent; whoever prefetches sets it to know that the network is busy."""
