"""Requests as they leave, and every way in which they can fail."""

from __future__ import annotations

from typing import Any

import anyio
import httpx
import msgspec
import pytest
import respx

from pygen_runtime._version import __version__
from pygen_runtime.client import AsyncPygenClient, ClientSettings, StaticToken, TokenProvider
from pygen_runtime.errors import (
    ApiError,
    AuthenticationError,
    ClientClosedError,
    ConflictError,
    DeadlineError,
    InvalidResponseError,
    NotFoundError,
    NotReachedError,
    PermissionDeniedError,
    RateLimitedError,
    ServerError,
    ServerTimeoutError,
    UsageError,
)
from pygen_runtime.schema.requests import ListRequest
from pygen_runtime.transport import http
from tests.runtime.support import NUMBERS, TOKEN, Api, client_of, ok, refused
from tests.virtual_clock import VirtualClock

pytestmark = pytest.mark.anyio

REQUEST = ListRequest(instance_type="node", limit=5)


async def ask(client: AsyncPygenClient) -> list[int]:
    return (await client.instances.list_page(REQUEST, NUMBERS)).items


async def failure(*answers: Any, clock: VirtualClock | None = None, **more: Any) -> Any:
    async with client_of(Api(*answers), clock=clock, **more) as client:
        with pytest.raises((ApiError, InvalidResponseError, NotReachedError, DeadlineError)) as caught:
            await ask(client)
    assert TOKEN not in str(caught.value)
    return caught.value


async def test_the_request_is_what_the_contract_says(anyio_backend: str) -> None:
    api = Api(ok([1]))
    async with client_of(api, base_url="https://cdf.test:8443/prefix/", app_name="my-app") as client:
        assert await ask(client) == [1]
    request = api.requests[0]
    assert request.method == "POST"
    assert str(request.url) == "https://cdf.test:8443/prefix/api/v1/projects/proj/models/instances/list"
    assert request.content == b'{"instanceType":"node","limit":5}'
    assert dict(request.headers) == {
        "host": "cdf.test:8443",
        "accept": "application/json",
        "accept-encoding": "gzip",
        "user-agent": f"pygen/{__version__}",
        "cdf-version": "20230101",
        "x-cdp-app": "my-app",
        "x-cdp-sdk": f"pygen:{__version__}",
        "content-type": "application/json",
        "content-length": "33",
        "authorization": f"Bearer {TOKEN}",
    }
    assert request.extensions["timeout"] == {"connect": 10.0, "read": 60.0, "write": 60.0, "pool": 10.0}


async def test_a_project_cannot_leave_its_place_in_the_path(anyio_backend: str) -> None:
    api = Api(ok([1]))
    async with AsyncPygenClient(
        base_url="http://api.test", project="a%2F..;b&c", credentials=StaticToken("t"), transport=api
    ) as client:
        await ask(client)
    assert api.requests[0].url.raw_path == b"/api/v1/projects/a%252F..%3Bb%26c/models/instances/list"


@pytest.mark.parametrize("project", ["a/b", "a?b", "a#b", "a b", "a\n", "https://cdf.test/api/v1/projects/p"])
def test_projects_that_are_no_names_are_refused(project: str) -> None:
    with pytest.raises(UsageError, match="give its name alone"):
        AsyncPygenClient.from_token(base_url="http://api.test", project=project, token=TOKEN)


@pytest.mark.parametrize("rest", ["/api/v1", "/api/v1/", "/api/v1/projects/p", "/api/v1/projects/p/models"])
def test_a_base_url_that_holds_too_much_is_told_what_to_give(rest: str) -> None:
    with pytest.raises(UsageError, match=r"give https://cdf\.test/gate, and the project apart"):
        client_of(None, base_url=f"https://cdf.test/gate{rest}")
    assert client_of(None, base_url="https://cdf.test/api/").base_url == "https://cdf.test/api"


