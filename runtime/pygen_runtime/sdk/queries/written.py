"""Conditions and orders as text for people: as they would be written in Python, with the fields of the class."""

from __future__ import annotations

import reprlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from pygen_runtime.errors import UsageError
from pygen_runtime.schema.filters import PygenFilter
from pygen_runtime.schema.requests import Sort
from pygen_runtime.sdk.instances.properties import asked_name
from pygen_runtime.sdk.instances.resource import PygenResource

_SIGNS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
_CALLS = {"prefix": "prefix", "in": "in_", "containsAny": "contains_any", "containsAll": "contains_all"}

_values = reprlib.Repr()  # which shortens what is long
_values.maxstring = _values.maxother = 80

_Name = Callable[[Sequence[str]], str]


class _Text(NamedTuple):
    """A condition as text, and whether it stands for itself beside `&`, `|` and `~`."""

    text: str
    whole: bool = True

    def bracketed(self) -> str:
        return self.text if self.whole else f"({self.text})"


def written(condition: PygenFilter, resource: type[PygenResource]) -> str:
    """A condition on the instances of a class; what fields cannot say is shown as JSON."""
    return _written(condition, partial(_field, resource)).text


def written_order(keys: Sequence[Sort], resource: type[PygenResource]) -> str:
    """An order of the instances of a class."""
    return ", ".join(f"{'-' if key.direction == 'descending' else ''}{_field(resource, key.property)}" for key in keys)


def _field(resource: type[PygenResource], reference: Sequence[str]) -> str:
    try:
        return asked_name(resource, tuple(reference))
    except UsageError:  # a property of another view, or of a container
        return str(reference[-1])


def _written(condition: Any, name: _Name) -> _Text:
    json = condition.json if isinstance(condition, PygenFilter) else condition
    try:
        ((operator, held),) = json.items()
        return _joined(operator, held, name) or _of_field(operator, held, name) or _as_json(json)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):  # JSON of the user's own, of another shape
        return _as_json(json)


def _joined(operator: str, held: Any, name: _Name) -> _Text | None:
    match operator:
        case "and" | "or":
            parts = [_written(one, name) for one in held]
            sign = " & " if operator == "and" else " | "
            return _together(parts, sign)
        case "not":
            return _Text(f"~{_written(held, name).bracketed()}")
        case "nested":
            return _Text(f"{name(held['scope'])}.where({_written(held['filter'], _last).text})")
        case _:
            return None


def _of_field(operator: str, held: Any, name: _Name) -> _Text | None:
    match operator:
        case "equals":
            return _Text(f"{name(held['property'])} == {_values.repr(held['value'])}", whole=False)
        case "exists":
            return _Text(f"{name(held['property'])}.exists()")
        case "range":
            return _range(name(held["property"]), held)
        case _ if operator in _CALLS:
            value = held["value"] if operator == "prefix" else held["values"]
            return _Text(f"{name(held['property'])}.{_CALLS[operator]}({_values.repr(value)})")
        case _:
            return None


def _range(field: str, held: Any) -> _Text:
    bounds = {side: _values.repr(value) for side, value in held.items() if side in _SIGNS}
    if bounds.keys() == {"gte", "lte"}:
        return _Text(f"{field}.between({bounds['gte']}, {bounds['lte']})")
    parts = [_Text(f"{field} {_SIGNS[side]} {value}", whole=False) for side, value in bounds.items()]
    return _together(parts, " & ")


def _together(parts: Sequence[_Text], sign: str) -> _Text:
    if len(parts) < 2:
        return parts[0]
    return _Text(sign.join(part.bracketed() for part in parts), whole=False)


def _as_json(json: Any) -> _Text:
    return _Text(f"PygenFilter({_values.repr(json)})")


def _last(reference: Sequence[str]) -> str:
    return str(reference[-1])
