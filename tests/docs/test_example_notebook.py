"""The example notebook runs in a real kernel, whose event loop is running while the synchronous client works."""

from __future__ import annotations

from tests.docs.notebooks import executed, shown
from tests.docs.pages import ROOT


def test_the_example_notebook_runs(wind_farm_server: str) -> None:
    packages = [ROOT, ROOT / "codegen", ROOT / "runtime"]
    cells = executed(ROOT / "docs" / "examples" / "notebook.ipynb", wind_farm_server, packages)
    text = "\n".join(map(shown, cells))
    assert "WindFarmClient of the package wind_farm" in text
    assert "rated_capacity" in text
    assert "\nFalse\n" in text  # the class of the second SDK is not that of the first
    assert any(shown(cell, "text/html") for cell in cells)
