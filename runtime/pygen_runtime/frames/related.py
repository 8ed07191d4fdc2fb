"""Columns of what relations lead to, such as `rotor.name`: values of objects that came along with others."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from pygen_runtime.errors import UsageError
from pygen_runtime.frames.columns import Column, columns
from pygen_runtime.sdk.instances.resource import PygenResource
from pygen_runtime.sdk.relations.descriptor import relations


def related(resource: type[PygenResource], path: str) -> Column:
    """A column of the targets of a relation; a relation to many gives a list in each row.

    Args:
        resource: The class whose objects are the rows.
        path: Relation and field by the names of their attributes, such as `rotor.name`; several relations one after the other, too.

    Raises:
        UsageError: There is no such relation or field, or lists would stand in lists.
    """
    name, _, rest = path.partition(".")
    known = relations(resource)
    if name not in known:
        there_are = ", ".join(sorted(known)) or "none"
        raise UsageError(f"{path!r} begins with no relation of {resource.__name__}; there are {there_are}")
    many, inner = known[name].many, _field(known[name].target, rest)
    if many and inner.many:
        raise UsageError(f"{path!r} would be a list of lists; take what it leads to as rows instead")

    def read(item: Any) -> Any:
        values = [inner.read(node) for node in _targets(item, name)]
        return values if many else next(iter(values), None)

    return Column(path, inner.kind, many or inner.many, read)


def _field(target: type[PygenResource], rest: str) -> Column:
    if "." in rest:
        return related(target, rest)
    for column in columns(target):
        if column.name == rest:
            moment = column.kind == "milliseconds"
            return column._replace(kind="timestamp", read=attrgetter(rest)) if moment else column
    there_are = ", ".join(column.name for column in columns(target))
    raise UsageError(f"{target.__name__} has no column {rest!r}; there are {there_are}")


def _targets(item: PygenResource, name: str) -> list[Any]:
    came = item._related  # noqa: SLF001 - objects keep it for whoever reads their relations
    if came is None or name not in came:
        raise UsageError(
            f"{name} did not come with {type(item).__name__} {item.space}:{item.external_id}: "
            f"ask for it with include(lambda t: t.{name}), or load it"
        )
    return [one.node for one in came[name]]
