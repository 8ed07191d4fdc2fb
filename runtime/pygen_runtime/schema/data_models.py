"""Data models: named, versioned sets of views (contract §5)."""

from __future__ import annotations

import msgspec

from pygen_runtime.schema.ids import DataModelId, ViewId
from pygen_runtime.schema.views import View


class DataModelWrite(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """A data model as it is sent, its views by reference."""

    space: str
    external_id: str
    version: str
    name: str | None = None
    description: str | None = None
    views: list[ViewId] | None = None

    def as_id(self) -> DataModelId:
        """The identifier of this version."""
        return DataModelId(self.space, self.external_id, self.version)


class DataModel(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """A data model as it is answered with `inlineViews=true`. Times are epoch milliseconds, UTC."""

    space: str
    external_id: str
    version: str
    name: str | None = None
    description: str | None = None
    views: list[View] | None = None
    created_time: int = 0
    last_updated_time: int = 0
    is_global: bool = False

    def as_id(self) -> DataModelId:
        """The identifier of this version."""
        return DataModelId(self.space, self.external_id, self.version)
