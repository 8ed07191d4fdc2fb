"""Where the contenders run: an environment of its own for each peer.

Everything is kept in `.benchmarks/` beside this folder, so that only the first run pays for it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".benchmarks"
DRIVERS = ROOT / "benchmarks" / "drivers"

REQUIREMENTS = {
    "base": ["anyio", "httpx", "msgspec", "typing-extensions"],
    "cognite-sdk": ["cognite-sdk==8.22.0"],
    "cognite-pygen": ["cognite-pygen==1.4.2", "cognite-sdk==8.22.0", "pandas", "black", "toml"],
    "industrial-model": ["industrial-model[cli]==2.0.2", "cognite-sdk==8.22.0"],
}
"""Environment → what is installed into it; `ours` is the one that runs this, `base` has what an SDK of ours needs and no more."""


def python(environment: str) -> Path:
    """The interpreter of an environment, which is made when it is not there yet."""
    if environment == "ours":
        return Path(sys.executable)
    folder = HOME / "environments" / environment
    interpreter = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    wanted = json.dumps(REQUIREMENTS[environment])
    stamp = folder / "requirements.json"
    if not stamp.exists() or stamp.read_text() != wanted:
        venv.create(folder, clear=True, with_pip=True)
        subprocess.run([interpreter, "-m", "pip", "install", "-q", *REQUIREMENTS[environment]], check=True)
        stamp.write_text(wanted)
    return interpreter


def sdks() -> Path:
    """The folder of the generated SDKs."""
    return HOME / "sdks"


def definitions() -> Path:
    """File of what the API answers for the view and the data model that are read."""
    return HOME / "definitions.json"


def variables() -> dict[str, str]:
    """Environment variables of every driver: it imports from the drivers, the generated SDKs and `benchmarks.model`."""
    return {"PYTHONPATH": os.pathsep.join(map(str, (DRIVERS, sdks(), ROOT, ROOT / "runtime")))}
