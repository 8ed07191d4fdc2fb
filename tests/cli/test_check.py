from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import anyio
import pytest

from pygen.cli.exit_codes import ExitCode
from pygen.sources import deploy
from pygen_runtime.client import AsyncPygenClient
from tests.cli.conftest import Pygen
from tests.cli.test_generate import SECRET, contents, refused
from tests.sources.models import data_model, decoded, mapped, view

GROWN = data_model(view(properties={"name": mapped(), "height": mapped("float64", name="height")}))
CONFIG = """
[[sdks]]
output = "src/wind"
file = "model.json"

[[sdks]]
output = "src/farms"
package = "src.farms"
file = ["model.json"]
client_name = "FarmsClient"
exclude = ["Blade"]
[sdks.naming.property]
case = "camel"
"""


@pytest.fixture
def sdk(pygen: Pygen, model_file: Path, tmp_path: Path) -> Path:
    assert pygen("generate", "--file", model_file, "--output", "wind").code == ExitCode.DONE
    return tmp_path / "wind"


@pytest.fixture
def project(pygen: Pygen, tmp_path: Path) -> Path:
    """A project with two configured SDKs, generated."""
    (tmp_path / "model.json").write_text(json.dumps(data_model(view(), view("Blade"))), encoding="utf-8")
    (tmp_path / "pygen.toml").write_text(CONFIG, encoding="utf-8")
    result = pygen("generate")
    assert result.code == ExitCode.DONE, result
    return tmp_path


def test_an_sdk_that_is_up_to_date(pygen: Pygen, sdk: Path, model_file: Path) -> None:
    model_file.unlink()  # by the snapshot alone
    before = contents(sdk)
    result = pygen("check", "wind")
    assert (result.code, result.out, result.err) == (ExitCode.DONE, "wind: up to date\n", "")
    assert contents(sdk) == before


def test_an_edited_file_is_shown(pygen: Pygen, sdk: Path) -> None:
    right = (sdk / "api.py").read_text(encoding="utf-8")
    (sdk / "api.py").write_text(right.replace("class ", "class  ") + "# mine\x1b[2J\u202e\n", encoding="utf-8")
    result = pygen("check", "wind")
    assert result.code == 1 == int(ExitCode.STALE)
    assert "--- a/api.py\n+++ b/api.py\n" in result.out
    assert "\n-# mine\\x1b[2J\\u202e\n" in result.out  # the file may hold anything, the terminal gets text
    assert result.out.endswith("wind: stale; pygen generate --force makes it up to date\n")


@pytest.mark.skipif(shutil.which("patch") is None, reason="patch is not installed")
def test_the_patch_makes_it_up_to_date(pygen: Pygen, sdk: Path, tmp_path: Path) -> None:
    (tmp_path / "grown.json").write_text(json.dumps(GROWN), encoding="utf-8")
    patch = pygen("check", "wind", "--file", "grown.json").out
    subprocess.run(["patch", "-p1", "-s"], input=patch, text=True, cwd=sdk, check=True)
    assert pygen("check", "wind", "--file", "grown.json").code == ExitCode.DONE


def test_a_missing_file_is_stale(pygen: Pygen, sdk: Path) -> None:
    (sdk / "filters.py").unlink()
    result = pygen("check", "wind")
    assert result.code == ExitCode.STALE
    assert "--- /dev/null\n+++ b/filters.py\n" in result.out
    assert not (sdk / "filters.py").exists()


def test_another_generator_is_stale(pygen: Pygen, sdk: Path) -> None:
    manifest = (sdk / "pygen.json").read_text(encoding="utf-8")
    (sdk / "pygen.json").write_text(manifest.replace('"generator": "', '"generator": "0.0.0.'), encoding="utf-8")
    result = pygen("check", "wind")
    assert result.code == ExitCode.STALE
    assert '-  "generator": "0.0.0.' in result.out


def test_against_a_file(pygen: Pygen, sdk: Path, model_file: Path, tmp_path: Path) -> None:
    assert pygen("check", "wind", "--file", model_file).code == ExitCode.DONE
    (tmp_path / "grown.json").write_text(json.dumps(GROWN), encoding="utf-8")
    before = contents(sdk)
    result = pygen("check", "wind", "--file", "grown.json")
    assert '+          "height": {' in result.out  # pygen.json shows what is new in the model
    assert result.code == ExitCode.STALE
    assert "+    height: float | None = None\n" in result.out
    assert result.err == "pygen: power:Wind/1, from grown.json\n"
    assert contents(sdk) == before
    assert pygen("check", "wind").code == ExitCode.DONE  # of what it was generated from, it still is right


