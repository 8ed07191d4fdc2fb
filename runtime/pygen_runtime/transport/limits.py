"""How many requests may be under way at once, for each kind of operation (contract §1.8)."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from pygen_runtime.errors import UsageError


class Operation(enum.Enum):
    """What a request does, as far as the project's concurrency budget cares."""

    READ = "read"
    WRITE = "write"
    DELETE = "delete"
    SEARCH = "search"
    SCHEMA = "schema"


@dataclass(frozen=True, slots=True)
class Limits:
    """Requests that are under way at once at most; the defaults stay below a project's documented budget.

    Clients of the same project with the same limits share them, if they run in the same event loop. While the server
    refuses for load (429), fewer are under way.

    Attributes:
        read: Instance list, byids, aggregate and the like; a project allows 8.
        write: Instance upserts; a project allows 4.
        delete: Instance deletes; a project allows 2.
        search: Instance searches; they share the project's 8 with reads.
        schema: Everything about spaces, containers, views and data models.
    """

    read: int = 4
    write: int = 2
    delete: int = 1
    search: int = 2
    schema: int = 2

    def __post_init__(self) -> None:
        for operation in Operation:
            if self.of(operation) < 1:
                raise UsageError(f"the limit for {operation.value} requests must be at least 1")

    def of(self, operation: Operation) -> int:
        """The limit for one kind of operation."""
        limit: int = getattr(self, operation.value)
        return limit

    @property
    def total(self) -> int:
        """Requests under way when every kind is at its limit: how many connections a client may need."""
        return sum(self.of(operation) for operation in Operation)
