"""Rows of a sync as changes of one view."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

import msgspec

from pygen_runtime.schema import EdgeId, NodeId
from pygen_runtime.schema.queries import QueryReply
from pygen_runtime.sdk.changes.changes import Change, Deleted, Upserted
from pygen_runtime.sdk.instances.clients import AnyClient
from pygen_runtime.sdk.instances.resource import PygenResource
from pygen_runtime.sdk.instances.wire import wire

T = TypeVar("T", bound=PygenResource)


@cache
def reply_decoder(resource: type[PygenResource]) -> msgspec.json.Decoder[QueryReply[Any]]:
    """Decodes rows: instances as the class is read everywhere, and when they were deleted."""
    row = msgspec.defstruct(
        f"{resource.__name__}Change",
        [("deleted_time", int | None, None)],
        bases=(wire(resource).envelope,),
        kw_only=True,
        rename="camel",
        gc=False,
    )
    return msgspec.json.Decoder(QueryReply[row])  # type: ignore[valid-type]  # a type made at run time


def changes(resource: type[T], rows: Sequence[Any], client: AnyClient) -> list[Change[T]]:
    """Rows as changes, in the server's order, but so that a life ends before the next one begins.

    A row of a living instance tells how it is now, so a tombstone of the same id is that of an earlier life wherever it stands.

    Raises:
        InvalidResponseError: An instance came without data that its view requires.
    """
    items = wire(resource).objects([row for row in rows if row.deleted_time is None], client, "sync")
    if len(items) == len(rows):
        return [Upserted(item) for item in items]
    living = iter(items)
    told: list[Change[T]] = [
        Upserted(next(living)) if row.deleted_time is None else _deleted(resource, row) for row in rows
    ]
    alive: set[NodeId | EdgeId] = set()
    late: defaultdict[NodeId | EdgeId, list[Change[T]]] = defaultdict(list)
    for one in told:
        if isinstance(one, Upserted):
            alive.add(one.id)
        elif one.id in alive:
            late[one.id].append(one)
    return _brought_forward(told, late) if late else told


def _brought_forward(told: Sequence[Change[T]], late: Mapping[NodeId | EdgeId, Sequence[Change[T]]]) -> list[Change[T]]:
    """Late tombstones just before the instance that is alive."""
    ordered: list[Change[T]] = []
    alive: set[NodeId | EdgeId] = set()
    for one in told:
        if isinstance(one, Upserted):
            ordered += [*late.get(one.id, ()), one]
            alive.add(one.id)
        elif one.id not in alive:
            ordered.append(one)
    return ordered


def _deleted(resource: type[PygenResource], row: Any) -> Deleted:
    kind = NodeId if resource.INSTANCE_TYPE == "node" else EdgeId
    moment = datetime.datetime.fromtimestamp(row.deleted_time / 1000, datetime.UTC)
    return Deleted(kind(row.space, row.external_id), row.version, moment)
