"""Every connection field of every instance of Omni, compared with the same computed from raw nodes and edges in plain Python.

Each is read in a loop, one object at a time, by `include`, by `load`, and by the query builder: as ends of paths, as rows along them, as far
as it can be reached, and as sets.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from functools import partial
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
from pygen_runtime.schema.filters import InstanceReferences
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


@dataclass
class World:
    """Omni, its SDK, and what is in it."""

    client: AsyncPygenClient
    raw: Raw
    views: list[View]
    classes: dict[ViewId, type[Any]]

    @classmethod
    async def read(cls, client: AsyncPygenClient, import_sdk: ImportSdk) -> World:
        model: DataModel = await load_from_server(client, "sp_pygen_models", "Omni", "1")
        views = [view for view in model.views or () if view.used_for != "edge"]
        import_sdk("omni", generate(parse_model(model), "omni"))
        classes = {
            one.VIEW: one
            for name, one in vars(importlib.import_module("omni.data_classes")).items()
            if isinstance(one, type) and issubclass(one, PygenResource) and one.VIEW and not name.startswith("Sync")
            and one.INSTANCE_TYPE == "node"
        }  # fmt: skip
        return cls(client, await Raw.read(client, views), [one for one in views if one.as_id() in classes], classes)

    def fields(self) -> Iterator[tuple[View, PygenQuery[Any], str, Callable[[NodeId], list[NodeId]]]]:
        """Each connection field: its view, all instances, its name, and where it leads from an instance."""
        for view in self.views:
            resource = self.classes[view.as_id()]
            connections = {snake(name): (name, one) for name, one in (view.properties or {}).items()}
            for name in relations(resource):
                follow = partial(self.raw.follow, view.as_id(), *connections[name])
                yield view, PygenQuery(client=self.client, resource=resource), name, follow


async def test_each_connection_gives_what_is_there(client: AsyncPygenClient, import_sdk: ImportSdk) -> None:
    world = await World.read(client, import_sdk)
    compared = fields = 0
    for _, query, name, follow in world.fields():
        fields += 1
        choice = attrgetter(name)
        listed = await query.to_list()
        alone = [await query.where(InstanceReferences([one.as_id()])).one() for one in listed]
        included = await query.include(choice).to_list()
        loaded = await include.load(client, await query.to_list(), [choice])
        assert [one.as_id() for one in included] == [one.as_id() for one in listed]
        for items in (listed, alone, included, loaded):
            for item in items:
                expected = follow(item.as_id())
                one_only = hasattr(getattr(item, name), "get")
                found = await targets(item, name)
                assert found == expected or (one_only and len(found) == 1 and found[0] in expected), (item, name)
                compared += len(found)
    assert fields >= 20
    assert compared > 400


async def test_each_connection_gives_what_is_there_to_the_query_builder(
    client: AsyncPygenClient, import_sdk: ImportSdk
) -> None:
    world = await World.read(client, import_sdk)
    compared = paths = reached = 0
    for view, query, name, follow in world.fields():
        choice = attrgetter(name)
        roots = list(world.raw.members[view.as_id()])
        path = query.follow(choice)
        pairs = sorted((root, end) for root in roots for end in follow(root))
        assert sorted([(one.as_id(), end.as_id()) async for one, end in path.rows()]) == pairs, (view.as_id(), name)
        ends = {end for _, end in pairs}
        assert sorted([one.as_id() async for one in path]) == sorted(ends)
        assert await path.count() == len(ends)
        compared += len(pairs)
        for again in relations(path.hops[-1].relation.target):
            target = path.hops[-1].relation.target.VIEW
            further = next(one for v, _, n, one in world.fields() if v.as_id() == target and n == again)
            triples = sorted((root, end, last) for root, end in pairs for last in further(end))
            rows = [(a.as_id(), b.as_id(), c.as_id()) async for a, b, c in path.follow(attrgetter(again)).rows()]
            assert sorted(rows) == triples, (view.as_id(), name, again)
            paths += len(triples)
        if path.hops[-1].relation.target in query.resource.__mro__:
            for most in (1, 2, None):
                expected = closure(roots, follow, most)
                found = [one.as_id() async for one in query.reach(choice, max_distance=most)]
                assert sorted(found) == sorted(expected)
                reached += len(found)
            there = set(roots)
            assert {one.as_id() async for one in path & query} == ends & there
            assert {one.as_id() async for one in path | query} == ends | there
            assert {one.as_id() async for one in query - path} == there - ends
    assert compared > 100
    assert paths > 50
    assert reached > 10


def closure(roots: list[NodeId], follow: Callable[[NodeId], list[NodeId]], most: int | None) -> set[NodeId]:
    found: set[NodeId] = set()
    frontier, distance = set(roots), 0
    while frontier and distance != most:
        frontier = {end for one in frontier for end in follow(one)} - found
        found |= frontier
        distance += 1
    return found
