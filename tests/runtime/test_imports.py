"""Importing the client stays light: the HTTP library comes with the first client that opens."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pygen_runtime

LIBRARIES = ("httpx", "httpcore", "httpx2", "httpcore2")
HEAVY = (
    *LIBRARIES,
    "opentelemetry",
    "yaml",
    "h11",
    "trio",
    "libcst",
    "typer",
    "pandas",
    "starlette",
    "email",
    "ssl",
)


def test_importing_the_client_loads_no_http_library() -> None:
    code = f"import sys, pygen_runtime.client; print([name for name in {HEAVY} if name in sys.modules])"
    assert run(code) == "[]"


def test_the_http_library_comes_when_the_first_client_opens() -> None:
    code = f"""
        import asyncio, sys
        from pygen_runtime.client import AsyncPygenClient

        def loaded():
            return [name for name in {LIBRARIES} if name in sys.modules]

        async def main():
            client = AsyncPygenClient.from_token(base_url="http://localhost", project="p", token="t")
            assert client.with_options(retries=1).views is not None
            print(loaded(), end=" ")
            async with client:
                print(loaded())

        asyncio.run(main())
    """
    assert run(code) == "[] ['httpx', 'httpcore']"
    assert run(code, PYGEN_HTTP="httpx2") == "[] ['httpx2', 'httpcore2']"


def test_a_library_that_nobody_knows_is_told() -> None:
    code = """
        import asyncio
        from pygen_runtime.client import AsyncPygenClient
        from pygen_runtime.errors import UsageError

        async def main():
            async with AsyncPygenClient.from_token(base_url="http://localhost", project="p", token="t"):
                pass

        try:
            asyncio.run(main())
        except UsageError as error:
            print(error)
    """
    assert "PYGEN_HTTP must be httpx or httpx2, not curl" in run(code, PYGEN_HTTP="curl")


def test_importing_the_client_loads_a_fraction_of_what_the_official_one_does() -> None:
    """Modules, because they can be counted; `python -m benchmarks.import_time` measures the time."""
    before = int(run("import sys; print(len(sys.modules))"))
    ours = int(run("import sys, pygen_runtime.client; print(len(sys.modules))")) - before
    theirs = int(run("import sys, cognite.client; print(len(sys.modules))")) - before
    assert ours < theirs / 3


def run(code: str, **environ: str) -> str:
    """What a program prints in a fresh interpreter."""
    inherited = {name: value for name, value in os.environ.items() if name != "PYGEN_HTTP"}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        check=True,
        env={**inherited, **environ},
    )
    return done.stdout.strip()


def test_one_module_imports_the_http_library() -> None:
    root = Path(pygen_runtime.__file__).parent
    importers = []
    for path in root.rglob("*.py"):
        for statement in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in statement.names] if isinstance(statement, ast.Import) else []
            names += [statement.module or ""] if isinstance(statement, ast.ImportFrom) else []
            if any(name.split(".")[0] in LIBRARIES for name in names):
                importers.append(path.relative_to(root).as_posix())
    assert set(importers) == {"transport/http.py"}
