"""This project without `await`: the generated SDK's synchronous twin, instance by instance."""

from __future__ import annotations

from typing import Any

from machines import MachinesClient
from measured import Tally, measured


def scan(settings: dict[str, Any]) -> Tally:
    count, starts, capacity, letters = 0, 0, 0.0, 0
    with MachinesClient.from_token(settings["base_url"], "bench", "bench") as client:
        for machine in client.machine.all().limit(settings["rows"]):
            count += 1
            starts += machine.starts or 0
            capacity += machine.capacity or 0.0
            letters += len(machine.name)
    return Tally(count, starts, capacity, letters)


if __name__ == "__main__":
    measured(scan)
