"""Who gets which name in one place: a module, a class, the parameters of a function, a folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count
from typing import NamedTuple


class Wish(NamedTuple):
    """What somebody would like to be called.

    Attributes:
        owner: Whom the name is for, unique in the scope, such as the name in the data model.
        name: The best name.
        others: Names that would do as well, best first.
    """

    owner: str
    name: str
    others: tuple[str, ...] = ()


class Clash(NamedTuple):
    """A wish that could not be met.

    Attributes:
        owner: Who wished.
        wish: The name it wished for.
        name: The name it got.
        holder: Who has the name; None when it is reserved.
    """

    owner: str
    wish: str
    name: str
    holder: str | None


class Scope:
    """The names taken in one place.

    Deterministic. Whoever has a name keeps it whoever comes later. Those who ask together are served by rank, and nobody's
    second choice takes what another wishes for: so who does not clash gets the same name whoever else is there.

    Args:
        reserved: Names that nobody gets, such as `naming.PYTHON` and what the place already holds.
        ignore_case: `Thing` and `thing` clash, as they do for file names on many systems.
    """

    def __init__(self, reserved: Iterable[str] = (), *, ignore_case: bool = False) -> None:
        self._ignore_case = ignore_case
        self._holders: dict[str, str | None] = {self._key(name): None for name in reserved}
        self._names: dict[str, str] = {}
        self._clashes: list[Clash] = []

    @property
    def clashes(self) -> tuple[Clash, ...]:
        """The wishes that could not be met so far."""
        return tuple(self._clashes)

    def claim(self, owner: str, wish: str, *others: str) -> str:
        """Take a name for `owner`, or tell the one it has.

        Args:
            owner: See `Wish`.
            wish: The best name.
            others: Names that would do as well, best first.

        Returns:
            The first of the wishes that is free, else `wish_`, `wish_2`, `wish_3` and so on.
        """
        return self.share([Wish(owner, wish, others)])[owner]

    def share(self, wishes: Iterable[Wish]) -> dict[str, str]:
        """Take names for several who ask together.

        Args:
            wishes: What they wish for, those of the highest rank first. For names that do not depend on the order of a
                model, rank by something that belongs to each alone.

        Returns:
            Owner → name, in the order given.
        """
        wishes = tuple(wishes)
        late: list[Wish] = []
        for wish in wishes:
            if wish.owner not in self._names:
                if self._free(wish.name):
                    self._take(wish.owner, wish.name)
                else:
                    late.append(wish)
        for wish in late:
            if wish.owner in self._names:
                continue
            name = next(filter(self._free, _others(wish)))
            self._take(wish.owner, name)
            self._clashes.append(Clash(wish.owner, wish.name, name, self._holders[self._key(wish.name)]))
        return {wish.owner: self._names[wish.owner] for wish in wishes}

    def _free(self, name: str) -> bool:
        return self._key(name) not in self._holders

    def _take(self, owner: str, name: str) -> None:
        self._holders[self._key(name)] = owner
        self._names[owner] = name

    def _key(self, name: str) -> str:
        return name.casefold() if self._ignore_case else name


def _others(wish: Wish) -> Iterator[str]:
    yield from wish.others
    yield f"{wish.name}_"
    yield from (f"{wish.name}_{number}" for number in count(2))
