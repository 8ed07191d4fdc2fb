"""Everything that the demo prints passes here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from pygen.cli.errors import harmless
from pygen.cli.report import tree_rows

_INDENT = "   "


class Teller:
    """Tells the story of the demo on a console; plain lines where that is no terminal.

    What comes from a model or a server is shown as text, never as markup or as control characters.

    Args:
        console: Where to print.

    Attributes:
        failures: Checks that went wrong.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._steps = 0
        self.failures: list[str] = []

    def title(self, text: str) -> None:
        """What this is."""
        self._print(text, style="bold")

    def step(self, title: str) -> None:
        """A heading, numbered."""
        self._steps += 1
        self._console.print()
        self._print(f"{self._steps}. {title}", style="bold cyan")

    def say(self, text: str) -> None:
        """A sentence under the heading."""
        self._print(text, indent=_INDENT)

    def advice(self, purpose: str, command: str) -> None:
        """A command to try, and what for."""
        self.say(f"{purpose}:")
        self._print(command, indent=f"{_INDENT}  ", style="bold")

    def blank(self) -> None:
        """An empty line."""
        self._console.print()

    def code(self, *lines: str, about: str = "") -> None:
        """Lines as a user would type them, and before them what they are about."""
        if about:
            self._print(f"# {about}", indent=_INDENT, style="dim")
        for prompt, line in zip((">>> ", *("... " for _ in lines)), lines, strict=False):
            self._console.print(Text(_INDENT + prompt, style="dim") + self._colored(line), soft_wrap=True)

    def result(self, *lines: str) -> None:
        """What the code gave, cut to the width of the terminal."""
        for line in lines:
            text = Text(_INDENT + self._fit(line))
            text.truncate(max(20, self._console.width), overflow="ellipsis" if self._draws("…") else "crop")
            self._console.print(text, no_wrap=True, soft_wrap=True)

    def good(self, text: str) -> None:
        """Something was checked, and holds."""
        self._mark("ok", "green", text)

    def wrong(self, text: str) -> None:
        """Something was checked, and does not hold; kept in `failures`."""
        self.failures.append(text)
        self._mark("WRONG", "bold red", text)

    def counts(self, rows: Iterable[tuple[str, int]]) -> None:
        """Names with numbers, in as many columns as fit."""
        table = Table.grid(padding=(0, 3, 0, 0))
        cells = [(self._fit(name), f"{number:,}") for name, number in rows]
        widest = max((len(name) + len(number) for name, number in cells), default=0) + 6
        columns = max(1, (self._console.width - len(_INDENT)) // widest)
        for _ in range(columns):
            table.add_column(no_wrap=True)
            table.add_column(justify="right", no_wrap=True)
        for start in range(0, len(cells), columns):
            row = cells[start : start + columns]
            table.add_row(*(Text(cell) for pair in row for cell in pair))
        self._console.print(_indented(table))

    def tree(self, root: Path, files: Mapping[str, str]) -> None:
        """A folder's files with their numbers of lines."""
        rows = list(tree_rows(root, files, ascii_only=not self._draws("├─└│")))
        width = max(len(name) for name, _ in rows)
        for name, lines in rows:
            counted = "" if lines is None else f"  {lines:>6,} lines"
            self._print(f"{name:<{width}}{counted}".rstrip(), indent=_INDENT)

    @contextmanager
    def progress(self, total: int) -> Iterator[Callable[[int], None]]:
        """A bar while the block runs, gone afterwards; nothing where the console is no terminal.

        Yields:
            A function that takes how many more are done.
        """
        bar = Progress(
            TextColumn(_INDENT[:-1]),
            BarColumn(bar_width=None),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
            expand=True,
        )
        with bar:
            task, begun, done = bar.add_task("", total=total, rate=""), perf_counter(), 0

            def advance(more: int) -> None:
                nonlocal done
                done += more
                bar.update(task, completed=done, rate=f"{per_second(done, perf_counter() - begun)}")

            yield advance

    def _mark(self, word: str, style: str, text: str) -> None:
        self._console.print(Text(_INDENT) + Text(word, style=style) + Text(f"  {self._fit(text)}"), soft_wrap=True)

    def _print(self, text: str, *, indent: str = "", style: str = "") -> None:
        self._console.print(Text(indent + self._fit(text), style=style), soft_wrap=True)

    def _colored(self, line: str) -> Text:
        shown = self._fit(line)
        colored = Syntax("", "python", theme="ansi_dark").highlight(shown)
        colored.rstrip()
        return colored

    def _fit(self, text: str) -> str:
        """Text that the console can print: without control characters, and in its encoding."""
        plain = " ".join(harmless(part) for part in text.split(" "))  # it would join several spaces to one
        return plain.encode(self._console.encoding, "replace").decode(self._console.encoding)

    def _draws(self, characters: str) -> bool:
        try:
            characters.encode(self._console.encoding)
        except (UnicodeEncodeError, LookupError):
            return False
        return True


def per_second(count: int, seconds: float) -> str:
    """A rate for people."""
    return f"{count / seconds:,.0f}/s" if seconds > 0 else ""


def duration(seconds: float) -> str:
    """A time for people."""
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"


def _indented(table: Table) -> Table:
    outer = Table.grid()
    outer.add_column(width=len(_INDENT))
    outer.add_column()
    outer.add_row("", table)
    return outer
