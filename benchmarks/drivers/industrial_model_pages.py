"""industrial-model: a typed view instance, page by page."""

from __future__ import annotations

import asyncio
import datetime
from typing import Any

from cognite.client import ClientConfig, CogniteClient
from cognite.client.credentials import Token
from industrial_model import AsyncEngine, DataModelId, InstanceId, ViewInstance, ViewInstanceConfig, select
from measured import Tally, measured


class Machine(ViewInstance):
    view_config = ViewInstanceConfig(view_external_id="Machine")

    name: str
    description: str | None = None
    serial_number: str | None = None
    vendor: str | None = None
    state: str | None = None
    capacity: float | None = None
    temperature: float | None = None
    pressure: float | None = None
    efficiency: float | None = None
    starts: int | None = None
    running_seconds: int | None = None
    running: bool | None = None
    installed_on: datetime.date | None = None
    inspected_at: datetime.datetime | None = None
    labels: list[str] | None = None
    site: InstanceId | None = None


async def scan(settings: dict[str, Any]) -> Tally:
    client = CogniteClient(ClientConfig("bench", "bench", Token("bench"), base_url=settings["base_url"]))
    engine = AsyncEngine(client, DataModelId(external_id="Machines", space="bench", version="v1"))
    count, starts, capacity, letters = 0, 0, 0.0, 0
    statement = select(Machine).limit(1000)
    while count < settings["rows"]:
        page = await engine.query_async(statement)
        for machine in page.data:
            count += 1
            starts += machine.starts or 0
            capacity += machine.capacity or 0.0
            letters += len(machine.name)
        if not page.has_next_page:
            break
        statement = statement.cursor(page.next_cursor)
    return Tally(count, starts, capacity, letters)


if __name__ == "__main__":
    measured(lambda settings: asyncio.run(scan(settings)))
