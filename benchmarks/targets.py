"""What the figures are to reach, and whether they do: ratios in one run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from benchmarks.contenders import Row

Figures = Mapping[str, Sequence[Row]]
"""Subject → its rows."""


class Target(NamedTuple):
    """One thing to reach.

    Attributes:
        what: As the page says it.
        limit: What the figure may be at most; or at least, if `least`.
        figure: What was measured; raises KeyError where it was not.
        least: Whether the figure must not be below the limit.
        unit: Of the figure; ratios have none.
    """

    what: str
    limit: float
    figure: Callable[[Figures], float]
    least: bool = False
    unit: str = ""


def _at(subject: str, column: str, **where: Any) -> Callable[[Figures], float]:
    def found(figures: Figures) -> float:
        rows = [row for row in figures[subject] if all(row[name] == value for name, value in where.items())]
        if not rows or rows[-1][column] is None:
            raise KeyError(subject)
        return float(rows[-1][column])

    return found


def _ratio(one: Callable[[Figures], float], other: Callable[[Figures], float]) -> Callable[[Figures], float]:
    return lambda figures: one(figures) / other(figures)


def _streaming(contender: str) -> Callable[[Figures], float]:
    return _at("streaming", "cpu_us", contender=contender)


def _wall(contender: str) -> Callable[[Figures], float]:
    return _at("latency", "wall_seconds", contender=contender)


def _writing(contender: str) -> Callable[[Figures], float]:
    return _at("writes", "cpu_us", contender=contender)


def _frame(contender: str) -> Callable[[Figures], float]:
    return _at("frames", "cpu_us", contender=contender)


def _import(model: str, name: str, column: str = "cpu_ms") -> Callable[[Figures], float]:
    return _at("imports", column, model=model, **{"import": name})


def _generated(model: str, generator: str, column: str = "cpu_seconds") -> Callable[[Figures], float]:
    return _at("generation", column, model=model, generator=generator)


def _seconds_of_import(figures: Figures) -> float:
    return _import("CogniteCore", "pygen: both clients")(figures) / 1000


_OURS = _streaming("pygen")
_MEMORY = _at("memory", "peak_over_start_mib", contender="pygen")
_CORE, _TENS, _BIG = "CogniteCore", "500 views, linked in tens", "500 views of 20"

TARGETS = (
    Target("streaming: CPU against the floor", 1.0, _ratio(_OURS, _streaming("floor: httpx + msgspec"))),
    Target(
        "streaming: CPU against the floor, with the extra `fast`",
        0.8,
        _ratio(_streaming("pygen, extra fast"), _streaming("floor: httpx + msgspec")),
    ),
    Target("streaming: cognite-pygen iterate", 9, _ratio(_streaming("cognite-pygen iterate"), _OURS), least=True),
    Target("streaming: cognite-pygen list", 12, _ratio(_streaming("cognite-pygen list"), _OURS), least=True),
    Target("streaming: cognite-sdk, untyped", 4, _ratio(_streaming("cognite-sdk async, untyped"), _OURS), least=True),
    Target("streaming: industrial-model", 7, _ratio(_streaming("industrial-model, pages"), _OURS), least=True),
    Target("streaming: without `await` against with it", 1.1, _ratio(_streaming("pygen, without await"), _OURS)),
    Target("latency: one cursor", 1.1, _at("latency", "to_pages_times_latency", contender="pygen")),
    Target(
        "latency: a page ahead of a busy consumer",
        1.8,
        _ratio(_wall("busy consumer, nothing ahead"), _wall("busy consumer, a page ahead")),
        least=True,
    ),
    Target("latency: 8 partitions", 3.5, _ratio(_wall("pygen"), _wall("pygen, 8 partitions")), least=True),
    Target(
        "latency: 8 partitions and cognite-pygen",
        7,
        _ratio(_wall("cognite-pygen iterate"), _wall("pygen, 8 partitions")),
        least=True,
    ),
    Target("memory: peak over start while streaming", 20, _MEMORY, unit="MiB"),
    Target(
        "memory: an instance that is kept",
        1800,
        _at("memory", "bytes_per_kept_instance", contender="pygen to_list"),
        unit="bytes",
    ),
    Target(
        "memory: pages of a slow consumer beyond prefetch + 1",
        0,
        lambda figures: max(float(row["pages_at_most"] - row["allowed"]) for row in figures["ahead"]),
        unit="pages",
    ),
    Target("import: CogniteCore", 0.3, _seconds_of_import, unit="s CPU"),
    Target("import: CogniteCore", 45, _import(_CORE, "pygen: both clients", "memory_mib"), unit="MiB"),
    Target(
        "import: CogniteCore, of cognite-pygen's",
        0.14,
        _ratio(_import(_CORE, "pygen: both clients"), _import(_CORE, "cognite-pygen")),
    ),
    Target(
        "import: 500 views, of industrial-model's",
        0.25,
        _ratio(_import(_TENS, "pygen: both clients"), _import(_TENS, "industrial-model")),
    ),
    Target(
        "start to first instance, of cognite-pygen's",
        0.2,
        _ratio(_at("start", "cpu_ms", contender="pygen"), _at("start", "cpu_ms", contender="cognite-pygen")),
    ),
    Target("generation: CogniteCore", 1.0, _generated(_CORE, "pygen"), unit="s CPU"),
    Target(
        "generation: CogniteCore, of industrial-model's",
        1.0,
        _ratio(_generated(_CORE, "pygen"), _generated(_CORE, "industrial-model")),
    ),
    Target(
        "generation: CogniteCore in TypeScript, of Python's",
        1.0,
        _ratio(_generated(_CORE, "pygen, TypeScript"), _generated(_CORE, "pygen")),
    ),
    Target("generation: 500 views", 7, _generated(_BIG, "pygen"), unit="s CPU"),
    Target("generation: 500 views", 250, _generated(_BIG, "pygen", "peak_mib"), unit="MiB"),
    Target("generation: lines per view, CogniteCore", 180, _generated(_CORE, "pygen", "lines_per_view"), unit="lines"),
    Target("generation: lines per view, 500 views", 180, _generated(_BIG, "pygen", "lines_per_view"), unit="lines"),
    Target(
        "generation: 500 views, per view, of 125's",
        1.15,
        _ratio(_generated(_BIG, "pygen", "cpu_ms_per_view"), _generated("125 views of 20", "pygen", "cpu_ms_per_view")),
    ),
    Target(
        "writing: cognite-pygen upsert",
        5,
        _ratio(_writing("cognite-pygen upsert"), _writing("pygen upsert")),
        least=True,
    ),
    Target(
        "frames: to_polars, of the floor's streaming",
        1.6,
        _ratio(_frame("pygen to_polars"), _frame("floor: httpx + msgspec")),
    ),
    Target(
        "frames: to_arrow, of the floor's streaming",
        1.6,
        _ratio(_frame("pygen to_arrow"), _frame("floor: httpx + msgspec")),
    ),
    Target(
        "frames: to_pandas, cognite-pygen",
        5,
        _ratio(_frame("cognite-pygen list, to_pandas"), _frame("pygen to_pandas")),
        least=True,
    ),
)


def rows(figures: Figures) -> list[Row]:
    """Each target with what was measured; those that were not measured are left out."""
    return [row for row in (_row(target, figures) for target in TARGETS) if row is not None]


def _row(target: Target, figures: Figures) -> Row | None:
    try:
        value = target.figure(figures)
    except KeyError:
        return None
    held = value >= target.limit if target.least else value <= target.limit
    sign = "at least" if target.least else "at most"
    return {
        "target": target.what,
        "wanted": f"{sign} {target.limit:g} {target.unit}".rstrip(),
        "measured": f"{_short(value)} {target.unit}".rstrip(),
        "reached": "yes" if held else "no",
    }


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}".rstrip("0").rstrip(".")