@pytest.mark.skipif(httpx.__name__ == "httpx2", reason="respx knows httpx alone")
@respx.mock
async def test_requests_can_be_mocked_with_respx() -> None:
    route = respx.post("https://cdf.test/api/v1/projects/proj/models/instances/list")
    route.mock(return_value=httpx.Response(200, json={"items": [4]}))
    async with client_of(None, base_url="https://cdf.test") as client:
        assert await ask(client) == [4]
    assert route.call_count == 1


# --- refusals -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "kind", "attempts"),
    [
        (400, ApiError, 1),
        (302, ApiError, 1),
        (401, AuthenticationError, 2),
        (403, PermissionDeniedError, 1),
        (404, NotFoundError, 1),
        (408, ServerTimeoutError, 1),
        (409, ConflictError, 1),
        (429, RateLimitedError, 100),
        (500, ServerError, 1),
        (503, ServerError, 10),
    ],
)
async def test_each_status_has_its_error(anyio_backend: str, status: int, kind: type[ApiError], attempts: int) -> None:
    error = await failure(refused(status, "because", x_request_id="r-1"))
    assert type(error) is kind
    assert (error.status, error.detail, error.request_id) == (status, "because", "r-1")
    assert (error.method, error.path, error.attempts) == ("POST", "/models/instances/list", attempts)
    assert str(error).endswith(" [request id r-1]")
    assert "because; " in str(error), "what to do stands behind what happened"


async def test_a_version_conflict_is_a_conflict_though_it_comes_as_400(anyio_backend: str) -> None:
    error = await failure(refused(400, "A version conflict caused the ingest to fail."))
    assert type(error) is ConflictError
    assert "create the space first" in str(await failure(refused(400, "One or more spaces do not exist: 's'")))
    assert "ingest to fail; read what is there now" in str(error), "the server's full stop does not stand before it"


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        (httpx.Response(400, json={"error": "plain text"}), "plain text"),
        (httpx.Response(400, json={"error": {"code": 400}}), 'no explanation, but this text: {"error":{"code":400}}'),
        (httpx.Response(400, json={"error": {"message": 7}}), "7"),
        (httpx.Response(400, json=[1]), "no explanation, but this text: [1]"),
        (httpx.Response(400, content=b"[" * 100_000), "no explanation, but this text: " + "[" * 200),
        (httpx.Response(400, content=b"\xff\xfe"), "no explanation, but this text: ��"),
        (httpx.Response(400), "no explanation"),
        (httpx.Response(407), "no explanation"),
        (httpx.Response(400, json={"error": {"message": "a\x1b[31m\nb\u202e" + "c" * 9000}}), "a [31m b " + "c" * 1991),
    ],
)
async def test_whatever_a_refusal_looks_like_it_is_told_in_one_line(
    anyio_backend: str, answer: httpx.Response, detail: str
) -> None:
    assert (await failure(answer)).detail == detail


async def test_a_refusal_whose_explanation_is_cut_is_still_a_refusal(anyio_backend: str) -> None:
    error = await failure(httpx.Response(403, headers={"content-length": "99"}, stream=httpx.ByteStream(b'{"error"')))
    assert type(error) is PermissionDeniedError


async def test_missing_and_duplicated_items_are_kept(anyio_backend: str) -> None:
    error = {"message": "m", "missing": [{"space": "s"}, 3], "duplicated": "x"}
    caught = await failure(httpx.Response(400, json={"error": error}))
    assert caught.missing == ({"space": "s"},)
    assert caught.duplicated == ()


# --- answers that cannot be used ------------------------------------------------------------------------------------


async def test_json_of_another_shape_is_told_at_once_with_its_place(anyio_backend: str) -> None:
    error = await failure(httpx.Response(200, json={"items": ["x"]}, headers={"x-request-id": "r"}))
    assert type(error) is InvalidResponseError
    assert "unexpected shape: Expected `int`, got `str` - at `$.items[0]`; a newer version" in str(error)
    assert str(error).endswith(" [request id r]")
    assert (error.attempts, error.status) == (1, 200)


