"""How much CPU it takes to have every instance of a view as one frame."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks import rounds, sdks
from benchmarks.contenders import FLOOR, Contender, Row, Run

CONTENDERS = (
    FLOOR,
    *(
        Contender(f"pygen to_{name}", "frames", "pygen_frame", (("frame", name),))
        for name in ("arrow", "polars", "pandas")
    ),
    *(
        Contender(f"pygen to_{name}, extra fast", "frames-fast", "pygen_frame", (("frame", name),))
        for name in ("arrow", "polars")
    ),
    Contender("cognite-pygen list, to_pandas", "cognite-pygen", "cognite_pygen_pandas"),
)


def measure(how: Run) -> list[Row]:
    """One row of figures for each contender; the floor streams, and makes no frame."""
    sdks.prepare_machines(peers=how.peers)
    with rounds.origin(how.rows) as base_url:
        found = rounds.interleaved(how.chosen(CONTENDERS), {"base_url": base_url, "rows": how.rows}, how)
    floor = rounds.cpu(found[FLOOR]) if FLOOR in found else None
    return [_row(contender, results, floor) for contender, results in found.items()]


def _row(contender: Contender, results: Sequence[rounds.Result], floor: float | None) -> Row:
    cpu = rounds.cpu(results)
    peak = rounds.middle(results, lambda result: result["rss_peak"] - result["rss_before"])
    return {
        "contender": contender.name,
        "instances": results[0]["tally"]["count"],
        "cpu_us": round(cpu, 2),
        "to_floor": rounds.ratio(cpu, floor),
        "wall_seconds": round(rounds.middle(results, lambda result: result["wall"]), 2),
        "peak_over_start_mib": round(peak / 2**20, 1),
    }
