"""What the pages take for granted: the wind-farm model on a local server, a few instances, and its generated SDK."""

from __future__ import annotations

import asyncio
import importlib
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import cast

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from pygen.cli.app import app
from pygen.cli.sdk import write_sdk
from pygen.demo.data import plan_data
from pygen.demo.model import WEIGHTS, wind_farm
from pygen.server import Store, run_in_thread
from pygen.sources import load_from_server
from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.schema import DataModel, SpaceWrite


@pytest.fixture(scope="session")
def options() -> dict[str, set[str]]:
    """Command of `pygen` → its options."""
    commands = cast("TyperGroup", get_command(app)).commands
    return {
        name: {"--help", *(option for parameter in command.params for option in parameter.opts)}
        for name, command in commands.items()
    }


async def fill(base_url: str) -> DataModel:
    """Deploy the model of the demo and load a few hundred instances."""
    async with AsyncPygenClient.from_token(base_url=base_url, project="docs", token="docs") as client:
        parts = wind_farm()
        wanted = parts.data_model.as_id()
        await client.spaces.create([SpaceWrite(space=wanted.space), SpaceWrite(space="demo")])
        await client.containers.create(parts.containers)
        await client.views.create(parts.views)
        await client.data_models.create(parts.data_model)
        model = await load_from_server(client, wanted.space, wanted.external_id, wanted.version)
        data = plan_data(model, 500, space="demo", containers=await client.containers.list(), weights=WEIGHTS)
        await client.instances.upsert(chain.from_iterable(map(data.instances, data.populations)))
        return model


@pytest.fixture(scope="session")
def wind_farm_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with the model and its instances; the generated package `wind_farm` can be imported."""
    folder = tmp_path_factory.mktemp("sdk")
    store = Store.open(None)
    with run_in_thread(store) as base_url:
        model = asyncio.run(fill(base_url))
        write_sdk(model, folder / "wind_farm", "wind_farm")
        sys.path.insert(0, str(folder))
        yield base_url
        sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.partition(".")[0] == "wind_farm"]:
        del sys.modules[name]
    store.close()


@pytest.fixture
def sdk(wind_farm_server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """The generated SDK, in an environment that leads its clients to the server."""
    for name, value in {"CDF_URL": wind_farm_server, "CDF_PROJECT": "docs", "CDF_TOKEN": "docs"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return importlib.import_module("wind_farm")
