"""How many rows to ask for while the server answers 408 (too heavy a query) above some size that nobody knows."""

from __future__ import annotations

import logging
from collections.abc import Callable

_MOST_PATIENCE = 8
_PRICE = 4
_log = logging.getLogger("pygen")


class PageSize:
    """Falls when a page was too heavy, and doubles again after a while; the log tells when.

    A fall is a half, and each further one before a larger page has come divides by twice as much: 1000 is at 1 after four refusals.

    Trying a larger page costs a request if it is too early. So each page that comes saves up a quarter of a refusal, and a larger
    page is tried only when all the refusals on the way from there down to a single row are paid for. However the server behaves,
    no more than four requests and a fifth of all are refused, and 1000 is reached again within 20 pages.
    Besides, patience doubles with each refusal, up to 8 pages: below a size that stays, one request in nine is refused.

    Args:
        largest: Rows to ask for when all is well.
        tell: Called with the rows to ask for when they change.

    Attributes:
        current: Rows to ask for now.
    """

    def __init__(self, largest: int, tell: Callable[[int], object] = lambda rows: None) -> None:
        self._largest = self.current = largest
        self._tell = tell
        self._divisor = 2
        self._saved = self._most_saved = _PRICE * _refusals_from(largest)
        self._patience, self._good = 1, 0
        self._enlarged = False

    def shrink(self, refused: int) -> None:
        """A page of so many rows was too heavy; if it was asked for before the last fall, that says nothing new."""
        if refused > self.current:
            return
        self._saved = max(0, self._saved - _PRICE)
        self._patience = min(_MOST_PATIENCE, self._patience * 2)
        self._good, self._enlarged = 0, False
        self._change(max(1, refused // self._divisor))
        self._divisor *= 2
        _log.info(
            "a page of %d rows was too heavy (408); asking for %d", refused, self.current, extra={"rows": self.current}
        )

    def grow(self) -> None:
        """A page of the current size came."""
        if self._enlarged:
            self._patience, self._enlarged = 1, False
            if self.current == self._largest:
                _log.info("pages of %d rows work again", self.current, extra={"rows": self.current})
        self._good += 1
        self._saved = min(self._most_saved, self._saved + 1)
        larger = min(self._largest, self.current * 2)
        if larger > self.current and self._good >= self._patience and self._saved >= _PRICE * _refusals_from(larger):
            self._good, self._enlarged, self._divisor = 0, True, 2
            self._change(larger)

    def _change(self, rows: int) -> None:
        self.current = rows
        self._tell(rows)


def _refusals_from(rows: int) -> int:
    """How many pages can be refused in a row, from this size down to a single row."""
    refusals, divisor = 0, 2
    while rows > 1:
        refusals, rows, divisor = refusals + 1, max(1, rows // divisor), divisor * 2
    return refusals
