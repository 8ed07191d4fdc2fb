"""TypeScript through the front door: options, configuration, `pygen check`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pygen.cli.exit_codes import ExitCode
from tests.cli.conftest import Pygen
from tests.cli.test_generate import contents, refused
from tests.sources.models import data_model, mapped, view

GROWN = data_model(view(properties={"name": mapped(), "height": mapped("int64", name="height")}))
CONFIG = """
[[sdks]]
output = "web/wind"
language = "typescript"
file = "model.json"
client_name = "FarmClient"
[sdks.typescript]
int64 = "string"
[sdks.naming.property]
case = "snake"
"""


def test_it_is_written_and_checked(pygen: Pygen, model_file: Path, tmp_path: Path) -> None:
    result = pygen("generate", "--file", model_file, "--language", "typescript", "--output", "src/wind")
    assert result.code == ExitCode.DONE
    assert result.out.endswith(
        'Next:  import { WindClient } from "./src/wind/index.js";\n       in a project with the package cdf-pygen-runtime\n'
    )
    files = contents(tmp_path / "src/wind")
    assert sorted(files) == ["AGENTS.md", "api.ts", "client.ts", "index.ts", "pygen.json", "types.ts", "views.ts"]
    manifest = json.loads(files["pygen.json"])
    assert (manifest["language"], manifest["package"]) == ("typescript", "")
    for more in ([], ["--file", model_file]):
        assert pygen("check", "src/wind", *more).out == "src/wind: up to date\n"
    (tmp_path / "src/wind/api.ts").write_text("// mine\n", encoding="utf-8")
    assert pygen("check", "src/wind").code == ExitCode.STALE
    refused(pygen("generate", "--file", model_file, "-l", "typescript", "-o", "src/wind"), ExitCode.OUTPUT, "--force")


def test_another_model_is_another_sdk(pygen: Pygen, model_file: Path, tmp_path: Path) -> None:
    pygen(
        "generate",
        "--file",
        model_file,
        "-l",
        "typescript",
        "-o",
        "wind",
        "--int64",
        "string",
        "--timestamps",
        "string",
    )
    model_file.write_text(json.dumps(GROWN), encoding="utf-8")
    result = pygen("check", "wind", "--file", model_file)
    assert result.code == ExitCode.STALE
    assert "+  readonly height: IntegerText | null;" in result.out


def test_from_one_language_to_the_other(pygen: Pygen, model_file: Path, tmp_path: Path) -> None:
    pygen("generate", "--file", model_file, "-o", "wind")
    assert pygen("generate", "--file", model_file, "-l", "typescript", "-o", "wind").code == ExitCode.DONE
    assert "api.py" not in contents(tmp_path / "wind")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["-l", "typescript", "--package", "wind"], "a package name is for Python"),
        (["-l", "typescript", "--ruff"], "ruff formats Python"),
        (["-l", "typescript", "--client-name", "class"], "cannot be a class in TypeScript"),
        (["--int64", "string"], "can be chosen for TypeScript only"),
        (["-l", "go"], "'go' is not one of"),
    ],
)
def test_options_of_the_other_language_are_refused(
    pygen: Pygen, model_file: Path, options: list[str], said: str
) -> None:
    result = pygen("generate", "--file", model_file, "-o", "wind", *options)
    refused(result, ExitCode.BAD_INPUT, said)


def test_the_configuration(pygen: Pygen, model_file: Path, tmp_path: Path) -> None:
    (tmp_path / "pygen.toml").write_text(CONFIG, encoding="utf-8")
    model_file.with_name("model.json").write_text(json.dumps(GROWN), encoding="utf-8")
    assert pygen("generate").code == ExitCode.DONE
    files = contents(tmp_path / "web/wind")
    assert b"class FarmClient extends ModelClient" in files["client.ts"]
    assert b"readonly height: IntegerText | null;" in files["types.ts"]
    for more in ([], ["--source"], ["web/wind"]):
        assert pygen("check", *more).out == "web/wind: up to date\n"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('language = "kotlin"', "the language 'kotlin' is not known"),
        ('language = "typescript"\npackage = "wind"', "a package name is for Python"),
        ('language = "typescript"\nruff = true', "ruff formats Python"),
        ('language = "typescript"\ntypescript = { int64 = "number" }', "int64"),
        ('typescript = { int64 = "string" }', "can be chosen for TypeScript only"),
    ],
)
def test_what_the_configuration_cannot_say(
    pygen: Pygen, model_file: Path, tmp_path: Path, line: str, said: str
) -> None:
    (tmp_path / "pygen.toml").write_text(
        f'[[sdks]]\noutput = "wind"\nfile = "{model_file.name}"\n{line}\n', encoding="utf-8"
    )
    refused(pygen("generate"), ExitCode.BAD_INPUT, said)


def test_options_about_one_sdk_need_a_folder(pygen: Pygen) -> None:
    refused(pygen("generate", "--language", "typescript"), ExitCode.BAD_INPUT, "--language is about one SDK")
    refused(pygen("generate", "--int64", "string"), ExitCode.BAD_INPUT, "--int64 is about one SDK")
