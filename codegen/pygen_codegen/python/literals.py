"""Text of a data model as Python literals: whatever it holds, it stays inside its quotes, and reads as it did."""

from __future__ import annotations

import inspect

from pygen_codegen.emitting.text import escaped, one_line


def quoted(text: str) -> str:
    """The literal of a text, in the quotes that `ruff format` prefers: double ones, unless single ones save escapes."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    if quote not in text:
        return f"{quote}{one_line(text)}{quote}"
    return quote + "".join(f"\\{quote}" if char == quote else escaped(char) for char in text) + quote


def docstring(text: str, indent: int) -> str:
    """A docstring, its further lines at `indent`; blanks at the ends of lines are lost, as `ruff format` would have it.

    Args:
        text: Any text.
        indent: Characters before the docstring.
    """
    lines = [line.rstrip() for line in inspect.cleandoc(_lines(text)).split("\n")]
    first, *others = (one_line(line).replace('"""', '\\"\\"\\"') for line in lines)
    first = f" {first}" if first.startswith('"') else first
    if not others:
        return f'"""{first} """' if _ends_in_bare_quote(lines[0]) else f'"""{first}"""'
    margin = " " * indent
    return "\n".join([f'"""{first}', *(margin + line if line else "" for line in others), f'{margin}"""'])


def _ends_in_bare_quote(line: str) -> bool:
    """Whether the last character is a quote that is not one of three, which are escaped."""
    quotes = len(line) - len(line.rstrip('"'))
    return quotes % 3 != 0


def _lines(text: str) -> str:
    """One kind of line end, and no other characters that some tools take for one."""
    return "\n".join(line.expandtabs(4) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")).strip()
