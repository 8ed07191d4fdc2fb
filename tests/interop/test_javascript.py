"""The official JavaScript SDK, `@cognite/sdk`, unmodified, against the local server.

`javascript/journey.mjs` asks; what must be answered is worked out here from the data alone.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest

from pygen.testing import LocalServer, local_server
from tests import node

HERE = Path(__file__).parent / "javascript"

SITES = [{"id": f"site{number}", "name": f"Site {number}"} for number in range(20)]
PUMPS: list[dict[str, Any]] = [
    {
        "id": f"pump{number}",
        "name": f"{('Feed', 'Booster', 'Sump')[number % 3]} pump {number % 50}",
        "size": None if number % 11 == 0 else number * 7 % 1000,
        "pressure": number * 0.37 - 100,
        "active": number % 4 != 0,
        "started": f"2024-01-{number % 28 + 1:02}T12:00:00.000+00:00",
        "tags": ["spare"] if number % 5 == 0 else [f"t{number % 3}", "used"],
        "details": {"deep": [number, {"ok": True}]},
        "site": f"site{number % 20}",
    }
    for number in range(2500)
]
FEEDS = sorted({(f"pump{number}", f"pump{number * 31 % 2500}") for number in range(1, 1200)})


@pytest.fixture(scope="session")
def packages() -> Path:
    """A folder with the journey and the SDK; the SDK is fetched when it is not there and this is wanted."""
    folder = node.packages("javascript", HERE)
    shutil.copy(HERE / "journey.mjs", folder)
    return folder


@pytest.fixture(scope="session")
def answers(packages: Path) -> dict[str, Any]:
    """What the server answered on the way."""
    with local_server() as server:
        return journey(packages, server)


def journey(packages: Path, server: LocalServer) -> dict[str, Any]:
    plan = {
        "baseUrl": server.base_url,
        "project": server.project,
        "token": server.token,
        "space": "interop",
        "sites": SITES,
        "pumps": PUMPS,
        "feeds": FEEDS,
    }
    run = subprocess.run(
        [node.node(), "journey.mjs"],
        cwd=packages,
        input=json.dumps(plan),
        capture_output=True,
        text=True,
        check=False,
        timeout=node.PATIENCE,
    )
    assert run.returncode == 0, run.stderr
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def ids(condition: Callable[[dict[str, Any]], bool]) -> list[str]:
    return sorted(pump["id"] for pump in PUMPS if condition(pump))


def test_nothing_went_wrong_on_the_way(answers: dict[str, Any]) -> None:
    assert answers["failures"] == {}


def test_the_schema(answers: dict[str, Any]) -> None:
    assert answers["spaces"] == ["interop"]
    assert answers["containers"] == ["Pump", "Site"]
    assert sorted(answers["views"]) == [
        ["Pump", ["active", "details", "feeds", "name", "pressure", "site", "size", "started", "tags"]],
        ["Site", ["name", "pumps"]],
    ]


def test_everything_is_written_and_comes_back_over_several_pages(answers: dict[str, Any]) -> None:
    assert answers["written"] == len(SITES) + len(PUMPS) + len(FEEDS)
    assert answers["pages"] == [1000, 1000, 500]
    expected = {
        pump["id"]: {
            **{key: value for key, value in pump.items() if key not in ("id", "site") and value is not None},
            "site": {"space": "interop", "externalId": pump["site"]},
        }
        for pump in PUMPS
    }
    found = answers["properties"]
    assert found.keys() == expected.keys()
    for key, values in expected.items():
        assert {**found[key], "pressure": pytest.approx(values["pressure"])} == values, key


def test_filters(answers: dict[str, Any]) -> None:
    assert sorted(answers["filtered"]) == ids(
        lambda pump: (
            pump["size"] is not None and 100 <= pump["size"] < 900 and pump["active"] and "spare" not in pump["tags"]
        )
    )


def test_the_order(answers: dict[str, Any]) -> None:
    by_id = {pump["id"]: pump for pump in PUMPS}

    def key(pump: dict[str, Any]) -> tuple[bool, int, str]:
        return pump["size"] is None, -(pump["size"] or 0), pump["name"]

    assert sorted(answers["sorted"]) == ids(lambda _: True)
    assert [key(by_id[one]) for one in answers["sorted"]] == sorted(key(pump) for pump in PUMPS)


def test_edges_and_ids(answers: dict[str, Any]) -> None:
    assert sorted(answers["edges"]) == sorted(f"{start}:{end}" for start, end in FEEDS)
    assert sorted(answers["byIds"]) == ["pump0", "pump17"]


def test_search(answers: dict[str, Any]) -> None:
    assert sorted(answers["searched"]) == ids(lambda pump: "Booster" in pump["name"])


def test_aggregates(answers: dict[str, Any]) -> None:
    groups: dict[bool, list[dict[str, Any]]] = defaultdict(list)
    for pump in PUMPS:
        groups[pump["active"]].append(pump)
    found = {item["group"]["active"]: item["aggregates"] for item in answers["aggregated"]}
    assert found.keys() == groups.keys()
    for active, pumps in groups.items():
        values = {(one["aggregate"], one.get("property")): one["value"] for one in found[active]}
        pressures = [pump["pressure"] for pump in pumps]
        assert values == {
            ("count", "externalId"): len(pumps),
            ("sum", "size"): sum(pump["size"] or 0 for pump in pumps),
            ("min", "pressure"): pytest.approx(min(pressures)),
            ("max", "pressure"): pytest.approx(max(pressures)),
            ("avg", "pressure"): pytest.approx(fmean(pressures)),
        }


def test_two_hops_in_one_query(answers: dict[str, Any]) -> None:
    pumps = {pump["id"] for pump in PUMPS if pump["site"] in ("site3", "site5")}
    feeds = [(start, end) for start, end in FEEDS if start in pumps]
    found = {name: sorted(items) for name, items in answers["query"].items()}
    assert found == {
        "sites": ["site3", "site5"],
        "pumps": sorted(pumps),
        "feeds": sorted(f"{start}:{end}" for start, end in feeds),
        "fed": sorted({end for _, end in feeds}),
    }


def test_changes_and_deletions(answers: dict[str, Any]) -> None:
    gone = {f"pump{number}" for number in range(10, 30)}
    assert sorted(answers["syncedFirst"]) == ids(lambda _: True)
    assert sorted(map(tuple, answers["syncedLater"])) == sorted([("pump2", -1), *((one, "deleted") for one in gone)])
    left = [f"{start}:{end}" for start, end in FEEDS if start not in gone and end not in gone]
    assert sorted(answers["edgesLeft"]) == sorted(left)


def test_refusals_are_the_errors_of_the_sdk(answers: dict[str, Any]) -> None:
    assert answers["unknownView"] == [400, True]
    assert answers["fullSpace"] == [400, True]


def test_nothing_is_left(answers: dict[str, Any]) -> None:
    assert answers["spacesLeft"] == []
