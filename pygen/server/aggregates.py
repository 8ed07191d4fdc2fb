"""Aggregates over a view (contract §6.8): count, avg, min, max, sum, histogram, grouped or not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import msgspec

from pygen.server.answers import read_sources, typing_of
from pygen.server.calls import Call, decode
from pygen.server.errors import RefusedError, violation
from pygen.server.instance_requests import AggregateRequest, SourceRequest
from pygen.server.listing import membership, require_data
from pygen.server.schema import Json, Source
from pygen.server.scopes import Column, Scope
from pygen.server.search import Words
from pygen.server.sql import TRUE, Sql, all_of, bind, build, join, member
from pygen.server.store import Transaction
from pygen.server.system.units import Conversion
from pygen.server.values import reference_of

_decoder = msgspec.json.Decoder(AggregateRequest)
_MAX_GROUPS: Final = 1000
_MAX_BUCKETS: Final = 10_000
_NUMBERS: Final = ("avg", "min", "max", "sum")
_GROUPABLE: Final = ("text", "direct", "int32", "int64", "float32", "float64", "boolean", "enum")
_GROUPABLE_LISTS: Final = ("text", "direct")
_SUPPORTED: Final = "text, text[], direct, direct[], int32, int64, float32, float64, numeric, boolean"


class _Metric(NamedTuple):
    """One wanted aggregate."""

    function: str
    identifier: str | None
    column: Column | None
    interval: float | None

    def json(self) -> Json:
        """What names the aggregate in the answer."""
        answer: Json = {"aggregate": self.function}
        if self.identifier is not None:
            answer["property"] = self.identifier
        if self.interval is not None:
            answer["interval"] = self.interval
        return answer


def aggregate(call: Call) -> Json:
    """`POST /models/instances/aggregate`."""
    request = decode(call.body, _decoder)
    limit = 100 if request.limit is None else request.limit
    if not 1 <= limit <= _MAX_GROUPS:
        raise violation(f"limit must be between 1 and {_MAX_GROUPS}")
    for what, given in (("aggregates", request.aggregates), ("groupBy", request.group_by)):
        if given is not None and len(given) > 5:
            raise violation(f"{what} size must be between 0 and 5")
    words = Words(request.query, request.properties, request.operator or "OR")
    words.prepare(call.store, request.view)
    with call.store.read() as transaction:
        source = read_sources(transaction.schema, [SourceRequest(request.view, request.target_units)])[0]
        answer: Json = {"items": _Aggregation(transaction, request, source, words).items(limit)}
        if request.include_typing:
            answer["typing"] = typing_of([source])
        return answer


class _Aggregation:
    """One aggregate request over one view."""

    def __init__(self, transaction: Transaction, request: AggregateRequest, source: Source, words: Words) -> None:
        self._sql = transaction.sql
        self._kind = request.instance_type or "node"
        self._scope = Scope(transaction.schema, self._kind)
        self._source = source
        found = words.among(self._scope, source).condition
        require_data(self._scope, source)
        self._grouped = list(dict.fromkeys(request.group_by or ()))
        groups = [self._group_column(identifier) for identifier in self._grouped]
        self._metrics = [self._metric(raw) for raw in request.aggregates or ()]
        self._where = all_of([found, membership(self._scope, [source], request.filter)])
        self._group_columns = groups
        self._group_values: list[Sql] = []
        self._elements = Sql("")
        for number, column in enumerate(groups):
            self._add_group(number, column)

    def items(self, limit: int) -> list[Json]:
        """The `items` of the answer: the largest groups first."""
        plain = [metric for metric in self._metrics if metric.function != "histogram"]
        values = [value for metric in plain for value in _selected(metric)]
        rows = self._run([Sql("count(*)"), *values], limit)
        buckets = [self._buckets(metric) for metric in self._metrics if metric.function == "histogram"]
        items: list[Json] = []
        for row in rows:
            group, cells = row[: len(self._grouped)], iter(row[len(self._grouped) + 1 :])
            histograms = iter(buckets)
            aggregates: list[Json] = []
            for metric in self._metrics:
                if metric.function == "histogram":
                    aggregates.append({**metric.json(), "buckets": next(histograms).get(group, [])})
                else:
                    aggregates.append({**metric.json(), **_value(metric, [next(cells) for _ in _selected(metric)])})
            item: Json = {"instanceType": self._kind, "aggregates": aggregates}
            if self._grouped:
                item["group"] = self._group(group)
            items.append(item)
        return items

    def _column(self, identifier: str) -> Column:
        """A property of the view, or of the instance itself."""
        found = self._scope.stored(self._source, identifier) or self._scope.base(identifier)
        if found is None:
            raise RefusedError(f"Unknown property '{identifier[:300]}' in '{self._source}'.")
        return _in_unit(found, self._source.conversions.get(identifier))

    def _group_column(self, identifier: str) -> Column:
        column = self._column(identifier)
        if column.type.name not in (_GROUPABLE_LISTS if column.type.is_list else _GROUPABLE):
            kind = column.type.name + ("[]" if column.type.is_list else "")
            raise RefusedError(
                f"Property '{identifier}' of type {kind} cannot be used in group by. Supported types are [{_SUPPORTED}]"
            )
        return column

    def _add_group(self, number: int, column: Column) -> None:
        """Each element of a list forms a group."""
        if not column.type.is_list:
            self._group_values.append(column.sql)
            return
        alias = f"e{number}"
        elements = build(", json_each({column}) as {alias}", column=column.sql, alias=Sql(alias))
        self._elements = join("", [self._elements, elements])
        self._group_values.append(member(alias, "value"))

    def _metric(self, raw: dict[str, Any]) -> _Metric:
        if len(raw) != 1 or not isinstance(next(iter(raw.values())), dict):
            raise RefusedError("An aggregate must be an object with exactly one function.")
        ((function, body),) = raw.items()
        identifier = body.get("property")
        if identifier is not None and not isinstance(identifier, str):
            raise RefusedError(f"The property of the aggregate '{function[:100]}' must be a text.")
        column = None if identifier is None else self._column(identifier)
        if function == "count":
            return _Metric(function, identifier, column, None)
        if function not in (*_NUMBERS, "histogram"):
            raise RefusedError(f"Unknown aggregate '{function[:100]}'.")
        if column is None or column.type.is_list or column.type.family != "number":
            raise RefusedError(f"The aggregate '{function}' needs a property that is a single number.")
        return _Metric(function, identifier, column, _interval(body) if function == "histogram" else None)

    def _run(self, values: Sequence[Sql], limit: int) -> list[tuple[Any, ...]]:
        groups = [Sql(f"g{number}") for number in range(len(self._group_values))]
        selected = [
            build("{value} as {group}", value=value, group=group)
            for value, group in zip(self._group_values, groups, strict=True)
        ]
        numbered = [build("{value} as " + f"v{number}", value=value) for number, value in enumerate(values)]
        tail = Sql("")
        if groups:
            names = join(", ", groups)
            tail = build("group by {names} order by v0 desc, {names} limit {limit}", names=names, limit=bind(limit))
        query = build(
            "select {columns} from {rows}{elements} where {where} {tail}",
            columns=join(", ", [*selected, *numbered]),
            rows=self._scope.rows(),
            elements=self._elements,
            where=self._where,
            tail=tail,
        )
        return list(self._sql.execute(query.text, query.values))

    def _buckets(self, metric: _Metric) -> dict[tuple[Any, ...], list[Json]]:
        """Non-empty buckets of a histogram, by group."""
        column = metric.column.sql if metric.column else TRUE
        # Rounds down without floor(), which not every build of SQLite has.
        quotient = build("{column} / {interval}", column=column, interval=bind(metric.interval))
        bucket = build("cast({q} as integer) - ({q} < cast({q} as integer))", q=quotient)
        saved = self._group_values, self._where
        self._group_values = [*self._group_values, bucket]
        self._where = build("{where} and {column} is not null", where=self._where, column=column)
        rows = self._run([Sql("count(*)")], _MAX_BUCKETS + 1)
        self._group_values, self._where = saved
        if len(rows) > _MAX_BUCKETS:
            raise RefusedError(f"The histogram has more than {_MAX_BUCKETS} buckets: choose a larger interval.")
        found: dict[tuple[Any, ...], list[Json]] = {}
        for row in sorted(rows, key=lambda row: row[-2]):
            start = row[-2] * (metric.interval or 0)
            found.setdefault(row[:-2], []).append({"start": start, "count": row[-1]})
        return found

    def _group(self, cells: Sequence[Any]) -> Json:
        group: Json = {}
        for identifier, column, cell in zip(self._grouped, self._group_columns, cells, strict=True):
            value = cell
            if cell is not None and column.type.family == "direct":
                value = reference_of(cell)
            elif cell is not None and column.type.family == "boolean":
                value = bool(cell)
            group[identifier] = value
        return group


def _in_unit(column: Column, conversion: Conversion | None) -> Column:
    """The column, its numbers in the unit that the request asks for."""
    if conversion is None or column.type.is_list:
        return column
    factor, summand = bind(conversion.factor), bind(conversion.summand)
    converted = build("({column} * {factor} + {summand})", column=column.sql, factor=factor, summand=summand)
    return column._replace(sql=converted)


def _interval(body: Json) -> float:
    interval = body.get("interval")
    if (
        not isinstance(interval, (int, float))
        or isinstance(interval, bool)
        or not math.isfinite(interval)
        or interval <= 0
    ):
        raise RefusedError("The interval of a histogram must be a number above 0.")
    return float(interval)


def _selected(metric: _Metric) -> list[Sql]:
    """SQL of one aggregate. SQLite's sum() of integers fails on overflow, so it takes them in two halves."""
    if metric.column is None:
        return [Sql("count(*)")]
    column = metric.column.sql
    if metric.function == "sum" and metric.column.type.column == "INTEGER":
        return [build("sum({column} >> 32)", column=column), build("sum({column} & 4294967295)", column=column)]
    return [build(metric.function + "({column})", column=column)]


def _value(metric: _Metric, cells: Sequence[Any]) -> Json:
    """The value of an aggregate; none over no values."""
    if cells[0] is None:
        return {}
    if len(cells) == 2:
        return {"value": (cells[0] << 32) + cells[1]}
    return {"value": cells[0]}
