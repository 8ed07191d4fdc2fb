"""Tokens: fetched once for all who ask, ahead of expiry, and shown to nobody."""

from __future__ import annotations

import urllib.parse
from collections.abc import Awaitable, Mapping
from typing import Any

import anyio
import anyio.lowlevel
import httpx
import pytest

from pygen_runtime.client import ClientCredentials, StaticToken, TokenProvider
from pygen_runtime.errors import AuthenticationError, NotReachedError, UsageError
from pygen_runtime.transport import read_environment
from tests.runtime.support import Api
from tests.virtual_clock import VirtualClock

SECRET = "very-secret"
pytestmark = pytest.mark.anyio


def tokens(*lifetimes: Any) -> Api:
    numbers = iter(range(1, 1000))
    return Api(
        *[
            lambda request, lifetime=lifetime: httpx.Response(
                200, json={"access_token": f"token-{next(numbers)}", "expires_in": lifetime}
            )
            for lifetime in lifetimes
        ]
    )


def application(api: Api, clock: VirtualClock | None = None, **more: Any) -> ClientCredentials:
    return ClientCredentials(
        token_url="https://login.test/tenant/token",
        client_id="app",
        client_secret=SECRET,
        transport=api,
        now=lambda: (clock or VirtualClock()).time,
        **more,
    )


def form(api: Api, number: int = -1) -> Mapping[str, str]:
    return dict(urllib.parse.parse_qsl(api.requests[number].content.decode()))


async def test_the_form_holds_what_the_provider_wants(anyio_backend: str) -> None:
    api = tokens(3600)
    credentials = application(api, scopes=["a", "b"], audience="aud", extra={"resource": "r"})
    assert await credentials.token() == "token-1"
    assert form(api) == {
        "grant_type": "client_credentials",
        "client_id": "app",
        "client_secret": SECRET,
        "scope": "a b",
        "audience": "aud",
        "resource": "r",
    }
    assert api.requests[0].method == "POST"
    assert not api.closed


async def test_id_and_secret_can_go_in_a_header_instead(anyio_backend: str) -> None:
    api = tokens(3600)
    await application(api, style="basic", scopes="a").token()
    assert form(api) == {"grant_type": "client_credentials", "scope": "a"}
    assert api.requests[0].headers["authorization"] == "Basic YXBwOnZlcnktc2VjcmV0"


@pytest.mark.parametrize("lifetime", [3600, "3600", 3600.0])
async def test_a_token_is_kept_until_thirty_seconds_before_it_expires(anyio_backend: str, lifetime: Any) -> None:
    api, clock = tokens(lifetime), VirtualClock()
    credentials = application(api, clock)
    assert await credentials.token() == "token-1"
    clock.time += 3569
    assert await credentials.token() == "token-1"
    clock.time += 1
    assert await credentials.token() == "token-2"
    assert len(api.requests) == 2


async def test_a_token_that_lives_shorter_than_the_leeway_is_still_used(anyio_backend: str) -> None:
    api, clock = tokens(2), VirtualClock()
    credentials = application(api, clock)
    assert await credentials.token() == "token-1"
    assert await credentials.token() == "token-1"
    clock.time += 1
    assert await credentials.token() == "token-2"


async def test_many_who_ask_at_once_share_one_request(anyio_backend: str) -> None:
    api = tokens(3600)
    credentials = application(api)
    got: list[str] = []

    async def ask() -> None:
        got.append(await credentials.token())

    async with anyio.create_task_group() as tasks:
        for _ in range(20):
            tasks.start_soon(ask)
    assert got == ["token-1"] * 20
    assert len(api.requests) == 1


async def test_only_the_refused_token_is_forgotten(anyio_backend: str) -> None:
    api = tokens(3600)
    credentials = application(api)
    await credentials.token()
    credentials.invalidate("token-0")
    assert await credentials.token() == "token-1"
    credentials.invalidate("token-1")
    credentials.invalidate("token-1")
    assert await credentials.token() == "token-2"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (httpx.Response(401, json={"error": "invalid_client", "error_description": SECRET}), "invalid_client"),
        (httpx.Response(400, json={"error": {"a": SECRET}}), "no OAuth error code"),
        (httpx.Response(400, json={"error": f"{SECRET}\n{SECRET}"}), "no OAuth error code"),
        (httpx.Response(403, html="<p>no</p>"), "no OAuth error code"),
        (httpx.Response(403, json=[1]), "no OAuth error code"),
    ],
)
async def test_a_refusal_names_host_and_code_and_never_the_secret(
    anyio_backend: str, answer: httpx.Response, code: str
) -> None:
    with pytest.raises(AuthenticationError) as caught:
        await application(Api(answer)).token()
    assert "login.test" in str(caught.value)
    assert code in str(caught.value)
    assert SECRET not in str(caught.value)
    assert caught.value.status == answer.status_code


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"access_token": "t"},
        {"access_token": 3, "expires_in": 3},
        {"access_token": "t", "expires_in": "soon"},
        {"access_token": "t", "expires_in": -1},
        {"access_token": "t", "expires_in": "nan"},
        {"access_token": "t", "expires_in": 10**400},
        {"access_token": "t", "expires_in": None},
    ],
)
async def test_an_answer_without_a_usable_token_is_an_error(anyio_backend: str, fields: dict[str, Any]) -> None:
    with pytest.raises(AuthenticationError, match="without a usable access_token and expires_in"):
        await application(Api(httpx.Response(200, json=fields))).token()


