"""Figures that the server works out: of all instances, or of each group."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from pygen_runtime.schema.aggregates import AggregateItem, Bucket
from pygen_runtime.sdk.fields.aggregate import Group, Metric, MetricName, figures, group_key, metrics_of, named_metric
from pygen_runtime.sdk.fields.fields import Field, NumberField
from pygen_runtime.sdk.fields.types import F_co
from pygen_runtime.sdk.instances.properties import wire_name
from pygen_runtime.sdk.queries import parts
from pygen_runtime.sdk.queries import search as asked

if TYPE_CHECKING:
    from pygen_runtime.sdk.queries.query import PygenQuery

K = TypeVar("K")
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
E = TypeVar("E")


@dataclass(frozen=True, slots=True)
class PygenGroups(Generic[K, F_co]):
    """The instances of a query, grouped by what they share; figures are worked out for each group.

    Args:
        query: The query.
        names: The fields whose values make the groups.
        most: Groups to tell of at most.
    """

    query: PygenQuery[Any, F_co]
    names: tuple[str, ...]
    most: int | None = None

    def limit(self, most: int | None) -> PygenGroups[K, F_co]:
        """Tell of so many groups at most, the server choosing which; None: of all, or raise where the API cannot tell that many."""
        return replace(self, most=None if most is None else parts.whole_number("limit", most, least=1, most=1000))

    async def keys(self) -> list[K]:
        """The distinct values."""
        return [key for key, _ in await self._groups(())]

    @overload
    async def aggregate(self, metrics: Callable[[F_co], Metric[A]]) -> list[Group[K, A]]: ...

    @overload
    async def aggregate(
        self, metrics: Callable[[F_co], tuple[Metric[A], Metric[B]]]
    ) -> list[Group[K, tuple[A, B]]]: ...

    @overload
    async def aggregate(
        self, metrics: Callable[[F_co], tuple[Metric[A], Metric[B], Metric[C]]]
    ) -> list[Group[K, tuple[A, B, C]]]: ...

    @overload
    async def aggregate(
        self, metrics: Callable[[F_co], tuple[Metric[A], Metric[B], Metric[C], Metric[D]]]
    ) -> list[Group[K, tuple[A, B, C, D]]]: ...

    @overload
    async def aggregate(
        self, metrics: Callable[[F_co], tuple[Metric[A], Metric[B], Metric[C], Metric[D], Metric[E]]]
    ) -> list[Group[K, tuple[A, B, C, D, E]]]: ...

    async def aggregate(self, metrics: Callable[[F_co], Any]) -> list[Group[K, Any]]:
        """One figure of each group, or at most five at once.

            await query.group_by(lambda t: t.status).aggregate(lambda t: (t.capacity.avg(), t.capacity.max()))

        Raises:
            UsageError: Something else than metrics is asked for, or too much.
            IncompleteError: There are 1000 groups or more: the API tells no more than that. Add a filter or a limit.
        """
        found = metrics(parts.fields_of(self.query.resource, self.query.fields))
        groups = await self._groups(metrics_of(found))
        return groups if isinstance(found, tuple) else [Group(key, values[0]) for key, values in groups]

    async def _groups(self, metrics: Sequence[Metric[Any]]) -> list[Group[Any, Any]]:
        resource = self.query.resource
        properties = [wire_name(resource, name) for name in self.names]
        items = await asked.aggregated(self.query, [metric.aggregation for metric in metrics], properties, self.most)
        return [Group(group_key(item, resource, properties), figures(item, metrics)) for item in items]


class Figuring(Generic[F_co]):
    """What queries, and views as a whole, offer to have worked out by the server."""

    __slots__ = ()

    @overload
    async def aggregate(self, metrics: MetricName, field: str | None = None) -> float | int | None: ...

    @overload
    async def aggregate(self, metrics: Callable[[F_co], Metric[A]]) -> A: ...

    @overload
    async def aggregate(self, metrics: Callable[[F_co], tuple[Metric[A], Metric[B]]]) -> tuple[A, B]: ...

    @overload
    async def aggregate(self, metrics: Callable[[F_co], tuple[Metric[A], Metric[B], Metric[C]]]) -> tuple[A, B, C]: ...

    @overload
    async def aggregate(
        self, metrics: Callable[[F_co], tuple[Metric[A], Metric[B], Metric[C], Metric[D]]]
    ) -> tuple[A, B, C, D]: ...

    @overload
    async def aggregate(
        self, metrics: Callable[[F_co], tuple[Metric[A], Metric[B], Metric[C], Metric[D], Metric[E]]]
    ) -> tuple[A, B, C, D, E]: ...

    async def aggregate(self, metrics: MetricName | Callable[[F_co], Any], field: str | None = None) -> Any:
        """One figure of all that meet the conditions, or at most five at once, worked out by the server.

            await query.aggregate(lambda t: (t.capacity.avg(), t.capacity.max()))
            await query.aggregate("avg", "capacity")

        Args:
            metrics: A function of the fields that gives one metric or several; or the name of a figure.
            field: With a name: the field it is worked out of. Without one, `"count"` counts instances.

        Returns:
            What was asked for; None for the average, least, greatest or sum of nothing.

        Raises:
            UsageError: Something else than metrics is asked for, or too much, or the query has a limit.
        """
        query = self._subject()
        if isinstance(metrics, str):
            return (await figures_of(query, (named_metric(query.resource, metrics, field),)))[0]
        found = metrics(parts.fields_of(query.resource, query.fields))
        values = await figures_of(query, metrics_of(found))
        return values if isinstance(found, tuple) else values[0]

    @overload
    def group_by(self, fields: Callable[[F_co], Field[A]]) -> PygenGroups[A, F_co]: ...

    @overload
    def group_by(self, fields: Callable[[F_co], tuple[Field[A], Field[B]]]) -> PygenGroups[tuple[A, B], F_co]: ...

    @overload
    def group_by(
        self, fields: Callable[[F_co], tuple[Field[A], Field[B], Field[C]]]
    ) -> PygenGroups[tuple[A, B, C], F_co]: ...

    @overload
    def group_by(self, fields: str, *more: str) -> PygenGroups[Any, F_co]: ...

    def group_by(self, fields: str | Callable[[F_co], Any], *more: str) -> PygenGroups[Any, F_co]:
        """Figures for each group of instances that have the same value, or the same values.

            await query.group_by(lambda t: t.status).aggregate(lambda t: t.capacity.avg())

        Args:
            fields: A function that gives a field or several, or the name of a field.
            more: Names of further fields; five at most in all. Each value of a list makes a group.

        Raises:
            UsageError: A field is unknown, or there are more than five.
        """
        query = self._subject()
        names = parts.field_names(query.resource, parts.fields_of(query.resource, query.fields), [fields, *more])
        return PygenGroups(query, parts.at_most_five(names))

    async def histogram(self, field: str | Callable[[F_co], NumberField[Any, Any]], interval: float) -> list[Bucket]:
        """How many values of a number lie in each interval, by the start of the interval; empty intervals may be missing.

        Args:
            field: The number, by a function of the fields or by name.
            interval: Width of the intervals, more than 0; they start at its multiples.

        Raises:
            UsageError: The field is no number, or the width cannot work.
        """
        return await asked.histogram(self._subject(), field, interval)

    def _subject(self) -> PygenQuery[Any, F_co]:
        """Whose instances are meant."""
        raise NotImplementedError


async def figures_of(query: PygenQuery[Any, Any], metrics: Sequence[Metric[Any]]) -> tuple[Any, ...]:
    """Figures of all that meet a query's conditions."""
    items = await asked.aggregated(query, [metric.aggregation for metric in metrics])
    return figures(items[0] if items else AggregateItem(), metrics)
