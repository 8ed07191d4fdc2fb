"""Rows of some properties, and frames, for code that does not await."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast, overload

from pygen_runtime.client import OnExpired
from pygen_runtime.sdk.fields.fields import Field
from pygen_runtime.sdk.fields.types import F_co
from pygen_runtime.sdk.instances.clients import bridge_of
from pygen_runtime.sdk.queries.projection import PygenRows
from pygen_runtime.sync import Bridge, PageReader
from pygen_runtime.sync.reader import drain

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from pygen_runtime.sdk.queries.query import PygenQuery

Row = TypeVar("Row")
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
E = TypeVar("E")
G = TypeVar("G")
H = TypeVar("H")
I = TypeVar("I")  # noqa: E741 - the eighth


class SyncFraming:
    """What queries and their rows offer as columns. The schema is that of the class, whatever the values are."""

    __slots__ = ()

    def arrow_batches(self, *also: str) -> Iterator[pa.RecordBatch]:
        """Arrow record batches, one for each page as it comes, all of one schema; memory stays that of a few pages.

        Args:
            also: Columns of what relations lead to, such as `"rotor.name"`, if the query has an `include` for them.

        Raises:
            MissingExtraError: pyarrow is not installed.
            UsageError: There is no such relation or field, or it was not included.
        """
        return drain(self._bridge, lambda _: self._source().arrow_batches(*also), at_once=1)

    def to_arrow(self, *also: str) -> pa.Table:
        """All of them as an Arrow table.

        Args:
            also: Columns of what relations lead to, such as `"rotor.name"`, if the query has an `include` for them.

        Raises:
            MissingExtraError: pyarrow is not installed.
            UsageError: There is no such relation or field, or it was not included.
        """
        return cast("pa.Table", self._bridge.run(lambda _: self._source().to_arrow(*also)))

    def to_polars(self, *also: str) -> pl.DataFrame:
        """All of them as a polars frame, by way of Arrow.

        Args:
            also: Columns of what relations lead to, such as `"rotor.name"`, if the query has an `include` for them.

        Raises:
            MissingExtraError: polars or pyarrow is not installed.
            UsageError: There is no such relation or field, or it was not included.
        """
        return cast("pl.DataFrame", self._bridge.run(lambda _: self._source().to_polars(*also)))

    def to_pandas(self, *also: str) -> pd.DataFrame:
        """All of them as a pandas frame.

        Args:
            also: Columns of what relations lead to, such as `"rotor.name"`, if the query has an `include` for them.

        Raises:
            MissingExtraError: pandas or pyarrow is not installed.
            UsageError: There is no such relation or field, or it was not included.
        """
        return cast("pd.DataFrame", self._bridge.run(lambda _: self._source().to_pandas(*also)))

    @property
    def _bridge(self) -> Bridge:
        return bridge_of(self._source().client)

    def _source(self) -> Any:
        """What does the work."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class SyncRows(SyncFraming, Generic[Row]):
    """Some properties of the instances of a query, described but not fetched: the twin of `PygenRows`.

        for name, capacity in query.select(lambda t: (t.name, t.capacity)):
            print(name, capacity)

    Args:
        rows: What does the work, on the client's event loop.
    """

    rows: PygenRows[Row]

    def pages(self, *, resume: str | None = None, on_expired: OnExpired = "raise") -> PageReader[list[Row]]:
        """Page by page, as they come; the arguments and errors are those of the pages of a query."""
        return PageReader(self._bridge, lambda _: self.rows.pages(resume=resume, on_expired=on_expired))

    def to_list(self) -> list[Row]:
        """All of them at once, in memory."""
        return self._bridge.run(lambda _: self.rows.to_list())

    def first(self) -> Row | None:
        """The first one, or None when there is none."""
        return self._bridge.run(lambda _: self.rows.first())

    def __iter__(self) -> Iterator[Row]:
        return self.pages().items()

    def __repr__(self) -> str:
        return repr(self.rows).replace("Pygen", "Sync")

    @property
    def _bridge(self) -> Bridge:
        return bridge_of(self.rows.query.client)

    def _source(self) -> Any:
        return self.rows


class SyncSelecting(Generic[F_co]):
    """What queries offer to ask for some properties only."""

    __slots__ = ()

    @overload
    def select(self, fields: Callable[[F_co], Field[A]]) -> SyncRows[A]: ...

    @overload
    def select(self, fields: Callable[[F_co], tuple[Field[A], Field[B]]]) -> SyncRows[tuple[A, B]]: ...

    @overload
    def select(self, fields: Callable[[F_co], tuple[Field[A], Field[B], Field[C]]]) -> SyncRows[tuple[A, B, C]]: ...

    @overload
    def select(
        self, fields: Callable[[F_co], tuple[Field[A], Field[B], Field[C], Field[D]]]
    ) -> SyncRows[tuple[A, B, C, D]]: ...

    @overload
    def select(
        self, fields: Callable[[F_co], tuple[Field[A], Field[B], Field[C], Field[D], Field[E]]]
    ) -> SyncRows[tuple[A, B, C, D, E]]: ...

    @overload
    def select(
        self, fields: Callable[[F_co], tuple[Field[A], Field[B], Field[C], Field[D], Field[E], Field[G]]]
    ) -> SyncRows[tuple[A, B, C, D, E, G]]: ...

    @overload
    def select(
        self, fields: Callable[[F_co], tuple[Field[A], Field[B], Field[C], Field[D], Field[E], Field[G], Field[H]]]
    ) -> SyncRows[tuple[A, B, C, D, E, G, H]]: ...

    @overload
    def select(
        self,
        fields: Callable[[F_co], tuple[Field[A], Field[B], Field[C], Field[D], Field[E], Field[G], Field[H], Field[I]]],
    ) -> SyncRows[tuple[A, B, C, D, E, G, H, I]]: ...

    @overload
    def select(self, fields: str, *more: str) -> SyncRows[Any]: ...

    def select(self, fields: str | Callable[[F_co], Any], *more: str) -> SyncRows[Any]:
        """Only these properties; the server sends no others.

            rows = query.select(lambda t: (t.name, t.capacity)).to_list()    # list[tuple[str, float | None]]

        Args:
            fields: A function that gives a field, or up to eight of them, whose types the rows have; or the name of a field.
            more: Names of further fields.

        Raises:
            UsageError: A field is unknown.
        """
        return SyncRows(cast("Any", self._subject()).select(fields, *more))

    def _subject(self) -> PygenQuery[Any, F_co]:
        """Whose instances are meant."""
        raise NotImplementedError
