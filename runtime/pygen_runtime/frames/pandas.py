"""pandas frames. Ids of other instances, lists and JSON stay Python objects; numbers that may be missing are nullable.

Whatever pandas has a type of its own for goes by way of Arrow, page by page: that takes a third of what series of Python objects do,
and of a page there remains no object.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

import msgspec

from pygen_runtime.frames.arrow import Batches
from pygen_runtime.frames.columns import Column, Kind, chosen, needed

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_DTYPES: dict[Kind, str] = {
    "text": "string",
    "boolean": "boolean",
    "integer": "Int64",
    "float": "Float64",
    "timestamp": "datetime64[ms, UTC]",
    "milliseconds": "datetime64[ms, UTC]",
}
"""Nullable types: a missing number is no NaN, and an integer beside a missing one stays an integer."""


class Pages:
    """Gathers objects, page by page, for one frame.

    Args:
        columns: What of the objects is wanted.

    Raises:
        MissingExtraError: pandas or pyarrow is not installed.
    """

    def __init__(self, columns: Sequence[Column]) -> None:
        self._pandas = needed("pandas", "pandas")
        needed("pyarrow", "pandas")
        self._columns = columns
        self._typed = Batches([column for column in columns if _typed(column)])
        self._batches: list[pa.RecordBatch] = []
        self._objects: dict[str, list[Any]] = {column.name: [] for column in columns if not _typed(column)}

    def add(self, items: Sequence[msgspec.Struct]) -> None:
        """Takes the values of some more objects."""
        self._batches.append(self._typed.batch(items))
        for column in self._columns:
            if not _typed(column):
                self._objects[column.name] += column.values(items)

    def frame(self) -> pd.DataFrame:
        """All of them as a frame."""
        table = self._typed.table(self._batches)
        values = {column.name: self._values(column, table) for column in self._columns}
        return cast("pd.DataFrame", self._pandas.DataFrame(values))

    def _values(self, column: Column, table: pa.Table) -> Any:
        """Arrays instead of series: a frame would compare the indexes of all series with each other."""
        if not _typed(column):
            return self._pandas.Series(self._objects[column.name], dtype="object").array
        found = table.column(column.name)
        if column.kind != "text":  # pandas takes numbers chunk by chunk, at a price for each
            found = found.combine_chunks()
        return self._pandas.api.types.pandas_dtype(_DTYPES[column.kind]).__from_arrow__(found)


def to_pandas(
    resource: type[msgspec.Struct], items: Sequence[msgspec.Struct], also: Sequence[str] = ()
) -> pd.DataFrame:
    """Objects as a frame; an empty sequence gives an empty frame with all columns.

    Args:
        resource: Their class.
        items: The objects, all of that class.
        also: Columns of what relations lead to, such as `"rotor.name"`; the objects must have come with them.

    Raises:
        MissingExtraError: pandas or pyarrow is not installed.
        UsageError: There is no such relation or field, or it did not come.
    """
    pages = Pages(chosen(resource, also))
    pages.add(items)
    return pages.frame()


def _typed(column: Column) -> bool:
    return not column.many and column.kind in _DTYPES
