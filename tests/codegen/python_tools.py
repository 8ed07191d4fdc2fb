"""The checkers that generated code must satisfy, each run once over folders."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from pygen_codegen.ir import IRModel
from pygen_codegen.python import PythonConfig, PythonGenerator

RUNTIME = Path(__file__).resolve().parents[2] / "runtime"


def generate(model: IRModel, package: str = "sdk") -> dict[str, str]:
    return PythonGenerator(PythonConfig(package=package)).generate(model)


def write(folder: Path, files: Mapping[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in files.items():
        (folder / path).write_text(text, encoding="utf-8", newline="\n")


def ruff_format_diff(*folders: Path) -> str:
    """What `ruff format` would change; nothing if all is as it should be."""
    return _run("ruff", "format", "--isolated", "--no-cache", "--diff", *folders)


def ruff_check(*folders: Path) -> str:
    return _run("ruff", "check", "--isolated", "--no-cache", "--quiet", "--extend-select", "I", *folders)


def mypy(cache: Path, *folders: Path) -> str:
    command = [
        "mypy",
        "--config-file=",
        "--strict",
        "--follow-imports=silent",
        f"--cache-dir={cache}",
        "--no-error-summary",
    ]
    return _run(*command, *folders)


def pyright(folder: Path) -> str:
    """Type errors that pyright finds in its standard mode; writes its configuration into the folder."""
    settings = {"include": ["."], "extraPaths": [str(RUNTIME)], "pythonVersion": "3.11"}
    file = folder / "pyrightconfig.json"
    file.write_text(json.dumps(settings), encoding="utf-8")
    report = json.loads(_run("pyright", "--project", file, "--pythonpath", sys.executable, "--outputjson"))
    assert report["summary"]["filesAnalyzed"] > 0
    return "\n".join(
        f"{each['file']}:{each['range']['start']['line'] + 1}: {each['message'].splitlines()[0]}"
        for each in report["generalDiagnostics"]
    )


def _run(tool: str, *arguments: str | Path) -> str:
    """The output, or nothing when the tool is content and has none for its reader."""
    command = [sys.executable, "-m", tool, *map(str, arguments)]
    environment = {**os.environ, "MYPYPATH": str(RUNTIME)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, encoding="utf-8")
    if done.returncode == 0 and "--outputjson" not in command:
        return ""
    return done.stdout or done.stderr
