"""What is printed: honest, harmless, and fit for small and simple terminals."""

from __future__ import annotations

from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path

import pytest
from rich.console import Console

from pygen.demo.telling import Teller, duration, per_second


def teller(*, width: int = 40, terminal: bool = False) -> tuple[Teller, StringIO]:
    file = StringIO()
    return Teller(Console(file=file, width=width, force_terminal=terminal, legacy_windows=False)), file


def test_nothing_of_a_model_is_markup_or_steers_the_terminal() -> None:
    tell, file = teller(width=200)
    hostile = "[bold]x[/bold] \x1b[31m\r\u202e"
    tell.say(hostile)
    tell.result(hostile)
    tell.code(hostile)
    tell.counts([(hostile, 1)])
    tell.tree(Path("sdk"), {"a\x1b.py": "x = 1\n"})
    printed = file.getvalue()
    assert printed.count("[bold]x[/bold]") == 4
    assert not set("\x1b\r\u202e") & set(printed)


def test_results_are_cut_to_the_width() -> None:
    tell, file = teller(width=30)
    tell.result("x" * 100)
    assert file.getvalue() == f"   {'x' * 26}…\n"


def test_code_looks_like_a_session() -> None:
    tell, file = teller()
    tell.code("async for a in b:", "    print(a)", about="all of them")
    assert file.getvalue() == "   # all of them\n   >>> async for a in b:\n   ...     print(a)\n"


def test_code_has_colours_on_a_terminal() -> None:
    tell, file = teller(terminal=True)
    tell.code("import this")
    assert "\x1b[" in file.getvalue()


def test_checks_that_go_wrong_are_kept() -> None:
    tell, file = teller()
    tell.good("fine")
    tell.wrong("not fine")
    assert tell.failures == ["not fine"]
    assert file.getvalue() == "   ok  fine\n   WRONG  not fine\n"


def test_counts_fill_the_width_and_fit_narrow_terminals() -> None:
    rows = [("a", 1), ("bb", 20000), ("c", 3)]
    wide, narrow = teller(width=80), teller(width=15)
    wide[0].counts(rows)
    narrow[0].counts(rows)
    assert wide[1].getvalue().count("\n") == 1
    assert [line.split() for line in narrow[1].getvalue().splitlines()] == [["a", "1"], ["bb", "20,000"], ["c", "3"]]


def test_a_simple_encoding_gets_simple_characters() -> None:
    raw = BytesIO()
    tell = Teller(Console(file=TextIOWrapper(raw, encoding="ascii", write_through=True), width=30))
    tell.say("Blåvand")
    tell.result("x" * 100)
    tell.tree(Path("sdk"), {"a.py": "x = 1\n"})
    printed = raw.getvalue().decode("ascii")
    assert "Bl?vand" in printed
    assert "`-- a.py" in printed


@pytest.mark.parametrize("terminal", [True, False])
def test_progress_moves_on_terminals_only(terminal: bool) -> None:
    tell, file = teller(terminal=terminal)
    with tell.progress(10) as advance:
        advance(4)
        advance(6)
    assert ("10/10" in file.getvalue()) == terminal


def test_figures_for_people() -> None:
    assert duration(0.0123) == "12 ms"
    assert duration(12.34) == "12.3 s"
    assert per_second(5000, 2) == "2,500/s"
    assert per_second(5, 0) == ""
