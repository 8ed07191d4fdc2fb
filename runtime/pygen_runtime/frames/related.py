"""Columns of what relations lead to, such as `rotor.name`: values of objects, and of edges to them, that came along with others."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from pygen_runtime.errors import UsageError
from pygen_runtime.frames.columns import Column, columns
from pygen_runtime.sdk.instances.resource import PygenResource
from pygen_runtime.sdk.instances.via import Edges
from pygen_runtime.sdk.relations.descriptor import Relation, relations

_EDGE = "edge."  # before fields of the edges that a relation leads over


def related(resource: type[PygenResource], path: str) -> Column:
    """A column of the targets of a relation, or of the edges to them; a relation to many gives a list in each row.

    Args:
        resource: The class whose objects are the rows.
        path: Relation and field by the names of their attributes, such as `rotor.name`; several relations one after the other, too.
            After a relation over edges `edge` means the edges: `met_masts.edge.metres`.

    Raises:
        UsageError: There is no such relation or field, or lists would stand in lists.
    """
    name, _, rest = path.partition(".")
    known = relations(resource)
    if name not in known:
        there_are = ", ".join(sorted(known)) or "none"
        raise UsageError(f"{path!r} begins with no relation of {resource.__name__}; there are {there_are}")
    relation = known[name]
    of_edges = isinstance(relation.via, Edges) and rest.startswith(_EDGE)
    inner = _of_edge(relation, rest.removeprefix(_EDGE)) if of_edges else _field(relation.target, rest)
    if relation.many and inner.many:
        raise UsageError(f"{path!r} would be a list of lists; take what it leads to as rows instead")

    def read(item: Any) -> Any:
        values = [inner.read(one.edge if of_edges else one.node) for one in _linked(item, name)]
        return values if relation.many else next(iter(values), None)

    return Column(path, inner.kind, relation.many or inner.many, read)


def _of_edge(relation: Relation[Any, Any, Any, Any], field: str) -> Column:
    """A column of the edges; those without data, which may come without properties, have nothing in it."""
    _, edge = relation.ends(sync=False)
    column = _column(edge, field)
    return column._replace(read=lambda one: getattr(one, field, None))


def _field(target: type[PygenResource], rest: str) -> Column:
    return related(target, rest) if "." in rest else _column(target, rest)


def _column(resource: type[PygenResource], field: str) -> Column:
    for column in columns(resource):
        if column.name == field:
            moment = column.kind == "milliseconds"
            return column._replace(kind="timestamp", read=attrgetter(field)) if moment else column
    there_are = ", ".join(column.name for column in columns(resource))
    raise UsageError(f"{resource.__name__} has no column {field!r}; there are {there_are}")


def _linked(item: PygenResource, name: str) -> list[Any]:
    came = item._related  # noqa: SLF001 - objects keep it for whoever reads their relations
    if came is None or name not in came:
        raise UsageError(
            f"{name} did not come with {type(item).__name__} {item.space}:{item.external_id}: "
            f"ask for it with include(lambda t: t.{name}), or load it"
        )
    found: list[Any] = came[name]
    return found
