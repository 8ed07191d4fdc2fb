"""How many rows to ask for while the server answers 408 (too heavy a query) above some size that nobody knows."""

from __future__ import annotations

_MOST_PATIENCE = 8


class PageSize:
    """Halves when a page was too heavy, and doubles again after a while.

    Trying a larger page costs a request if it is too early, so patience doubles with each refusal, up to 8 pages: then at most
    one request in nine is wasted. Each enlargement that works makes it impatient again, so that a size of 1 is back at 1000
    within 18 pages.

    Args:
        largest: Rows to ask for when all is well.
    """

    def __init__(self, largest: int) -> None:
        self._largest = self.current = largest
        self._patience, self._good = 1, 0
        self._enlarged = False

    def shrink(self, refused: int) -> None:
        """A page of so many rows was too heavy."""
        self.current = max(1, refused // 2)
        self._patience = min(_MOST_PATIENCE, self._patience * 2)
        self._good, self._enlarged = 0, False

    def grow(self) -> None:
        """A page of the current size came."""
        if self._enlarged:
            self._patience, self._enlarged = 1, False
        self._good += 1
        if self.current < self._largest and self._good >= self._patience:
            self.current = min(self._largest, self.current * 2)
            self._good, self._enlarged = 0, True
