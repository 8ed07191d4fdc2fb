"""What a client tells of itself: events, counters, log, traces; none of them shows a secret or disturbs a request."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

import anyio
import anyio.lowlevel
import httpx
import pytest

from pygen_runtime.client import AsyncPygenClient, Counters
from pygen_runtime.errors import MissingExtraError, PygenError
from pygen_runtime.schema.requests import ListRequest
from pygen_runtime.transport import Attempt, AttemptEnded, AttemptStarted, Event, Operation, RetryScheduled
from pygen_runtime.transport.otel import Tracing
from tests.runtime.support import NUMBERS, TOKEN, Api, client_of, ok, refused
from tests.virtual_clock import VirtualClock

pytestmark = pytest.mark.anyio

REQUEST = ListRequest(instance_type="node", limit=5)


async def ask(client: AsyncPygenClient) -> list[int]:
    return (await client.instances.list_page(REQUEST, NUMBERS)).items


def troubled() -> Api:
    """Two failures, then an answer."""
    return Api(refused(503, "body-text", x_request_id="r-1"), httpx.ReadError("gone"), ok([1]))


# --- events and counters --------------------------------------------------------------------------------------------


async def test_hooks_see_every_attempt_and_every_wait(anyio_backend: str) -> None:
    seen: list[Event] = []
    clock = VirtualClock(jitter=1.0)

    class Slow(Api):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            clock.time += 0.25
            return await super().handle_async_request(request)

    async with client_of(Slow(*troubled().answers), clock=clock, hooks=(seen.append,)) as client:
        await ask(client)
    call = seen[0].attempt.call
    first, second, third = (
        Attempt(call, number, Operation.READ, "POST", "/models/instances/list") for number in (1, 2, 3)
    )
    size = len(b'{"error":{"code":503,"message":"body-text"}}')
    assert seen == [
        AttemptStarted(first, 33),
        AttemptEnded(first, 503, "r-1", None, 0.0, 0.25, size),
        RetryScheduled(first, 503, "r-1", None, 0.5),
        AttemptStarted(second, 33),
        AttemptEnded(second, 0, None, "the connection broke (gone)", 0.0, 0.25, 0),
        RetryScheduled(second, 0, None, "the connection broke (gone)", 1.0),
        AttemptStarted(third, 33),
        AttemptEnded(third, 200, None, None, 0.0, 0.25, len(b'{"items":[1],"nextCursor":null}')),
    ]


async def test_the_numbers_of_a_client(anyio_backend: str) -> None:
    answers = troubled().answers
    clock = VirtualClock(jitter=1.0)
    async with client_of(Api(*answers, refused(429), refused(408)), clock=clock) as client:
        assert client.counters == Counters()
        await ask(client)
        with pytest.raises(PygenError):
            await ask(client.with_options(page_size=3))
        counted = client.counters
    assert counted == Counters(
        requests=5,
        retries=3,
        failures=1,
        refusals=3,
        rate_limited=1,
        timed_out=1,
        waits=3,
        seconds_waited=2.0,
        bytes_sent=5 * 33,
        bytes_received=counted.bytes_received,
    )
    assert counted.bytes_received > 100


async def test_a_hook_that_fails_is_reported_and_disturbs_nothing(
    anyio_backend: str, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(event: Event) -> None:
        raise ZeroDivisionError("mine")

    seen: list[Event] = []
    async with client_of(troubled(), hooks=(broken, seen.append)) as client:
        assert await ask(client) == [1]
        assert client.counters.under_way == 0
    errors = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(errors) == len(seen) == 8
    assert "broken failed on AttemptStarted; the request goes on" in errors[0].getMessage()
    assert errors[0].exc_info is not None
    assert errors[0].exc_info[0] is ZeroDivisionError


async def test_an_attempt_whose_caller_left_ends_for_the_hooks_too(anyio_backend: str) -> None:
    seen: list[Event] = []
    release = anyio.Event()

    class Slow(Api):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            await release.wait()
            return await super().handle_async_request(request)

    async with client_of(Slow(ok([1])), hooks=(seen.append,)) as client:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(ask, client)
            while not seen:
                await anyio.lowlevel.checkpoint()
            tasks.cancel_scope.cancel()
        assert client.counters.under_way == 1
        release.set()
        while client.counters.under_way:
            await anyio.lowlevel.checkpoint()
    assert [type(event) for event in seen] == [AttemptStarted, AttemptEnded]


async def test_closing_the_client_ends_the_attempts_for_the_hooks_too(anyio_backend: str) -> None:
    seen: list[Event] = []

    class Never(Api):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            await anyio.sleep_forever()
            return ok()

    async def expect_closed() -> None:
        with pytest.raises(PygenError):
            await ask(client)

    async with anyio.create_task_group() as tasks, client_of(Never(ok()), hooks=(seen.append,)) as client:
        tasks.start_soon(expect_closed)
        while not seen:
            await anyio.lowlevel.checkpoint()
    assert isinstance(seen[-1], AttemptEnded)
    assert seen[-1].error == "it was not finished"
    assert client.counters.under_way == 0


# --- log ------------------------------------------------------------------------------------------------------------


async def logged(caplog: pytest.LogCaptureFixture, **settings: Any) -> list[dict[str, Any]]:
    caplog.set_level(logging.DEBUG, "pygen")
    async with client_of(troubled(), **settings) as client:
        await ask(client)
    return [record.__dict__ for record in caplog.records if record.name == "pygen"]


async def test_attempts_and_waits_are_logged_with_fields_and_without_secrets(
    anyio_backend: str, caplog: pytest.LogCaptureFixture
) -> None:
    records = await logged(caplog)
    assert [(record["levelname"], record["attempt"], record["status"]) for record in records] == [
        ("DEBUG", 1, 503),
        ("INFO", 1, 503),
        ("DEBUG", 2, 0),
        ("INFO", 2, 0),
        ("DEBUG", 3, 200),
    ]
    first = records[0]
    assert (first["method"], first["path"], first["request_id"]) == ("POST", "/models/instances/list", "r-1")
    assert (first["error"], first["duration"], first["queued"]) == (None, 0.0, 0.0)
    assert (records[1]["wait"], records[3]["error"]) == (0.0, "the connection broke (gone)")
    assert records[1]["message"] == "POST /models/instances/list: 503; trying again in 0.0 s"
    shown = json.dumps(records, default=str)
    assert TOKEN not in shown
    assert "body-text" not in shown
    assert "instanceType" not in shown


async def test_bodies_are_logged_when_asked_for_and_still_no_secrets(
    anyio_backend: str, caplog: pytest.LogCaptureFixture
) -> None:
    records = await logged(caplog, show_bodies=True)
    assert [record.get("body") for record in records][:2] == [
        '{"instanceType":"node","limit":5}',
        '{"error":{"code":503,"message":"body-text"}}',
    ]
    assert records[0]["message"].endswith('sends 33 bytes: {"instanceType":"node","limit":5}')
    assert TOKEN not in json.dumps(records, default=str)


async def test_a_compressed_body_is_logged_in_clear(anyio_backend: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "pygen")
    async with client_of(Api(ok()), show_bodies=True) as client:
        await client.instances.list_page(ListRequest(instance_type="node", cursor="c" * 2000), NUMBERS)
    assert '"cursor":"ccc' in caplog.records[0].__dict__["body"]


async def test_a_quiet_log_costs_nothing(anyio_backend: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "pygen")
    async with client_of(troubled()) as client:
        await ask(client)
    assert caplog.records == []


# --- traces ---------------------------------------------------------------------------------------------------------


async def test_each_attempt_is_a_span_below_the_one_of_the_caller(anyio_backend: str) -> None:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
    from opentelemetry.trace import SpanKind, StatusCode

    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    async with client_of(troubled(), hooks=(Tracing(provider),)) as client:
        with provider.get_tracer("mine").start_as_current_span("work"):
            await ask(client)
    *attempts, work = exporter.get_finished_spans()
    assert [span.name for span in attempts] == ["POST /models/instances/list"] * 3
    assert {span.parent.span_id for span in attempts if span.parent} == {work.context.span_id}
    assert {span.kind for span in attempts} == {SpanKind.CLIENT}
    shown = [dict(span.attributes or {}) for span in attempts]
    assert [one.get("http.response.status_code") for one in shown] == [503, None, 200]
    assert [one.get("http.request.resend_count") for one in shown] == [None, 1, 2]
    assert [one.get("error.type") for one in shown] == ["503", "_OTHER", None]
    assert shown[0]["http.response.header.x-request-id"] == ("r-1",)
    assert [span.status.status_code for span in attempts] == [StatusCode.ERROR, StatusCode.ERROR, StatusCode.UNSET]
    assert attempts[1].status.description == "the connection broke (gone)"
    assert TOKEN not in repr([span.to_json() for span in attempts])


async def test_without_the_extra_tracing_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'cdf-pygen\[otel\]'"):
        Tracing()


async def test_the_end_of_an_attempt_that_was_not_seen_starting_is_passed_over() -> None:
    Tracing()(AttemptEnded(Attempt(0, 1, Operation.READ, "GET", "/p"), 200, None, None, 0.0, 0.0, 0))
