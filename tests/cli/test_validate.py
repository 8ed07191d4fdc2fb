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


def test_names_are_those_of_the_language(pygen: Pygen, tmp_path: Path) -> None:
    path = put(tmp_path, data_model(view(properties={"lambda": mapped(), "function": mapped()})))
    told = {
        language: {
            each["property"]
            for each in json.loads(pygen("validate", "--file", path, "--format", "json", *chosen).out)["findings"]
            if each["code"] == "reserved-name"
        }
        for language, chosen in {"default": (), "python": ("-l", "python"), "typescript": ("-l", "typescript")}.items()
    }
    assert told["default"] == told["python"] == {"lambda"}
    assert "lambda" not in told["typescript"]


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


def test_containers_alone_can_be_named_and_chosen_from(pygen: Pygen, tmp_path: Path) -> None:
    properties = {"name": {"type": {"type": "text"}}}
    path = put(tmp_path, [{**CONTAINER, "externalId": name, "properties": properties} for name in ("Tank", "Pump")])
    result = pygen("validate", "--file", path, "--include", "Pump", "--data-model", "plant:Plant/7", "--format", "json")
    report = json.loads(result.out)
    assert report["data_models"] == [{"space": "plant", "externalId": "Plant", "version": "7"}]
    assert [each["view"]["externalId"] for each in report["findings"]] == ["Pump"]
    assert "holds no data model Other" in pygen("validate", "--file", path, "--data-model", "Other").err


def test_what_was_left_out_is_not_missing(pygen: Pygen, tmp_path: Path) -> None:
    to_tank = {**WARNING, "source": {"type": "view", "space": "power", "externalId": "Tank", "version": "1"}}
    path = put(tmp_path, data_model(view(properties={"tank": mapped(to_tank)}), view("Tank")))
    result = pygen("validate", "--file", path, "--include", "Turbine", "--strict")
    assert (result.code, "which was left out" in result.out.replace("\n", " ")) == (ExitCode.DONE, True)
    refused = pygen("validate", "--file", path, "--include", "Turbin")
    assert refused.code == ExitCode.BAD_INPUT
    assert "no view is called 'Turbin'; write" in refused.err
    assert refused.err.endswith("there are power:Tank/1, power:Turbine/1\n")


def test_graphql_with_a_type_that_is_not_defined(pygen: Pygen, tmp_path: Path) -> None:
    path = tmp_path / "pumps.graphql"
    path.write_text("type Pump @cache {\n name: String  site: Site }", encoding="utf-8")
    report = pygen("validate", "--file", path, "--format", "json")
    assert report.code == ExitCode.FINDINGS
    told = [(each["code"], each.get("property")) for each in json.loads(report.out)["findings"]]
    assert told == [("ignored-part", None), ("undefined-type", "site"), ("missing-target", "site")]
    assert f"nothing in {path} names the data model" in report.err


def test_keys_that_nobody_knows(pygen: Pygen, tmp_path: Path) -> None:
    path = put(tmp_path, data_model(view(implement=[])))
    result = pygen("validate", "--file", path)
    assert (result.code, "view Turbine has the key 'implement'" in result.out) == (ExitCode.DONE, True)
    assert pygen("validate", "--file", path, "--strict").code == ExitCode.FINDINGS


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("README.md", "# Hello {{ name }}, {you}", "it holds no views, containers or data models; pygen reads spaces"),
        ("note.txt", "plain text", "it holds no views, containers or data models; pygen reads spaces"),
        ("model.txt", '{"space": "s", "externalId": "{{ name }}", "version": 1, "views": []}', "placeholder name"),
        ("a.yaml", "", "it is empty"),
        ("a.json", " ", "it is empty"),
        ("a.graphql", "", "it is empty"),
        ("a.json", "{", "line 1: this is not JSON"),
        ("a.yaml", "a: [", "this is not YAML: did not find expected node content"),
        ("a.graphql", "type A {", "line 1: this is not GraphQL"),
        ("a.json", "[" * 100_000, "nesting too deep"),
        ("a.yaml", "[" * 100_000, "more than 64 levels of nesting"),
        ("a.graphql", "type A { a: " + "[" * 100_000, "nested too deeply"),
    ],
)
def test_files_of_something_else(pygen: Pygen, tmp_path: Path, name: str, text: str, message: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    result = pygen("validate", "--file", path)
    assert (result.code, result.out) == (ExitCode.BAD_INPUT, "")
    assert message in result.err
    assert str(path) in result.err
    assert result.err.count("\n") == 1


@pytest.mark.parametrize("option", ["--file", "--with"])
def test_a_path_that_is_empty_is_not_the_current_folder(pygen: Pygen, option: str) -> None:
    result = pygen("validate", option, "")
    assert result.code == ExitCode.BAD_INPUT
    assert "it is empty; give a path" in result.err


def test_a_wrong_choice_is_told_with_the_right_ones(pygen: Pygen) -> None:
    result = pygen("validate", "--format", "xml")
    assert result.err == (
        "pygen: invalid value for '--format': 'xml' is not one of 'table', 'json' (see: pygen validate --help)\n"
    )


def test_what_was_assumed_and_what_was_not_read_is_said(pygen: Pygen, tmp_path: Path) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    put(folder, view(), "turbine.json")
    for number in range(7):
        (folder / f"odd{number}.yaml").write_text("externalId: [views", encoding="utf-8")
    result = pygen("validate", "--file", folder)
    assert (
        f"nothing in {folder} names the data model; it is called power:power/1 (--data-model names another)"
        in result.err
    )
    assert result.err.count("not read: ") == 6
    assert "not read: 2 more files" in result.err
    named = pygen("validate", "--file", folder, "--data-model", "plant:Turbines/3")
    assert named.err.startswith("pygen: plant:Turbines/3, from ")
    assert "names the data model" not in named.err


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
