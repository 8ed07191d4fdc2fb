"""pandas frames. Ids of other instances, lists and JSON stay Python objects; numbers that may be missing are nullable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

import msgspec

from pygen_runtime.frames.columns import Column, needed, with_related

if TYPE_CHECKING:
    import pandas as pd

_DTYPES = {"text": "string", "boolean": "boolean", "integer": "Int64", "float": "Float64"}
"""Nullable types: a missing number is no NaN, and an integer beside a missing one stays an integer."""


def to_pandas(
    resource: type[msgspec.Struct], items: Sequence[msgspec.Struct], also: Sequence[str] = ()
) -> pd.DataFrame:
    """Objects as a frame; an empty sequence gives an empty frame with all columns.

    Args:
        resource: Their class.
        items: The objects, all of that class.
        also: Columns of what relations lead to, such as `"rotor.name"`; the objects must have come with them.

    Raises:
        MissingExtraError: pandas is not installed.
    """
    pandas = needed("pandas", "pandas")
    # Arrays instead of series: a frame would compare the indexes of all series with each other.
    frame = pandas.DataFrame(
        {it.name: _series(pandas, it, it.values(items)).array for it in with_related(resource, also)}
    )
    return cast("pd.DataFrame", frame)


def _series(pandas: Any, column: Column, values: list[Any]) -> Any:
    if column.kind == "milliseconds":
        numbers = needed("numpy", "pandas").array(values, dtype="int64")  # many times as fast as `to_datetime`
        return pandas.Series(numbers.view("datetime64[ms]")).dt.tz_localize("UTC")
    if not column.many and column.kind == "timestamp":
        return pandas.Series(pandas.to_datetime(values, utc=True), dtype="datetime64[ms, UTC]")
    dtype = "object" if column.many else _DTYPES.get(column.kind, "object")
    return pandas.Series(values, dtype=dtype)
