"""Values that conditions compare with, checked before anything is sent."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from pygen_runtime.errors import UsageError
from pygen_runtime.schema.filters import Parameter, PropertyValue


def check_value(name: str, kinds: tuple[type, ...], value: Any) -> Any:
    """The value itself, if a property can be compared with it.

    Args:
        name: What the user calls the condition.
        kinds: Types that are right; none: any. A boolean is no number here, and a moment no date.
        value: The value.

    Raises:
        UsageError: It is None, or of another type.
    """
    if isinstance(value, Parameter | PropertyValue) or not kinds:
        return value
    if value is None:
        raise UsageError(f"{name} cannot be None: nothing equals a missing value; ask whether there is one instead")
    if not _is_one_of(value, kinds):
        wanted = " or ".join(kind.__name__ for kind in kinds)
        raise UsageError(f"{name} takes {wanted}, not {value!r} ({type(value).__name__})")
    return value


def check_values(name: str, kinds: tuple[type, ...], values: Any) -> list[Any]:
    """Several values, each of which is checked.

    Raises:
        UsageError: It is a single value, or one of them cannot work.
    """
    several = several_values(values)
    if several is None:
        raise UsageError(f"{name} takes several values here, such as a list, not {values!r}")
    return [check_value(name, kinds, value) for value in several]


def several_values(value: object) -> Iterable[object] | None:
    """The values, when there are to be several: any iterable but text and mappings, so that no kind of it is overlooked."""
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
        return None
    return value


def _is_one_of(value: object, kinds: tuple[type, ...]) -> bool:
    if isinstance(value, bool):
        return bool in kinds
    if isinstance(value, datetime.datetime):
        return datetime.datetime in kinds
    return isinstance(value, kinds)
