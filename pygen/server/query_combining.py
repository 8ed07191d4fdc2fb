"""Set operations on result sets: union, unionAll, intersection, except (contract §6.6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from pygen.server.query_requests import Combine
from pygen.server.query_walks import Member

Find = Callable[[str], Sequence[Member]]


def combined(wanted: Combine, enough: int, find: Find) -> list[Member]:
    """The first `enough` members of a set operation, in the order of the sets; later sets are found only when those before do not suffice.

    Args:
        wanted: The operation.
        enough: The most members that are wanted.
        find: Gives the members of a set by name.
    """
    besides = {one.id for name in wanted.besides for one in find(name)}
    parts = (_part(one, find) for one in wanted.members)
    if wanted.operation == "intersection":
        return _first([_common(*parts)], enough, besides, repeated=False)
    return _first(parts, enough, besides, repeated=wanted.operation == "unionAll")


def _part(part: str | Combine, find: Find) -> Sequence[Member]:
    if isinstance(part, str):
        return find(part)
    everything = sum(len(find(name)) for name in part.names())
    return combined(part, everything if part.limit is None else part.limit, find)


def _common(first: Sequence[Member], *others: Sequence[Member]) -> list[Member]:
    ids = [{one.id for one in other} for other in others]
    return [one for one in first if all(one.id in other for other in ids)]


def _first(parts: Iterable[Sequence[Member]], enough: int, besides: set[int], *, repeated: bool) -> list[Member]:
    found: list[Member] = []
    seen = set(besides)
    for part in parts:
        for one in part:
            if one.id not in seen:
                found.append(one)
                if not repeated:
                    seen.add(one.id)
        if len(found) >= enough:
            break
    return found[:enough]
