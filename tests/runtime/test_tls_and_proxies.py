"""Real sockets, TLS with a CA of our own, and a proxy: what stands between a client and the cloud in a company."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import anyio
import h2.config
import h2.connection
import h2.events
import pytest
import trustme
from anyio.abc import ByteStream, SocketAttribute, SocketStream
from anyio.streams.tls import TLSAttribute, TLSStream

from pygen_runtime.client import AsyncPygenClient, RetryPolicy
from pygen_runtime.errors import NotReachedError
from pygen_runtime.schema.requests import ListRequest
from pygen_runtime.transport import http
from tests.runtime.support import NUMBERS, client_of, raw

pytestmark = pytest.mark.anyio

HOST = "cdf.test"
PAGE = b'{"items":[7]}'
VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    http._usual_trust.cache_clear()
    yield
    http._usual_trust.cache_clear()


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def trust(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


async def ask(client: AsyncPygenClient) -> list[int]:
    return (await client.instances.list_page(ListRequest(instance_type="node"), NUMBERS)).items


async def head_of(stream: ByteStream) -> str:
    data = b""
    while b"\r\n\r\n" not in data:
        data += await stream.receive()
    return data.decode("latin-1")


# --- the cloud, and a proxy before it -------------------------------------------------------------------------------


class Cloud:
    """Answers over TLS, in HTTP/1.1 or, if the client offers it, HTTP/2."""

    def __init__(self, authority: trustme.CA) -> None:
        self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.context.set_alpn_protocols(["h2", "http/1.1"])
        authority.issue_cert(HOST, "127.0.0.1").configure_cert(self.context)
        self.spoken: list[str] = []
        self.port = 0

    async def serve(self, stream: TLSStream) -> None:
        version = stream.extra(TLSAttribute.alpn_protocol)
        self.spoken.append(version or "none")
        async with stream:
            if version == "h2":
                await self._serve_http2(stream)
            else:
                await head_of(stream)
                await stream.send(raw(PAGE))

    async def _serve_http2(self, stream: TLSStream) -> None:
        connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        connection.initiate_connection()
        while True:
            await stream.send(connection.data_to_send())
            for event in connection.receive_data(await stream.receive()):
                if isinstance(event, h2.events.StreamEnded):
                    connection.send_headers(event.stream_id, [(":status", "200"), ("content-type", "application/json")])
                    connection.send_data(event.stream_id, PAGE, end_stream=True)


class Proxy:
    """A CONNECT proxy: every host is the cloud, which no name server knows."""

    def __init__(self, cloud: Cloud, *, wants: str = "") -> None:
        self.cloud, self.wants = cloud, wants
        self.heads: list[str] = []
        self.port = 0

    async def serve(self, stream: SocketStream) -> None:
        async with stream:
            head = await head_of(stream)
            self.heads.append(head)
            if self.wants not in head:
                await stream.send(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
                return
            async with (
                await anyio.connect_tcp("127.0.0.1", self.cloud.port) as beyond,
                anyio.create_task_group() as tasks,
            ):
                await stream.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
                tasks.start_soon(pump, stream, beyond)
                await pump(beyond, stream)
                tasks.cancel_scope.cancel()


async def pump(source: SocketStream, target: SocketStream) -> None:
    with suppress(anyio.BrokenResourceError, anyio.ClosedResourceError):
        async for data in source:
            await target.send(data)


def forgiving(serve: Callable[[SocketStream], Awaitable[None]]) -> Callable[[SocketStream], Awaitable[None]]:
    """Clients hang up as they like."""

    async def quietly(stream: SocketStream) -> None:
        with suppress(anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError, ssl.SSLError, OSError):
            await serve(stream)

    return quietly


@asynccontextmanager
async def running(cloud: Cloud, proxy: Proxy | None = None) -> AsyncIterator[None]:
    plain = await anyio.create_tcp_listener(local_host="127.0.0.1")
    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    cloud.port = plain.extra(SocketAttribute.local_port)

    async def secure(stream: SocketStream) -> None:
        async with stream:
            await cloud.serve(await TLSStream.wrap(stream, server_side=True, ssl_context=cloud.context))

    async with plain, listener, anyio.create_task_group() as tasks:
        tasks.start_soon(plain.serve, forgiving(secure))
        if proxy is not None:
            proxy.port = listener.extra(SocketAttribute.local_port)
            tasks.start_soon(listener.serve, forgiving(proxy.serve))
        yield
        tasks.cancel_scope.cancel()


# --- trust ----------------------------------------------------------------------------------------------------------


async def test_a_private_ca_is_trusted_through_a_context(anyio_backend: str, authority: trustme.CA) -> None:
    cloud = Cloud(authority)
    async with (
        running(cloud),
        client_of(None, base_url=f"https://127.0.0.1:{cloud.port}", ssl_context=trust(authority)) as client,
    ):
        assert await ask(client) == [7]
    assert cloud.spoken == ["http/1.1"], "HTTP/2 is not offered unless asked for"


async def test_a_private_ca_is_trusted_through_a_variable(
    anyio_backend: str, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    cloud = Cloud(authority)
    async with running(cloud), client_of(None, base_url=f"https://127.0.0.1:{cloud.port}") as client:
        assert await ask(client) == [7]


async def test_a_ca_that_nobody_knows_is_told_at_once_with_what_to_do(
    anyio_backend: str, authority: trustme.CA
) -> None:
    cloud = Cloud(authority)
    async with running(cloud), client_of(None, base_url=f"https://127.0.0.1:{cloud.port}") as client:
        with pytest.raises(NotReachedError, match=r"certificate is not trusted .*SSL_CERT_FILE") as caught:
            await ask(client)
    assert caught.value.attempts == 1


# --- proxies --------------------------------------------------------------------------------------------------------


async def test_the_proxy_of_the_environment_leads_to_hosts_that_only_it_can_reach(
    anyio_backend: str, authority: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud = Cloud(authority)
    proxy = Proxy(cloud)
    async with running(cloud, proxy):
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        async with client_of(None, base_url=f"https://{HOST}", ssl_context=trust(authority)) as client:
            assert await ask(client) == [7]
    assert proxy.heads[0].startswith(f"CONNECT {HOST}:443 HTTP/1.1")


async def test_hosts_that_are_exempt_are_reached_directly(
    anyio_backend: str, authority: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud = Cloud(authority)
    proxy = Proxy(cloud)
    async with running(cloud, proxy):
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("NO_PROXY", "example.test,127.0.0.1")
        address = f"https://127.0.0.1:{cloud.port}"
        async with client_of(None, base_url=address, ssl_context=trust(authority)) as client:
            assert await ask(client) == [7]
    assert proxy.heads == []


async def test_a_proxy_that_wants_credentials_gets_those_in_its_address(
    anyio_backend: str, authority: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud = Cloud(authority)
    proxy = Proxy(cloud, wants="Basic bWU6c2VjcmV0LXB3")
    async with running(cloud, proxy):
        monkeypatch.setenv("HTTPS_PROXY", f"http://me:secret-pw@127.0.0.1:{proxy.port}")
        async with client_of(None, base_url=f"https://{HOST}", ssl_context=trust(authority)) as client:
            assert await ask(client) == [7]
        monkeypatch.setenv("HTTPS_PROXY", f"http://me:other-pw@127.0.0.1:{proxy.port}")
        async with client_of(None, base_url=f"https://{HOST}", ssl_context=trust(authority)) as client:
            with pytest.raises(NotReachedError, match=r"the proxy refused .*407.*check HTTPS_PROXY") as caught:
                await ask(client)
    assert caught.value.attempts == 1
    assert "other-pw" not in str(caught.value)


async def test_a_proxy_that_is_not_there_is_told(anyio_backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    async with client_of(None, base_url=f"https://{HOST}", retry=RetryPolicy(attempts=2)) as client:
        with pytest.raises(NotReachedError, match=r"after 2 attempts in 0\.0 s: no connection"):
            await ask(client)


# --- HTTP/2 ---------------------------------------------------------------------------------------------------------


async def test_http2_is_spoken_when_asked_for(anyio_backend: str, authority: trustme.CA) -> None:
    cloud = Cloud(authority)
    async with running(cloud):
        address = f"https://127.0.0.1:{cloud.port}"
        async with client_of(None, base_url=address, ssl_context=trust(authority), http2=True) as client:
            assert [await ask(client) for _ in range(3)] == [[7]] * 3
            many: list[list[int]] = []

            async def one() -> None:
                many.append(await ask(client))

            async with anyio.create_task_group() as tasks:
                for _ in range(4):
                    tasks.start_soon(one)
    assert many == [[7]] * 4
    assert set(cloud.spoken) == {"h2"}
