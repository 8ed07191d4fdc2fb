"""TypeScript SDKs of all real models: they compile strictly, and prettier leaves them as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.codegen.test_ir_models import models
from tests.codegen.test_models_round_trip import THOROUGH
from tests.codegen.typescript_tools import Tools, generate, write

pytestmark = pytest.mark.models


def test_all_models_compile_strictly(models_dir: Path, tmp_path: Path, typescript: Tools) -> None:
    """The first form of every model; all forms when there is time."""
    seen: set[object] = set()
    for name, model in models(models_dir):
        files = generate(model)
        form = files["views.ts"] if THOROUGH else (name.partition("/")[0], model.id)
        if form not in seen:
            seen.add(form)
            write(tmp_path / f"{len(seen)}_{name.replace('/', '_')}", files)
    assert len(seen) >= 23
    assert typescript.prettier(tmp_path) == ""
    assert typescript.tsc(tmp_path) == ""


def test_a_wind_turbine_has_a_generator(models_dir: Path) -> None:
    model = next(model for name, model in models(models_dir) if name == "WindTurbine/api_read")
    types = generate(model)["types.ts"]
    assert "export interface Generator extends NodeResource {" in types


def test_the_core_model_gives_little_code(models_dir: Path) -> None:
    model = next(model for name, model in models(models_dir) if name == "CogniteCore/api_read")
    files = generate(model)
    lines = {path: text.count("\n") for path, text in files.items()}
    assert sum(lines.values()) <= 5_000
    assert lines["views.ts"] + lines["api.ts"] + lines["client.ts"] <= 2_000  # what is left of it when it runs
