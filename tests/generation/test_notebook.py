from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from pygen import generate_sdk, generate_sdk_notebook
from pygen.errors import SourceError
from pygen.generation import notebook
from pygen.generation.notebook import import_sdk
from pygen.sources import deploy
from pygen_runtime import AsyncPygenClient, PygenClient
from pygen_runtime.errors import UsageError
from pygen_runtime.schema import DataModelId
from tests.sources.models import data_model, decoded, mapped, view

HEIGHT = view(properties={"height": mapped("float64", name="height")})


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """What tests import is gone afterwards."""
    yield
    for name in list(notebook._folders):
        notebook._forget(name)


@pytest.fixture
def client(local_server: str) -> Iterator[PygenClient]:
    with PygenClient.from_token(base_url=local_server, project="p", token="t") as client:
        yield client


def test_a_client_of_the_model_on_the_server(client: PygenClient, capsys: pytest.CaptureFixture[str]) -> None:
    model = decoded()
    client.bridge.run(lambda through: deploy(through, model))
    for name in ("power:Wind/1", "power:Wind", DataModelId("power", "Wind", "1")):
        wind = generate_sdk_notebook(name, client)
        assert wind.turbine.list() == []
        assert type(wind).__name__ == "WindClient"
    assert "WindClient of the package wind: from wind import ..." in capsys.readouterr().out


async def test_inside_a_running_event_loop(client: PygenClient) -> None:
    model = decoded()
    client.bridge.run(lambda through: deploy(through, model))
    assert generate_sdk_notebook("power:Wind/1", client).turbine.list() == []


def test_generating_again_replaces_the_module_for_real(client: PygenClient) -> None:
    generate_sdk_notebook(decoded(), client)
    old = import_module("wind").Turbine
    assert old(name="a").name == "a"
    path = list(sys.path)
    for _ in range(2):
        generate_sdk_notebook(decoded(HEIGHT), client)
        new = import_module("wind")
        assert new.Turbine is not old
        assert new.Turbine(height=1.0).height == 1.0
        assert len(sys.path) == len(path)
        assert import_module("wind.data_classes").Turbine is new.Turbine
    assert old(name="a").name == "a"  # what one has stays what it is


def test_the_same_size_in_the_same_second() -> None:
    """Compiled modules are told apart by size and second only."""
    for name in ("aaaa", "bbbb", "cccc"):
        model = decoded(view(properties={name: mapped(name=name)}))
        assert hasattr(import_sdk(generate_sdk(model)).Turbine, name)


async def test_an_awaited_client(local_server: str) -> None:
    async with AsyncPygenClient.from_token(base_url=local_server, project="p", token="t") as client:
        wind = generate_sdk_notebook(decoded(), client, package="windy")
        assert type(wind).__name__ == "AsyncWindClient"
        assert type(wind).__module__ == "windy.client"
        with pytest.raises(UsageError, match="give the data model itself"):
            generate_sdk_notebook("power:Wind/1", client)


def test_files_and_sdks(client: PygenClient, tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text(json.dumps(data_model()), encoding="utf-8")
    assert type(generate_sdk_notebook(tmp_path / "model.json", client)).__name__ == "WindClient"
    chosen = generate_sdk(decoded(), client_name="FarmClient")
    assert type(generate_sdk_notebook(chosen, client)).__name__ == "FarmClient"


def test_the_client_of_the_environment(local_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("CDF_URL", local_server), ("CDF_PROJECT", "p"), ("CDF_TOKEN", "t")):
        monkeypatch.setenv(name, value)
    wind = generate_sdk_notebook(decoded())
    assert wind.pygen.project == "p"
    wind.close()


@pytest.mark.parametrize("package", ["json", "msgspec", "our.wind"])
def test_modules_of_others_are_left_alone(client: PygenClient, package: str) -> None:
    before = sys.modules.get(package)
    with pytest.raises(UsageError, match="choose a package"):
        generate_sdk_notebook(decoded(), client, package=package)
    assert sys.modules.get(package) is before


@pytest.mark.parametrize("name", ["Wind", "a/b/c"])
def test_names_of_no_model(client: PygenClient, name: str) -> None:
    with pytest.raises((UsageError, SourceError), match="names no"):
        generate_sdk_notebook(name, client)
