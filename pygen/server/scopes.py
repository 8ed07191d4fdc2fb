"""The instance that a query speaks of: its row, the container rows beside it, and what property references mean there (§7.2)."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from pygen.server.errors import RefusedError
from pygen.server.schema import Container, ContainerKey, Schema, Source, ViewKey
from pygen.server.sql import Sql, build, join, member, name
from pygen.server.tables import KINDS
from pygen.server.values import DIRECT, INT64, TEXT, ValueType

_BASE: dict[str, tuple[str, ValueType]] = {
    "instanceType": ("kind", TEXT),
    "version": ("version", INT64),
    "space": ("space", TEXT),
    "externalId": ("external_id", TEXT),
    "type": ("type", DIRECT),
    "createdTime": ("created", INT64),
    "lastUpdatedTime": ("updated", INT64),
    "deletedTime": ("deleted", INT64),
    "startNode": ("start", DIRECT),
    "endNode": ("end", DIRECT),
}
_EDGES_ONLY = ("startNode", "endNode")
_SELECTIVE = ("externalId", "startNode", "endNode")
"""Base properties with an index, of which one value picks few instances."""
_MOST_TABLES = 60
"""SQLite joins at most 64 tables."""


class Column(NamedTuple):
    """A property as SQL sees it.

    Attributes:
        sql: The column.
        type: Its values.
        label: Its identifier, for messages.
        alias: The table it stands in.
        indexed: Whether an index begins with it.
        elements: The table of its elements, if it is a list that is searched by element.
    """

    sql: Sql
    type: ValueType
    label: str
    alias: str
    indexed: bool
    elements: str | None = None


class Scope:
    """One instance of a query: rows of `instance` with the containers that its conditions and answers need.

    Containers in `required` are joined inwards: only instances with data in them are found. Others are joined outwards when a
    condition first asks for them, and give nulls where there is no data (contract §7.4).

    SQLite has no statistics here and would often read `instance` first, then sort. So containers come first, unless `drive` says
    that a condition or the order picks rows of `instance` by index; and rows are ordered by the id of the table that is read first.

    Args:
        schema: Where property references are looked up.
        kind: `node` or `edge`.
        names: Numbers for aliases, shared with a query around this one.
        deleted: Speak of a deleted instance, of which change feeds still tell.
    """

    def __init__(self, schema: Schema, kind: str, names: Iterator[int] | None = None, *, deleted: bool = False) -> None:
        self.schema = schema
        self.kind = kind
        self.deleted = deleted
        self._leads = False
        self._by_change = False
        self._given: Sql | None = None
        self._space: str | None = None
        self._names = itertools.count() if names is None else names
        self.alias = f"i{next(self._names)}"
        self._required: dict[ContainerKey, tuple[str, Container]] = {}
        self._optional: dict[ContainerKey, tuple[str, Container]] = {}
        self._drivers: list[str] = []

    def inner(self, kind: str = "node") -> Scope:
        """A scope for another instance in the same query, with names of its own; by default the node at the end of a relation."""
        return Scope(self.schema, kind, self._names)

    def require(self, container: Container) -> None:
        """Only find instances that have data in the container."""
        if container.key not in self._required:
            alias = self.rows_of(container)
            del self._optional[container.key]
            self._required[container.key] = (alias, container)

    def may_be_global(self) -> bool:
        """Whether instances of global spaces could be found: those have no data in the project's own containers."""
        return all(container.stored.is_global for _, container in self._required.values())

    def rows_of(self, container: Container) -> str:
        """Alias of the container's rows."""
        joined = self._required.get(container.key) or self._optional.get(container.key)
        if joined is None:
            if len(self._required) + len(self._optional) >= _MOST_TABLES:
                raise RefusedError(f"The request refers to more than {_MOST_TABLES} containers.")
            joined = self._optional[container.key] = (f"t{next(self._names)}", container)
        return joined[0]

    def drive(self, column: Column) -> None:
        """Let a column with an index choose the table that is read first; the first one to ask decides."""
        if column.indexed:
            self._drivers.append(column.alias)

    def drive_by_key(self) -> None:
        """Read `instance` first, by its key."""
        self._drivers.append(self.alias)

    def lead(self, *, by_change: bool = False) -> None:
        """Read `instance` before all containers, whatever SQLite thinks of it: a condition or the order picks few of its rows.

        Args:
            by_change: Read it in the order of changes, and by nothing else.
        """
        self._leads = True
        self._by_change = by_change

    def given(self, rows: Sql) -> str:
        """Read certain keys or row ids first of all, and find an instance for each.

        Args:
            rows: What is read: a table function or query with the column `value`.

        Returns:
            The alias of these rows.
        """
        alias = f"k{next(self._names)}"
        self._given = build("{rows} as {alias}", rows=rows, alias=name(alias))
        return alias

    @property
    def is_chained(self) -> bool:
        """Whether instances are found for rows that are given."""
        return self._given is not None

    def id(self) -> Sql:
        """The row id, of the table that is read first."""
        if self._leads:
            return member(self.alias, "id")
        aliases = [alias for alias, _ in self._required.values()]
        driver = next((alias for alias in self._drivers if alias in (*aliases, self.alias)), None)
        return member(driver or next(iter(aliases), self.alias), "id")

    def rows(self) -> Sql:
        """The `from` clause."""
        required = [(alias, self._table(alias, one)) for alias, one in self._required.values()]
        own = (self.alias, self._own())
        fixed = self._leads or self._given is not None
        if self._leads or not required:
            pieces = [own[1], *self._beside(" cross join ", required, self.alias)]
        else:
            (first, table), *others = required
            joins = " cross join " if fixed or self.alias not in self._drivers else " join "
            pieces = [table, *self._beside(" cross join " if fixed else " join ", others, first)]
            pieces += self._beside(joins, [own], first)
        if self._given is not None:
            pieces = [self._given, Sql(" cross join "), *pieces]
        optional = [(alias, self._table(alias, one)) for alias, one in self._optional.values()]
        return join("", [*pieces, *self._beside(" left join ", optional, self.alias)])

    def _own(self) -> Sql:
        table = "tombstone" if self.deleted else "instance"
        index = build(" indexed by {index}", index=name(table + "_change")) if self._by_change else Sql("")
        return build("{table} as {alias}{index}", table=name(table), alias=name(self.alias), index=index)

    def _table(self, alias: str, container: Container) -> Sql:
        table = container.grave if self.deleted else container.table
        return build("{table} as {alias}", table=name(table), alias=name(alias))

    def _beside(self, joins: str, tables: Iterable[tuple[str, Sql]], first: str) -> list[Sql]:
        return [
            build(joins + "{table} on {same}", table=table, same=self._same(alias, first)) for alias, table in tables
        ]

    def _same(self, alias: str, other: str) -> Sql:
        return build("{id} = {other}", id=member(alias, "id"), other=member(other, "id"))

    def is_kind(self) -> Sql:
        """The condition that picks nodes or edges; the plus keeps SQLite from looking for them by kind where it has an id."""
        kind = Sql(str(KINDS[self.kind]))
        template = "+{column} = {kind}" if self._required or self._leads else "{column} = {kind}"
        return build(template, column=member(self.alias, "kind"), kind=kind)

    def name_space(self, space: object) -> None:
        """Note that every result must stand in this space."""
        if isinstance(space, str):
            self._space = space

    def is_shown(self) -> Sql:
        """As `is_kind`, and without the instances of global spaces, unless the filter names one such space (contract §6.5)."""
        if not self.may_be_global() or self._space in self.schema.global_spaces:
            return self.is_kind()
        return build("{kind} and +{id} > 0", kind=self.is_kind(), id=self.id())

    def base(self, key: str) -> Column | None:
        """A property of the instance itself."""
        if key not in _BASE or (key in _EDGES_ONLY and self.kind == "node"):
            return None
        column, type_ = _BASE[key]
        if column == "kind":
            return Column(Sql("'" + self.kind + "'"), type_, key, self.alias, indexed=False)
        sql = Sql("null") if column == "deleted" and not self.deleted else member(self.alias, column)
        return Column(sql, type_, key, self.alias, indexed=key in _SELECTIVE)

    def stored(self, source: Source, identifier: str, *, required: bool = False) -> Column | None:
        """A property of a view or container; `required` if only instances that have it are wanted."""
        mapped = source.mapped.get(identifier)
        if mapped is None:
            return None
        if required:
            self.require(mapped.container)
        alias, column = self.rows_of(mapped.container), mapped.property.column
        indexed = any(columns[0] == column for columns in mapped.container.indexed)
        searched = column in mapped.container.searched_lists and not self.deleted
        elements = mapped.container.elements(column) if searched else None
        return Column(member(alias, column), mapped.property.type, identifier, alias, indexed, elements)

    def column(self, reference: Any, *, required: bool = False) -> Column:
        """What a property reference means here.

        Args:
            reference: The reference as the request has it.
            required: Whether only instances that have the property are wanted.

        Raises:
            RefusedError: It refers to nothing.
        """
        path = reference_path(reference)
        found: Column | None = None
        if path[0] in KINDS and len(path) == 2:
            found = self.base(path[1]) if path[0] == self.kind else None
        elif len(path) == 3:
            found = self.stored(find_source(self.schema, path[0], path[1]), path[2], required=required)
        if found is None:
            raise RefusedError(f"Unknown property {list(path)} for an instance of type {self.kind}.")
        return found


