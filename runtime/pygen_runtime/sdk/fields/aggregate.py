"""Figures that the server works out: what is asked for, and what comes back (contract §6.8)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Literal, NamedTuple, TypeVar

import msgspec

from pygen_runtime.errors import UsageError
from pygen_runtime.schema.aggregates import (
    AggregateItem,
    AggregateValue,
    Aggregation,
    Average,
    Count,
    Greatest,
    Least,
    Sum,
)
from pygen_runtime.sdk.instances.properties import is_number, own_property, property_type, wire_name

if TYPE_CHECKING:
    from pygen_runtime.sdk.instances.resource import PygenResource

K = TypeVar("K")
M = TypeVar("M")
M_co = TypeVar("M_co", covariant=True)

MetricName = Literal["avg", "min", "max", "sum", "count"]
"""Figures that can be asked for by name."""

MOST_METRICS = 5
"""In one request; as many properties can make groups."""


@dataclass(frozen=True)
class Metric(Generic[M_co]):
    """One figure to work out, such as `t.capacity.avg()`.

    Attributes:
        aggregation: How the API says it.
        name: Which of the figures it is.
    """

    aggregation: Aggregation
    name: MetricName


class Group(NamedTuple, Generic[K, M]):
    """What was worked out for one group.

    Attributes:
        key: The value that all its instances share; of several properties, their values; None where there is none.
        value: The figure, or the figures, asked for.
    """

    key: K
    value: M


def named_metric(resource: type[PygenResource], name: str, field: str | None) -> Metric[Any]:
    """A metric by the name of the figure and that of a field.

    Raises:
        UsageError: There is no such figure, or it needs another field.
    """
    kinds: dict[str, Callable[[str], Aggregation]] = {"avg": Average, "min": Least, "max": Greatest, "sum": Sum}
    if name == "count":
        return Metric(Count("externalId" if field is None else wire_name(resource, field)), "count")
    if name not in kinds:
        raise UsageError(f"{name!r} is no figure that can be worked out: there are count, {', '.join(kinds)}")
    if field is None:
        raise UsageError(f"{name} needs a field, such as aggregate({name!r}, 'capacity')")
    if not is_number(resource, field):
        raise UsageError(f"{name} needs a number, and {resource.__name__}.{field} is none")
    return Metric(kinds[name](wire_name(resource, field)), name)  # type: ignore[arg-type]  # is one of the four


def metrics_of(found: Any) -> tuple[Metric[Any], ...]:
    """The metrics that a function of the fields gave.

    Raises:
        UsageError: They are no metrics, or too many.
    """
    metrics = found if isinstance(found, tuple) else (found,)
    if not metrics or not all(isinstance(one, Metric) for one in metrics):
        raise UsageError(f"aggregate takes metrics such as lambda t: t.capacity.avg(), not what gives {found!r}")
    if len(metrics) > MOST_METRICS:
        raise UsageError(f"{len(metrics)} metrics were asked for at once; the API takes {MOST_METRICS} at most")
    return metrics


def figures(item: AggregateItem, metrics: Sequence[Metric[Any]]) -> tuple[Any, ...]:
    """The figures of a group, in the order they were asked for, whichever order they came in."""
    return tuple(_figure(item.aggregates, metric) for metric in metrics)


def group_key(item: AggregateItem, resource: type[PygenResource], properties: Sequence[str]) -> Any:
    """What the instances of a group share, as the fields of the class would hold it."""
    group = item.group or {}
    values = tuple(_typed(resource, property, group.get(property)) for property in properties)
    return values[0] if len(values) == 1 else values


def _figure(found: Sequence[AggregateValue], metric: Metric[Any]) -> float | int | None:
    wanted = metric.aggregation.json[metric.name].get("property")
    for one in found:
        if one.aggregate == metric.name and one.property in (wanted, None):
            return one.value if one.value is not None or metric.name != "count" else 0
    return 0 if metric.name == "count" else None


def _typed(resource: type[PygenResource], property: str, value: Any) -> Any:
    field = own_property(resource, property)
    if value is None or field is None:
        return value
    return msgspec.convert(value, property_type(resource, field).item, strict=False)
