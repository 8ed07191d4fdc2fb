"""Importing the client stays light: the HTTP library comes with the first client that opens."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pygen_runtime

HEAVY = ("httpx", "httpcore", "h11", "trio", "libcst", "typer", "pandas", "starlette", "email", "ssl")


def test_importing_the_client_loads_no_http_library() -> None:
    code = f"import sys, pygen_runtime.client; print([name for name in {HEAVY} if name in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_one_module_imports_the_http_library() -> None:
    root = Path(pygen_runtime.__file__).parent
    importers = []
    for path in root.rglob("*.py"):
        for statement in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in statement.names] if isinstance(statement, ast.Import) else []
            names += [statement.module or ""] if isinstance(statement, ast.ImportFrom) else []
            if any(name.split(".")[0] in ("httpx", "httpcore") for name in names):
                importers.append(path.relative_to(root).as_posix())
    assert importers == ["transport/http.py"]
