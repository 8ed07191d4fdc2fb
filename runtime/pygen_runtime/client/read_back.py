"""Telling a version conflict from the echo of a write of our own whose answer was lost."""

from __future__ import annotations

import datetime
import struct
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from pygen_runtime.client.sending import Answered, Lost
from pygen_runtime.client.write_checks import Key, write_key
from pygen_runtime.errors import PygenError
from pygen_runtime.schema import EdgeWrite, Instance, InstanceResult, InstanceWrite, Node, ViewId
from pygen_runtime.schema.codec import encode
from pygen_runtime.schema.requests import ByIdsRequest, InstanceReference, SourceRequest

Read = Callable[[ByIdsRequest], Awaitable[Sequence[Instance]]]
Found = Answered[InstanceResult] | Lost | None

_MOST_VIEWS = 10


async def read_back(
    items: Sequence[InstanceWrite], error: PygenError, read: Read, *, together: bool = True
) -> list[Found]:
    """Which items an earlier try of our own has written, although a later one was refused for their versions.

    Those that are stored as they were to be written are taken for ours, the others for changed by somebody else.

    Args:
        items: What was refused, or skipped, for a version conflict after a try that may have been acted on.
        error: The refusal.
        read: Retrieves instances.
        together: Whether these are one batch, which is written as a whole: if one of its items was to be changed and is still in
            the version that it was based on, none was written.

    Returns:
        For each item: that it is written; None if it is not, or has no version to go by; or that it cannot be told, because it
        was written through containers or too many views, or has too little data to be read through its views.
    """
    try:
        found = await _stored([item for item in items if item.existing_version is not None], read)
    except PygenError as trouble:
        return [None if item.existing_version is None else Lost(trouble) for item in items]
    there = [found.get(write_key(item)) for item in items]
    if together and any(map(_is_as_before, items, there)):
        return [None] * len(items)
    return [_told(item, one, error) for item, one in zip(items, there, strict=True)]


@dataclass(frozen=True, slots=True)
class _Stored:
    """An instance as it is stored, and whether its properties are those of all views that it was to be written through."""

    instance: Instance
    whole: bool


async def _stored(items: Sequence[InstanceWrite], read: Read) -> dict[Key, _Stored]:
    """What is stored of items, as far as it can be read."""
    groups: dict[tuple[ViewId, ...] | None, list[InstanceWrite]] = {}
    for item in items:
        groups.setdefault(_views(item), []).append(item)
    found: dict[Key, _Stored] = {}
    for views, group in groups.items():
        found |= await _read(group, views or (), read, whole=views is not None)
    # A view hides what it lacks some data of, which writing through it allows.
    hidden = [item for item in items if item.sources and write_key(item) not in found]
    return (await _read(hidden, (), read, whole=False) if hidden else {}) | found


async def _read(
    items: Sequence[InstanceWrite], views: Sequence[ViewId], read: Read, *, whole: bool
) -> dict[Key, _Stored]:
    sources = [SourceRequest(source=view) for view in views] or None
    answer = await read(ByIdsRequest(items=[_reference(item) for item in items], sources=sources))
    return {_key(one): _Stored(one, whole) for one in answer}


def _key(stored: Instance) -> Key:
    return ("node" if isinstance(stored, Node) else "edge", stored.space, stored.external_id)


def _is_as_before(item: InstanceWrite, stored: _Stored | None) -> bool:
    """Whether an item that has a version was to be changed, and was not."""
    if item.existing_version is None:
        return False
    if stored is None:
        return True
    untouched = stored.instance.version <= item.existing_version
    return untouched and stored.whole and not _is_as_written(item, stored.instance)


def _told(item: InstanceWrite, found: _Stored | None, error: PygenError) -> Found:
    """What the server would have said, had its answer arrived; None if this is not what was written."""
    if found is None or item.existing_version is None or found.instance.version <= item.existing_version:
        return None
    if not found.whole:
        return Lost(error)
    stored = found.instance
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
