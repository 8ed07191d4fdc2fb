"""What comments say about things of the model: plain text, which each emitter makes a literal or a comment of its language."""

from __future__ import annotations


def about(source: str, name: str | None, description: str | None) -> str | None:
    """The description, and the display name where it says more than the name in the model does.

    Args:
        source: The name in the model.
        name: The display name.
        description: The description.
    """
    told = (description or "").strip()
    shown = (name or "").strip()
    if _bare(shown) in ("", _bare(source)) or _bare(shown) == _bare(told):
        return told or None
    return f"{shown}: {told}" if told else shown


def _bare(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())
