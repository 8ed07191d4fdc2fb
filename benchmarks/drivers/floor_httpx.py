"""Floor b: `httpx.AsyncClient` and one typed msgspec decoder, one cursor, no SDK around it."""

from __future__ import annotations

import asyncio
import datetime
from typing import Any

import httpx
import msgspec
from measured import Tally, measured


class NodeId(msgspec.Struct):
    space: str
    externalId: str  # noqa: N815 - as on the wire


class Machine(msgspec.Struct, rename="camel"):
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
    site: NodeId | None = None
    space: str = msgspec.field(default="", name="~space")
    external_id: str = msgspec.field(default="", name="~externalId")
    version: int = msgspec.field(default=0, name="~version")
    created_time: int = msgspec.field(default=0, name="~createdTime")
    last_updated_time: int = msgspec.field(default=0, name="~lastUpdatedTime")


class Views(msgspec.Struct):
    machine: Machine = msgspec.field(name="Machine/v1")


class Spaces(msgspec.Struct):
    bench: Views


class Envelope(msgspec.Struct, rename="camel"):
    space: str
    external_id: str
    version: int
    created_time: int
    last_updated_time: int
    properties: Spaces


class Page(msgspec.Struct, rename="camel"):
    items: list[Envelope]
    next_cursor: str | None = None


def flat(envelope: Envelope) -> Machine:
    machine = envelope.properties.bench.machine
    machine.space = envelope.space
    machine.external_id = envelope.external_id
    machine.version = envelope.version
    machine.created_time = envelope.created_time
    machine.last_updated_time = envelope.last_updated_time
    return machine


async def scan(settings: dict[str, Any]) -> Tally:
    decoder = msgspec.json.Decoder(Page)
    url = f"{settings['base_url']}/api/v1/projects/bench/models/instances/list"
    source = {"source": {"type": "view", "space": "bench", "externalId": "Machine", "version": "v1"}}
    count, starts, capacity, letters, cursor = 0, 0, 0.0, 0, None
    async with httpx.AsyncClient(headers={"authorization": "Bearer bench"}, timeout=60) as client:
        while count < settings["rows"]:
            asked: dict[str, Any] = {"instanceType": "node", "sources": [source], "limit": 1000}
            if cursor:
                asked["cursor"] = cursor
            answer = await client.post(url, json=asked)
            answer.raise_for_status()
            page = decoder.decode(answer.content)
            for envelope in page.items:
                machine = flat(envelope)
                count += 1
                starts += machine.starts or 0
                capacity += machine.capacity or 0.0
                letters += len(machine.name)
            cursor = page.next_cursor
            if cursor is None:
                break
    return Tally(count, starts, capacity, letters)


if __name__ == "__main__":
    measured(lambda settings: asyncio.run(scan(settings)))
