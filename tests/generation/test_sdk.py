from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import pygen
from pygen.generation import Sdk, formatting, generate_sdk, regenerate_sdk
from pygen_codegen.errors import HookError, ModelError, OutputError
from pygen_codegen.output import read_manifest
from pygen_runtime.errors import UsageError
from pygen_runtime.schema import DataModelId
from tests.sources.models import data_model, decoded, mapped, view


def text_of(sdk: Sdk) -> str:
    return "".join(sdk.files.values())


def test_models_in_files_out() -> None:
    model = decoded(view(), view("Blade"))
    before = repr(model)
    sdk = generate_sdk(model)
    assert sdk.package == "wind"
    assert {"__init__.py", "client.py", "AGENTS.md", "py.typed"} <= sdk.files.keys()
    assert sdk.files == generate_sdk(model).files
    assert repr(model) == before


def test_what_can_be_chosen() -> None:
    model = decoded(view(properties={"ratedPower": mapped(name="ratedPower")}), view("Blade"))
    sdk = generate_sdk(
        model, package="our.farm", client_name="FarmClient", naming={"property": {"case": "camel"}}, exclude=["Blade"]
    )
    text = text_of(sdk)
    assert "class AsyncFarmClient(" in text
    assert "class Blade(" not in text
    assert "ratedPower: str | None" in text
    assert [each.id.external_id for each in sdk.model.classes] == ["Turbine"]
    assert len(sdk.snapshot.views) == 2


def test_several_models_in_one_client() -> None:
    sdk = generate_sdk([decoded(), decoded(view("Tank"), externalId="Tanks")])
    assert "self.turbine = " in sdk.files["client.py"]
    assert "self.tank = " in sdk.files["client.py"]


def test_it_comes_back_from_its_manifest(tmp_path: Path) -> None:
    sdk = generate_sdk(decoded(view(), view("Blade")), package="farm", include=["Tur*"])
    sdk.write(tmp_path / "farm")
    manifest = read_manifest(tmp_path / "farm")
    assert manifest is not None
    assert manifest.snapshot is not None
    again = regenerate_sdk(manifest.snapshot, package=manifest.package, settings=manifest.settings)
    assert again.plan(tmp_path / "farm").up_to_date
    assert again.files == sdk.files
    other = regenerate_sdk(manifest.snapshot, package="other")
    assert "class Blade(" in text_of(other)


def test_what_is_wrong_is_told_or_refused() -> None:
    model = decoded(view(properties={"name": mapped(), "x": mapped("quaternion")}))
    assert [each.code for each in generate_sdk(model).findings] == ["unknown-type"]
    with pytest.raises(ModelError, match="quaternion"):
        generate_sdk(model, strict=True)
    with pytest.raises(UsageError):
        generate_sdk(model, package="a-b")
    with pytest.raises(UsageError):
        generate_sdk(model, client_name="class")
    with pytest.raises(UsageError):
        generate_sdk(model, naming={"nothing": {}})
    with pytest.raises(HookError, match=r"'no\.such\.module' cannot be loaded"):
        generate_sdk(model, hooks=["no.such.module"])


def test_a_writer_that_plans_first(tmp_path: Path) -> None:
    sdk = generate_sdk(decoded())
    folder = tmp_path / "wind"
    assert sdk.plan(folder).write == tuple(sorted(sdk.files))
    assert not folder.exists()
    assert sdk.write(folder).write == tuple(sorted(sdk.files))
    assert sdk.plan(folder).up_to_date
    (folder / "api.py").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match=r"api\.py"):
        sdk.write(folder)
    sdk.write(folder, force=True)
    assert sdk.plan(folder).up_to_date


