"""The page says what the JSON says, and every subject has its place on it."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
import typer

from benchmarks import (
    __main__,
    frames,
    generation,
    imports,
    latencies,
    memory,
    report,
    start,
    streaming,
    targets,
    writes,
)
from benchmarks.contenders import OURS, Contender, Row
from benchmarks.environments import DRIVERS
from benchmarks.subjects import SUBJECTS, Chart, Subject

ROWS: list[Row] = [
    {"contender": "floor", "cpu_us": 1234.5, "instances": None},
    {"contender": "pygen", "cpu_us": None, "instances": None},
]
PAGE = (
    "before\n<!-- figures: streaming -->\nold\n<!-- end -->\nbetween\n<!-- figures: writes -->\n<!-- end -->\nafter\n"
)


def test_tables_leave_out_what_is_empty_in_every_row() -> None:
    assert (
        report.table(ROWS)
        == "| contender | cpu us |\n| --- | --: |\n| floor | 1,234.5 |\n| pygen |  |"
    )  # fmt: skip


def test_sections_say_what_was_saved_and_link_charts_that_are_there(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    subject = Subject("streaming", "", lambda how: ROWS, 0, 1, 0, (Chart("CPU", "cpu_us"),))
    report.save(subject, ROWS, {"cores": "2"}, tmp_path)
    report.refresh(page, tmp_path)
    told = page.read_text()
    assert "old" not in told
    assert "| floor | 1,234.5 |" in told
    assert "](assets/benchmarks/streaming.svg)" in told
    assert "<!-- figures: writes -->\n\n*Not measured yet.*\n\n<!-- end -->" in told
    assert told.startswith("before\n")
    assert told.endswith("\nafter\n")
    report.refresh(page, tmp_path)
    assert page.read_text() == told
    assert json.loads((tmp_path / "streaming.json").read_text()) == {"machine": {"cores": "2"}, "rows": ROWS}
    assert (tmp_path / "streaming.svg").read_text().count("<rect") == 1
    (tmp_path / "streaming.svg").unlink()
    report.refresh(page, tmp_path)
    assert ".svg" not in page.read_text()


def test_subjects_that_were_measured_apart_tell_all_that_is_said_of_the_machine() -> None:
    told = report.machines([{"cores": "2", "load": "0.1"}, {"cores": "2", "load": "0.3"}])
    assert [list(row.values()) for row in told] == [["cores", "2"], ["load", "0.1; 0.3"]]


@pytest.fixture
def measuring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The command over an empty page in that folder, with a subject whose figures are known."""
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    monkeypatch.setattr(report, "PAGE", page)
    monkeypatch.setattr(report, "ASSETS", tmp_path)
    return page


def _command(name: str) -> Callable[..., None]:
    known = Subject(name, "", lambda how: ROWS, 0, 1, 0, (Chart("CPU", "cpu_us"),))
    return __main__._command(known)


def test_one_subject_alone_fills_its_section_and_keeps_the_others(measuring: Path) -> None:
    _command("streaming")()
    assert "old" in measuring.read_text()
    _command("streaming")(page=True)
    _command("writes")(page=True)
    told = measuring.read_text()
    assert told.count("| floor | 1,234.5 |") == 2
    assert "streaming.svg" in told
    assert "writes.svg" in told


def test_the_page_takes_no_partial_figures(measuring: Path) -> None:
    for partial in ({"only": ["pygen_async"]}, {"peers": False}):
        with pytest.raises(typer.BadParameter, match="every contender"):
            _command("streaming")(page=True, **partial)


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
    written = {path.stem for path in report.ASSETS.glob("*.svg")}
    assert shown == [name for name in sections if name in written]


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


def test_every_target_is_of_contenders_that_there_are() -> None:
    """A name that is written differently in both would leave its target out without a word."""
    read: dict[str, Iterable[Contender]] = {
        "streaming": streaming.CONTENDERS,
        "latency": latencies.CONTENDERS,
        "memory": (OURS, *memory.HELD),
        "writes": writes.CONTENDERS,
        "frames": frames.CONTENDERS,
        "start": start.CONTENDERS,
    }
    figures = {name: [_row(contender=it.name) for it in them] for name, them in read.items()}
    figures["ahead"] = [_row()]
    figures["imports"] = [_row(**{"model": it.model, "import": it.name}) for it in imports._contenders()]
    figures["generation"] = [_row(model=generation._model(it), generator=it.name) for it in generation.CONTENDERS]
    assert len(targets.rows(figures)) == len(targets.TARGETS)


def _row(**names: str) -> Row:
    """A row with a figure in every column that is asked for."""
    return defaultdict(lambda: 1.0, names)


def test_drivers_are_named_once_and_compile() -> None:
    for path in DRIVERS.glob("*.py"):
        compile(path.read_text(encoding="utf-8"), path.name, "exec")
