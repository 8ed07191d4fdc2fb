"""What a slow network costs: the wall time of one cursor, and what fetching ahead and several cursors save."""

from __future__ import annotations

from benchmarks import rounds, sdks
from benchmarks.contenders import FLOOR, OURS, PYGEN_ITERATE, SYNC, Contender, Row, Run

_PAGE = 1000
_LATENCY = 0.1  # seconds before each answer

_EIGHT = Contender("pygen, 8 partitions", "base", "pygen_partitions", (("partitions", 8),))
_ALONE = Contender("busy consumer, nothing ahead", "base", "pygen_busy", (("prefetch", 0),))
_AHEAD = Contender("busy consumer, a page ahead", "base", "pygen_busy", (("prefetch", 1),))
CONTENDERS = (FLOOR, OURS, SYNC, _EIGHT, PYGEN_ITERATE, _ALONE, _AHEAD)


def measure(how: Run) -> list[Row]:
    """Wall seconds: of one cursor and of eight, and of a consumer as slow as the network with and without a page ahead."""
    sdks.prepare_machines(peers=how.peers)
    contenders = how.chosen(CONTENDERS)
    with rounds.origin(how.rows, latency=_LATENCY) as base_url:
        settings = {"base_url": base_url, "rows": how.rows, "busy": _LATENCY / _PAGE}
        found = rounds.interleaved(contenders, settings, how)
    walls = {it: rounds.middle(results, lambda result: result["wall"]) for it, results in found.items()}
    least = -(-how.rows // _PAGE) * _LATENCY
    return [
        {
            "contender": it.name,
            "instances": how.rows,
            "wall_seconds": round(wall, 3),
            "to_pages_times_latency": round(wall / least, 3),
            "instances_per_second": round(how.rows / wall),
        }
        for it, wall in walls.items()
    ]
