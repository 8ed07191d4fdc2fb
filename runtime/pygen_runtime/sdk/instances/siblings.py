"""Objects that came together, so that what one of them leads to can be fetched for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Generic, TypeVar
from weakref import ref

import anyio

from pygen_runtime.sdk.instances.clients import AnyClient

T = TypeVar("T")

_MOST_WAYS = 32
"""In which the relations of some objects are narrowed; more look as if each object had a way of its own, of no use to the others."""


class Turn:
    """Who asks for what a relation of the objects leads to, one after the other.

    Attributes:
        lock: Held by who asks, so that others wait for what is found.
        most: For how many of the objects it is asked at once.
    """

    __slots__ = ("lock", "most")

    def __init__(self) -> None:
        self.lock = anyio.Lock()
        self.most: int | None = None


class Siblings(Generic[T]):
    """The client that fetched some objects together, and those of the objects that are still there.

    Each of the objects holds this. It holds them weakly, so that to keep one is not to keep its page.

    Args:
        client: Who fetched them.

    Attributes:
        client: Who fetched them.
    """

    __slots__ = ("_objects", "_turns", "client")

    def __init__(self, client: AnyClient) -> None:
        self.client = client
        self._turns: dict[str | bytes, Turn] = {}
        self._objects: Sequence[ref[T]] = ()

    def hold(self, objects: Sequence[T]) -> None:
        """These are the objects."""
        self._objects = list(map(ref, objects))

    def turn(self, key: str | bytes) -> Turn | None:
        """Who asks for a relation, narrowed in one way; None when there are too many ways for the objects to share."""
        if key not in self._turns and len(self._turns) < _MOST_WAYS:
            self._turns[key] = Turn()
        return self._turns.get(key)

    def beside(self, one: T) -> Iterator[T]:
        """The object, those that came behind it, then those that came before it."""
        place = next((number for number, other in enumerate(self._objects) if other() is one), 0)
        for other in chain(self._objects[place:], self._objects[:place]):
            if (found := other()) is not None:
                yield found
