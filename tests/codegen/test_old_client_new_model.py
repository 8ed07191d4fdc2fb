"""An SDK goes on reading when the model has changed since it was generated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from pygen_codegen.ir import parse_model, resolve
from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.schema import ContainerWrite, DataModel, DataModelWrite, NodeId, NodeWrite, SpaceWrite, ViewWrite
from pygen_runtime.schema.codec import convert
from tests.codegen.python_tools import generate

ImportSdk = Callable[[str, Mapping[str, str]], ModuleType]

PUMP = {"type": "view", "space": "plant", "externalId": "Pump", "version": "1"}


def container(name: str, /, **properties: Any) -> ContainerWrite:
    return convert({"space": "plant", "externalId": name, "usedFor": "node", "properties": properties}, ContainerWrite)


def mapped(container: str, name: str, **more: Any) -> dict[str, Any]:
    where = {"type": "container", "space": "plant", "externalId": container}
    return {"container": where, "containerPropertyIdentifier": name, **more}


def view(name: str, /, **properties: Any) -> ViewWrite:
    return convert({"space": "plant", "externalId": name, "version": "1", "properties": properties}, ViewWrite)


def text(*, nullable: bool = True) -> dict[str, Any]:
    return {"type": {"type": "text"}, "nullable": nullable}


def states(*values: str) -> dict[str, Any]:
    return {"type": {"type": "enum", "values": {value: {} for value in values}}}


RELATION = {"type": {"type": "direct"}}
SITE = container("Site", name=text())
OLD_PUMP = {"name": text(nullable=False), "flow": {"type": {"type": "float64"}}, "note": text(), "site": RELATION}
OLD = [SITE, container("Pump", **OLD_PUMP, state=states("on", "off"))]
NEW_PUMP = {**OLD_PUMP, "pressure": {"type": {"type": "float64"}}, "spare": RELATION}
NEW = [SITE, container("Pump", **NEW_PUMP, state=states("on", "off", "standby"))]

TO_SITE = {"type": "view", "space": "plant", "externalId": "Site", "version": "1"}
COMMON = {
    "name": mapped("Pump", "name"),
    "flow": mapped("Pump", "flow"),
    "state": mapped("Pump", "state"),
    "site": mapped("Pump", "site", source=TO_SITE),
}
FEEDS = {
    "connectionType": "multi_edge_connection",
    "type": {"space": "plant", "externalId": "feeds"},
    "source": PUMP,
    "direction": "outwards",
}
SITE_VIEW = view("Site", name=mapped("Site", "name"))
OLD_VIEWS = [SITE_VIEW, view("Pump", **COMMON, note=mapped("Pump", "note"))]
NEW_VIEWS = [
    SITE_VIEW,
    view(
        "Pump",
        **COMMON,  # an enum value more
        pressure=mapped("Pump", "pressure"),  # a property more
        spare=mapped("Pump", "spare", source=PUMP),  # a connection more
        feeds=FEEDS,  # and another
        # an optional property less
    ),
]

PUMPS = [
    {"name": "A", "flow": 1.5, "state": "standby", "pressure": 3.0, "site": NodeId("plant", "s")},
    {"name": "B", "state": "off", "spare": NodeId("plant", "A")},
]


async def deploy_new(client: AsyncPygenClient) -> None:
    await client.spaces.create(SpaceWrite(space="plant"))
    await client.containers.create(NEW)
    await client.views.create(NEW_VIEWS)
    ids = [each.as_id() for each in NEW_VIEWS]
    await client.data_models.create(DataModelWrite(space="plant", external_id="Plant", version="1", views=ids))
    nodes: list[dict[str, Any]] = [
        {"externalId": "s", "sources": [{"source": TO_SITE, "properties": {"name": "Here"}}]}
    ]
    nodes += [{"externalId": one["name"], "sources": [{"source": PUMP, "properties": one}]} for one in PUMPS]
    await client.instances.upsert(
        convert([{"instanceType": "node", "space": "plant", **one} for one in nodes], list[NodeWrite])
    )


def old_sdk(import_sdk: ImportSdk) -> ModuleType:
    views = list(resolve(OLD_VIEWS, OLD).views)
    model = DataModel(space="plant", external_id="Plant", version="1", views=views)
    return import_sdk("old_plant", generate(parse_model(model), "old_plant"))


async def test_an_old_client_reads_instances_of_a_newer_model(local_server: str, import_sdk: ImportSdk) -> None:
    sdk = old_sdk(import_sdk)
    async with sdk.AsyncPlantClient.from_token(local_server, "test", "token") as client:
        await deploy_new(client.pygen)
        pumps = await client.pump.all().sort("name").to_list()
        assert [(pump.name, pump.flow, pump.note) for pump in pumps] == [("A", 1.5, None), ("B", None, None)]
        assert [pump.state for pump in pumps] == ["standby", sdk.PumpState.OFF]
        assert isinstance(pumps[0].state, sdk.PumpState)
        assert (await pumps[0].site.get()).name == "Here"
        assert await pumps[1].site.get() is None
        assert (await client.pump.list(state="standby")).as_external_ids() == ["A"]
        assert await client.pump.filter(min_flow=1.0).count() == 1
        assert (await client.pump.retrieve("A", space="plant")).name == "A"
        assert list(pumps.to_pandas()["state"]) == ["standby", "off"]
        for pump in pumps:
            pump.validate()


def test_the_same_without_await(local_server: str, import_sdk: ImportSdk) -> None:
    sdk = old_sdk(import_sdk)
    with sdk.PlantClient.from_token(local_server, "test", "token") as client:
        client.pygen.bridge.run(deploy_new)
        pumps = list(client.pump.all().sort("name"))
        assert [pump.state for pump in pumps] == ["standby", sdk.PumpState.OFF]
        assert pumps[0].site.get().name == "Here"
