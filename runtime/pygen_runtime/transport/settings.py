"""Everything about a client that has a sensible default."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import EllipsisType
from typing import TYPE_CHECKING

from pygen_runtime.errors import UsageError
from pygen_runtime.transport.clock import Clock
from pygen_runtime.transport.events import Hook
from pygen_runtime.transport.limits import Limits
from pygen_runtime.transport.retry import RetryPolicy
from pygen_runtime.transport.wire import Timeouts

if TYPE_CHECKING:
    import ssl


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSettings:
    """How a client behaves; a value that can be shared by many.

    Attributes:
        connect_timeout: Seconds to make a connection.
        read_timeout: Seconds without a byte from the server. Its own queries end with 408 well before the default.
        write_timeout: Seconds without a byte being taken by the server.
        deadline: Seconds that one call may take with all retries and waits; None for no end.
        limits: Requests under way at once, for each kind of operation.
        retry: When to try again.
        page_size: Rows in a page, 1 to 1000.
        app_name: Sent as `x-cdp-app`, so that the owner of a project can tell who asks.
        ssl_context: Trust for TLS; by default what httpx trusts, `SSL_CERT_FILE` and `SSL_CERT_DIR` respected.
        http2: Offer HTTP/2; needs httpx's extra `http2`. Slower for large pages.
        hooks: Called with each event of each attempt, in the event loop; see `pygen_runtime.transport.events`.
        show_bodies: Whether events and the log hold the bodies of requests and answers: your data, in clear. For debugging.
        clock: For tests.
    """

    connect_timeout: float = 10.0
    read_timeout: float = 60.0
    write_timeout: float = 60.0
    deadline: float | None = 300.0
    limits: Limits = field(default_factory=Limits)
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    page_size: int = 1000
    app_name: str = "pygen"
    ssl_context: ssl.SSLContext | None = field(default=None, repr=False)
    http2: bool = False
    hooks: tuple[Hook, ...] = ()
    show_bodies: bool = False
    clock: Clock = field(default_factory=Clock, repr=False)

    def __post_init__(self) -> None:
        if min(self.connect_timeout, self.read_timeout, self.write_timeout) <= 0:
            raise UsageError("connect_timeout, read_timeout and write_timeout must be more than 0 seconds")
        if self.deadline is not None and self.deadline <= 0:
            raise UsageError(f"deadline must be more than 0 seconds, or None for no end, not {self.deadline}")
        if not 1 <= self.page_size <= 1000:
            raise UsageError(f"page_size must be 1 to 1000, not {self.page_size}")
        if not self.app_name or not self.app_name.isascii() or not self.app_name.isprintable():
            raise UsageError("app_name must be printable ASCII: it is sent in a header")

    @property
    def timeouts(self) -> Timeouts:
        """Those of a single attempt."""
        return Timeouts(self.connect_timeout, self.read_timeout, self.write_timeout)

    def with_options(
        self,
        *,
        timeout: float | EllipsisType | None = ...,
        read_timeout: float | EllipsisType = ...,
        retries: int | EllipsisType = ...,
        page_size: int | EllipsisType = ...,
    ) -> ClientSettings:
        """The same settings but for what is given; see `AsyncPygenClient.with_options`.

        Raises:
            UsageError: A value cannot work.
        """
        changed = self
        if timeout is not ...:
            changed = replace(changed, deadline=timeout)
        if read_timeout is not ...:
            changed = replace(changed, read_timeout=read_timeout)
        if retries is not ...:
            if retries < 0:
                raise UsageError(f"retries must be 0 or more, not {retries}")
            changed = replace(changed, retry=replace(self.retry, attempts=retries + 1, busy_attempts=retries + 1))
        if page_size is not ...:
            changed = replace(changed, page_size=page_size)
        return changed
