"""The only module that imports the HTTP library; it is itself imported when a client first opens.

It talks to httpx's transports directly: the layer above them (cookies, redirects, auth flows) is not needed here and costs
as much as the decoding of a small page. With `PYGEN_HTTP=httpx2` in the environment its successor of that name, which has the
same interface, takes its place.
"""

from __future__ import annotations

import contextlib
import functools
import os
import ssl
import urllib.parse
import urllib.request
from collections.abc import AsyncIterator, Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import anyio

from pygen_runtime._version import __version__
from pygen_runtime.transport.body import LARGEST_BODY, BodyError, check_json, unpack
from pygen_runtime.transport.settings import ClientSettings
from pygen_runtime.transport.text import plain
from pygen_runtime.transport.wire import ON_WIRE, Answer, Fault, FaultKind, Outcome, Query, WireRequest, request_id

_LIBRARY = os.environ.get("PYGEN_HTTP") or "httpx"
if TYPE_CHECKING or _LIBRARY == "httpx":
    import httpx
elif _LIBRARY == "httpx2":
    import httpx2 as httpx
else:
    raise ImportError(f"PYGEN_HTTP must be httpx or httpx2, not {plain(_LIBRARY)}")

AsyncTransport: TypeAlias = httpx.AsyncBaseTransport
"""What `transport=` takes."""

_CLOSING = 5.0  # seconds that closing connections may take
_ROOM = 4 * 1024 * 1024  # bytes: more than a page takes from the packed answer to the last object
_SENT = "send_request_body.complete"


class HttpxWire:
    """Requests over one connection pool to one project.

    Args:
        base_url: Scheme, host and perhaps a path, without the API's own.
        project: The project.
        settings: Time-outs, limits, trust, names.
        transport: Used instead of a pool of our own.
    """

    def __init__(
        self, base_url: str, project: str, settings: ClientSettings, transport: AsyncTransport | None = None
    ) -> None:
        self._api = f"{base_url}/api/v1"
        self._project = f"{self._api}/projects/{urllib.parse.quote(project, safe='')}"
        self._transport = transport or _pool(base_url, settings)
        self._headers = [
            (b"Host", httpx.URL(base_url).netloc),
            (b"Accept", b"application/json"),
            (b"Accept-Encoding", b"gzip"),
            (b"User-Agent", f"pygen/{__version__}".encode()),
            (b"cdf-version", b"20230101"),
            (b"x-cdp-app", settings.app_name.encode()),
            (b"x-cdp-sdk", f"pygen:{__version__}".encode()),
        ]
        self._url = functools.lru_cache(maxsize=64)(self._make_url)
        _keep_room()

    async def send(self, request: WireRequest, token: str, wanted: Callable[[], bool]) -> Outcome:
        """Send the request once; see `Wire`."""
        times = request.timeouts
        extensions: dict[str, Any] = {"timeout": {**times._asdict(), "pool": times.connect}}
        if (sent := ON_WIRE.get()) is not None:
            extensions["trace"] = _tell(sent)
        outgoing = httpx.Request(
            request.method,
            self._url(request.path, request.query, request.in_project),
            headers=[*self._headers, *_body_headers(request), (b"Authorization", b"Bearer " + token.encode("ascii"))],
            stream=httpx.ByteStream(request.body),
            extensions=extensions,
        )
        outcome = await _exchange(self._transport, outgoing, wanted)
        if sent is not None:
            sent()  # at the latest: not every transport traces
        return outcome

    async def aclose(self) -> None:
        """Close the pool, even in a task that is being cancelled."""
        with anyio.move_on_after(_CLOSING, shield=True):
            await self._transport.aclose()

    def _make_url(self, path: str, query: Query, in_project: bool) -> httpx.URL:
        url = (self._project if in_project else self._api) + path
        return httpx.URL(url, params=query) if query else httpx.URL(url)


async def post_form(
    url: str,
    form: Mapping[str, str],
    headers: Mapping[str, str],
    *,
    ssl_context: ssl.SSLContext | None = None,
    transport: AsyncTransport | None = None,
) -> Outcome:
    """Post one form, over a connection of its own unless a transport is given."""
    request = httpx.Request(
        "POST",
        url,
        data=dict(form),
        headers={"Accept": "application/json", "Accept-Encoding": "gzip", **headers},
        extensions={"timeout": httpx.Timeout(30.0).as_dict()},
    )
    if transport is not None:
        return await _exchange(transport, request, lambda: True)
    own = httpx.AsyncHTTPTransport(verify=ssl_context or _trust(url), proxy=_proxy(url))
    try:
        return await _exchange(own, request, lambda: True)
    finally:
        with anyio.move_on_after(_CLOSING, shield=True):
            await own.aclose()


async def _exchange(transport: AsyncTransport, request: httpx.Request, wanted: Callable[[], bool]) -> Outcome:
    try:
        response = await transport.handle_async_request(request)
        try:
            return _answer(response, await _read(response, wanted))
        except BodyError as error:
            return Fault(error.kind, str(error), None, response.status_code, request_id(response.headers))
        finally:
            await response.aclose()
    except (httpx.HTTPError, OSError) as error:
        return _fault(error)


