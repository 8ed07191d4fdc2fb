"""Change feeds of all views of real models: what they tell is what the queries of the same views give."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from pygen.sources import load_from_server
from pygen.testing import LocalServer
from pygen_codegen.ir import parse_model
from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.schema import EdgeId, Instance, NodeId
from pygen_runtime.sdk import ChangeFeed, PygenResource, Upserted, ViewAPI
from tests.codegen.python_tools import generate
from tests.conftest import ImportSdk

pytestmark = pytest.mark.models

State = dict[NodeId | EdgeId, PygenResource]


@pytest.fixture
async def client(cdf_server: LocalServer, models_dir: Path) -> AsyncIterator[AsyncPygenClient]:
    cdf_server.seed(models_dir / "Omni" / "api_read", models_dir / "Omni" / "data" / "write")
    async with cdf_server.client() as client:
        yield client.with_options(page_size=7)


async def follow(feed: ChangeFeed[Any], state: State) -> None:
    async for change in feed.until_live().items():
        if isinstance(change, Upserted):
            state[change.id] = change.item
        else:
            state.pop(change.id, None)


async def all_instances(client: AsyncPygenClient) -> list[Instance]:
    kinds: tuple[Any, Any] = ("node", "edge")
    return [one for kind in kinds for one in await client.instances.list(instance_type=kind)]


async def test_every_view_can_be_followed(client: AsyncPygenClient, import_sdk: ImportSdk) -> None:
    model = await load_from_server(client, "sp_pygen_models", "Omni", "1")
    import_sdk("omni", generate(parse_model(model), "omni"))
    module = importlib.import_module("omni.api")
    apis: list[ViewAPI[Any]] = [
        one(client)
        for _, one in inspect.getmembers(module, inspect.isclass)
        if issubclass(one, ViewAPI) and one.__module__ == "omni.api"
    ]
    assert len(apis) >= len(model.views or ()) - 1
    feeds = [api.changes() for api in apis]
    states: list[State] = [{} for _ in apis]
    for api, feed, state in zip(apis, feeds, states, strict=True):
        await follow(feed, state)
        assert state == {one.as_id(): one async for one in api.all()}, api
    assert sum(map(len, states)) > 100

    everything = await all_instances(client)
    await client.instances.delete([one.as_id() for one in everything[::5]])
    left = await all_instances(client)
    nodes = next(api for api in apis if api.resource.INSTANCE_TYPE == "node")
    full = await client.instances.list(source=nodes.resource.VIEW)
    await client.instances.upsert([one.as_write() for one in full[::2]])
    assert 0 < len(left) < len(everything)
    for api, feed, state in zip(apis, feeds, states, strict=True):
        await follow(feed, state)
        assert state == {one.as_id(): one async for one in api.all()}, api
