"""A parent view, streamed as its most derived classes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, ClassVar

import pytest

from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.errors import UsageError
from pygen_runtime.schema import (
    ContainerId,
    ContainerProperty,
    ContainerWrite,
    MappedProperty,
    NodeWrite,
    PropertyType,
    SourceWrite,
    SpaceWrite,
    ViewId,
    ViewWrite,
)
from pygen_runtime.schema.filters import Equals
from pygen_runtime.sdk import NodeConditions, PygenNode, SyncResource, SyncViewAPI, ViewAPI, equals
from pygen_runtime.sync import PygenClient

KINDS = {"Thing": [], "Machine": ["Thing"], "Drill": ["Machine"], "Press": ["Machine"], "BigPress": ["Press"]}


class Thing(PygenNode, kw_only=True):
    """The parent."""

    VIEW: ClassVar[ViewId] = ViewId("kinds", "Thing", "1")
    thing: str


class Machine(PygenNode, kw_only=True):
    """A thing."""

    VIEW: ClassVar[ViewId] = ViewId("kinds", "Machine", "1")
    thing: str
    machine: str


class Drill(PygenNode, kw_only=True):
    """A machine."""

    VIEW: ClassVar[ViewId] = ViewId("kinds", "Drill", "1")
    thing: str
    machine: str
    drill: str


class Press(PygenNode, kw_only=True):
    """A machine."""

    VIEW: ClassVar[ViewId] = ViewId("kinds", "Press", "1")
    thing: str
    machine: str
    press: str


class BigPress(PygenNode, kw_only=True):
    """A press that its view's filter tells by its text, since it has no data of its own."""

    VIEW: ClassVar[ViewId] = ViewId("kinds", "BigPress", "1")
    thing: str
    machine: str
    press: str


class SyncThing(SyncResource, Thing, kw_only=True):
    """The parent, for code that does not await."""


class SyncDrill(SyncResource, Drill, kw_only=True):
    """A machine, for code that does not await."""


class ThingConditions(NodeConditions, total=False):
    """Conditions on things."""

    thing: Annotated[str, equals("thing")]


class ThingAPI(ViewAPI[Thing]):
    """Things."""

    resource = Thing
    conditions = ThingConditions


class SyncThingAPI(SyncViewAPI[SyncThing]):
    """Things."""

    resource = SyncThing
    conditions = ThingConditions


def _above(kind: str) -> list[str]:
    return [kind, *(further for parent in KINDS[kind] for further in _above(parent))]


OF = ["Thing", "Machine", "Drill", "Press", "BigPress"]


async def build(client: AsyncPygenClient, count: int) -> None:
    await client.spaces.create(SpaceWrite(space="kinds"))
    own = [kind for kind in KINDS if kind != "BigPress"]
    text = ContainerProperty(type=PropertyType(type="text"), nullable=False)
    await client.containers.create(
        [
            ContainerWrite(space="kinds", external_id=kind, used_for="node", properties={kind.lower(): text})
            for kind in own
        ]
    )
    big = Equals(("kinds", "Press", "press"), "big")
    for kind, parents in KINDS.items():
        mapped = MappedProperty(container=ContainerId("kinds", kind), container_property_identifier=kind.lower())
        await client.views.create(
            ViewWrite(
                space="kinds",
                external_id=kind,
                version="1",
                implements=[ViewId("kinds", parent, "1") for parent in parents],
                properties={kind.lower(): mapped} if kind in own else {},
                filter=big.json if kind == "BigPress" else None,
            )
        )
    await client.instances.upsert([_node(n) for n in range(count)])


def _node(n: int) -> NodeWrite:
    kind = OF[n % len(OF)]
    values = {
        name: "big" if kind == "BigPress" and name == "Press" else f"{n}" for name in _above(kind) if name != "BigPress"
    }
    sources = [
        SourceWrite(source=ContainerId("kinds", name), properties={name.lower(): value})
        for name, value in values.items()
    ]
    return NodeWrite(space="kinds", external_id=f"n{n:04}", sources=sources)


@pytest.fixture
async def client(local_server: str) -> AsyncIterator[AsyncPygenClient]:
    async with AsyncPygenClient.from_token(base_url=local_server, project="test", token="t") as client:
        await build(client, 1010)
        yield client


async def test_each_instance_comes_as_what_the_server_says_it_is(client: AsyncPygenClient) -> None:
    before = client.counters.requests
    found = await ThingAPI(client).sort("external_id").as_most_derived().to_list()
    pages, kinds, definitions = 2, len(OF) - 1, 1
    assert client.counters.requests - before <= pages * (2 + kinds) + definitions, "none for a single instance"
    assert [(item.external_id, type(item).__name__) for item in found] == [
        (f"n{n:04}", OF[n % len(OF)]) for n in range(1010)
    ]
    assert all(item.drill == str(n) for n, item in enumerate(found) if isinstance(item, Drill))
    frame = found.to_arrow()
    assert (frame.num_rows, "thing" in frame.column_names, "drill" in frame.column_names) == (1010, True, False)
    none = await ThingAPI(client).where(lambda t: t.external_id == "none").as_most_derived().to_list()
    assert none.to_arrow().column_names == frame.column_names


async def test_only_the_classes_that_are_named_are_told_apart(client: AsyncPygenClient) -> None:
    named = ThingAPI(client).where(lambda t: t.external_id.prefix("n000")).as_most_derived(Machine, Drill)
    assert {item.external_id: type(item) for item in await named.to_list()} == {
        f"n{n:04}": [Thing, Machine, Drill, Machine, Machine][n % 5] for n in range(10)
    }
    assert [
        item.external_id async for item in ThingAPI(client).sort("external_id").limit(2).as_most_derived(Drill)
    ] == [
        "n0000",
        "n0001",
    ]
    with pytest.raises(UsageError, match="Other: not derived from Thing"):
        await ThingAPI(client).all().as_most_derived(Other).to_list()


class Other(PygenNode, kw_only=True):
    """Of another model."""

    VIEW: ClassVar[ViewId] = ViewId("kinds", "Other", "1")


def test_the_same_without_await(local_server: str) -> None:
    with PygenClient.from_token(base_url=local_server, project="test", token="t") as client:
        client.bridge.run(lambda asynchronous: build(asynchronous, 5))
        found = SyncThingAPI(client).sort("external_id").as_most_derived()
        assert [type(item) for item in found] == [SyncThing, SyncThing, SyncDrill, SyncThing, SyncThing]
        assert [type(item) for item in found.to_list()] == [type(item) for item in found]
