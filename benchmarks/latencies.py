"""What a slow network costs: the wall time of one cursor, and what fetching ahead saves a consumer that works meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import rounds
from benchmarks.contenders import BUSY, OURS, Contender

_PAGE = 1000


def measure(
    definitions: Path, *, rows: int, rounds_: int, latency: float, progress: Callable[[str], None]
) -> list[dict[str, Any]]:
    """Wall seconds: of one cursor, and of a consumer as slow as the network with and without a page fetched ahead."""
    pages = -(-rows // _PAGE)
    with rounds.origin(rows, definitions, latency=latency) as base_url:
        plain = {"base_url": base_url, "rows": rows}
        busy = {**plain, "busy": latency / _PAGE}

        def wall(contender: Contender, settings: dict[str, Any]) -> float:
            found = rounds.interleaved([contender], settings, rounds=rounds_, progress=progress)
            return rounds.middle(found[contender], lambda result: result["wall"])

        one = wall(OURS, plain)
        alone = wall(BUSY, {**busy, "prefetch": 0})
        ahead = wall(BUSY, {**busy, "prefetch": 1})
    return [
        {"what": "one cursor", "wall_seconds": round(one, 3), "ratio": round(one / (pages * latency), 3)},
        {"what": "busy consumer, nothing ahead", "wall_seconds": round(alone, 3), "ratio": 1.0},
        {"what": "busy consumer, a page ahead", "wall_seconds": round(ahead, 3), "ratio": round(alone / ahead, 2)},
    ]
