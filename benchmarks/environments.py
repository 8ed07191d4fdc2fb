"""Where the contenders run: environments of our own with nothing but what is asked for, and one for each peer.

Everything is kept in `.benchmarks/` beside this folder, so that only the first run pays for it.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".benchmarks"
DRIVERS = ROOT / "benchmarks" / "drivers"

_BASE = ("anyio", "httpx", "msgspec", "sniffio", "typing-extensions")
_FRAMES = ("pandas", "polars", "pyarrow")
_CLI = ("graphql-core", "libcst", "pyyaml", "rich", "starlette", "typer", "uvicorn")


def _as_here(*packages: str) -> list[str]:
    """Requirements: the versions that are installed where this runs, which are those that the page tells."""
    return [f"{name}=={version}" if (version := version_here(name)) else name for name in packages]


def version_here(package: str) -> str | None:
    """The version that is installed where this runs; None when it is not."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


OURS = {
    "base": _as_here(*_BASE),
    "cli": _as_here(*_BASE, *_CLI),
    "fast": _as_here(*_BASE, "isal"),
    "frames": _as_here(*_BASE, *_FRAMES),
    "frames-fast": _as_here(*_BASE, *_FRAMES, "isal"),
}
"""`base` has what an SDK of ours needs, and no more, and the floor runs there, too; the others have extras. `ours`, which is not among them,
is the environment that runs this: the local server runs there, and the generator where its cost is not measured."""

PEERS = {
    "cognite-sdk": ["cognite-sdk==8.22.0"],
    "cognite-pygen": ["cognite-pygen==1.4.2", "cognite-sdk==8.22.0", "pandas", "black", "toml"],
    "industrial-model": ["industrial-model[cli]==2.0.2", "cognite-sdk==8.22.0"],
}
"""Environment → what is installed into it."""


def python(environment: str) -> Path:
    """The interpreter of an environment, which is made when it is not there yet."""
    if environment == "ours":
        return Path(sys.executable)
    folder = HOME / "environments" / environment
    interpreter = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    requirements = {**OURS, **PEERS}[environment]
    wanted = json.dumps(requirements)
    stamp = folder / "requirements.json"
    if not stamp.exists() or stamp.read_text() != wanted:
        venv.create(folder, clear=True, with_pip=True)
        subprocess.run([interpreter, "-m", "pip", "install", "-q", *requirements], check=True)
        stamp.write_text(wanted)
    return interpreter


def sdks() -> Path:
    """The folder of the generated SDKs."""
    return HOME / "sdks"


def definitions() -> Path:
    """File of what the API answers for the view and the data model that are read."""
    return HOME / "definitions.json"


def variables() -> dict[str, str]:
    """Environment variables of every driver: it imports from the drivers, the generated SDKs and this checkout."""
    return {"PYTHONPATH": os.pathsep.join(map(str, (DRIVERS, sdks(), ROOT, ROOT / "runtime", ROOT / "codegen")))}
