from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import anyio
import pytest

from pygen.cli.exit_codes import ExitCode
from pygen.sources import deploy
from pygen_runtime.client import AsyncPygenClient
from tests.cli.conftest import Pygen, Result, answering
from tests.sources.models import VIEW_ID, data_model, decoded, mapped, view

SECRET = "s3cret-s3cret-s3cret"
SERVER = ("--space", "power", "--external-id", "Wind", "--project", "p", "--token", SECRET)
ERROR = {"error": {"code": 401, "message": f"Unauthorized {SECRET}"}}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refused(result: Result, code: ExitCode, *said: str) -> None:
    """One line on stderr, the right code, and nothing on stdout."""
    assert result.code == code, result
    assert result.out == ""
    assert result.err.startswith("pygen: ")
    assert result.err.endswith("\n")
    last = result.err.splitlines()[-1]
    assert all(each in last for each in said), last
    assert "Traceback" not in result.err


def test_from_a_file(pygen: Pygen, model_file: Path, tmp_path: Path) -> None:
    result = pygen("generate", "--file", model_file, "--output", "sdks/wind")
    assert result.code == ExitCode.DONE
    assert result.err == f"pygen: power:Wind/1, from {model_file}\n"
    assert "sdks/wind/\n├── AGENTS.md" in result.out
    files = contents(tmp_path / "sdks/wind")
    assert f"power:Wind/1: {len(files) - 1} files" in result.out
    assert f"({len(files) - 1} written, 0 unchanged), and pygen.json" in result.out
    assert result.out.endswith("Next:  from wind import AsyncWindClient\n       with sdks on Python's path\n")
    assert {"__init__.py", "client.py", "data_classes.py", "py.typed", "pygen.json"} <= files.keys()


def test_again_is_the_same_bytes(pygen: Pygen, model_file: Path, tmp_path: Path) -> None:
    pygen("generate", "--file", model_file, "--output", "wind")
    before = contents(tmp_path / "wind")
    result = pygen("generate", "--file", model_file, "--output", "wind")
    assert "(0 written, " in result.out
    assert contents(tmp_path / "wind") == before


@pytest.mark.parametrize(
    ("output", "package", "name"),
    [("wind-sdk", "wind_sdk", "wind_sdk"), ("wind", None, "wind"), ("wind", "our.wind", "our.wind")],
)
def test_the_package(pygen: Pygen, model_file: Path, output: str, package: str | None, name: str) -> None:
    more = () if package is None else ("--package", package)
    result = pygen("generate", "--file", model_file, "--output", output, *more)
    assert f"from {name} import" in result.out


@pytest.mark.parametrize(
    ("output", "package", "said"),
    [
        ("wind", "wind", "from wind import AsyncWindClient\n"),
        ("our/wind", "our.wind", "from our.wind import AsyncWindClient\n"),
        ("sdks/our/wind", "our.wind", "from our.wind import AsyncWindClient\n       with sdks on Python's path\n"),
        ("wind", "our.wind", "once Python finds wind under that name: the package is where it was written\n"),
        (
            "json",
            "json",
            "Python has a module json of its own, which may be found first: another name (--package) is better\n",
        ),
        ("our/json", "our.json", "from our.json import AsyncWindClient\n"),
    ],
)
def test_how_to_import_it(pygen: Pygen, model_file: Path, output: str, package: str, said: str) -> None:
    assert pygen("generate", "--file", model_file, "--output", output, "--package", package).out.endswith(said)


