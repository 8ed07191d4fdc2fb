"""A server's words, made fit to be shown."""

from __future__ import annotations

_LONGEST = 2000


def plain(text: str) -> str:
    """One line without control characters, of bounded length: nothing here can rewrite a terminal or forge a log line."""
    shown = "".join(character if character.isprintable() else " " for character in text[:_LONGEST])
    return " ".join(shown.split())
