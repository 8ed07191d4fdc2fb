"""Whether the fields of an object hold what its class says. What came from a server has been checked; what a program made has not."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import msgspec

from pygen_runtime.sdk.display.text import shown

_AS_THEY_ARE = (datetime.datetime, datetime.date)  # a text that could be read as one is not one


def problems(item: msgspec.Struct) -> list[str]:
    """What is wrong with the fields of an object, each with the name of its field.

    Args:
        item: An object whose class says the type of each field.
    """
    found = []
    for field in msgspec.structs.fields(item):
        problem = _problem(getattr(item, field.name), field.type)
        if problem is not None:
            found.append(f"{field.name} {problem}")
    return found


def _problem(value: Any, type_: Any) -> str | None:
    try:
        same = msgspec.convert(value, type_, builtin_types=_AS_THEY_ARE)
    except msgspec.ValidationError as error:
        return f"is {shown(repr(value), 40)}: {error}"
    if same != value and value == value:  # noqa: PLR0124 - NaN, which is told below
        return f"is {shown(repr(value), 40)}: Expected `{type(same).__name__}`, got `{type(value).__name__}`"
    return next(_unfit(value), None)


def _unfit(value: Any) -> Iterator[str]:
    """What has the right type and yet cannot be a value of the API."""
    match value:
        case datetime.datetime(tzinfo=None):
            yield f"is {value.isoformat()}, without a time zone"
        case float() if value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124 - NaN
            yield f"is {value}, which JSON cannot hold"
        case list():
            for one in value:
                yield from _unfit(one)
