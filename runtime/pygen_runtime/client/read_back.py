"""Telling a version conflict from the echo of a write of our own whose answer was lost."""

from __future__ import annotations

import datetime
import struct
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec

from pygen_runtime.client.sending import Answered, Lost
from pygen_runtime.client.write_checks import write_key
from pygen_runtime.errors import PygenError
from pygen_runtime.schema import EdgeWrite, Instance, InstanceResult, InstanceWrite, ViewId
from pygen_runtime.schema.codec import encode
from pygen_runtime.schema.requests import ByIdsRequest, InstanceReference, SourceRequest

Read = Callable[[ByIdsRequest], Awaitable[Sequence[Instance]]]
Found = Answered[InstanceResult] | Lost | None

_MOST_VIEWS = 10


async def read_back(items: Sequence[InstanceWrite], error: PygenError, read: Read) -> list[Found]:
    """Which items of a refused batch an earlier try of our own has written.

    A batch is written as a whole. So if one of its items was to be changed and is still in the version that it was based on, none
    was written.
    Otherwise those that are stored as they were to be written are taken for ours, the others for changed by somebody else.

    Args:
        items: What was refused for a version conflict, after a try that may have been acted on.
        error: The refusal.
        read: Retrieves instances.

    Returns:
        For each item: that it is written; None if it is not, or has no version to go by; or that it cannot be told,
        because it was written through containers or too many views to read it back.
    """
    groups: dict[tuple[ViewId, ...] | None, list[InstanceWrite]] = {}
    for item in items:
        if item.existing_version is not None:
            groups.setdefault(_views(item), []).append(item)
    try:
        stored = [one for views, group in groups.items() for one in await read(_request(group, views or ()))]
    except PygenError as trouble:
        return [None if item.existing_version is None else Lost(trouble) for item in items]
    by_key = {(one.__struct_config__.tag, one.space, one.external_id): one for one in stored}
    found: list[Found] = []
    for item in items:
        if item.existing_version is None:
            found.append(None)
            continue
        there = by_key.get(write_key(item))
        if there is None:
            return [None] * len(items)
        if there.version > item.existing_version:
            found.append(Lost(error) if _views(item) is None else _told(item, there))
        elif _views(item) is None or _is_as_written(item, there):
            found.append(None)  # there may have been nothing to change
        else:
            return [None] * len(items)
    return found


def _request(group: Sequence[InstanceWrite], views: Sequence[ViewId]) -> ByIdsRequest:
    sources = [SourceRequest(source=view) for view in views] or None
    return ByIdsRequest(items=[_reference(item) for item in group], sources=sources)


def _told(item: InstanceWrite, stored: Instance) -> Found:
    """What the server would have said, had its answer arrived; None if this is not what was written."""
    if not _is_as_written(item, stored):
        return None
    result = InstanceResult(
        instance_type=write_key(item)[0],
        space=stored.space,
        external_id=stored.external_id,
        version=stored.version,
        was_modified=True,
        created_time=stored.created_time,
        last_updated_time=stored.last_updated_time,
    )
    return Answered(result)


def _is_as_written(item: InstanceWrite, stored: Instance) -> bool:
    if item.type is not None and item.type != stored.type:
        return False
    if isinstance(item, EdgeWrite):
        ends = (item.start_node, item.end_node)
        if ends != (getattr(stored, "start_node", None), getattr(stored, "end_node", None)):
            return False
    for source in item.sources or ():
        view = source.source
        assert isinstance(view, ViewId)  # noqa: S101  # items with containers were sorted out
        there = (stored.properties or {}).get(view.space, {}).get(view.key, {})
        written = msgspec.json.decode(encode(source.properties))
        if not all(same_value(value, there.get(name)) for name, value in written.items()):
            return False
    return True


def same_value(written: Any, stored: Any) -> bool:
    """Whether a value that was read is the one that was written: the server rounds, and spells moments its own way (contract §6.9)."""
    match written, stored:
        case bool(), _:
            return written is stored
        case int() | float(), int() | float():
            return not isinstance(stored, bool) and (written == stored or _single(written) == stored)
        case str(), str():
            return written == stored or _moment(written) == _moment(stored) is not None
        case list(), list():
            return len(written) == len(stored) and all(map(same_value, written, stored))
        case dict(), dict():
            return written.keys() == stored.keys() and all(same_value(written[key], stored[key]) for key in written)
        case _:
            return bool(written == stored)


def _single(number: float) -> float | None:
    """A number in single precision."""
    try:
        (rounded,) = struct.unpack("f", struct.pack("f", number))
    except OverflowError:
        return None
    return float(rounded)


def _moment(text: str) -> datetime.datetime | None:
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _views(item: InstanceWrite) -> tuple[ViewId, ...] | None:
    sources = [source.source for source in item.sources or ()]
    views = tuple(sorted({source for source in sources if isinstance(source, ViewId)}))
    return None if len(views) > _MOST_VIEWS or not all(isinstance(one, ViewId) for one in sources) else views


def _reference(item: InstanceWrite) -> InstanceReference:
    kind, space, external_id = write_key(item)
    return InstanceReference(instance_type=kind, space=space, external_id=external_id)
