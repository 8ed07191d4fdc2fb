from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from pygen.sources import load_path
from pygen_codegen.errors import ModelError
from pygen_codegen.ir import analyse, select_views
from pygen_codegen.output import Manifest
from pygen_codegen.output.manifest import decode_manifest
from pygen_codegen.snapshot import Snapshot
from pygen_runtime.schema import DataModel
from tests.sources.models import VIEW_ID, data_model, decoded, mapped, view

FARM = {**VIEW_ID, "externalId": "Farm"}
RELATION = mapped({"type": "direct", "list": False, "source": FARM}, name="farm")


def snapshot(*models: DataModel, **more: Any) -> Snapshot:
    return Snapshot.of(analyse(models, **more).model, models, **more)


def kept(found: Snapshot) -> Snapshot:
    """The same after it was written and read."""
    manifest = Manifest(generator="1", data_models=(), language="python", package="p", files={}, snapshot=found)
    again = decode_manifest(manifest.encode(), "pygen.json").snapshot
    assert again is not None
    return again


@pytest.mark.models
def test_the_ir_comes_back(models_dir: Path) -> None:
    """Of every real model, in whatever form it is kept."""
    paths = sorted(models_dir.glob("*/api_read/model.yaml"))
    paths += sorted(path for path in models_dir.glob("*/toolkit") if path.is_dir())
    compared = 0
    for path in paths:
        source = load_path(path)
        views, containers = source.all_views(), source.all_containers()
        try:
            whole = analyse(source.data_models, views=views, containers=containers).model
        except ModelError:  # a module that only refers to the views of others
            continue
        compared += 1
        found = Snapshot.of(whole, source.data_models, views, containers)
        assert kept(found).analyse().model == whole, path
        some = [each.id.external_id for each in whole.classes[::3]]
        assert kept(found).analyse(include=some).model == select_views(whole, some), path
    assert compared > 12


def test_views_beside_the_model_are_kept() -> None:
    model = decoded(view(properties={"farm": RELATION}))
    beside = decoded(view("Farm"), view("Unused")).views or []
    found = snapshot(model, views=beside)
    assert [each.external_id for each in found.views] == ["Farm", "Turbine"]
    assert kept(found).analyse().model == analyse([model], views=beside).model


def test_what_cannot_be_generated_is_not_kept() -> None:
    model = decoded(view(properties={"name": mapped(), "x": mapped("quaternion")}))
    (found,) = snapshot(model).views
    assert list(found.properties or {}) == ["name"]


def test_what_changes_by_itself_does_not_show() -> None:
    plain = data_model(view(properties={"a": mapped(name="a"), "b": mapped(name="b")}))
    other = data_model(
        view(
            properties={
                "b": {**mapped(name="b"), "constraintState": {"nullability": "current"}},
                "a": {**mapped({"type": "text", "collation": "ucs_basic"}, name="a"), "immutable": None},
            },
            createdTime=1,
            lastUpdatedTime=2,
            mappedContainers=[{"type": "container", "space": "power", "externalId": "Turbine"}],
        ),
        createdTime=3,
        lastUpdatedTime=4,
        isGlobal=True,
    )
    one, two = (snapshot(decoded(**each)) for each in (plain, other))
    assert msgspec.structs.asdict(one) == msgspec.structs.asdict(two)


def test_several_data_models() -> None:
    models = [decoded(), decoded(view(), view("Tank"), externalId="Tanks")]
    found = snapshot(*models)
    assert len(found.views) == 2  # the one that both list stands there once
    assert kept(found).analyse().model == analyse(models).model


def test_the_manifest_has_a_line_for_every_property() -> None:
    model = decoded(view(properties={name: mapped(name=name) for name in "abc"}))
    manifest = Manifest(
        generator="1", data_models=(), language="python", package="p", files={}, snapshot=snapshot(model)
    )
    lines = manifest.encode().decode().splitlines()
    assert sum(line.strip().startswith(('"a":', '"b":', '"c":')) for line in lines) == 3
    assert msgspec.json.decode(manifest.encode())["snapshot"]["views"][0]["properties"].keys() == {"a", "b", "c"}
