"""Figures that the server works out, for code that does not await."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast, overload

from pygen_runtime.schema.aggregates import Bucket
from pygen_runtime.sdk.fields.aggregate import Group, Metric, MetricName
from pygen_runtime.sdk.fields.fields import Field, NumberField
from pygen_runtime.sdk.fields.types import F_co
from pygen_runtime.sdk.instances.clients import bridge_of
from pygen_runtime.sdk.queries.groups import PygenGroups
from pygen_runtime.sync import Bridge

if TYPE_CHECKING:
    from pygen_runtime.sdk.queries.query import PygenQuery

K = TypeVar("K")
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
E = TypeVar("E")


@dataclass(frozen=True, slots=True)
class SyncGroups(Generic[K, F_co]):
    """The instances of a query, grouped by what they share: the twin of `PygenGroups`.

    Args:
        groups: What does the work, on the client's event loop.
    """

    groups: PygenGroups[K, F_co]

    def limit(self, most: int | None) -> SyncGroups[K, F_co]:
        """Tell of so many groups at most, the server choosing which; None: of all, or raise where the API cannot tell that many."""
        return SyncGroups(self.groups.limit(most))

    def keys(self) -> list[K]:
        """The distinct values."""
        return self._bridge.run(lambda _: self.groups.keys())

    @overload
    def aggregate(self, metrics: Callable[[F_co], Metric[A]]) -> list[Group[K, A]]: ...

    @overload
    def aggregate(self, metrics: Callable[[F_co], tuple[Metric[A], Metric[B]]]) -> list[Group[K, tuple[A, B]]]: ...

    @overload
    def aggregate(
        self, metrics: Callable[[F_co], tuple[Metric[A], Metric[B], Metric[C]]]
    ) -> list[Group[K, tuple[A, B, C]]]: ...

    @overload
    def aggregate(
        self, metrics: Callable[[F_co], tuple[Metric[A], Metric[B], Metric[C], Metric[D]]]
    ) -> list[Group[K, tuple[A, B, C, D]]]: ...

    @overload
    def aggregate(
        self, metrics: Callable[[F_co], tuple[Metric[A], Metric[B], Metric[C], Metric[D], Metric[E]]]
    ) -> list[Group[K, tuple[A, B, C, D, E]]]: ...

    def aggregate(self, metrics: Callable[[F_co], Any]) -> list[Group[K, Any]]:
        """One figure of each group, or at most five at once.

            query.group_by(lambda t: t.status).aggregate(lambda t: (t.capacity.avg(), t.capacity.max()))

        Raises:
            UsageError: Something else than metrics is asked for, or too much.
            IncompleteError: There are 1000 groups or more: the API tells no more than that. Add a filter or a limit.
        """
        return self._bridge.run(lambda _: cast("Any", self.groups.aggregate)(metrics))

    @property
    def _bridge(self) -> Bridge:
        return bridge_of(self.groups.query.client)


class SyncFiguring(Generic[F_co]):
    """What queries, and views as a whole, offer to have worked out by the server."""

    __slots__ = ()

    @overload
    def aggregate(self, metrics: MetricName, field: str | None = None) -> float | int | None: ...

    @overload
    def aggregate(self, metrics: Callable[[F_co], Metric[A]]) -> A: ...

    @overload
    def aggregate(self, metrics: Callable[[F_co], tuple[Metric[A], Metric[B]]]) -> tuple[A, B]: ...

    @overload
    def aggregate(self, metrics: Callable[[F_co], tuple[Metric[A], Metric[B], Metric[C]]]) -> tuple[A, B, C]: ...

    @overload
    def aggregate(
        self, metrics: Callable[[F_co], tuple[Metric[A], Metric[B], Metric[C], Metric[D]]]
    ) -> tuple[A, B, C, D]: ...

    @overload
    def aggregate(
        self, metrics: Callable[[F_co], tuple[Metric[A], Metric[B], Metric[C], Metric[D], Metric[E]]]
    ) -> tuple[A, B, C, D, E]: ...

    def aggregate(self, metrics: MetricName | Callable[[F_co], Any], field: str | None = None) -> Any:
        """One figure of all that meet the conditions, or at most five at once, worked out by the server.

            query.aggregate(lambda t: (t.capacity.avg(), t.capacity.max()))
            query.aggregate("avg", "capacity")

        Args:
            metrics: A function of the fields that gives one metric or several; or the name of a figure.
            field: With a name: the field it is worked out of. Without one, `"count"` counts instances.

        Returns:
            What was asked for; None for the average, least, greatest or sum of nothing.

        Raises:
            UsageError: Something else than metrics is asked for, or too much, or the query has a limit.
        """
        return bridge_of(self._subject().client).run(lambda _: cast("Any", self._subject().aggregate)(metrics, field))

    @overload
    def group_by(self, fields: Callable[[F_co], Field[A]]) -> SyncGroups[A, F_co]: ...

    @overload
    def group_by(self, fields: Callable[[F_co], tuple[Field[A], Field[B]]]) -> SyncGroups[tuple[A, B], F_co]: ...

    @overload
    def group_by(
        self, fields: Callable[[F_co], tuple[Field[A], Field[B], Field[C]]]
    ) -> SyncGroups[tuple[A, B, C], F_co]: ...

    @overload
    def group_by(self, fields: str, *more: str) -> SyncGroups[Any, F_co]: ...

    def group_by(self, fields: str | Callable[[F_co], Any], *more: str) -> SyncGroups[Any, F_co]:
        """Figures for each group of instances that have the same value, or the same values.

            query.group_by(lambda t: t.status).aggregate(lambda t: t.capacity.avg())

        Args:
            fields: A function that gives a field or several, or the name of a field.
            more: Names of further fields; five at most in all. Each value of a list makes a group.

        Raises:
            UsageError: A field is unknown, or there are more than five.
        """
        return SyncGroups(cast("Any", self._subject().group_by)(fields, *more))

    def histogram(self, field: str | Callable[[F_co], NumberField[Any, Any]], interval: float) -> list[Bucket]:
        """How many values of a number lie in each interval, by the start of the interval; empty intervals may be missing.

        Args:
            field: The number, by a function of the fields or by name.
            interval: Width of the intervals, more than 0; they start at its multiples.

        Raises:
            UsageError: The field is no number, or the width cannot work.
        """
        return bridge_of(self._subject().client).run(lambda _: self._subject().histogram(field, interval))

    def _subject(self) -> PygenQuery[Any, F_co]:
        """Whose instances are meant."""
        raise NotImplementedError
