"""Rows of container tables: patch and replace, defaults, immutable and automatic values (contract §6.3, rules 4 to 7)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import msgspec

from pygen.server.errors import RefusedError
from pygen.server.instance_rows import keys_json
from pygen.server.schema import Container, ContainerKey, Property
from pygen.server.sql import Sql, SqlValue, build, join, name
from pygen.server.store import Transaction
from pygen.server.values import key_of

_encode = msgspec.json.encode
_decode = msgspec.json.Decoder(dict[str, Any]).decode

Supplied = dict[str, Any]
"""Values by property identifier, as the request gives them."""


class _Row:
    """One row being written: the answered properties, and the cells of its columns."""

    __slots__ = ("cells", "document")

    def __init__(self, document: dict[str, Any], cells: list[SqlValue]) -> None:
        self.document = document
        self.cells = cells

    def props(self) -> str:
        """The stored text of the properties, a comma before each pair."""
        return "," + _encode(self.document)[1:-1].decode() if self.document else ""


class ContainerBatch:
    """Writes the rows of one request into one container.

    Attributes:
        targets: Keys that the request's direct relations point at, by the container they must have data in (None: any node).
        inserted: Row ids that were not in the container before.
        changed: Row ids whose data changed, the inserted ones included.
    """

    def __init__(self, transaction: Transaction, container: Container, *, replace: bool) -> None:
        self._transaction = transaction
        self._container = container
        self._replace = replace
        self._properties = container.properties
        self._filled = [
            one
            for one in self._properties.values()
            if one.default is not None or one.auto_increment or not one.nullable
        ]
        self._next: dict[str, int] = {}
        self.targets: dict[ContainerKey | None, set[str]] = {}
        self.inserted: list[int] = []
        self.changed: set[int] = set()

    def write(self, supplied: Mapping[int, Supplied], new: Collection[int], label: Callable[[int], str]) -> None:
        """Merge values into rows and store those that changed.

        Args:
            supplied: Values by row id.
            new: Row ids of instances that this request creates, which have no rows yet.
            label: Names the instance of a row id in messages.

        Raises:
            RefusedError: A value is not allowed, or a required one is missing.
        """
        known = self._existing([id_ for id_ in supplied if id_ not in new])
        rows: list[tuple[SqlValue, ...]] = []
        for id_, values in supplied.items():
            before = known.get(id_)
            try:
                row = self._new_row(values) if before is None else self._merged(before, values)
            except ValueError as error:
                raise RefusedError(f"{error} (instance '{label(id_)}')") from error
            if before is None:
                self.inserted.append(id_)
            elif row.cells == before.cells and row.document == before.document:
                continue
            self.changed.add(id_)
            rows.append((id_, row.props(), *row.cells))
        if rows:
            self._transaction.sql.executemany(self._upsert().text, rows)

    def _existing(self, ids: Sequence[int]) -> dict[int, _Row]:
        if not ids:
            return {}
        statement = build(
            "select id, props, {columns} from {table} where id in (select value from json_each(?))",
            columns=self._columns(),
            table=name(self._container.table),
        )
        found = self._transaction.sql.execute(statement.text, (keys_json(ids),))
        return {row[0]: _Row(_decode("{" + row[1][1:] + "}"), list(row[2:])) for row in found}

    def _columns(self) -> Sql:
        return join(", ", [name(one.column) for one in self._properties.values()])

    def _upsert(self) -> Sql:
        columns = [name(one.column) for one in self._properties.values()]
        return build(
            "insert into {table} (id, props, {columns}) values (?, ?, {marks}) "
            "on conflict (id) do update set props = excluded.props, {assignments}",
            table=name(self._container.table),
            columns=join(", ", columns),
            marks=Sql(", ".join("?" * len(columns))),
            assignments=join(", ", [build("{column} = excluded.{column}", column=column) for column in columns]),
        )

    def _new_row(self, values: Supplied) -> _Row:
        row = _Row({}, [None] * len(self._properties))
        for identifier, value in values.items():
            if value is not None:
                self._set(row, self._properties[identifier], value)
            elif not self._properties[identifier].nullable:
                raise ValueError(self._required(identifier))
        for stored in self._filled:
            if stored.identifier not in values:
                self._fill(row, stored)
        return row

    def _merged(self, before: _Row, values: Supplied) -> _Row:
        row = _Row(dict(before.document), list(before.cells))
        for identifier, value in values.items():
            stored = self._properties[identifier]
            if value is not None:
                self._set(row, stored, value)
            elif not stored.nullable:
                raise ValueError(self._required(identifier))
            else:
                self._clear(row, stored)
        if self._replace:
            for stored in self._properties.values():
                if stored.identifier not in values and not stored.auto_increment:
                    self._clear(row, stored)
                    self._fill(row, stored)
        for position, (old, new) in enumerate(zip(before.cells, row.cells, strict=True)):
            if old is not None and old != new:
                self._check_mutable(position)
        return row

    def _check_mutable(self, position: int) -> None:
        stored = list(self._properties.values())[position]
        if stored.immutable:
            key = self._container.key
            raise ValueError(f"Cannot update immutable property '{key.space}.{key.external_id}.{stored.identifier}'")

    def _clear(self, row: _Row, stored: Property) -> None:
        row.document.pop(stored.identifier, None)
        row.cells[stored.position] = None

    def _set(self, row: _Row, stored: Property, value: Any) -> None:
        try:
            answer, cell = stored.write(value)
        except ValueError as error:
            where = f"{self._container.key}"
            raise ValueError(
                f"Invalid value for property '{stored.identifier}' of type {stored.type.name} in container '{where}': {error}"
            ) from error
        row.document[stored.identifier] = answer
        row.cells[stored.position] = cell
        if stored.is_relation:
            self._note_targets(stored, answer)

    def _note_targets(self, stored: Property, answer: Any) -> None:
        targets = self.targets.setdefault(stored.target, set())
        if stored.type.is_list:
            targets.update(map(key_of, answer))
        else:
            targets.add(key_of(answer))

    def _fill(self, row: _Row, stored: Property) -> None:
        """Give a property that the request leaves out its default or next number."""
        if stored.default is not None:
            self._set(row, stored, stored.default)
        elif stored.auto_increment:
            self._set(row, stored, self._number(stored))
        elif not stored.nullable:
            raise ValueError(self._required(stored.identifier))

    def _number(self, stored: Property) -> int:
        if stored.identifier not in self._next:
            query = build(
                "select max({column}) from {table}", column=name(stored.column), table=name(self._container.table)
            )
            (largest,) = self._transaction.sql.execute(query.text).fetchone()
            self._next[stored.identifier] = (largest or 0) + 1
        number = self._next[stored.identifier]
        self._next[stored.identifier] = number + 1
        return number

    def _required(self, identifier: str) -> str:
        return f"The property '{identifier}' of the container '{self._container.key}' must have a value"
