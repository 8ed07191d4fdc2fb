"""How much CPU it takes to encode instances that were made before, and to send them in batches."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks import rounds, sdks
from benchmarks.contenders import Contender, Row, Run

_FLOOR = Contender("floor: msgspec + httpx, dictionaries", "base", "floor_upsert")
CONTENDERS = (
    _FLOOR,
    Contender("pygen upsert", "base", "pygen_upsert"),
    Contender("pygen upsert, extra fast", "fast", "pygen_upsert"),
    Contender("cognite-sdk apply, dictionaries", "cognite-sdk", "cognite_sdk_upsert"),
    Contender("cognite-pygen upsert", "cognite-pygen", "cognite_pygen_upsert"),
)


def measure(how: Run) -> list[Row]:
    """One row of figures for each contender; what the server received must be the same."""
    sdks.prepare_machines(peers=how.peers)
    with rounds.origin(how.rows) as base_url:
        found = rounds.interleaved(how.chosen(CONTENDERS), {"base_url": base_url, "rows": how.rows}, how)
    floor = rounds.cpu(found[_FLOOR]) if _FLOOR in found else None
    return [_row(contender, results, floor) for contender, results in found.items()]


def _row(contender: Contender, results: Sequence[rounds.Result], floor: float | None) -> Row:
    cpu = rounds.cpu(results)
    count = results[0]["tally"]["count"]
    built = rounds.middle(results, lambda result: result["build_cpu"])
    return {
        "contender": contender.name,
        "instances": count,
        "cpu_us": round(cpu, 2),
        "to_floor": rounds.ratio(cpu, floor),
        "wall_seconds": round(rounds.middle(results, lambda result: result["wall"]), 2),
        "making_the_objects_cpu_us": round(built / count * 1e6, 2),
        "peak_over_start_mib": round(
            rounds.middle(results, lambda result: result["rss_peak"] - result["rss_before"]) / 2**20, 1
        ),
    }
