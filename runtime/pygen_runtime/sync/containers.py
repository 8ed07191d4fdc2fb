# Written by tests/runtime/sync_twins.py from runtime/pygen_runtime/client/containers.py. Change that one, then run
# pytest tests/runtime/test_sync_twins.py --update-golden
"""Without `await`: ContainersAPI."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, TypeVar

import msgspec

from pygen_runtime.client.schema_api import UsedFor
from pygen_runtime.schema import Container, ContainerId, ContainerPartId, ContainerWrite
from pygen_runtime.schema.inspection import ContainerInspection
from pygen_runtime.sync.bridge import Bridge
from pygen_runtime.sync.reader import drain

A = TypeVar("A")
K = TypeVar("K", bound=msgspec.Struct)
R = TypeVar("R", bound=msgspec.Struct)
W = TypeVar("W", bound=msgspec.Struct)


class SyncContainersAPI:
    """The synchronous twin of `ContainersAPI`, as `client.containers`.

    Args:
        bridge: The way to the client.
    """

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge

    def create(self, items: ContainerWrite | Sequence[ContainerWrite]) -> list[Container]:
        """Create containers, or merge into those that exist. 100 in a request, in the order given.

        Args:
            items: One or many; a container that others require or point at comes first. Properties, constraints and indexes that
                are not mentioned stay; some changes are refused (contract §3.6).

        Returns:
            The containers as they are now.
        """
        return self._bridge.run(lambda client: client.containers.create(items))

    def retrieve(self, ids: ContainerId | Sequence[ContainerId]) -> list[Container]:
        """The containers with these ids, global ones included; those that do not exist are left out. 100 in a request."""
        return self._bridge.run(lambda client: client.containers.retrieve(ids))

    def delete(self, ids: ContainerId | Sequence[ContainerId]) -> list[ContainerId]:
        """Delete containers together with all data stored in them. 100 in a request. `inspect` tells which views map them.

        Returns:
            The ids that were really deleted; those that did not exist are left out.
        """
        return self._bridge.run(lambda client: client.containers.delete(ids))

    def delete_constraints(self, ids: ContainerPartId | Sequence[ContainerPartId]) -> list[ContainerPartId]:
        """Delete constraints of containers. 10 in a request.

        Returns:
            The ids that were really deleted; those that did not exist are left out.
        """
        return self._bridge.run(lambda client: client.containers.delete_constraints(ids))

    def delete_indexes(self, ids: ContainerPartId | Sequence[ContainerPartId]) -> list[ContainerPartId]:
        """Delete indexes of containers. 10 in a request.

        Returns:
            The ids that were really deleted; those that did not exist are left out.
        """
        return self._bridge.run(lambda client: client.containers.delete_indexes(ids))

    def retry(
        self, kind: Literal["constraints", "indexes", "properties"], ids: ContainerPartId | Sequence[ContainerPartId]
    ) -> list[ContainerPartId]:
        """Have constraints, indexes or properties checked again whose state is `failed`. 10 in a request.

        Returns:
            The ids that are being checked.
        """
        return self._bridge.run(lambda client: client.containers.retry(kind, ids))

    def inspect(
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
        return self._bridge.run(
            lambda client: client.containers.inspect(
                ids,
                involved_views=involved_views,
                all_versions=all_versions,
                total_involved_view_count=total_involved_view_count,
                include_unavailable_views=include_unavailable_views,
            )
        )

    def iterate(
        self,
        limit: int | None = None,
        *,
        space: str | None = None,
        include_global: bool = False,
        used_for: UsedFor | None = None,
    ) -> Iterator[Container]:
        """Containers one by one; the arguments are those of `list`."""
        return drain(
            self._bridge,
            lambda client: client.containers.iterate(
                limit, space=space, include_global=include_global, used_for=used_for
            ),
        )

    def list(
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
        return self._bridge.run(
            lambda client: client.containers.list(limit, space=space, include_global=include_global, used_for=used_for)
        )
