"""The clients of generated SDKs: how they are made, that several share one connection, and what they show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest

from pygen_codegen.ir import analyse, resolve
from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.errors import UsageError
from pygen_runtime.schema import DataModel, DataModelId, ViewId
from pygen_runtime.sync import PygenClient
from tests.codegen.python_models import ASSETS, EVERYTHING, HOSTILE
from tests.codegen.python_tools import generate
from tests.codegen.test_old_client_new_model import OLD, OLD_VIEWS, deploy_new

ImportSdk = Callable[[str, Mapping[str, str]], ModuleType]
ENVIRON = {"CDF_URL": "http://127.0.0.1:1", "CDF_PROJECT": "p", "CDF_TOKEN": "secret"}


def plant(name: str, *views: int) -> DataModel:
    """A data model over some of the views of the plant."""
    known = resolve(OLD_VIEWS, OLD).views
    return DataModel(space="plant", external_id=name, version="1", views=[known[number] for number in views])


def sdk_of(import_sdk: ImportSdk, package: str, *models: DataModel) -> ModuleType:
    return import_sdk(package, generate(analyse(models).model, package))


def both(package: ModuleType) -> list[Any]:
    name = package.AsyncAssetsClient.MODELS[0].external_id
    return [getattr(package, f"Async{name}Client"), getattr(package, f"{name}Client")]


def test_clients_are_made_in_four_ways(import_sdk: ImportSdk, tmp_path: Path) -> None:
    package = import_sdk("made_ways", generate(ASSETS, "made_ways"))
    settings = tmp_path / "settings.toml"
    settings.write_text(
        '[cognite]\nproject = "p"\nbase_url = "http://127.0.0.1:1"\ntenant_id = "t"\nclient_id = "c"\nclient_secret = "secret"\n'
    )
    credentials = {"token_url": "https://login.test/token", "client_id": "c", "client_secret": "secret"}
    for kind, below in zip(both(package), (AsyncPygenClient, PygenClient), strict=True):
        made = [
            kind.from_env(ENVIRON),
            kind.from_toml(settings, "cognite"),
            kind.from_token("http://127.0.0.1:1", "p", "secret"),
            kind.from_client_credentials(base_url="http://127.0.0.1:1", project="p", **credentials),
        ]
        for client in made:
            assert type(client) is kind
            assert isinstance(client.pygen, below)
            assert "secret" not in repr(client) + client._repr_html_() + repr(client.pygen)
        with pytest.raises(UsageError, match="CDF_PROJECT"):
            kind.from_env({})


async def test_two_sdks_share_one_client(local_server: str, import_sdk: ImportSdk) -> None:
    pumps, sites = (
        sdk_of(import_sdk, "of_pumps", plant("Pumps", 0, 1)),
        sdk_of(import_sdk, "of_sites", plant("Sites", 0)),
    )
    async with AsyncPygenClient.from_token(base_url=local_server, project="test", token="t") as shared:
        await deploy_new(shared)
        mine, other = pumps.AsyncPumpsClient(shared), sites.AsyncSitesClient(shared)
        assert mine.pygen is other.pygen is shared
        assert (await mine.pump.list(name="A")).as_external_ids() == ["A"]
        assert [site.name async for site in other.site.all()] == ["Here"]
        assert (DataModelId("plant", "Pumps", "1"), DataModelId("plant", "Sites", "1")) == (*mine.MODELS, *other.MODELS)
    with PygenClient.from_token(base_url=local_server, project="test", token="t") as shared:
        assert pumps.PumpsClient(shared).pump.list().as_external_ids() == ["A", "B"]
        assert sites.SitesClient(shared).site.list().as_external_ids() == ["s"]


async def test_one_client_covers_several_models(local_server: str, import_sdk: ImportSdk) -> None:
    package = sdk_of(import_sdk, "of_both", plant("Pumps", 1), plant("Sites", 0))
    both = (DataModelId("plant", "Pumps", "1"), DataModelId("plant", "Sites", "1"))
    assert package.AsyncPumpsClient.MODELS == package.PumpsClient.MODELS == both
    assert package.AsyncPumpsClient.__doc__ == "The data models plant:Pumps/1 and plant:Sites/1."
    async with package.AsyncPumpsClient.from_token(local_server, "test", "t") as client:
        await deploy_new(client.pygen)
        assert list(client.views) == ["pump", "site"]
        assert repr(client).startswith("<AsyncPumpsClient of plant:Pumps/1, plant:Sites/1, 2 views>")
        (pump,) = await client.pump.list(name="A")
        assert (await pump.site.get()).name == "Here"


def test_the_overview_says_what_there_is(import_sdk: ImportSdk) -> None:
    package = import_sdk("overviews", generate(ASSETS, "overviews"))
    lines = repr(package.AssetsClient.from_env(ENVIRON)).splitlines()
    assert lines[0] == "<AssetsClient of golden:Assets/1, 7 views>"
    assert lines[1].split("  ")[1:3] == ["describable", "SyncDescribable"]
    assert lines[1].endswith("golden:Describable/1  What has a name.")
    assert any("7 properties, 2 relations" in line for line in lines)


@pytest.mark.parametrize("number", [0, 1])
def test_a_hostile_model_shows_harmlessly(number: int, import_sdk: ImportSdk) -> None:
    name = f"hostile_{number}"
    package = import_sdk(name, generate(EVERYTHING, name))
    client = [package.AsyncEverythingClient, package.EverythingClient][number].from_env(ENVIRON)
    assert all(line.isprintable() for line in repr(client).splitlines())
    for html in (client._repr_html_(), client.everything.all()._repr_html_()):
        assert html.isprintable()
        assert "import os\n" not in html
        assert HOSTILE not in html
        assert html.count('"') == 0  # what the model says is escaped, and our own tags have no attributes


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "..\\..\\x", "/abs", "C:\\x", "a\u202eb", "import os; os.abort()", "\x00", "__init__"]
)
def test_no_name_in_a_model_leads_out_of_the_package(name: str, import_sdk: ImportSdk) -> None:
    """The files are the same whatever things are called, and importing the package does nothing but define classes."""
    bad = msgspec.structs.replace(
        ASSETS,
        id=DataModelId(name, name, name),
        classes=tuple(
            msgspec.structs.replace(each, name=name, description=name, id=ViewId(name, f"{name}{number}", name))
            for number, each in enumerate(ASSETS.classes)
        ),
    )
    files = generate(bad, "led_out")
    assert files.keys() == generate(ASSETS, "led_out").keys() - {"protocols.py"}  # nobody implements those ids
    assert all(line.isprintable() for text in files.values() for line in text.split("\n"))
    package = import_sdk("led_out", files)
    assert all(getattr(package, public).__name__.isidentifier() for public in package.__all__)
