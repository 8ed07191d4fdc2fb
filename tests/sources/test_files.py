from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from pygen.errors import SourceError
from pygen.sources import files
from pygen.sources.files import load_file
from pygen_runtime.schema import MappedProperty
from tests.sources.models import data_model, mapped, view


def write(folder: Path, content: Any, name: str = "model.yaml") -> Path:
    path = folder / name
    text = json.dumps(content) if name.endswith(".json") else yaml.safe_dump(content, sort_keys=False)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["model.yaml", "model.yml", "model.json", "model", "MODEL.JSON"])
@pytest.mark.parametrize("shape", ["object", "list", "items"])
def test_reads_a_data_model(tmp_path: Path, name: str, shape: str) -> None:
    model = data_model(description="Wind farms")
    content = {"object": model, "list": [model], "items": {"items": [model]}}[shape]
    path = tmp_path / name
    path.write_text(json.dumps(content), encoding="utf-8")
    loaded = load_file(path)
    assert (loaded.space, loaded.external_id, loaded.version) == ("power", "Wind", "1")
    assert loaded.description == "Wind farms"
    assert loaded.views is not None
    assert loaded.views[0].properties is not None
    assert isinstance(loaded.views[0].properties["name"], MappedProperty)


def test_skips_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_text(json.dumps(data_model()), encoding="utf-8-sig")
    assert load_file(path).external_id == "Wind"


WRITE_FORM = {
    "container": {"type": "container", "space": "power", "externalId": "Turbine"},
    "containerPropertyIdentifier": "name",
}
REFERENCE = {"type": "view", "space": "power", "externalId": "Turbine", "version": "1"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ([], "an empty list"),
        ({"items": []}, "an empty list"),
        ([data_model(), data_model(version="2")], r"2 data models \(Wind version 1, Wind version 2\)"),
        ("text", "it holds no object"),
        (data_model(space="{{ space }}"), "it holds a template"),
        ({**data_model(), "views": None, "dml": "type A {}"}, "a data model in GraphQL"),
        ([{"instanceType": "node", "space": "s", "externalId": "x"}], "an instance"),
        (view(), "a view, not a data model"),
        ([view(), view("Blade")], "a view, not a data model"),
        ({"space": "s", "externalId": "V", "version": "1", "implements": []}, "a view, not a data model"),
        ({"space": "s", "externalId": "C", "usedFor": "node", "properties": {}}, "a container, not a data model"),
        ({"space": "s", "name": "S"}, "no data model: there are no views"),
        ({**data_model(), "views": []}, "a data model without views"),
        ({**data_model(), "views": "Turbine"}, "views are no list"),
        ({**data_model(), "views": ["Turbine"]}, "views are no list"),
        (data_model(REFERENCE), "only refers to its views"),
        (data_model(view(properties={"name": WRITE_FORM})), "in write form"),
        (data_model(version=1), r"Expected `str`, got `int` - at `\$.version`; put it in quotes"),
        (data_model(view(version=1.0)), "view Turbine: .*got `float`.*put it in quotes"),
        (data_model({**view(), "properties": []}), "view Turbine: Expected `object"),
        (data_model(view(properties={"a": "b"})), "view Turbine: "),
        (
            data_model(view(properties={"size": mapped(container={"space": "s"})})),
            "view Turbine, property size: .*externalId",
        ),
        (
            data_model(view(), view("Blade", properties={"mast": {"type": {"space": "s", "externalId": "t"}}})),
            "view Blade, property mast: .*source",
        ),
        ({**data_model(), "views": [view()], "externalId": None}, "externalId"),
    ],
)
def test_says_what_a_file_holds_instead(tmp_path: Path, content: Any, message: str) -> None:
    path = write(tmp_path, content)
    with pytest.raises(SourceError, match=message) as caught:
        load_file(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["model.graphql", "model.txt"])
def test_tells_graphql(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text('type Turbine @view(version: "1") {\n  name: String\n}\n', encoding="utf-8")
    with pytest.raises(SourceError, match="it holds GraphQL"):
        load_file(path)


def test_text_that_mentions_a_type_is_not_graphql(tmp_path: Path) -> None:
    assert load_file(write(tmp_path, data_model(description="type Turbine: {round}\n"))).description


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"model\.yaml cannot be read: No such file"):
        load_file(tmp_path / "model.yaml")


def test_nul_in_the_path() -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        load_file(Path("a\0b"))


def test_folder(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is a folder"):
        load_file(tmp_path)


def test_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "model.yaml"
    path.write_bytes("name: Møller".encode("latin-1"))
    with pytest.raises(SourceError, match=r"is not UTF-8 text \(byte 7\)"):
        load_file(path)


def test_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "SIZE_LIMIT", 10)
    with pytest.raises(SourceError, match="too large"):
        load_file(write(tmp_path, data_model()))


@pytest.mark.models
def test_reads_every_public_model(models_dir: Path) -> None:
    paths = sorted(models_dir.glob("*/api_read*/model.yaml"))
    assert paths
    for path in paths:
        loaded = load_file(path)
        assert loaded.views


@pytest.mark.models
def test_refuses_every_other_model_file_in_one_line(models_dir: Path) -> None:
    others = [
        path
        for pattern in (
            "*/toolkit*/**/*.yaml",
            "*/api_write*/*.yaml",
            "*/graphql/*",
            "*/api_read_json/*",
            "*/data/**/*.yaml",
        )
        for path in models_dir.glob(pattern)
        if path.is_file()
    ]
    assert others
    for path in others:
        with pytest.raises(SourceError) as caught:
            load_file(path)
        assert "\n" not in str(caught.value)