def test_custom_classes_survive(tmp_path: Path) -> None:
    folder = tmp_path / "wind"
    generate_sdk(decoded()).write(folder)
    custom = "class Turbine:\n    __slots__ = ()\n    def hello(self) -> str:\n        return 'hello'\n\n\nclass Unused: ...\n"
    (folder / "_custom.py").write_text(custom, encoding="utf-8")
    for model in (decoded(), decoded(view(properties={"height": mapped("float64", name="height")}))):
        sdk = generate_sdk(model)
        assert "_custom" not in sdk.files["data_classes.py"]
        sdk.write(folder)
        assert (folder / "_custom.py").read_text(encoding="utf-8") == custom
        assert "class Turbine(_custom.Turbine, PygenNode, kw_only=True):" in (folder / "data_classes.py").read_text(
            "utf-8"
        )
        assert sdk.plan(folder).up_to_date
        assert sdk.unused_custom(folder) == ["Unused"]
    code = "from wind import Turbine, SyncTurbine; print(Turbine(height=1.0).hello(), SyncTurbine().hello())"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout == "hello hello\n", done.stderr


@pytest.mark.parametrize(("content", "said"), [(b"class", "is not valid Python"), (b"\xff", "is not UTF-8")])
def test_a_custom_module_that_cannot_be_read(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "_custom.py").write_bytes(content)
    with pytest.raises(OutputError, match=said):
        generate_sdk(decoded()).plan(tmp_path)


def test_the_users_ruff(tmp_path: Path) -> None:
    (tmp_path / "ruff.toml").write_text("line-length = 40\n[format]\nquote-style = 'single'\n", encoding="utf-8")
    sdk = generate_sdk(decoded(), ruff=True)
    sdk.write(tmp_path / "src/wind")
    text = (tmp_path / "src/wind/client.py").read_text(encoding="utf-8")
    assert "'power', 'Wind', '1'" in text
    manifest = json.loads((tmp_path / "src/wind/pygen.json").read_text(encoding="utf-8"))
    assert manifest["settings"] == {"ruff": True}
    assert sdk.plan(tmp_path / "src/wind").up_to_date
    done = subprocess.run([formatting.find_ruff(), "format", "--check", "--no-cache", "."], cwd=tmp_path, check=False)
    assert done.returncode == 0
    assert not generate_sdk(decoded()).plan(tmp_path / "src/wind").up_to_date


def test_without_ruff(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name, path=None: None)
    sdk = generate_sdk(decoded(), ruff=True)
    assert sdk.files  # they need none
    with pytest.raises(UsageError, match="ruff is not installed: pip install ruff"):
        sdk.write(tmp_path / "wind")
    assert not (tmp_path / "wind").exists()


def test_a_ruff_that_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ruff.toml").write_text("nonsense = 1", encoding="utf-8")
    with pytest.raises(OutputError, match=r"ruff refuses .*\.py: .*nonsense"):
        generate_sdk(decoded(), ruff=True).plan(tmp_path / "wind")
    monkeypatch.setattr(formatting, "find_ruff", lambda: str(tmp_path / "none"))
    with pytest.raises(OutputError, match="ruff cannot be used"):
        generate_sdk(decoded(), ruff=True).plan(tmp_path / "other" / "wind")


def test_what_ruff_makes_is_compiled() -> None:
    with pytest.raises(OutputError, match=r"what ruff made of a\.py is no valid Python"):
        formatting._checked(Path("a.py"), "class")


def test_pygen_loads_the_generator_when_it_is_asked_for() -> None:
    code = (
        "import sys, pygen; assert 'pygen_codegen' not in sys.modules; pygen.generate_sdk; "
        "assert 'pygen_codegen.ir' in sys.modules; assert 'libcst' not in sys.modules"  # which one language needs
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    assert pygen.generate_sdk is generate_sdk
    assert callable(pygen.build_wheel)
    assert callable(pygen.generate_sdk_notebook)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        pygen.nothing  # noqa: B018 - asking is the test


def test_the_models_form_does_not_matter() -> None:
    assert (
        generate_sdk(decoded(**{k: v for k, v in data_model().items() if k != "views"})).files
        == generate_sdk(decoded()).files
    )


@pytest.mark.parametrize("wrong", ["power:Wind/1", ("power", "Wind", "1"), DataModelId("power", "Wind", "1"), None])
def test_what_is_no_data_model_is_refused(wrong: Any) -> None:
    with pytest.raises(UsageError, match=r"is no data model with its views: pygen\.sources\.load_from_server"):
        generate_sdk(wrong)
