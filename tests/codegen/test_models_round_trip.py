"""Real models, deployed and filled: the SDK gives back every property and connection as it was written."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest

from pygen.demo.data import DataPlan, plan_data
from pygen.demo.imported import client_class
from pygen.sources import deploy, load_from_server
from pygen_codegen.ir import parse_model, resolve
from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.schema import DataModel, EdgeId, EdgeWrite, SpaceWrite
from pygen_runtime.sdk import AsyncModelClient, Direct, Edges, PygenResource, relations
from tests.codegen.python_tools import generate
from tests.codegen.test_ir_models import definitions, load
from tests.codegen.written import Written, properties_of, same

pytestmark = pytest.mark.models

ImportSdk = Callable[[str, Mapping[str, str]], ModuleType]

THOROUGH = os.environ.get("PYGEN_THOROUGH") == "1"
FOLDERS = [
    *("CogniteCore/api_read", "Omni/toolkit", "WindTurbine/api_read"),
    *("CdmMaintain/toolkit", "Scene/toolkit"),
    *("ApmAppData/toolkit", "ApmBase/toolkit", "ApmSimple/toolkit", "CdmExtensionFull/toolkit", "CogPool/toolkit"),
    *("EquipmentUnit/toolkit", "FileAnnotation/toolkit", "IsaManufacturing/toolkit", "MovieActors/api_read_json"),
    *("OmniSub/api_read", "Pumps/toolkit", "ScenarioInstance/toolkit", "ShopModel/toolkit", "SolarAPM/graphql"),
    *("StronglyCoupled/toolkit", "ToolkitExamples/toolkit", "Windmill/toolkit"),
]
"""One form of every model but InfieldOnCDM, whose views map containers that nobody has published."""

INSTANCES = 300 if THOROUGH else 60
"""Of each model, which are more where it has more views."""

LOOKED_AT = 5 if THOROUGH else 1
"""Objects of each view whose relations are followed."""


def readable(models_dir: Path, name: str) -> DataModel:
    """The first data model of a folder, as a server would answer it."""
    folder = models_dir / name
    views, containers = definitions(folder)
    resolved = {view.as_id(): view for view in resolve(views, containers).views}
    (model, *_) = load(folder).data_models
    listed = [
        resolved[view.as_id()] for view in model.views or [] if view.as_id() in resolved
    ]  # others were never published
    return msgspec.structs.replace(model, views=listed)


async def fill(client: AsyncPygenClient, model: DataModel, instances: int) -> tuple[DataPlan, Written]:
    """Deploy a model, and make instances for all that it can hold."""
    await deploy(client, model)
    there = await load_from_server(client, model.space, model.external_id, model.version)
    shown = {container for view in there.views or [] for container in view.mapped_containers or []}
    plan = plan_data(there, instances, space="data", containers=await client.containers.retrieve(sorted(shown)))
    known = {space.space for space in await client.spaces.retrieve(plan.spaces)}
    await client.spaces.create([SpaceWrite(space=name) for name in plan.spaces if name not in known])
    sent = []
    for population in plan.populations:
        batch = list(plan.instances(population))
        await client.instances.upsert(batch)
        sent += batch
    return plan, Written(there, sent)


@pytest.mark.parametrize("name", FOLDERS)
async def test_what_was_written_is_read(name: str, models_dir: Path, local_server: str, import_sdk: ImportSdk) -> None:
    package = f"of_{name.partition('/')[0].lower()}"
    async with AsyncPygenClient.from_token(base_url=local_server, project="test", token="t") as client:
        model = readable(models_dir, name)
        plan, written = await fill(client, model, INSTANCES)
        there = await load_from_server(client, model.space, model.external_id, model.version)
        sdk = client_class(import_sdk(package, generate(parse_model(there), package)))(client)
        found = await everything(sdk)
        expected = plan.expected()
        for resource, items in found.values():
            counts = expected.nodes if resource.INSTANCE_TYPE == "node" else expected.edges
            assert counts[resource.VIEW] in (None, len(items)), resource
            check_properties(resource, items, written)
        seen = {resource: {item.as_id() for item in items} for resource, items in found.values()}
        for item in (item for _, items in found.values() for item in items[:LOOKED_AT]):
            await check_relations(item, seen, written)
        await check_write_back(sdk, found)
        assert sum(len(items) for _, items in found.values()) >= plan.total - sum(expected.edge_types.values())


async def everything(sdk: AsyncModelClient) -> dict[str, tuple[type[Any], list[Any]]]:
    """Every instance of every view, by the attribute of its API; no instance comes twice."""
    found = {}
    for attribute, api in sdk.views.items():
        if not hasattr(api, "filter"):
            continue  # a view that cannot tell which instances are its own
        items = [item async for item in api.all()]
        assert len({item.as_id() for item in items}) == len(items)
        found[attribute] = (api.resource, items)
    return found


def key_of(item: PygenResource) -> tuple[str, str, str]:
    return item.INSTANCE_TYPE, item.space, item.external_id


def check_properties(resource: type[Any], items: list[Any], written: Written) -> None:
    """Every property of every object is what was sent."""
    fields = {field.encode_name: field.name for field in msgspec.structs.fields(resource)}
    properties = properties_of(written.views[resource.VIEW])
    assert properties.keys() <= fields.keys()
    for item in items:
        one = written.instances[key_of(item)]
        assert (item.node_type if resource.INSTANCE_TYPE == "node" else item.edge_type) == one.type
        if isinstance(one, EdgeWrite):
            assert (item.start_node, item.end_node) == (one.start_node, one.end_node)
        assert item.version >= 1
        item.validate()
        for name, property in properties.items():
            read, sent = getattr(item, fields[name]), written.value(key_of(item), property)
            assert property.type is not None
            if property.auto_increment and sent is None:
                assert isinstance(read, int)  # which one is the server's choice
                continue
            assert same(read, sent, property.type), f"{item!r}.{fields[name]}: {sent!r} was sent"


async def check_write_back(sdk: AsyncModelClient, found: Mapping[str, tuple[type[Any], list[Any]]]) -> None:
    """What was read is written back, one object of each class that can be: the server finds nothing to change."""
    read = [items[0] for resource, items in found.values() if items and hasattr(resource, "as_write")]
    once = {item.as_id(): item for item in read}  # of several views of one instance one
    result = await sdk.upsert([item.as_write() for item in once.values()])
    assert [(len(result.unchanged), result.written, result.failed, result.unknown)] == [(len(once), [], [], [])]


async def check_relations(item: Any, seen: Mapping[type[Any], set[Any]], written: Written) -> None:
    """Every relation leads where was written, as far as it can be seen there."""
    encoded = {field.name: field.encode_name for field in msgspec.structs.fields(type(item))}
    properties = properties_of(written.views[item.VIEW])
    for attribute, relation in relations(type(item)).items():
        via, key = relation.via, key_of(item)
        if isinstance(via, Direct) and via.field in ("start_node", "end_node"):
            ids = {getattr(item, via.field)}
        else:
            ids = written.targets(key, via, properties[encoded[via.field]] if isinstance(via, Direct) else None)
        expected = ids & seen[relation.target] if relation.target in seen else ids
        way = getattr(item, attribute)
        if hasattr(way, "to_list"):
            assert {one.as_id() for one in await way.to_list()} == expected, attribute
        else:
            one = await way.get()
            assert one.as_id() in expected if one else not expected, attribute
        if isinstance(via, Edges) and hasattr(way, "edges"):
            query = way.edges()
            sent = {EdgeId(edge.space, edge.external_id) for edge in written.edges(key, via)}
            assert {edge.as_id() async for edge in query} == sent & seen.get(query.resource, sent), attribute
