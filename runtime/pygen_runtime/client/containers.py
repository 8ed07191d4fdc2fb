"""Containers (contract §3)."""

from __future__ import annotations

from collections.abc import Sequence

from pygen_runtime.client.core import Core
from pygen_runtime.client.schema_api import SchemaAPI, flag, many
from pygen_runtime.schema import Container, ContainerId, ContainerWrite


class ContainersAPI(SchemaAPI[ContainerWrite, Container, ContainerId]):
    """Containers, as `client.containers`."""

    def __init__(self, core: Core) -> None:
        super().__init__(core, "/models/containers", Container, ContainerId)

    async def create(self, items: ContainerWrite | Sequence[ContainerWrite]) -> list[Container]:
        """Create containers, or merge into those that exist. 100 in a request, in the order given.

        Args:
            items: One or many; a container that others require or point at comes first.

        Returns:
            The containers as they are now.

        Raises:
            ApiError: The server refused, such as for a change that existing data does not allow (contract §3.6).
            TransportError: No whole answer came in time.
        """
        return await self._create(many(items, ContainerWrite))

    async def retrieve(self, ids: ContainerId | Sequence[ContainerId]) -> list[Container]:
        """The containers with these ids, global ones included; those that do not exist are left out. 100 in a request.

        Raises:
            ApiError: The server refused.
            TransportError: No whole answer came in time.
        """
        return await self._retrieve(many(ids, ContainerId))

    async def delete(self, ids: ContainerId | Sequence[ContainerId]) -> list[ContainerId]:
        """Delete containers together with all data stored in them. 100 in a request.

        Returns:
            The ids that were really deleted; those that did not exist are left out.

        Raises:
            ApiError: The server refused.
            TransportError: No whole answer came in time.
        """
        return await self._delete(many(ids, ContainerId))

    async def list(
        self, limit: int | None = None, *, space: str | None = None, include_global: bool = False
    ) -> list[Container]:
        """All containers, or the first of them.

        Args:
            limit: Containers to end after; None for all.
            space: Only those of this space.
            include_global: Whether Cognite's own are listed too.

        Raises:
            ApiError: The server refused.
            TransportError: No whole answer came in time.
        """
        of_space = [] if space is None else [("space", space)]
        return await self._list(limit, [*of_space, ("includeGlobal", flag(include_global))])
