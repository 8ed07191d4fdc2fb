"""cognite-pygen's generated SDK: `upsert` of instances that were made before."""

from __future__ import annotations

from typing import Any

from cognite.client import ClientConfig, CogniteClient
from cognite.client.credentials import Token
from cognite.client.data_classes.data_modeling import NodeId
from measured import Tally, measured
from old_machines import MachinesClient
from old_machines.data_classes import MachineWrite
from received import site, tally, values

from benchmarks import model


def build(settings: dict[str, Any]) -> list[MachineWrite]:
    made = [(number, values(number)) for number in range(settings["rows"])]
    return [
        MachineWrite(
            space=model.SPACE,
            external_id=model.external_id(number),
            name=value["name"],
            description=value["description"],
            serial_number=value["serialNumber"],
            vendor=value["vendor"],
            state=value["state"],
            capacity=value["capacity"],
            temperature=value["temperature"],
            pressure=value["pressure"],
            efficiency=value["efficiency"],
            starts=value["starts"],
            running_seconds=value["runningSeconds"],
            running=value["running"],
            installed_on=value["installedOn"],
            inspected_at=value["inspectedAt"],
            labels=value["labels"],
            site=NodeId(*site(number)),
        )
        for number, value in made
    ]


def write(settings: dict[str, Any]) -> Tally:
    client = MachinesClient(
        CogniteClient(ClientConfig("bench", "bench", Token("bench"), base_url=settings["base_url"]))
    )
    client.upsert(settings["built"])
    return tally(settings["base_url"])


if __name__ == "__main__":
    measured(write, build)
