"""The example notebook runs from top to bottom in a real kernel, whose event loop is running while the client works."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType

from tests.docs.notebooks import executed, shown
from tests.docs.pages import ROOT

NOTEBOOK = ROOT / "docs" / "examples" / "wind-farm.ipynb"


def test_the_example_notebook_runs_and_shows_tables(sdk: ModuleType, wind_farm_server: str) -> None:
    assert sdk.__file__ is not None
    cells = executed(NOTEBOOK, wind_farm_server, [Path(sdk.__file__).parents[1]])
    client, query, turbines, turbine, frame, blades, farm, count, closed = cells
    assert "WindFarmClient of wind:WindFarm/v1, 16 views" in shown(client, "text/html")
    assert "nothing is fetched before it is iterated" in shown(query, "text/html")
    assert shown(turbines, "text/html").count("<tr>") > 10
    assert "relation to Blade" in shown(turbine, "text/html")
    assert "hub_height" in shown(frame, "text/html")
    assert "blade_" in shown(blades)
    assert "'" in shown(farm)
    assert int(shown(count)) > 0
    assert closed == []


def test_the_notebook_is_kept_without_what_a_run_leaves_in_it() -> None:
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    assert all(not cell.get("outputs") and cell.get("execution_count") is None for cell in cells)
