"""What every driver shares; it runs in the contender's own environment, so the standard library is all there is."""

from __future__ import annotations

import gc
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

KEPT: list[Any] = []
"""What a driver puts here is still held when memory is read after the work."""

NOTES: dict[str, Any] = {}
"""What a driver found out beside its tally; part of the result."""


class Tally(NamedTuple):
    """What a driver saw, so that everybody proves to have read the same: three properties of each instance."""

    count: int = 0
    starts: int = 0
    capacity: float = 0.0
    letters: int = 0


def measured(work: Callable[[dict[str, Any]], Tally], build: Callable[[dict[str, Any]], Any] | None = None) -> None:
    """Runs the work twice in this process, a little of it to warm up and all of it measured, and prints what it took as JSON.

    Args:
        work: Takes the settings that the parent gave (`base_url`, `rows`, …); reads or writes that many instances.
        build: Makes what the work starts from, which it finds in its settings as `built`; measured apart.
    """
    settings = json.loads(sys.argv[1])
    imported = time.process_time()
    begun = time.perf_counter()
    few = {**settings, "rows": min(settings["rows"], 1000)}
    work({**few, "built": build(few) if build else None})
    first = {"cpu": time.process_time() - imported, "wall": time.perf_counter() - begun}
    KEPT.clear()
    building = time.process_time()
    settings["built"] = build(settings) if build else None
    building = time.process_time() - building
    gc.collect()
    before = _memory("VmRSS")
    _forget_peak()
    cpu, begun = time.process_time(), time.perf_counter()
    tally = work(settings)
    result = {
        "cpu": time.process_time() - cpu,
        "wall": time.perf_counter() - begun,
        "build_cpu": building,
        "imports_cpu": imported,
        "first_page": first,
        "rss_before": before,
        "rss_after": _memory("VmRSS"),
        "rss_peak": _memory("VmHWM"),
        "tally": tally._replace(capacity=round(tally.capacity, 2))._asdict(),
        "modules": len(sys.modules),
        **NOTES,
    }
    print(json.dumps(result))


def _memory(what: str) -> int:
    """Bytes; where the system has no /proc, the most this process ever had."""
    status = Path("/proc/self/status")
    if not status.exists():
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most if sys.platform == "darwin" else most * 1024
    line = next(line for line in status.read_text().splitlines() if line.startswith(what))
    return int(line.split()[1]) * 1024


def _forget_peak() -> None:
    """Lets the peak begin again from now on (proc(5), clear_refs)."""
    if Path("/proc/self/clear_refs").exists():
        Path("/proc/self/clear_refs").write_text("5")