async def test_a_token_that_no_header_can_hold_is_not_shown(anyio_backend: str) -> None:
    with pytest.raises(UsageError) as caught:
        await application(Api(httpx.Response(200, json={"access_token": f"{SECRET}\r\nx", "expires_in": 9}))).token()
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "answer", [httpx.Response(503), httpx.Response(429), httpx.ConnectError("down"), httpx.ReadTimeout("slow")]
)
async def test_trouble_at_the_provider_is_no_refusal(anyio_backend: str, answer: Any) -> None:
    with pytest.raises(NotReachedError, match=r"no token from the token endpoint at login\.test"):
        await application(Api(answer)).token()


async def test_without_a_given_transport_one_is_made_for_the_request(anyio_backend: str) -> None:
    credentials = ClientCredentials(token_url="http://127.0.0.1:9/token", client_id="a", client_secret="b")
    with pytest.raises(NotReachedError, match=r"127.0.0.1: no connection"):
        await credentials.token()


@pytest.mark.parametrize(
    "wrong",
    [{"token_url": "login.test/token"}, {"token_url": "ftp://x/y"}, {"client_id": ""}, {"client_secret": ""}],
)
async def test_credentials_that_cannot_work_are_refused_at_once(wrong: dict[str, str]) -> None:
    given: Any = {"token_url": "https://x/y", "client_id": "a", "client_secret": "b", **wrong}
    with pytest.raises(UsageError):
        ClientCredentials(**given)


async def test_no_repr_shows_a_secret() -> None:
    shown = f"{application(tokens(1))!r} {StaticToken(SECRET)!r} {TokenProvider(lambda: SECRET)!r}"
    assert SECRET not in shown
    assert "client_secret=***" in shown


# --- other credentials ----------------------------------------------------------------------------------------------


async def test_a_provider_may_be_a_function_a_coroutine_function_or_something_in_between(anyio_backend: str) -> None:
    async def later() -> str:
        await anyio.lowlevel.checkpoint()
        return "c"

    class Callable:
        def __call__(self) -> Awaitable[str]:
            return later()

    refused: list[str] = []
    assert await TokenProvider(lambda: "a").token() == "a"
    assert await TokenProvider(later).token() == "c"
    assert await TokenProvider(Callable()).token() == "c"
    TokenProvider(later).invalidate("x")
    TokenProvider(later, refused=refused.append).invalidate("x")
    assert refused == ["x"]


@pytest.mark.parametrize("token", ["", "a b", "a\n", "tökén", "a\x00", 3, None])
async def test_what_cannot_be_a_token_is_refused(anyio_backend: str, token: Any) -> None:
    with pytest.raises(UsageError, match="token"):
        StaticToken(token)
    with pytest.raises(UsageError, match="token"):
        await TokenProvider(lambda: token).token()


async def test_a_static_token_stays() -> None:
    credentials = StaticToken("t")
    credentials.invalidate("t")
    assert await credentials.token() == "t"


# --- environment ----------------------------------------------------------------------------------------------------

WHERE = {"CDF_CLUSTER": "westeurope-1", "CDF_PROJECT": "plant"}
IDP = {**WHERE, "IDP_CLIENT_ID": "app", "IDP_CLIENT_SECRET": SECRET}


async def test_a_token_in_the_environment_wins() -> None:
    found = read_environment({**IDP, "CDF_URL": "http://localhost:8000/", "CDF_TOKEN": " t "})
    assert (found.base_url, found.project) == ("http://localhost:8000/", "plant")
    assert await found.credentials.token() == "t"


@pytest.mark.parametrize(
    ("more", "url", "fields"),
    [
        (
            {"IDP_TENANT_ID": "ten"},
            "https://login.microsoftonline.com/ten/oauth2/v2.0/token",
            {"scope": "https://westeurope-1.cognitedata.com/.default"},
        ),
        ({"IDP_TOKEN_URL": "https://idp.test/t"}, "https://idp.test/t", {}),
        (
            {"IDP_TOKEN_URL": "https://idp.test/t", "IDP_SCOPES": "a,b c", "IDP_AUDIENCE": "aud"},
            "https://idp.test/t",
            {"scope": "a b c", "audience": "aud"},
        ),
    ],
)
async def test_client_credentials_from_the_environment(
    anyio_backend: str, more: dict[str, str], url: str, fields: dict[str, str]
) -> None:
    api = tokens(3600)
    found = read_environment({**IDP, **more}, transport=api)
    assert found.base_url == "https://westeurope-1.cognitedata.com"
    await found.credentials.token()
    assert str(api.requests[0].url) == url
    identity = {"grant_type": "client_credentials", "client_id": "app", "client_secret": SECRET}
    assert form(api) == {**identity, **fields}


TOKEN_OR_APPLICATION = "CDF_TOKEN (or IDP_CLIENT_ID, IDP_CLIENT_SECRET and IDP_TOKEN_URL or IDP_TENANT_ID)"


@pytest.mark.parametrize(
    ("environ", "missing"),
    [
        (
            {},
            f"CDF_URL (or CDF_CLUSTER), CDF_PROJECT, {TOKEN_OR_APPLICATION}",
        ),
        ({**WHERE, "CDF_PROJECT": " ", "CDF_TOKEN": "t"}, "CDF_PROJECT"),
        ({**WHERE, "IDP_CLIENT_ID": "a"}, "IDP_CLIENT_SECRET, IDP_TOKEN_URL (or IDP_TENANT_ID)"),
        ({**WHERE, "IDP_TENANT_ID": "a"}, "IDP_CLIENT_ID, IDP_CLIENT_SECRET"),
    ],
)
async def test_exactly_what_is_missing_is_named(environ: dict[str, str], missing: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_environment(environ)
    assert str(caught.value) == f"set these environment variables: {missing}"
