"""What drivers that write share: the values that are written, and what the server says it received."""

from __future__ import annotations

import datetime
import json
import urllib.request
from typing import Any

from measured import Tally

from benchmarks import model


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
