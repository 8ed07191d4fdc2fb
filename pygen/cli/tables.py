"""Tables for people, of texts that nobody vouches for."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pygen.cli.errors import harmless

PIPE_WIDTH = 160
"""Characters of a line where no terminal says how wide it is."""

_STYLES: Mapping[str, str] = {"error": "bold red", "warning": "yellow", "info": "dim"}


def show_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows below each other; what finds no room on a line goes on in the next.

    Args:
        heads: What stands above the columns.
        rows: The cells; `error`, `warning` and `info` are shown in their colours.
    """
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    for head in heads:
        table.add_column(head, overflow="fold")
    for row in rows:
        table.add_row(*(Text(harmless(cell), style=_STYLES.get(cell, "")) for cell in row))
    terminal = Console(file=sys.stdout, highlight=False, markup=False, emoji=False)
    if terminal.is_terminal:
        terminal.print(table)
        return
    lines = Console(file=sys.stdout, width=PIPE_WIDTH, markup=False, emoji=False)
    with lines.capture() as captured:
        lines.print(table)
    typer.echo("\n".join(line.rstrip() for line in captured.get().splitlines()))
