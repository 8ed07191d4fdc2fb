"""Snapshots: the whole database of a store, copied page by page by SQLite's own backup, and put back the same way."""

from __future__ import annotations

import sqlite3
from types import TracebackType

from pygen.server.errors import LocalServerError
from pygen.server.store import Store

_SEQUENCE = "select value from counter where name = 'schema'"


class Snapshot:
    """A store as it was, in memory. It can be put back as often as wanted, into the same store or another one.

    Args:
        store: What to copy; it may be in use.
    """

    def __init__(self, store: Store) -> None:
        self._copy = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        with store.alone() as live:
            live.backup(self._copy)

    def restore(self, store: Store) -> None:
        """Make a store what it was. Requests that read meanwhile see the one state or the other; cursors given out since are void.

        Raises:
            LocalServerError: The snapshot is closed, or the database cannot be written.
        """
        try:
            with store.alone() as live:
                self._outnumber(live)
                self._copy.backup(live)
        except sqlite3.Error as error:
            raise LocalServerError(f"The snapshot cannot be restored: {error}.") from error

    def _outnumber(self, live: sqlite3.Connection) -> None:
        """Let the restored schema have a number that none had before: stores remember schemas by their numbers."""
        numbers = [connection.execute(_SEQUENCE).fetchone()[0] for connection in (live, self._copy)]
        self._copy.execute("update counter set value = ? where name = 'schema'", (max(numbers) + 1,))

    def close(self) -> None:
        """Give the memory back."""
        self._copy.close()

    def __enter__(self) -> Snapshot:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
