"""cognite-pygen's generated SDK: `list` of everything, then `to_pandas`."""

from __future__ import annotations

from typing import Any

from cognite.client import ClientConfig, CogniteClient
from cognite.client.credentials import Token
from measured import Tally, measured
from old_machines import MachinesClient


def scan(settings: dict[str, Any]) -> Tally:
    client = MachinesClient(
        CogniteClient(ClientConfig("bench", "bench", Token("bench"), base_url=settings["base_url"]))
    )
    frame = client.machine.list(limit=settings["rows"]).to_pandas()
    letters = int(frame["name"].str.len().sum())
    return Tally(len(frame), int(frame["starts"].sum()), float(frame["capacity"].sum()), letters)


if __name__ == "__main__":
    measured(scan)
