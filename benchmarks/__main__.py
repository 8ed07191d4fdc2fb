"""`python -m benchmarks`: one command for each question."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks import environments, imports, latencies, local_server, streaming
from benchmarks.contenders import OURS, STREAMING, Contender

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)
console = Console()

Rows = Annotated[int, typer.Option(min=1000, help="Instances to read.")]
Rounds = Annotated[int, typer.Option(min=1, help="Measured rounds; figures are their medians.")]
Peers = Annotated[bool, typer.Option("--peers/--no-peers", help="Install the peers, and measure them too.")]
Only = Annotated[list[str] | None, typer.Option(help="Drivers to run; all unless told.", show_default=False)]
Json = Annotated[Path | None, typer.Option("--json", help="Write the figures to this file too.", show_default=False)]


@app.callback()
def benchmarks() -> None:
    """Measurements, side by side with the peers and the floor, in one run."""


@app.command("streaming")
def streaming_command(
    *,
    rows: Rows = 100_000,
    rounds: Rounds = 3,
    peers: Peers = True,
    only: Only = None,
    latency: Annotated[float, typer.Option(min=0, help="Seconds before each answer.")] = 0.0,
    output: Json = None,
) -> None:
    """Read every instance of a view, typed, touching three properties."""
    contenders = [it for it in STREAMING if (peers or not it.peer) and (not only or it.driver in only)]
    found = streaming.measure(
        contenders,
        _prepared(contenders),
        rows=rows,
        rounds_=rounds,
        latency=latency,
        progress=_progress,
    )
    _show(found, output)


@app.command("latency")
def latency_command(*, rows: Rows = 20_000, rounds: Rounds = 3, latency: float = 0.1, output: Json = None) -> None:
    """Read over a slow network: one cursor against pages times latency, and what prefetching gains."""
    found = latencies.measure(_prepared([OURS]), rows=rows, rounds_=rounds, latency=latency, progress=_progress)
    _show(found, output)


@app.command("imports")
def imports_command(*, rounds: Rounds = 5, peers: Peers = True, output: Json = None) -> None:
    """Import an SDK of CogniteCore: CPU and memory."""
    _show(imports.measure(rounds=rounds, peers=peers, progress=_progress), output)


@app.command("server")
def server_command(*, rows: Rows = 100_000, rounds: Rounds = 5, output: Json = None) -> None:
    """Load the local server and read it back: by filter, order and depth."""
    _show(local_server.measure(rows=rows, rounds=rounds, progress=_progress), output)


def _progress(text: str) -> None:
    console.print(text, style="dim", highlight=False)


def _prepared(contenders: list[Contender]) -> Path:
    definitions = environments.prepare(peers=any(it.environment == "cognite-pygen" for it in contenders))
    path = environments.HOME / "definitions.json"
    path.write_text(json.dumps(definitions))
    return path


def _show(rows: list[dict[str, Any]], output: Path | None) -> None:
    table = Table(box=box.SIMPLE, pad_edge=False)
    for name, value in rows[0].items():
        table.add_column(name.replace("_", " "), justify="left" if isinstance(value, str) else "right", min_width=5)
    for row in rows:
        table.add_row(*(f"{value:,}" if isinstance(value, int | float) else str(value or "") for value in row.values()))
    console.print(table)
    if output:
        output.write_text(json.dumps(rows, indent=2) + "\n")


if __name__ == "__main__":
    app()
