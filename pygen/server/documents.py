"""Bodies of answers that were put together from stored bytes."""

from __future__ import annotations

from typing import Self


class Document(bytes):
    """A JSON body.

    Attributes:
        item_count: How many items it holds, over all result sets; whoever reads the body later need not look.
    """

    item_count: int = 0

    @classmethod
    def of(cls, body: bytes, item_count: int) -> Self:
        """A body and its number of items."""
        document = cls(body)
        document.item_count = item_count
        return document
