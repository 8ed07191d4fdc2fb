"""The layout of documents: where their lines break."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from pygen_codegen.typescript.printer.doc import (
    Choice,
    Concat,
    Doc,
    Group,
    IfBreak,
    Indent,
    IndentIfBreak,
    Lazy,
    Line,
)

WIDTH = 80
STEP = 2


def width(text: str) -> int:
    """Columns of a text in a fixed-width font."""
    return len(text) if text.isascii() else sum(map(_columns, text))


@lru_cache(maxsize=4096)
def _columns(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


_Command = tuple[int, bool, Doc]
"""Indentation, whether on one line, what."""


class _Page:
    """The text so far."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.column = 0

    def write(self, text: str) -> None:
        self.out.append(text)
        self.column += width(text)

    def newline(self, indentation: int) -> None:
        """End the line, without blanks at its end."""
        out = self.out
        while out:
            out[-1] = out[-1].rstrip(" ")
            if out[-1]:
                break
            out.pop()
        out.append("\n" + " " * indentation)
        self.column = indentation


def layout(document: Doc, limit: int = WIDTH) -> str:
    """The text of a document.

    Args:
        document: What to lay out.
        limit: The columns of a line; only what cannot break goes beyond.
    """
    page = _Page()
    stack: list[_Command] = [(0, False, document)]
    broken: set[int] = set()
    remeasure = False
    while stack:
        indentation, whole, doc = stack.pop()
        if isinstance(doc, str):
            page.write(doc)
        elif whole and doc.flat is not None:
            page.write(doc.flat)
        elif isinstance(doc, Concat):
            stack += [(indentation, whole, part) for part in reversed(doc.parts)]
        elif isinstance(doc, Line):
            remeasure = remeasure or whole
            page.newline(indentation)
        elif isinstance(doc, Group | Lazy | Choice):
            if whole and not remeasure:
                command = indentation, not doc.breaks, _first(doc)
            else:
                remeasure = False
                command = _choose(indentation, doc, stack, limit - page.column, broken)
            stack.append(command)
            (broken.discard if command[1] else broken.add)(id(doc))
        else:
            stack.append(_step_inside(indentation, whole, doc, broken))
    return "".join(page.out)


def _step_inside(indentation: int, whole: bool, doc: Indent | IfBreak | IndentIfBreak, broken: set[int]) -> _Command:
    if isinstance(doc, Indent):
        return indentation + STEP, whole, doc.contents
    if isinstance(doc, IndentIfBreak):
        return indentation + (STEP if id(doc.group) in broken else 0), whole, doc.contents
    return indentation, whole, _chosen(doc, whole, broken)


def _chosen(doc: IfBreak, whole: bool, broken: set[int]) -> Doc:
    breaks = not whole if doc.group is None else id(doc.group) in broken
    return doc.broken if breaks else doc.whole


def _first(doc: Group | Lazy | Choice) -> Doc:
    return doc.states[0] if isinstance(doc, Choice) else doc.contents


def _choose(
    indentation: int, doc: Group | Lazy | Choice, stack: list[_Command], room: int, broken: set[int]
) -> _Command:
    """How a group is laid out here."""
    if isinstance(doc, Choice):
        for state in doc.states[:-1]:
            if _fits(state, stack, room, broken):
                return indentation, True, state
        return indentation, False, doc.states[-1]
    if doc.breaks or not _fits(doc, stack, room, broken):
        return indentation, False, doc.contents
    return indentation, True, doc


def _fits(doc: Doc, stack: list[_Command], room: int, broken: set[int]) -> bool:
    """Whether a document on one line, and what follows it up to the next place to break, has room."""
    following = len(stack)
    todo: list[tuple[bool, Doc]] = [(True, doc)]
    blank = 0  # a space that counts only if something follows it
    while room >= 0:
        if not todo:
            if not following:
                return True
            following -= 1
            _, whole, doc = stack[following]
        else:
            whole, doc = todo.pop()
        text = doc if isinstance(doc, str) else doc.flat if whole else None
        if text is not None and (isinstance(doc, str) or text[-1:] != " "):
            if text:
                room -= blank + width(text)
                blank = 0
        elif isinstance(doc, Line):
            if not whole or doc.flat is None:
                return True
            blank = 1  # without a blank it would have been text
        elif isinstance(doc, Concat):
            todo += [(whole, part) for part in reversed(doc.parts)]
        elif not isinstance(doc, str):
            todo.append(_inside(doc, whole, broken))
    return False


def _inside(
    doc: Group | Lazy | Choice | Indent | IfBreak | IndentIfBreak, whole: bool, broken: set[int]
) -> tuple[bool, Doc]:
    if isinstance(doc, Group | Lazy):
        return whole and not doc.breaks, doc.contents
    if isinstance(doc, Choice):
        return whole, doc.states[0] if whole else doc.states[-1]
    if isinstance(doc, IfBreak):
        return whole, _chosen(doc, whole, broken)
    return whole, doc.contents
