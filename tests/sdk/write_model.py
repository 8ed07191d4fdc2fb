"""A model with every kind of property and connection that can be written, as the API takes it; tests generate its SDK."""

from __future__ import annotations

from typing import Any

from pygen.sources import load_from_server
from pygen_codegen.ir import analyse
from pygen_codegen.python import PythonConfig, PythonGenerator
from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.schema import (
    ContainerId,
    ContainerProperty,
    ContainerWrite,
    DataModelWrite,
    EdgeConnection,
    EnumValue,
    MappedProperty,
    NodeId,
    PropertyType,
    ReverseConnection,
    SpaceWrite,
    ViewId,
    ViewProperty,
    ViewWrite,
)
from pygen_runtime.schema.views import Through

SPACE = "works"
LINKS, BARE = NodeId(SPACE, "Item.links"), NodeId(SPACE, "Item.bare")
ITEM, PART, GEAR, LINK = (ViewId(SPACE, name, "1") for name in ("Item", "Part", "Gear", "Link"))
SCALARS = {
    "text": "text",
    "flag": "boolean",
    "small": "int32",
    "large": "int64",
    "single": "float32",
    "double": "float64",
    "moment": "timestamp",
    "day": "date",
    "blob": "json",
    "series": "timeseries",
    "document": "file",
    "table": "sequence",
}


def _property(type_: str, **more: Any) -> ContainerProperty:
    own = {name: more.pop(name) for name in ("nullable", "default_value") if name in more}
    return ContainerProperty(type=PropertyType(type=type_, **more), **own)


STATES = {"running": EnumValue(), "stopped": EnumValue()}
CONTAINERS = [
    ContainerWrite(
        space=SPACE,
        external_id="Item",
        used_for="node",
        properties={
            "name": _property("text", nullable=False),
            **{f"one_{name}": _property(type_) for name, type_ in SCALARS.items()},
            **{f"many_{name}": _property(type_, list=True) for name, type_ in SCALARS.items()},
            "state": _property("enum", values=STATES),
            "mood": _property("text", default_value="fine"),
            "part": _property("direct"),
            "parts": _property("direct", list=True),
            "anything": _property("direct"),
        },
    ),
    ContainerWrite(
        space=SPACE,
        external_id="Part",
        used_for="node",
        properties={"label": _property("text"), "weight": _property("float64"), "next": _property("direct")},
    ),
    ContainerWrite(space=SPACE, external_id="Gear", used_for="node", properties={"teeth": _property("int32")}),
    ContainerWrite(
        space=SPACE,
        external_id="Link",
        used_for="edge",
        properties={"metres": _property("float64"), "witness": _property("direct")},
    ),
]


def _view(name: str, targets: dict[str, ViewId], **connections: ViewProperty) -> ViewWrite:
    container = next(one for one in CONTAINERS if one.external_id == name)
    mapped: dict[str, ViewProperty] = {
        source: MappedProperty(
            container=ContainerId(SPACE, name), container_property_identifier=source, **_source(targets.get(source))
        )
        for source in container.properties
    }
    return ViewWrite(space=SPACE, external_id=name, version="1", properties=mapped | connections)


def _source(view: ViewId | None) -> dict[str, Any]:
    return {} if view is None else {"source": view}


def _implementing(view: ViewWrite, parent: ViewId) -> ViewWrite:
    view.implements = [parent]
    return view


VIEWS = [
    _view(
        "Item",
        {"part": PART, "parts": PART},
        links=EdgeConnection(type=LINKS, source=PART, edge_source=LINK, direction="outwards"),
        bare=EdgeConnection(type=BARE, source=PART, direction="outwards"),
    ),
    _view(
        "Part",
        {"next": PART},
        items=EdgeConnection(type=BARE, source=ITEM, direction="inwards"),
        holders=ReverseConnection(
            connection_type="multi_reverse_direct_relation",
            source=ITEM,
            through=Through(source=ITEM, identifier="part"),
        ),
    ),
    _implementing(_view("Gear", {}), PART),
    _view("Link", {"witness": PART}),
]


async def deploy(client: AsyncPygenClient) -> None:
    """Put the model on a server."""
    await client.spaces.create(SpaceWrite(space=SPACE))
    await client.containers.create(CONTAINERS)
    await client.views.create(VIEWS)
    views = [ITEM, PART, GEAR, LINK]
    await client.data_models.create(DataModelWrite(space=SPACE, external_id="Works", version="1", views=views))


async def files(client: AsyncPygenClient, package: str) -> dict[str, str]:
    """The SDK of the model as the server tells it."""
    model = await load_from_server(client, SPACE, "Works", "1")
    return PythonGenerator(PythonConfig(package=package)).generate(analyse([model]).model)
