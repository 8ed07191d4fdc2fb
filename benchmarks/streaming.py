"""How much CPU and memory it takes to read every instance of a view."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import rounds
from benchmarks.contenders import FLOOR, Contender


def measure(
    contenders: Sequence[Contender],
    definitions: Path,
    *,
    rows: int,
    rounds_: int,
    latency: float,
    progress: Callable[[str], None],
) -> list[dict[str, Any]]:
    """One row of figures for each contender; ratios are to the floor of the same run."""
    with rounds.origin(rows, definitions, latency=latency) as base_url:
        settings = {"base_url": base_url, "rows": rows}
        found = rounds.interleaved(contenders, settings, rounds=rounds_, progress=progress)
    floor = _cpu(found[FLOOR]) if FLOOR in found else None
    return [_row(contender, results, floor) for contender, results in found.items()]


def _cpu(results: Sequence[Mapping[str, Any]]) -> float:
    return rounds.middle(results, lambda result: result["cpu"] / result["tally"]["count"] * 1e6)


def _row(contender: Contender, results: Sequence[Mapping[str, Any]], floor: float | None) -> dict[str, Any]:
    cpu = _cpu(results)
    wall = rounds.middle(results, lambda result: result["wall"])
    count = results[0]["tally"]["count"]
    return {
        "contender": contender.name,
        "instances": count,
        "cpu_us": round(cpu, 2),
        "to_floor": round(cpu / floor, 2) if floor else None,
        "instances_per_second": round(count / wall),
        "wall_seconds": round(wall, 3),
        "peak_over_start_mb": round(
            rounds.middle(results, lambda result: (result["rss_peak"] - result["rss_before"]) / 1e6), 1
        ),
        "peak_mb": round(rounds.middle(results, lambda result: result["rss_peak"] / 1e6), 1),
        "first_page_cpu_ms": round(rounds.middle(results, lambda result: result["first_page"]["cpu"] * 1e3), 1),
        "imports_cpu_ms": round(rounds.middle(results, lambda result: result["imports_cpu"] * 1e3), 1),
    }
