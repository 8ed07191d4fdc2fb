"""What drivers that write share: the values that are written, and what the server says it received."""

from __future__ import annotations

import datetime
import json
import urllib.request
from collections.abc import Callable
from typing import Any, TypeVar

from measured import Tally

from benchmarks import model

W = TypeVar("W")


def machines(write: Callable[..., W], node_id: Callable[[str, str], object], rows: int) -> list[W]:
    """Write objects of an SDK, whose properties are called as Python calls them.

    Args:
        write: Makes one of them.
        node_id: Makes the id of a related instance.
        rows: How many.
    """
    return [
        write(
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
            site=node_id(*site(number)),
        )
        for number, value in [(number, values(number)) for number in range(rows)]
    ]


def values(number: int) -> dict[str, Any]:
    """The values of one instance by property, with dates and times as objects; the relation left out."""
    found = model.properties(number)
    found["installedOn"] = datetime.date.fromisoformat(_padded(found["installedOn"]))
    found["inspectedAt"] = datetime.datetime.fromisoformat(found["inspectedAt"])
    del found["site"]
    return found


def site(number: int) -> tuple[str, str]:
    """Space and external id of the related instance."""
    found = model.properties(number)["site"]
    return found["space"], found["externalId"]


def tally(base_url: str) -> Tally:
    """What was written since this was asked last."""
    with urllib.request.urlopen(f"{base_url}/api/v1/projects/bench/models/tally") as answer:
        return Tally(**json.load(answer))


def _padded(date: str) -> str:
    year, month, day = date.split("-")
    return f"{year}-{month:>02}-{day:>02}"