def test_elsewhere(
    pygen: Pygen,
    model_file: Path,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    result = pygen("generate", "--file", model_file, "--output", tmp_path / "wind")
    assert result.out.endswith(f"with {tmp_path} on Python's path\n")


def test_the_folder_one_is_in(pygen: Pygen, model_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "wind").mkdir()
    monkeypatch.chdir(tmp_path / "wind")
    assert "from wind import" in pygen("generate", "--file", model_file, "--output", ".").out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "nothing says what to generate: give --output, or write pygen.toml"),
        (("--file", "model.json"), "--file is about one SDK: give --output with it"),
        (("--package", "wind"), "--package is about one SDK: give --output with it"),
        (("--config", "none.toml"), "none.toml holds no configuration of pygen, or is not there"),
        (
            ("--output", "x", "--file", "model.json", "--hooks", "no_such_hook"),
            "the hook 'no_such_hook' cannot be loaded",
        ),
        (("--output", "x", "--file", "model.json", "--client-name", "a-b"), "the client name 'a-b' cannot be imported"),
        (("--output", "x", "--nonsense"), "no such option: --nonsense"),
        (("--output", "x"), "give --file MODEL, or both --space and --external-id"),
        (("--output", "x", "--space", "s"), "both --space and --external-id"),
        (("--output", "x", "--space", "s", "--external-id", "e"), "CDF_URL"),
        (("--output", "x", "--file", "model.json", "--version", "1"), "--file and --version contradict"),
        (("--output", "x", "--file", "model.json", "--token", SECRET), "--file and --token contradict"),
        (("--output", "my-sdk", "--file", "model.json"), "the folder 'my-sdk' cannot be a package"),
        (("--output", "class", "--file", "model.json"), "the folder 'class' cannot be a package"),
        (("--output", "x", "--package", "1x", "--file", "model.json"), "'1x' cannot be imported"),
        (("--output", "x", "--file", "missing.yaml"), "missing.yaml cannot be read: No such file"),
        (("--output", "x", "--file", "empty"), "empty cannot be read: No such file"),
        (("--output", "x", "--with", "a.yaml"), "--with is about models in files: give --file PATH"),
        (("--output", "x", "--variables", "a=b"), "--variables is about models in files"),
        (("--output", "x", "--file", "model.json", "--data-model", "Other"), "holds no data model Other"),
        (("--output", "x", "--file", "model.json", "--data-model", "a/b/c"), "'a/b/c' names no data model"),
        (("--output", "x", "--data-model", "Wind"), "names no space: write SPACE:ID"),
        (("--output", "x", "--data-model", "a:b", "--version", "1"), "--data-model and --version contradict"),
        (("--output", "x", "--data-model", "a:b", "--data-model", "c"), "--data-model c names no space"),
        (("--output", "x", "--file", "model.json", "--include", "Nothing"), "Nothing"),
        (("--output", "x", *SERVER, "--base-url", "nonsense"), "--base-url (or CDF_URL) must be an absolute URL"),
    ],
)
def test_bad_options(pygen: Pygen, model_file: Path, tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    refused(pygen("generate", *arguments), ExitCode.BAD_INPUT, said)
    assert contents(tmp_path).keys() == {model_file.name}


PARTLY = data_model(view(properties={"name": mapped(), "x": mapped("quaternion"), "class": mapped()}))


def test_what_cannot_be_generated_is_told_and_left_out(pygen: Pygen, tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text(json.dumps(PARTLY), encoding="utf-8")
    result = pygen("generate", "--file", "model.json", "--output", "wind")
    assert result.code == ExitCode.DONE
    assert "pygen: error unknown-type: " in result.err
    assert "quaternion" in result.err
    assert "reserved-name" not in result.err  # notes are for pygen validate
    assert "quaternion" not in (tmp_path / "wind/data_classes.py").read_text(encoding="utf-8")


def test_strict_writes_nothing_then(pygen: Pygen, tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text(json.dumps(PARTLY), encoding="utf-8")
    result = pygen("generate", "--file", "model.json", "--output", "wind", "--strict")
    refused(result, ExitCode.FINDINGS, "the data model has 1 error")
    assert not (tmp_path / "wind").exists()


def test_many_findings_are_counted(pygen: Pygen, tmp_path: Path) -> None:
    strange = {f"x{number}": mapped("quaternion", name=f"x{number}") for number in range(30)}
    path = tmp_path / "model.json"
    path.write_text(json.dumps(data_model(view(properties={"name": mapped(), **strange}))), encoding="utf-8")
    result = pygen("generate", "--file", path, "--output", "wind")
    assert result.err.count("unknown-type") == 10
    assert "pygen: and 20 more: pygen validate lists all of them" in result.err


def test_parts_of_a_model(pygen: Pygen, tmp_path: Path) -> None:
    model = data_model(view(), view("Blade"), view("Mast"))
    (tmp_path / "model.json").write_text(json.dumps(model), encoding="utf-8")
    pygen("generate", "--file", "model.json", "--output", "one", "--include", "Tur*")
    pygen("generate", "--file", "model.json", "--output", "two", "--exclude", "Mast")
    one, two = ((tmp_path / name / "data_classes.py").read_text(encoding="utf-8") for name in ("one", "two"))
    assert [name in one for name in ("class Turbine(", "class Blade(", "class Mast(")] == [True, False, False]
    assert [name in two for name in ("class Turbine(", "class Blade(", "class Mast(")] == [True, True, False]


def test_several_data_models_become_one_sdk(pygen: Pygen, tmp_path: Path) -> None:
    models = [data_model(), data_model(view("Tank"), externalId="Tanks")]
    (tmp_path / "models.json").write_text(json.dumps(models), encoding="utf-8")
    chosen = ("--data-model", "Wind", "--data-model", "power:Tanks/1")
    result = pygen("generate", "--file", "models.json", "--output", "both", *chosen)
    assert result.err == "pygen: power:Wind/1, power:Tanks/1, from models.json\n"
    text = (tmp_path / "both/data_classes.py").read_text(encoding="utf-8")
    assert "class Turbine(" in text
    assert "class Tank(" in text
    manifest = json.loads((tmp_path / "both/pygen.json").read_text(encoding="utf-8"))
    assert [each["externalId"] for each in manifest["dataModels"]] == ["Wind", "Tanks"]


def test_several_files_become_one_sdk(pygen: Pygen, tmp_path: Path) -> None:
    (tmp_path / "wind.json").write_text(json.dumps(data_model()), encoding="utf-8")
    tanks = data_model(view("Tank"), view("Turbine", version="2"), externalId="Tanks")
    (tmp_path / "tanks.json").write_text(json.dumps(tanks), encoding="utf-8")
    result = pygen("generate", "--file", "wind.json", "--file", "tanks.json", "--output", "both")
    assert result.code == ExitCode.DONE, result
    assert "power:Wind/1, power:Tanks/1, from wind.json, tanks.json\n" in result.err
    text = (tmp_path / "both/client.py").read_text(encoding="utf-8")
    for attribute in ("turbine", "turbine_v_2", "tank"):
        assert f"self.{attribute} = " in text
    assert pygen("check", "both").code == ExitCode.DONE
    assert pygen("check", "both", "--file", "wind.json", "--file", "tanks.json").code == ExitCode.DONE


def test_files_that_contradict_one_another(pygen: Pygen, tmp_path: Path) -> None:
    for name, description in (("a", "one"), ("b", "other")):
        (tmp_path / f"{name}.json").write_text(json.dumps(data_model(description=description)), encoding="utf-8")
    result = pygen("generate", "--file", "a.json", "--file", "b.json", "--output", "both")
    refused(result, ExitCode.BAD_INPUT, "b.json holds another power:Wind/1 than the files before it")


def test_several_models_of_a_server_become_one_sdk(pygen: Pygen, tmp_path: Path, local_server: str) -> None:
    deploy_versions(local_server, "1")

    async def run() -> None:
        async with AsyncPygenClient.from_token(base_url=local_server, project="p", token="t") as client:
            await deploy(client, decoded(view("Tank"), externalId="Tanks"))

    anyio.run(run)
    where = ("--project", "p", "--token", SECRET, "--base-url", local_server)
    chosen = ("--data-model", "power:Wind/1", "--data-model", "power:Tanks")
    result = pygen("generate", *chosen, *where, "--output", "both")
    assert result.code == ExitCode.DONE, result
    assert "self.tank = " in (tmp_path / "both/client.py").read_text(encoding="utf-8")
    assert pygen("check", "both", *chosen, *where).code == ExitCode.DONE


def test_a_dry_run_writes_nothing(pygen: Pygen, model_file: Path, tmp_path: Path) -> None:
    dry = ("generate", "--file", model_file, "--output", "wind", "--dry-run")
    result = pygen(*dry)
    assert result.code == ExitCode.DONE
    assert result.out.startswith("wind: ")
    assert " to write, 0 unchanged\n  write   AGENTS.md\n" in result.out
    assert contents(tmp_path).keys() == {model_file.name}
    pygen(*dry[:-1])
    assert pygen(*dry).out == "wind: up to date\n"
    (tmp_path / "wind/api.py").write_text("mine", encoding="utf-8")
    result = pygen(*dry)
    assert result.code == ExitCode.DONE
    unchanged = len(contents(tmp_path / "wind")) - 2
    said = f"wind: 1 edited, which needs --force, {unchanged} unchanged\n  edited  api.py\n  write   pygen.json\n"
    assert result.out == said
    assert (tmp_path / "wind/api.py").read_text(encoding="utf-8") == "mine"


def test_a_name_for_the_client(pygen: Pygen, model_file: Path) -> None:
    result = pygen("generate", "--file", model_file, "--output", "wind", "--client-name", "FarmClient")
    assert "from wind import AsyncFarmClient\n" in result.out


def test_servers_in_the_environment_do_not_contradict_a_file(
    pygen: Pygen, model_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CDF_TOKEN", SECRET)
    monkeypatch.setenv("CDF_URL", "https://x.example")
    assert pygen("generate", "--file", model_file, "--output", "wind").code == ExitCode.DONE


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "this is not JSON"),
        (data_model(view(properties={"x": {"type": {}, "source": {}}})), "view Turbine, property x"),
        (data_model(externalId="../../etc"), "etc"),
        (data_model(views=[]), "has no views"),
        ([data_model(), data_model(version="2")], "choose one with --data-model"),
    ],
)
def test_bad_models(pygen: Pygen, tmp_path: Path, content: Any, said: str) -> None:
    path = tmp_path / "bad.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    refused(pygen("generate", "--file", path, "--output", "wind"), ExitCode.BAD_INPUT, said)
    assert not (tmp_path / "wind").exists()


def test_unreachable_server(pygen: Pygen, tmp_path: Path, unused_tcp_port: int) -> None:
    base_url = f"http://127.0.0.1:{unused_tcp_port}"
    result = pygen("generate", *SERVER, "--base-url", base_url, "--output", "wind")
    refused(result, ExitCode.SERVER, f"{base_url} is not reached", "check the base URL")
    assert result.err.count("check") == 1, "one hint is enough"
    assert not (tmp_path / "wind").exists()


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (401, ERROR, "check the token or the client credentials"),
        (403, {"error": {"code": 403, "message": "no"}}, "dataModelsAcl"),
        (400, {"error": {"code": 400, "message": "no\x1b[31m\nnever"}}, "answered 400"),
        (200, {"items": []}, "has no data model power:Wind; check space and external id"),
        (200, {"items": [data_model(views=None)]}, "has no views"),
        (200, {"items": "nonsense"}, "items"),
    ],
)
def test_servers_that_refuse(pygen: Pygen, tmp_path: Path, status: int, body: Any, said: str) -> None:
    with answering(status, body) as base_url:
        result = pygen("generate", *SERVER, "--base-url", base_url, "--output", "wind")
    refused(result, ExitCode.BAD_INPUT if said == "has no views" else ExitCode.SERVER, said)
    assert SECRET not in result.err
    assert "\x1b" not in result.err
    assert not (tmp_path / "wind").exists()


