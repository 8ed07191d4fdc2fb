"""cognite-pygen's generated SDK: `upsert` of instances that were made before."""

from __future__ import annotations

from typing import Any

from cognite.client import ClientConfig, CogniteClient
from cognite.client.credentials import Token
from cognite.client.data_classes.data_modeling import NodeId
from measured import Tally, measured
from old_machines import MachinesClient
from old_machines.data_classes import MachineWrite
from received import machines, tally


def build(settings: dict[str, Any]) -> list[MachineWrite]:
    return machines(MachineWrite, NodeId, settings["rows"])


def write(settings: dict[str, Any]) -> Tally:
    client = MachinesClient(
        CogniteClient(ClientConfig("bench", "bench", Token("bench"), base_url=settings["base_url"]))
    )
    client.upsert(settings["built"])
    return tally(settings["base_url"])


if __name__ == "__main__":
    measured(write, build)
