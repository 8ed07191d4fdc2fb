"""Real models deploy, and read back as the real service answered them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.server.support import Api

OMITTED = (
    "constraintState",
    "createdTime",
    "lastUpdatedTime",
    "isGlobal",
    "name",
    "description",
    "type",
    "targetsList",
    "queryable",
)
"""Bookkeeping, texts that were revised, and keys that older recordings leave out."""


def load(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def comparable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: comparable(part) for key, part in value.items() if part is not None and key not in OMITTED}
    return [comparable(part) for part in value] if isinstance(value, list) else value


@pytest.mark.models
async def test_the_core_model_reads_back_as_recorded(bare_api: Api, models_dir: Path) -> None:
    folder = models_dir / "CogniteCore"
    containers, views, model = (
        load(folder / "api_write" / f"{part}.yaml") for part in ("containers", "views", "data_model")
    )
    spaces = {one["space"] for one in (*containers, *views)}
    await bare_api.items("/models/spaces", *({"space": space} for space in spaces))
    await bare_api.items("/models/containers", *containers)
    created = await bare_api.items("/models/views", *views)
    assert await bare_api.items("/models/views", *views) == created
    (read,) = await bare_api.items("/models/datamodels", *(model if isinstance(model, list) else [model]))
    key = {part: read[part] for part in ("space", "externalId", "version")}
    (inline,) = await bare_api.items("/models/datamodels/byids", key, inlineViews="true")
    answered = {one["externalId"]: one for one in inline["views"]}
    recorded = load(folder / "api_read" / "model.yaml")
    for view in (recorded[0] if isinstance(recorded, list) else recorded)["views"]:
        ours = answered[view["externalId"]]
        assert (ours["usedFor"], ours["writable"]) == (view["usedFor"], view["writable"])
        assert comparable(ours.get("filter")) == comparable(view.get("filter"))
        assert view["properties"].keys() - ours["properties"].keys() == set()
        for identifier, property_ in view["properties"].items():
            assert comparable(ours["properties"][identifier]) == comparable(property_), (view["externalId"], identifier)


@pytest.mark.models
@pytest.mark.parametrize("name", ["WindTurbine", "Omni", "Windmill", "ApmAppData", "ShopModel"])
async def test_recorded_models_deploy(bare_api: Api, models_dir: Path, name: str) -> None:
    """Their containers are made from what the views show of them."""
    recorded = load(models_dir / name / "api_read" / "model.yaml")
    views = [view for model in (recorded if isinstance(recorded, list) else [recorded]) for view in model["views"]]
    known = {(view["space"], view["externalId"], view["version"]) for view in views}
    containers: dict[tuple[str, str], dict[str, Any]] = {}
    for view in views:
        view["implements"] = [
            {**one, "type": "view"}
            for one in view.get("implements") or ()
            if (one["space"], one["externalId"], one["version"]) in known
        ]
        for property_ in view["properties"].values():
            if "container" not in property_:
                continue
            space, external_id = property_["container"]["space"], property_["container"]["externalId"]
            item = {"space": space, "externalId": external_id, "usedFor": "all", "properties": {}}
            stored = containers.setdefault((space, external_id), item)["properties"]
            kind = {key: part for key, part in property_["type"].items() if key not in ("source", "container")}
            stored[property_["containerPropertyIdentifier"]] = {**property_, "type": kind}
    spaces = {key[0] for key in (*containers, *known)}
    await bare_api.items("/models/spaces", *({"space": space} for space in spaces))
    await bare_api.items("/models/containers", *containers.values())
    read = {view["externalId"]: view for view in await bare_api.items("/models/views", *views)}
    for view in views:
        ours = read[view["externalId"]]["properties"]
        for identifier, property_ in view["properties"].items():
            expected = property_["type"] | {"container": None} if "container" in property_ else property_
            answer = ours[identifier]["type"] | {"container": None} if "container" in property_ else ours[identifier]
            assert comparable(expected).items() <= comparable(answer).items(), (view["externalId"], identifier)
