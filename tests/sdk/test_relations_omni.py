"""Every connection field of every instance of Omni, compared with the same computed from raw nodes and edges in plain Python."""

from __future__ import annotations

import importlib
import re
from collections.abc import AsyncIterator
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest

from pygen.sources import load_from_server
from pygen.testing import LocalServer
from pygen_codegen.ir import parse_model
from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.schema import (
    DataModel,
    Edge,
    EdgeConnection,
    MappedProperty,
    NodeId,
    ReverseConnection,
    View,
    ViewId,
    ViewProperty,
)
from pygen_runtime.sdk import PygenQuery, PygenResource, relations
from pygen_runtime.sdk.graph import include
from tests.codegen.python_tools import generate
from tests.conftest import ImportSdk

pytestmark = pytest.mark.models

Members = dict[ViewId, dict[NodeId, dict[str, Any]]]


@pytest.fixture
async def client(cdf_server: LocalServer, models_dir: Path) -> AsyncIterator[AsyncPygenClient]:
    cdf_server.seed(models_dir / "Omni" / "api_read", models_dir / "Omni" / "data" / "write")
    async with cdf_server.client() as client:
        yield client


class Raw:
    """Nodes by view with their properties, and edges, as the API lists them."""

    def __init__(self, members: Members, edges: list[Edge]) -> None:
        self.members, self.edges = members, edges

    @classmethod
    async def read(cls, client: AsyncPygenClient, views: list[View]) -> Raw:
        members: Members = {}
        for view in views:
            nodes = await client.instances.list(source=view.as_id())
            key = view.as_id().key
            members[view.as_id()] = {
                NodeId(one.space, one.external_id): (one.properties or {}).get(view.space, {}).get(key, {})
                for one in nodes
            }
        edges = await client.instances.list(instance_type="edge")
        return cls(members, [one for one in edges if isinstance(one, Edge)])

    def follow(self, view: ViewId, property_: str, connection: ViewProperty, me: NodeId) -> list[NodeId]:
        """Where a connection leads, in any order."""
        found: list[NodeId] = []
        target: ViewId | None = None
        match connection:
            case MappedProperty(type=type_):
                target = type_.source if type_ else None
                found = _ids(self.members[view][me].get(property_))
            case EdgeConnection(source=target, direction=direction, type=type_):
                ends = [(one.start_node, one.end_node) for one in self.edges if one.type == type_]
                ends = ends if direction == "outwards" else [(end, start) for start, end in ends]
                found = [far for near, far in ends if near == me]
            case ReverseConnection(source=target, through=through):
                assert isinstance(through.source, ViewId)
                pointing = self.members[through.source]
                found = [one for one, values in pointing.items() if me in _ids(values.get(through.identifier))]
        assert target is not None
        return sorted(one for one in found if one in self.members[target])


def _ids(value: Any) -> list[NodeId]:
    held = value if isinstance(value, list) else [value] if value else []
    return [NodeId(one["space"], one["externalId"]) for one in held]


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


async def targets(item: PygenResource, name: str) -> list[NodeId]:
    relation: Any = getattr(item, name)
    if hasattr(relation, "get"):
        found = [one for one in [await relation.get()] if one is not None]
    else:
        found = await relation.to_list()
    return sorted(one.as_id() for one in found)


async def test_each_connection_gives_what_is_there(client: AsyncPygenClient, import_sdk: ImportSdk) -> None:
    model: DataModel = await load_from_server(client, "sp_pygen_models", "Omni", "1")
    views = list(model.views or ())
    raw = await Raw.read(client, [view for view in views if view.used_for != "edge"])
    import_sdk("omni", generate(parse_model(model), "omni"))
    data_classes = importlib.import_module("omni.data_classes")
    classes: dict[ViewId, type[Any]] = {
        one.VIEW: one
        for name, one in vars(data_classes).items()
        if isinstance(one, type) and issubclass(one, PygenResource) and one.VIEW and not name.startswith("Sync")
        and one.INSTANCE_TYPE == "node"
    }  # fmt: skip
    compared = fields = 0
    for view in views:
        if view.as_id() not in classes or view.as_id() not in raw.members:
            continue
        resource = classes[view.as_id()]
        connections = {snake(name): (name, one) for name, one in (view.properties or {}).items()}
        names = list(relations(resource))
        fields += len(names)
        query = PygenQuery(client=client, resource=resource)
        lazy = await query.to_list()
        choices = [attrgetter(name) for name in names]
        included = await query.include(*choices).to_list()
        loaded = await include.load(client, await query.to_list(), choices)
        assert [one.as_id() for one in included] == [one.as_id() for one in lazy]
        for name in names:
            for items in (lazy, included, loaded):
                for item in items:
                    expected = raw.follow(view.as_id(), *connections[name], item.as_id())
                    one_only = hasattr(getattr(item, name), "get")
                    found = await targets(item, name)
                    assert found == expected or (one_only and len(found) == 1 and found[0] in expected), (item, name)
                    compared += len(found)
    assert fields >= 20
    assert compared > 300
