"""The one place that talks HTTP: a request in, a typed reply or a typed error out."""

from __future__ import annotations

import math
import urllib.parse
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

import anyio
import msgspec
from anyio.abc import TaskGroup

from pygen_runtime.errors import (
    ClientClosedError,
    DeadlineError,
    NotReachedError,
    UsageError,
)
from pygen_runtime.transport.credentials import Credentials
from pygen_runtime.transport.exchange import CLOSED, Exchange
from pygen_runtime.transport.failures import error_of
from pygen_runtime.transport.limits import Limiters, Operation
from pygen_runtime.transport.records import record_try, record_wait
from pygen_runtime.transport.retry import RetryBudget
from pygen_runtime.transport.settings import ClientSettings
from pygen_runtime.transport.wire import Answer, Fault, FaultKind, Outcome, Query, Wire, WireRequest

if TYPE_CHECKING:
    from pygen_runtime.transport.http import AsyncTransport

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class _Reply(Generic[R]):
    value: R


class Transport:
    """Sends requests to one project: with a token, within limits, again after transient trouble, and not for ever.

    Args:
        base_url: Such as `https://westeurope-1.cognitedata.com`; any scheme, host, port and path.
        project: The project.
        credentials: Where tokens come from.
        settings: How to behave.
        transport: An httpx-style transport to use instead of a connection pool of our own; closed with this one.

    Raises:
        UsageError: The base URL or the project cannot work.
    """

    def __init__(
        self,
        *,
        base_url: str,
        project: str,
        credentials: Credentials,
        settings: ClientSettings,
        transport: AsyncTransport | None = None,
    ) -> None:
        self.base_url, self.project = _checked_url(base_url), project
        if not project:
            raise UsageError("project must not be empty")
        self._credentials, self._settings, self._given = credentials, settings, transport
        self._limiters = Limiters(settings.limits)
        self._budget = RetryBudget()
        self._wire: Wire | None = None
        self._tasks: TaskGroup | None = None

    @property
    def under_way(self) -> int:
        """Requests that are being sent or answered now, those included that nobody waits for any more."""
        return self._limiters.held

    def open(self, tasks: TaskGroup) -> None:
        """Start to work; every exchange will run in `tasks`, which may be entered afterwards.

        Raises:
            UsageError: Connections cannot be made with these settings or this environment.
        """
        from pygen_runtime.transport.http import HttpxWire  # noqa: PLC0415  # loads the HTTP library, on first use only

        try:
            self._wire = HttpxWire(self.base_url, self.project, self._settings, self._given)
        except (ImportError, OSError, ValueError) as error:
            raise UsageError(
                f"no connections can be made: {error}; check SSL_CERT_FILE, SSL_CERT_DIR and proxy variables, and for HTTP/2 "
                "install httpx[http2]"
            ) from error
        self._tasks = tasks

    async def aclose(self) -> None:
        """Close all connections; the tasks of `open` must have ended."""
        wire, self._wire, self._tasks = self._wire, None, None
        if wire is not None:
            await wire.aclose()

    async def call(
        self,
        method: str,
        path: str,
        *,
        operation: Operation,
        reply: msgspec.json.Decoder[R],
        body: bytes | None = None,
        params: Query = (),
    ) -> R:
        """Send a request, as often as it takes, and decode the answer.

        Args:
            method: HTTP method.
            path: Path below the project, such as `/models/instances/list`.
            operation: Whose limit the request counts against.
            reply: Decodes the answer.
            body: JSON, at least 1 KiB of which is sent compressed.
            params: Query parameters.

        Raises:
            ApiError: The server refused; the subclass says how.
            TransportError: No whole, readable answer came, or not in time.
            ClientClosedError: The client is not open.
        """
        request = WireRequest.of(method, path, params, body)
        clock = self._settings.clock
        until = clock.now() + (self._settings.deadline or math.inf)
        attempt, price, replayed = 1, 0, False
        while True:
            outcome, token = await self._try(request, operation, until, attempt)
            answered = _decode(outcome, reply)
            if isinstance(answered, _Reply):
                self._budget.repay(price)
                return answered.value
            if isinstance(answered, Answer) and answered.status == 401 and not replayed:
                self._credentials.invalidate(token)
                replayed = True
            else:
                wait, price = self._settle_or_wait(answered, request, until, attempt)
                await clock.sleep(wait)
            attempt += 1

    async def _try(self, request: WireRequest, operation: Operation, until: float, attempt: int) -> tuple[Outcome, str]:
        """One try: its outcome, and the token it was made with."""
        if self._wire is None or self._tasks is None:
            raise ClientClosedError(f"{request.method} {request.path} was not sent: {CLOSED}")
        started = self._settings.clock.now()
        exchange = Exchange(self._wire, request, self._credentials, self._limiters.of(operation))
        outcome: Outcome | None = None
        with anyio.move_on_after(until - started):
            try:
                outcome = await exchange.perform(self._tasks)
            except NotReachedError as error:  # the token endpoint: as transient as trouble on the way to the API
                outcome = Fault(FaultKind.CONNECT, str(error), error)
        if outcome is None:
            raise self._too_late(request, attempt)
        record_try(request, outcome, attempt, self._settings.clock.now() - started)
        return outcome, exchange.token

    def _settle_or_wait(self, outcome: Outcome, request: WireRequest, until: float, attempt: int) -> tuple[float, int]:
        """Seconds to wait until the next try, and what the retry costs; raises if there is to be none."""
        verdict = self._settings.retry.verdict(attempt, outcome, self._settings.clock.random())
        if verdict.wait is None:
            raise error_of(outcome, request, attempt, verdict.why) from _cause(outcome)
        price = self._budget.spend(outcome)
        if not price:
            why = "this client has used up its retries; the server seems to be in trouble"
            raise error_of(outcome, request, attempt, why) from _cause(outcome)
        if self._settings.clock.now() + verdict.wait >= until:
            raise self._too_late(request, attempt) from error_of(outcome, request, attempt)
        record_wait(request, outcome, attempt, verdict.wait)
        return verdict.wait, price

    def _too_late(self, request: WireRequest, attempt: int) -> DeadlineError:
        return DeadlineError(
            f"{request.method} {request.path} was not answered within {self._settings.deadline:g} s, "
            f"{attempt} attempts included; ask for less, or allow more with ClientSettings(deadline=...)",
            method=request.method,
            path=request.path,
            attempts=attempt,
        )


def _decode(outcome: Outcome, reply: msgspec.json.Decoder[R]) -> _Reply[R] | Outcome:
    """The reply, if the server did what was asked. What is no JSON counts as a fault of the way; JSON of a wrong shape does not."""
    if not isinstance(outcome, Answer) or not outcome.ok:
        return outcome
    try:
        return _Reply(reply.decode(outcome.body))
    except msgspec.ValidationError as error:
        return Fault(FaultKind.UNEXPECTED, f"unexpected shape: {error}", error, outcome.status, outcome.request_id)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Fault(FaultKind.UNREADABLE, f"no JSON: {error}", error, outcome.status, outcome.request_id)


def _cause(outcome: Outcome) -> Exception | None:
    return outcome.cause if isinstance(outcome, Fault) else None


def _checked_url(base_url: str) -> str:
    """A base URL without its last slash."""
    parts = urllib.parse.urlsplit(base_url)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.query or parts.fragment:
        raise UsageError("base_url must be an absolute URL such as https://westeurope-1.cognitedata.com")
    if parts.username or parts.password:
        raise UsageError("base_url must not hold a user name or password: credentials are given apart")
    return base_url.rstrip("/")
