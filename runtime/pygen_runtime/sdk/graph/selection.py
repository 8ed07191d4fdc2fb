"""Instances that are reached somehow, and sets of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from pygen_runtime.sdk.instances.lists import PygenList
from pygen_runtime.sdk.instances.resource import PygenResource
from pygen_runtime.sdk.queries.query import PygenQuery

T = TypeVar("T", bound=PygenResource)


class Selection(ABC, Generic[T]):
    """Instances that are reached somehow, each once; described but not fetched. A value, like a query."""

    __slots__ = ()

    @abstractmethod
    def pages(self) -> AsyncGenerator[PygenList[T]]:
        """Page by page; close it if you leave it early, as `contextlib.aclosing` and `closing` do."""

    @abstractmethod
    def explain(self) -> str:
        """What is asked of the server first, as JSON for people, and what after that; sends nothing."""

    async def __aiter__(self) -> AsyncIterator[T]:
        async with aclosing(self.pages()) as pages:
            async for page in pages:
                for item in page:
                    yield item

    async def to_list(self) -> PygenList[T]:
        """All of them at once, in memory."""
        found: PygenList[T] = PygenList()
        async with aclosing(self.pages()) as pages:
            async for page in pages:
                found.extend(page)
        return found

    async def count(self) -> int:
        """How many there are; they are walked."""
        async with aclosing(self.pages()) as pages:
            return sum([len(page) async for page in pages])

    def __or__(self, other: Selection[T] | PygenQuery[T, Any]) -> Combined[T]:
        return Combined(self, other, "or")

    def __and__(self, other: Selection[T] | PygenQuery[T, Any]) -> Combined[T]:
        return Combined(self, other, "and")

    def __sub__(self, other: Selection[T] | PygenQuery[T, Any]) -> Combined[T]:
        return Combined(self, other, "without")

    def __ror__(self, other: PygenQuery[T, Any]) -> Combined[T]:
        return Combined(other, self, "or")

    def __rand__(self, other: PygenQuery[T, Any]) -> Combined[T]:
        return Combined(other, self, "and")

    def __rsub__(self, other: PygenQuery[T, Any]) -> Combined[T]:
        return Combined(other, self, "without")


@dataclass(frozen=True, slots=True)
class Combined(Selection[T]):
    """What is in either of two selections (`|`), in both (`&`), or in the first alone (`-`).

    It is done here, by ids: the API combines result sets after it has cut them at 10,000 rows. For `&` and `-` the ids of the second
    are all met before the first instance comes. Two queries of one view need none of this: `where` joins conditions with `&`, `|` and `~`.

    Attributes:
        one: A selection or a query.
        other: A selection or a query of the same class.
        how: How they are combined.
    """

    one: Selection[T] | PygenQuery[T, Any]
    other: Selection[T] | PygenQuery[T, Any]
    how: Literal["or", "and", "without"]

    async def pages(self) -> AsyncGenerator[PygenList[T]]:
        """Page by page; close it if you leave it early, as `contextlib.aclosing` and `closing` do."""
        seen: set[Any] = set()
        if self.how != "or":
            async with aclosing(self.other.pages()) as others:
                async for page in others:
                    seen.update(item.as_id() for item in page)
        async with aclosing(self.one.pages()) as pages:
            async for page in pages:
                if self.how == "or":
                    seen.update(item.as_id() for item in page)
                    yield page
                elif kept := [item for item in page if (item.as_id() in seen) is (self.how == "and")]:
                    yield PygenList(kept)
        if self.how == "or":
            async with aclosing(self.other.pages()) as rest:
                async for page in rest:
                    if kept := [item for item in page if item.as_id() not in seen]:
                        yield PygenList(kept)

    def explain(self) -> str:
        """What is asked of the server first, as JSON for people, and what after that; sends nothing."""
        return "\n".join((self.one.explain(), f"{self.how}, by ids:", self.other.explain()))