def test_against_a_server(pygen: Pygen, sdk: Path, local_server: str) -> None:
    async def run() -> None:
        async with AsyncPygenClient.from_token(base_url=local_server, project="p", token="t") as client:
            await deploy(client, decoded(description="Wind farms"))

    anyio.run(run)
    where = ("--project", "p", "--token", SECRET, "--base-url", local_server)
    assert pygen("check", "wind", "--data-model", "power:Wind", *where).code == ExitCode.DONE


def test_parts_and_names_are_remembered(pygen: Pygen, tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text(json.dumps(data_model(view(), view("Blade"))), encoding="utf-8")
    chosen = ("--include", "Tur*", "--client-name", "FarmClient", "--package", "our.farm")
    pygen("generate", "--file", "model.json", "--output", "farm", *chosen)
    assert pygen("check", "farm").code == ExitCode.DONE
    assert pygen("check", "farm", "--file", "model.json").code == ExitCode.DONE


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("check",), ExitCode.BAD_INPUT, "nothing says what to generate: give FOLDER, or write pygen.toml"),
        (("check", "--file", "model.json"), ExitCode.BAD_INPUT, "--file is about one SDK: give FOLDER with it"),
        (("check", "--hooks", "x"), ExitCode.BAD_INPUT, "--hooks is about one SDK: give FOLDER with it"),
        (("check", "."), ExitCode.OUTPUT, "holds no pygen.json"),
        (("check", "nothing"), ExitCode.OUTPUT, "holds no pygen.json"),
        (("check", "wind", "--source"), ExitCode.BAD_INPUT, "leave out the folder, or name the model"),
        (
            ("check", "wind", "--hooks", "x"),
            ExitCode.OUTPUT,
            "the hooks are not those that wind was generated with: none",
        ),
        (("check", "wind", "--file", "none.json"), ExitCode.BAD_INPUT, "none.json cannot be read"),
    ],
)
def test_what_cannot_be_checked(pygen: Pygen, sdk: Path, arguments: tuple[str, ...], code: ExitCode, said: str) -> None:
    refused(pygen(*arguments), code, said)


def test_a_manifest_does_not_decide_which_code_runs(pygen: Pygen, sdk: Path, tmp_path: Path) -> None:
    (tmp_path / "evil.py").write_text("raise SystemExit('ran')", encoding="utf-8")
    manifest = json.loads((sdk / "pygen.json").read_text(encoding="utf-8"))
    manifest["settings"]["hooks"] = ["evil"]
    (sdk / "pygen.json").write_text(json.dumps(manifest), encoding="utf-8")
    refused(pygen("check", "wind"), ExitCode.OUTPUT, "generated with: --hooks evil")


def test_an_sdk_of_an_older_pygen(pygen: Pygen, sdk: Path) -> None:
    manifest = json.loads((sdk / "pygen.json").read_text(encoding="utf-8"))
    del manifest["snapshot"], manifest["settings"]
    (sdk / "pygen.json").write_text(json.dumps({**manifest, "format": 1}), encoding="utf-8")
    refused(pygen("check", "wind"), ExitCode.OUTPUT, "was written by an older pygen; generate the SDK again")


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("snapshot", {"dataModels": [], "views": []}),
        ("snapshot", 1),
        ("settings", {"hooks": 1}),
        ("files", {"../x": ""}),
    ],
)
def test_a_manifest_that_somebody_changed(pygen: Pygen, sdk: Path, place: str, value: object) -> None:
    manifest = json.loads((sdk / "pygen.json").read_text(encoding="utf-8"))
    (sdk / "pygen.json").write_text(json.dumps({**manifest, place: value}), encoding="utf-8")
    result = pygen("check", "wind")
    assert result.code in (ExitCode.OUTPUT, ExitCode.BAD_INPUT)
    assert "Traceback" not in result.err


def test_the_configuration_generates_and_checks_all(pygen: Pygen, project: Path) -> None:
    assert pygen("check").out == "src/wind: up to date\nsrc/farms: up to date\n"
    assert "class AsyncFarmsClient(" in (project / "src/farms/client.py").read_text(encoding="utf-8")
    assert "class Blade(" not in (project / "src/farms/data_classes.py").read_text(encoding="utf-8")
    assert pygen("generate", "--dry-run").out == "src/wind: up to date\nsrc/farms: up to date\n"
    (project / "model.json").write_text(json.dumps(GROWN), encoding="utf-8")
    assert pygen("check").code == ExitCode.DONE  # by the snapshots
    result = pygen("check", "--source")
    assert result.code == ExitCode.BAD_INPUT  # there is no Blade to exclude any more
    (project / "pygen.toml").write_text(CONFIG.replace('exclude = ["Blade"]', ""), encoding="utf-8")
    result = pygen("check", "--source")
    assert result.code == ExitCode.STALE
    assert result.out.count(": stale; ") == 2
    assert pygen("generate").code == ExitCode.DONE
    assert pygen("check", "--source").code == ExitCode.DONE


