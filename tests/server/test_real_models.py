"""Real models deploy, and read back as they were written."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from pygen.server.schema import Json
from tests.server.support import Api

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
KINDS = ("container", "view", "datamodel")
TOOLKITS = [
    *("ApmAppData/toolkit", "ApmAppData/toolkit_v4", "ApmBase/toolkit", "ApmSimple/toolkit", "CdmExtensionFull/toolkit"),
    *("CogPool/toolkit", "EquipmentUnit/toolkit", "FileAnnotation/toolkit", "IsaManufacturing/toolkit", "Omni/toolkit"),
    *("Pumps/toolkit", "ScenarioInstance/toolkit", "ShopModel/toolkit", "StronglyCoupled/toolkit", "Windmill/toolkit"),
    "ToolkitExamples/toolkit",
]  # fmt: skip
INCOMPLETE = {
    "CdmMaintain/toolkit": "cdf_",
    "InfieldOnCDM/toolkit": "cdf_",
    "Scene/toolkit": "cdf_",
    "OmniSub/toolkit": "pygen_models",
    "WindTurbine/toolkit": "SensorPosition",
}
"""Models that need what is not public, or not in the same folder, and what the refusal names."""


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


@pytest.mark.models
@pytest.mark.parametrize("name", INCOMPLETE)
async def test_models_that_lack_something_are_told_what(bare_api: Api, models_dir: Path, name: str) -> None:
    items = {kind: stringed(read(models_dir / name, kind)) for kind in KINDS}
    with pytest.raises(AssertionError) as refused:
        await deploy(bare_api, items)
    assert "does not exist" in str(refused.value) or "do not exist" in str(refused.value)
    assert INCOMPLETE[name] in str(refused.value)


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
