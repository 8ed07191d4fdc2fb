"""How faults look to a client: a layer around the application that refuses, delays and breaks answers as a plan says.

What HTTP cannot say, such as a reset, it does to the socket itself (`sockets`).
"""

from __future__ import annotations

import uuid
import zlib
from collections.abc import Iterator
from typing import Final

import msgspec
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pygen.server import sockets
from pygen.server.errors import RefusedError
from pygen.server.fault_plans import (
    Action,
    Answer,
    Budgets,
    Cut,
    CutGzip,
    Drip,
    ExpireCursor,
    ExpireToken,
    Refuse,
    Reset,
    TimeoutAbove,
)
from pygen.server.faults import Asked, Faults, PlanState
from pygen.server.http import accepts_gzip, error_response, read_body
from pygen.server.journal import finish, note_fault
from pygen.server.operations import Operation, operation_of
from pygen.server.waits import Waits

_GZIP: Final = 16 + zlib.MAX_WBITS
_TIMED_OUT: Final = "Graph query timed out. Reduce load or contention, or optimise your query."
_REFUSALS: Final = {
    ExpireToken: Refuse(status=401, message="Unauthorized: the token has expired."),
    ExpireCursor: Refuse(status=400, message="Cursor has expired"),
    TimeoutAbove: Refuse(status=408, message=_TIMED_OUT),
}


