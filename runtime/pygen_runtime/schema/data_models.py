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


class DataModelOutline(DataModelWrite, kw_only=True, rename="camel", omit_defaults=True):
    """A data model as it is answered with `inlineViews=false`, its views by reference. Times are epoch milliseconds, UTC."""

    created_time: int = 0
    last_updated_time: int = 0
    is_global: bool = False

    def as_write(self) -> DataModelWrite:
        """The data model as it is sent, to change it and write it back."""
        return _write(self, self.views)


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

    def as_write(self) -> DataModelWrite:
        """The data model as it is sent, its views by reference, to change it and write it back."""
        return _write(self, None if self.views is None else [view.as_id() for view in self.views])


def _write(model: DataModel | DataModelOutline, views: list[ViewId] | None) -> DataModelWrite:
    return DataModelWrite(
        space=model.space,
        external_id=model.external_id,
        version=model.version,
        name=model.name,
        description=model.description,
        views=views,
    )
