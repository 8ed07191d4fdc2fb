"""OpenTelemetry: a span for each attempt, below the span that is current where the call is made.

    settings = ClientSettings(hooks=(Tracing(),))

Names and attributes are those of the HTTP conventions of OpenTelemetry. Needs the extra `otel`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pygen_runtime.errors import MissingExtraError
from pygen_runtime.transport.events import Attempt, AttemptEnded, AttemptStarted, Event

if TYPE_CHECKING:
    from opentelemetry.trace import Span, TracerProvider


class Tracing:
    """A hook that makes spans.

    Args:
        provider: Where spans go; by default the provider of the process.

    Raises:
        MissingExtraError: opentelemetry-api is not installed.
    """

    def __init__(self, provider: TracerProvider | None = None) -> None:
        try:
            from opentelemetry import trace  # noqa: PLC0415  # an extra, loaded only by who asks for it
        except ImportError as error:
            raise MissingExtraError("tracing needs the extra otel: pip install 'cdf-pygen[otel]'") from error
        self._trace = trace
        self._tracer = trace.get_tracer("pygen", tracer_provider=provider)
        self._spans: dict[Attempt, Span] = {}

    def __call__(self, event: Event) -> None:
        """Start or end a span."""
        if isinstance(event, AttemptStarted):
            self._start(event)
        elif isinstance(event, AttemptEnded):
            self._end(event)

    def _start(self, event: AttemptStarted) -> None:
        attempt = event.attempt
        attributes: dict[str, str | int] = {
            "http.request.method": attempt.method,
            "url.template": attempt.path,
            "http.request.body.size": event.sent,
        }
        if attempt.number > 1:
            attributes["http.request.resend_count"] = attempt.number - 1
        self._spans[attempt] = self._tracer.start_span(
            f"{attempt.method} {attempt.path}", kind=self._trace.SpanKind.CLIENT, attributes=attributes
        )

    def _end(self, event: AttemptEnded) -> None:
        span = self._spans.pop(event.attempt, None)
        if span is None:
            return
        span.set_attribute("http.response.body.size", event.received)
        if event.status:
            span.set_attribute("http.response.status_code", event.status)
        if event.request_id is not None:
            span.set_attribute("http.response.header.x-request-id", [event.request_id])
        if event.error is not None or not 200 <= event.status < 300:
            span.set_attribute("error.type", "_OTHER" if event.error is not None else str(event.status))
            span.set_status(self._trace.StatusCode.ERROR, event.error)
        span.end()
