from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from pygen.errors import SourceError
from pygen.sources import text_files
from pygen.sources.files import load_file
from pygen_runtime.schema import MappedProperty
from tests.sources.models import CONTAINER, data_model, mapped, view


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


@pytest.mark.parametrize("version", ["1.10", "3", "0x10", "2024-01-01", "true"])
def test_a_version_is_the_text_that_stands_there(tmp_path: Path, version: str) -> None:
    path = tmp_path / "model.yaml"
    path.write_text(yaml.safe_dump(data_model(version="VERSION")).replace("VERSION", version), encoding="utf-8")
    assert load_file(path).version == version


WRITE_FORM = {"container": CONTAINER, "containerPropertyIdentifier": "name"}
REFERENCE = {"type": "view", "space": "power", "externalId": "Turbine", "version": "1"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ([], "it holds no views, containers or data models"),
        ({"items": []}, "it holds no views, containers or data models"),
        ({"views": None}, "it holds no views, containers or data models"),
        ([data_model(), data_model(version="2")], r"2 data models \(power:Wind/1, power:Wind/2\); choose one"),
        ("text", "it holds no object"),
        ([None], "it holds nothing"),
        ({"what": "ever"}, "it holds something else"),
        ([{"instanceType": "node", "space": "s", "externalId": "x"}], "an instance"),
        ({"space": "s", "externalId": "x", "sources": []}, "an instance"),
        ({"space": "s", "name": "S"}, "it holds no views, containers or data models"),
        ({"space": "s", "externalId": "C"}, "it holds something else"),
        ({**data_model(), "views": []}, "has no views"),
        ({**data_model(), "views": "Turbine"}, "its views are no list"),
        ({**data_model(), "views": ["Turbine"]}, "its views are no list"),
        (data_model(REFERENCE), "only refers to its views"),
        (
            data_model(view(properties={"name": WRITE_FORM})),
            "type of property name of view power:Turbine/1: .* its container power:Turbine is not given",
        ),
        (
            {**view(properties={}), "usedFor": None, "writable": None, "implements": [REFERENCE | {"externalId": "X"}]},
            "inherits from",
        ),
        ({**view(), "properties": []}, "view Turbine: `properties` must be an object or nothing, and is a list"),
        (data_model(view(properties={"a": "b"})), "view Turbine, property a: "),
        (
            data_model(view(properties={"size": mapped(container={"space": "s"})})),
            "view Turbine, property size: .*externalId",
        ),
        (
            data_model(view(), view("Blade", properties={"mast": {"type": {"space": "s", "externalId": "t"}}})),
            "view Blade, property mast: .*source",
        ),
        ({"space": "s", "externalId": "C", "properties": {"p": {"type": "text"}}}, "container C, property p: "),
        ({**data_model(), "views": [view()], "externalId": None}, "externalId"),
        ([data_model(), data_model(view("Other"))], "power:Wind/1 comes twice, with different views"),
        ({**data_model(), "graphQlDml": 7}, "it must be text, and is a number"),
        (
            {"space": "s", "externalId": "a\x1bb" * 60, "version": 1.5, "views": []},
            r"data model 'a\\x1bb.*must be text",
        ),
    ],
)
def test_says_what_a_file_holds_instead(tmp_path: Path, content: Any, message: str) -> None:
    path = write(tmp_path, content, "model.json")
    with pytest.raises(SourceError, match=message) as caught:
        load_file(path)
    assert str(caught.value).startswith(f"{path}")
    assert "\n" not in str(caught.value)


def test_numbers_in_json_stay_numbers(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="`version` must be text, and is a number; put it in quotes"):
        load_file(write(tmp_path, data_model(version=1), "model.json"))


def test_text_that_mentions_a_type_is_not_graphql(tmp_path: Path) -> None:
    assert load_file(write(tmp_path, data_model(description="\ntype Turbine {\n"))).description


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"model\.yaml cannot be read: No such file"):
        load_file(tmp_path / "model.yaml")


def test_nul_in_the_path() -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        load_file(Path("a\0b"))


def test_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "model.yaml"
    path.write_bytes("name: Møller".encode("latin-1"))
    with pytest.raises(SourceError, match=r"is not UTF-8 text \(byte 7\)"):
        load_file(path)


def test_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_files, "SIZE_LIMIT", 10)
    with pytest.raises(SourceError, match="too large"):
        load_file(write(tmp_path, data_model()))


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os = pytest.importorskip("os")
    if not hasattr(os, "mkfifo"):
        pytest.skip("no pipes with names here")
    os.mkfifo(tmp_path / "model.yaml")
    with pytest.raises(SourceError, match="is not a file"):
        load_file(tmp_path / "model.yaml")


@pytest.mark.models
def test_reads_every_public_model(models_dir: Path) -> None:
    paths = sorted(models_dir.glob("*/api_read*/model.yaml"))
    assert paths
    for path in paths:
        assert load_file(path).views


@pytest.mark.models
def test_refuses_every_file_of_instances_in_one_line(models_dir: Path) -> None:
    others = [path for path in models_dir.glob("*/data/**/*.yaml") if path.is_file()]
    assert others
    for path in others:
        with pytest.raises(SourceError) as caught:
            load_file(path)
        assert "\n" not in str(caught.value)
