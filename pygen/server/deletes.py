"""Deleting nodes and edges (contract §6.4): edges of deleted nodes go too, and tombstones stay for change feeds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from pygen.server import instance_rows
from pygen.server.calls import Call, decode
from pygen.server.definitions import require_spaces
from pygen.server.errors import RefusedError, violation
from pygen.server.instance_requests import DeleteRequest, InstanceId
from pygen.server.instance_rows import InstanceRow, keys_json
from pygen.server.schema import Json
from pygen.server.sql import build, name
from pygen.server.store import Transaction
from pygen.server.tables import KINDS

_decoder = msgspec.json.Decoder(DeleteRequest)
RETENTION: Final = 3 * 24 * 3600 * 1000
"""Milliseconds that change feeds can still tell of a deleted instance (contract §6.1)."""

_BURY = (
    'insert into tombstone (id, kind, key, space, external_id, version, type, start, "end", created, updated, change, deleted, head) '
    'select i.id, i.kind, i.key, i.space, i.external_id, i.version, i.type, i.start, i."end", i.created, i.updated, ? + e.key, ?, i.head '
    "from json_each(?) as e cross join instance as i on i.id = e.value"
)


def delete(call: Call) -> Json:
    """`POST /models/instances/delete`."""
    items = decode(call.body, _decoder).items
    if not 1 <= len(items) <= 1000:
        raise violation("items size must be between 1 and 1000")
    check_distinct(items)
    with call.store.write() as transaction:
        deleted = delete_instances(transaction, items, skip_conflicts=False)
        return {"items": [item.json() for item in deleted]}


def check_distinct(items: Iterable[InstanceId]) -> None:
    """Refuse an instance that a request names twice (contract §6.3, rule 15)."""
    seen: set[tuple[str, str]] = set()
    for item in items:
        identity = (item.kind, item.key)
        if identity in seen:
            raise RefusedError(f"The {item.kind} '{item.key}' stands twice in the request.", duplicated=[item.json()])
        seen.add(identity)


def conflicts(existing_version: int | None, found: InstanceRow | None) -> bool:
    """Whether a change started from an older version than the stored one; 0 means that there must be none (rule 9)."""
    return (
        existing_version is not None
        and found is not None
        and (existing_version == 0 or found.version > existing_version)
    )


def version_conflict(label: str) -> RefusedError:
    """The refusal of a change that started from an older version."""
    return RefusedError(
        f"A version conflict caused the ingest to fail. The instance '{label}' was changed by others.", status=409
    )


def delete_instances(
    transaction: Transaction, items: Sequence[InstanceId], *, skip_conflicts: bool
) -> list[InstanceId]:
    """Delete what exists of the items; returns those, without the edges that went along."""
    require_spaces(transaction, (item.space for item in items))
    deleted: list[InstanceId] = []
    rows: dict[int, InstanceRow] = {}
    for kind in KINDS:
        wanted = [item for item in items if item.kind == kind]
        found = instance_rows.find(transaction.sql, kind, [item.key for item in wanted]) if wanted else {}
        for item in wanted:
            row = found.get(item.key)
            if conflicts(item.existing_version, row):
                if not skip_conflicts:
                    raise version_conflict(item.key)
            elif row is not None:
                deleted.append(item)
                rows[row.id] = row
    nodes = [row.key for row in rows.values() if row.kind == "node"]
    if nodes:
        rows.update({row.id: row for row in instance_rows.edges_at(transaction.sql, nodes)})
    if rows:
        _remove(transaction, rows)
    return deleted


def _remove(transaction: Transaction, rows: dict[int, InstanceRow]) -> None:
    """Move instances and their data to where only change feeds look."""
    ids = keys_json(rows)
    for container in transaction.schema.containers.values():
        tables = {"table": name(container.table), "grave": name(container.grave)}
        bury = build("insert into {grave} select * from {table} where id in (select value from json_each(?))", **tables)
        if transaction.sql.execute(bury.text, (ids,)).rowcount:
            drop = build("delete from {table} where id in (select value from json_each(?))", **tables)
            transaction.sql.execute(drop.text, (ids,))
    first = transaction.take("change", len(rows))
    transaction.sql.execute(_BURY, (first, transaction.now, ids))
    transaction.sql.execute("delete from instance where id in (select value from json_each(?))", (ids,))
    _forget_expired(transaction)


def _forget_expired(transaction: Transaction) -> None:
    """Remove for good what was deleted too long ago; changes are numbered in the order of time."""
    expired = transaction.now - RETENTION
    oldest = transaction.sql.execute("select deleted from tombstone order by change limit 1").fetchone()
    if oldest[0] >= expired:
        return
    gone = transaction.sql.execute("delete from tombstone where deleted < ? returning id", (expired,)).fetchall()
    ids = keys_json(row[0] for row in gone)
    for container in transaction.schema.containers.values():
        statement = build(
            "delete from {grave} where id in (select value from json_each(?))", grave=name(container.grave)
        )
        transaction.sql.execute(statement.text, (ids,))
