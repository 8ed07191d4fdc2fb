"""Connections to the database: many readers beside one writer, each request one transaction.

On disk the database runs in WAL mode, so that readers go on beside the writer; `synchronous=NORMAL` keeps every acknowledged write
when the process dies (a power cut may take the last ones, never the database). In memory, one connection serves everybody in turn:
SQLite's shared cache would answer readers "table is locked" while somebody writes.
"""

from __future__ import annotations

import contextlib
import math
import pathlib
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from pygen.server.errors import LocalServerError, RefusedError
from pygen.server.schema import Schema
from pygen.server.tables import load_schema, prepare

T = TypeVar("T")

TIME_LIMIT = 30.0
"""Seconds that the SQL of one read may take; then the answer is 408 (contract §1.6)."""

_STEPS_BETWEEN_CHECKS = 200_000
_PRAGMAS = (
    "temp_store = memory",
    "cache_size = -65536",
    "mmap_size = 1073741824",
    "foreign_keys = off",
    "trusted_schema = off",
)


def _now() -> int:
    return time.time_ns() // 1_000_000


class Transaction:
    """What a request works with: a connection inside a transaction, and the schema that belongs to it.

    Attributes:
        now: The time of the request, epoch milliseconds.
    """

    def __init__(self, connection: sqlite3.Connection, schema: Schema, now: int, deadline: float = math.inf) -> None:
        self.sql = connection
        self.schema = schema
        self.now = now
        self._deadline = deadline

    def check_time(self) -> None:
        """Break off between the statements of a long read.

        Raises:
            RefusedError: 408, the time limit has passed.
        """
        if time.monotonic() > self._deadline:
            raise _too_slow()

    def counter(self, counter: str) -> int:
        """The last number of a counter that was given out."""
        row = self.sql.execute("select value from counter where name = ?", (counter,)).fetchone()
        return int(row[0])

    def reload_schema(self) -> Schema:
        """Read the schema again after changing it; the new sequence number makes every other request do the same."""
        row = self.sql.execute("update counter set value = value + 1 where name = 'schema' returning value").fetchone()
        self.schema = load_schema(self.sql, row[0])
        return self.schema

    def take(self, counter: str, count: int) -> int:
        """Reserve `count` numbers of a counter that never goes back; returns the first."""
        row = self.sql.execute(
            "update counter set value = value + ? where name = ? returning value", (count, counter)
        ).fetchone()
        return int(row[0]) - count + 1


class Store:
    """One project's schema and data. Make it with `Store.open`; it can be used from several threads."""

    def __init__(self, path: str | None, connect: Callable[[], sqlite3.Connection], clock: Callable[[], int]) -> None:
        self.path = path
        self.clock = clock
        self._connect = connect
        self._writer = connect()
        self._writing = threading.RLock()
        self._idle: list[sqlite3.Connection] = []
        self._schemas: dict[int, Schema] = {}
        self._closed = False

    @classmethod
    def open(cls, path: str | pathlib.Path | None = None, *, clock: Callable[[], int] = _now) -> Store:
        """Open a database, making it if need be.

        Args:
            path: File of the database; None keeps everything in memory.
            clock: Gives the time of writes in epoch milliseconds.

        Raises:
            LocalServerError: The file cannot be made, read or written, or is not a database of ours.
        """
        file = None if path is None else str(path)
        try:
            store = cls(file, lambda: _connect(file), clock)
        except sqlite3.Error as error:
            raise LocalServerError(f"Cannot open the database {file}: {error}. Choose another file.") from error
        try:
            prepare(store._writer)
        except sqlite3.Error as error:
            store.close()
            raise LocalServerError(f"Cannot use the database {file}: {error}. Choose another file.") from error
        return store

    def close(self) -> None:
        """Close every connection; running requests finish first."""
        with self._writing:
            self._closed = True
            while self._idle:
                self._idle.pop().close()
            self._writer.close()

    @contextlib.contextmanager
    def write(self) -> Iterator[Transaction]:
        """A transaction that can change things; rolled back if the block raises."""
        with self._writing:
            self._check_open()
            self._writer.execute("begin immediate")
            try:
                before = self._schema(self._writer)
                transaction = Transaction(self._writer, before, self.clock())
                yield transaction
                self._writer.execute("commit")
            except BaseException:
                self._writer.execute("rollback")
                raise
            self._schemas[transaction.schema.sequence] = transaction.schema
            if transaction.schema is not before:
                self._forget_old_schemas()

    @contextlib.contextmanager
    def read(self) -> Iterator[Transaction]:
        """A transaction that sees one consistent state, and is broken off when it takes too long.

        Raises:
            RefusedError: 408, the time limit has passed.
        """
        with self._reader() as connection:
            connection.execute("begin")
            deadline = time.monotonic() + TIME_LIMIT
            connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS_BETWEEN_CHECKS)
            try:
                yield Transaction(connection, self._schema(connection), self.clock(), deadline)
            except sqlite3.OperationalError as error:
                if "interrupted" not in str(error):
                    raise
                raise _too_slow() from error
            finally:
                connection.set_progress_handler(None, 0)
                connection.execute("rollback")

    @contextlib.contextmanager
    def alone(self) -> Iterator[sqlite3.Connection]:
        """The connection that writes, outside of a transaction and while nobody else writes: to copy a whole database."""
        with self._writing:
            self._check_open()
            yield self._writer

    @contextlib.contextmanager
    def _reader(self) -> Iterator[sqlite3.Connection]:
        if self.path is None:
            with self._writing:
                self._check_open()
                yield self._writer
            return
        self._check_open()
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._connect()
        try:
            yield connection
        finally:
            if self._closed:
                connection.close()
            else:
                self._idle.append(connection)

    def _check_open(self) -> None:
        if self._closed:
            raise LocalServerError("The store is closed.")

    def _schema(self, connection: sqlite3.Connection) -> Schema:
        (sequence,) = connection.execute("select value from counter where name = 'schema'").fetchone()
        schema = self._schemas.get(sequence)
        if schema is None:
            schema = self._schemas[sequence] = load_schema(connection, sequence)
        return schema

    def _forget_old_schemas(self) -> None:
        for sequence in sorted(self._schemas)[:-3]:
            self._schemas.pop(sequence, None)


def _too_slow() -> RefusedError:
    return RefusedError("Graph query timed out. Reduce load or contention, or optimise your query.", status=408)


def _connect(path: str | None) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path or ":memory:", isolation_level=None, check_same_thread=False, timeout=30, cached_statements=512
    )
    try:
        if path is not None:
            connection.execute("pragma journal_mode = wal")
            connection.execute("pragma synchronous = normal")
        for pragma in _PRAGMAS:
            connection.execute("pragma " + pragma)
    except sqlite3.Error:
        connection.close()
        raise
    return connection
