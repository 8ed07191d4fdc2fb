"""The data model that is read: one view with 15 properties and a relation, about 750 bytes of JSON an instance."""

from __future__ import annotations

from typing import Any

SPACE = "bench"
VIEW = "Machine"
VERSION = "v1"
MODEL = "Machines"

_TYPES: dict[str, dict[str, Any]] = {
    "name": {"type": "text"},
    "description": {"type": "text"},
    "serialNumber": {"type": "text"},
    "vendor": {"type": "text"},
    "state": {"type": "text"},
    "capacity": {"type": "float64"},
    "temperature": {"type": "float32"},
    "pressure": {"type": "float64"},
    "efficiency": {"type": "float64"},
    "starts": {"type": "int32"},
    "runningSeconds": {"type": "int64"},
    "running": {"type": "boolean"},
    "installedOn": {"type": "date"},
    "inspectedAt": {"type": "timestamp"},
    "labels": {"type": "text", "list": True},
    "site": {"type": "direct"},
}
"""Fifteen values, and the relation `site` to another machine."""


def container() -> dict[str, Any]:
    """The one container, as the API takes it."""
    properties = {name: {"type": it, "nullable": name != "name"} for name, it in _TYPES.items()}
    return {"space": SPACE, "externalId": VIEW, "usedFor": "node", "properties": properties}


def view() -> dict[str, Any]:
    """The one view, as the API takes it."""
    return {"space": SPACE, "externalId": VIEW, "version": VERSION, "properties": dict(map(_shown, _TYPES))}


def data_model() -> dict[str, Any]:
    """The data model, as the API takes it."""
    reference = {"type": "view", "space": SPACE, "externalId": VIEW, "version": VERSION}
    return {"space": SPACE, "externalId": MODEL, "version": VERSION, "views": [reference]}


def properties(number: int) -> dict[str, Any]:
    """The values of one instance: the same ones every time, none like its neighbour's."""
    return {
        "name": f"Machine {number:07}",
        "description": f"Compressor train {number % 97} of line {number % 13}, rebuilt in {1990 + number % 35}; "
        f"inspected by crew {number % 211} under work order {number * 104_729 % 10_000_000}, findings filed",
        "serialNumber": f"SN-{number * 7919 % 10_000_000:07}-{number % 26}",
        "vendor": f"Vendor {number % 41}",
        "state": ("running", "stopped", "maintenance")[number % 3],
        "capacity": round(number % 5000 * 1.37, 3),
        "temperature": round(20 + number % 800 / 10, 1),
        "pressure": round(1 + number % 9000 / 77, 6),
        "efficiency": round(0.5 + number % 4999 / 10_000, 4),
        "starts": number % 100_000,
        "runningSeconds": number * 3600,
        "running": number % 3 == 0,
        "installedOn": f"{1990 + number % 35}-{1 + number % 12:02}-{1 + number % 28:02}",
        "inspectedAt": f"2026-{1 + number % 12:02}-{1 + number % 28:02}T{number % 24:02}:30:{number % 60:02}.123+00:00",
        "labels": [f"line-{number % 13}", "rotating"],
        "site": {"space": SPACE, "externalId": f"machine-{number % 100:07}"},
    }


def node(number: int) -> dict[str, Any]:
    """One instance as the API answers it."""
    return {
        "instanceType": "node",
        "space": SPACE,
        "externalId": external_id(number),
        "version": 1,
        "lastUpdatedTime": 1_790_000_000_000 + number,
        "createdTime": 1_780_000_000_000 + number,
        "properties": {SPACE: {f"{VIEW}/{VERSION}": properties(number)}},
    }


def external_id(number: int) -> str:
    """The external id of one instance."""
    return f"machine-{number:07}"


def _shown(name: str) -> tuple[str, dict[str, Any]]:
    mapped: dict[str, Any] = {
        "container": {"type": "container", "space": SPACE, "externalId": VIEW},
        "containerPropertyIdentifier": name,
    }
    if name == "site":
        mapped["source"] = {"type": "view", "space": SPACE, "externalId": VIEW, "version": VERSION}
    return name, mapped
