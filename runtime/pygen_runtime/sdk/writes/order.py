"""In which order nodes are written: what is needed before what needs it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
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
    ordered: list[K] = []
    begun: set[K] = set()
    for key in wanted:
        if key in begun:
            continue
        begun.add(key)
        stack = [(key, iter(needs(key)))]
        while stack:
            current, left = stack[-1]
            for one in left:
                if one in wanted and one not in begun:
                    begun.add(one)
                    stack.append((one, iter(needs(one))))
                    break
            else:
                ordered.append(current)
                stack.pop()
    return ordered
