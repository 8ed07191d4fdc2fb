"""Node and npm packages for tests: used where they are, fetched and required where PYGEN_REQUIRE_INTEROP=1 is set."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest

REQUIRED = os.environ.get("PYGEN_REQUIRE_INTEROP") == "1"
ROOT = Path(__file__).parents[1]
CACHE = Path(os.environ.get("PYGEN_INTEROP_CACHE", ROOT / ".venv" / "interop"))
RUNTIME = ROOT / "runtime" / "typescript"
TSC = RUNTIME / "node_modules" / "typescript" / "bin" / "tsc"
PATIENCE = 300


def missing(what: str) -> NoReturn:
    """End the test: it cannot be run here."""
    if REQUIRED:
        pytest.fail(f"PYGEN_REQUIRE_INTEROP is set, but {what}")
    pytest.skip(f"{what} (PYGEN_REQUIRE_INTEROP=1 makes this a failure)")


def node() -> str:
    """The interpreter."""
    found = shutil.which("node")
    if found is None or shutil.which("npm") is None:
        missing("node and npm are not installed")
    return found


def fetch(folder: Path) -> None:
    """Install what the lock file of a folder names."""
    command = [str(shutil.which("npm")), "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr


def tools_of_the_runtime() -> None:
    """The compiler and formatter of the TypeScript runtime are there; they are fetched if that is wanted."""
    node()
    if TSC.is_file():
        return
    if not REQUIRED:
        missing("`npm ci` was not run in runtime/typescript")
    fetch(RUNTIME)


def packages(name: str, source: Path) -> Path:
    """A folder of the cache with what a lock file names; it is fetched when it is not there, or has changed, and this is wanted.

    Args:
        name: The folder.
        source: Where `package.json` and `package-lock.json` stand.
    """
    node()
    folder = CACHE / name
    lock, locked = source / "package-lock.json", folder / "package-lock.json"
    if not locked.is_file() or locked.read_bytes() != lock.read_bytes():
        if not REQUIRED:
            missing(f"the packages of {name} have not been fetched")
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(source / "package.json", folder)
        shutil.copy(lock, folder)
        try:
            fetch(folder)
        except BaseException:
            locked.unlink()  # what was not fetched whole is fetched again
            raise
    return folder