async def _read(response: httpx.Response, wanted: Callable[[], bool]) -> bytes:
    """The raw body. Between two chunks is where an exchange that nobody waits for can be ended without harm."""
    stream = response.stream
    assert isinstance(stream, httpx.AsyncByteStream)  # noqa: S101  # the contract of asynchronous transports
    iterator = aiter(stream)  # not `aiter_raw`, which refuses the ready-made responses of test transports
    chunks: list[bytes] = []
    size = 0
    async for chunk in iterator:
        size += len(chunk)
        if size > LARGEST_BODY:
            await _stop(response, iterator)
            raise BodyError(FaultKind.UNREADABLE, f"it is larger than {LARGEST_BODY} bytes")
        if not wanted():
            await _stop(response, iterator)
            raise BodyError(FaultKind.CUT, "nobody waits for it any more")
        chunks.append(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


async def _stop(response: httpx.Response, iterator: AsyncIterator[bytes]) -> None:
    """End a body early. Reading on after closing ends all the generators inside, which would warn when they were collected."""
    await response.aclose()
    with contextlib.suppress(httpx.HTTPError, OSError, StopAsyncIteration):
        await anext(iterator)


def _answer(response: httpx.Response, raw: bytes) -> Outcome:
    status, headers = response.status_code, response.headers
    try:
        if 200 <= status < 300:
            check_json(headers)
        return Answer(status, headers, unpack(raw, headers), len(raw))
    except BodyError as error:
        if 200 <= status < 300:
            return Fault(error.kind, str(error), None, status, request_id(headers), len(raw))
        return Answer(status, headers, b"", len(raw))  # the status says enough


def _fault(error: Exception) -> Fault:
    """What an error of the HTTP library means. Its text is shown only where it can hold nothing of our headers."""
    text = plain(str(error)) or type(error).__name__
    if isinstance(error, (httpx.LocalProtocolError, httpx.UnsupportedProtocol)):
        return Fault(FaultKind.HOPELESS, f"the request could not be made ({type(error).__name__}); check URL and token")
    if isinstance(error, httpx.ProxyError):
        kind = FaultKind.HOPELESS if "407" in text else FaultKind.CONNECT
        return Fault(kind, f"the proxy refused the connection ({text}); check HTTPS_PROXY and NO_PROXY", error)
    if isinstance(error, httpx.ConnectError) and (distrust := _distrust(error)):
        hint = "trust your CA with SSL_CERT_FILE or ClientSettings(ssl_context=...)"
        return Fault(FaultKind.HOPELESS, f"the server's certificate is not trusted ({distrust}); {hint}", error)
    if isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout)):
        return Fault(
            FaultKind.CONNECT, f"no connection ({text}); check the base URL, and proxies in HTTPS_PROXY", error
        )
    if isinstance(error, httpx.TimeoutException):
        return Fault(FaultKind.TIMEOUT, f"timed out ({type(error).__name__})", error)
    return Fault(FaultKind.BROKEN, f"the connection broke ({text})", error)


def _distrust(error: BaseException | None) -> str:
    """Why the certificate of the server is not trusted, from an error or one of its causes; empty if it is about something else."""
    while error is not None:
        text = plain(str(error))
        if "CERTIFICATE_VERIFY_FAILED" in text:
            return text
        error = error.__cause__ or error.__context__
    return ""


def _body_headers(request: WireRequest) -> list[tuple[bytes, bytes]]:
    if not request.body:
        return [(b"Content-Length", b"0")] if request.method == "POST" else []
    headers = [(b"Content-Type", b"application/json"), (b"Content-Length", str(len(request.body)).encode())]
    return [*headers, (b"Content-Encoding", b"gzip")] if request.gzipped else headers


def _tell(sent: Callable[[], None]) -> Callable[[str, Mapping[str, Any]], Any]:
    """A trace for httpcore that calls `sent` when the last byte of the request is out."""

    async def trace(event: str, info: Mapping[str, Any]) -> None:
        if event.endswith(_SENT):
            sent()

    return trace


def _keep_room() -> None:
    """Let the memory of one page be used for the next.

    The C library of Linux gives the end of the heap back as soon as the unpacked answer has been dropped, and gets it again for the
    next one, page by page from the system: a tenth of what reading costs. How much may lie unused it learns from the largest block
    that was ever freed; this one is never written to, so that it costs nothing.
    """
    bytes(_ROOM)


def _pool(base_url: str, settings: ClientSettings) -> AsyncTransport:
    """A pool with a connection for each place in the limiters, so that no request ever waits inside it."""
    return httpx.AsyncHTTPTransport(
        verify=settings.ssl_context or _trust(base_url),
        http2=settings.http2,
        limits=httpx.Limits(
            max_connections=settings.limits.total, max_keepalive_connections=settings.limits.total, keepalive_expiry=5.0
        ),
        proxy=_proxy(base_url),
    )


def _trust(url: str) -> ssl.SSLContext:
    """The usual trust; without TLS there is nothing to trust, and an empty context is made at once."""
    return _usual_trust() if url.startswith("https:") else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@functools.cache
def _usual_trust() -> ssl.SSLContext:
    """Made once: loading the certificates takes a hundred times as long as the rest of opening a client."""
    return httpx.create_ssl_context()


def _proxy(url: str) -> str | None:
    """The proxy that the environment names for a URL, unless it exempts the host."""
    parts = urllib.parse.urlsplit(url)
    if not parts.hostname or urllib.request.proxy_bypass(parts.hostname):
        return None
    found = urllib.request.getproxies()
    proxy = found.get(parts.scheme) or found.get("all")
    return proxy if proxy is None or "://" in proxy else f"http://{proxy}"
