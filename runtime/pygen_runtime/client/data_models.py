"""Data models (contract §5), always with their views inline."""

from __future__ import annotations

from collections.abc import Sequence

from pygen_runtime.client.batches import in_batches
from pygen_runtime.client.core import Core
from pygen_runtime.client.schema_api import MOST_ITEMS, SchemaAPI, flag, many
from pygen_runtime.schema import DataModel, DataModelId, DataModelWrite

_INLINE = ("inlineViews", "true")
_PAGE = 50  # data models with all their views are large


class DataModelsAPI(SchemaAPI[DataModelWrite, DataModel, DataModelId]):
    """Data models, as `client.data_models`."""

    def __init__(self, core: Core) -> None:
        super().__init__(core, "/models/datamodels", DataModel, DataModelId)

    async def create(self, items: DataModelWrite | Sequence[DataModelWrite]) -> list[DataModel]:
        """Create data models, or replace those that exist. 100 in a request.

        Args:
            items: One or many.

        Returns:
            The data models as they are now, views inline: a second request fetches them.

        Raises:
            ApiError: The server refused, such as for a view that does not exist.
            TransportError: No whole answer came in time.
        """

        async def send(batch: Sequence[DataModelWrite]) -> list[DataModelId]:
            # The answer holds views by reference only, which must not be taken for views without properties.
            return await self._post("", batch, self._ids)

        return await self.retrieve(await in_batches(many(items, DataModelWrite), MOST_ITEMS, send))

    async def retrieve(self, ids: DataModelId | Sequence[DataModelId]) -> list[DataModel]:
        """The data models with these ids; those that do not exist are left out. 100 in a request.

        Raises:
            ApiError: The server refused.
            TransportError: No whole answer came in time.
        """
        return await self._retrieve(many(ids, DataModelId), [_INLINE])

    async def delete(self, ids: DataModelId | Sequence[DataModelId]) -> list[DataModelId]:
        """Delete data models; their views and containers stay. 100 in a request.

        Returns:
            The ids that were really deleted; those that did not exist are left out.

        Raises:
            ApiError: The server refused.
            TransportError: No whole answer came in time.
        """
        return await self._delete(many(ids, DataModelId))

    async def list(
        self,
        limit: int | None = None,
        *,
        space: str | None = None,
        include_global: bool = False,
        all_versions: bool = False,
    ) -> list[DataModel]:
        """All data models, or the first of them.

        Args:
            limit: Data models to end after; None for all.
            space: Only those of this space.
            include_global: Whether Cognite's own are listed too.
            all_versions: Whether older versions are listed too.

        Raises:
            ApiError: The server refused.
            TransportError: No whole answer came in time.
        """
        params = [_INLINE] if space is None else [_INLINE, ("space", space)]
        params += [("includeGlobal", flag(include_global)), ("allVersions", flag(all_versions))]
        return await self._list(limit, params, page_size=_PAGE)
