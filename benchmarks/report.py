"""Figures as files: JSON, charts, and the marked sections of the page, which say what the JSON says."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import charts, targets
from benchmarks.contenders import Row
from benchmarks.environments import ROOT
from benchmarks.subjects import SUBJECTS, Chart, Subject

PAGE = ROOT / "docs" / "benchmarks.md"
ASSETS = ROOT / "docs" / "assets" / "benchmarks"

_LINKED = ASSETS.relative_to(PAGE.parent).as_posix()  # as the page has it

_UNKNOWN = "*Not measured yet.*"
_MARKED = re.compile(r"(<!-- figures: (?P<name>[a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def save(subject: Subject, rows: Sequence[Row], machine: Mapping[str, str], folder: Path) -> None:
    """Writes one subject's figures and charts.

    Args:
        subject: What was measured.
        rows: The figures.
        machine: Where.
        folder: Gets a JSON file and an SVG file for each chart.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kept = {"machine": machine, "rows": rows}
    (folder / f"{subject.name}.json").write_text(
        json.dumps(kept, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    for chart in subject.charts:
        (folder / f"{subject.name}.svg").write_text(drawn(chart, rows), encoding="utf-8")


def load(folder: Path) -> dict[str, dict[str, Any]]:
    """What was saved: subject → `machine` and `rows`."""
    files = {subject.name: folder / f"{subject.name}.json" for subject in SUBJECTS}
    return {name: json.loads(path.read_text(encoding="utf-8")) for name, path in files.items() if path.exists()}


def drawn(chart: Chart, rows: Sequence[Row]) -> str:
    """The SVG of one chart."""
    shown = [row for row in rows if row[chart.column] is not None and _is_shown(chart, row)]
    labels = [" ".join(str(row[name]) for name in chart.labels) for row in shown]
    bars = [charts.Bar(label, row[chart.column], _kind(label)) for label, row in zip(labels, shown, strict=True)]
    return charts.bar_chart(chart.title, bars)


def _is_shown(chart: Chart, row: Row) -> bool:
    return chart.only is None or row[chart.only[0]] == chart.only[1]


def _kind(label: str) -> str:
    if label.startswith("floor"):
        return "floor"
    return "ours" if label.startswith(("pygen", "busy consumer")) else "peer"


def refresh(page: Path, folder: Path) -> None:
    """Rewrites the marked sections of the page from what was saved, whenever each subject was measured.

    A chart is linked where its file is; a subject that was not measured has neither figures nor chart.

    Args:
        page: Markdown with `<!-- figures: name -->` … `<!-- end -->`; the name is that of a subject, `machine` or `targets`.
        folder: See `save`.
    """
    saved = load(folder)
    figures = {name: kept["rows"] for name, kept in saved.items()}
    sections = {one.name: _section(one, figures[one.name], folder) for one in SUBJECTS if one.name in figures}
    if saved:
        sections["machine"] = table(machines([kept["machine"] for kept in saved.values()]))
        sections["targets"] = table(targets.rows(figures))

    def section(found: re.Match[str]) -> str:
        return f"{found[1]}\n{sections.get(found['name'], _UNKNOWN)}\n\n{found[3]}"

    page.write_text(_MARKED.sub(section, page.read_text(encoding="utf-8")), encoding="utf-8")


def _section(subject: Subject, rows: Sequence[Row], folder: Path) -> str:
    """The table, and the charts that were written."""
    drawn = subject.charts if (folder / f"{subject.name}.svg").exists() else ()
    return "\n\n".join([table(rows), *(f"![{chart.title}]({_LINKED}/{subject.name}.svg)" for chart in drawn)])


def machines(described: Sequence[Mapping[str, str]]) -> list[Row]:
    """One row for each thing that is said of the machine; where subjects were measured apart, all that was said, in their order."""
    said: dict[str, dict[str, None]] = {}
    for machine in described:
        for name, value in machine.items():
            said.setdefault(name, {})[value] = None
    return [{"": name, " ": "; ".join(values)} for name, values in said.items()]


def table(rows: Sequence[Row]) -> str:
    """A Markdown table; a column that is empty in every row is left out."""
    names = [name for name in rows[0] if any(row[name] is not None for row in rows)] if rows else []
    lines = [
        [name.replace("_", " ") for name in names],
        ["---" if any(isinstance(row[name], str) for row in rows) else "--:" for name in names],
        *([shown(row[name]) for name in names] for row in rows),
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def shown(value: Any) -> str:
    """A figure as tables have it."""
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int | float) else str(value)
