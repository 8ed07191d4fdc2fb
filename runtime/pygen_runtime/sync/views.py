# Written by tests/runtime/sync_twins.py from runtime/pygen_runtime/client/views.py. Change that one, then run
# pytest tests/runtime/test_sync_twins.py --update-golden
"""Without `await`: ViewsAPI."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

import msgspec

from pygen_runtime.client.schema_api import UsedFor
from pygen_runtime.schema import View, ViewId, ViewWrite
from pygen_runtime.sync.bridge import Bridge
from pygen_runtime.sync.reader import drain

A = TypeVar("A")
K = TypeVar("K", bound=msgspec.Struct)
R = TypeVar("R", bound=msgspec.Struct)
W = TypeVar("W", bound=msgspec.Struct)


class SyncViewsAPI:
    """The synchronous twin of `ViewsAPI`, as `client.views`.

    Args:
        bridge: The way to the client.
    """

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge

    def create(self, items: ViewWrite | Sequence[ViewWrite]) -> list[View]:
        """Create views, or replace those that exist. 100 in a request, in the order given.

        Args:
            items: One or many; a view that others implement comes first. Containers must exist.

        Returns:
            The views as they are now.
        """
        return self._bridge.run(lambda client: client.views.create(items))

    def retrieve(self, ids: ViewId | Sequence[ViewId], *, include_inherited_properties: bool = True) -> list[View]:
        """The views with these ids, global ones included; those that do not exist are left out. 100 in a request.

        Args:
            ids: One or many.
            include_inherited_properties: Whether properties of implemented views are listed too.
        """
        return self._bridge.run(
            lambda client: client.views.retrieve(ids, include_inherited_properties=include_inherited_properties)
        )

    def delete(self, ids: ViewId | Sequence[ViewId]) -> list[ViewId]:
        """Delete views; containers, data and instances stay. 100 in a request.

        Returns:
            The ids that were really deleted; those that did not exist are left out.
        """
        return self._bridge.run(lambda client: client.views.delete(ids))

    def iterate(
        self,
        limit: int | None = None,
        *,
        space: str | None = None,
        include_global: bool = False,
        include_inherited_properties: bool = True,
        all_versions: bool = False,
        used_for: UsedFor | None = None,
    ) -> Iterator[View]:
        """Views one by one; the arguments are those of `list`."""
        return drain(
            self._bridge,
            lambda client: client.views.iterate(
                limit,
                space=space,
                include_global=include_global,
                include_inherited_properties=include_inherited_properties,
                all_versions=all_versions,
                used_for=used_for,
            ),
        )

    def list(
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
        return self._bridge.run(
            lambda client: client.views.list(
                limit,
                space=space,
                include_global=include_global,
                include_inherited_properties=include_inherited_properties,
                all_versions=all_versions,
                used_for=used_for,
            )
        )
