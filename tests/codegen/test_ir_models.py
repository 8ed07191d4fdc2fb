from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from pygen_codegen.errors import ModelError
from pygen_codegen.ir import IRModel, IRReverse, parse_model
from pygen_runtime.schema import DataModel
from pygen_runtime.schema.codec import convert

pytestmark = pytest.mark.models

TEMPLATES = {"ApmSimple/api_read_json/datamodel.json", "MovieActors/api_read_json/datamodel.json"}
"""Their identifiers are placeholders of a project template."""


def models(models_dir: Path) -> Iterator[tuple[str, DataModel]]:
    for path in sorted([*models_dir.glob("*/api_read*/*.yaml"), *models_dir.glob("*/api_read*/*.json")]):
        content: Any = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
        for item in content if isinstance(content, list) else [content]:
            if "views" in item:
                yield path.relative_to(models_dir).as_posix(), convert(item, DataModel)


def load(models_dir: Path, name: str) -> IRModel:
    return next(parse_model(model) for path, model in models(models_dir) if path == f"{name}/api_read/model.yaml")


def test_every_real_model_parses_and_is_serialisable(models_dir: Path) -> None:
    refused: dict[str, str] = {}
    parsed = 0
    for path, model in models(models_dir):
        try:
            ir = parse_model(model)
        except ModelError as error:
            refused[path] = str(error)
            continue
        parsed += 1
        assert [class_.id for class_ in ir.classes] == [view.as_id() for view in model.views or ()]
        assert msgspec.json.decode(msgspec.json.encode(ir), type=IRModel) == ir
    assert refused.keys() == TEMPLATES
    assert all("cookiecutter" in message for message in refused.values())
    assert parsed >= 14


def test_the_core_model(models_dir: Path) -> None:
    core = load(models_dir, "CogniteCore")
    classes = {class_.id.external_id: class_ for class_ in core.classes}
    asset = {relationship.source: relationship for relationship in classes["CogniteAsset"].relationships}
    assert {"parent", "root", "path", "children", "files", "activities", "timeSeries"} <= asset.keys()
    assert isinstance(asset["files"].via, IRReverse)
    assert isinstance(asset["children"].via, IRReverse)
    assert asset["files"].via.through_list
    assert not asset["children"].via.through_list
    assert classes["CogniteAnnotation"].used_for == "edge"
    assert core.enums["cdf_cdm:CogniteTimeSeries.type"].values[0].source in {"numeric", "string"}
