from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pygen.cli.exit_codes import ExitCode
from pygen_codegen.ir import CODES
from tests.cli.conftest import Pygen
from tests.sources.models import CONTAINER, data_model, mapped, view


def put(folder: Path, content: Any, name: str = "model.json") -> Path:
    path = folder / name
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


WARNING = {"type": "direct", "list": False, "source": {"type": "view", "space": "x", "externalId": "X", "version": "1"}}


@pytest.mark.parametrize(
    ("property", "severity", "codes"),
    [
        (mapped(), "info", (ExitCode.DONE, ExitCode.DONE)),
        (mapped(WARNING), "warning", (ExitCode.DONE, ExitCode.FINDINGS)),
        (mapped("quaternion"), "error", (ExitCode.FINDINGS, ExitCode.FINDINGS)),
    ],
)
def test_the_exit_code_is_that_of_the_worst_finding(
    pygen: Pygen, tmp_path: Path, property: dict[str, Any], severity: str, codes: tuple[ExitCode, ExitCode]
) -> None:
    path = put(tmp_path, data_model(view(properties={"name": mapped(), "class": property})))
    result = pygen("validate", "--file", path)
    assert severity in result.out
    assert (result.code, pygen("validate", "--file", path, "--strict").code) == codes


def test_a_table_for_people(pygen: Pygen, tmp_path: Path) -> None:
    path = put(tmp_path, data_model(view(properties={"class": mapped(), "x": mapped("quaternion", name="x")})))
    result = pygen("validate", "--file", path)
    rows = [line.split() for line in result.out.splitlines()]
    assert rows[0][:3] == ["severity", "code", "where"]
    assert rows[2][:4] == ["error", "unknown-type", "Turbine/1", "x"]
    assert [row[0] for row in rows if row and row[0] in ("error", "warning", "info")] == ["error", "info"]
    assert result.out.endswith("\n1 view, 1 property, 0 relations: 1 error, 0 warnings, 1 note\n")
    assert result.err == f"pygen: power:Wind/1, from {path}\npygen: the data model has 1 error\n"


def test_nothing_to_tell(pygen: Pygen, model_file: Path) -> None:
    result = pygen("validate", "--file", model_file)
    assert result.out == "1 view, 1 property, 0 relations: 0 errors, 0 warnings, 0 notes\n"


def test_json_for_programs(pygen: Pygen, tmp_path: Path) -> None:
    path = put(tmp_path, data_model(view(properties={"x": mapped("quaternion"), "name": mapped()})))
    report = json.loads(pygen("validate", "--file", path, "--format", "json").out)
    assert report["data_models"] == [{"space": "power", "externalId": "Wind", "version": "1"}]
    assert (report["views"], report["properties"], report["relationships"]) == (1, 1, 0)
    assert report["counts"] == {"error": 1, "warning": 0, "info": 0}
    (finding,) = report["findings"]
    assert finding["code"] in CODES
    assert (finding["severity"], finding["view"]["externalId"], finding["property"]) == ("error", "Turbine", "x")
    assert finding["done"]


def test_all_data_models_of_a_folder_at_once(pygen: Pygen, tmp_path: Path) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    put(folder, data_model(), "a.json")
    put(folder, data_model(view("Tank"), externalId="Tanks"), "b.json")
    result = pygen("validate", "--file", folder)
    assert result.err == f"pygen: power:Wind/1, power:Tanks/1, from {folder}\n"
    assert result.out.startswith("2 views")
    assert pygen("validate", "--file", folder, "--data-model", "Tanks").out.startswith("1 view,")


def test_containers_alone(pygen: Pygen, tmp_path: Path) -> None:
    container = {**CONTAINER, "properties": {"name": {"type": {"type": "text"}}}}
    result = pygen("validate", "--file", put(tmp_path, container))
    assert result.code == ExitCode.DONE
    assert "assumed-view" in result.out


def test_what_was_assumed_and_what_was_not_read_is_said(pygen: Pygen, tmp_path: Path) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    put(folder, view(), "turbine.json")
    for number in range(7):
        (folder / f"odd{number}.yaml").write_text("externalId: [views", encoding="utf-8")
    result = pygen("validate", "--file", folder)
    assert "nothing there names the data model; it is called power:power/1 (--data-model names another)" in result.err
    assert result.err.count("not read: ") == 6
    assert "not read: 2 more files" in result.err
    named = pygen("validate", "--file", folder, "--data-model", "plant:Turbines/3")
    assert named.err.startswith("pygen: plant:Turbines/3, from ")
    assert "nothing there names" not in named.err


def test_bad_input_is_one_line_and_another_code(pygen: Pygen, tmp_path: Path) -> None:
    reference = {"type": "view", "space": "a", "externalId": "B", "version": "1"}
    result = pygen("validate", "--file", put(tmp_path, data_model(reference)))
    assert (result.code, result.out) == (ExitCode.BAD_INPUT, "")
    assert "only refers to its views; give the files that define them, --with PATH" in result.err


def test_placeholders(pygen: Pygen, tmp_path: Path) -> None:
    path = put(tmp_path, data_model(version="{{ version }}"))
    result = pygen("validate", "--file", path)
    assert result.code == ExitCode.BAD_INPUT
    assert f"no value for the placeholder version ({path} line 1)" in result.err
    assert "power:Wind/7, from" in pygen("validate", "--file", path, "--variables", "version=7").err
    values = tmp_path / "values.yaml"
    values.write_text("version: 8", encoding="utf-8")
    assert "power:Wind/8, from" in pygen("validate", "--file", path, "--variables", values).err


def test_hostile_names_stay_off_the_terminal(pygen: Pygen, tmp_path: Path) -> None:
    hostile = view(properties={"name": mapped(), "a\x1b[2Jb": mapped("int\x1b[31m", name="x")}, description="\x1b[2J")
    result = pygen("validate", "--file", put(tmp_path, data_model(hostile, name="\x1b[2J")))
    assert "\x1b" not in result.out + result.err
    assert result.code == ExitCode.FINDINGS
