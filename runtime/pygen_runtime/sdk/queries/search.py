"""Asking for the best matches of a text, and for figures: one request each, no walk (contract §6.8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from msgspec import UNSET

from pygen_runtime.errors import NoInstanceError, SeveralInstancesError, UsageError
from pygen_runtime.schema.aggregates import AggregateItem, Aggregation, Bucket, Histogram
from pygen_runtime.schema.requests import AggregateRequest, SearchRequest
from pygen_runtime.sdk.fields.values import several_values
from pygen_runtime.sdk.instances.clients import asking
from pygen_runtime.sdk.instances.lists import PygenList
from pygen_runtime.sdk.instances.properties import is_number, is_text, wire_name
from pygen_runtime.sdk.instances.resource import PygenResource
from pygen_runtime.sdk.instances.wire import wire
from pygen_runtime.sdk.queries import parts
from pygen_runtime.sdk.queries.cache import QueryCache, cached

if TYPE_CHECKING:
    from pygen_runtime.sdk.queries.query import PygenQuery

T = TypeVar("T", bound=PygenResource)

Operator = Literal["AND", "OR"]
"""Whether all words must be found, or one of them."""

MOST_FOUND = 1000
"""Instances that one search gives at most; the API has no way to ask for more."""


async def found_by_words(
    query: PygenQuery[T, Any],
    text: str,
    properties: object,
    operator: Operator,
    limit: int,
    *,
    cache: QueryCache | None,
) -> PygenList[T]:
    """See `PygenQuery.search`."""
    resource = query.resource
    if not isinstance(text, str):
        raise UsageError(f"search takes a text, not {text!r}")
    if operator not in ("AND", "OR"):
        raise UsageError(f'operator is {operator!r}: give "AND" or "OR"')
    most = parts.whole_number("limit", limit, most=MOST_FOUND)
    most = most if query.most is None else min(most, query.most)
    names = _searched(query, properties)
    view = parts.view_of(resource, "search")
    if most == 0 or names == ():
        return PygenList([], resource)
    request = SearchRequest(
        view=view,
        query=text,
        properties=UNSET if names is None else names,
        instance_type=resource.INSTANCE_TYPE,
        operator=operator,
        filter=UNSET if query.condition is None else query.condition,
        sort=list(query.order) or UNSET,
        target_units=list(query.converted) or UNSET,
        limit=most,
    )

    async def fetch() -> list[T]:
        page = await asking(query.client).instances.search(request, wire(resource).reply)
        return wire(resource).objects(page.items, query.client, "search")

    return PygenList(await cached(cache, query.client, [resource.__qualname__, request], fetch), resource)


async def aggregated(
    query: PygenQuery[Any, Any],
    aggregations: Sequence[Aggregation],
    group_by: Sequence[str] | None = None,
    limit: int | None = None,
) -> list[AggregateItem]:
    """The figures of everything that meets the query's conditions, or of each group.

    Raises:
        UsageError: The query has a limit, which the API would not heed.
        IncompleteError: There are more groups than the API tells, and no limit was given.
    """
    if query.most is not None:
        raise UsageError(
            "a query with a limit cannot be aggregated: figures are always of all that meets the conditions"
        )
    request = AggregateRequest(
        view=parts.view_of(query.resource, "aggregate"),
        instance_type=query.resource.INSTANCE_TYPE,
        aggregates=list(aggregations),
        group_by=group_by,
        filter=query.condition,
        target_units=list(query.converted) or None,
        limit=limit,
    )
    return (await asking(query.client).instances.aggregate(request)).items


async def histogram(query: PygenQuery[Any, Any], field: object, interval: float) -> list[Bucket]:
    """See `PygenQuery.histogram`."""
    (name,) = parts.field_names(query.resource, parts.fields_of(query.resource, query.fields), [field])
    if not is_number(query.resource, name):
        raise UsageError(f"a histogram needs a number, and {query.resource.__name__}.{name} is none")
    if isinstance(interval, bool) or not isinstance(interval, int | float):
        raise UsageError(f"the interval of a histogram is a number above 0, not {interval!r}")
    items = await aggregated(query, [Histogram(wire_name(query.resource, name), interval)])
    buckets = [bucket for item in items for one in item.aggregates for bucket in one.buckets or ()]
    return sorted(buckets, key=lambda bucket: bucket.start)


def one_of(found: Sequence[T], query: object) -> T:
    """The only one.

    Raises:
        NoInstanceError: There is none.
        SeveralInstancesError: There are more.
    """
    if not found:
        raise NoInstanceError(f"there is none: {query!r}")
    if len(found) > 1:
        raise SeveralInstancesError(f"there are several, such as {found[0].as_id()} and {found[1].as_id()}: {query!r}")
    return found[0]


def _searched(query: PygenQuery[Any, Any], properties: object) -> tuple[str, ...] | None:
    """The ids of the properties to look in; None for all texts, and none of them for none."""
    if properties is None:
        return None
    several = None if callable(properties) else several_values(properties)
    given = [properties] if several is None else list(several)
    if not given:
        return ()
    resource = query.resource
    names = parts.field_names(resource, parts.fields_of(resource, query.fields), given)
    for name in names:
        if not is_text(resource, name):
            raise UsageError(f"words can be looked for in texts, and {resource.__name__}.{name} is none")
    return tuple(wire_name(resource, name) for name in names)
