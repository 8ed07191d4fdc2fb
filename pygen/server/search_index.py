"""Full-text search over the texts of containers (contract §6.8).

Each container that is searched has an FTS5 table of its own beside it. Writes do not touch it: a search first reads what has changed since the
one before, which the numbers of changes tell. So loads are as fast as if there were no search, and a search still sees every write before it.

Words are runs of letters and digits, compared without regard to case. The last word of a query also matches words that begin with it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Literal

from pygen.server.errors import RefusedError, violation
from pygen.server.instance_rows import keys_json
from pygen.server.schema import Container, Property, Source
from pygen.server.sql import Sql, bind, build, join, name
from pygen.server.store import Transaction

MAX_PROPERTIES = 200
MAX_WORDS = 1000

Operator = Literal["AND", "OR"]


def words_of(query: str) -> list[str]:
    """The words of a query, in their order."""
    kept = (one if one.isalnum() or unicodedata.combining(one) else " " for one in query)
    return "".join(kept).split()


def texts_of(source: Source, identifiers: Sequence[str] | None) -> dict[Container, list[Property]]:
    """Where the texts stand that are searched: those of the given properties, or all of a view.

    Raises:
        RefusedError: A property is not there, or holds no text.
    """
    if identifiers is not None and len(identifiers) > MAX_PROPERTIES:
        raise violation(f"properties size must be between 0 and {MAX_PROPERTIES}")
    found: dict[Container, list[Property]] = {}
    for identifier in identifiers or source.mapped:
        mapped = source.mapped.get(identifier)
        if mapped is None:
            raise RefusedError(f"Unknown property '{identifier[:300]}' in '{source}'.")
        if mapped.property.type.name == "text":
            found.setdefault(mapped.container, []).append(mapped.property)
        elif identifiers:
            raise RefusedError(
                f"The property '{identifier[:300]}' of '{source}' is not of type text: it cannot be searched."
            )
    return found


def is_current(transaction: Transaction, container: Container) -> bool:
    """Whether the index of a container has read every change."""
    return _read_up_to(transaction, container) == transaction.counter("change")


def bring_up_to_date(transaction: Transaction, container: Container) -> None:
    """Read the changes since the last time, everything if there was none, or if the container got new properties."""
    texts = _texts(container)
    latest, seen = transaction.counter("change"), _read_up_to(transaction, container)
    parts = {"words": name(container.words), "table": name(container.table)}
    columns = join(", ", [name(one.column) for one in texts])
    if seen is None:
        transaction.sql.execute(build("drop table if exists {words}", **parts).text)
        template = "create virtual table {words} using fts5({columns}, tokenize = 'unicode61 remove_diacritics 0')"
        transaction.sql.execute(build(template, columns=columns, **parts).text)
        rows = build("{table} as c", **parts)
    else:
        rows = build(
            "instance as i indexed by instance_change cross join {table} as c on c.id = i.id where i.change > {seen}",
            seen=bind(seen),
            **parts,
        )
        for gone in (
            build("select c.id from {rows}", rows=rows),
            build("select id from tombstone indexed by tombstone_change where change > {seen}", seen=bind(seen)),
        ):
            statement = build("delete from {words} where rowid in ({gone})", gone=gone, **parts)
            transaction.sql.execute(statement.text, statement.values)
    insert = build(
        "insert into {words} (rowid, {columns}) select c.id, {texts} from {rows}",
        columns=columns,
        texts=join(", ", [_text(one) for one in texts]),
        rows=rows,
        **parts,
    )
    transaction.sql.execute(insert.text, insert.values)
    transaction.sql.execute(
        "insert or replace into search_index (container, change, columns) values (?, ?, ?)",
        (container.id, latest, _signature(container)),
    )


def _texts(container: Container) -> list[Property]:
    return [one for one in container.properties.values() if one.type.name == "text"]


def _text(one: Property) -> Sql:
    column = build("c.{column}", column=name(one.column))
    if not one.type.is_list:
        return column
    return build("(select group_concat(value, char(10)) from json_each({column}))", column=column)


def _signature(container: Container) -> str:
    return keys_json(one.column for one in _texts(container))


def _read_up_to(transaction: Transaction, container: Container) -> int | None:
    """The last change that the index has read; None if it must be built."""
    row = transaction.sql.execute(
        "select change from search_index where container = ? and columns = ?", (container.id, _signature(container))
    ).fetchone()
    return None if row is None else int(row[0])


def hits(texts: Mapping[Container, Sequence[Property]], words: Sequence[str], operator: Operator) -> Sql:
    """Rows of instances that have the words, or one of them for OR: `value` is the row id, `score` the lower the better.

    A word may stand in any of the texts; so with AND over several containers, each word is looked for by itself.
    """
    if len(words) > MAX_WORDS:
        raise violation(f"query must have at most {MAX_WORDS} words")
    phrases = [f'"{word}"' for word in dict.fromkeys(words[:-1])] + [f'"{words[-1]}" *']
    asked = [f" {operator} ".join(phrases)] if len(texts) == 1 or operator == "OR" else phrases
    found = [
        build(
            "select q.key as word, s.rowid as id, s.rank as rank from json_each({asked}) as q cross join {words} as s "
            "where s.{words} match q.value",
            asked=bind(keys_json(_within(properties, phrase) for phrase in asked)),
            words=name(container.words),
        )
        for container, properties in texts.items()
    ]
    if not found:
        return Sql("(select null as value, 0 as score where 0)")
    return build(
        "(select id as value, sum(rank) as score from ({found}) group by id having count(distinct word) = {needed})",
        found=join(" union all ", found),
        needed=bind(len(asked)),
    )


def _within(properties: Sequence[Property], phrase: str) -> str:
    """An expression of FTS5 that looks into some columns only."""
    columns = " ".join(dict.fromkeys(one.column for one in properties))
    return f"{{{columns}}} : ({phrase})"
