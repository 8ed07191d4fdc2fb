"""Runs a notebook in a real kernel, where an event loop is running already."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

_EXECUTE = """
import sys
import nbclient, nbformat

notebook = nbformat.read(sys.argv[1], as_version=4)
nbclient.NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
print(nbformat.writes(notebook))
"""


def executed(notebook: Path, server: str, packages: Sequence[Path]) -> list[list[dict[str, Any]]]:
    """The outputs of each code cell.

    Args:
        notebook: The file, which stays as it is.
        server: Base URL of the server that it talks to.
        packages: Folders in which the kernel finds packages, before those that it finds anyway.
    """
    pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    paths = [*map(str, packages), os.environ.get("PYTHONPATH", "")]
    ended = subprocess.run(
        [sys.executable, "-c", _EXECUTE, str(notebook)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(path for path in paths if path),
            "CDF_URL": server,
            "CDF_PROJECT": "docs",
            "CDF_TOKEN": "docs",
        },
    )
    assert ended.returncode == 0, ended.stderr
    cells = json.loads(ended.stdout)["cells"]
    return [cell["outputs"] for cell in cells if cell["cell_type"] == "code"]


def shown(outputs: Sequence[dict[str, Any]], kind: str = "text/plain") -> str:
    """What a cell shows as one MIME type; what it printed counts as plain text."""
    return "\n".join(
        "".join(output.get("data", {}).get(kind, output.get("text", "") if kind == "text/plain" else ""))
        for output in outputs
    )
