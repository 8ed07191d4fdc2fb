"""Imports point one way, and a package loads no more than it needs."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = {
    "pygen_runtime": Path("runtime/pygen_runtime"),
    "pygen_codegen": Path("codegen/pygen_codegen"),
    "pygen": Path("pygen"),
}
HEAVY = {"libcst", "typer", "rich", "yaml", "pydantic", "pandas", "polars", "pyarrow", "starlette", "uvicorn"}

# What each package may import besides the standard library and itself.
ALLOWED = {
    "pygen_runtime": {
        "anyio", "httpx", "httpx2", "msgspec", "opentelemetry", "pandas", "polars", "pyarrow", "typing_extensions", "yaml",
    },
    "pygen_codegen": {"libcst", "msgspec", "pygen_runtime"},
    "pygen": {
        "anyio", "click", "graphql", "hatchling", "httpx", "libcst", "msgspec", "packaging", "pytest", "rich",
        "starlette", "typer", "uvicorn", "yaml", "pygen_codegen", "pygen_runtime",
    },
}  # fmt: skip


def loaded_by(statement: str) -> set[str]:
    """Modules in memory after a fresh interpreter ran the statement."""
    code = f"import sys\n{statement}\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def import_all_of(package: str) -> str:
    """A statement that imports a package and every module in it."""
    return (
        f"import importlib, pkgutil, {package}\n"
        f"for found in pkgutil.walk_packages({package}.__path__, '{package}.'):\n"
        f"    importlib.import_module(found.name)"
    )


def test_the_runtime_is_cheap_to_import() -> None:
    loaded = loaded_by("import pygen_runtime")
    assert "pygen_runtime" in loaded
    assert not loaded & (HEAVY | {"httpx", "anyio", "pygen_codegen", "pygen"})


def test_the_types_of_the_api_come_without_the_transport() -> None:
    assert not loaded_by("import pygen_runtime.schema") & (HEAVY | {"httpx", "pygen_codegen", "pygen"})


def test_no_module_of_the_runtime_loads_the_generator() -> None:
    loaded = loaded_by(import_all_of("pygen_runtime"))
    assert not loaded & (HEAVY - {"rich"} | {"pygen_codegen", "pygen"})  # httpx loads rich where it is installed


def test_the_generator_loads_no_command_line_and_no_http() -> None:
    loaded = loaded_by(import_all_of("pygen_codegen"))
    assert "pygen_codegen" in loaded
    assert not loaded & (HEAVY - {"libcst", "yaml"} | {"httpx", "pygen"})  # libcst loads yaml on its own account


def test_generating_from_a_file_loads_no_server_and_no_http(tmp_path: Path) -> None:
    """Not even where the model builds on the core model, whose definition the local server holds as well."""
    parent = {"type": "view", "space": "cdf_cdm", "externalId": "CogniteDescribable", "version": "v1"}
    model = {
        "space": "power",
        "externalId": "Power",
        "version": "1",
        "views": [{"space": "power", "externalId": "Plant", "version": "1", "implements": [parent], "properties": {}}],
    }
    file, sdk = tmp_path / "model.json", tmp_path / "power"
    file.write_text(json.dumps(model), "utf-8")
    loaded = loaded_by(
        f"from pygen.cli.app import run\n"
        f"assert run(['generate', '--file', {str(file)!r}, '--output', {str(sdk)!r}]) == 0"
    )
    assert "    description: str | None = None" in (sdk / "data_classes.py").read_text("utf-8")
    assert not loaded & {"starlette", "uvicorn", "apsw", "httpx", "anyio", "graphql", "pygen.server"}


def imports_of(path: Path, package: str) -> Iterator[str]:
    """Dotted names that a module imports, with relative imports made absolute."""
    inside = [package, *path.relative_to(ROOT / FOLDERS[package]).parent.parts]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = inside[: len(inside) - node.level + 1] if node.level else []
            yield ".".join([*base, *([node.module] if node.module else [])])


@pytest.mark.parametrize("package", FOLDERS)
def test_a_package_imports_only_what_is_below_it(package: str) -> None:
    modules = sorted((ROOT / FOLDERS[package]).rglob("*.py"))
    assert modules
    allowed = ALLOWED[package] | {package} | sys.stdlib_module_names
    strangers = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in modules
        for name in imports_of(path, package)
        if name.partition(".")[0] not in allowed
    }
    assert not strangers


def test_only_the_transport_talks_http() -> None:
    folder = ROOT / FOLDERS["pygen_runtime"]
    talkers = {
        path.relative_to(folder).parts[0]
        for path in folder.rglob("*.py")
        if any(name.partition(".")[0] == "httpx" for name in imports_of(path, "pygen_runtime"))
    }
    assert talkers <= {"transport"}
