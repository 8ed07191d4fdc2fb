"""Views (contract §4)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from pygen_runtime.client.core import Core
from pygen_runtime.client.schema_api import SchemaAPI, UsedFor, many, query
from pygen_runtime.schema import View, ViewId, ViewWrite


class ViewsAPI(SchemaAPI[ViewWrite, View, ViewId]):
    """Views, as `client.views`.

    Everything here raises `ApiError` (by its subclass) if the server refused, and `TransportError` if no whole answer came in time.
    """

    def __init__(self, core: Core) -> None:
        super().__init__(core, "/models/views", View, ViewId)

    async def create(self, items: ViewWrite | Sequence[ViewWrite]) -> list[View]:
        """Create views, or replace those that exist. 100 in a request, in the order given.

        Args:
            items: One or many; a view that others implement comes first. Containers must exist.

        Returns:
            The views as they are now.
        """
        return await self._create(many(items, ViewWrite))

    async def retrieve(
        self, ids: ViewId | Sequence[ViewId], *, include_inherited_properties: bool = True
    ) -> list[View]:
        """The views with these ids, global ones included; those that do not exist are left out. 100 in a request.

        Args:
            ids: One or many.
            include_inherited_properties: Whether properties of implemented views are listed too.
        """
        params = query(includeInheritedProperties=include_inherited_properties)
        return await self._retrieve(many(ids, ViewId), params)

    async def delete(self, ids: ViewId | Sequence[ViewId]) -> list[ViewId]:
        """Delete views; containers, data and instances stay. 100 in a request.

        Returns:
            The ids that were really deleted; those that did not exist are left out.
        """
        return await self._delete(many(ids, ViewId))

    def iterate(
        self,
        limit: int | None = None,
        *,
        space: str | None = None,
        include_global: bool = False,
        include_inherited_properties: bool = True,
        all_versions: bool = False,
        used_for: UsedFor | None = None,
    ) -> AsyncIterator[View]:
        """Views one by one; the arguments are those of `list`."""
        params = query(
            space=space,
            used_for=used_for,
            includeGlobal=include_global,
            includeInheritedProperties=include_inherited_properties,
            allVersions=all_versions,
        )
        return self._iterate(limit, params)

    async def list(
        self,
        limit: int | None = None,
        *,
        space: str | None = None,
        include_global: bool = False,
        include_inherited_properties: bool = True,
        all_versions: bool = False,
        used_for: UsedFor | None = None,
    ) -> list[View]:
        """All views, or the first of them.

        Args:
            limit: Views to end after; None for all.
            space: Only those of this space.
            include_global: Whether Cognite's own are listed too.
            include_inherited_properties: Whether properties of implemented views are listed too.
            all_versions: Whether older versions are listed too.
            used_for: Only those for these kinds of instances.
        """
        found = self.iterate(
            limit,
            space=space,
            include_global=include_global,
            include_inherited_properties=include_inherited_properties,
            all_versions=all_versions,
            used_for=used_for,
        )
        return [view async for view in found]
