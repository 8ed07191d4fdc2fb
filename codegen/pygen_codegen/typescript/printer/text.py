"""Texts as they stand in source: strings, keys, template strings, comments. Whatever a text holds, it stays where it was put."""

from __future__ import annotations

import re
import textwrap
from functools import lru_cache

from pygen_codegen.typescript.printer.layout import WIDTH
from pygen_codegen.typescript.tree.names import is_identifier
from pygen_codegen.typescript.tree.types import Documentation

_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\"}
_PLAIN = re.compile(r"[ !#-&(-\[\]-~]*\Z")  # neither quotes nor backslashes
_JOINING = re.compile("[\ufe00-\ufe0f\u20e3\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff]")
"""Characters that change the width of what is before or behind them."""


@lru_cache(maxsize=8192)
def string(value: str) -> str:
    """The literal of a text, in double quotes unless single ones save escapes."""
    if _PLAIN.match(value):
        return f'"{value}"'
    quote = "'" if value.count('"') > value.count("'") else '"'
    return quote + "".join(f"\\{quote}" if char == quote else _escaped(char) for char in value) + quote


@lru_cache(maxsize=8192)
def key(name: str, *, method: bool = False) -> str:
    """The key of a member of an object or a type, quoted only where it must be.

    Args:
        name: Any text.
        method: Whether it is a method of a type, where `new` would be something else.
    """
    if is_identifier(name) and not (method and name == "new"):
        return name
    literal = string(name)
    return literal if literal.isascii() else "".join(char if char.isascii() else _unicode(char) for char in literal)


def template(text: str) -> str:
    """Text of a template string, on one line."""
    escaped = "".join(map(_escaped, text))
    return escaped.replace("`", "\\`").replace("${", "\\${")


def number(value: int | float) -> str:
    """A number as prettier writes it: no `.0`, a small `e` without plus."""
    text = repr(value)
    return text.removesuffix(".0").replace("e+", "e").replace("e-0", "e-")


def line_comment(text: str) -> str:
    """One line of comment."""
    return f"// {one_line(text)}".rstrip()


def one_line(text: str) -> str:
    """Everything printable, the rest escaped, so that the text cannot leave its line."""
    return "".join(_SHORT.get(char, char) if char == "\\" or char.isprintable() else _escaped(char) for char in text)


def documentation(doc: Documentation, indentation: int) -> list[str]:
    """The lines of a JSDoc comment, without indentation.

    Args:
        doc: What it says.
        indentation: Columns before it.
    """
    room = max(WIDTH - indentation - len(" * "), 40)
    lines = [part for line in _lines(doc.text) for part in _wrapped(line, room)]
    tags = [part for name, text in doc.tags for part in _tag(name, text, room)]
    if tags and lines:
        lines.append("")
    lines += tags
    if len(lines) == 1 and indentation + len(lines[0]) + len("/**  */") <= WIDTH:
        return [f"/** {lines[0]} */"]
    return ["/**", *(f" * {line}".rstrip() for line in lines), " */"]


def _tag(name: str, text: str, room: int) -> list[str]:
    first, *others = [part for line in _lines(text) or [""] for part in _wrapped(line, room - len(name) - 2)]
    return [f"@{name} {first}".rstrip(), *(f"  {line}" if line else "" for line in others)]


def _lines(text: str) -> list[str]:
    """The lines of a text: no way out of the comment, no links but our own."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n ")
    safe = plain.replace("*/", "*\\/").replace("{@", "{\\@")
    lines = textwrap.dedent(safe.expandtabs(4)).split("\n")
    return [_visible(line).rstrip() for line in lines] if plain else []


def _visible(line: str) -> str:
    return line if line.isprintable() else "".join(char if char.isprintable() else _escaped(char) for char in line)


def _wrapped(line: str, room: int) -> list[str]:
    """A line that is too long as several, at spaces; words stay whole, and none becomes a tag."""
    lines = [line]
    if len(line) > room:
        margin = " " * (len(line) - len(line.lstrip(" ")))
        lines = textwrap.wrap(line, room, subsequent_indent=margin, break_long_words=False, break_on_hyphens=False)
    return [part.replace("@", "\\@", 1) if part.lstrip().startswith("@") else part for part in lines]


def _escaped(char: str) -> str:
    """Backslashes, and what cannot be seen, joins its neighbours or changes the direction of what can be seen."""
    if char in _SHORT:
        return _SHORT[char]
    return char if char.isprintable() and not _JOINING.match(char) else _unicode(char)


def _unicode(char: str) -> str:
    code = ord(char)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\u{{{code:x}}}"
