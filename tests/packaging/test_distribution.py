"""The wheel and the sdist: what is in them, what they ask for, and that the wheel works by itself."""

from __future__ import annotations

import email
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

PACKAGES = ["pygen", "pygen_codegen", "pygen_runtime"]


@pytest.fixture(scope="module")
def wheel(distribution: Path) -> Path:
    [path] = distribution.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def names(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


@pytest.fixture(scope="module")
def metadata(wheel: Path, names: list[str]) -> Message:
    [path] = [name for name in names if name.endswith(".dist-info/METADATA")]
    with zipfile.ZipFile(wheel) as archive:
        return email.message_from_bytes(archive.read(path))


def project_name(requirement: str) -> str:
    return re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0]


def test_the_wheel_holds_the_three_packages_and_nothing_else(names: list[str]) -> None:
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)
    assert not [name for name in names if name.endswith((".pyc", ".db", ".sqlite"))]


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_is_typed_and_whole(root: Path, names: list[str], package: str) -> None:
    [folder] = [
        path for path in root.glob(f"**/{package}") if (path / "py.typed").exists() and ".venv" not in path.parts
    ]
    sources = {f"{package}/{path.relative_to(folder).as_posix()}" for path in folder.rglob("*.py")}
    assert f"{package}/py.typed" in names
    assert sources <= set(names)


def test_the_metadata_says_what_pyproject_says(metadata: Message, pyproject: dict[str, Any]) -> None:
    project = pyproject["project"]
    base = [line for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line]
    assert metadata["Name"] == "cdf-pygen"
    assert {project_name(line) for line in base} == {project_name(line) for line in project["dependencies"]}
    assert set(metadata.get_all("Provides-Extra", [])) == set(project["optional-dependencies"])
    assert metadata["Requires-Python"] == project["requires-python"] == ">=3.11"
    assert metadata["License-Expression"] == "Apache-2.0"


def test_the_version_has_one_source(root: Path, metadata: Message) -> None:
    sources = [
        path
        for top in ("pygen", "codegen", "runtime")
        for path in (root / top).rglob("*.py")
        if re.search(r"^__version__\s*=", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert [path.name for path in sources] == ["_version.py"]
    assert f'__version__ = "{metadata["Version"]}"' in sources[0].read_text("utf-8")


def test_licence_and_command_are_in_the_wheel(wheel: Path, names: list[str]) -> None:
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    [path] = [name for name in names if name.endswith(".dist-info/entry_points.txt")]
    with zipfile.ZipFile(wheel) as archive:
        assert "pygen = pygen.__main__:main" in archive.read(path).decode()


def test_the_sdist_can_be_built_tested_and_documented(distribution: Path) -> None:
    [path] = distribution.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
    expected = {
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "mkdocs.yml",
    }
    assert expected | {"tests/packaging/test_distribution.py", "docs/index.md", ".ci/run"} <= inside
    assert not [name for name in inside if name.startswith((".venv/", ".git/")) or "__pycache__" in name]


def test_the_wheel_alone_gives_the_runtime(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    code = "import pygen_runtime; print(pygen_runtime.__file__); print(pygen_runtime.__version__)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env={**environ, "PYTHONPATH": str(tmp_path)},  # unmeasured: these are copies of the sources
    )
    where, version = done.stdout.splitlines()
    assert Path(where).resolve().is_relative_to(tmp_path.resolve())
    assert f"-{version}-" in wheel.name
