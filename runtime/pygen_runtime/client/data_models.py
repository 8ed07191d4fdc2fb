"""Data models (contract §5), with their views inline unless told otherwise."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from functools import cached_property
from typing import Any, Literal, overload

import msgspec

from pygen_runtime.client.batches import in_batches
from pygen_runtime.client.core import Core
from pygen_runtime.client.schema_api import MOST_ITEMS, SchemaAPI, id_item, many, query
from pygen_runtime.schema import DataModel, DataModelId, DataModelOutline, DataModelWrite
from pygen_runtime.schema.codec import decoder
from pygen_runtime.schema.requests import Page

_PAGE = 50  # data models with all their views are large


class DataModelsAPI(SchemaAPI[DataModelWrite, DataModel, DataModelId]):
    """Data models, as `client.data_models`.

    Everything here raises `ApiError` (by its subclass) if the server refused, and `TransportError` if no whole answer came in time.
    """

    def __init__(self, core: Core) -> None:
        super().__init__(core, "/models/datamodels", DataModel, DataModelId)

    async def create(self, items: DataModelWrite | Sequence[DataModelWrite]) -> list[DataModel]:
        """Create data models, or replace those that exist. 100 in a request.

        Args:
            items: One or many; their views must exist.

        Returns:
            The data models as they are now, views inline: a second request fetches them.
        """

        async def send(batch: Sequence[DataModelWrite]) -> list[DataModelId]:
            # The answer holds views by reference only, which must not be taken for views without properties.
            return await self._post("", batch, self._ids)

        return await self.retrieve(await in_batches(many(items, DataModelWrite), MOST_ITEMS, send))

    @overload
    async def retrieve(
        self, ids: DataModelId | Sequence[DataModelId], *, inline_views: Literal[True] = True
    ) -> list[DataModel]: ...

    @overload
    async def retrieve(
        self, ids: DataModelId | Sequence[DataModelId], *, inline_views: Literal[False]
    ) -> list[DataModelOutline]: ...

    async def retrieve(self, ids: DataModelId | Sequence[DataModelId], *, inline_views: bool = True) -> Any:
        """The data models with these ids, global ones included; those that do not exist are left out. 100 in a request.

        Args:
            ids: One or many.
            inline_views: Whether the views come whole, inherited properties included, or by reference.
        """

        async def send(batch: Sequence[DataModelId]) -> list[Any]:
            items = [id_item(one) for one in batch]
            return await self._post("/byids", items, self._reply(inline=inline_views), query(inlineViews=inline_views))

        return await in_batches(many(ids, DataModelId), MOST_ITEMS, send)

    async def delete(self, ids: DataModelId | Sequence[DataModelId]) -> list[DataModelId]:
        """Delete data models; their views and containers stay. 100 in a request.

        Returns:
            The ids that were really deleted; those that did not exist are left out.
        """
        return await self._delete(many(ids, DataModelId))

    @overload
    def iterate(
        self,
        limit: int | None = None,
        *,
        space: str | None = None,
        include_global: bool = False,
        all_versions: bool = False,
        inline_views: Literal[True] = True,
    ) -> AsyncIterator[DataModel]: ...

    @overload
    def iterate(
        self,
        limit: int | None = None,
        *,
        space: str | None = None,
        include_global: bool = False,
        all_versions: bool = False,
        inline_views: Literal[False],
    ) -> AsyncIterator[DataModelOutline]: ...

    def iterate(
        self,
        limit: int | None = None,
        *,
        space: str | None = None,
        include_global: bool = False,
        all_versions: bool = False,
        inline_views: bool = True,
    ) -> Any:
        """Data models one by one; the arguments are those of `list`."""
        of_space = query(space=space, includeGlobal=include_global, allVersions=all_versions)
        params = [*query(inlineViews=inline_views), *of_space]
        return self._walk(self._reply(inline=inline_views), limit, params, _PAGE).items()

    @overload
    async def list(
        self,
        limit: int | None = None,
        *,
        space: str | None = None,
        include_global: bool = False,
        all_versions: bool = False,
        inline_views: Literal[True] = True,
    ) -> list[DataModel]: ...

    @overload
    async def list(
        self,
        limit: int | None = None,
        *,
        space: str | None = None,
        include_global: bool = False,
        all_versions: bool = False,
        inline_views: Literal[False],
    ) -> list[DataModelOutline]: ...

    async def list(
        self,
        limit: int | None = None,
        *,
        space: str | None = None,
        include_global: bool = False,
        all_versions: bool = False,
        inline_views: bool = True,
    ) -> Any:
        """All data models, or the first of them.

        Args:
            limit: Data models to end after; None for all.
            space: Only those of this space.
            include_global: Whether Cognite's own are listed too.
            all_versions: Whether older versions are listed too.
            inline_views: Whether the views come whole, inherited properties included, or by reference.
        """
        of_space = query(space=space, includeGlobal=include_global, allVersions=all_versions)
        params = [*query(inlineViews=inline_views), *of_space]
        return await self._walk(self._reply(inline=inline_views), limit, params, _PAGE).to_list()

    def _reply(self, *, inline: bool) -> msgspec.json.Decoder[Page[Any]]:
        return self._pages if inline else self._outlines

    @cached_property
    def _outlines(self) -> msgspec.json.Decoder[Page[DataModelOutline]]:
        return decoder(Page[DataModelOutline])
