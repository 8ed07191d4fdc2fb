"""pyright knows what queries give, and refuses the same lines as mypy, which reads `typed_queries.py` with all our code."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TYPED = ROOT / "tests" / "sdk" / "typed_queries.py"


def test_pyright_refuses_what_mypy_refuses(tmp_path: Path) -> None:
    shutil.copy(TYPED, tmp_path)
    settings = {
        "extraPaths": [str(ROOT / folder) for folder in ("", "codegen", "runtime")],
        "pythonVersion": "3.11",
        "enableTypeIgnoreComments": False,
    }
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings), "utf-8")
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable, "-p", str(tmp_path)]
    report = json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout)
    assert report["summary"]["filesAnalyzed"] == 1
    errors = [one for one in report["generalDiagnostics"] if one["severity"] == "error"]
    planted = {n for n, line in enumerate(TYPED.read_text("utf-8").splitlines()) if "type: ignore" in line}
    assert len(planted) > 20
    assert {one["range"]["start"]["line"] for one in errors} == planted, errors
