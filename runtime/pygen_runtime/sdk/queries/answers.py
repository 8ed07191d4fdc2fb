"""What a query gives as a whole: its instances in memory, the first of them, the best matches of a text, and how many there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pygen_runtime.sdk.fields.aggregate import named_metric
from pygen_runtime.sdk.fields.fields import TextField
from pygen_runtime.sdk.fields.types import F_co
from pygen_runtime.sdk.instances.lists import PygenList
from pygen_runtime.sdk.instances.resource import PygenResource
from pygen_runtime.sdk.queries import search as asked
from pygen_runtime.sdk.queries.cache import QueryCache, cached
from pygen_runtime.sdk.queries.groups import figures_of
from pygen_runtime.sdk.queries.search import Operator

if TYPE_CHECKING:
    from pygen_runtime.sdk.queries.query import PygenQuery

T = TypeVar("T", bound=PygenResource)


class Answering(Generic[T, F_co]):
    """What a query answers at once. Instances can be kept in a cache, where one is given; walks and figures never are."""

    __slots__ = ()

    async def to_list(self, *, cache: QueryCache | None = None) -> PygenList[T]:
        """All of them at once, in memory.

        Args:
            cache: Where the answer is kept, and taken from while it is good; without one the server is always asked.
        """
        query = self._subject()
        asks = [query.resource.__qualname__, query._request(), query.most]  # noqa: SLF001 - of the same making
        found = await cached(cache, query.client, asks, lambda: query.pages().to_list())
        return PygenList(found, query.resource)

    async def first(self, *, cache: QueryCache | None = None) -> T | None:
        """The first one, or None when there is none.

        Args:
            cache: As for `to_list`.
        """
        found = await self._few(1, cache)
        return found[0] if found else None

    async def one(self, *, cache: QueryCache | None = None) -> T:
        """The only one.

        Args:
            cache: As for `to_list`.

        Raises:
            NoInstanceError: There is none.
            SeveralInstancesError: There are more.
        """
        return asked.one_of(await self._few(2, cache), self)

    async def count(self) -> int:
        """How many there are, counted by the server; search-backed counts may lag behind writes by seconds on CDF.

        Without a view (bare edges) they are walked, because the API counts only what has a view.
        """
        query = self._subject()
        if query.resource.VIEW is None:
            return sum([len(page) async for page in query.pages()])
        total: int
        (total,) = await figures_of(query.limit(None), (named_metric(query.resource, "count", None),))
        return total if query.most is None else min(total, query.most)

    async def search(
        self,
        query: str,
        *,
        properties: str | Sequence[str] | Callable[[F_co], TextField[Any] | tuple[TextField[Any], ...]] | None = None,
        operator: Operator = "AND",
        limit: int = 25,
        cache: QueryCache | None = None,
    ) -> PygenList[T]:
        """The best matches of a text search among those that meet the conditions, best first, or in the order of `sort`.

        Args:
            query: Words to look for; the last one may be the beginning of a word. Empty: all that meet the conditions.
            properties: Text fields to look in; None: all of them.
            operator: Whether all words must be found (`"AND"`), or one of them (`"OR"`).
            limit: Instances at most, up to 1000, of which the API tells no more.
            cache: As for `to_list`.

        Raises:
            UsageError: An argument cannot work.
        """
        return await asked.found_by_words(self._subject(), query, properties, operator, limit, cache=cache)

    async def _few(self, most: int, cache: QueryCache | None) -> PygenList[T]:
        """The first ones, without fetching ahead."""
        query = self._subject()
        wanted = most if query.most is None else min(most, query.most)
        return await query.limit(wanted).prefetch(0).partitions(1).to_list(cache=cache)

    def _subject(self) -> PygenQuery[T, F_co]:
        raise NotImplementedError
