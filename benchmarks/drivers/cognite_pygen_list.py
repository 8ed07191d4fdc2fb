"""cognite-pygen's generated SDK: `list`, everything at once; the list is kept."""

from __future__ import annotations

from typing import Any

from cognite.client import ClientConfig, CogniteClient
from cognite.client.credentials import Token
from measured import KEPT, Tally, measured
from old_machines import MachinesClient


def scan(settings: dict[str, Any]) -> Tally:
    client = MachinesClient(
        CogniteClient(ClientConfig("bench", "bench", Token("bench"), base_url=settings["base_url"]))
    )
    count, starts, capacity, letters = 0, 0, 0.0, 0
    machines = client.machine.list(limit=settings["rows"])
    KEPT.append(machines)
    for machine in machines:
        count += 1
        starts += machine.starts or 0
        capacity += machine.capacity or 0.0
        letters += len(machine.name)
    return Tally(count, starts, capacity, letters)


if __name__ == "__main__":
    measured(scan)
