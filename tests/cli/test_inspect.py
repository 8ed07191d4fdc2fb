from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pygen.cli.exit_codes import ExitCode
from pygen_codegen.ir import IRClass, IRModel
from tests.cli.conftest import Pygen
from tests.sources.models import VIEW_ID, data_model, mapped, view

FARM = {**VIEW_ID, "externalId": "Farm"}
EDGE = {
    "connectionType": "multi_edge_connection",
    "type": {"space": "power", "externalId": "Turbine.masts"},
    "source": FARM,
    "edgeSource": {**VIEW_ID, "externalId": "Distance"},
    "direction": "outwards",
    "description": "Masts near by",
}
REVERSE = {
    "connectionType": "multi_reverse_direct_relation",
    "source": VIEW_ID,
    "through": {"source": VIEW_ID, "identifier": "farm"},
    "targetsList": False,
}


def model() -> dict[str, Any]:
    turbine = view(
        name="Wind turbine",
        description="Turns \x1b[31m wind",
        implements=[{**VIEW_ID, "externalId": "Describable"}],
        properties={
            "name": mapped(nullable=False, immutable=True, description="What it is called"),
            "size": mapped({"type": "text", "list": True, "maxListSize": 7}, name="size"),
            "label": mapped({"type": "text", "maxTextSize": 9}, name="label"),
            "power": mapped({"type": "float64", "unit": {"externalId": "power:w"}}, name="power", defaultValue=1.5),
            "count": mapped("int32", name="count", autoIncrement=True, nullable=False),
            "on": mapped("boolean", name="on"),
            "seen": mapped("timestamp", name="seen"),
            "trend": mapped("timeseries", name="trend"),
            "state": mapped({"type": "enum", "values": {f"s{n}": {} for n in range(12)}}, name="state"),
            "farm": mapped({"type": "direct", "list": False, "source": FARM}, name="farm"),
            "any": mapped({"type": "direct", "list": True}, name="any"),
            "masts": EDGE,
        },
    )
    distance = view("Distance", usedFor="edge", properties={"metres": mapped("float32", name="metres")})
    return data_model(
        turbine, view("Farm", properties={"turbines": REVERSE}, usedFor="all"), distance, view("Describable")
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "model.json").write_text(json.dumps(model()), encoding="utf-8")
    return tmp_path / "model.json"


def test_a_row_for_each_view(pygen: Pygen, path: Path) -> None:
    result = pygen("inspect", "--file", path)
    assert result.code == ExitCode.DONE
    lines = result.out.splitlines()
    assert lines[0] == "power:Wind/1: 4 views"
    assert lines[2].split() == ["view", "of", "properties", "relations", "can", "implements"]
    rows = {line.split()[0]: line.split() for line in lines[4:]}
    assert rows["power:Turbine/1"][1:4] == ["nodes", "11", "2"]
    assert rows["power:Turbine/1"][-1] == "Describable"
    assert rows["power:Farm/1"][1:3] == ["nodes,", "edges"]
    assert rows["power:Distance/1"][1] == "edges"


def test_one_view_is_one(pygen: Pygen, path: Path) -> None:
    result = pygen("inspect", "--file", path, "--include", "Describable")
    assert result.out.splitlines()[0] == "power:Wind/1: 1 view"


def test_everything_about_one_view(pygen: Pygen, path: Path) -> None:
    out = pygen("inspect", "--file", path, "--view", "Turbine").out
    assert out.startswith("power:Turbine/1, Wind turbine\nTurns \\x1b[31m wind\nimplements power:Describable/1\n")
    shown = [" ".join(line.split()) for line in out.splitlines()]
    for row in (
        "name text required, immutable power:Turbine name What it is called",
        "size list of text (at most 7) power:Turbine size",
        "label text of 9 bytes power:Turbine label",
        "power float64 in power:w default 1.5 power:Turbine power",
        "count int32 not null, auto-increment power:Turbine count",
        "on boolean power:Turbine on",
        "seen timestamp power:Turbine seen",
        "trend timeseries reference power:Turbine trend",
        "state one of s0, s1, s10, s11, s2, s3, … power:Turbine state",
        "farm relation to Farm power:Turbine farm",
        "any list of relation to any node power:Turbine any",
        "farm power:Farm/1 one, direct",
        "masts power:Farm/1 many, edges power:Turbine.masts outwards, with properties of Distance Masts near by",
    ):
        assert row in shown
    farm = pygen("inspect", "--file", path, "--view", "power:Farm/1").out
    assert "turbines   power:Turbine/1   many, reverse of Turbine.farm" in farm


def test_json_is_the_ir(pygen: Pygen, path: Path) -> None:
    whole = msgspec.json.decode(pygen("inspect", "--file", path, "--format", "json").out, type=IRModel)
    classes = {each.id.external_id: each for each in whole.classes}
    assert classes.keys() == {"Turbine", "Farm", "Distance", "Describable"}
    one = msgspec.json.decode(
        pygen("inspect", "--file", path, "--view", "Farm/1", "--format", "json").out, type=IRClass
    )
    assert one == classes["Farm"]


def test_a_part_of_it(pygen: Pygen, path: Path) -> None:
    out = pygen("inspect", "--file", path, "--include", "Describable").out
    assert "power:Describable/1" in out
    assert "power:Farm/1" not in out


def test_views_that_are_not_there(pygen: Pygen, path: Path) -> None:
    result = pygen("inspect", "--file", path, "--view", "Nothing")
    assert result.code == ExitCode.BAD_INPUT
    assert "there is no view Nothing; there are power:" in result.err


def test_two_versions_of_a_view(pygen: Pygen, tmp_path: Path) -> None:
    (tmp_path / "two.json").write_text(json.dumps(data_model(view(), view(version="2"))), encoding="utf-8")
    result = pygen("inspect", "--file", "two.json", "--view", "Turbine")
    assert "--view Turbine names 2 views: power:Turbine/1, power:Turbine/2" in result.err
    assert pygen("inspect", "--file", "two.json", "--view", "Turbine/2").code == ExitCode.DONE