@pytest.mark.parametrize("body", [b"", b"{", b'{"items":["\xff"]}', b'{"x":' + b"[" * 100_000])
async def test_what_is_no_json_is_tried_once_more(anyio_backend: str, body: bytes) -> None:
    decoder = msgspec.json.Decoder(dict[str, Any])
    api = Api(httpx.Response(200, content=body), httpx.Response(200, content=b'{"items":[]}'))
    async with client_of(api) as client:
        await client.instances.list_page(REQUEST, decoder)  # type: ignore[arg-type]  # any shape will do
    error = await failure(httpx.Response(200, content=b"{"))
    assert error.attempts == 2


async def test_an_endless_answer_is_refused(anyio_backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "LARGEST_BODY", 10)
    error = await failure(httpx.Response(200, content=b" " * 11))
    assert "larger than 10 bytes" in str(error)


# --- faults on the way ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "text", "attempts"),
    [
        (httpx.ConnectError("refused"), "no connection (refused)", 4),
        (httpx.ConnectTimeout(""), "no connection (ConnectTimeout)", 4),
        (httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed"), "SSL_CERT_FILE", 1),
        (httpx.ProxyError("407 Proxy Authentication Required"), "HTTPS_PROXY", 1),
        (httpx.ProxyError("502 Bad Gateway"), "HTTPS_PROXY", 4),
        (httpx.LocalProtocolError(f"Illegal header value b'Bearer {TOKEN}'"), "LocalProtocolError", 1),
        (httpx.ReadTimeout(""), "timed out (ReadTimeout)", 10),
        (httpx.PoolTimeout(""), "timed out (PoolTimeout)", 10),
        (httpx.RemoteProtocolError("gone"), "the connection broke (gone)", 10),
        (ConnectionResetError("reset"), "the connection broke (reset)", 10),
    ],
)
async def test_each_fault_is_named_and_tried_as_often_as_it_is_worth(
    anyio_backend: str, fault: Exception, text: str, attempts: int
) -> None:
    error = await failure(fault)
    assert type(error) is NotReachedError
    assert text in str(error)
    assert error.attempts == attempts


async def test_a_bug_in_a_transport_is_not_hidden(anyio_backend: str) -> None:
    async with client_of(Api(ZeroDivisionError("bug"))) as client:
        with pytest.raises(ZeroDivisionError):
            await ask(client)
        assert client._core.transport.under_way == 0


# --- waits, deadline, budget ----------------------------------------------------------------------------------------


async def test_waits_follow_the_policy_and_the_server(anyio_backend: str) -> None:
    clock = VirtualClock(jitter=1.0)
    api = Api(refused(503), refused(503), refused(429, retry_after="7"), httpx.ReadError("x"), ok([1]))
    async with client_of(api, clock=clock) as client:
        assert await ask(client) == [1]
    assert clock.slept == [0.5, 1.0, 7.0, 2.0]


async def test_a_wait_holds_no_place_in_the_limiter(anyio_backend: str) -> None:
    held: list[int] = []

    class Watching(VirtualClock):
        async def sleep(self, seconds: float) -> None:
            held.append(client._core.transport.under_way)

    async with client_of(Api(refused(503), ok([1])), clock=Watching()) as client:
        await ask(client)
    assert held == [0]


async def test_a_server_that_asks_for_too_long_a_wait_is_told_with_the_figure(anyio_backend: str) -> None:
    error = await failure(refused(429, "busy", retry_after="3600"))
    assert error.detail == "busy (not tried again: the server asks to wait 3600 s, and 120 s is the most allowed)"


async def test_no_wait_goes_past_the_deadline(anyio_backend: str) -> None:
    clock = VirtualClock(jitter=1.0)
    error = await failure(refused(503, "down", retry_after="100"), clock=clock, deadline=250.0)
    assert type(error) is DeadlineError
    assert clock.slept == [100.0, 100.0]
    assert error.attempts == 3
    assert isinstance(error.__cause__, ServerError)


async def test_without_a_deadline_only_the_attempts_count(anyio_backend: str) -> None:
    clock = VirtualClock()
    error = await failure(refused(503, retry_after="120"), clock=clock, deadline=None)
    assert type(error) is ServerError
    assert sum(clock.slept) == 9 * 120


