"""Every real model deploys and reads back as it was written, or is refused for a reason that has a name."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from pygen.server.schema import Json
from pygen.sources import load_path
from pygen.testing.models import Model, deploy_model
from pygen_codegen.ir import resolve
from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.errors import ApiError, PygenError
from tests.server.read_back import read_back
from tests.server.support import Api
from tests.sources.test_real_models import COOKIECUTTER, COUNTS, folders

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
KINDS = ("container", "view", "datamodel")
TOOLKITS = [
    *("ApmAppData/toolkit", "ApmAppData/toolkit_v4", "ApmBase/toolkit", "ApmSimple/toolkit", "CdmExtensionFull/toolkit"),
    *("CogPool/toolkit", "EquipmentUnit/toolkit", "FileAnnotation/toolkit", "IsaManufacturing/toolkit", "Omni/toolkit"),
    *("Pumps/toolkit", "ScenarioInstance/toolkit", "ShopModel/toolkit", "StronglyCoupled/toolkit", "Windmill/toolkit"),
    "ToolkitExamples/toolkit",
]  # fmt: skip


def variables(folder: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in folder.rglob("default.config.yaml"):
        content = yaml.load(path.read_text(encoding="utf-8"), LOADER) or {}
        found |= {key: str(value) for key, value in content.items() if value}
    return found


def read(folder: Path, kind: str) -> list[Json]:
    """The items of one kind in a Toolkit folder; placeholders without a value stand for their own names."""
    values = variables(folder)
    items: list[Json] = []
    for path in sorted(folder.rglob("*.yaml")):
        if path.name.lower().endswith(f".{kind}.yaml"):
            text = re.sub(
                r"{{\s*(\w+)\s*}}", lambda found: values.get(found[1], found[1]), path.read_text(encoding="utf-8")
            )
            content = yaml.load(text, LOADER)
            items += content if isinstance(content, list) else [content]
    return items


async def deploy(api: Api, items: dict[str, list[Json]]) -> dict[str, list[Json]]:
    """Create everything; gives what the server answers."""
    spaces = {one["space"] for kind in items.values() for one in kind if not one["space"].startswith("cdf_cdm")}
    await api.items("/models/spaces", *({"space": space} for space in sorted(spaces)))
    answers: dict[str, list[Json]] = {}
    for kind, wanted in items.items():
        if wanted:
            await api.items(f"/models/{kind}s", *wanted)
            answers[kind] = await api.items(f"/models/{kind}s", *wanted)
            keys = [{key: str(one[key]) for key in ("space", "externalId", "version") if key in one} for one in wanted]
            read_again = await api.items(f"/models/{kind}s/byids", *keys)
            assert sorted(read_again, key=str) == sorted(answers[kind], key=str)
    return answers


def as_read(kind: str, item: Json) -> Json:
    """What a written item must at least read back as."""
    if kind == "view":
        return {**item, "properties": {key: _view_property(one) for key, one in (item.get("properties") or {}).items()}}
    return item


def _view_property(written: Json) -> Json:
    mapped = {key: value for key, value in written.items() if key != "source"}
    return (
        {**mapped, "type": {"source": written["source"]}}
        if "container" in written and written.get("source")
        else written
    )


def assert_covers(written: Any, answered: Any, at: str) -> None:
    """The answer says everything that was written, and may say more."""
    if isinstance(written, dict):
        for key, value in written.items():
            if value is None or value in ({}, []) or (key == "type" and value in ("view", "container")):
                continue
            assert key in answered, f"{at}.{key}"
            assert_covers(value, answered[key], f"{at}.{key}")
    elif isinstance(written, list):
        assert len(written) == len(answered), at
        for number, (one, other) in enumerate(zip(written, answered, strict=True)):
            assert_covers(one, other, f"{at}[{number}]")
    elif at.endswith(".version"):
        assert str(written) == answered
    else:
        assert written == answered, at


def stringed(item: Any) -> Any:
    """YAML takes versions such as 1 for numbers; the Toolkit sends them as texts."""
    if isinstance(item, dict):
        return {
            key: str(one) if key == "version" and isinstance(one, (int, float)) else stringed(one)
            for key, one in item.items()
        }
    return [stringed(one) for one in item] if isinstance(item, list) else item


@pytest.mark.models
@pytest.mark.parametrize("name", TOOLKITS)
async def test_toolkit_models_deploy_and_read_back(bare_api: Api, models_dir: Path, name: str) -> None:
    items = {kind: stringed(read(models_dir / name, kind)) for kind in KINDS}
    assert items["view"]
    answers = await deploy(bare_api, items)
    for kind, wanted in items.items():
        for written, answered in zip(wanted, answers.get(kind, []), strict=True):
            assert_covers(as_read(kind, written), answered, f"{kind} {written['externalId']}")


OMITTED = (
    "constraintState",
    "createdTime",
    "lastUpdatedTime",
    "isGlobal",
    "name",
    "description",
    "queryable",
    "targetsList",
)
"""Bookkeeping, texts, and keys that older recordings leave out."""


def comparable(value: Any) -> Any:
    if isinstance(value, dict):
        tagged = value.get("type") in ("view", "container")
        return {
            key: comparable(part)
            for key, part in value.items()
            if part is not None and key not in OMITTED and not (tagged and key == "type")
        }
    return [comparable(part) for part in value] if isinstance(value, list) else value


@pytest.mark.models
async def test_the_core_model_is_as_it_was_read(bare_api: Api, models_dir: Path) -> None:
    """The recording is older: its views lack a few properties and values of today."""
    recorded = yaml.load((models_dir / "CogniteCore/api_read/model.yaml").read_text(encoding="utf-8"), LOADER)
    recorded = recorded[0] if isinstance(recorded, list) else recorded
    key = {part: recorded[part] for part in ("space", "externalId", "version")}
    (inline,) = await bare_api.items("/models/datamodels/byids", key, inlineViews="true")
    answered = {one["externalId"]: one for one in inline["views"]}
    for view in recorded["views"]:
        ours = answered[view["externalId"]]
        assert (ours["usedFor"], ours["writable"], ours["isGlobal"]) == (view["usedFor"], view["writable"], True)
        assert comparable(ours.get("filter")) == comparable(view.get("filter"))
        assert comparable(ours["implements"]) == comparable(view.get("implements") or [])
        for identifier, property_ in view["properties"].items():
            expected, found = comparable(property_), comparable(ours["properties"][identifier])
            for one in (expected, found):
                for limit in ("values", "maxListSize", "collation"):
                    one.get("type", {}).pop(limit, None)
            assert expected.items() <= found.items(), (view["externalId"], identifier)


FOLDERS = [
    f"{model}/{format_}"
    for model, formats in {
        "ApmAppData": ("api_read", "api_read_v4", "toolkit", "toolkit_v4"),
        "ApmBase": ("toolkit",),
        "ApmSimple": ("api_read", "api_read_json", "graphql", "toolkit"),
        "CdmExtensionFull": ("toolkit",),
        "CogPool": ("api_read", "toolkit"),
        "CogniteCore": ("api_read_extractors", "api_read_infield"),
        "EquipmentUnit": ("api_read", "toolkit"),
        "FileAnnotation": ("toolkit",),
        "IsaManufacturing": ("toolkit",),
        "MovieActors": ("api_read_json",),
        "Omni": ("api_read", "toolkit"),
        "OmniSub": ("api_read",),
        "Pumps": ("api_read", "toolkit"),
        "ScenarioInstance": ("api_read", "toolkit"),
        "ShopModel": ("api_read", "toolkit"),
        "SolarAPM": ("graphql",),
        "StronglyCoupled": ("toolkit",),
        "ToolkitExamples": ("toolkit",),
        "WindTurbine": ("api_read",),
        "Windmill": ("api_read", "toolkit"),
    }.items()
    for format_ in formats
]
"""What deploys on an empty server, just as it stands in the files."""

STAND_INS = Path(__file__).parents[1] / "testing" / "stand_ins.yaml"
POSITION = {
    "space": "sp_pygen_power",
    "externalId": "SensorPosition",
    "properties": {"blade": {"type": {"type": "direct"}}},
}


class Refused(NamedTuple):
    """A folder that an empty server cannot take.

    Attributes:
        why: Why the contract cannot allow it.
        message: How the refusal ends.
        needs: What makes it deploy: a folder of models, or files written for these tests; None where nothing public does.
    """

    why: str
    message: str
    needs: str | None


REFUSED = {
    "CdmMaintain/toolkit": Refused(
        "cdf_apps_shared and cdf_idm are not published",
        "One or more containers do not exist: 'cdf_apps_shared:CDF_User'",
        "stand-ins",
    ),
    "InfieldOnCDM/toolkit": Refused(
        "cdf_apps_shared and cdf_idm are not published",
        "One or more containers do not exist: 'cdf_apps_shared:CogniteSolutionTag'",
        "stand-ins",
    ),
    "IsaManufacturing/toolkit_search": Refused(
        "its containers are in the folder beside it",
        "nothing says the type of property assetSpecific of view dm_sol_isa_manufacturing_search:ISAAsset/v1: the view "
        "is in write form, and its container dm_dom_isa_manufacturing:ISAAsset is not given",
        "IsaManufacturing/toolkit",
    ),
    "OmniSub/toolkit": Refused(
        "it is a choice of Omni's views",
        "the data model sp_pygen_models:OmniSub/1 only refers to its views, which are not given",
        "Omni/toolkit",
    ),
    "Scene/toolkit": Refused(
        "cdf_3d_schema is not published",
        "One or more views do not exist: 'cdf_3d_schema:Transformation3d/v1'",
        None,
    ),
    "WindTurbine/toolkit": Refused(
        "a container is missing in the files",
        "The property 'blade' of the view 'sp_pygen_power:SensorPosition/1' maps the property 'blade' of the container "
        "'sp_pygen_power:SensorPosition', which does not exist.",
        "position",
    ),
}

SYSTEM = ("CogniteCore/api_read", "CogniteCore/api_read_no_3d", "CogniteCore/api_write", "CogniteCore/api_write_older")
"""Revisions of the system model: it is there from the start, and nobody may write it."""


@pytest.fixture
async def client(local_server: str) -> AsyncIterator[AsyncPygenClient]:
    async with AsyncPygenClient.from_token(base_url=local_server, project="p", token="t") as client:
        yield client


def load(path: Path, *needs: Path) -> Model:
    return Model(path, load_path(path, variables=COOKIECUTTER, with_=needs))


def needed(name: str, models_dir: Path, tmp_path: Path) -> list[Path]:
    """What a folder does not deploy without."""
    match REFUSED[name].needs if name in REFUSED else None:
        case None:
            return []
        case "stand-ins":
            return [STAND_INS]
        case "position":
            position = tmp_path / "position.Container.yaml"
            position.write_text(yaml.safe_dump(POSITION), encoding="utf-8")
            return [position]
        case folder:
            return [models_dir / folder]


@pytest.mark.models
def test_every_folder_and_format_is_covered(models_dir: Path) -> None:
    there = {f"{name}/{folder.name}" for name in COUNTS for folder in folders(models_dir / name)}
    assert {*FOLDERS, *REFUSED, *SYSTEM} == there


@pytest.mark.models
@pytest.mark.parametrize("name", [*FOLDERS, *(name for name in REFUSED if REFUSED[name].needs)])
async def test_every_model_deploys_and_reads_back_equal(
    client: AsyncPygenClient, models_dir: Path, tmp_path: Path, name: str
) -> None:
    needs = needed(name, models_dir, tmp_path)
    for path in needs:
        await deploy_model(client, load(path))
    model = load(models_dir / name, *needs)
    spaces = {each.space for each in await client.spaces.list()}
    await deploy_model(client, model)
    assert await read_back(client, model.source, spaces) == []


@pytest.mark.models
@pytest.mark.parametrize("name", REFUSED)
async def test_what_cannot_deploy_is_refused_by_name(client: AsyncPygenClient, models_dir: Path, name: str) -> None:
    with pytest.raises(PygenError, match=re.escape(REFUSED[name].message) + "$"):
        await deploy_model(client, load(models_dir / name))


@pytest.mark.models
@pytest.mark.parametrize("name", SYSTEM)
async def test_the_system_model_is_there_and_cannot_be_written(
    client: AsyncPygenClient, models_dir: Path, name: str
) -> None:
    model = load(models_dir / name)
    views = model.source.all_views()
    with pytest.raises(ApiError, match="Cannot write to the global spaces 'cdf_cdm': they belong to the system"):
        await client.views.create([view.as_write() for view in views])
    with pytest.raises(ApiError, match="Cannot write to the global spaces 'cdf_cdm'"):
        await client.data_models.create([each.as_write() for each in model.source.data_models])
    before = await client.views.list(include_global=True)
    deployed = await deploy_model(client, model)
    assert (deployed.containers, deployed.views) == (0, 0)
    assert await client.views.list(include_global=True) == before
    ours = {view.as_id(): (view.properties or {}).keys() for view in before}
    for view in resolve(views, model.source.all_containers()).views:
        assert (view.properties or {}).keys() <= ours[view.as_id()], str(view.as_id())
