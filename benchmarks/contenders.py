"""Who takes part, and what each one runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from benchmarks import environments

Row = dict[str, Any]
"""One line of a table: column → figure."""


class Contender(NamedTuple):
    """One way of doing what is measured.

    Attributes:
        name: As tables and charts show it.
        environment: Where it runs, see `environments`.
        driver: Script in `drivers/`, without its ending.
        options: Settings of its own for the driver.
    """

    name: str
    environment: str
    driver: str
    options: tuple[tuple[str, Any], ...] = ()

    @property
    def peer(self) -> bool:
        """Whether it is somebody else's work, not ours or the floor."""
        return self.environment in environments.PEERS


class Run(NamedTuple):
    """How a subject is measured.

    Attributes:
        rows: Instances that are read or written; what it means to a subject without any says the subject.
        rounds: Measured rounds; figures are their medians.
        progress: Told what happens.
        peers: Whether the peers take part.
        only: Drivers that take part; all when empty.
    """

    rows: int
    rounds: int
    progress: Callable[[str], None]
    peers: bool = True
    only: tuple[str, ...] = ()

    def chosen(self, contenders: Iterable[Contender]) -> list[Contender]:
        """Those of them that take part."""
        return [it for it in contenders if (self.peers or not it.peer) and (not self.only or it.driver in self.only)]


FLOOR = Contender("floor: httpx + msgspec", "base", "floor_httpx")
OURS = Contender("pygen", "base", "pygen_async")
FAST = Contender("pygen, extra fast", "fast", "pygen_async")
SYNC = Contender("pygen, without await", "base", "pygen_sync")
PYGEN_ITERATE = Contender("cognite-pygen iterate", "cognite-pygen", "cognite_pygen_iterate")
