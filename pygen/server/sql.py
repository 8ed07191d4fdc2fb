"""SQL in pieces: text and the values bound to it stay together.

Text comes only from literals in this package and from `name`, which takes nothing but identifiers that we made; every value of a
request is bound. A piece is put into another by `build`, which keeps the bound values in the order of their marks.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Sequence
from typing import NamedTuple

SqlValue = str | int | float | bytes | None

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


class Sql(NamedTuple):
    """A piece of SQL and the values of its `?` marks, in order."""

    text: str
    values: tuple[SqlValue, ...] = ()


TRUE = Sql("1")
FALSE = Sql("0")


def bind(value: SqlValue) -> Sql:
    """A bound value."""
    return Sql("?", (value,))


def bind_all(values: Iterable[SqlValue]) -> Sql:
    """Bound values, separated by commas."""
    bound = tuple(values)
    return Sql(", ".join("?" * len(bound)), bound)


def name(identifier: str) -> Sql:
    """A quoted name of a table, column or alias.

    Raises:
        ValueError: It is not one of the names this package makes (lower case, digits, underscores).
    """
    if not _NAME.fullmatch(identifier):
        raise ValueError(f"not a name for SQL: {identifier!r}")
    return Sql(f'"{identifier}"')


def member(alias: str, column: str) -> Sql:
    """A column of an aliased table."""
    return Sql(f"{name(alias).text}.{name(column).text}")


def build(template: str, /, **parts: Sql) -> Sql:
    """Fill the `{fields}` of a template with pieces."""
    text: list[str] = []
    values: list[SqlValue] = []
    for literal, field, _, _ in string.Formatter().parse(template):
        text.append(literal)
        if field is not None:
            text.append(parts[field].text)
            values.extend(parts[field].values)
    return Sql("".join(text), tuple(values))


def join(separator: str, parts: Sequence[Sql]) -> Sql:
    """Pieces one after the other."""
    return Sql(separator.join(part.text for part in parts), tuple(value for part in parts for value in part.values))


def all_of(conditions: Sequence[Sql]) -> Sql:
    """Every condition holds; true for none."""
    needed = [condition for condition in conditions if condition != TRUE]
    return _balanced(" and ", needed) if needed else TRUE


def any_of(conditions: Sequence[Sql]) -> Sql:
    """At least one condition holds; false for none."""
    return _balanced(" or ", conditions) if conditions else FALSE


def _balanced(operator: str, parts: Sequence[Sql]) -> Sql:
    """Parts in a tree of logarithmic depth: SQLite refuses expressions deeper than 1000."""
    if len(parts) == 1:
        return parts[0]
    if len(parts) <= 8:
        return build("({inner})", inner=join(operator, parts))
    middle = len(parts) // 2
    halves = (_balanced(operator, parts[:middle]), _balanced(operator, parts[middle:]))
    return build("({inner})", inner=join(operator, halves))
