"""Following relations from a query, for code that does not await: the twins of `traverse`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar, TypeVarTuple, cast

from pygen_runtime.sdk.graph.branch import SyncFollowed
from pygen_runtime.sdk.graph.selection import Selection
from pygen_runtime.sdk.graph.traverse import PygenPath, PygenReach
from pygen_runtime.sdk.instances.lists import PygenList
from pygen_runtime.sdk.instances.resource import PygenResource
from pygen_runtime.sdk.queries.query import PygenQuery
from pygen_runtime.sync import Bridge
from pygen_runtime.sync.reader import drain

if TYPE_CHECKING:
    from pygen_runtime.sdk.queries.sync_query import SyncQuery

T = TypeVar("T", bound=PygenResource)
N = TypeVar("N", bound=PygenResource)
Ts = TypeVarTuple("Ts")

SyncHop = Callable[[type[T]], SyncFollowed[N]]
"""Names a relation of a class, perhaps narrowed."""


class SyncSelection(Generic[T]):
    """Instances that are reached somehow, each once; described but not fetched. A value, like a query.

    Args:
        bridge: The way to the client.
        selection: What does the work, on the client's event loop.
    """

    def __init__(self, bridge: Bridge, selection: Selection[Any]) -> None:
        self._bridge, self._selection = bridge, selection

    def pages(self) -> Iterator[PygenList[T]]:
        """Page by page; close it if you leave it early, as `contextlib.aclosing` and `closing` do."""
        return drain(self._bridge, lambda _: self._selection.pages(), at_once=1)

    def __iter__(self) -> Iterator[T]:
        for page in self.pages():
            yield from page

    def to_list(self) -> PygenList[T]:
        """All of them at once, in memory."""
        return self._bridge.run(lambda _: self._selection.to_list())

    def count(self) -> int:
        """How many there are; they are walked."""
        return self._bridge.run(lambda _: self._selection.count())

    def explain(self) -> str:
        """What is asked of the server first, as JSON for people, and what after that; sends nothing."""
        return self._selection.explain()

    def __or__(self, other: SyncSelection[T] | SyncQuery[T, Any]) -> SyncSelection[T]:
        return SyncSelection(self._bridge, self._selection | _under(other))

    def __and__(self, other: SyncSelection[T] | SyncQuery[T, Any]) -> SyncSelection[T]:
        return SyncSelection(self._bridge, self._selection & _under(other))

    def __sub__(self, other: SyncSelection[T] | SyncQuery[T, Any]) -> SyncSelection[T]:
        return SyncSelection(self._bridge, self._selection - _under(other))

    def __ror__(self, other: SyncQuery[T, Any]) -> SyncSelection[T]:
        return SyncSelection(self._bridge, other.query | self._selection)

    def __rand__(self, other: SyncQuery[T, Any]) -> SyncSelection[T]:
        return SyncSelection(self._bridge, other.query & self._selection)

    def __rsub__(self, other: SyncQuery[T, Any]) -> SyncSelection[T]:
        return SyncSelection(self._bridge, other.query - self._selection)


def _under(other: SyncSelection[Any] | SyncQuery[Any, Any]) -> Selection[Any] | PygenQuery[Any, Any]:
    return other._selection if isinstance(other, SyncSelection) else other.query  # noqa: SLF001 - of its own kind


class SyncPath(SyncSelection[T], Generic[T, *Ts]):
    """The ends of a path along relations, each once; `rows()` gives what lies on the way to them too."""

    _selection: PygenPath[Any, *tuple[Any, ...]]

    def follow(self, hop: SyncHop[T, N]) -> SyncPath[N, *Ts, N]:
        """Go on along a relation of the ends.

        Raises:
            UsageError: There is no such relation.
            IncludeDepthError: The path becomes too long.
        """
        return SyncPath(self._bridge, self._selection.follow(cast("Any", hop)))

    def rows(self) -> Iterator[tuple[*Ts]]:
        """A tuple for each way through: where it begins, what lies on the way, where it ends.

        Close it if you leave it early, as `contextlib.aclosing` and `closing` do.
        """
        return cast("Iterator[tuple[*Ts]]", drain(self._bridge, lambda _: self._selection.rows()))


class SyncReach(SyncSelection[T]):
    """All that can be reached by following a relation again and again, the nearest first, each once; circles end by themselves."""

    _selection: PygenReach[Any]

    def distances(self) -> Iterator[tuple[int, PygenList[T]]]:
        """How far, and what is found there. Close it if you leave it early, as `contextlib.aclosing` and `closing` do."""
        return drain(self._bridge, lambda _: self._selection.distances(), at_once=1)
