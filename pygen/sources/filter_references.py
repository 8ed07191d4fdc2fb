"""What the filter of a view says about containers: which it needs, and of which types their properties must be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from pygen_runtime.schema import ContainerId, PropertyType

_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:?\d{2})?")
_BOUNDS = ("gt", "gte", "lt", "lte")


class FilterReference(NamedTuple):
    """A container in a filter.

    Attributes:
        container: The container.
        property: Its property, or None where the filter asks for the container as a whole (`hasData`).
        type: What the property's type must be for the filter to make sense; None when the filter does not tell.
    """

    container: ContainerId
    property: str | None = None
    type: PropertyType | None = None


def container_references(condition: Mapping[str, Any]) -> Iterator[FilterReference]:
    """Every mention of a container in filter JSON (contract §7); mentions of views and of nodes themselves are left out."""
    waiting: list[Any] = [condition]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, Mapping):
            continue
        for operator, operand in node.items():
            if operator in ("and", "or"):
                waiting.extend(operand if isinstance(operand, list) else ())
            elif operator == "not":
                waiting.append(operand)
            elif operator == "hasData":
                yield from _data(operand)
            elif isinstance(operand, Mapping):
                waiting.append(operand.get("filter"))
                yield from _leaf(operator, operand)


def _data(sources: Any) -> Iterator[FilterReference]:
    for source in sources if isinstance(sources, list) else ():
        if isinstance(source, Mapping) and source.get("type") == "container":
            yield FilterReference(ContainerId(str(source.get("space")), str(source.get("externalId"))))


def _leaf(operator: str, operand: Mapping[str, Any]) -> Iterator[FilterReference]:
    for key in ("property", "startProperty", "endProperty"):
        yield from _reference(operand.get(key), _operand_type(operator, operand))
    yield from _reference(operand.get("scope"), PropertyType(type="direct"))
    for value in operand.values():
        if isinstance(value, Mapping) and "property" in value:  # compared with another property
            yield from _reference(value["property"], None)


def _reference(place: Any, type_: PropertyType | None) -> Iterator[FilterReference]:
    """Containers have three elements, and no `/` in the second (contract §7.2)."""
    if (
        isinstance(place, list)
        and len(place) == 3
        and all(isinstance(part, str) for part in place)
        and "/" not in place[1]
    ):
        yield FilterReference(ContainerId(place[0], place[1]), place[2], type_)


def _operand_type(operator: str, operand: Mapping[str, Any]) -> PropertyType | None:
    values = operand.get("values")
    given = values if isinstance(values, list) else [operand[key] for key in ("value", *_BOUNDS) if key in operand]
    names = {_type_name(value) for value in given}
    if names == {"int64", "float64"}:
        names = {"float64"}
    name = names.pop() if len(names) == 1 else None
    if name is None:
        return None
    return PropertyType(type=name, list=True if operator in ("containsAny", "containsAll") else None)


def _type_name(value: Any) -> str | None:
    match value:
        case bool():
            return "boolean"
        case int():
            return "int64"
        case float():
            return "float64"
        case str():
            return "timestamp" if _MOMENT.fullmatch(value) else "text"
        case {"space": str(), "externalId": str()}:
            return "direct"
        case _:
            return None
