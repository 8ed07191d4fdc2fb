"""Who gets which name in one place: a module, a class, the parameters of a function, a folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count


class Scope:
    """The names taken in one place.

    Deterministic, and first come, first served: an owner keeps its name whoever comes later, so ask in the order of the
    model, and for what users see before helpers.

    Args:
        reserved: Names that nobody gets, such as `naming.PYTHON` and what the place already holds.
        ignore_case: `Thing` and `thing` clash, as they do for file names on many systems.
    """

    def __init__(self, reserved: Iterable[str] = (), *, ignore_case: bool = False) -> None:
        self._ignore_case = ignore_case
        self._taken = {self._key(name) for name in reserved}
        self._names: dict[str, str] = {}

    def claim(self, owner: str, wish: str, *others: str) -> str:
        """Take a name for `owner`, or tell the one it has.

        Args:
            owner: Whom the name is for, unique in this scope, such as the name in the data model.
            wish: The best name.
            others: Names that would do as well, best first.

        Returns:
            The first of the wishes that is free, else `wish_`, `wish_2`, `wish_3` and so on.
        """
        if owner in self._names:
            return self._names[owner]
        name = next(name for name in _candidates(wish, others) if self._key(name) not in self._taken)
        self._taken.add(self._key(name))
        self._names[owner] = name
        return name

    def _key(self, name: str) -> str:
        return name.casefold() if self._ignore_case else name


def _candidates(wish: str, others: tuple[str, ...]) -> Iterator[str]:
    yield wish
    yield from others
    yield f"{wish}_"
    yield from (f"{wish}_{number}" for number in count(2))
