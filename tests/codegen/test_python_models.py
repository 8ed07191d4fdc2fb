"""SDKs of real models: small, importable, and every checker is content with them."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from pygen_codegen.ir import IRModel, parse_model
from pygen_runtime.schema import DataModel
from pygen_runtime.schema.codec import convert
from pygen_runtime.sdk import relations
from pygen_runtime.sdk.fields.conditions import to_filter
from pygen_runtime.sdk.instances.wire import wire
from tests.codegen.python_tools import generate, mypy, pyright, ruff_check, ruff_format_diff, write
from tests.codegen.test_models_round_trip import FOLDERS, THOROUGH, readable

pytestmark = pytest.mark.models

ImportSdk = Callable[[str, Mapping[str, str]], ModuleType]
NAMES = ("WindTurbine", "Omni", "CogniteCore")


def load(models_dir: Path, name: str) -> IRModel:
    content: Any = yaml.load(
        (models_dir / name / "api_read" / "model.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader
    )
    return parse_model(convert(content[0] if isinstance(content, list) else content, DataModel))


@pytest.mark.parametrize("name", NAMES)
def test_the_sdk_imports_and_its_classes_work(name: str, models_dir: Path, import_sdk: ImportSdk) -> None:
    model = load(models_dir, name)
    package = import_sdk(name.lower(), generate(model, name.lower()))
    assert all(getattr(package, public) for public in package.__all__)
    api = importlib.import_module(f"{name.lower()}.api")
    apis: list[Any] = [
        each for each in vars(api).values() if isinstance(each, type) and each.__module__ == api.__name__
    ]
    assert len(apis) >= len(model.classes)
    for each in apis:
        assert to_filter(each.conditions, each.resource.VIEW, {"space": "here"}) is not None
        assert wire(each.resource).reply.decode(b'{"items": []}').items == []
        assert all(relation.target.VIEW for relation in relations(each.resource).values())


def test_checkers_are_content(
    models_dir: Path, tmp_path: Path, checker_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some models, all when there is time; that all import shows where instances of them are read and written."""
    folder = tmp_path / "sdks"
    monkeypatch.syspath_prepend(str(folder))
    for name in FOLDERS if THOROUGH else FOLDERS[:3]:
        package = f"checked_{name.partition('/')[0].lower()}"
        write(folder / package, generate(parse_model(readable(models_dir, name)), package))
        importlib.invalidate_caches()
        sdk = importlib.import_module(package)
        assert all(getattr(sdk, public) for public in sdk.__all__)
    assert ruff_format_diff(folder) == ""
    assert ruff_check(folder) == ""
    assert mypy(checker_cache, folder) == ""
    assert pyright(folder) == ""


def test_the_core_model_gives_little_code(models_dir: Path) -> None:
    model = load(models_dir, "CogniteCore")
    lines = sum(text.count("\n") for path, text in generate(model).items() if path.endswith(".py"))
    assert lines <= 6_000  # cognite-pygen: 41,000
