"""Rows of the `instance` table: looking them up, adding and changing them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec

from pygen.server.tables import KINDS
from pygen.server.values import reference_of

_encode = msgspec.json.encode


class InstanceRow(NamedTuple):
    """A node or edge without its properties; type, start and end are keys, times epoch milliseconds."""

    id: int
    kind: str
    space: str
    external_id: str
    version: int
    created: int
    updated: int
    type: str | None = None
    start: str | None = None
    end: str | None = None

    @property
    def key(self) -> str:
        """`space:externalId`."""
        return f"{self.space}:{self.external_id}"

    def head(self) -> str:
        """The JSON of the instance up to its properties, still open."""
        answer: dict[str, Any] = {
            "instanceType": self.kind,
            "space": self.space,
            "externalId": self.external_id,
            "version": self.version,
            "createdTime": self.created,
            "lastUpdatedTime": self.updated,
        }
        for key, value in (("type", self.type), ("startNode", self.start), ("endNode", self.end)):
            if value is not None:
                answer[key] = reference_of(value)
        return _encode(answer)[:-1].decode()


def keys_json(keys: Iterable[str | int]) -> str:
    """Keys or row ids as one bound value, for `in (select value from json_each(?))`: one statement whatever their number."""
    return _encode(list(keys)).decode()


_FIND = (
    'select id, space, external_id, version, created, updated, type, start, "end" from instance '
    "where kind = ? and key in (select value from json_each(?))"
)
_TOUCHING = (
    'select id, space, external_id, version, created, updated, type, start, "end" from instance '
    "where kind = 1 and (start in (select value from json_each(:keys)) "
    'or "end" in (select value from json_each(:keys)))'
)
_PRESENT = "select key from instance where kind = 0 and key in (select value from json_each(?))"
_INSERT = (
    'insert into instance (id, kind, key, space, external_id, version, type, start, "end", created, updated, change, head) '
    "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_UPDATE = (
    'update instance set version = ?, type = ?, start = ?, "end" = ?, updated = ?, change = ?, head = ? where id = ?'
)


def _row(kind: str, row: Sequence[Any]) -> InstanceRow:
    id_, space, external_id, version, created, updated, type_, start, end = row
    return InstanceRow(id_, kind, space, external_id, version, created, updated, type_, start, end)


def find(connection: sqlite3.Connection, kind: str, keys: Iterable[str]) -> dict[str, InstanceRow]:
    """The instances of one kind that exist among the keys, by key."""
    rows = (_row(kind, row) for row in connection.execute(_FIND, (KINDS[kind], keys_json(keys))))
    return {row.key: row for row in rows}


def edges_at(connection: sqlite3.Connection, keys: Iterable[str]) -> list[InstanceRow]:
    """Edges that start or end at the nodes."""
    return [_row("edge", row) for row in connection.execute(_TOUCHING, {"keys": keys_json(keys)})]


def missing_nodes(connection: sqlite3.Connection, keys: Iterable[str]) -> list[str]:
    """Keys that no node has, in their order."""
    wanted = list(dict.fromkeys(keys))
    present = {row[0] for row in connection.execute(_PRESENT, (keys_json(wanted),))}
    return [key for key in wanted if key not in present]


def insert(connection: sqlite3.Connection, rows: Sequence[InstanceRow], first_change: int) -> None:
    """Add instances; the first takes the change number, the next the one after it, and so on."""
    connection.executemany(
        _INSERT,
        [
            (
                *(
                    row.id,
                    KINDS[row.kind],
                    row.key,
                    row.space,
                    row.external_id,
                    row.version,
                    row.type,
                    row.start,
                    row.end,
                ),
                *(row.created, row.updated, change, row.head()),
            )
            for change, row in enumerate(rows, first_change)
        ],
    )


def update(connection: sqlite3.Connection, rows: Sequence[InstanceRow], first_change: int) -> None:
    """Change instances that exist; change numbers as in `insert`."""
    connection.executemany(
        _UPDATE,
        [
            (row.version, row.type, row.start, row.end, row.updated, change, row.head(), row.id)
            for change, row in enumerate(rows, first_change)
        ],
    )
