"""The page says what the JSON says, and every subject has its place on it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from benchmarks import report, targets
from benchmarks.contenders import Row
from benchmarks.environments import DRIVERS
from benchmarks.subjects import SUBJECTS, Chart, Subject

ROWS: list[Row] = [
    {"contender": "floor", "cpu_us": 1234.5, "instances": None},
    {"contender": "pygen", "cpu_us": None, "instances": None},
]
PAGE = "before\n<!-- figures: streaming -->\nold\n<!-- end -->\nbetween\n<!-- figures: writes -->\nkept\n<!-- end -->\nafter\n"


def test_tables_leave_out_what_is_empty_in_every_row() -> None:
    assert (
        report.table(ROWS)
        == "| contender | cpu us |\n| --- | --: |\n| floor | 1,234.5 |\n| pygen |  |"
    )  # fmt: skip


def test_only_sections_with_figures_are_rewritten(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    subject = Subject("streaming", "", lambda how: ROWS, 0, 1, 0, (Chart("CPU", "cpu_us"),))
    report.save(subject, ROWS, {"cores": "2"}, tmp_path)
    report.refresh(page, tmp_path)
    told = page.read_text()
    assert "old" not in told
    assert "| floor | 1,234.5 |" in told
    assert "<!-- figures: writes -->\nkept\n<!-- end -->" in told
    report.refresh(page, tmp_path)
    assert page.read_text() == told
    assert json.loads((tmp_path / "streaming.json").read_text()) == {"machine": {"cores": "2"}, "rows": ROWS}
    assert (tmp_path / "streaming.svg").read_text().count("<rect") == 1


def test_a_chart_shows_the_rows_that_it_is_of() -> None:
    rows: list[Row] = [{"import": "pygen", "model": "a", "ms": 1.0}, {"import": "peer", "model": "b", "ms": 2.0}]
    chart = report.drawn(Chart("CPU", "ms", ("import",), ("model", "b")), rows)
    assert chart.count("<rect") == 1
    assert ">peer<" in chart


def test_every_subject_has_a_section_and_its_charts_on_the_page() -> None:
    page = report.PAGE.read_text(encoding="utf-8")
    sections = re.findall(r"<!-- figures: ([a-z]+) -->", page)
    assert sorted(sections) == sorted([*(subject.name for subject in SUBJECTS), "machine", "targets"])
    shown = re.findall(r"assets/benchmarks/([a-z]+)\.svg", page)
    assert shown == [
        subject.name for name in sections for subject in SUBJECTS if subject.name == name and subject.charts
    ]


def test_the_page_is_what_the_command_writes(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(report.PAGE.read_text(encoding="utf-8"), encoding="utf-8")
    report.refresh(page, report.ASSETS)
    assert page.read_text(encoding="utf-8") == report.PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("measured", "least", "reached"), [(0.9, False, "yes"), (1.1, False, "no"), (1.1, True, "yes")]
)
def test_targets_are_reached_or_not(
    monkeypatch: pytest.MonkeyPatch, measured: float, least: bool, reached: str
) -> None:
    monkeypatch.setattr(targets, "TARGETS", [targets.Target("it", 1.0, lambda figures: measured, least, "s")])
    (row,) = targets.rows({})
    assert row["reached"] == reached
    assert row["measured"] == f"{measured} s"


def test_what_was_not_measured_is_no_target() -> None:
    assert targets.rows({}) == []
    some: list[Row] = [{"contender": "pygen", "cpu_us": 5.0}, {"contender": "floor: httpx + msgspec", "cpu_us": 10.0}]
    assert [row["measured"] for row in targets.rows({"streaming": some})] == ["0.5"]


def test_drivers_are_named_once_and_compile() -> None:
    for path in DRIVERS.glob("*.py"):
        compile(path.read_text(encoding="utf-8"), path.name, "exec")
