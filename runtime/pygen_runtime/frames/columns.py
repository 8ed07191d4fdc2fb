"""Which columns a class has, and how each is read off an object."""

from __future__ import annotations

import datetime
import types
from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import cache
from importlib import import_module
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Union, cast, get_args, get_origin

import msgspec

from pygen_runtime.errors import MissingExtraError
from pygen_runtime.schema import NodeId

if TYPE_CHECKING:
    from pygen_runtime.sdk.instances.resource import PygenResource

Kind = Literal["text", "boolean", "integer", "float", "timestamp", "date", "json", "reference", "milliseconds"]
"""What a column holds; `milliseconds` are timestamps kept as numbers since 1970."""

_KINDS: dict[Any, Kind] = {
    str: "text",
    bool: "boolean",
    int: "integer",
    float: "float",
    datetime.datetime: "timestamp",
    datetime.date: "date",
    NodeId: "reference",
}
_NODE_LAST = ("node_type",)
_EDGE_FIRST = ("edge_type", "start_node", "end_node")


class Column(NamedTuple):
    """One column.

    Attributes:
        name: As the attribute is called.
        kind: What one value is.
        many: Whether there is a list of them in each row.
        read: Takes an object, gives its value, None where there is none.
    """

    name: str
    kind: Kind
    many: bool
    read: Callable[[Any], Any]

    def values(self, items: Sequence[msgspec.Struct]) -> list[Any]:
        """The value of every object, in order."""
        return list(map(self.read, items))


@cache
def columns(resource: type[msgspec.Struct]) -> tuple[Column, ...]:
    """The columns of a class: ids first, then its properties, then what the service keeps about each instance.

    A relation has no column of its own; the ids that an object holds for it have.
    """
    fields = {field.name: field for field in msgspec.structs.fields(resource)}
    base = {name for name, field in fields.items() if field.encode_name.startswith("~")}
    own = [_column(name, fields[name].type) for name in fields if name not in base]
    ids = [Column(name, "text", False, attrgetter(name)) for name in ("space", "external_id")]  # noqa: FBT003 - a field of the tuple
    ends = [_column(name, NodeId) for name in _EDGE_FIRST if name in base]
    kept = [
        Column("version", "integer", False, attrgetter("version")),  # noqa: FBT003 - as above
        Column("created_time", "milliseconds", False, attrgetter("_created")),  # noqa: FBT003 - as above
        Column("last_updated_time", "milliseconds", False, attrgetter("_updated")),  # noqa: FBT003 - as above
        *(_column(name, NodeId) for name in _NODE_LAST if name in base),
    ]
    return (*ids, *ends, *own, *kept)


def chosen(
    resource: type[msgspec.Struct], also: Sequence[str] = (), names: Sequence[str] | None = None
) -> tuple[Column, ...]:
    """The columns of a class, then those of what relations lead to.

    Args:
        resource: The class.
        also: Columns of what relations lead to, such as `"rotor.name"`.
        names: Only these columns, in this order; None: all of them.

    Raises:
        UsageError: There is no such relation or field.
    """
    from pygen_runtime.frames.related import related  # noqa: PLC0415 - it is about columns

    found = (*columns(resource), *(related(cast("type[PygenResource]", resource), path) for path in also))
    if names is None:
        return found
    by_name = {column.name: column for column in found}
    return tuple(by_name[name] for name in names)


def needed(package: str, extra: str) -> Any:
    """A package of an extra, imported now.

    Raises:
        MissingExtraError: It is not installed; the message says how to get it.
    """
    try:
        return import_module(package)
    except ImportError as error:
        raise MissingExtraError(f"{package} is not installed: pip install 'cdf-pygen[{extra}]'") from error


def as_json(value: Any) -> str | None:
    """A JSON property as text: columns have one type, JSON any."""
    return None if value is None else msgspec.json.encode(value).decode()


def _column(name: str, annotation: Any) -> Column:
    inner = _without_none(annotation)
    many = get_origin(inner) is list
    if many:
        inner = _without_none(get_args(inner)[0])
    return Column(name, _kind(inner), many, attrgetter(name))


def _without_none(annotation: Any) -> Any:
    if get_origin(annotation) in (Union, types.UnionType):
        left = [one for one in get_args(annotation) if one not in (type(None), msgspec.UnsetType)]
        return left[0] if len(left) == 1 else Any
    return annotation


def _kind(inner: Any) -> Kind:
    if isinstance(inner, type) and issubclass(inner, StrEnum):
        return "text"
    return _KINDS.get(inner, "json")
