"""`python -m benchmarks`: one command for each question, and one for all of them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks import environments, machine, report, targets
from benchmarks.contenders import Row, Run
from benchmarks.subjects import SUBJECTS, Subject

app = typer.Typer(no_args_is_help=True, add_completion=False)
console = Console()

Rows = Annotated[int | None, typer.Option(min=1000, help="Instances to read or write.", show_default=False)]
Rounds = Annotated[
    int | None, typer.Option(min=1, help="Measured rounds; figures are their medians.", show_default=False)
]
Peers = Annotated[bool, typer.Option("--peers/--no-peers", help="Install the peers, and measure them too.")]
Only = Annotated[list[str] | None, typer.Option(help="Drivers to run; all unless told.", show_default=False)]
Json = Annotated[Path | None, typer.Option("--json", help="Write the figures to this file too.", show_default=False)]
Quick = Annotated[
    bool, typer.Option("--quick", help="Few rows, one round; the page stays as it is, files go to .benchmarks/quick.")
]
Page = Annotated[
    bool,
    typer.Option(
        "--page", help="Write JSON, chart and tables of docs/benchmarks.md; the other subjects' figures stay."
    ),
]


@app.callback()
def benchmarks() -> None:
    """Measurements, side by side with the peers and the floor, in one run."""


@app.command("all")
def all_command(*, quick: Quick = False, peers: Peers = True) -> None:
    """Measure everything; write JSON, charts and the tables of docs/benchmarks.md."""
    folder = environments.HOME / "quick" if quick else report.ASSETS
    where = machine.described()
    begun = time.perf_counter()
    for one in SUBJECTS:
        how = Run(one.quick if quick else one.rows, 1 if quick else one.rounds, _progress, peers)
        rows = one.measure(how)
        report.save(one, rows, where, folder)
        _show(one.question, rows)
    if not quick:
        report.refresh(report.PAGE, folder)
    measured = {name: kept["rows"] for name, kept in report.load(folder).items()}
    _show("What is to be reached", targets.rows(measured))
    console.print(f"{time.perf_counter() - begun:,.0f} s; files in {folder}", highlight=False)


@app.command("page")
def page_command() -> None:
    """Write the charts and the tables of docs/benchmarks.md again, from the JSON that is there."""
    for one in SUBJECTS:
        if kept := report.load(report.ASSETS).get(one.name):
            report.save(one, kept["rows"], kept["machine"], report.ASSETS)
    report.refresh(report.PAGE, report.ASSETS)


def _command(subject: Subject) -> Callable[..., None]:
    def command(
        *,
        rows: Rows = None,
        rounds: Rounds = None,
        peers: Peers = True,
        only: Only = None,
        output: Json = None,
        page: Page = False,
    ) -> None:
        if page and (only or not peers):
            raise typer.BadParameter("the page shows every contender: --page goes with neither --only nor --no-peers")
        where = machine.described()
        how = Run(rows or subject.rows, rounds or subject.rounds, _progress, peers, tuple(only or ()))
        found = subject.measure(how)
        _show(subject.question, found)
        if output:
            output.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
        if page:
            report.save(subject, found, where, report.ASSETS)
            report.refresh(report.PAGE, report.ASSETS)

    return command


for _subject in SUBJECTS:
    app.command(_subject.name, help=_subject.question)(_command(_subject))


def _progress(text: str) -> None:
    console.print(text, style="dim", highlight=False)


def _show(title: str, rows: list[Row]) -> None:
    if not rows:
        return
    told = Table(title=title, box=box.SIMPLE, pad_edge=False, title_justify="left", title_style="bold")
    for name in rows[0]:
        text = any(isinstance(row[name], str) for row in rows)
        told.add_column(name.replace("_", " "), justify="left" if text else "right", min_width=5)
    for row in rows:
        told.add_row(*map(report.shown, row.values()))
    console.print(told)


if __name__ == "__main__":
    app()
