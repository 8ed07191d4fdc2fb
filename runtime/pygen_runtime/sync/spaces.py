# Written by tests/runtime/sync_twins.py from runtime/pygen_runtime/client/spaces.py. Change that one, then run
# pytest tests/runtime/test_sync_twins.py --update-golden
"""Without `await`: SpacesAPI."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

import msgspec

from pygen_runtime.schema import Space, SpaceWrite
from pygen_runtime.sync.bridge import Bridge
from pygen_runtime.sync.reader import drain

A = TypeVar("A")
K = TypeVar("K", bound=msgspec.Struct)
R = TypeVar("R", bound=msgspec.Struct)
W = TypeVar("W", bound=msgspec.Struct)


class SyncSpacesAPI:
    """The synchronous twin of `SpacesAPI`, as `client.spaces`.

    Args:
        bridge: The way to the client.
    """

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge

    def create(self, items: SpaceWrite | Sequence[SpaceWrite]) -> list[Space]:
        """Create spaces, or replace the name and description of those that exist. 100 in a request.

        Args:
            items: One or many. Some ids are reserved (contract, appendix B).

        Returns:
            The spaces as they are now.
        """
        return self._bridge.run(lambda client: client.spaces.create(items))

    def retrieve(self, ids: str | Sequence[str]) -> list[Space]:
        """The spaces with these ids, global ones included; those that do not exist are left out. 100 in a request."""
        return self._bridge.run(lambda client: client.spaces.retrieve(ids))

    def delete(self, ids: str | Sequence[str]) -> list[str]:
        """Delete spaces, which must be empty. 100 in a request.

        Returns:
            The ids that were really deleted; those that did not exist are left out.
        """
        return self._bridge.run(lambda client: client.spaces.delete(ids))

    def iterate(self, limit: int | None = None, *, include_global: bool = False) -> Iterator[Space]:
        """Spaces one by one; the arguments are those of `list`."""
        return drain(self._bridge, lambda client: client.spaces.iterate(limit, include_global=include_global))

    def list(self, limit: int | None = None, *, include_global: bool = False) -> list[Space]:
        """All spaces, or the first of them.

        Args:
            limit: Spaces to end after; None for all.
            include_global: Whether Cognite's own are listed too.
        """
        return self._bridge.run(lambda client: client.spaces.list(limit, include_global=include_global))
