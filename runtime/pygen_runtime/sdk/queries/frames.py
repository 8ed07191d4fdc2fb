"""Queries as columns, page by page, so that the objects of one page at most are in memory beside the columns."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from pygen_runtime.frames.arrow import Batches
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
        batches, pages = self._batches(also)
        async with aclosing(pages):
            async for page in pages:
                yield batches.batch(page)

    async def to_arrow(self, *also: str) -> pa.Table:
        """All of them as an Arrow table.

        Args:
            also: Columns of what relations lead to, such as `"rotor.name"`, if the query has an `include` for them.

        Raises:
            MissingExtraError: pyarrow is not installed.
            UsageError: There is no such relation or field, or it was not included.
        """
        batches, pages = self._batches(also)
        async with aclosing(pages):
            return batches.table([batches.batch(page) async for page in pages])

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
            MissingExtraError: pandas or pyarrow is not installed.
            UsageError: There is no such relation or field, or it was not included.
        """
        from pygen_runtime.frames.columns import chosen  # noqa: PLC0415 - which builds on this package
        from pygen_runtime.frames.pandas import Pages  # noqa: PLC0415 - as above

        resource, pages = self._objects()
        gathered = Pages(chosen(resource, also, self._columns()))
        async with aclosing(pages):
            async for page in pages:
                gathered.add(page)
        return gathered.frame()

    def _batches(self, also: Sequence[str]) -> tuple[Batches, Any]:
        """What makes record batches, and the pages of objects to make them of."""
        from pygen_runtime.frames.arrow import Batches  # noqa: PLC0415 - which builds on this package
        from pygen_runtime.frames.columns import chosen  # noqa: PLC0415 - as above

        resource, pages = self._objects()
        return Batches(chosen(resource, also, self._columns())), pages

    def _objects(self) -> tuple[type[PygenResource], Any]:
        """The class whose fields are the columns, and the pages of its objects."""
        raise NotImplementedError

    def _columns(self) -> list[str] | None:
        """Which columns are wanted; None for all."""
        return None
