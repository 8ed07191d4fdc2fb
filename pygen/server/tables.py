"""The database: our own tables, and one typed table for each container.

`instance` holds nodes and edges. Its `key` is `space:externalId`, the same text that direct relations, types and edge ends hold in
their cells: comparing them is one comparison, following them one look-up in the unique index, and a relation to a node that is
gone, or not there yet, needs nothing special. `head` is the answer's JSON up to the properties, `props` in a container's table that
of the row's properties, each pair with a comma before it: pages are put together in SQL, without decoding (contract §6.5).

Beside the table `c7` of a container stands `d7`, where the rows of deleted instances lie for as long as change feeds may ask for them, and
for list properties that are searched by element a table of elements, which triggers keep up to date. `search_index` says up to which
change the full-text index of a container has read (see `search_index.py`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any, Final

from pygen.server.schema import Container, ContainerKey, DataModel, Schema, Stamped, View, ViewKey, decode_definition
from pygen.server.sql import Sql, build, join, name

FORMAT = 2
"""Version of the database layout, kept in `pragma user_version`."""

_LAYOUT = """
create table counter (name text primary key, value integer not null) strict, without rowid;
insert into counter values ('schema', 1), ('instance', 0), ('change', 0);

create table space (
  space text primary key, definition text not null,
  created integer not null, updated integer not null, is_global integer not null) strict;
create table container (
  id integer primary key autoincrement, space text not null, external_id text not null, definition text not null,
  created integer not null, updated integer not null, is_global integer not null, unique (space, external_id)) strict;
create table view (
  space text not null, external_id text not null, version text not null, definition text not null,
  created integer not null, updated integer not null, is_global integer not null, primary key (space, external_id, version)) strict;
create table data_model (
  space text not null, external_id text not null, version text not null, definition text not null,
  created integer not null, updated integer not null, is_global integer not null, primary key (space, external_id, version)) strict;

create table instance (
  id integer primary key, kind integer not null, key text not null, space text not null, external_id text not null,
  version integer not null, type text, start text, "end" text,
  created integer not null, updated integer not null, change integer not null, head text not null) strict;
create unique index instance_key on instance (key, kind);
create index instance_kind on instance (kind);
create index instance_external_id on instance (external_id);
create index instance_type on instance (type) where type is not null;
create index instance_start on instance (start, type) where start is not null;
create index instance_end on instance ("end", type) where "end" is not null;
create unique index instance_change on instance (change);

create table tombstone (
  id integer primary key, kind integer not null, key text not null, space text not null, external_id text not null,
  version integer not null, type text, start text, "end" text,
  created integer not null, updated integer not null, change integer not null, deleted integer not null, head text not null) strict;
create unique index tombstone_change on tombstone (change);

