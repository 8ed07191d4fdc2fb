"""pyright knows both kinds of client exactly, and sees where one is taken for the other. (mypy reads `typed.py` with all our code.)"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TYPED = ROOT / "tests" / "sdk" / "typed.py"


def test_pyright_knows_both_kinds_of_client(tmp_path: Path) -> None:
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
    lines = enumerate(TYPED.read_text("utf-8").splitlines())
    assert {one["range"]["start"]["line"] for one in errors} == {n for n, line in lines if "type: ignore" in line}, (
        errors
    )
