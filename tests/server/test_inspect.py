"""Inspect: the views and containers that instances are in (contract §6.8)."""

from __future__ import annotations

from typing import Any

import pytest

from pygen.server import Store
from tests.server.graphs import at, deploy, new_world
from tests.server.support import Api, container_id, data, edge, mapped, node, node_id, view_id

INSPECT = "/models/instances/inspect"
BOTH: dict[str, Any] = {"involvedViews": {"allVersions": False}, "involvedContainers": {}}


@pytest.fixture
async def plant(api: Api, store: Store) -> Api:
    deploy(store)
    return api


async def inspect(api: Api, *ids: dict[str, Any], **operations: Any) -> list[dict[str, Any]]:
    answer = await api.post(INSPECT, {"inspectionOperations": operations or BOTH, "items": list(ids)})
    items: list[dict[str, Any]] = answer["items"]
    return items


def of(kind: str, key: str) -> dict[str, Any]:
    return {"instanceType": kind, **node_id(key)}


async def test_views_and_containers(plant: Api) -> None:
    items = [
        node("a", data(view_id("Thing"), name="a")),
        node("b", data(view_id("Both"), name="b", note="b")),
        node("c", data(container_id("Note"), note="c")),
        node("d"),
        edge("a", "b", "c", data(view_id("Pipe"), weight=1)),
    ]
    await plant.write(*items)
    world = new_world()
    world.write(items)
    asked = [of("edge", "a"), *(of("node", key) for key in ("d", "c", "gone", "b", "a", "a"))]
    found = await inspect(plant, *asked)
    assert [(one["instanceType"], one["externalId"]) for one in found] == [
        ("edge", "a"), ("node", "d"), ("node", "c"), ("node", "b"), ("node", "a"),
    ]  # fmt: skip
    for one in found:
        thing = world.things[one["instanceType"], one["externalId"]]
        results = one["inspectionResults"]
        assert results["involvedContainers"] == [container_id(key) for key in sorted(thing.data)]
        assert results["involvedViews"] == [view_id(key) for key in sorted(world.views) if world.is_member(thing, key)]


async def test_only_what_is_asked_for(plant: Api) -> None:
    await plant.write(node("a", data(view_id("Thing"), name="a")))
    (one,) = await inspect(plant, of("node", "a"), involvedContainers={})
    assert one == {**of("node", "a"), "inspectionResults": {"involvedContainers": [container_id("Thing")]}}
    (one,) = await inspect(plant, of("node", "a"), involvedViews={})
    assert list(one["inspectionResults"]) == ["involvedViews"]
    assert await inspect(plant, of("node", "gone")) == []


async def test_versions_and_view_filters(plant: Api) -> None:
    await plant.view("Large", mapped("Thing", "name"), filter={"range": {"property": at("size", "Thing"), "gt": 5}})
    await plant.view("Large", mapped("Thing", "name"), version="v2")
    await plant.view("Empty")
    await plant.view("Any", filter={"matchAll": {}})
    await plant.write(
        node("small", data(view_id("Thing"), size=1)), node("large", data(view_id("Thing"), size=9)), node("bare")
    )
    ids = [of("node", key) for key in ("small", "large", "bare")]

    async def views(all_versions: bool) -> list[list[str]]:
        found = await inspect(plant, *ids, involvedViews={"allVersions": all_versions})
        return [
            [f"{view['externalId']}/{view['version']}" for view in one["inspectionResults"]["involvedViews"]]
            for one in found
        ]

    assert await views(True) == [
        ["Any/v1", "Large/v2", "Part/v1", "Thing/v1"],
        ["Any/v1", "Large/v1", "Large/v2", "Part/v1", "Thing/v1"],
        ["Any/v1"],
    ]
    assert await views(False) == [["Any/v1", "Large/v2", "Part/v1", "Thing/v1"]] * 2 + [["Any/v1"]]  # fmt: skip


async def test_bad_requests_are_refused(plant: Api) -> None:
    for items in ([], [of("node", "a")] * 1001):
        assert "items size" in await plant.refused(INSPECT, {"inspectionOperations": BOTH, "items": items})
    assert "inspectionOperations" in await plant.refused(INSPECT, {"items": [of("node", "a")]})
