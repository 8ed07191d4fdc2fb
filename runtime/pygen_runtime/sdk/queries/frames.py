"""Queries as columns, page by page, so that the objects of one page at most are in memory beside the columns."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from pygen_runtime.sdk.instances.resource import PygenResource


class Framing:
    """What queries and their rows offer as columns. The schema is that of the class, whatever the values are."""

    __slots__ = ()

    async def arrow_batches(self, *also: str) -> AsyncIterator[pa.RecordBatch]:
        """Arrow record batches, one for each page as it comes, all of one schema; memory stays that of a few pages.

        Args:
            also: Columns of what relations lead to, such as `"rotor.name"`, if the query has an `include` for them.

        Raises:
            MissingExtraError: pyarrow is not installed.
            UsageError: There is no such relation or field, or it was not included.
        """
        from pygen_runtime.frames.arrow import to_batch  # noqa: PLC0415 - which builds on this package

        resource, pages = self._objects()
        async with aclosing(pages):
            async for page in pages:
                batch = to_batch(resource, page, also)
                yield batch if self._columns() is None else batch.select(self._columns())

    async def to_arrow(self, *also: str) -> pa.Table:
        """All of them as an Arrow table.

        Args:
            also: Columns of what relations lead to, such as `"rotor.name"`, if the query has an `include` for them.

        Raises:
            MissingExtraError: pyarrow is not installed.
            UsageError: There is no such relation or field, or it was not included.
        """
        from pygen_runtime.frames.arrow import schema  # noqa: PLC0415 - which builds on this package
        from pygen_runtime.frames.columns import needed  # noqa: PLC0415 - as above

        arrow = needed("pyarrow", "arrow")
        resource, _ = self._objects()
        of, names = schema(resource, also), self._columns()
        wanted = of if names is None else arrow.schema([of.field(name) for name in names])
        return arrow.Table.from_batches([batch async for batch in self.arrow_batches(*also)], schema=wanted)

    async def to_polars(self, *also: str) -> pl.DataFrame:
        """All of them as a polars frame, by way of Arrow.

        Args:
            also: Columns of what relations lead to, such as `"rotor.name"`, if the query has an `include` for them.

        Raises:
            MissingExtraError: polars or pyarrow is not installed.
            UsageError: There is no such relation or field, or it was not included.
        """
        from pygen_runtime.frames.columns import needed  # noqa: PLC0415 - which builds on this package

        polars = needed("polars", "polars")
        return cast("pl.DataFrame", polars.from_arrow(await self.to_arrow(*also)))

    async def to_pandas(self, *also: str) -> pd.DataFrame:
        """All of them as a pandas frame.

        Args:
            also: Columns of what relations lead to, such as `"rotor.name"`, if the query has an `include` for them.

        Raises:
            MissingExtraError: pandas is not installed.
            UsageError: There is no such relation or field, or it was not included.
        """
        from pygen_runtime.frames import to_pandas  # noqa: PLC0415 - which builds on this package
        from pygen_runtime.frames.columns import needed  # noqa: PLC0415 - as above

        pandas = needed("pandas", "pandas")
        resource, pages = self._objects()
        async with aclosing(pages):
            frames = [to_pandas(resource, page, also) async for page in pages] or [to_pandas(resource, [], also)]
        frame = pandas.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]
        return cast("pd.DataFrame", frame if self._columns() is None else frame[self._columns()])

    def _objects(self) -> tuple[type[PygenResource], Any]:
        """The class whose fields are the columns, and the pages of its objects."""
        raise NotImplementedError

    def _columns(self) -> list[str] | None:
        """Which columns are wanted; None for all."""
        return None
