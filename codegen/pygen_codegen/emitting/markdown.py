"""Text of a data model as text of Markdown: whatever it holds, it stays one line of plain text."""

from __future__ import annotations

import re

from pygen_codegen.emitting.text import one_line

_MEANINGFUL = re.compile(r"[\\`*_{}\[\]<>#|~&$@]|:(?=//)|(?<=[wW]{3})\.")
"""What can begin something within a line, in Markdown, in its dialects or in HTML; bare links too."""


def plain(text: str, limit: int) -> str:
    """A text as it reads, on one line, with everything escaped that could mean something to Markdown.

    Args:
        text: Any text; it must not come first on its line.
        limit: Characters of it to keep; what is cut off is shown by `…`.
    """
    line = " ".join(text[: 4 * limit].split())
    line = line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"
    escaped = _MEANINGFUL.sub(lambda found: f"\\{found.group()}", line)
    return "".join(char if char.isprintable() else f"\\{one_line(char)}" for char in escaped)


def code(identifier: str) -> str:
    """An identifier of ours as code.

    Raises:
        ValueError: It holds more than letters, digits, underscores, dots and brackets of calls.
    """
    if not identifier.replace(".", "").replace("_", "").replace("()", "").isalnum():
        raise ValueError(f"{identifier!r} is no identifier")
    return f"`{identifier}`"
