"""Run with the interpreter that has `cognite-pygen`: writes and asks through the SDK generated from WindTurbine.

Arguments: URL of the server, folder of the SDK.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from typing import Any

from cognite.client import ClientConfig, CogniteClient
from cognite.client.credentials import Token

url, folder = sys.argv[1:]
sys.path.insert(0, folder)

Client = import_module("wind").Client
kinds = import_module("wind.data_classes")

SPACE = "farm"
config = ClientConfig(client_name="interop", project="test", base_url=url, credentials=Token("local"))
client = Client(CogniteClient(config))
answers: dict[str, Any] = {}


def keys(several: Any) -> list[Any]:
    return sorted(one if isinstance(one, str) else one.external_id for one in several or ())


def turbine(number: int) -> Any:
    return kinds.WindTurbineWrite(
        space=SPACE,
        external_id=f"turbine{number}",
        name=f"Turbine {number}",
        capacity=1.5 + number,
        windfarm="North" if number % 2 else "South",
        blades=[
            kinds.BladeWrite(
                space=SPACE, external_id=f"blade{number}_{blade}", name=f"{number}/{blade}", is_damaged=blade == number
            )
            for blade in range(3)
        ],
        rotor=kinds.RotorWrite(
            space=SPACE, external_id=f"rotor{number}", rotor_speed_controller=(SPACE, f"speed{number}")
        ),
        nacelle=kinds.NacelleWrite(
            space=SPACE,
            external_id=f"nacelle{number}",
            gearbox=kinds.GearboxWrite(
                space=SPACE, external_id=f"gearbox{number}", displacement_x=(SPACE, f"x{number}")
            ),
        ),
        metmast=[
            kinds.DistanceWrite(
                space=SPACE,
                external_id=f"turbine{number}:mast",
                distance=100.0 * number,
                end_node=kinds.MetmastWrite(space=SPACE, external_id="mast", position=12.5),
            )
        ],
    )


def writing() -> None:
    client.upsert([turbine(number) for number in range(6)])


def listing() -> None:
    answers["turbines"] = {
        one.external_id: [one.name, one.capacity, one.windfarm] for one in client.wind_turbine.list(limit=-1)
    }
    answers["damaged"] = keys(client.blade.list(is_damaged=True, limit=-1))
    answers["north"] = keys(client.wind_turbine.list(windfarm="North", min_capacity=3.0, limit=-1))
    answers["units"] = keys(client.generating_unit.list(limit=-1))


def connections() -> None:
    found = client.wind_turbine.list(limit=-1, retrieve_connections="full")
    answers["full"] = {
        one.external_id: [
            sorted(blade.name for blade in one.blades),
            one.rotor.external_id,
            one.nacelle.external_id,
            [
                (edge.distance, edge.end_node if isinstance(edge.end_node, str) else edge.end_node.external_id)
                for edge in one.metmast
            ],
        ]
        for one in found
    }
    rotor = client.rotor.retrieve("rotor2", SPACE, retrieve_connections="full")
    answers["reverse_single"] = (
        rotor.wind_turbine if isinstance(rotor.wind_turbine, str) else rotor.wind_turbine.external_id
    )
    mast = client.metmast.retrieve("mast", SPACE, retrieve_connections="full")
    answers["inwards"] = sorted(edge.distance for edge in mast.wind_turbines)


def selecting() -> None:
    selected = client.wind_turbine.select().windfarm.equals("South").nacelle.gearbox.list_full(limit=-1)
    answers["selected"] = {one.external_id: one.nacelle.gearbox.external_id for one in selected}
    answers["selected_blades"] = keys(client.wind_turbine.select().name.equals("Turbine 4").blades.list_blade(limit=-1))


failures: dict[str, str] = {}
answers["failures"] = failures
for step in (writing, listing, connections, selecting):
    try:
        step()
    except Exception as error:  # noqa: BLE001 - the test shows it
        failures[step.__name__] = f"{type(error).__name__}: {error}"[:1000]
json.dump(answers, sys.stdout, default=str)
