"""Containers (contract §3)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from functools import cached_property
from typing import Any, Literal

import msgspec

from pygen_runtime.client.batches import in_batches
from pygen_runtime.client.core import Core
from pygen_runtime.client.schema_api import SchemaAPI, UsedFor, id_item, many, query
from pygen_runtime.schema import Container, ContainerId, ContainerPartId, ContainerWrite
from pygen_runtime.schema.codec import decoder
from pygen_runtime.schema.inspection import ContainerInspection
from pygen_runtime.schema.requests import Page
from pygen_runtime.transport import Operation

_MOST_PARTS = 10
"""Constraints, indexes or containers that one of the smaller requests may hold."""


class ContainersAPI(SchemaAPI[ContainerWrite, Container, ContainerId]):
    """Containers, as `client.containers`.

    Everything here raises `ApiError` (by its subclass) if the server refused, and `TransportError` if no whole answer came in time.
    """

    def __init__(self, core: Core) -> None:
        super().__init__(core, "/models/containers", Container, ContainerId)

    async def create(self, items: ContainerWrite | Sequence[ContainerWrite]) -> list[Container]:
        """Create containers, or merge into those that exist. 100 in a request, in the order given.

        Args:
            items: One or many; a container that others require or point at comes first. Properties, constraints and indexes that
                are not mentioned stay; some changes are refused (contract §3.6).

        Returns:
            The containers as they are now.
        """
        return await self._create(many(items, ContainerWrite))

    async def retrieve(self, ids: ContainerId | Sequence[ContainerId]) -> list[Container]:
        """The containers with these ids, global ones included; those that do not exist are left out. 100 in a request."""
        return await self._retrieve(many(ids, ContainerId))

    async def delete(self, ids: ContainerId | Sequence[ContainerId]) -> list[ContainerId]:
        """Delete containers together with all data stored in them. 100 in a request. `inspect` tells which views map them.

        Returns:
            The ids that were really deleted; those that did not exist are left out.
        """
        return await self._delete(many(ids, ContainerId))

    async def delete_constraints(self, ids: ContainerPartId | Sequence[ContainerPartId]) -> list[ContainerPartId]:
        """Delete constraints of containers. 10 in a request.

        Returns:
            The ids that were really deleted; those that did not exist are left out.
        """
        return await self._parts("/constraints/delete", many(ids, ContainerPartId))

    async def delete_indexes(self, ids: ContainerPartId | Sequence[ContainerPartId]) -> list[ContainerPartId]:
        """Delete indexes of containers. 10 in a request.

        Returns:
            The ids that were really deleted; those that did not exist are left out.
        """
        return await self._parts("/indexes/delete", many(ids, ContainerPartId))

    async def retry(
        self, kind: Literal["constraints", "indexes", "properties"], ids: ContainerPartId | Sequence[ContainerPartId]
    ) -> list[ContainerPartId]:
        """Have constraints, indexes or properties checked again whose state is `failed`. 10 in a request.

        Returns:
            The ids that are being checked.
        """
        return await self._parts(f"/{kind}/retry", many(ids, ContainerPartId))

    async def inspect(
        self,
        ids: ContainerId | Sequence[ContainerId],
        *,
        involved_views: bool = True,
        all_versions: bool = False,
        total_involved_view_count: bool = False,
        include_unavailable_views: bool = True,
    ) -> list[ContainerInspection]:
        """Which views map containers. 10 in a request.

        Args:
            ids: One or many.
            involved_views: Whether to tell the views.
            all_versions: Whether to tell, and count, older versions of the views too.
            total_involved_view_count: Whether to count the views.
            include_unavailable_views: Whether to count views that the caller may not see.
        """
        operations: dict[str, dict[str, Any]] = {}
        if involved_views:
            operations["involvedViews"] = {"allVersions": all_versions}
        if total_involved_view_count:
            operations["totalInvolvedViewCount"] = {
                "allVersions": all_versions,
                "includeUnavailableViews": include_unavailable_views,
            }

        async def send(batch: Sequence[ContainerId]) -> list[ContainerInspection]:
            page = await self._core.call(
                "POST",
                f"{self._path}/inspect",
                operation=Operation.SCHEMA,
                reply=self._inspections,
                body={"inspectionOperations": operations, "items": [id_item(one) for one in batch]},
            )
            return page.items

        return await in_batches(many(ids, ContainerId), _MOST_PARTS, send)

    async def _parts(self, below: str, ids: Sequence[ContainerPartId]) -> list[ContainerPartId]:
        async def send(batch: Sequence[ContainerPartId]) -> list[ContainerPartId]:
            return await self._post(below, batch, self._part_ids)

        return await in_batches(ids, _MOST_PARTS, send)

    def iterate(
        self,
        limit: int | None = None,
        *,
        space: str | None = None,
        include_global: bool = False,
        used_for: UsedFor | None = None,
    ) -> AsyncIterator[Container]:
        """Containers one by one; the arguments are those of `list`."""
        return self._iterate(limit, query(space=space, used_for=used_for, includeGlobal=include_global))

    async def list(
        self,
        limit: int | None = None,
        *,
        space: str | None = None,
        include_global: bool = False,
        used_for: UsedFor | None = None,
    ) -> list[Container]:
        """All containers, or the first of them.

        Args:
            limit: Containers to end after; None for all.
            space: Only those of this space.
            include_global: Whether Cognite's own are listed too.
            used_for: Only those for these kinds of instances; None for all but `record`.
        """
        found = self.iterate(limit, space=space, include_global=include_global, used_for=used_for)
        return [container async for container in found]

    @cached_property
    def _part_ids(self) -> msgspec.json.Decoder[Page[ContainerPartId]]:
        return decoder(Page[ContainerPartId])

    @cached_property
    def _inspections(self) -> msgspec.json.Decoder[Page[ContainerInspection]]:
        return decoder(Page[ContainerInspection])