class FaultLayer:
    """Lets requests to the API go wrong.

    Args:
        app: The application inside.
        faults: Which ones, and how.
        waits: Those of the server.
    """

    def __init__(self, app: ASGIApp, faults: Faults, waits: Waits) -> None:
        self._app = app
        self._faults = faults
        self._waits = waits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, rightly or not."""
        state = self._faults.state
        if scope["type"] != "http" or not (state.plan.rules or state.plan.budgets):
            await self._app(scope, receive, send)
            return
        operation = operation_of(scope)
        with state.admitted(operation) as admitted:
            if not admitted:
                note_fault(scope, "budget")
                await _refusal(_over_budget(state.plan.budgets))(scope, receive, send)
            elif state.plan.rules:
                await self._under_rules(state, operation, Exchange(self._app, scope, receive, send))
            else:
                await self._app(scope, receive, send)

    async def _under_rules(self, state: PlanState, operation: Operation, exchange: Exchange) -> None:
        try:
            asked = await exchange.read(operation)
        except RefusedError as refusal:
            await error_response(refusal)(exchange.scope, exchange.receive, exchange.send)
            return
        except ClientDisconnect:
            return
        rule = state.rule_for(asked)
        if rule is None:
            await exchange.run(exchange.send)
            return
        action = rule.action
        note_fault(exchange.scope, str(action.__struct_config__.tag) if action else "delay")
        if rule.delay and not await self._waits.wait(rule.delay, exchange.receive):
            return
        await perform(action, exchange, self._waits)


class Exchange:
    """A request, and ways to answer it."""

    def __init__(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        self._app = app
        self.scope = scope
        self.receive = receive
        self.send = send
        self._body = b""

    async def read(self, operation: Operation) -> Asked:
        """Read the request; the application gets it all the same.

        Raises:
            RefusedError: The body cannot be read.
        """
        self._body = await read_body(Request(self.scope, self.receive))
        headers = Headers(scope=self.scope)
        unpacked = [pair for pair in headers.raw if pair[0] not in (b"content-encoding", b"content-length")]
        self.scope = {**self.scope, "headers": unpacked}
        return Asked(
            operation=operation,
            body=_object(self._body),
            packed=self._body,
            token=headers.get("authorization", ""),
            accepts_gzip=accepts_gzip(headers.get("accept-encoding", "")),
        )

    async def run(self, send: Send) -> None:
        """Let the application answer to `send`."""
        unread: Iterator[Message] = iter([{"type": "http.request", "body": self._body, "more_body": False}])

        async def receive() -> Message:
            return next(unread, None) or await self.receive()

        await self._app(self.scope, receive, send)

    async def answer(self) -> tuple[Message, bytes]:
        """What the application answers: the head, and the body, which it sends whole."""
        head: Message = {}
        pieces: list[bytes] = []

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                head.update(message)
            else:
                pieces.append(message.get("body", b""))

        await self.run(keep)
        return head, b"".join(pieces)

    async def begin(self, head: Message, *pieces: bytes) -> None:
        """Send the head and the first pieces of an answer that goes on."""
        await self.send(head)
        for piece in pieces:
            await self.send({"type": "http.response.body", "body": piece, "more_body": True})


async def perform(action: Action | None, exchange: Exchange, waits: Waits) -> None:
    """Answer a request as an action says."""
    match action:
        case Refuse():
            await _refuse(action, exchange)
        case Answer(status=status, body=body, content_type=media):
            response = Response(body, status, media_type=media, headers=_request_id())
            await response(exchange.scope, exchange.receive, exchange.send)
        case Drip():
            await _drip(action, exchange, waits)
        case Cut() | Reset():
            await _break(action, exchange)
        case CutGzip(missing=missing):
            await _cut_gzip(missing, exchange)
        case ExpireToken() | ExpireCursor() | TimeoutAbove():
            await _refuse(_REFUSALS[type(action)], exchange)
        case None:
            await exchange.run(exchange.send)


async def _refuse(action: Refuse, exchange: Exchange) -> None:
    if action.carried_out:
        await exchange.answer()
    await _refusal(action)(exchange.scope, exchange.receive, exchange.send)


async def _drip(action: Drip, exchange: Exchange, waits: Waits) -> None:
    head, body = await exchange.answer()
    await exchange.begin(head, body[: action.size])
    for start in range(action.size, len(body), action.size):
        if not await waits.wait(action.pause, exchange.receive):
            return
        piece = body[start : start + action.size]
        await exchange.send({"type": "http.response.body", "body": piece, "more_body": True})
    await exchange.send({"type": "http.response.body", "body": b"", "more_body": False})


async def _break(action: Cut | Reset, exchange: Exchange) -> None:
    if action.at is None:
        if action.carried_out:
            await exchange.answer()
    else:
        head, body = await exchange.answer()
        await exchange.begin(head, body[: action.at])
    finish(exchange.scope)
    end = sockets.close if isinstance(action, Cut) else sockets.reset
    await end(exchange.scope, exchange.receive)


async def _cut_gzip(missing: int, exchange: Exchange) -> None:
    head, body = await exchange.answer()
    headers = MutableHeaders(raw=head["headers"])
    if headers.get("content-encoding") != "gzip":
        packer = zlib.compressobj(1, zlib.DEFLATED, _GZIP)
        body = packer.compress(body) + packer.flush()
        headers["content-encoding"] = "gzip"
    body = body[:-missing]
    headers["content-length"] = str(len(body))
    await exchange.send({**head, "headers": headers.raw})
    await exchange.send({"type": "http.response.body", "body": body, "more_body": False})


def _over_budget(budgets: Budgets | None) -> Refuse:
    return Refuse(
        status=429, message="Too many concurrent requests.", retry_after=budgets.retry_after if budgets else None
    )


def _refusal(action: Refuse) -> Response:
    response = error_response(RefusedError(action.message, status=action.status))
    response.headers.update(_request_id())
    if action.retry_after is not None:
        response.headers["retry-after"] = _text(action.retry_after)
    return response


def _text(retry_after: float | str) -> str:
    return retry_after if isinstance(retry_after, str) else f"{retry_after:g}"


def _request_id() -> dict[str, str]:
    return {"x-request-id": uuid.uuid4().hex}


def _object(body: bytes) -> dict[str, object]:
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}  # the application says what is wrong with it
    return value if isinstance(value, dict) else {}
