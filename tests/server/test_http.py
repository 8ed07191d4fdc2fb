"""Transport: tokens, bodies, compression, errors, unknown paths (contract §1)."""

from __future__ import annotations

import gzip
import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import anyio
import httpx
import pytest

from pygen.server import Store, create_app, http
from pygen.server.calls import Call
from pygen.server.routes import Endpoint
from tests.server.support import SPACE, Api, data, mapped, node, view_id

SPACES = "/models/spaces"


@pytest.mark.parametrize("value", [None, "", "Bearer", "Bearer ", "Basic abc", "token"])
async def test_a_request_without_token_is_refused(bare_api: Api, value: str | None) -> None:
    del bare_api.client.headers["authorization"]
    headers = {} if value is None else {"authorization": value}
    for path in (SPACES, "http://local/api/v1/token/inspect"):
        response = await bare_api.client.get(path, headers=headers)
        assert response.status_code == 401
        assert response.json()["error"]["code"] == 401
        assert response.headers["x-request-id"]


async def test_any_project_version_header_and_trailing_slash_will_do(bare_api: Api) -> None:
    url = "http://local/api/v1/projects/some-other_project/models/spaces/?includeGlobal=false"
    response = await bare_api.client.get(url, headers={"cdf-version": "V20210406"})
    assert response.status_code == 200
    assert response.json() == {"items": []}
    assert response.headers["x-request-id"]


async def test_request_ids_differ(bare_api: Api) -> None:
    ids = {(await bare_api.send("GET", SPACES)).headers["x-request-id"] for _ in range(3)}
    assert len(ids) == 3


async def test_token_inspect(bare_api: Api) -> None:
    answer = await bare_api.get("http://local/api/v1/token/inspect")
    assert set(answer) == {"subject", "projects", "capabilities"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/timeseries/data/list", 501),
        ("POST", "/files/downloadlink", 501),
        ("POST", "/sequences/data", 501),
        ("POST", "/dml/graphql", 501),
        ("POST", "/userapis/spaces/s/datamodels/m/versions/v/graphql", 501),
        ("POST", "/models/instances/somehow", 501),
        ("PUT", "/models/spaces", 405),
        ("GET", "/models/instances/list", 405),
        ("GET", "/models/nonsense", 404),
        ("POST", "/unitsandmore", 404),
        ("GET", "http://local/elsewhere", 404),
        ("GET", "http://local/api/v1/other", 404),
        ("GET", "http://local/", 404),
    ],
)
async def test_what_is_not_there_says_so(bare_api: Api, method: str, path: str, status: int) -> None:
    response = await bare_api.send(method, path, None)
    assert response.status_code == status
    assert response.json()["error"]["code"] == status
    if status == 501:
        assert path in response.json()["error"]["message"]


async def test_gzip_both_ways(api: Api) -> None:
    spaces = [{"space": f"space{number}", "description": "d" * 100} for number in range(50)]
    body = gzip.compress(json.dumps({"items": spaces}).encode())
    response = await api.client.post(SPACES, content=body, headers={"content-encoding": "gzip"})
    assert response.status_code == 200
    assert response.headers["content-encoding"] == "gzip"
    assert len(response.json()["items"]) == 50


@pytest.mark.parametrize("offered", ["identity", "gzip;q=0", "br", ""])
async def test_answers_stay_plain_unless_gzip_is_offered(api: Api, offered: str) -> None:
    await api.items(SPACES, *({"space": f"space{number}", "description": "d" * 100} for number in range(50)))
    response = await api.client.get(SPACES, params={"limit": 100}, headers={"accept-encoding": offered})
    assert "content-encoding" not in response.headers
    assert len(response.content) > 1024


