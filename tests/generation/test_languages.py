"""What languages share, shown with a third one: planning, writing, the manifest, checking, names, hooks."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from pygen.generation import generate_sdk, regenerate_sdk
from pygen.generation.languages import LANGUAGES, Language, find_language
from pygen_codegen.hooks import Hook
from pygen_codegen.ir import IRModel, analyse
from pygen_codegen.output import read_manifest
from pygen_codegen.settings import Settings, TypeScriptSettings
from pygen_runtime.errors import UsageError
from pygen_runtime.schema import DataModel
from tests.codegen.random_models import data_models
from tests.docs.pages import ROOT, blocks
from tests.generation.go import Go, GoGenerator
from tests.sources.models import decoded, mapped, view

MODEL = decoded(view(properties={"ratedPower": mapped("float64", name="ratedPower"), "type": mapped()}), view("Blade"))


class WithoutBlades(Hook):
    name = "no blades"

    def change_model(self, model: IRModel) -> IRModel:
        return msgspec.structs.replace(
            model, classes=tuple(each for each in model.classes if each.id.external_id != "Blade")
        )


def test_a_third_language_is_written_checked_and_made_again(tmp_path: Path) -> None:
    sdk = generate_sdk(MODEL, language=Go())
    assert (
        'type Turbine struct {\n\tRatedPower *float64 "json:\\"ratedPower\\""\n\tType *string' in sdk.files["model.go"]
    )
    sdk.write(tmp_path / "wind")
    manifest = read_manifest(tmp_path / "wind")
    assert manifest is not None
    assert manifest.snapshot is not None
    assert (manifest.language, manifest.package, [*manifest.files]) == ("go", "wind", ["model.go"])
    again = regenerate_sdk(manifest.snapshot, language=Go(), package=manifest.package, settings=manifest.settings)
    assert again.plan(tmp_path / "wind").up_to_date
    assert regenerate_sdk(manifest.snapshot, language=Go(), package="wind").files == sdk.files
    (tmp_path / "wind/model.go").write_text("package edited\n", encoding="utf-8")
    assert again.plan(tmp_path / "wind").edited == ("model.go",)
    assert again.unused_custom(tmp_path / "wind") == []
    assert Go().client(sdk.files) == ""
    assert "wind" in Go().first_steps("wind", "", tmp_path / "wind")


def test_hooks_and_choices_hold_in_every_language() -> None:
    sdk = generate_sdk(MODEL, language=Go(), hooks=[WithoutBlades()], naming={"property": {"case": "keep"}})
    assert "Blade" not in sdk.files["model.go"]
    assert "ratedPower *float64" in sdk.files["model.go"]
    for name in LANGUAGES:
        files = generate_sdk(MODEL, language=name, exclude=["Blade"], client_name="Farm").files
        assert any("class Farm" in text for text in files.values())
        assert not any("class Blade" in text or "interface Blade" in text for text in files.values())


@given(data_models())
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_names_are_unique_in_a_third_language(model: DataModel) -> None:
    generator = GoGenerator("sdk", Settings(naming=Go.naming))
    analysed = analyse([model]).model
    text = generator.generate(analysed)["model.go"]
    structs = re.findall(r"^type (\w+) struct \{\n((?:\t.*\n)*)\}$", text, re.MULTILINE)
    assert len({name for name, _ in structs}) == len(structs) == text.count("\ntype ")
    for _, body in structs:
        fields = [line.split()[0] for line in body.splitlines()]
        assert len(set(fields)) == len(fields)
    generator.findings(analysed)


def test_the_page_shows_this_very_emitter() -> None:
    page = ROOT / "docs" / "guide" / "add-a-language.md"
    *shown, _ = (source.strip("\n") for _, source in blocks(page))
    code = (Path(__file__).parent / "go.py").read_text("utf-8").partition("\n\n")[2].strip("\n")
    assert "\n\n\n".join(shown) == code


@pytest.mark.parametrize(
    ("language", "chosen", "said"),
    [
        ("kotlin", {}, "the language 'kotlin' is not known; there are python, typescript"),
        ("typescript", {"package": "wind"}, "a package name is for Python"),
        ("typescript", {"ruff": True}, "ruff formats Python"),
        ("typescript", {"client_name": "a b"}, "the client name 'a b' cannot be a class in TypeScript"),
        ("python", {"typescript": TypeScriptSettings()}, "can be chosen for TypeScript only"),
    ],
)
def test_what_cannot_be_chosen_is_refused(language: str, chosen: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        generate_sdk(MODEL, language=language, **chosen)  # type: ignore[arg-type]  # of several kinds


def test_typescript_is_generated_without_what_python_needs() -> None:
    program = (
        "import sys, pygen.generation as g; g.languages.find_language('typescript'); assert 'libcst' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_typescript_says_how_to_begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    language: Language = find_language("typescript")
    assert language.client(generate_sdk(MODEL, language=language).files) == "WindClient"
    assert language.client({"client.ts": ""}) == "*"
    for folder, path in (("src/wind", "./src/wind"), (".", "."), ("/", "")):
        assert f'"{path}/index.js";' in language.first_steps("", "WindClient", Path(folder))
