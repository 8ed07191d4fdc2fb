"""Views (contract §4)."""

from __future__ import annotations

from collections.abc import Sequence

from pygen_runtime.client.core import Core
from pygen_runtime.client.schema_api import SchemaAPI, flag, many
from pygen_runtime.schema import View, ViewId, ViewWrite


class ViewsAPI(SchemaAPI[ViewWrite, View, ViewId]):
    """Views, as `client.views`."""

    def __init__(self, core: Core) -> None:
        super().__init__(core, "/models/views", View, ViewId)

    async def create(self, items: ViewWrite | Sequence[ViewWrite]) -> list[View]:
        """Create views, or replace those that exist. 100 in a request, in the order given.

        Args:
            items: One or many; a view that others implement comes first.

        Returns:
            The views as they are now.

        Raises:
            ApiError: The server refused, such as for a container that does not exist.
            TransportError: No whole answer came in time.
        """
        return await self._create(many(items, ViewWrite))

    async def retrieve(
        self, ids: ViewId | Sequence[ViewId], *, include_inherited_properties: bool = True
    ) -> list[View]:
        """The views with these ids, global ones included; those that do not exist are left out. 100 in a request.

        Args:
            ids: One or many.
            include_inherited_properties: Whether properties of implemented views are listed too.

        Raises:
            ApiError: The server refused.
            TransportError: No whole answer came in time.
        """
        params = [("includeInheritedProperties", flag(include_inherited_properties))]
        return await self._retrieve(many(ids, ViewId), params)

    async def delete(self, ids: ViewId | Sequence[ViewId]) -> list[ViewId]:
        """Delete views; containers, data and instances stay. 100 in a request.

        Returns:
            The ids that were really deleted; those that did not exist are left out.

        Raises:
            ApiError: The server refused.
            TransportError: No whole answer came in time.
        """
        return await self._delete(many(ids, ViewId))

    async def list(
        self,
        limit: int | None = None,
        *,
        space: str | None = None,
        include_global: bool = False,
        include_inherited_properties: bool = True,
        all_versions: bool = False,
    ) -> list[View]:
        """All views, or the first of them.

        Args:
            limit: Views to end after; None for all.
            space: Only those of this space.
            include_global: Whether Cognite's own are listed too.
            include_inherited_properties: Whether properties of implemented views are listed too.
            all_versions: Whether older versions are listed too.

        Raises:
            ApiError: The server refused.
            TransportError: No whole answer came in time.
        """
        params = [] if space is None else [("space", space)]
        params += [
            ("includeGlobal", flag(include_global)),
            ("includeInheritedProperties", flag(include_inherited_properties)),
            ("allVersions", flag(all_versions)),
        ]
        return await self._list(limit, params)
