"""Queries read in partitions: several queries, each with a condition of its own, whose streams are read as one."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from pygen_runtime.client.cursor_stream import CursorStream
from pygen_runtime.client.paging import PageStream
from pygen_runtime.client.partition import KeyKind, PartitionKey, Partitions, both, check_readable
from pygen_runtime.client.partition_stream import in_partitions
from pygen_runtime.errors import UsageError
from pygen_runtime.schema.filters import PygenFilter
from pygen_runtime.schema.requests import ListRequest, SourceRequest
from pygen_runtime.sdk.fields.common import Fields
from pygen_runtime.sdk.instances.clients import asking
from pygen_runtime.sdk.instances.properties import own_name, property_reference, property_type
from pygen_runtime.sdk.instances.resource import PygenResource
from pygen_runtime.sdk.queries.parts import field_names
from pygen_runtime.sdk.queries.progress import Progress, Report

if TYPE_CHECKING:
    from pygen_runtime.sdk.queries.query import PygenQuery

_KINDS: dict[Any, KeyKind] = {
    str: "text",
    int: "integer",
    float: "float",
    datetime.datetime: "timestamp",
    datetime.date: "date",
}

_BASE_KINDS: dict[str, KeyKind] = {
    "space": "text",
    "external_id": "text",
    "version": "integer",
    "created_time": "integer",
    "last_updated_time": "integer",
}


def partitions_of(resource: type[PygenResource], fields: Fields, count: int, by: object) -> Partitions | None:
    """How to read the instances of a class; None: with one cursor.

    Raises:
        UsageError: The count cannot work, or the field has no order.
    """
    name, *more = field_names(resource, fields, [by])
    if more:
        raise UsageError(f"{', '.join([name, *more])}: partitions are made by one field")
    own = own_name(resource, name)
    kind = _BASE_KINDS.get(name) if own is None else _kind(resource, own)
    if kind is None:
        raise UsageError(
            f"{resource.__name__}.{name} cannot make partitions: it takes a text, a number, a timestamp or a date, one and not a list"
        )
    found = Partitions(count, PartitionKey(property_reference(resource, name), kind))
    return found if count > 1 else None


def read_as_one(
    query: PygenQuery[Any, Any], open: Callable[[PygenQuery[Any, Any], str | None], PageStream[Any]], resume: str | None
) -> PageStream[Any]:
    """The pages of a query that is to be read in partitions.

    Args:
        query: The query.
        open: Opens the pages of one partition: of the same query without partitions, with one more condition.
        resume: A checkpoint.

    Raises:
        CheckpointError: The checkpoint is damaged, or belongs to another query.
        UsageError: The query has an order or a limit, or fetches nothing ahead.
    """
    split = cast("Partitions", query.split)
    check_readable(sorted_=bool(query.order), limited=query.most is not None, prefetch=query.ahead)
    client, joint = asking(query.client), _JointReport(query.report)

    def open_part(condition: PygenFilter | None, token: str | None) -> CursorStream[Any]:
        part = replace(query, split=None, condition=both(query.condition, condition), report=joint.part())
        stream = cast("CursorStream[Any]", open(part, token))
        joint.opened(finished=stream.finished)
        return stream

    view = query.resource.VIEW
    request = ListRequest(
        instance_type=query.resource.INSTANCE_TYPE,
        sources=[SourceRequest(source=view)] if view else None,
        filter=query.condition,
    )
    return in_partitions(
        client.instances, request, split, open_part, page_size=client.settings.page_size, resume=resume
    )


def _kind(resource: type[PygenResource], own: str) -> KeyKind | None:
    held = property_type(resource, own)
    return None if held.many else _KINDS.get(held.item)


class _JointReport:
    """Tells how far all partitions have come together.

    Args:
        report: Is told.
    """

    def __init__(self, report: Report | None) -> None:
        self._report = report
        self._latest: list[Progress] = []

    def part(self) -> Report | None:
        """What the next partition tells."""
        return None if self._report is None else self._of(len(self._latest), self._report)

    def opened(self, *, finished: bool) -> None:
        """The next partition has been opened; it tells nothing if it has nothing left to fetch."""
        self._latest.append(Progress(rows=0, pages=0, seconds=0.0, done=finished))

    def _of(self, number: int, report: Report) -> Report:
        def tell(progress: Progress) -> None:
            self._latest[number] = progress
            rows, done = sum(one.rows for one in self._latest), all(one.done for one in self._latest)
            pages, seconds = sum(one.pages for one in self._latest), max(one.seconds for one in self._latest)
            report(Progress(rows=rows, pages=pages, seconds=seconds, done=done, total=rows if done else None))

        return tell
