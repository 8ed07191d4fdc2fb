"""What spaces, containers, views and data models have in common: saving, finding, listing, deleting."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from pygen.server import cursors
from pygen.server.calls import Call
from pygen.server.errors import RefusedError
from pygen.server.schema import Json, Stamped, ViewKey
from pygen.server.sql import Sql, bind, build, join, name
from pygen.server.store import Transaction

K = TypeVar("K", bound="tuple[str, ...]")
D = TypeVar("D")

_KEY_COLUMNS = ("space", "external_id", "version")


def save(transaction: Transaction, table: str, key: Sequence[str], definition: Json, before: Stamped | None) -> bool:
    """Store a definition, unless it is the same as before; returns whether anything was written.

    Raises:
        RefusedError: It belongs to the system and cannot be changed.
    """
    if before is not None and before.is_global:
        raise RefusedError(
            f"Cannot change the global {table.replace('_', ' ')} '{':'.join(key)}': it belongs to the system."
        )
    if before is not None and before.definition == definition:
        return False
    text = msgspec.json.encode(definition).decode()
    if before is None:
        columns = [name(column) for column in _KEY_COLUMNS[: len(key)]]
        statement = build(
            "insert into {table} ({columns}, definition, created, updated, is_global) values ({key}, {text}, {now}, {now}, 0)",
            table=name(table),
            columns=join(", ", columns),
            key=join(", ", [bind(part) for part in key]),
            text=bind(text),
            now=bind(transaction.now),
        )
    else:
        statement = build(
            "update {table} set definition = {text}, updated = {now} where {key}",
            table=name(table),
            text=bind(text),
            now=bind(transaction.now),
            key=_is(key),
        )
    transaction.sql.execute(statement.text, statement.values)
    return True


def remove(transaction: Transaction, table: str, key: Sequence[str], before: Stamped) -> None:
    """Delete a definition.

    Raises:
        RefusedError: It belongs to the system.
    """
    if before.is_global:
        raise RefusedError(
            f"Cannot delete the global {table.replace('_', ' ')} '{':'.join(key)}': it belongs to the system."
        )
    statement = build("delete from {table} where {key}", table=name(table), key=_is(key))
    transaction.sql.execute(statement.text, statement.values)


def _is(key: Sequence[str]) -> Sql:
    parts = zip(_KEY_COLUMNS, key, strict=False)
    return join(" and ", [build("{column} = {value}", column=name(column), value=bind(part)) for column, part in parts])


def require_spaces(transaction: Transaction, spaces: Iterable[str]) -> None:
    """Refuse to write to spaces that do not exist, with the contract's text (§1.6), and to those of the system (§2)."""
    wanted, known = sorted(set(spaces)), transaction.schema.spaces
    unknown = [space for space in wanted if space not in known]
    if unknown:
        raise RefusedError(f"One or more spaces do not exist: {', '.join(repr(space) for space in unknown)}")
    owned = [space for space in wanted if known[space].is_global]
    if owned:
        raise RefusedError(
            f"Cannot write to the global spaces {', '.join(map(repr, owned))}: they belong to the system and are read-only."
        )


def texts(item: Mapping[str, Any], *keys: str) -> tuple[str, ...]:
    """Identifying texts of an item.

    Raises:
        RefusedError: One is missing or not a text.
    """
    values = tuple(item.get(key) for key in keys)
    if not all(isinstance(value, str) for value in values):
        raise RefusedError(f"Every item must have the texts {', '.join(keys)}.")
    return tuple(str(value) for value in values)


def versions(item: Mapping[str, Any], known: Mapping[ViewKey, D]) -> list[D]:
    """What an item of `byids` asks for: one version, or all of them when it names none (contract §4.1)."""
    space, external_id = texts(item, "space", "externalId")
    version = item.get("version")
    if version is None:
        return [known[key] for key in sorted(known) if key[:2] == (space, external_id)]
    found = known.get(ViewKey(space, external_id, str(version)))
    return [] if found is None else [found]


def newest_only(known: Mapping[ViewKey, D], created: Callable[[D], int]) -> dict[ViewKey, D]:
    """Of each view or data model, the version that was created last."""
    newest: dict[tuple[str, str], ViewKey] = {}
    for key, one in known.items():
        best = newest.get(key[:2])
        if best is None or (created(one), key) > (created(known[best]), best):
            newest[key[:2]] = key
    return {key: known[key] for key in newest.values()}


def page(call: Call, kind: str, known: Mapping[K, D], shape: Callable[[D], Json]) -> Json:
    """One page of a schema list, ordered by key (contract §2)."""
    parameters = sorted((key, value) for key, value in call.query if key not in ("limit", "cursor"))
    request = cursors.fingerprint(kind, parameters)
    keys = sorted(known)
    cursor = call.value("cursor")
    if cursor:
        position = cursors.decode(cursor, request, length=len(keys[0]) if keys else 1).values
        keys = [key for key in keys if tuple(key) > tuple(str(part) for part in position)]
    limit = call.limit()
    answer: Json = {"items": [shape(known[key]) for key in keys[:limit]]}
    if len(keys) > limit:
        position_after = cursors.Position(tuple(keys[limit - 1]), call.store.clock())
        answer["nextCursor"] = cursors.encode(request, position_after)
    return answer
