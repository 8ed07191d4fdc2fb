"""This project: all instances as one frame, of the library that the setting `frame` names."""

from __future__ import annotations

import asyncio
from typing import Any

from machines import AsyncMachinesClient
from measured import Tally, measured


async def scan(settings: dict[str, Any]) -> Tally:
    async with AsyncMachinesClient.from_token(settings["base_url"], "bench", "bench") as client:
        query = client.machine.all().limit(settings["rows"])
        if settings["frame"] == "arrow":
            return arrow(await query.to_arrow())
        if settings["frame"] == "polars":
            return polars(await query.to_polars())
        return pandas(await query.to_pandas())


def arrow(table: Any) -> Tally:
    import pyarrow.compute as pc  # noqa: PLC0415 - the others need not pay for it

    sums = [pc.sum(table.column(name)).as_py() for name in ("starts", "capacity")]
    return Tally(table.num_rows, *sums, pc.sum(pc.utf8_length(table.column("name"))).as_py())


def polars(frame: Any) -> Tally:
    return Tally(frame.height, frame["starts"].sum(), frame["capacity"].sum(), frame["name"].str.len_chars().sum())


def pandas(frame: Any) -> Tally:
    sums = int(frame["starts"].sum()), float(frame["capacity"].sum())
    return Tally(len(frame), *sums, int(frame["name"].str.len().sum()))


if __name__ == "__main__":
    measured(lambda settings: asyncio.run(scan(settings)))
