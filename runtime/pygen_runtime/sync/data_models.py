# Written by tests/runtime/sync_twins.py from runtime/pygen_runtime/client/data_models.py. Change that one, then run
# pytest tests/runtime/test_sync_twins.py --update-golden
"""Without `await`: DataModelsAPI."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal, TypeVar, cast, overload

import msgspec

from pygen_runtime.schema import DataModel, DataModelId, DataModelOutline, DataModelWrite
from pygen_runtime.sync.bridge import Bridge
from pygen_runtime.sync.reader import drain

A = TypeVar("A")
K = TypeVar("K", bound=msgspec.Struct)
R = TypeVar("R", bound=msgspec.Struct)
W = TypeVar("W", bound=msgspec.Struct)


class SyncDataModelsAPI:
    """The synchronous twin of `DataModelsAPI`, as `client.data_models`.

    Args:
        bridge: The way to the client.
    """

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge

    def create(self, items: DataModelWrite | Sequence[DataModelWrite]) -> list[DataModel]:
        """Create data models, or replace those that exist. 100 in a request.

        Args:
            items: One or many; their views must exist.

        Returns:
            The data models as they are now, views inline: a second request fetches them.
        """
        return self._bridge.run(lambda client: client.data_models.create(items))

    @overload
    def retrieve(
        self, ids: DataModelId | Sequence[DataModelId], *, inline_views: Literal[True] = True
    ) -> list[DataModel]: ...

    @overload
    def retrieve(
        self, ids: DataModelId | Sequence[DataModelId], *, inline_views: Literal[False]
    ) -> list[DataModelOutline]: ...

    def retrieve(self, ids: DataModelId | Sequence[DataModelId], *, inline_views: bool = True) -> Any:
        """The data models with these ids, global ones included; those that do not exist are left out. 100 in a request.

        Args:
            ids: One or many.
            inline_views: Whether the views come whole, inherited properties included, or by reference.
        """
        return self._bridge.run(lambda client: cast("Any", client.data_models).retrieve(ids, inline_views=inline_views))

    def delete(self, ids: DataModelId | Sequence[DataModelId]) -> list[DataModelId]:
        """Delete data models; their views and containers stay. 100 in a request.

        Returns:
            The ids that were really deleted; those that did not exist are left out.
        """
        return self._bridge.run(lambda client: client.data_models.delete(ids))

    @overload
    def iterate(
        self,
        limit: int | None = None,
        *,
        space: str | None = None,
        include_global: bool = False,
        all_versions: bool = False,
        inline_views: Literal[True] = True,
    ) -> Iterator[DataModel]: ...

    @overload
    def iterate(
        self,
        limit: int | None = None,
        *,
        space: str | None = None,
        include_global: bool = False,
        all_versions: bool = False,
        inline_views: Literal[False],
    ) -> Iterator[DataModelOutline]: ...

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
        return drain(
            self._bridge,
            lambda client: cast("Any", client.data_models).iterate(
                limit, space=space, include_global=include_global, all_versions=all_versions, inline_views=inline_views
            ),
        )

    @overload
    def list(
        self,
        limit: int | None = None,
        *,
        space: str | None = None,
        include_global: bool = False,
        all_versions: bool = False,
        inline_views: Literal[True] = True,
    ) -> list[DataModel]: ...

    @overload
    def list(
        self,
        limit: int | None = None,
        *,
        space: str | None = None,
        include_global: bool = False,
        all_versions: bool = False,
        inline_views: Literal[False],
    ) -> list[DataModelOutline]: ...

    def list(
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
        return self._bridge.run(
            lambda client: cast("Any", client.data_models).list(
                limit, space=space, include_global=include_global, all_versions=all_versions, inline_views=inline_views
            )
        )
