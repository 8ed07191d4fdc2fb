"""An environment with `cognite-pygen`, whose pins may clash with ours, and a way to use the SDKs that it generates."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pygen.testing import LocalServer

HERE = Path(__file__).parent / "cognite_pygen"
ENVIRONMENT = (
    Path(os.environ.get("PYGEN_INTEROP_CACHE", Path(__file__).parents[2] / ".venv" / "interop")) / "cognite-pygen"
)
PATIENCE = 600


def run(*command: object) -> str:
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("COVERAGE", "COV_", "PYTHON"))
    }
    done = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, check=False, timeout=PATIENCE, env=environment
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout


@pytest.fixture(scope="session")
def old_python() -> Path:
    """An interpreter with `cognite-pygen`, made when it is not there. All of this takes a minute, so it must be asked for."""
    if os.environ.get("PYGEN_REQUIRE_INTEROP") != "1":
        pytest.skip("SDKs of cognite-pygen are tried where PYGEN_REQUIRE_INTEROP=1 is set")
    python = ENVIRONMENT / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    ready = ENVIRONMENT / "ready"
    if not ready.exists():
        shutil.rmtree(ENVIRONMENT, ignore_errors=True)
        run(sys.executable, "-m", "venv", ENVIRONMENT)
        run(python, "-m", "pip", "install", "-q", "-r", HERE / "requirements.txt")
        ready.touch()
    return python


Journey = Callable[[LocalServer, tuple[str, str, str], str], dict[str, Any]]


@pytest.fixture(scope="session")
def journey(old_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Journey:
    """Generates an SDK of a model on a server and runs the package's journey with it; gives its answers."""

    def go(server: LocalServer, model: tuple[str, str, str], package: str) -> dict[str, Any]:
        folder = tmp_path_factory.mktemp(package)
        run(old_python, HERE / "generate.py", server.base_url, *model, package, folder)
        answers: dict[str, Any] = json.loads(run(old_python, HERE / f"{package}_journey.py", server.base_url, folder))
        return answers

    return go
