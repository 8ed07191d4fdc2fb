"""Text of a data model as text that can be seen: nothing in it leaves its line, or turns the direction of what follows."""

from __future__ import annotations

_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\"}


def one_line(text: str) -> str:
    """Everything printable as it is, the rest escaped."""
    if text.isprintable() and "\\" not in text:
        return text
    return "".join(escaped(char) for char in text)


def escaped(char: str) -> str:
    """Backslashes, and what cannot be seen or changes the direction of what can: Unicode's "not printable"."""
    if char in _SHORT:
        return _SHORT[char]
    if char.isprintable():
        return char
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
