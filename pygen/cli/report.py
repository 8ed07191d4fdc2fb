"""What commands show when they are done."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import typer

from pygen.cli.errors import harmless

if TYPE_CHECKING:
    from pygen_codegen.output import Plan


class _Guides(NamedTuple):
    """How the branches of a tree are drawn."""

    branch: str
    last: str
    through: str
    blank: str


_DRAWN = _Guides("├── ", "└── ", "│   ", "    ")
_TYPED = _Guides("|-- ", "`-- ", "|   ", "    ")


def show_tree(root: Path, files: Mapping[str, str]) -> None:
    """Print a folder as a tree, with the number of lines of every file.

    Args:
        root: The folder.
        files: Path relative to it, with `/` between its parts, to text.
    """
    rows = list(tree_rows(root, files, ascii_only=not _draws()))
    width = max(len(name) for name, _ in rows)
    for name, lines in rows:
        count = "" if lines is None else f"  {lines:>7,} lines"
        typer.echo(f"{name:<{width}}{typer.style(count, dim=True)}" if count else name)


def show_plan(planned: Plan) -> None:
    """Print what writing an SDK would do."""
    if planned.up_to_date:
        typer.echo(f"{harmless(str(planned.root))}: up to date")
        return
    parts = {"write": planned.write, "delete": planned.delete, "edited": planned.edited}
    counts = [f"{len(paths)} to {word}" for word, paths in parts.items() if paths and word != "edited"]
    if planned.edited:
        counts.append(f"{len(planned.edited)} edited, which needs --force")
    counts.append(f"{len(planned.unchanged)} unchanged")
    typer.echo(f"{harmless(str(planned.root))}: {', '.join(counts)}")
    for word, paths in parts.items():
        for path in paths:
            typer.echo(f"  {word:<7} {path}")
    typer.echo(f"  {'write':<7} pygen.json")


def show_check(planned: Plan) -> None:
    """Print whether an SDK is up to date, and if it is not the difference, fit for `patch`."""
    if planned.up_to_date:
        typer.echo(f"{harmless(str(planned.root))}: up to date")
        return
    for line in planned.diff().split("\n"):
        typer.echo("".join(char if char.isprintable() or char == "\t" else ascii(char)[1:-1] for char in line))
    force = " --force" if planned.edited else ""
    typer.echo(f"{harmless(str(planned.root))}: stale; pygen generate{force} makes it up to date")


def tree_rows(root: Path, files: Mapping[str, str], *, ascii_only: bool = False) -> Iterator[tuple[str, int | None]]:
    """The rows of `show_tree`: what is drawn, and the number of lines; None for folders.

    Folders come after the files beside them, each group in alphabetical order.
    """
    guides = _TYPED if ascii_only else _DRAWN
    yield f"{harmless(str(root))}/", None
    yield from _rows({tuple(path.split("/")): count_lines(text) for path, text in files.items()}, "", guides)


def _rows(files: Mapping[tuple[str, ...], int], indent: str, guides: _Guides) -> Iterator[tuple[str, int | None]]:
    names = sorted({(len(parts) > 1, parts[0]) for parts in files})
    for is_folder, name in names:
        last = (is_folder, name) == names[-1]
        drawn = f"{indent}{guides.last if last else guides.branch}{harmless(name)}"
        if not is_folder:
            yield drawn, files[(name,)]
            continue
        yield f"{drawn}/", None
        inside = {parts[1:]: lines for parts, lines in files.items() if len(parts) > 1 and parts[0] == name}
        yield from _rows(inside, indent + (guides.blank if last else guides.through), guides)


def count_lines(text: str) -> int:
    """Lines of a text, one without an end included."""
    return text.count("\n") + (not text.endswith("\n") and bool(text))


def _draws() -> bool:
    """Whether stdout can show the drawn guides."""
    try:
        "".join(_DRAWN).encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
