"""HTTP around the endpoints: authentication, bodies, compression, errors (contract §1).

Endpoints are plain functions from a `Call` to an answer. They run in worker threads, because SQLite's longer work would stop everybody.
"""

from __future__ import annotations

import logging
import uuid
import zlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import anyio
import anyio.to_thread
import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pygen.server.calls import Call
from pygen.server.errors import RefusedError
from pygen.server.journal import note_answer
from pygen.server.store import Store

MAX_BODY: Final = 64 * 1024 * 1024
"""The most bytes that a request body may have, unpacked."""

BODY_SECONDS: Final = 60.0
"""How long a request body may take to arrive."""

_MIN_COMPRESSED = 1024
_GZIP = 16 + zlib.MAX_WBITS
_log = logging.getLogger("pygen.server")

Act = Callable[[Call], "dict[str, Any] | bytes"]


def endpoint(store: Store, acts: Mapping[str, Act]) -> Callable[[Request], Awaitable[Response]]:
    """What answers one path over a store, by method."""

    async def answer(request: Request) -> Response:
        body = await read_body(request)
        call = Call(store, body, request.query_params.multi_items(), request.path_params)
        compress = accepts_gzip(request.headers.get("accept-encoding", ""))
        act = acts["GET" if request.method == "HEAD" else request.method]
        return await anyio.to_thread.run_sync(_answer, act, call, compress, request.scope)

    return answer


def _answer(act: Act, call: Call, compress: bool, scope: Scope) -> Response:
    try:
        result = act(call)
    except RecursionError as error:
        raise RefusedError("The JSON of the request is nested too deeply.") from error
    note_answer(scope, result)
    body = result if isinstance(result, bytes) else msgspec.json.encode(result)
    headers = {"vary": "accept-encoding"}
    if compress and len(body) > _MIN_COMPRESSED:
        packer = zlib.compressobj(1, zlib.DEFLATED, _GZIP)
        body = packer.compress(body) + packer.flush()
        headers["content-encoding"] = "gzip"
    return Response(body, headers=headers, media_type="application/json")


def accepts_gzip(offered: str) -> bool:
    """Whether `accept-encoding` offers gzip, and not with weight 0."""
    for part in offered.split(","):
        coding, _, weight = part.replace(" ", "").lower().partition(";q=")
        if coding in ("gzip", "*"):
            return weight not in ("0", "0.0", "0.00", "0.000")
    return False


async def read_body(request: Request) -> bytes:
    """The body, unpacked as it comes in, so that no more than the limit is ever held."""
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", ""):
        raise RefusedError(f"The content-encoding '{encoding[:100]}' is not supported: use gzip or none.", status=415)
    chunks: list[bytes] = []
    size = 0
    unpack = zlib.decompressobj(_GZIP) if encoding == "gzip" else None
    with anyio.move_on_after(BODY_SECONDS) as patience:
        async for chunk in request.stream():
            part = chunk if unpack is None else _unpacked(unpack, chunk, MAX_BODY + 1 - size)
            size += len(part)
            if size > MAX_BODY:
                raise RefusedError(f"The request body is larger than {MAX_BODY} bytes.", status=413)
            chunks.append(part)
    if patience.cancelled_caught:
        raise RefusedError(f"The request body did not arrive within {BODY_SECONDS:g} seconds.", status=408)
    if unpack is not None and not unpack.eof and size + len(unpack.unconsumed_tail) > 0:
        raise RefusedError("The gzip body of the request is cut short.")
    return b"".join(chunks)


def _unpacked(unpack: Any, chunk: bytes, at_most: int) -> bytes:
    try:
        part: bytes = unpack.decompress(chunk, at_most)
    except zlib.error as error:
        raise RefusedError(f"The request body is not valid gzip: {error}.") from error
    return part


def error_response(refusal: RefusedError) -> Response:
    """An error body (contract §1.5)."""
    return Response(msgspec.json.encode(refusal.body()), status_code=refusal.status, media_type="application/json")


class Envelope:
    """Outermost layer: a request id on every answer, paths without trailing slash, bearer tokens, and no error without a body.

    Args:
        app: The application inside.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = uuid.uuid4().hex
        started = False

        async def send_with_id(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            if scope["path"].startswith("/api/"):
                _check_token(scope)
            await self._app(_without_slash(scope), receive, send_with_id)
        except RefusedError as refusal:
            await error_response(refusal)(scope, receive, send_with_id)
        except ClientDisconnect:
            _log.info("The client of request %s went away.", request_id)
        except Exception:
            _log.exception("Request %s failed: %s %s", request_id, scope["method"], scope["path"])
            if started:
                raise
            failure = RefusedError("The local pygen server failed; its log says more.", status=500)
            await error_response(failure)(scope, receive, send_with_id)


def _check_token(scope: Scope) -> None:
    """Any token will do, but there must be one (contract §1.2)."""
    value = next((value for key, value in scope["headers"] if key == b"authorization"), b"")
    scheme, _, token = value.decode("latin-1").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise RefusedError("Unauthorized: the request needs the header 'Authorization: Bearer <token>'.", status=401)


def _without_slash(scope: Scope) -> Scope:
    path = scope["path"]
    return scope if path == "/" or not path.endswith("/") else {**scope, "path": path.rstrip("/") or "/"}
