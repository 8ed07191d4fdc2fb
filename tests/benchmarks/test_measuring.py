"""The tools that measure: fresh processes, equal tallies, and figures that are those of the command. No figure is judged here."""

from __future__ import annotations

import itertools
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from benchmarks import environments, processes, query_plans, rounds, sdks, streaming
from benchmarks.contenders import FAST, FLOOR, OURS, PYGEN_ITERATE, Contender, Run
from benchmarks.ir import wide_model
from pygen.server import Store, run_in_thread


def quiet(text: str) -> None:
    """Progress that nobody watches."""


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(environments, "HOME", tmp_path)
    monkeypatch.setattr(environments, "python", lambda environment: Path(sys.executable))  # nothing is installed
    return tmp_path


def test_drivers_read_the_same_in_processes_of_their_own(home: Path) -> None:
    rows = streaming.measure(Run(2000, 1, quiet, peers=False, only=("floor_httpx", "pygen_async")))
    assert [row["contender"] for row in rows] == ["floor: httpx + msgspec", "pygen", "pygen, extra fast"]
    assert {row["instances"] for row in rows} == {2000}
    assert rows[0]["to_floor"] == 1.0
    assert all(row["cpu_us"] > 0 and row["peak_mib"] > 1 for row in rows)


def test_contenders_take_turns_after_a_round_to_warm_up(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []

    def run(contender: Contender, settings: Mapping[str, Any]) -> rounds.Result:
        ran.append(contender.name)
        return {"tally": {"count": 4}, "cpu": len(ran)}

    monkeypatch.setattr(rounds, "run", run)
    found = rounds.interleaved([FLOOR, OURS], {}, Run(4, 2, quiet))
    assert ran == [FLOOR.name, OURS.name] * 3
    assert [result["cpu"] for result in found[OURS]] == [4, 6]
    assert rounds.cpu(found[OURS]) == 5 / 4 * 1e6


def test_whoever_reads_something_else_fails_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = itertools.count()
    monkeypatch.setattr(rounds, "run", lambda contender, settings: {"tally": {"count": next(counts)}})
    with pytest.raises(rounds.DriverError, match="read different things"):
        rounds.interleaved([FLOOR, OURS], {}, Run(4, 1, quiet))


def test_a_driver_that_fails_says_what_it_wrote(home: Path) -> None:
    with pytest.raises(rounds.DriverError, match=r"(?s)pygen failed:.*No module named 'machines'"):
        rounds.run(OURS, {})


def test_only_those_that_are_wanted_take_part() -> None:
    run = Run(1, 1, quiet)
    assert run._replace(peers=False).chosen([OURS, PYGEN_ITERATE]) == [OURS]
    assert run._replace(only=("cognite_pygen_iterate",)).chosen([OURS, PYGEN_ITERATE]) == [PYGEN_ITERATE]


def test_base_dependencies_are_measured_without_extras() -> None:
    assert OURS.environment == FLOOR.environment == "base"
    extra = set(environments.OURS["fast"]) - set(environments.OURS["base"])
    assert [one.partition("==")[0] for one in extra] == ["isal"]
    assert not FAST.peer
    assert PYGEN_ITERATE.peer


def test_a_command_is_measured_with_its_children(home: Path) -> None:
    child = "x = bytearray(60_000_000); sum(range(3_000_000))"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}]); print('done')"
    used = processes.used([sys.executable, "-c", parent])
    assert used.output == "done\n"
    assert used.peak > 60_000_000
    assert used.cpu > 0
    small = processes.used([sys.executable, "-S", "-c", "pass"])
    assert small.peak < 40_000_000  # not that of whoever measures


def test_a_command_that_fails_says_what_it_wrote(home: Path) -> None:
    with pytest.raises(processes.CommandError, match="no such luck"):
        processes.used([sys.executable, "-c", "raise SystemExit('no such luck')"])
    assert processes.used([sys.executable, "-c", "raise SystemExit(3)"], check=False).code == 3


def test_wide_models_are_linked_within_their_groups_only() -> None:
    for number, view in enumerate(wide_model(20, group=10).views or ()):
        named = {int(one) for one in re.findall(rb'"View(\d+)"', msgspec.json.encode(view))}
        assert len(named) > 2
        assert {one // 10 for one in named} == {number // 10}


def test_wide_models_are_answered_as_a_server_would(home: Path) -> None:
    path = sdks.wide_definitions(20, 10)
    with rounds.origin(1, definitions=path) as base_url:
        sdk = sdks.Sdk("twenty", "ours", ("Wide20of10", "Wide20of10", "1"))
        sdks.prepare([sdk], base_url)
    assert sdk.lines() > 1000
    assert "class View19(" in (sdk.folder / "data_classes.py").read_text()


def test_plans_are_those_of_the_database(home: Path) -> None:
    database = home / "bench.db"
    store = Store.open(database)
    with run_in_thread(store) as base_url:
        sdks.deploy_machines(base_url)
    store.close()
    view = {"type": "view", "space": "bench", "externalId": "Machine", "version": "v1"}
    asked = {"everything": {"instanceType": "node", "sources": [{"source": view}]}}
    assert query_plans.plans(database, asked)["everything"].startswith("SCAN t1; SEARCH i0 USING INTEGER PRIMARY KEY")
