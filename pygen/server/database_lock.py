"""One server for one database file."""

from __future__ import annotations

import contextlib
import pathlib
import sqlite3
from collections.abc import Iterator

from pygen.server.errors import LocalServerError


@contextlib.contextmanager
def held(database: str | pathlib.Path | None) -> Iterator[None]:
    """Keep other servers from a database file while the block runs.

    The lock is one of SQLite on an empty file beside the database: it works on every system, and the death of its process ends it. The
    file stays, because whoever removed it could take it away from under the next server.

    Args:
        database: The file; None, in memory, needs no lock.

    Raises:
        LocalServerError: Another server has the file, or nothing can be written beside it.
    """
    if database is None:
        yield
        return
    beside = f"{pathlib.Path(database).resolve()}-lock"
    try:
        connection = sqlite3.connect(beside, timeout=0, isolation_level=None)
    except sqlite3.Error as error:
        raise LocalServerError(f"Cannot open the database {database}: {error}. Choose another file.") from error
    with contextlib.closing(connection):
        try:
            connection.execute("begin exclusive")
        except sqlite3.Error as error:
            busy = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY
            why = (
                "another local server is using it. Stop that one, or choose another file"
                if busy
                else f"{error}. Choose another file"
            )
            raise LocalServerError(f"Cannot use the database {database}: {why}.") from error
        yield
