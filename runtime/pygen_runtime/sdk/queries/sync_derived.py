"""Instances as objects of the most derived class, for code that does not await."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from pygen_runtime.sdk.instances.clients import bridge_of
from pygen_runtime.sdk.instances.lists import PygenList
from pygen_runtime.sdk.instances.resource import PygenResource
from pygen_runtime.sdk.queries.derived import DerivedQuery
from pygen_runtime.sync.reader import drain

D = TypeVar("D", bound=PygenResource)


@dataclass(frozen=True, slots=True)
class SyncDerivedQuery(Generic[D]):
    """The instances of a query, each as an object of the most derived class: the twin of `DerivedQuery`.

    Args:
        derived: What does the work, on the client's event loop.
    """

    derived: DerivedQuery[D]

    def pages(self) -> Iterator[PygenList[D]]:
        """Page by page, in the order of the query. Instances that are of none of the classes come as the query's own."""
        return drain(bridge_of(self.derived.query.client), lambda _: self.derived.pages(), at_once=1)

    def __iter__(self) -> Iterator[D]:
        for page in self.pages():
            yield from page

    def to_list(self) -> PygenList[D]:
        """All of them at once, in memory. Frames of the list have the columns of the query's class, which all of them have."""
        return bridge_of(self.derived.query.client).run(lambda _: self.derived.to_list())
