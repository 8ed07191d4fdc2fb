"""Filters to SQL conditions (contract §7), with the contract's two-valued nulls.

A leaf over a null property is null in SQL. `and`, `or` and `where` treat null like false; only `not` must not pass it on, so it
is written `(…) is not true`. Every value is bound.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from pygen.server.errors import RefusedError, violation
from pygen.server.scopes import Column, Scope, tagged_source
from pygen.server.sql import FALSE, TRUE, Sql, SqlValue, all_of, any_of, bind, bind_all, build, join, member, name
from pygen.server.values import key_of

MAX_DEPTH: Final = 20
MAX_CLAUSES: Final = 1000
MAX_VALUES: Final = 30_000
_MAX_LIST: Final = 1000
_MAX_IN_LISTS: Final = 100
"""Direct relations to look for in a list of them (contract Appendix A)."""
_MAX_SOURCES: Final = 10
_ORDERED: Final = ("text", "number", "timestamp", "date")
_COMPARISONS: Final = {"gte": ">=", "gt": ">", "lte": "<=", "lt": "<"}

Json = Mapping[str, Any]


class FilterCompiler:
    """Turns one filter, or several over the same instance, into SQL.

    Args:
        scope: The instance that the filter speaks of.
        parameters: Values of `{"parameter": name}`; None where parameters are not allowed (everywhere but query and sync).
        sort_key: Column that the page is ordered by. A range over any other column does not use an index: SQLite would sort all
            that it finds for each page, and reading on in the order of the page is cheaper.
    """

    def __init__(self, scope: Scope, *, parameters: Json | None = None, sort_key: Sql | None = None) -> None:
        self.scope = scope
        self._parameters = parameters
        self._sort_key = sort_key
        self._top = False
        self._without: Sequence[str] = ()
        self._clauses = 0
        self._values = 0

    def condition(self, filter_: Any, *, without: Sequence[str] = ()) -> Sql:
        """The condition for a filter.

        What must hold for every result joins containers inwards, where it can only hold with data in them.

        Args:
            filter_: The filter.
            without: Operators that it must not have.

        Raises:
            RefusedError: The filter is malformed, too large, or refers to what does not exist.
        """
        self._without = without
        return self._filter(filter_, 1, top=True)

    def _filter(self, filter_: Any, depth: int, *, top: bool = False) -> Sql:
        if not isinstance(filter_, dict) or len(filter_) != 1:
            raise RefusedError("A filter must be an object with exactly one operator.")
        if depth > MAX_DEPTH:
            raise RefusedError(f"The filter is nested deeper than {MAX_DEPTH} levels.")
        ((operator, body),) = filter_.items()
        if operator in ("and", "or"):
            return self._several(operator, body, depth, top=top)
        if operator == "not":
            return build("({inner}) is not true", inner=self._filter(body, depth + 1))
        self._top = top
        if operator == "nested":
            return self._nested(_object(operator, body), depth)
        self._clauses += 1
        if self._clauses > MAX_CLAUSES:
            raise RefusedError(f"The filter has more than {MAX_CLAUSES} clauses.")
        if operator == "hasData":
            return self._has_data(body)
        if operator == "instanceReferences":
            return self._references(body)
        leaf = _LEAVES.get(operator)
        if leaf is None or operator in self._without:
            raise RefusedError(f"{'Unsupported' if leaf else 'Unknown'} filter operator '{str(operator)[:100]}'.")
        return leaf(self, _object(operator, body))

    def _several(self, operator: str, body: Any, depth: int, *, top: bool) -> Sql:
        if not isinstance(body, list) or not body:
            raise RefusedError(f"The operands of '{operator}' must be a list of at least one filter.")
        stays_top = top and (operator == "and" or len(body) == 1)
        parts = [self._filter(part, depth + 1, top=stays_top) for part in body]
        return all_of(parts) if operator == "and" else any_of(parts)

    def _nested(self, body: Json, depth: int) -> Sql:
        scope = self.column(body, "scope")
        if scope.type.family != "direct" or scope.type.is_list:
            raise RefusedError(
                f"The scope of a nested filter must be a single direct relation, and '{scope.label}' is not."
            )
        outer, self.scope = self.scope, self.scope.inner()
        try:
            inner = self._filter(body.get("filter"), depth + 1, top=True)
            return build(
                "{scope} in (select {key} from {rows} where {kind} and {inner})",
                scope=scope.sql,
                key=member(self.scope.alias, "key"),
                rows=self.scope.rows(),
                kind=self.scope.is_kind(),
                inner=inner,
            )
        finally:
            self.scope = outer

    def _has_data(self, body: Any) -> Sql:
        if not isinstance(body, list) or not 1 <= len(body) <= _MAX_SOURCES:
            raise violation(f"hasData size must be between 1 and {_MAX_SOURCES}")
        containers = [one for reference in body for one in tagged_source(self.scope.schema, reference).containers]
        if self._top:
            for container in containers:
                self.scope.require(container)
            return TRUE
        return all_of([build("{id} is not null", id=member(self.scope.rows_of(one), "id")) for one in containers])

    def _references(self, body: Any) -> Sql:
        if not isinstance(body, list) or not 1 <= len(body) <= _MAX_LIST:
            raise violation(f"instanceReferences size must be between 1 and {_MAX_LIST}")
        keys = []
        for reference in body:
            texts = isinstance(reference, dict) and (reference.get("space"), reference.get("externalId"))
            if not texts or not all(isinstance(text, str) for text in texts):
                raise RefusedError("instanceReferences must hold objects with the texts space and externalId.")
            keys.append(key_of(reference))
        self._count(len(keys))
        if self._top:
            self.scope.drive_by_key()
        return build("{key} in ({keys})", key=member(self.scope.alias, "key"), keys=bind_all(keys))

    def column(self, body: Json, key: str = "property") -> Column:
        """A property that an operator refers to. Operators hold for no null, so at the top its container is required."""
        return self.scope.column(body.get(key), required=self._top)

    def drive(self, column: Column) -> None:
        """Let a property that must have a certain value choose the rows."""
        if self._top:
            self.scope.drive(column)

    def note_space(self, body: Json) -> None:
        """Tell the scope when all results must stand in one space."""
        if self._top and body["property"] == [self.scope.kind, "space"]:
            self.scope.name_space(self._resolved(body.get("value")))

    def single(self, body: Json, operator: str) -> Column:
        """The property of an operator that takes no lists."""
        column = self.column(body)
        if column.type.is_list:
            raise RefusedError(
                f"Invalid value for list property '{column.label}': '{operator}' takes single values only."
            )
        return column

    def elements(self, body: Json, operator: str) -> tuple[Column, Sql]:
        """The property of an operator that takes lists only, and its values."""
        column = self.column(body)
        if not column.type.is_list:
            raise RefusedError(f"'{operator}' takes list properties only, and '{column.label}' is none.")
        return column, self.operands(column, body, _MAX_IN_LISTS if column.type.family == "direct" else _MAX_LIST)

    def operand(self, column: Column, value: Any) -> Sql:
        """A value to compare a property with: a literal, a parameter, or another property of the same instance."""
        value = self._resolved(value)
        if isinstance(value, dict) and value.keys() == {"property"} and isinstance(value["property"], list):
            other = self.column(value)
            if other.type.is_list or other.type.family != column.type.family:
                raise RefusedError(f"The properties '{column.label}' and '{other.label}' cannot be compared.")
            return other.sql
        self._count(1)
        return bind(_cell(column, value))

    def operands(self, column: Column, body: Json, most: int = _MAX_LIST) -> Sql:
        """The bound `values` of an operator, which may be so many at most."""
        values = self._resolved(body.get("values"))
        if not isinstance(values, list) or len(values) > most:
            raise RefusedError(f"'values' for the property '{column.label}' must be a list of at most {most} values.")
        cells = dict.fromkeys(_cell(column, self._resolved(value)) for value in values)
        self._count(len(cells))
        return bind_all(cells)

    def ranged(self, column: Column) -> Sql:
        """A column to compare with bounds."""
        if self._sort_key is not None and column.sql == self._sort_key:
            return column.sql
        return build("+{column}", column=column.sql)

    def _resolved(self, value: Any) -> Any:
        if not isinstance(value, dict) or value.keys() != {"parameter"} or not isinstance(value["parameter"], str):
            return value
        if self._parameters is None:
            raise RefusedError("Parameters can be used in filters of query and sync only.")
        if value["parameter"] not in self._parameters:
            raise RefusedError(f"Unknown parameter '{value['parameter'][:100]}'.")
        return self._parameters[value["parameter"]]

    def _count(self, values: int) -> None:
        self._values += values
        if self._values > MAX_VALUES:
            raise RefusedError(f"The filter has more than {MAX_VALUES} values.")


def _object(operator: str, body: Any) -> Json:
    if not isinstance(body, dict):
        raise RefusedError(f"The operand of '{operator[:100]}' must be an object.")
    return body


def _cell(column: Column, value: Any) -> SqlValue:
    try:
        return column.type.operand(value)
    except (ValueError, OverflowError) as error:
        raise RefusedError(
            f"Invalid value for property '{column.label}' of type {column.type.name}: {error}."
        ) from error


def _equals(compiler: FilterCompiler, body: Json) -> Sql:
    column = compiler.single(body, "equals")
    compiler.drive(column)
    compiler.note_space(body)
    return build("{column} = {value}", column=column.sql, value=compiler.operand(column, body.get("value")))


def _in(compiler: FilterCompiler, body: Json) -> Sql:
    column = compiler.single(body, "in")
    compiler.drive(column)
    return build("{column} in ({values})", column=column.sql, values=compiler.operands(column, body))


def _prefix(compiler: FilterCompiler, body: Json) -> Sql:
    column = compiler.single(body, "prefix")
    if column.type.family != "text":
        raise RefusedError(f"'prefix' takes text properties only, and '{column.label}' is of type {column.type.name}.")
    start = compiler.operand(column, body.get("value"))
    template = "({ranged} >= {start} and substr({column}, 1, length({start})) = {start})"
    return build(template, ranged=compiler.ranged(column), column=column.sql, start=start)


def _exists(compiler: FilterCompiler, body: Json) -> Sql:
    return build("{column} is not null", column=compiler.column(body).sql)


def _contains_any(compiler: FilterCompiler, body: Json) -> Sql:
    column, values = compiler.elements(body, "containsAny")
    if column.elements is not None:
        template = "{id} in (select id from {table} where value in ({values}))"
        return build(template, id=member(column.alias, "id"), table=name(column.elements), values=values)
    template = "exists (select 1 from json_each({column}) as e where e.value in ({values}))"
    return build(template, column=column.sql, values=values)


def _contains_all(compiler: FilterCompiler, body: Json) -> Sql:
    column, values = compiler.elements(body, "containsAll")
    if not values.values:
        return build("{column} is not null", column=column.sql)
    count = bind(len(values.values))
    if column.elements is not None:
        template = "{id} in (select id from {table} where value in ({values}) group by id having count(*) = {count})"
        return build(template, id=member(column.alias, "id"), table=name(column.elements), values=values, count=count)
    template = "(select count(distinct e.value) from json_each({column}) as e where e.value in ({values})) = {count}"
    return build(template, column=column.sql, values=values, count=count)


def _bounds(compiler: FilterCompiler, body: Json, column: Column, keys: tuple[str, str]) -> list[Sql]:
    """Comparisons of a column with the bounds among `keys`, of which at most one may be given."""
    if column.type.is_list or column.type.family not in _ORDERED:
        raise RefusedError(f"The property '{column.label}' of type {column.type.name} has no order to compare by.")
    given = [key for key in keys if body.get(key) is not None]
    if len(given) > 1:
        raise RefusedError(f"A range must not have both {keys[0]} and {keys[1]}.")
    return [
        join(_COMPARISONS[key].join("  "), [compiler.ranged(column), compiler.operand(column, body[key])])
        for key in given
    ]


def _range(compiler: FilterCompiler, body: Json) -> Sql:
    column = compiler.single(body, "range")
    bounds = [*_bounds(compiler, body, column, ("gt", "gte")), *_bounds(compiler, body, column, ("lt", "lte"))]
    if not bounds:
        raise RefusedError(f"The range of the property '{column.label}' must have at least one of gt, gte, lt and lte.")
    return all_of(bounds)


def _overlaps(compiler: FilterCompiler, body: Json) -> Sql:
    start, end = compiler.column(body, "startProperty"), compiler.column(body, "endProperty")
    bounds = [*_bounds(compiler, body, end, ("gt", "gte")), *_bounds(compiler, body, start, ("lt", "lte"))]
    if not bounds:
        raise RefusedError("'overlaps' must have at least one of gt, gte, lt and lte.")
    exist = [build("{column} is not null", column=column.sql) for column in (start, end)]
    return all_of([*exist, *bounds])


_LEAVES: Final[dict[str, Callable[[FilterCompiler, Json], Sql]]] = {
    "equals": _equals,
    "in": _in,
    "range": _range,
    "prefix": _prefix,
    "exists": _exists,
    "containsAny": _contains_any,
    "containsAll": _contains_all,
    "overlaps": _overlaps,
    "matchAll": lambda _compiler, _body: TRUE,
    "invalid": lambda _compiler, _body: FALSE,
}
