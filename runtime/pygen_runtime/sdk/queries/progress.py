"""How far a walk has come: a report for each page, and a bar that shows it in a terminal or a notebook."""

from __future__ import annotations

import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import import_module
from types import TracebackType
from typing import Any, Self, TextIO, TypeVar

from pygen_runtime.schema.requests import Page

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a walk has come when a page has been fetched.

    Attributes:
        rows: Rows fetched so far.
        pages: Pages fetched so far.
        seconds: Since the walk began.
        done: Whether it was the last page.
        total: Rows that there will be, if that is known.
    """

    rows: int
    pages: int
    seconds: float
    done: bool
    total: int | None = None

    def __str__(self) -> str:
        of = f" of {self.total:,}" if self.total is not None else ""
        pace = f", {self.rows / self.seconds:,.0f} a second" if self.seconds > 0 else ""
        return f"{self.rows:,}{of} rows in {self.seconds:,.1f} s{pace}"


Report = Callable[[Progress], object]
"""Is told of every page; what it gives back is not used."""

Fetch = Callable[["str | None", int], Awaitable[Page[T]]]


def reporting(
    fetch: Fetch[T], report: Report | None, most: int | None, clock: Callable[[], float] = time.perf_counter
) -> Fetch[T]:
    """The same fetching of pages, with a report after each.

    Args:
        fetch: Fetches a page.
        report: Is told.
        most: Rows after which the walk ends.
        clock: Tells the time in seconds.
    """
    if report is None:
        return fetch
    rows = pages = 0
    begun: float | None = None

    async def fetch_and_report(cursor: str | None, size: int) -> Page[T]:
        nonlocal rows, pages, begun
        begun = clock() if begun is None else begun
        page = await fetch(cursor, size)
        rows, pages = rows + len(page.items), pages + 1
        done = page.next_cursor is None or (most is not None and rows >= most)
        report(Progress(rows=rows, pages=pages, seconds=clock() - begun, done=done, total=rows if done else most))
        return page

    return fetch_and_report


class ProgressBar:
    """Shows how far a walk has come: with rich where it is installed, in a terminal or a notebook; otherwise as a line of text.

        with ProgressBar("alarms") as bar:
            frame = await query.progress(bar).to_pandas()

    It may also be used without `with`; then it ends with the last page of the walk.

    Args:
        title: What is being fetched.
        total: Rows that there will be, if that is known, such as from `count()`.
        out: Where the plain line goes; the standard error if None, and rich is not used if one is given.
    """

    def __init__(self, title: str = "", *, total: int | None = None, out: TextIO | None = None) -> None:
        self._title, self._total, self._out = title, total, out
        self._rich: Any = None
        self._task: Any = None
        self._width = 0
        self._shown = False

    def __call__(self, progress: Progress) -> None:
        """Show this."""
        total = progress.total if progress.total is not None else self._total
        if not self._shown:
            self._shown = True
            self._rich = self._begin_rich(total)
        if self._rich is not None:
            self._rich.update(self._task, completed=progress.rows, total=total)
        else:
            self._print(progress, total)
        if progress.done:
            self.close()

    def close(self) -> None:
        """Leave what is shown, and stop."""
        if self._rich is not None:
            self._rich.stop()
        elif self._shown:
            self._stream.write("\n")
        self._rich, self._shown, self._width = None, False, 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    @property
    def _stream(self) -> TextIO:
        return self._out or sys.stderr

    def _begin_rich(self, total: int | None) -> Any:
        if self._out is not None:
            return None
        try:
            console, rich = import_module("rich.console"), import_module("rich.progress")
        except ImportError:
            return None
        columns = (
            rich.TextColumn("{task.description}"),
            rich.BarColumn(),
            rich.MofNCompleteColumn(),
            rich.TimeElapsedColumn(),
        )
        bar = rich.Progress(*columns, console=console.Console(stderr=True))
        self._task = bar.add_task(self._title or "rows", total=total)
        bar.start()
        return bar

    def _print(self, progress: Progress, total: int | None) -> None:
        known = Progress(
            rows=progress.rows, pages=progress.pages, seconds=progress.seconds, done=progress.done, total=total
        )
        line = f"{self._title}: {known}" if self._title else str(known)
        self._stream.write(f"\r{line.ljust(self._width)}")
        self._stream.flush()
        self._width = len(line)