async def test_small_answers_stay_plain(api: Api) -> None:
    response = await api.client.get(SPACES, headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in response.headers


@pytest.mark.parametrize(
    ("body", "encoding", "status"),
    [
        (b"not gzip", "gzip", 400),
        (gzip.compress(b'{"items":[]}' * 100)[:-20], "gzip", 400),
        (b"{}", "br", 415),
        (b"", None, 400),
        (b"{", None, 400),
        (b"[]", None, 400),
        (b'{"items":[{"space":NaN}]}', None, 400),
        (b'{"items":[{"space":"\xff"}]}', None, 400),
        (b'{"items":[{"space":"\\ud800"}]}', None, 400),
        (b"[" * 100_000, None, 400),
        (b'{"items":{}}', None, 400),
        (b'{"items":[1]}', None, 400),
        (b'{"items":[]}', None, 400),
        (b'{"items":null}', None, 400),
        (b'{"items":[{"space":7}]}', None, 400),
        (b'{"items":[{}]}', None, 400),
    ],
)
async def test_bad_bodies_are_refused(api: Api, body: bytes, encoding: str | None, status: int) -> None:
    headers = {"content-encoding": encoding} if encoding else {}
    response = await api.client.post(SPACES, content=body, headers=headers)
    assert response.status_code == status
    assert response.json()["error"]["message"]


async def test_large_bodies_are_refused(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MAX_BODY", 10_000)
    response = await api.client.post(SPACES, content=b" " * 10_001)
    assert response.status_code == 413
    bomb = gzip.compress(b" " * 5_000_000)
    assert len(bomb) < 10_000
    response = await api.client.post(SPACES, content=bomb, headers={"content-encoding": "gzip"})
    assert response.status_code == 413
    fits = gzip.compress(json.dumps({"items": [{"space": "fits"}]}).encode().ljust(10_000))
    response = await api.client.post(SPACES, content=fits, headers={"content-encoding": "gzip"})
    assert response.status_code == 200


async def test_an_unexpected_error_is_logged_and_answered(
    api: Api, store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_call: Call) -> dict[str, Any]:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("pygen.server.routes.SERVED", (Endpoint("GET", SPACES, fail),))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(create_app(store)), base_url="http://local/api/v1/projects/p"
    ) as client:
        with caplog.at_level(logging.ERROR, "pygen.server"):
            response = await client.get(SPACES, headers={"authorization": "Bearer x"})
    assert response.status_code == 500
    assert "secret" not in response.text
    assert response.json()["error"]["code"] == 500
    assert response.headers["x-request-id"] in caplog.text
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize("limit", ["0", "1001", "x", "-1", "1.5", "", "99999999999", "٣"])
async def test_bad_limits_are_refused(api: Api, limit: str) -> None:
    response = await api.send("GET", SPACES, limit=limit)
    assert response.status_code == 400


async def test_bad_flags_are_refused(api: Api) -> None:
    response = await api.send("GET", SPACES, includeGlobal="perhaps")
    assert response.status_code == 400


async def test_nulls_for_optional_keys_are_absent(api: Api) -> None:
    await api.container("Pump", {"flow": "float64"})
    await api.items(
        "/models/views",
        {
            "space": SPACE,
            "externalId": "Pump",
            "version": "v1",
            "name": None,
            "filter": None,
            "implements": None,
            "properties": mapped("Pump", "flow"),
        },
    )
    await api.post(
        "/models/instances", {"items": [node("a", data(view_id("Pump"), flow=1))], "delete": None, "replace": None}
    )
    body = {
        "instanceType": None,
        "sources": None,
        "filter": None,
        "sort": None,
        "limit": None,
        "cursor": None,
        "debug": None,
    }
    answer = await api.post("/models/instances/list", body)
    assert [item["externalId"] for item in answer["items"]] == ["a"]
    assert "nextCursor" not in answer


async def test_statistics(api: Api) -> None:
    await api.container("Pump", {"flow": "float64", "name": "text"})
    await api.view("Pump", mapped("Pump", "flow"))
    await api.write(node("a"), node("b"), node("c"))
    await api.items("/models/instances/delete", {"instanceType": "node", "space": SPACE, "externalId": "c"})
    answer = await api.get("/models/statistics")
    assert {
        key: answer[key]["count"] for key in ("spaces", "containers", "views", "dataModels", "containerProperties")
    } == {
        "spaces": 1,
        "containers": 1,
        "views": 1,
        "dataModels": 0,
        "containerProperties": 2,
    }
    assert (answer["instances"]["nodes"], answer["instances"]["edges"], answer["instances"]["softDeletedNodes"]) == (
        2,
        0,
        1,
    )


@pytest.fixture
async def pages(store: Store) -> AsyncIterator[httpx.AsyncClient]:
    """A server that scripts of one web page may use."""
    transport = httpx.ASGITransport(create_app(store, cors_origins=["http://localhost:3000"]))
    async with httpx.AsyncClient(transport=transport, base_url="http://local/api/v1/projects/p") as client:
        yield client


async def test_scripts_of_named_pages_may_use_it(pages: httpx.AsyncClient) -> None:
    asked = {
        "origin": "http://localhost:3000",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization, content-type, cdf-version, x-cdp-app, x-cdp-sdk",
    }
    answer = await pages.options("/models/spaces/byids", headers=asked)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "http://localhost:3000"
    headers = {"origin": "http://localhost:3000", "authorization": "Bearer x"}
    for path, status in ((SPACES, 200), ("/models/nonsense", 404)):
        answer = await pages.get(path, headers=headers)
        assert answer.status_code == status
        assert answer.headers["access-control-allow-origin"] == "http://localhost:3000"
        assert answer.headers["access-control-expose-headers"] == "x-request-id"
    answer = await pages.get(SPACES, headers={"origin": "http://localhost:3000"})
    assert answer.status_code == 401
    assert "access-control-allow-origin" in answer.headers


async def test_scripts_of_other_pages_may_not(pages: httpx.AsyncClient, bare_api: Api) -> None:
    for client, origin in ((pages, "http://elsewhere"), (bare_api.client, "http://localhost:3000")):
        answer = await client.get(SPACES, headers={"origin": origin, "authorization": "Bearer x"})
        assert "access-control-allow-origin" not in answer.headers
        asked = {"origin": origin, "access-control-request-method": "GET"}
        assert (await client.options(SPACES, headers=asked)).status_code >= 400


async def test_a_body_that_does_not_come_is_not_waited_for(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "BODY_SECONDS", 0.01)

    async def never() -> AsyncIterator[bytes]:
        yield b"{"
        await anyio.Event().wait()

    answer = await api.client.post(SPACES, content=never())
    assert answer.status_code == 408
    assert "did not arrive" in answer.json()["error"]["message"]
