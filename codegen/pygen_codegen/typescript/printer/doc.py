"""Documents: text that knows where it may break, and the layout that breaks it only where a line would be too long.

The algebra is Wadler's, with the habits of prettier: a group is one line if that fits, else its own lines break and inner
groups decide anew. Each document remembers its text on one line, so that what fits is written in one piece.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable


def _facts(doc: Doc) -> tuple[str | None, bool, bool]:
    """The text on one line, whether groups around break, whether anything inside must."""
    return (doc, False, False) if isinstance(doc, str) else (doc.flat, doc.breaks, doc.forced)


class Line:
    """A place where a line may end (`LINE`, `SOFTLINE`) or must (`HARDLINE`)."""

    __slots__ = ("breaks", "flat", "forced")

    flat: str | None
    breaks: bool
    forced: bool

    def __init__(self, text: str, *, hard: bool = False) -> None:
        self.flat = None if hard else text
        self.breaks = self.forced = hard


class Concat:
    """One document after the other."""

    __slots__ = ("breaks", "flat", "forced", "parts")

    flat: str | None
    breaks: bool
    forced: bool

    def __init__(self, parts: Iterable[Doc]) -> None:
        self.parts = tuple(parts)
        texts: list[str] | None = []
        self.breaks = self.forced = False
        for part in self.parts:
            if isinstance(part, str):
                text: str | None = part
            else:
                text = part.flat
                self.breaks |= part.breaks
                self.forced |= part.forced
            if text is None:
                texts = None
            elif texts is not None:
                texts.append(text)
        self.flat = None if texts is None else "".join(texts)


class Indent:
    """Lines that break in here begin one step further right."""

    __slots__ = ("breaks", "contents", "flat", "forced")

    flat: str | None
    breaks: bool
    forced: bool

    def __init__(self, contents: Doc) -> None:
        self.contents = contents
        self.flat, self.breaks, self.forced = _facts(contents)


class Group:
    """One line if it fits. `broken`: never on one line."""

    __slots__ = ("breaks", "contents", "flat", "forced")

    flat: str | None
    breaks: bool
    forced: bool

    def __init__(self, contents: Doc, *, broken: bool = False) -> None:
        self.contents = contents
        flat, breaks, forced = _facts(contents)
        self.breaks = broken or breaks
        self.forced = broken or forced
        self.flat = None if self.breaks else flat


class Lazy:
    """A group that fits on one line more often than not: its parts are made when they are needed."""

    __slots__ = ("_contents", "_make", "flat")

    breaks = forced = False

    def __init__(self, flat: str, make: Callable[[], Doc]) -> None:
        self.flat = flat
        self._make = make
        self._contents: Doc | None = None

    @property
    def contents(self) -> Doc:
        """What it is made of."""
        if self._contents is None:
            self._contents = self._make()
        return self._contents


class Choice:
    """The first of several layouts that fits; the last one if none does. It hides inner breaks from its surroundings."""

    __slots__ = ("breaks", "flat", "forced", "states")

    flat: str | None
    breaks: bool
    forced: bool

    def __init__(self, *states: Doc) -> None:
        self.states = states
        self.flat, _, self.forced = _facts(states[0])
        self.breaks = False


class IfBreak:
    """One text where lines break, another where they do not: in the group around it, or in `group`."""

    __slots__ = ("breaks", "broken", "flat", "forced", "group", "whole")

    flat: str | None
    breaks: bool
    forced: bool

    def __init__(self, broken: Doc, whole: Doc = "", group: Group | None = None) -> None:
        self.broken, self.whole, self.group = broken, whole, group
        flat, breaks, forced = _facts(whole)
        self.flat = flat if group is None else None
        _, broken_breaks, broken_forced = _facts(broken)
        self.breaks = breaks or broken_breaks
        self.forced = forced or broken_forced


class IndentIfBreak:
    """Indented where `group` broke."""

    __slots__ = ("breaks", "contents", "flat", "forced", "group")

    flat: str | None
    breaks: bool
    forced: bool

    def __init__(self, contents: Doc, group: Group) -> None:
        self.contents, self.group = contents, group
        self.flat, self.breaks, self.forced = _facts(contents)


Doc = str | Line | Concat | Indent | Group | Lazy | Choice | IfBreak | IndentIfBreak

LINE = Line(" ")
SOFTLINE = Line("")
HARDLINE = Line("", hard=True)
BREAK_PARENT = Group("", broken=True)
"""Nothing to see; the groups around it break."""


# --- making documents ----------------------------------------------------------------------------


class _MustBreakError(Exception):
    """It has no text on one line."""


class _State(threading.local):
    """Whether this thread makes mere text at the moment."""

    text = False


_state = _State()


def _text(parts: Iterable[Doc]) -> str:
    texts = [part if isinstance(part, str) else part.flat for part in parts]
    try:
        return "".join(texts)  # type: ignore[arg-type]  # None is what the next line is about
    except TypeError:
        raise _MustBreakError from None


def mere_text() -> bool:
    """Whether only text on one line is wanted, so that it does not matter where it could break."""
    return _state.text


def lazily(make: Callable[[], Doc], *, broken: bool = False) -> Doc:
    """A group, of which only the text is made for now.

    Args:
        make: Makes what is in it. It is called for the text, and again if that has no room.
        broken: Whether it never stands on one line.
    """
    if broken:
        if _state.text:
            raise _MustBreakError
        return group(make(), broken=True)
    if _state.text:
        return make()
    _state.text = True
    try:
        text = _text((make(),))
    except _MustBreakError:
        text = None
    finally:
        _state.text = False
    return group(make()) if text is None else Lazy(text, make)


def concat(*parts: Doc) -> Doc:
    """One document after the other; plain text stays plain text."""
    if _state.text:
        return _text(parts)
    for part in parts:
        if not isinstance(part, str):
            return Concat(parts)
    return "".join(parts)  # type: ignore[arg-type]  # the loop has looked at each


def group(*parts: Doc, broken: bool = False) -> Doc:
    """One line if it fits. `broken`: never on one line."""
    if _state.text and broken:
        raise _MustBreakError
    contents = concat(*parts)
    return contents if isinstance(contents, str) and not broken else Group(contents, broken=broken)


def indent(*parts: Doc) -> Doc:
    """One step further right."""
    contents = concat(*parts)
    return contents if isinstance(contents, str) else Indent(contents)


def choice(first: Doc, *others: Callable[[], Doc]) -> Doc:
    """The first of several layouts that fits; the last one if none does."""
    return concat(first) if _state.text else Choice(first, *(make() for make in others))


def if_break(broken: Doc, whole: Doc = "", group: Group | None = None) -> Doc:
    """One text where lines break, another where they do not: in the group around it, or in `group`."""
    return whole if _state.text else IfBreak(broken, whole, group)


def spaced(contents: Doc) -> Doc:
    """A space before something; or a new line, which indents it, if there is no room for its beginning."""
    if _state.text:
        return concat(" ", contents)
    space = Group(Indent(LINE))
    return Concat((space, IndentIfBreak(contents, space)))


def join(separator: Doc, docs: Iterable[Doc]) -> Doc:
    """Documents with a separator between them."""
    parts: list[Doc] = []
    for doc in docs:
        if parts:
            parts.append(separator)
        parts.append(doc)
    return concat(*parts)


def forced(doc: Doc) -> bool:
    """Whether something in it must break."""
    return not isinstance(doc, str) and doc.forced


def flat(doc: Doc) -> str | None:
    """Its text on one line, if it can be that."""
    return doc if isinstance(doc, str) else doc.flat


def can_break(doc: Doc) -> bool:
    """Whether there is any place in it where a line can end."""
    match doc:
        case str():
            return False
        case Line():
            return True
        case Concat(parts=parts) | Choice(states=parts):
            return any(map(can_break, parts))
        case IfBreak(broken=broken, whole=whole):
            return can_break(broken) or can_break(whole)
        case _:
            return can_break(doc.contents)
