"""The one place that talks HTTP: a request in, a typed reply or a typed error out."""

from __future__ import annotations

import copy
import re
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

import anyio
import anyio.lowlevel
import msgspec
from anyio.abc import TaskGroup

from pygen_runtime.errors import (
    ClientClosedError,
    NotReachedError,
    RateLimitedError,
    UsageError,
)
from pygen_runtime.transport.counters import Counters, Meter
from pygen_runtime.transport.course import Course
from pygen_runtime.transport.credentials import Credentials
from pygen_runtime.transport.events import NEXT_CALL, Attempt, RetryScheduled
from pygen_runtime.transport.exchange import CLOSED, Exchange, Line
from pygen_runtime.transport.gate import gates_of
from pygen_runtime.transport.limits import Operation
from pygen_runtime.transport.observer import Observer
from pygen_runtime.transport.retry import RetryBudget
from pygen_runtime.transport.settings import ClientSettings
from pygen_runtime.transport.wire import ANSWERED, Answer, Fault, FaultKind, Outcome, Query, WireRequest

if TYPE_CHECKING:
    from pygen_runtime.transport.http import AsyncTransport

R = TypeVar("R")

_NOT_IN_PROJECTS = re.compile(r"[/\\?#\s]")


@dataclass(frozen=True, slots=True)
class _Reply(Generic[R]):
    value: R
    status: int
    request_id: str | None
    leaves_open: ClassVar[bool] = False


class _Shared:
    """What a transport has in common with its views."""

    def __init__(self) -> None:
        self.line: Line | None = None  # while it is open
        self.budget = RetryBudget()
        self.meter = Meter()


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
        self.base_url, self.project = _checked_url(base_url), _checked_project(project)
        self._credentials, self._settings, self._given = credentials, settings, transport
        self._shared = _Shared()
        self._observer = Observer(self._shared.meter, settings.hooks, bodies=settings.show_bodies)

    def with_settings(self, settings: ClientSettings) -> Transport:
        """A view: the same connections, tokens, limits and counters, but other time-outs and retries."""
        view = copy.copy(self)
        view._settings = settings  # noqa: SLF001  # it is one of us
        return view

    @property
    def counters(self) -> Counters:
        """What was done so far, by this transport and its views."""
        return self._shared.meter.snapshot()

    def tell_size(self, items: int) -> None:
        """Somebody who uses this transport asks for, or sends, so many items at once from now on, for the counters."""
        self._shared.meter.resized(items)

    @property
    def under_way(self) -> int:
        """Requests that are being sent or answered now, those included that nobody waits for any more."""
        return self.counters.under_way

    def open(self, tasks: TaskGroup) -> None:
        """Start to work; every exchange will run in `tasks`, which may be entered afterwards.

        Raises:
            UsageError: Connections cannot be made with these settings or this environment.
        """
        settings = self._settings
        try:
            from pygen_runtime.transport.http import HttpxWire  # noqa: PLC0415  # loads the HTTP library, on first use only

            wire = HttpxWire(self.base_url, self.project, settings, self._given)
        except (ImportError, OSError, ValueError) as error:
            raise UsageError(
                f"no connections can be made: {error}; check SSL_CERT_FILE, SSL_CERT_DIR, PYGEN_HTTP and proxy variables, and "
                "for HTTP/2 install httpx[http2]"
            ) from error
        gates = gates_of(self.base_url, self.project, settings.limits, settings.clock)
        self._shared.line = Line(wire, tasks, gates, self._credentials, settings.clock)

    async def aclose(self) -> None:
        """Close all connections; the tasks of `open` must have ended."""
        line, self._shared.line = self._shared.line, None
        if line is not None:
            await line.wire.aclose()

    async def call(
        self,
        method: str,
        path: str,
        *,
        operation: Operation,
        reply: msgspec.json.Decoder[R],
        body: bytes | None = None,
        params: Query = (),
        in_project: bool = True,
        lost: Callable[[], object] = lambda: None,
    ) -> R:
        """Send a request, as often as it takes, and decode the answer.

        Args:
            method: HTTP method.
            path: Path below the project, such as `/models/instances/list`.
            operation: Whose limit the request counts against.
            reply: Decodes the answer.
            body: JSON, at least 1 KiB of which is sent compressed.
            params: Query parameters.
            in_project: Whether the path is below the project, as nearly all are; otherwise it is below `/api/v1`.
            lost: Called when a try ends that the server may have acted on, although it did not say so, whatever comes of later tries.

        Raises:
            ApiError: The server refused; the subclass says how.
            TransportError: No whole, readable answer came, or not in time.
            ClientClosedError: The client is not open.
        """
        await anyio.lowlevel.checkpoint_if_cancelled()  # who has been cancelled sends nothing any more
        request = WireRequest.of(method, path, params, body, self._settings.timeouts, in_project=in_project)
        course = Course(Attempt(next(NEXT_CALL), 1, operation, method, path), self._settings)
        price, replayed = 0, False
        while True:
            answered, token = await self._try(request, course, reply, lost)
            if isinstance(answered, _Reply):
                self._shared.budget.repay(price)
                if (told := ANSWERED.get()) is not None:
                    told(course.asked(answered.status, answered.request_id))
                return answered.value
            if isinstance(answered, Answer) and answered.status == 401 and not replayed:
                self._credentials.invalidate(token)
                self._observer.tell(_retry(answered, course.attempt, 0.0))
                replayed = True
            else:
                wait, paid = self._settle_or_wait(answered, course)
                price = paid or price
                self._observer.tell(_retry(answered, course.attempt, wait))
                await course.clock.sleep(wait)
            course.again()

    async def _try(
        self, request: WireRequest, course: Course, reply: msgspec.json.Decoder[R], lost: Callable[[], object]
    ) -> tuple[_Reply[R] | Outcome, str]:
        """One try: what came of it, and the token it was made with."""
        line = self._shared.line
        if line is None:
            raise ClientClosedError(f"{request.method} {request.path} was not sent: {CLOSED}")
        self._refuse_if_closed(line, course)
        exchange = Exchange(line, request, course.attempt, self._observer)
        answered: _Reply[R] | Outcome | None = None
        try:
            with anyio.move_on_after(course.left):
                try:
                    answered = _decode(await exchange.perform(), reply)
                except NotReachedError as error:  # the token endpoint: as transient as trouble on the way to the API
                    answered = Fault(FaultKind.CONNECT, str(error), error)
        finally:
            if exchange.sent and (answered is None or answered.leaves_open):
                lost()
        if answered is None:
            raise course.too_late()
        if not isinstance(answered, _Reply):
            course.ended(answered)
        return answered, exchange.token

    def _refuse_if_closed(self, line: Line, course: Course) -> None:
        """The server may have asked another request of this kind for a longer wait than anybody wants."""
        attempt = course.attempt
        closed, longest = line.gates.of(attempt.operation).closed_for, self._settings.retry.longest_retry_after
        if closed > longest:
            raise RateLimitedError(
                f"not sent: the server asked all {attempt.operation.value} requests to wait {closed:.0f} s more, and "
                f"{longest:g} s is the most allowed",
                status=429,
                method=attempt.method,
                path=attempt.path,
                attempts=attempt.number - 1,
                elapsed=course.elapsed,
                hint="ask again later, or allow more with RetryPolicy(longest_retry_after=...)",
            )

    def _settle_or_wait(self, outcome: Outcome, course: Course) -> tuple[float, int]:
        """Seconds to wait until the next try, and what the retry costs; raises if there is to be none."""
        verdict = self._settings.retry.verdict(course.tries_like(outcome), outcome, course.clock.random())
        if verdict.wait is None:
            raise course.error_of(outcome, verdict.why) from _cause(outcome)
        price = self._shared.budget.spend(outcome)
        if price is None:
            why = "this client has used up its retries; the server seems to be in trouble"
            raise course.error_of(outcome, why) from _cause(outcome)
        if verdict.wait >= course.left:
            raise course.too_late() from course.error_of(outcome)
        return verdict.wait, price