def test_foreign_files_are_never_touched(pygen: Pygen, model_file: Path, tmp_path: Path) -> None:
    for path in ("wind/notes.txt", "wind/client.py"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text("mine", encoding="utf-8")
    before = contents(tmp_path)
    for more in ((), ("--force",)):
        result = pygen("generate", "--file", model_file, "--output", "wind", *more)
        refused(result, ExitCode.OUTPUT, "files that pygen did not write", "client.py")
        assert contents(tmp_path) == before


def test_edited_files_are_kept_unless_forced(pygen: Pygen, model_file: Path, tmp_path: Path) -> None:
    pygen("generate", "--file", model_file, "--output", "wind")
    fresh = contents(tmp_path / "wind")
    with (tmp_path / "wind/client.py").open("a", encoding="utf-8") as file:
        file.write("# mine\n")
    edited = contents(tmp_path / "wind")
    refused(pygen("generate", "--file", model_file, "--output", "wind"), ExitCode.OUTPUT, "client.py", "--force")
    assert contents(tmp_path / "wind") == edited
    forced = pygen("generate", "--file", model_file, "--output", "wind", "--force")
    assert forced.code == ExitCode.DONE
    assert "(1 written, " in forced.out
    assert contents(tmp_path / "wind") == fresh


def test_a_model_that_shrank(pygen: Pygen, model_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pygen_codegen.python import PythonGenerator

    generate = PythonGenerator.generate
    monkeypatch.setattr(
        PythonGenerator, "generate", lambda self, model: {**generate(self, model), "extra.py": "", "more.py": ""}
    )
    pygen("generate", "--file", model_file, "--output", "wind")
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    assert ", 2 deleted)" in pygen("generate", "--file", model_file, "--output", "wind").out
    assert not (tmp_path / "wind/extra.py").exists()


def test_output_below_a_file(pygen: Pygen, model_file: Path, tmp_path: Path) -> None:
    result = pygen("generate", "--file", model_file, "--output", model_file / "wind")
    refused(result, ExitCode.OUTPUT, "wind")
    assert contents(tmp_path).keys() == {model_file.name}


def test_output_is_a_file(pygen: Pygen, model_file: Path, tmp_path: Path) -> None:
    (tmp_path / "wind").write_text("mine", encoding="utf-8")
    refused(pygen("generate", "--file", model_file, "--output", "wind"), ExitCode.OUTPUT, "is not a folder")
    assert (tmp_path / "wind").read_text(encoding="utf-8") == "mine"


def test_a_read_only_disk_leaves_nothing_half_written(
    pygen: Pygen, model_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_ = Path.open

    def full(self: Path, mode: str = "r", *more: Any, **options: Any) -> Any:
        if "x" in mode or "w" in mode:
            raise OSError(30, "Read-only file system")
        return open_(self, mode, *more, **options)

    monkeypatch.setattr(Path, "open", full)
    result = pygen("generate", "--file", model_file, "--output", "wind")
    refused(result, ExitCode.OUTPUT, "read-only file system")
    assert contents(tmp_path).keys() == {model_file.name}


def test_control_characters_of_a_model_stay_off_the_terminal(pygen: Pygen, tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_text(json.dumps(data_model(version="1\x1b[2J")), encoding="utf-8")
    result = pygen("generate", "--file", path, "--output", "wind")
    refused(result, ExitCode.BAD_INPUT, "x1b")
    assert "\x1b" not in result.err


def deploy_versions(base_url: str, *versions: str) -> None:
    """One after the other, so that the last is the newest."""

    async def run() -> None:
        async with AsyncPygenClient.from_token(base_url=base_url, project="p", token="t") as client:
            for version in versions:
                await deploy(client, decoded(version=version, description="Wind farms"))

    anyio.run(run)


def test_from_a_server_it_is_the_same_as_from_a_file(
    pygen: Pygen, model_file: Path, tmp_path: Path, local_server: str
) -> None:
    deploy_versions(local_server, "1")
    result = pygen("generate", *SERVER, "--version", "1", "--base-url", local_server, "--output", "wind")
    assert result.code == ExitCode.DONE, result
    assert result.err == f"pygen: power:Wind/1, from {local_server}, project p\n"
    pygen("generate", "--file", model_file, "--output", "from_file/wind")
    assert contents(tmp_path / "wind") == contents(tmp_path / "from_file/wind")


def test_the_newest_version_is_taken_and_named(
    pygen: Pygen, tmp_path: Path, local_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy_versions(local_server, "2", "1")
    for name, value in (("CDF_URL", local_server), ("CDF_PROJECT", "p"), ("CDF_TOKEN", SECRET)):
        monkeypatch.setenv(name, value)
    result = pygen("generate", "--space", "power", "--external-id", "Wind", "--output", "wind")
    assert result.code == ExitCode.DONE, result
    assert result.err.startswith("pygen: power:Wind/1, from ")
    assert "power:Wind/1: " in result.out


def test_unknown_version(pygen: Pygen, tmp_path: Path, local_server: str) -> None:
    deploy_versions(local_server, "1", "2")
    result = pygen("generate", *SERVER, "--version", "3", "--base-url", local_server, "--output", "wind")
    refused(result, ExitCode.SERVER, "power:Wind/3", "its versions are 1, 2")
    assert not (tmp_path / "wind").exists()


def test_with_client_credentials(pygen: Pygen, tmp_path: Path) -> None:
    body = {"access_token": "token", "expires_in": 3600, "items": [data_model()]}
    with answering(200, body) as base_url:
        server = ("--base-url", base_url, "--project", "p", "--token-url", f"{base_url}/token")
        client = ("--client-id", "me", "--client-secret", SECRET, "--scopes", "a b", "--audience", "c")
        result = pygen("generate", *server, *client, "--space", "power", "--external-id", "Wind", "--output", "wind")
    assert result.code == ExitCode.DONE, result
    assert SECRET not in result.out + result.err


def test_refused_client_credentials(pygen: Pygen) -> None:
    with answering(401, {"error": "invalid_client", "error_description": f"no {SECRET}"}) as base_url:
        server = ("--base-url", base_url, "--project", "p", "--token-url", f"{base_url}/token")
        client = ("--client-id", "me", "--client-secret", SECRET)
        result = pygen("generate", *server, *client, "--space", "power", "--external-id", "Wind", "--output", "wind")
    refused(result, ExitCode.SERVER, "check the token or the client credentials")
    assert SECRET not in result.err


def test_views_outside_of_the_model_are_read_too(pygen: Pygen, tmp_path: Path, local_server: str) -> None:
    relation = mapped({"type": "direct", "list": False, "source": {**VIEW_ID, "externalId": "Farm"}}, name="farm")
    inside, outside = view(properties={"farm": relation}), view("Farm")

    async def run() -> None:
        async with AsyncPygenClient.from_token(base_url=local_server, project="p", token="t") as client:
            await deploy(client, decoded(outside, externalId="Farms"))
            await deploy(client, decoded(inside))

    anyio.run(run)
    where = ("--project", "p", "--token", SECRET, "--base-url", local_server)
    result = pygen("generate", "--data-model", "power:Wind", *where, "--output", "wind")
    assert result.code == ExitCode.DONE, result
    (tmp_path / "model.json").write_text(json.dumps(data_model(inside)), encoding="utf-8")
    (tmp_path / "farm.json").write_text(json.dumps(outside), encoding="utf-8")
    pygen("generate", "--file", "model.json", "--with", "farm.json", "--output", "files/wind")
    assert contents(tmp_path / "wind") == contents(tmp_path / "files/wind")
    assert "class Farm(" in (tmp_path / "wind/data_classes.py").read_text(encoding="utf-8")


@pytest.mark.models
@pytest.mark.parametrize("name", ["WindTurbine", "Omni", "CogniteCore"])
def test_real_models(pygen: Pygen, models_dir: Path, tmp_path: Path, name: str) -> None:
    file = models_dir / name / "api_read" / "model.yaml"
    assert pygen("generate", "--file", file, "--output", "sdk").code == ExitCode.DONE
    first = contents(tmp_path / "sdk")
    assert "(0 written, " in pygen("generate", "--file", file, "--output", "sdk").out
    assert contents(tmp_path / "sdk") == first