create table search_index (container integer primary key, change integer not null, columns text not null) strict;
"""

KINDS = {"node": 0, "edge": 1}
"""How kinds of instances are stored."""


def prepare(connection: sqlite3.Connection) -> None:
    """Lay out a new database; leave one that has the layout as it is.

    Raises:
        sqlite3.DatabaseError: The file is not a database, or not one of ours.
    """
    (found,) = connection.execute("pragma user_version").fetchone()
    if found == FORMAT:
        return
    (tables,) = connection.execute("select count(*) from sqlite_schema").fetchone()
    if found or tables:
        raise sqlite3.DatabaseError("it is not a database of this version of pygen serve")
    connection.executescript(f"begin;{_LAYOUT} pragma user_version = {FORMAT}; commit;")


def load_schema(connection: sqlite3.Connection, sequence: int) -> Schema:
    """The schema as this connection sees it now."""

    def stamped(row: Sequence[Any]) -> Stamped:
        definition, created, updated, is_global = row
        return Stamped(decode_definition(definition), created, updated, bool(is_global))

    return Schema(
        sequence=sequence,
        spaces={
            row[0]: stamped(row[1:])
            for row in connection.execute("select space, definition, created, updated, is_global from space")
        },
        containers=[
            Container(row[0], ContainerKey(*row[1:3]), stamped(row[3:]))
            for row in connection.execute(
                "select id, space, external_id, definition, created, updated, is_global from container"
            )
        ],
        views=[
            View(ViewKey(*row[:3]), stamped(row[3:]))
            for row in connection.execute(
                "select space, external_id, version, definition, created, updated, is_global from view"
            )
        ],
        data_models=[
            DataModel(ViewKey(*row[:3]), stamped(row[3:]))
            for row in connection.execute(
                "select space, external_id, version, definition, created, updated, is_global from data_model"
            )
        ],
    )


def create_table(connection: sqlite3.Connection, container: Container) -> None:
    """Make the tables of a container that is new."""
    columns = [
        build("{column} " + stored.type.column, column=name(stored.column)) for stored in container.properties.values()
    ]
    for table in (container.table, container.grave):
        statement = build(
            "create table {table} (id integer primary key, props text not null, {columns}) strict",
            table=name(table),
            columns=join(", ", columns),
        )
        connection.execute(statement.text)


def add_columns(connection: sqlite3.Connection, container: Container, known: int) -> None:
    """Add the columns of properties after the first `known` ones."""
    for stored in list(container.properties.values())[known:]:
        for table in (container.table, container.grave):
            statement = build(
                "alter table {table} add column {column} " + stored.type.column,
                table=name(table),
                column=name(stored.column),
            )
            connection.execute(statement.text)


def drop_table(connection: sqlite3.Connection, container: Container) -> None:
    """Remove the tables of a container, with its data and indexes."""
    tables = [container.table, container.grave, *map(container.elements, container.searched_lists)]
    for table in tables:
        connection.execute(build("drop table {table}", table=name(table)).text)
    connection.execute(build("drop table if exists {table}", table=name(container.words)).text)
    connection.execute("delete from search_index where container = ?", (container.id,))


def set_indexes(connection: sqlite3.Connection, container: Container) -> None:
    """Make exactly the indexes that the container should have: for b-trees, uniqueness, relations, and elements of lists."""
    _set_columns(connection, container)
    _set_elements(connection, container)


def _set_columns(connection: sqlite3.Connection, container: Container) -> None:
    present = {
        row[0]: row[1]
        for row in connection.execute(
            "select name, sql from sqlite_schema where type = 'index' and tbl_name = ? and sql is not null",
            (container.table,),
        )
    }
    # The name is made of the columns, so one index serves every rule over the same ones.
    named = {"_".join((container.table, *columns)): columns for columns in container.indexed}
    wanted = {index: _index(container, index, columns).text for index, columns in named.items()}
    for index in present.keys() - wanted.keys():
        connection.execute(build("drop index {index}", index=name(index)).text)
    for index in wanted.keys() - present.keys():
        connection.execute(wanted[index])


def _index(container: Container, index: str, columns: Iterable[str]) -> Sql:
    return build(
        "create index {index} on {table} ({columns})",
        index=name(index),
        table=name(container.table),
        columns=join(", ", [name(column) for column in columns]),
    )


def _set_elements(connection: sqlite3.Connection, container: Container) -> None:
    """Make exactly the tables of list elements that the container should have."""
    wanted = {container.elements(column): column for column in container.searched_lists}
    pattern = container.elements("p") + "*"
    found = connection.execute("select name from sqlite_schema where type = 'table' and name glob ?", (pattern,))
    present = {row[0] for row in found}
    for table in present - wanted.keys():
        for event in _ELEMENT_EVENTS:
            connection.execute(build("drop trigger {trigger}", trigger=name(f"{table}_{event}")).text)
        connection.execute(build("drop table {table}", table=name(table)).text)
    for table in wanted.keys() - present:
        _add_elements(connection, container, table, wanted[table])


_ELEMENT_EVENTS: Final = {
    "insert": "after insert on {rows} when new.{column} is not null begin {add} end",
    "update": "after update of {column} on {rows} when old.{column} is not new.{column} begin {remove} {add} end",
    "delete": "after delete on {rows} when old.{column} is not null begin {remove} end",
}


def _add_elements(connection: sqlite3.Connection, container: Container, table: str, column: str) -> None:
    """A table of the elements of one list, filled, and the triggers that keep it so."""
    parts = {"table": name(table), "rows": name(container.table), "column": name(column)}
    insert = "insert into {table} select distinct e.value, {id} from {source} where e.value is not null"
    add = build(insert + ";", id=Sql("new.id"), source=build("json_each(new.{column}) as e", **parts), **parts)
    remove = build(
        "delete from {table} where id = old.id and value in (select value from json_each(old.{column}));", **parts
    )
    create = (
        "create table {table} (value any not null, id integer not null, primary key (value, id)) strict, without rowid"
    )
    connection.execute(build(create, **parts).text)
    source = build("{rows} as r, json_each(r.{column}) as e", **parts)
    connection.execute(build(insert, id=Sql("r.id"), source=source, **parts).text)
    for event, body in _ELEMENT_EVENTS.items():
        trigger = build("create trigger {trigger} ", trigger=name(f"{table}_{event}"))
        connection.execute(trigger.text + build(body, add=add, remove=remove, **parts).text)
