"""Data models as the API spells them, in few words."""

from __future__ import annotations

from typing import Any

from pygen_codegen.ir import IRModel, parse_model
from pygen_runtime.schema import DataModel, ViewId
from pygen_runtime.schema.codec import convert

BLADE, TURBINE = ViewId("power", "Blade", "1"), ViewId("power", "Turbine", "1")


def view_ref(external_id: str) -> dict[str, str]:
    return {"type": "view", "space": "power", "externalId": external_id, "version": "1"}


def container_ref(external_id: str = "Turbine") -> dict[str, str]:
    return {"type": "container", "space": "power", "externalId": external_id}


def mapped(type_: dict[str, Any] | None, property: str = "p", **more: Any) -> dict[str, Any]:
    return {"container": container_ref(), "containerPropertyIdentifier": property, "type": type_, **more}


def direct(target: str | None = None, *, many: bool = False) -> dict[str, Any]:
    return {"type": "direct", "list": many, "source": view_ref(target) if target else None}


def reverse(source: str, through: dict[str, str], identifier: str, **more: Any) -> dict[str, Any]:
    connection = {"connectionType": "multi_reverse_direct_relation", "source": view_ref(source)}
    return {**connection, "through": {"source": through, "identifier": identifier}, **more}


def edge(**more: Any) -> dict[str, Any]:
    return {"type": {"space": "power", "externalId": "Turbine.blades"}, "source": view_ref("Blade"), **more}


def view(external_id: str = "Turbine", properties: Any = None, **more: Any) -> dict[str, Any]:
    return {
        "space": "power",
        "externalId": external_id,
        "version": "1",
        "createdTime": 1,
        "properties": properties,
        **more,
    }


def data_model(*views: dict[str, Any], **more: Any) -> DataModel:
    return convert({"space": "power", "externalId": "Wind", "version": "1", "views": list(views), **more}, DataModel)


def parse(*views: dict[str, Any], **more: Any) -> IRModel:
    return parse_model(data_model(*views, **more))
