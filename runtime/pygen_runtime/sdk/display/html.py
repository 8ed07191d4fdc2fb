"""How objects and lists look in notebooks. Values and names are data: each is escaped before it meets a tag."""

from __future__ import annotations

import datetime
import html
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from pygen_runtime.schema import NodeId
from pygen_runtime.sdk.display.text import counted, shown
from pygen_runtime.sdk.instances.resource import PygenResource
from pygen_runtime.sdk.relations.descriptor import relations

if TYPE_CHECKING:
    from pygen_runtime.sdk.instances.lists import PygenList

T = TypeVar("T", bound=PygenResource)

_ROWS = 20  # instances of a list that are shown
_FEW = 5  # values of a property that holds several
_KEPT = ("version", "created_time", "last_updated_time")


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]], note: str = "") -> str:
    """A table; caption, cells and note are plain text.

    Args:
        caption: What it is.
        head: Names of the columns; none for a table without.
        rows: The cells, row by row.
        note: What stands below.
    """
    top = f"<thead><tr>{''.join(f'<th>{_safe(cell)}</th>' for cell in head)}</tr></thead>" if head else ""
    body = "".join(f"<tr>{''.join(f'<td>{_safe(cell)}</td>' for cell in row)}</tr>" for row in rows)
    below = f"<p>{_safe(note)}</p>" if note else ""
    return f"<p><b>{_safe(caption)}</b></p><table>{top}<tbody>{body}</tbody></table>{below}"


def object_html(item: PygenResource) -> str:
    """An object: its fields, what the service keeps about it, and its relations."""
    fields = [(name, _value(getattr(item, name))) for name in (*_fields(type(item)), *_KEPT)]
    ways = [(name, f"relation to {relation.target.__name__}") for name, relation in relations(type(item)).items()]
    return table(f"{type(item).__name__} {item.space}:{item.external_id}", [], [*fields, *ways])


def list_html(items: PygenList[T]) -> str:
    """A list: its first instances, one row each, with the columns that any of them has a value in."""
    if not items:
        return table(repr(items), [], [])
    few = items[:_ROWS]
    names = [name for name in _fields(items.resource) if any(getattr(item, name) is not None for item in few)]
    rows = [[item.space, item.external_id, *(_value(getattr(item, name)) for name in names)] for item in few]
    more = f"… and {len(items) - _ROWS:,} more" if len(items) > _ROWS else ""
    caption = counted(len(items), items.resource.__name__, items.resource.__name__)
    return table(caption, ["space", "external_id", *names], rows, more)


def _fields(resource: type[PygenResource]) -> list[str]:
    """The fields of the view, and those of nodes or edges; not what every instance has."""
    instance = PygenResource.__struct_fields__
    return [name for name in resource.__struct_fields__ if name not in instance]


def _value(value: Any) -> str:
    match value:
        case None:
            return ""
        case NodeId(space=space, external_id=external_id):
            return f"{space}:{external_id}"
        case datetime.date():
            return value.isoformat()
        case list():
            more = f", … {len(value) - _FEW:,} more" if len(value) > _FEW else ""
            return ", ".join(map(_value, value[:_FEW])) + more
        case _:
            return str(value)


def _safe(text: str) -> str:
    return html.escape(shown(text))
