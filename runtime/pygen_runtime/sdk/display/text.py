"""Text of data and models as people may see it: in terminals and notebooks, where characters can do more than be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

_MOST = 120  # characters of one value
_LISTED = 12  # names in a message


def shown(text: str, most: int = _MOST) -> str:
    """A text on one line, at most `most` characters of it; what cannot be seen, or turns what can, is escaped.

    Args:
        text: Any text.
        most: Where to cut; the cut is marked by `…`.
    """
    cut = f"{text[:most]}…" if len(text) > most else text
    return cut if cut.isprintable() else "".join(char if char.isprintable() else _escaped(char) for char in cut)


def counted(count: int, one: str, many: str = "") -> str:
    """Such as `1 view`, `2 views`, `1,000 properties`."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def first_line(text: str | None) -> str:
    """The first line of a docstring."""
    return (text or "").strip().partition("\n")[0].rstrip()


def aligned(rows: Sequence[Sequence[str]], indent: str = "  ") -> list[str]:
    """Rows as lines, their columns below each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        indent + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode()


def near_first(wanted: Iterable[str], known: Iterable[str]) -> str:
    """Names that there are, for messages about names that there are not: those that look alike first, and not more than a few."""
    names = sorted(known)
    alike = [name for one in wanted for name in get_close_matches(one, names, n=3)]
    listed = list(dict.fromkeys((*alike, *names)))
    more = f" and {len(listed) - _LISTED} more" if len(listed) > _LISTED else ""
    return f"{', '.join(listed[:_LISTED])}{more}"
