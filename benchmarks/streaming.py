"""How much CPU it takes to read every instance of a view, typed, touching three properties."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks import rounds, sdks
from benchmarks.contenders import FAST, FLOOR, OURS, PYGEN_ITERATE, SYNC, Contender, Row, Run

CONTENDERS = (
    FLOOR,
    OURS,
    FAST,
    SYNC,
    Contender("cognite-sdk async, untyped", "cognite-sdk", "cognite_sdk_async"),
    PYGEN_ITERATE,
    Contender("cognite-pygen list", "cognite-pygen", "cognite_pygen_list"),
    Contender("industrial-model, pages", "industrial-model", "industrial_model_pages"),
)


def measure(how: Run) -> list[Row]:
    """One row of figures for each contender; ratios are to the floor of the same run."""
    contenders = how.chosen(CONTENDERS)
    sdks.prepare_machines(peers=how.peers)
    with rounds.origin(how.rows) as base_url:
        found = rounds.interleaved(contenders, {"base_url": base_url, "rows": how.rows}, how)
    floor = rounds.cpu(found[FLOOR]) if FLOOR in found else None
    return [_row(contender, results, floor) for contender, results in found.items()]


def _row(contender: Contender, results: Sequence[rounds.Result], floor: float | None) -> Row:
    cpu = rounds.cpu(results)
    wall = rounds.middle(results, lambda result: result["wall"])
    count = results[0]["tally"]["count"]
    return {
        "contender": contender.name,
        "instances": count,
        "cpu_us": round(cpu, 2),
        "to_floor": rounds.ratio(cpu, floor),
        "instances_per_second": round(count / wall),
        "peak_mib": round(rounds.middle(results, lambda result: result["rss_peak"]) / 2**20, 1),
        "first_page_cpu_ms": round(rounds.middle(results, lambda result: result["first_page"]["cpu"] * 1e3), 1),
    }
