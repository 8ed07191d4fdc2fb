from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from pygen.cli.report import count_lines, show_tree, tree_rows

FILES = {
    "__init__.py": "a\nb\n",
    "views/turbine.py": "x",
    "views/deep/blade.py": "1\n" * 1234,
    "client.py": "",
    "z/a.py": "1\n",
}


def test_the_tree() -> None:
    assert list(tree_rows(Path("src/wind"), FILES)) == [
        ("src/wind/", None),
        ("├── __init__.py", 2),
        ("├── client.py", 0),
        ("├── views/", None),
        ("│   ├── turbine.py", 1),
        ("│   └── deep/", None),
        ("│       └── blade.py", 1234),
        ("└── z/", None),
        ("    └── a.py", 1),
    ]


def test_the_tree_in_ascii() -> None:
    assert [name for name, _ in tree_rows(Path("wind"), {"a.py": "", "b/c.py": ""}, ascii_only=True)] == [
        "wind/",
        "|-- a.py",
        "`-- b/",
        "    `-- c.py",
    ]


def test_shows_line_counts_below_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    show_tree(Path("wind"), FILES)
    lines = [line for line in capsys.readouterr().out.splitlines() if line.endswith("lines")]
    assert len(lines) == len(FILES)
    assert len({len(line) for line in lines}) == 1
    assert lines[-2].endswith("1,234 lines")


def test_falls_back_to_ascii(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", out)
    show_tree(Path("wind"), {"a.py": "x\n"})
    out.seek(0)
    assert "`-- a.py" in out.read()


def test_hostile_names_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    show_tree(Path("wi\x1bnd"), {"a\x1b[2J.py": ""})
    assert "\x1b[2J" not in capsys.readouterr().out


@pytest.mark.parametrize(("text", "lines"), [("", 0), ("a", 1), ("a\n", 1), ("a\nb", 2), ("\n\n", 2)])
def test_count_lines(text: str, lines: int) -> None:
    assert count_lines(text) == lines
