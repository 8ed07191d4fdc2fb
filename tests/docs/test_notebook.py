"""The example notebook runs from top to bottom in a real kernel, whose event loop is running while the client works."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.docs.pages import ROOT

NOTEBOOK = ROOT / "docs" / "examples" / "wind-farm.ipynb"

EXECUTE = """
import sys
import nbclient, nbformat

notebook = nbformat.read(sys.argv[1], as_version=4)
nbclient.NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
print(nbformat.writes(notebook))
"""


@pytest.fixture
def executed(sdk: ModuleType, wind_farm_server: str) -> list[dict[str, Any]]:
    """Of each code cell, its first output by MIME type."""
    pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    assert sdk.__file__ is not None
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(Path(sdk.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]),
        "CDF_URL": wind_farm_server,
        "CDF_PROJECT": "docs",
        "CDF_TOKEN": "docs",
    }
    ended = subprocess.run(
        [sys.executable, "-c", EXECUTE, str(NOTEBOOK)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env=environment,
    )
    assert ended.returncode == 0, ended.stderr
    cells = [cell for cell in json.loads(ended.stdout)["cells"] if cell["cell_type"] == "code"]
    return [cell["outputs"][0].get("data", {}) if cell["outputs"] else {} for cell in cells]


def test_the_example_notebook_runs_and_shows_tables(executed: list[dict[str, Any]]) -> None:
    client, query, turbines, turbine, frame, blades, farm, count, closed = executed
    assert "WindFarmClient of wind:WindFarm/v1, 16 views" in "".join(client["text/html"])
    assert "nothing is fetched before it is iterated" in "".join(query["text/html"])
    assert "".join(turbines["text/html"]).count("<tr>") > 10
    assert "relation to Blade" in "".join(turbine["text/html"])
    assert "hub_height" in "".join(frame["text/html"])
    assert "blade_" in "".join(blades["text/plain"])
    assert "'" in "".join(farm["text/plain"])
    assert int("".join(count["text/plain"])) > 0
    assert closed == {}


def test_the_notebook_is_kept_without_what_a_run_leaves_in_it() -> None:
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    assert all(not cell.get("outputs") and cell.get("execution_count") is None for cell in cells)
