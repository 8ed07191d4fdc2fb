"""Lists of instances that know their class."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, SupportsIndex, TypeVar, cast, overload

from pygen_runtime.errors import UsageError
from pygen_runtime.schema import EdgeId, NodeId
from pygen_runtime.sdk.instances.resource import PygenResource

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

T = TypeVar("T", bound=PygenResource)

W_co = TypeVar("W_co", covariant=True)

_FEW = 3  # objects that `repr` shows


class Writable(Protocol[W_co]):
    """An instance of a class that is written, too."""

    def as_write(self) -> W_co:
        """What writes it as it was read."""
        ...


class PygenList(list[T]):
    """Instances of one class, in order.

    Args:
        items: The instances.
        resource: Their class; with it, even an empty list knows its columns. Otherwise it is the class of the first one.
    """

    __slots__ = ("_resource",)

    def __init__(self, items: Iterable[T] = (), resource: type[T] | None = None) -> None:
        super().__init__(items)
        self._resource = resource

    @property
    def resource(self) -> type[T]:
        """The class of the instances.

        Raises:
            UsageError: The list is empty, and was not told.
        """
        if self._resource is not None:
            return self._resource
        if not self:
            raise UsageError("this empty list does not know of which class it is: make it as PygenList([], resource=…)")
        return type(self[0])

    def as_ids(self) -> list[NodeId | EdgeId]:
        """The ids, in the same order."""
        return [item.as_id() for item in self]

    def as_external_ids(self) -> list[str]:
        """The external ids, in the same order; the spaces are left out."""
        return [item.external_id for item in self]

    def ids_of(self, relation: str) -> list[NodeId]:
        """The ids that these instances hold of others, each once, in the order in which they are first met; without a request.

        Args:
            relation: A direct relation of the class, or a list of them, by the name of its attribute, such as `"blades"`.

        Raises:
            UsageError: The class holds no such ids. (Those of edges and reverse relations stand elsewhere.)
        """
        from pygen_runtime.sdk.relations.held import field_of_ids  # noqa: PLC0415 - it imports lists

        field = field_of_ids(self.resource, relation)
        return list(dict.fromkeys(id_ for item in self for id_ in _many(getattr(item, field))))

    def to_dicts(self) -> list[dict[str, Any]]:
        """What the instances hold, as values that JSON has, in the same order; see `to_dict` of each."""
        return [item.to_dict() for item in self]

    def as_write(self: Iterable[Writable[W_co]]) -> list[W_co]:
        """What writes the instances as they were read, in the same order; see `as_write` of each.

        Raises:
            UsageError: An instance is of a class that is not written, such as edges without properties.
        """
        return [_write_of(item) for item in self]

    def to_pandas(self, *also: str) -> pd.DataFrame:
        """A pandas frame: one row for each instance, one column for each field; an empty list has all columns, too.

            turbines.to_pandas("rotor.name", "blades.length")

        Args:
            also: Columns of what relations lead to, if it came along by `include` or `load`; relations to many give lists.

        Raises:
            MissingExtraError: pandas or pyarrow is not installed.
            UsageError: There is no such relation or field, or it did not come along.
        """
        from pygen_runtime.frames import to_pandas  # noqa: PLC0415 - an extra

        return to_pandas(self.resource, self, also)

    def to_polars(self, *also: str) -> pl.DataFrame:
        """A polars frame; see `to_pandas`.

        Raises:
            MissingExtraError: polars or pyarrow is not installed.
        """
        from pygen_runtime.frames import to_polars  # noqa: PLC0415 - an extra

        return to_polars(self.resource, self, also)

    def to_arrow(self, *also: str) -> pa.Table:
        """An Arrow table; see `to_pandas`.

        Raises:
            MissingExtraError: pyarrow is not installed.
        """
        from pygen_runtime.frames import to_arrow  # noqa: PLC0415 - an extra

        return to_arrow(self.resource, self, also)

    def copy(self) -> PygenList[T]:
        """Another list of the same instances."""
        return PygenList(self, self._resource)

    @overload
    def __getitem__(self, index: SupportsIndex, /) -> T: ...

    @overload
    def __getitem__(self, index: slice, /) -> PygenList[T]: ...

    def __getitem__(self, index: SupportsIndex | slice, /) -> T | PygenList[T]:
        if isinstance(index, slice):
            return PygenList(super().__getitem__(index), self._resource)
        return super().__getitem__(index)

    def __repr__(self) -> str:
        few = [repr(item) for item in self[:_FEW]]
        more = [f"… {len(self) - _FEW:,} more"] if len(self) > _FEW else []
        kind = "instances" if self._resource is None and not self else self.resource.__name__
        return f"<PygenList of {len(self):,} {kind}: [{', '.join((*few, *more))}]>"

    def _repr_html_(self) -> str:
        from pygen_runtime.sdk.display.html import list_html  # noqa: PLC0415 - it imports lists

        return list_html(self)


def _write_of(item: Writable[W_co]) -> W_co:
    if not hasattr(item, "as_write"):
        raise UsageError(f"{type(item).__name__} has no write class, so its objects cannot become write objects")
    return item.as_write()


def _many(held: Any) -> Sequence[NodeId]:
    if held is None:
        return ()
    return cast("Sequence[NodeId]", held if isinstance(held, list) else [held])
