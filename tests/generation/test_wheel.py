from __future__ import annotations

import builtins
import hashlib
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import parse_wheel_filename
from packaging.version import Version

from pygen import build_wheel, generate_sdk
from pygen.generation.wheel import wheel_version
from pygen_codegen.errors import OutputError
from pygen_runtime import __version__
from pygen_runtime.errors import UsageError
from tests.sources.models import decoded


@pytest.mark.parametrize(
    ("model", "wheel"),
    [
        ("1", "1"),
        ("1.2", "1.2"),
        ("v3", "3"),
        ("1_2_3", "1.2.3"),
        ("v1_2", "1.2"),
        ("v1_draft", "1+draft"),
        ("7_draft", "7+draft"),
        ("20240101_AbC", "20240101+abc"),
        ("abc", "0+abc"),
        ("a1b2c3d4", "0+a.1.b.2.c.3.d.4"),
        ("2-1", "2.post1"),
        ("1-x", "1+x"),
        ("final", "0+final"),
    ],
)
def test_any_version_of_a_model_gives_one_of_a_package(model: str, wheel: str) -> None:
    assert wheel_version(model) == wheel
    assert str(Version(wheel)) == wheel
    assert wheel_version(model) == wheel_version(model)


def test_a_wheel_that_installs(tmp_path: Path) -> None:
    sdk = generate_sdk(decoded(version="v1_draft"), package="our.wind_farm")
    path = build_wheel(sdk, tmp_path / "dist")
    name, version, _, _ = parse_wheel_filename(path.name)
    assert (name, str(version)) == ("our-wind-farm", "1+draft")
    with zipfile.ZipFile(path) as wheel:
        names = set(wheel.namelist())
        text = wheel.read(next(each for each in names if each.endswith("METADATA"))).decode()
    assert {"our/wind_farm/__init__.py", "our/wind_farm/py.typed", "our/wind_farm/pygen.json"} <= names
    metadata = Parser().parsestr(text)
    assert "power:Wind/v1_draft" in metadata["Summary"]
    needed = Requirement(metadata["Requires-Dist"])
    assert needed.name == "cdf-pygen"
    assert needed.specifier.contains(__version__)
    assert not needed.specifier.contains(f"{Version(__version__).major + 1}.0")
    target = tmp_path / "site"
    install = ["-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-warn-script-location"]
    subprocess.run([sys.executable, *install, "--target", target, path], check=True, capture_output=True)
    code = "from our.wind_farm import AsyncWindClient; print(AsyncWindClient.MODELS[0])"
    done = subprocess.run([sys.executable, "-c", code], cwd=target, capture_output=True, text=True, check=False)
    assert "v1_draft" in done.stdout, done.stderr


def test_equal_sdks_give_equal_wheels(tmp_path: Path) -> None:
    digests = {
        hashlib.sha256(build_wheel(generate_sdk(decoded()), tmp_path / folder).read_bytes()).hexdigest()
        for folder in ("a", "b")
    }
    assert len(digests) == 1


def test_names_can_be_said(tmp_path: Path) -> None:
    path = build_wheel(generate_sdk(decoded()), tmp_path, distribution="our-wind", version="2.0rc1")
    assert path.name == "our_wind-2.0rc1-py3-none-any.whl"


@pytest.mark.parametrize("more", [{"distribution": "../x"}, {"distribution": ""}, {"version": "nonsense"}])
def test_names_that_cannot_be(tmp_path: Path, more: dict[str, str]) -> None:
    if more.get("distribution") == "":
        assert build_wheel(generate_sdk(decoded()), tmp_path, **more).name.startswith("wind-")
        return
    with pytest.raises(UsageError):
        build_wheel(generate_sdk(decoded()), tmp_path, **more)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "dist").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError):
        build_wheel(generate_sdk(decoded()), tmp_path / "dist")


def test_without_hatchling(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import_ = builtins.__import__

    def missing(name: str, *rest: Any) -> Any:
        if name.startswith("hatchling"):
            raise ImportError(name)
        return import_(name, *rest)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(UsageError, match=r"needs hatchling: pip install 'cdf-pygen\[wheel\]'"):
        build_wheel(generate_sdk(decoded()), tmp_path)
