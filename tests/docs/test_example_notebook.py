"""The example notebook runs in a real kernel, whose event loop is running while the synchronous client works."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.docs.pages import ROOT

RUN = """
import sys
import nbclient, nbformat

notebook = nbformat.read(sys.argv[1], as_version=4)
nbclient.NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
for cell in notebook.cells:
    for output in cell.get("outputs", ()):
        print(output.get("data", {}).get("text/plain", output.get("text", "")))
        print("HTML" if "text/html" in output.get("data", {}) else "")
"""


def test_the_example_notebook_runs(wind_farm_server: str) -> None:
    pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    paths = [str(ROOT), str(ROOT / "codegen"), str(ROOT / "runtime")]
    environment = {
        **os.environ,
        "CDF_URL": wind_farm_server,
        "CDF_PROJECT": "docs",
        "CDF_TOKEN": "docs",
        "PYTHONPATH": os.pathsep.join(paths),
    }
    ended = subprocess.run(
        [sys.executable, "-c", RUN, str(ROOT / "docs/examples/notebook.ipynb")],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env=environment,
    )
    assert ended.returncode == 0, ended.stderr
    assert "WindFarmClient of the package wind_farm" in ended.stdout
    assert "rated_capacity" in ended.stdout
    assert "\nFalse\n" in ended.stdout  # the class of the second SDK is not that of the first
    assert "HTML" in ended.stdout
