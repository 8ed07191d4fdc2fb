"""An SDK that `cognite-pygen` generated from WindTurbine, unmodified, against the local server.

Its scripts in `cognite_pygen/` ask; what must be answered is worked out here from the data alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pygen.testing import local_server
from tests.interop.conftest import Journey

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def answers(journey: Journey, models_dir: Path) -> dict[str, Any]:
    with local_server() as server:
        server.seed(models_dir / "WindTurbine" / "api_read")
        with server.http() as http:
            http.post("models/spaces", json={"items": [{"space": "farm"}]}).raise_for_status()
        return journey(server, ("sp_pygen_power", "WindTurbine", "1"), "wind")


def test_nothing_went_wrong_on_the_way(answers: dict[str, Any]) -> None:
    assert answers["failures"] == {}


def test_what_was_written_is_listed(answers: dict[str, Any]) -> None:
    assert answers["turbines"] == {
        f"turbine{number}": [f"Turbine {number}", 1.5 + number, "North" if number % 2 else "South"]
        for number in range(6)
    }
    assert answers["damaged"] == ["blade0_0", "blade1_1", "blade2_2"]
    assert answers["north"] == ["turbine3", "turbine5"]


def test_connections(answers: dict[str, Any]) -> None:
    assert answers["full"] == {
        f"turbine{number}": [
            [f"{number}/{blade}" for blade in range(3)],
            f"rotor{number}",
            f"nacelle{number}",
            [[100.0 * number, "mast"]],
        ]
        for number in range(6)
    }
    assert answers["reverse_single"] == "turbine2"
    assert answers["inwards"] == [100.0 * number for number in range(6)]


def test_selections(answers: dict[str, Any]) -> None:
    assert answers["selected"] == {f"turbine{number}": f"gearbox{number}" for number in (0, 2, 4)}
    assert answers["selected_blades"] == ["blade4_0", "blade4_1", "blade4_2"]