@pytest.mark.parametrize("headers", [{}, {"retry_after": "3"}])
async def test_a_busy_server_is_asked_until_it_is_not(anyio_backend: str, headers: dict[str, str]) -> None:
    clock = VirtualClock(jitter=0.1)
    busy = [refused(429, **headers) for _ in range(40)]
    async with client_of(Api(*busy, refused(503), *busy, ok([1])), clock=clock, deadline=1000.0) as client:
        assert await ask(client) == [1]
        assert client.counters.rate_limited == 80
        assert client._core.transport._shared.budget.left == 500


async def test_a_server_that_stays_busy_is_left_alone_at_the_deadline(anyio_backend: str) -> None:
    error = await failure(refused(429, "busy", x_request_id="r-9"), clock=VirtualClock(jitter=0.2), deadline=200.0)
    assert type(error) is DeadlineError
    assert error.attempts > 20
    assert (error.status, error.request_id) == (429, "r-9")
    assert 180 < error.elapsed < 200


async def test_busy_answers_leave_all_attempts_to_other_trouble(anyio_backend: str) -> None:
    error = await failure(*[refused(429)] * 30, refused(503))
    assert type(error) is ServerError
    assert error.attempts == 30 + 10


async def test_a_client_in_trouble_stops_retrying_and_recovers(anyio_backend: str) -> None:
    api = Api(refused(503))
    async with client_of(api) as client:
        for _ in range(12):
            with pytest.raises(ServerError):
                await ask(client)
        with pytest.raises(ServerError, match="used up its retries"):
            await ask(client)
        api.answers = [ok([1])]
        for _ in range(5):
            await ask(client)
        api.answers = [refused(503), ok([1])]
        assert await ask(client) == [1]


# --- tokens ---------------------------------------------------------------------------------------------------------


async def test_a_refused_token_is_renewed_once_and_the_request_replayed(anyio_backend: str) -> None:
    given, told = iter(["old", "new"]), list[str]()
    clock = VirtualClock()
    api = Api(refused(401), ok([1]))
    async with client_of(
        api, credentials=TokenProvider(lambda: next(given), refused=told.append), clock=clock
    ) as client:
        assert await ask(client) == [1]
    assert told == ["old"]
    assert [request.headers["authorization"] for request in api.requests] == ["Bearer old", "Bearer new"]
    assert clock.slept == []


async def test_credentials_that_fail_fail_the_call(anyio_backend: str) -> None:
    def provide() -> str:
        raise KeyError("no token")

    async with client_of(Api(ok()), credentials=TokenProvider(provide)) as client:
        with pytest.raises(KeyError, match="no token"):
            await ask(client)


async def test_a_token_endpoint_in_trouble_is_tried_again(anyio_backend: str) -> None:
    api = Api(
        httpx.Response(503),
        httpx.Response(200, json={"access_token": "t", "expires_in": 99}),
        ok([1]),
    )
    async with AsyncPygenClient.from_client_credentials(
        base_url="http://api.test",
        project="proj",
        token_url="http://login.test/token",
        client_id="a",
        client_secret="b",
        settings=ClientSettings(clock=VirtualClock().clock()),
        transport=api,
    ) as client:
        assert await ask(client) == [1]
    assert [request.url.host for request in api.requests] == ["login.test", "login.test", "api.test"]


# --- the client as such ---------------------------------------------------------------------------------------------


async def test_a_client_is_used_inside_its_block_and_only_once(anyio_backend: str) -> None:
    client = client_of(Api(ok()))
    with pytest.raises(ClientClosedError, match="not open yet; use it as `async with client:`"):
        await ask(client)
    async with client:
        with pytest.raises(ClientClosedError, match="opened before"):
            await client.__aenter__()
        await ask(client)
    with pytest.raises(ClientClosedError, match="the client is closed"):
        await ask(client)
    with pytest.raises(ClientClosedError, match="opened before"):
        await client.__aenter__()


