"""What a project holds, in all and space by space."""

from __future__ import annotations

from tests.server.support import SPACE, Api, container_id, data, edge, mapped, node, view


async def test_spaces_are_counted_one_by_one(api: Api) -> None:
    await api.items("/models/spaces", {"space": "empty"}, {"space": "other"})
    await api.container("Pump", {"flow": "float64"})
    await api.view("Pump", mapped("Pump", "flow"))
    await api.items("/models/views", {**view("Pump", mapped("Pump", "flow")), "version": "v2"})
    model = {"space": SPACE, "externalId": "M", "version": "v1", "views": []}
    await api.items("/models/datamodels", model, {**model, "version": "v2"})
    await api.write(node("a", data(container_id("Pump"), flow=1)), node("b"), node("c"), edge("e", "a", "b"))
    await api.write({**node("z"), "space": "other"})
    await api.items("/models/instances/delete", {"instanceType": "node", "space": SPACE, "externalId": "c"})
    nothing = dict.fromkeys(
        ("containers", "views", "dataModels", "nodes", "edges", "softDeletedNodes", "softDeletedEdges"), 0
    )
    plant = {"containers": 1, "views": 2, "dataModels": 2, "edges": 1, "softDeletedNodes": 1}
    expected = {
        "empty": {"space": "empty", **nothing},
        "other": {"space": "other", **nothing, "nodes": 1},
        SPACE: {"space": SPACE, **nothing, **plant},
    }
    answered = (await api.get("/models/statistics/spaces"))["items"]
    nodes = {one["space"]: one["nodes"] for one in answered}
    assert nodes == {"empty": 0, "other": 1, SPACE: 3}  # a, b, and the type of the edge
    expected[SPACE]["nodes"] = 3
    assert {one["space"]: one for one in answered} == expected
    wanted = [{"space": space} for space in (SPACE, "nowhere", "empty", SPACE)]
    assert await api.items("/models/statistics/spaces/byids", *wanted) == [expected[SPACE], expected["empty"]]
    (system,) = await api.items("/models/statistics/spaces/byids", {"space": "cdf_cdm_units"})
    assert system["nodes"] > 50
