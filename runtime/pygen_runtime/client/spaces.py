"""Spaces (contract §2)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import msgspec

from pygen_runtime.client.core import Core
from pygen_runtime.client.schema_api import SchemaAPI, many, query
from pygen_runtime.schema import Space, SpaceWrite


class SpaceId(msgspec.Struct, frozen=True):
    """How byids and delete name a space."""

    space: str


class SpacesAPI(SchemaAPI[SpaceWrite, Space, SpaceId]):
    """Spaces, as `client.spaces`.

    Everything here raises `ApiError` (by its subclass) if the server refused, and `TransportError` if no whole answer came in time.
    """

    def __init__(self, core: Core) -> None:
        super().__init__(core, "/models/spaces", Space, SpaceId)

    async def create(self, items: SpaceWrite | Sequence[SpaceWrite]) -> list[Space]:
        """Create spaces, or replace the name and description of those that exist. 100 in a request.

        Args:
            items: One or many. Some ids are reserved (contract, appendix B).

        Returns:
            The spaces as they are now.
        """
        return await self._create(many(items, SpaceWrite))

    async def retrieve(self, ids: str | Sequence[str]) -> list[Space]:
        """The spaces with these ids, global ones included; those that do not exist are left out. 100 in a request."""
        return await self._retrieve([SpaceId(space) for space in many(ids, str)])

    async def delete(self, ids: str | Sequence[str]) -> list[str]:
        """Delete spaces, which must be empty. 100 in a request.

        Returns:
            The ids that were really deleted; those that did not exist are left out.
        """
        return [one.space for one in await self._delete([SpaceId(space) for space in many(ids, str)])]

    def iterate(self, limit: int | None = None, *, include_global: bool = False) -> AsyncIterator[Space]:
        """Spaces one by one; the arguments are those of `list`."""
        return self._iterate(limit, query(includeGlobal=include_global))

    async def list(self, limit: int | None = None, *, include_global: bool = False) -> list[Space]:
        """All spaces, or the first of them.

        Args:
            limit: Spaces to end after; None for all.
            include_global: Whether Cognite's own are listed too.
        """
        return await self._list(limit, query(includeGlobal=include_global))