def reference_path(reference: Any) -> tuple[str, ...]:
    """The texts of a property reference."""
    if (
        not isinstance(reference, list)
        or not 1 <= len(reference) <= 3
        or not all(isinstance(part, str) for part in reference)
    ):
        raise RefusedError("A property reference must be a list of two or three texts.")
    return tuple(reference)


def find_source(schema: Schema, space: str, key: str) -> Source:
    """The view or container that a property reference names; a slash tells them apart (contract §7.2)."""
    if "/" in key:
        external_id, _, version = key.partition("/")
        return known_view(schema, ViewKey(space, external_id, version))
    container = schema.containers.get(ContainerKey(space, key))
    if container is None:
        raise RefusedError(f"One or more containers do not exist: '{space}:{key}'")
    return schema.container_source(container)


def known_view(schema: Schema, key: ViewKey) -> Source:
    """A view to read or write through.

    Raises:
        RefusedError: There is no such view.
    """
    view = schema.views.get(key)
    if view is None:
        raise RefusedError(f"One or more views do not exist: '{key}'")
    return schema.view_source(view)


def tagged_source(schema: Schema, reference: Any) -> Source:
    """The view or container that a tagged reference names (contract §4.1)."""
    if not isinstance(reference, dict) or reference.get("type") not in ("view", "container"):
        raise RefusedError("A source must be a reference with the type 'view' or 'container'.")
    space, external_id, version = reference.get("space"), reference.get("externalId"), reference.get("version")
    if not isinstance(space, str) or not isinstance(external_id, str):
        raise RefusedError("A source must have the texts space and externalId.")
    if reference["type"] == "container":
        return find_source(schema, space, external_id.replace("/", " "))
    if not isinstance(version, str):
        raise RefusedError("A reference to a view must have a version.")
    return known_view(schema, ViewKey(space, external_id, version))
