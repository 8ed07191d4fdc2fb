"""The pump model of `tests.sdk.model` as the API takes it, and a small plant whose every relation is known in plain Python."""

from __future__ import annotations

from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.schema import (
    ContainerId,
    ContainerProperty,
    ContainerWrite,
    EdgeConnection,
    EdgeWrite,
    EnumValue,
    MappedProperty,
    NodeId,
    NodeWrite,
    PropertyType,
    SourceWrite,
    SpaceWrite,
    ViewId,
    ViewProperty,
    ViewWrite,
)

PUMP, SITE, PIPE = (ViewId("plant", name, "1") for name in ("Pump", "Site", "Pipe"))
FEEDS, SPARE = NodeId("plant", "Pump.feeds"), NodeId("plant", "Pump.spare")


def _property(type_: str, **more: object) -> ContainerProperty:
    return ContainerProperty(type=PropertyType(type=type_, **more))  # type: ignore[arg-type]  # the keys differ by type


CONTAINERS = [
    ContainerWrite(
        space="plant",
        external_id="Pump",
        used_for="node",
        properties={
            "name": ContainerProperty(type=PropertyType(type="text"), nullable=False),
            "ratedFlow": _property("float64"),
            "type": _property("text"),
            "version": _property("int64"),
            "built": _property("date"),
            "seen": _property("timestamp"),
            "tags": _property("text", list=True),
            "state": _property("enum", values={"running": EnumValue(), "stopped": EnumValue()}),
            "site": _property("direct"),
            "parts": _property("direct", list=True),
        },
    ),
    ContainerWrite(space="plant", external_id="Site", used_for="node", properties={"name": _property("text")}),
    ContainerWrite(space="plant", external_id="Pipe", used_for="edge", properties={"metres": _property("float64")}),
]


def _view(container: ContainerWrite, **connections: ViewProperty) -> ViewWrite:
    mapped: dict[str, ViewProperty] = {
        name: MappedProperty(container=ContainerId("plant", container.external_id), container_property_identifier=name)
        for name in container.properties
    }
    return ViewWrite(space="plant", external_id=container.external_id, version="1", properties=mapped | connections)


VIEWS = [
    _view(CONTAINERS[0], feeds=EdgeConnection(type=FEEDS, source=PUMP, edge_source=PIPE, direction="outwards")),
    _view(CONTAINERS[1]),
    _view(CONTAINERS[2]),
]


def pump_id(number: int) -> NodeId:
    """The id of one pump."""
    return NodeId("plant", f"pump-{number:04}")


def pump(number: int, pumps: int) -> NodeWrite:
    """A pump; every value follows from its number."""
    values: dict[str, object] = {
        "name": f"Pump {number:04}",
        "ratedFlow": None if number % 10 == 0 else number / 2,
        "state": "running" if number % 3 else "stopped",
        "tags": ["even" if number % 2 == 0 else "odd", f"t{number % 7}"],
        "site": {"space": "plant", "externalId": f"site-{number % 3}"},
        "parts": [{"space": "plant", "externalId": pump_id(n).external_id} for n in parts_of(number, pumps)],
    }
    written = {name: value for name, value in values.items() if value not in (None, [])}
    return NodeWrite(
        space="plant", external_id=pump_id(number).external_id, sources=[SourceWrite(source=PUMP, properties=written)]
    )


def parts_of(number: int, pumps: int) -> list[int]:
    """The pumps that a pump lists as its parts, in order."""
    return [n for n in (number * 2 + 2, number * 2 + 1) if n < pumps]


def feeds(number: int, pumps: int) -> list[int]:
    """The pumps that a pump feeds: pump 0 feeds all others, each other the one after it."""
    return list(range(1, pumps)) if number == 0 else [n for n in (number + 1,) if n < pumps]


async def build(client: AsyncPygenClient, pumps: int) -> None:
    """Deploy the model and write a plant with some pumps, three sites, pipes between pumps and one spare pump."""
    await client.spaces.create(SpaceWrite(space="plant"))
    await client.containers.create(CONTAINERS)
    await client.views.create(VIEWS)
    sites = [
        NodeWrite(
            space="plant", external_id=f"site-{n}", sources=[SourceWrite(source=SITE, properties={"name": f"Site {n}"})]
        )
        for n in range(3)
    ]
    pipes = [
        EdgeWrite(
            space="plant",
            external_id=f"{start}-{end}",
            type=FEEDS,
            start_node=pump_id(start),
            end_node=pump_id(end),
            sources=[SourceWrite(source=PIPE, properties={"metres": float(end - start)})],
        )
        for start in range(pumps)
        for end in feeds(start, pumps)
    ]
    spare = EdgeWrite(
        space="plant", external_id="spare", type=SPARE, start_node=pump_id(0), end_node=pump_id(pumps - 1)
    )
    await client.instances.upsert([*sites, *(pump(n, pumps) for n in range(pumps)), *pipes, spare])
