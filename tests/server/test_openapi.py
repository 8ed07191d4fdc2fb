"""`/openapi.json` tells what is served, and what fits it is answered as it says."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

import httpx
import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from pygen.server import Store, create_app
from pygen.server.routes import NOT_EMULATED, PROJECT, SERVED, Endpoint
from tests.server.support import Api

EXAMPLES = 150 if os.environ.get("PYGEN_THOROUGH") == "1" else 3
CHECKS = [not_a_server_error, status_code_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def described() -> Iterator[Any]:
    """The description, read from an application over a store of its own."""
    store = Store.open()
    yield schemathesis.openapi.from_asgi("/openapi.json", create_app(store))
    store.close()


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("endpoint", SERVED, ids=lambda one: f"{one.method} {one.path}")
def test_whatever_is_sent_is_answered_as_described(described: Any, endpoint: Endpoint, mode: GenerationMode) -> None:
    operation = described[endpoint.full_path][endpoint.method]

    @settings(max_examples=EXAMPLES, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def run(case: schemathesis.Case[Any]) -> None:
        response = case.call(headers={"authorization": "Bearer x"})
        case.validate_response(response, checks=CHECKS)

    run()


async def read(bare_api: Api) -> dict[str, Any]:
    response = await bare_api.client.get("http://local/openapi.json", headers={"authorization": ""})
    assert response.status_code == 200
    document: dict[str, Any] = response.json()
    return document


async def test_it_describes_every_route(bare_api: Api) -> None:
    document = await read(bare_api)
    assert document["openapi"].startswith("3.1")
    described = {(method.upper(), path) for path, item in document["paths"].items() for method in item}
    assert described == {(one.method, one.full_path) for one in SERVED}
    identifiers = [operation["operationId"] for item in document["paths"].values() for operation in item.values()]
    assert len(identifiers) == len(set(identifiers))
    for path, item in document["paths"].items():
        for operation in item.values():
            assert operation["summary"], path


async def test_its_references_lead_somewhere(bare_api: Api) -> None:
    document = await read(bare_api)
    text = json.dumps(document)
    for name in {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}:
        assert name in document["components"]["schemas"]
    for schema in document["components"]["schemas"].values():
        jsonschema_rs.meta.validate(schema)


async def test_upserts_that_fit_the_description_are_taken(bare_api: Api) -> None:
    document = await read(bare_api)
    body = {"items": [{"instanceType": "node", "space": "s", "externalId": "a"}], "replace": None}
    schema = {"$ref": "#/components/schemas/UpsertRequest", "components": document["components"]}
    assert jsonschema_rs.is_valid(schema, body)
    assert not jsonschema_rs.is_valid(schema, {"items": [{"space": "s"}]})


@pytest.mark.parametrize("start", NOT_EMULATED)
async def test_what_is_not_emulated_says_so_by_name(bare_api: Api, start: str) -> None:
    answer = await bare_api.client.post(f"http://local{PROJECT.format(project='p')}{start}/any/thing", json={})
    assert answer.status_code == 501
    message = answer.json()["error"]["message"]
    assert NOT_EMULATED[start] in message
    assert start in message


@pytest.mark.parametrize("path", sorted({one.full_path for one in SERVED}))
async def test_other_methods_are_refused_with_those_that_there_are(bare_api: Api, path: str) -> None:
    methods = {one.method for one in SERVED if one.full_path == path}
    answer: httpx.Response = await bare_api.client.patch(f"http://local{path.format(project='p', externalId='x')}")
    assert answer.status_code == 405
    assert answer.json()["error"]["code"] == 405
    assert methods <= set(answer.headers["allow"].replace(" ", "").split(","))
