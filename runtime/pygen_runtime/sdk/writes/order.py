"""In which order nodes are written: what is needed before what needs it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import TypeVar

K = TypeVar("K", bound=Hashable)


def dependencies_first(keys: Iterable[K], needs: Callable[[K], Sequence[K]]) -> list[K]:
    """The keys, each behind what it needs, otherwise as they come; where needs form a circle, it is broken.

    A walk with a stack of its own, because chains may be longer than Python's.

    Args:
        keys: What to put in order.
        needs: What one needs; only keys are asked about and put in order.
    """
    wanted = dict.fromkeys(keys)
    ordered: dict[K, None] = {}
    begun: set[K] = set()
    for key in wanted:
        stack: list[tuple[K, Iterator[K]]] = []
        following: K | None = key if key not in begun else None
        while stack or following is not None:
            if following is not None:
                begun.add(following)
                stack.append((following, iter(needs(following))))
            current, left = stack[-1]
            following = next((one for one in left if one in wanted and one not in begun), None)
            if following is None:
                ordered[current] = None
                stack.pop()
    return list(ordered)