async def test_a_client_closed_during_a_wait_sends_nothing_more(anyio_backend: str) -> None:
    woken = anyio.Event()

    class Stopped(VirtualClock):
        async def sleep(self, seconds: float) -> None:
            await woken.wait()

    async def expect_closed() -> None:
        with pytest.raises(ClientClosedError, match="was not sent: the client was closed"):
            await ask(client)

    api = Api(refused(503))
    async with anyio.create_task_group() as tasks:
        async with client_of(api, clock=Stopped()) as client:
            tasks.start_soon(expect_closed)
            while not api.requests:
                await anyio.lowlevel.checkpoint()
            await anyio.lowlevel.checkpoint()
        woken.set()
    assert len(api.requests) == 1


async def test_an_environment_without_working_trust_is_told_when_the_client_opens(
    anyio_backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    http._usual_trust.cache_clear()
    monkeypatch.setenv("SSL_CERT_FILE", "no-such-file.pem")
    client = client_of(None, base_url="https://cdf.test")
    with pytest.raises(UsageError, match=r"no connections can be made: .* check SSL_CERT_FILE"):
        await client.__aenter__()
    monkeypatch.delenv("SSL_CERT_FILE")
    async with client:
        assert client._core.transport.under_way == 0


@pytest.mark.parametrize(
    "base_url", ["", "cdf.test", "ftp://cdf.test", "https://", "https://u:p@cdf.test", "https://cdf.test/?a=b"]
)
async def test_base_urls_that_cannot_work_are_refused(base_url: str) -> None:
    with pytest.raises(UsageError, match="base_url must"):
        client_of(None, base_url=base_url)


async def test_settings_that_cannot_work_are_refused() -> None:
    for wrong in ({"read_timeout": 0}, {"deadline": 0}, {"page_size": 0}, {"page_size": 1001}, {"app_name": "a\nb"}):
        with pytest.raises(UsageError):
            ClientSettings(**wrong)
    with pytest.raises(UsageError, match="project"):
        AsyncPygenClient(base_url="http://x", project="", credentials=StaticToken("t"))


async def test_no_repr_shows_a_secret() -> None:
    client = AsyncPygenClient.from_token(base_url="http://x/", project="p", token=TOKEN)
    assert repr(client) == "AsyncPygenClient(base_url='http://x', project='p')"
    assert TOKEN not in repr(client.settings)


async def test_a_client_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CDF_URL", "http://env.test")
    monkeypatch.setenv("CDF_PROJECT", "p")
    monkeypatch.setenv("CDF_TOKEN", TOKEN)
    assert repr(AsyncPygenClient.from_env()) == "AsyncPygenClient(base_url='http://env.test', project='p')"
    given = {"CDF_URL": "http://given.test", "CDF_PROJECT": "q", "CDF_TOKEN": "t"}
    client = AsyncPygenClient.from_env(given, settings=ClientSettings(page_size=7))
    assert (client.base_url, client.project, client.settings.page_size) == ("http://given.test", "q", 7)


async def test_no_more_requests_are_under_way_than_the_limit_of_their_kind_allows(anyio_backend: str) -> None:
    most = 0

    class Slow(Api):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            nonlocal most
            most = max(most, client._core.transport.under_way)
            await anyio.lowlevel.checkpoint()
            return await super().handle_async_request(request)

    async with client_of(Slow(ok([1]))) as client, anyio.create_task_group() as tasks:
        for _ in range(40):
            tasks.start_soon(ask, client)
    assert most == 4


# --- proxies --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environ", "url", "proxy"),
    [
        ({}, "https://cdf.test", None),
        ({"https_proxy": "http://p:3128"}, "https://cdf.test", "http://p:3128"),
        ({"https_proxy": "p:3128"}, "https://cdf.test", "http://p:3128"),
        ({"https_proxy": "http://p:3128"}, "http://cdf.test", None),
        ({"https_proxy": "http://p:3128", "no_proxy": "cdf.test"}, "https://api.cdf.test", None),
        ({"all_proxy": "http://p:1"}, "https://cdf.test", "http://p:1"),
    ],
)
async def test_the_proxy_of_the_environment_is_used_unless_the_host_is_exempt(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], url: str, proxy: str | None
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert http._proxy(url) == proxy
