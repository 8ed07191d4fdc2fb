"""Modules with planted misuse: the lines that mypy is told to overlook, and those that pyright refuses."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def refused(module: Path, folder: Path) -> dict[int, Any]:
    """The lines that pyright refuses, and why.

    Args:
        module: The module; what mypy is told to overlook in it counts.
        folder: An empty folder for it to be looked at.
    """
    shutil.copy(module, folder)
    settings = {
        "extraPaths": [str(ROOT / part) for part in ("", "codegen", "runtime")],
        "pythonVersion": "3.11",
        "enableTypeIgnoreComments": False,
    }
    (folder / "pyrightconfig.json").write_text(json.dumps(settings), "utf-8")
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable, "-p", str(folder)]
    report = json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout)
    assert report["summary"]["filesAnalyzed"] == 1
    found = [one for one in report["generalDiagnostics"] if one["severity"] == "error"]
    return {one["range"]["start"]["line"]: one for one in found}


def planted(module: Path) -> set[int]:
    """The lines that mypy refuses: it would say so of those it need not be told to overlook."""
    return {number for number, line in enumerate(module.read_text("utf-8").splitlines()) if "type: ignore" in line}