def test_the_configuration_is_found_from_below_and_named(
    pygen: Pygen, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project / "src")
    assert pygen("check").code == ExitCode.DONE
    (project / "pygen.toml").rename(project / "other.toml")
    assert pygen("check").code == ExitCode.BAD_INPUT
    assert pygen("check", "--config", "../other.toml").code == ExitCode.DONE


def test_changed_configuration_is_stale(pygen: Pygen, project: Path) -> None:
    (project / "pygen.toml").write_text(CONFIG.replace("camel", "pascal"), encoding="utf-8")
    result = pygen("check")
    assert result.code == ExitCode.STALE
    assert "src/wind: up to date\n" in result.out
    assert "src/farms: stale" in result.out


def test_a_configured_sdk_that_is_not_there_is_stale(pygen: Pygen, project: Path) -> None:
    (project / "src/farms/pygen.json").unlink()
    result = pygen("check")
    assert result.code == ExitCode.STALE
    assert "src/farms holds no SDK that says what it was generated from; run pygen generate" in result.err


def test_with_several_all_or_nothing(pygen: Pygen, project: Path) -> None:
    (project / "src/farms/api.py").write_text("mine", encoding="utf-8")
    (project / "model.json").write_text(json.dumps(data_model(view(), view("Blade"), view("Mast"))), encoding="utf-8")
    before = contents(project)
    refused(pygen("generate"), ExitCode.OUTPUT, "changed since pygen wrote them, in src/farms: api.py")
    assert contents(project) == before
    assert pygen("generate", "--force").code == ExitCode.DONE
    assert pygen("check").code == ExitCode.DONE


def test_models_on_a_server_in_the_configuration(
    pygen: Pygen, tmp_path: Path, local_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def put(*properties: str) -> None:
        async with AsyncPygenClient.from_token(base_url=local_server, project="p", token="t") as client:
            await deploy(client, decoded(view(properties={name: mapped(name=name) for name in properties})))

    anyio.run(put, "name")
    monkeypatch.setenv("CDF_TOKEN", SECRET)  # credentials come from the environment, never from the file
    config = f'[[tool.pygen.sdks]]\noutput = "wind"\ndata_models = ["power:Wind/1"]\nbase_url = "{local_server}"\nproject = "p"\n'
    (tmp_path / "pyproject.toml").write_text(config, encoding="utf-8")
    result = pygen("generate")
    assert result.code == ExitCode.DONE, result
    assert pygen("check", "--source").code == ExitCode.DONE
    assert SECRET not in (tmp_path / "wind/pygen.json").read_text(encoding="utf-8")
    anyio.run(put, "name", "place")
    assert pygen("check").code == ExitCode.DONE
    result = pygen("check", "--source")
    assert result.code == ExitCode.STALE
    assert "+    place: str | None = None\n" in result.out


def test_strict_in_the_configuration(pygen: Pygen, tmp_path: Path) -> None:
    model = data_model(view(properties={"name": mapped(), "x": mapped("quaternion")}))
    (tmp_path / "model.json").write_text(json.dumps(model), encoding="utf-8")
    (tmp_path / "pygen.toml").write_text(
        '[[sdks]]\noutput = "wind"\nfile = "model.json"\nstrict = true', encoding="utf-8"
    )
    assert pygen("generate").code == ExitCode.FINDINGS
    assert not (tmp_path / "wind").exists()


def test_containers_alone(pygen: Pygen, tmp_path: Path) -> None:
    container = {
        "space": "power",
        "externalId": "Box",
        "usedFor": "node",
        "properties": {"size": {"type": {"type": "int32"}}},
    }
    (tmp_path / "box.container.json").write_text(json.dumps(container), encoding="utf-8")
    result = pygen("generate", "--file", "box.container.json", "--output", "boxes")
    assert result.code == ExitCode.DONE, result
    assert pygen("check", "boxes").code == ExitCode.DONE
    assert pygen("check", "boxes", "--file", "box.container.json").code == ExitCode.DONE


@pytest.mark.models
@pytest.mark.parametrize("name", ["WindTurbine", "Omni", "CogniteCore"])
def test_real_models(pygen: Pygen, models_dir: Path, name: str) -> None:
    file = models_dir / name / "api_read" / "model.yaml"
    assert pygen("generate", "--file", file, "--output", "sdk").code == ExitCode.DONE
    assert pygen("check", "sdk").out == "sdk: up to date\n"
