"""Small data models in the API's read form."""

from __future__ import annotations

import copy
from typing import Any

from pygen_runtime.schema import DataModel
from pygen_runtime.schema.codec import convert

VIEW_ID = {"type": "view", "space": "power", "externalId": "Turbine", "version": "1"}
CONTAINER = {"type": "container", "space": "power", "externalId": "Turbine"}


def mapped(type_: str | dict[str, Any] = "text", *, name: str = "name", **more: Any) -> dict[str, Any]:
    """A mapped property as the API answers it."""
    return {
        "container": CONTAINER,
        "containerPropertyIdentifier": name,
        "type": {"type": type_, "list": False} if isinstance(type_, str) else type_,
        "nullable": True,
        "immutable": False,
        "autoIncrement": False,
        **more,
    }


def view(external_id: str = "Turbine", *, properties: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A view as the API answers it."""
    return {
        "space": "power",
        "externalId": external_id,
        "version": "1",
        "usedFor": "node",
        "writable": True,
        "properties": {"name": mapped()} if properties is None else properties,
        **more,
    }


def data_model(*views: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A data model as the API answers it."""
    return copy.deepcopy(
        {"space": "power", "externalId": "Wind", "version": "1", "views": list(views) or [view()], **more}
    )


def decoded(*views: dict[str, Any], **more: Any) -> DataModel:
    """The same as schema types."""
    return convert(data_model(*views, **more), DataModel)