def _decode(outcome: Outcome, reply: msgspec.json.Decoder[R]) -> _Reply[R] | Outcome:
    """The reply, if the server did what was asked. What is no JSON counts as a fault of the way; JSON of a wrong shape does not."""
    if not isinstance(outcome, Answer) or not outcome.ok:
        return outcome
    try:
        return _Reply(reply.decode(outcome.body), outcome.status, outcome.request_id)
    except msgspec.ValidationError as error:
        return Fault(FaultKind.UNEXPECTED, f"unexpected shape: {error}", error, outcome.status, outcome.request_id)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Fault(FaultKind.UNREADABLE, f"no JSON: {error}", error, outcome.status, outcome.request_id)


def _retry(outcome: Outcome, attempt: Attempt, wait: float) -> RetryScheduled:
    error = outcome.reason if isinstance(outcome, Fault) else None
    return RetryScheduled(attempt, outcome.status, outcome.request_id, error, wait)


def _cause(outcome: Outcome) -> Exception | None:
    return outcome.cause if isinstance(outcome, Fault) else None


def _checked_url(base_url: str) -> str:
    """A base URL without its last slash."""
    parts = urllib.parse.urlsplit(base_url)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.query or parts.fragment:
        raise UsageError("base_url must be an absolute URL such as https://westeurope-1.cognitedata.com")
    if parts.username or parts.password:
        raise UsageError("base_url must not hold a user name or password: credentials are given apart")
    before, api, _ = f"{base_url.rstrip('/')}/".partition("/api/v1/")
    if api:
        raise UsageError(f"base_url must end before /api/v1: give {before}, and the project apart")
    return base_url.rstrip("/")


def _checked_project(project: str) -> str:
    if not project:
        raise UsageError("project must not be empty: give its name, as it stands in the URLs of the API")
    if _NOT_IN_PROJECTS.search(project):
        raise UsageError(
            f"project is {project!r}: give its name alone, as it stands in the URLs of the API, such as my-project"
        )
    return project
