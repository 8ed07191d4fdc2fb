"""Orders and keyset pages: each page starts where the last one ended, at the same cost however deep (contract §1.9, §6.5).

Rows are ordered by the sort keys and then by row id. Rows whose first key is null form a stretch of their own, before or after the
others, and are read by a query of their own: so the query for the others can use an index on the first key, and start in the middle.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from pygen.server.errors import RefusedError, violation
from pygen.server.instance_requests import SortKey
from pygen.server.scopes import Scope
from pygen.server.sql import FALSE, TRUE, Sql, SqlValue, all_of, any_of, bind, build, join

_MAX_KEYS: Final = 5
_UNSORTABLE: Final = ("json",)


class Key(NamedTuple):
    """One sort key."""

    column: Sql
    descending: bool
    nulls_first: bool

    def term(self) -> Sql:
        """The key in an `order by`."""
        direction = "desc" if self.descending else "asc"
        return build("{column} " + f"{direction} nulls {'first' if self.nulls_first else 'last'}", column=self.column)

    def beyond(self, value: SqlValue) -> Sql:
        """The condition that a row's key comes after the value."""
        if value is None:
            return build("{column} is not null", column=self.column) if self.nulls_first else FALSE
        after = build(
            "{column} " + ("<" if self.descending else ">") + " {value}", column=self.column, value=bind(value)
        )
        return after if self.nulls_first else any_of([after, build("{column} is null", column=self.column)])

    def same(self, value: SqlValue) -> Sql:
        """The condition that a row's key is the value."""
        return build("{column} is {value}", column=self.column, value=bind(value))


class Stretch(NamedTuple):
    """A run of rows that one query reads: its condition and order."""

    condition: Sql
    order: Sql


class Order:
    """The order of a list, and the conditions to go on from a position in it."""

    def __init__(self, keys: Sequence[Key], row_id: Sql) -> None:
        self.keys = tuple(keys)
        self._backwards = bool(keys) and keys[0].descending
        self._id = Key(row_id, self._backwards, nulls_first=True)

    @property
    def columns(self) -> list[Sql]:
        """What makes up a position: the sort keys and the row id."""
        return [*(key.column for key in self.keys), self._id.column]

    def terms(self) -> Sql:
        """The whole order, for rows that are not read in pages."""
        return join(", ", [*(key.term() for key in self.keys), self._id_term()])

    def stretches(self, position: Sequence[SqlValue] | None) -> list[Stretch]:
        """What is left to read, from the start or from after a position."""
        if not self.keys:
            condition = TRUE if position is None else self._id.beyond(position[-1])
            return [Stretch(condition, self._id.column)]
        first, *others = self.keys
        null_order = join(", ", [*(key.term() for key in others), self._id_term()])
        value_order = join(", ", [self._first_term(first), null_order])
        nulls = Stretch(build("{column} is null", column=first.column), null_order)
        values = Stretch(build("{column} is not null", column=first.column), value_order)
        if position is None:
            return [nulls, values] if first.nulls_first else [values, nulls]
        rest = self._rest(others, position[1:])
        if position[0] is None:
            begun = Stretch(all_of([nulls.condition, rest]), null_order)
            return [begun, values] if first.nulls_first else [begun]
        begun = Stretch(self._from(first, position[0], rest), value_order)
        return [begun] if first.nulls_first else [begun, nulls]

    def _first_term(self, first: Key) -> Sql:
        return build("{column} " + ("desc" if first.descending else "asc"), column=first.column)

    def _id_term(self) -> Sql:
        return build("{column} " + ("desc" if self._backwards else "asc"), column=self._id.column)

    def _from(self, first: Key, value: SqlValue, rest: Sql) -> Sql:
        """Rows from the value on; the first comparison is what an index can start at."""
        sign = "<" if first.descending else ">"
        template = "{column} " + sign + "= {value} and ({column} " + sign + " {value} or {rest})"
        return build(template, column=first.column, value=bind(value), rest=rest)

    def _rest(self, keys: Sequence[Key], values: Sequence[SqlValue]) -> Sql:
        if not keys:
            return self._id.beyond(values[0]) if values[0] is not None else FALSE
        deeper = all_of([keys[0].same(values[0]), self._rest(keys[1:], values[1:])])
        return any_of([keys[0].beyond(values[0]), deeper])


class Page(NamedTuple):
    """Rows of one page, and the position of its last row if there are more."""

    rows: list[tuple[Any, ...]]
    position: tuple[Any, ...] | None


def read_page(
    sql: sqlite3.Connection,
    order: Order,
    query: Callable[[Stretch, int], Sql],
    limit: int,
    position: Sequence[SqlValue] | None,
) -> Page:
    """Read up to `limit` rows from the start or from after a position.

    Args:
        sql: The connection.
        order: The order of the rows.
        query: Gives the query for at most so many rows of a stretch; the last columns are those of the order.
        limit: The most rows, at least 1.
        position: Where the page before ended.
    """
    rows: list[tuple[Any, ...]] = []
    for stretch in order.stretches(position):
        piece = query(stretch, limit + 1 - len(rows))
        rows += sql.execute(piece.text, piece.values)
        if len(rows) > limit:
            return Page(rows[:limit], rows[limit - 1][-len(order.columns) :])
    return Page(rows, None)


def sort_keys(scope: Scope, sort: Sequence[SortKey] | None) -> list[Key]:
    """The keys that a request sorts by.

    Raises:
        RefusedError: There are too many keys, or one cannot be ordered by.
    """
    wanted = sort or ()
    if len(wanted) > _MAX_KEYS:
        raise violation(f"sort size must be between 0 and {_MAX_KEYS}")
    keys: list[Key] = []
    for one in wanted:
        column = scope.column(one.property)
        if column.type.is_list or column.type.family in _UNSORTABLE:
            raise RefusedError(f"The property '{column.label}' cannot be sorted by: it is a list or of type json.")
        if not keys:
            scope.drive(column)
        keys.append(Key(column.sql, one.direction == "descending", bool(one.nulls_first)))
    return keys
