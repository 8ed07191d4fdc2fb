"""What stays in memory while instances stream, and what an instance costs that is kept."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks import rounds, sdks
from benchmarks.contenders import FLOOR, OURS, Contender, Row, Run

HELD = (
    Contender("pygen to_list", "base", "pygen_held"),
    Contender("cognite-pygen list", "cognite-pygen", "cognite_pygen_list"),
)


def measure(how: Run) -> list[Row]:
    """Peaks over the start, for a tenth of the rows and for all of them; and bytes for each of a tenth, when all are kept."""
    sdks.prepare_machines(peers=how.peers)
    few = how.rows // 10
    found: list[Row] = []
    with rounds.origin(how.rows) as base_url:
        for rows, contenders in ((few, [FLOOR, OURS]), (how.rows, [FLOOR, OURS]), (few, HELD)):
            settings = {"base_url": base_url, "rows": rows}
            results = rounds.interleaved(how.chosen(contenders), settings, how)
            found += [_row(contender, them, kept=contender in HELD) for contender, them in results.items()]
    return found


def _row(contender: Contender, results: Sequence[rounds.Result], *, kept: bool) -> Row:
    count = results[0]["tally"]["count"]
    peak = rounds.middle(results, lambda result: result["rss_peak"] - result["rss_before"])
    held = rounds.middle(results, lambda result: result["rss_after"] - result["rss_before"])
    return {
        "contender": contender.name,
        "instances": count,
        "cpu_us": round(rounds.cpu(results), 2),
        "peak_over_start_mib": round(peak / 2**20, 1),
        "peak_mib": round(rounds.middle(results, lambda result: result["rss_peak"]) / 2**20, 1),
        "bytes_per_kept_instance": round(held / count) if kept else None,
    }
