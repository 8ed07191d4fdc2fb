"""Writing and deleting nodes and edges (contract §6.3, §6.4)."""

from __future__ import annotations

from typing import Any

import pytest

from pygen.server import Store
from tests.server.support import SPACE, Api, container_id, data, edge, mapped, node, node_id, view_id

PATH = "/models/instances"
DELETE = f"{PATH}/delete"
A = container_id("A")


@pytest.fixture
async def plant(api: Api) -> Api:
    await api.container("A", {
        "code": {"type": {"type": "text"}, "nullable": False},
        "text": "text",
        "preset": {"type": {"type": "text"}, "defaultValue": "d"},
        "fixed": {"type": {"type": "text"}, "immutable": True},
        "number": {"type": {"type": "int64"}, "autoIncrement": True},
        "site": "direct",
        "sites": "direct[]",
    })  # fmt: skip
    await api.container("B", {"b": "text", "also": "text"})
    await api.container("E", {"width": "float64"}, usedFor="edge")
    await api.view("AB", {**mapped("A", "code", "text", "site"), **mapped("B", renamed="b")})
    return api


async def properties(api: Api, external_id: str, source: str = "All", kind: str = "node") -> dict[str, Any]:
    """Everything stored for an instance in container A."""
    await api.view("All", mapped("A", "code", "text", "preset", "fixed", "number", "site", "sites"))
    body = {"items": [{"instanceType": kind, **node_id(external_id)}], "sources": [{"source": view_id(source)}]}
    (item,) = (await api.post(f"{PATH}/byids", body))["items"]
    found: dict[str, Any] = item["properties"][SPACE][f"{source}/v1"]
    return found


async def test_new_rows_get_defaults_and_numbers(plant: Api) -> None:
    (first, second) = await plant.write(
        node("a", data(A, code="1")), node("b", data(A, code="2", preset=None, number=7))
    )
    assert first == {
        "instanceType": "node", "space": SPACE, "externalId": "a", "version": 1, "wasModified": True,
        "createdTime": first["createdTime"], "lastUpdatedTime": first["createdTime"],
    }  # fmt: skip
    assert second["wasModified"]
    assert await properties(plant, "a") == {"code": "1", "preset": "d", "number": 1}
    assert await properties(plant, "b") == {"code": "2", "number": 7}
    await plant.write(node("c", data(A, code="3")), node("d", data(A, code="3")))
    assert (await properties(plant, "d"))["number"] == 9


async def test_patch_and_null(plant: Api) -> None:
    await plant.write(node("a", data(A, code="1", text="t", sites=[node_id("s")])))
    await plant.write(node("a", data(A, preset="x")))
    assert await properties(plant, "a") == {
        "code": "1",
        "text": "t",
        "preset": "x",
        "number": 1,
        "sites": [node_id("s")],
    }
    await plant.write(node("a", data(A, text=None, sites=[])))
    assert await properties(plant, "a") == {"code": "1", "preset": "x", "number": 1, "sites": []}
    assert "must have a value" in await plant.refused(PATH, {"items": [node("a", data(A, code=None))]})


async def test_replace_clears_all_of_the_touched_containers(plant: Api) -> None:
    await plant.write(
        node("a", data(A, code="1", text="t", preset="x", site=node_id("s")), data(container_id("B"), b="b", also="c"))
    )
    await plant.write(node("a", data(A, code="2")), replace=True)
    assert await properties(plant, "a") == {"code": "2", "preset": "d", "number": 1}
    await plant.view("B", mapped("B", "b", "also"))
    assert await properties(plant, "a", "B") == {"b": "b", "also": "c"}
    assert "'code'" in await plant.refused(PATH, {"items": [node("a", data(A, text="t"))], "replace": True})
    await plant.write(node("a", data(view_id("AB"), code="3", renamed="r")), replace=True)
    assert await properties(plant, "a", "B") == {"b": "r"}


async def test_unchanged_data_is_not_modified(plant: Api) -> None:
    item = node("a", data(A, code="1", sites=[node_id("s")]), type=node_id("kind"))
    (first,) = await plant.write(item)
    for same in (item, node("a"), node("a", data(A, code="1"))):
        assert await plant.write(same) == [{**first, "wasModified": False}]
    (other,) = await plant.write(node("a", data(A, code="2")))
    assert (other["version"], other["wasModified"], other["createdTime"]) == (2, True, first["createdTime"])
    assert other["lastUpdatedTime"] > first["lastUpdatedTime"]
    (other,) = await plant.write(node("a", type=node_id("other")))
    assert other["version"] == 3
    (other,) = await plant.write(node("a", type=None))
    assert other["version"] == 4
    (stored,) = await plant.listed(filter={"equals": {"property": ["node", "externalId"], "value": "a"}})
    assert "type" not in stored
    assert stored["version"] == 4


async def test_immutable_values_can_be_set_once(plant: Api) -> None:
    await plant.write(node("a", data(A, code="1")))
    await plant.write(node("a", data(A, fixed="x")))
    await plant.write(node("a", data(A, fixed="x")))
    for value in ("y", None):
        message = await plant.refused(PATH, {"items": [node("a", data(A, fixed=value))]})
        assert message.startswith(f"Cannot update immutable property '{SPACE}.A.fixed'")


async def test_versions_conflict(plant: Api) -> None:
    await plant.write(node("a", data(A, code="1")))
    await plant.write(node("a", data(A, code="2")))
    for version in (0, 1):
        message = await plant.refused(
            PATH, {"items": [node("a", data(A, code="3"), existingVersion=version)]}, status=409
        )
        assert "version conflict" in message
    assert (await properties(plant, "a"))["code"] == "2"
    written = await plant.write(
        node("a", data(A, code="3"), existingVersion=1),
        node("b", data(A, code="4"), existingVersion=0),
        skipOnVersionConflict=True,
    )
    assert [one["externalId"] for one in written] == ["b"]
    (third,) = await plant.write(node("a", data(A, code="3"), existingVersion=2))
    assert third["version"] == 3
    one = {"instanceType": "node", **node_id("a"), "existingVersion": 2}
    await plant.refused(DELETE, {"items": [one]}, status=409)
    answer = await plant.post(PATH, {"items": [], "delete": [one], "skipOnVersionConflict": True})
    assert answer == {"items": [], "deleted": []}
    assert len(await plant.items(DELETE, {**one, "existingVersion": 3})) == 1


async def test_a_request_is_all_or_nothing(plant: Api) -> None:
    await plant.refused(PATH, {"items": [node("a", data(A, code="1")), node("b", data(A, text="no code"))]})
    assert await plant.ids() == []
    await plant.write(node("a", data(A, code="1")))
    body = {"items": [node("b", data(A, code=7))], "delete": [{"instanceType": "node", **node_id("a")}]}
    await plant.refused(PATH, body)
    assert await plant.ids() == ["a"]


async def test_a_view_puts_a_row_in_every_container_it_maps(plant: Api) -> None:
    await plant.write(node("a", data(view_id("AB"), code="1")), node("b", data(A, code="2")))
    assert await plant.ids(filter={"hasData": [container_id("B")]}) == ["a"]
    assert await plant.ids(sources=[{"source": view_id("AB")}]) == ["a"]
    assert await properties(plant, "a", "AB") == {"code": "1"}


async def test_the_last_of_two_sources_wins(plant: Api) -> None:
    await plant.write(node("a", data(A, code="1", text="first"), data(view_id("AB"), text="second")))
    assert (await properties(plant, "a"))["text"] == "second"


async def test_direct_relations_create_their_targets_unless_told_otherwise(plant: Api) -> None:
    item = node("a", data(A, code="1", site=node_id("s"), sites=[node_id("t"), node_id("a")]), type=node_id("kind"))
    message = await plant.refused(PATH, {"items": [item], "autoCreateDirectRelations": False})
    assert "does not exist" in message
    await plant.write(item)
    assert await plant.ids() == ["a", "kind", "s", "t"]
    (target,) = await plant.listed(filter={"equals": {"property": ["node", "externalId"], "value": "s"}})
    assert target["version"] == 1
    assert "type" not in target
    elsewhere = node("b", data(A, code="1", site={"space": "nowhere", "externalId": "x"}))
    assert "One or more spaces do not exist: 'nowhere'" in await plant.refused(PATH, {"items": [elsewhere]})


async def test_relations_can_ask_for_data_in_a_container(plant: Api) -> None:
    await plant.container("C", {"to": {"type": "direct", "container": container_id("B")}})
    c, b = container_id("C"), container_id("B")
    await plant.write(node("bare"))
    for target in ("gone", "bare"):
        message = await plant.refused(PATH, {"items": [node("x", data(c, to=node_id(target)))]})
        assert "does not exist" in message
    await plant.write(node("x", data(c, to=node_id("y"))), node("y", data(b, b="b")))
    await plant.write(node("z", data(c, to=node_id("y"))))


async def test_relations_to_a_container_that_is_gone_need_a_node(plant: Api) -> None:
    await plant.container("C", {"to": {"type": "direct", "container": container_id("B")}})
    await plant.items("/models/containers/delete", {"space": SPACE, "externalId": "B"})
    await plant.write(node("y"), node("x", data(container_id("C"), to=node_id("y"))))


async def test_edges_need_their_ends_unless_they_may_be_created(plant: Api) -> None:
    await plant.write(node("n"))
    for item in (edge("e", "n", "m"), edge("e", "m", "n")):
        assert "does not exist" in await plant.refused(PATH, {"items": [item]})
    await plant.refused(PATH, {"items": [edge("e", "m1", "m2")], "autoCreateStartNodes": True})
    await plant.write(
        edge("e", "m1", "m2", data(container_id("E"), width=1)), autoCreateStartNodes=True, autoCreateEndNodes=True
    )
    await plant.write(edge("f", "o", "p"), node("o"), node("p"))
    found = await plant.listed(instanceType="edge")
    assert [one["externalId"] for one in found] == ["e", "f"]
    assert found[0]["type"] == node_id("link")
    assert (found[0]["startNode"], found[0]["endNode"]) == (node_id("m1"), node_id("m2"))
    await plant.write(edge("e", "n", "n"))
    assert (await plant.listed(instanceType="edge"))[0]["startNode"] == node_id("n")


async def test_nodes_and_edges_have_namespaces_of_their_own(plant: Api) -> None:
    await plant.write(node("n"), edge("n", "n", "n"))
    assert await plant.ids(instanceType="edge") == ["n"]
    await plant.items(DELETE, {"instanceType": "edge", **node_id("n")})
    assert await plant.ids() == ["n", "link"]


async def test_constraints_between_rows(plant: Api) -> None:
    unique = {"u": {"constraintType": "uniqueness", "properties": ["x", "y"]}}
    by_space = {"u": {"constraintType": "uniqueness", "properties": ["x"], "bySpace": True}}
    await plant.container("U", {"x": "text", "y": "int32"}, constraints=unique)
    await plant.container("S", {"x": "text"}, constraints=by_space)
    await plant.container("R", {"x": "text"}, constraints={"r": {"constraintType": "requires", "require": A}})
    u, s, r = container_id("U"), container_id("S"), container_id("R")
    await plant.write(
        node("a", data(u, x="1", y=1)),
        node("b", data(u, x="1", y=2)),
        node("c", data(u, x="1")),
        node("d", data(u, x="1")),
    )
    assert "uniqueness" in await plant.refused(PATH, {"items": [node("e", data(u, x="1", y=1))]})
    assert "uniqueness" in await plant.refused(PATH, {"items": [node(key, data(u, x="2", y=1)) for key in "ef"]})
    await plant.write(node("a", data(u, y=2)), node("b", data(u, y=1)))
    await plant.items("/models/spaces", {"space": "other"})
    await plant.write(node("a", data(s, x="1")), {**node("a", data(s, x="1")), "space": "other"})
    assert "uniqueness" in await plant.refused(PATH, {"items": [node("b", data(s, x="1"))]})
    assert "requires" in await plant.refused(PATH, {"items": [node("r", data(r, x="1"))]})
    await plant.write(node("r", data(r, x="1"), data(A, code="1")))
    await plant.items("/models/containers/delete", {"space": SPACE, "externalId": "A"})
    await plant.write(node("s", data(r, x="1")))


BAD: list[Any] = [
    node("", data(A, code="1")),
    node("a" * 257),
    node("a\0b"),
    node("a", data(A)),
    node("a", data(A, code="1", unknown=1)),
    node("a", data(container_id("Gone"), code="1")),
    node("a", data(view_id("Gone"), code="1")),
    node("a", data({**view_id("AB"), "version": None}, code="1")),
    node("a", data({"space": SPACE, "externalId": "A"}, code="1")),
    node("a", data(container_id("A/v1"), code="1")),
    node("a", data(container_id("E"), width=1)),
    node("a", *([data(A, code="1")] * 101)),
    {**node("a"), "sources": []},
    {**node("a"), "instanceType": "thing"},
    {**node("a"), "space": "nowhere"},
    {**node("a"), "space": "a:b"},
    {**node("a"), "type": "kind"},
    {**node("a"), "type": {"space": f"{SPACE}:x", "externalId": "y"}},
    {**edge("e", "n", "n"), "type": None},
    {**edge("e", "n", "n"), "startNode": None},
    {key: value for key, value in edge("e", "n", "n").items() if key != "type"},
    edge("e", "n", "n", data(A, code="1")),
    {**edge("e", "n", "n"), "endNode": {"space": f"{SPACE}:n", "externalId": "n"}},
    {**edge("e", "n", "n"), "endNode": {"space": SPACE, "externalId": "n" * 300}},
    7,
]


@pytest.mark.parametrize("item", BAD)
async def test_bad_items_are_refused(plant: Api, item: Any) -> None:
    await plant.write(node("n"))
    flags = {"autoCreateStartNodes": True, "autoCreateEndNodes": True}
    assert await plant.refused(PATH, {"items": [item], **flags})
    assert await plant.ids() == ["n"]


async def test_views_that_leave_out_what_is_required_are_not_writable(plant: Api) -> None:
    await plant.view("Text", mapped("A", "text"))
    await plant.write(node("a", data(A, code="1")))
    assert "not writable" in await plant.refused(PATH, {"items": [node("a", data(view_id("Text"), text="t"))]})


async def test_limits_and_duplicates(plant: Api) -> None:
    many = [node(f"n{number}") for number in range(1000)]
    assert len(await plant.write(*many)) == 1000
    await plant.refused(PATH, {"items": [*many, node("more")]})
    await plant.refused(PATH, {"items": many, "delete": [{"instanceType": "node", **node_id("x")}]})
    await plant.refused(PATH, {"items": []})
    await plant.refused(PATH, {})
    assert "twice" in await plant.refused(PATH, {"items": [node("a"), node("a")]})
    await plant.refused(PATH, {"items": [node("a")], "delete": [{"instanceType": "node", **node_id("a")}]})
    await plant.refused(DELETE, {"items": [{"instanceType": "node", **node_id("a")}] * 2})
    await plant.refused(DELETE, {"items": []})
    await plant.refused(DELETE, {"items": [{"instanceType": "node", "space": "nowhere", "externalId": "a"}]})


async def test_deleting_a_node_deletes_its_edges_and_leaves_tombstones(plant: Api, store: Store) -> None:
    await plant.write(
        node("a", data(A, code="1", site=node_id("b"))),
        node("b"),
        edge("ab", "a", "b"),
        edge("bb", "b", "b"),
        edge("aa", "a", "a"),
    )
    deleted = await plant.items(
        DELETE, {"instanceType": "node", **node_id("b")}, {"instanceType": "node", **node_id("gone")}
    )
    assert deleted == [{"instanceType": "node", **node_id("b")}]
    assert await plant.ids(instanceType="edge") == ["aa"]
    assert (await properties(plant, "a"))["site"] == node_id("b")
    await plant.items(DELETE, {"instanceType": "node", **node_id("a")})
    with store.read() as transaction:
        rows = transaction.sql.execute("select kind, external_id, id from tombstone order by change").fetchall()
        assert sorted(row[:2] for row in rows) == [(0, "a"), (0, "b"), (1, "aa"), (1, "ab"), (1, "bb")]
        container = next(one for one in transaction.schema.containers.values() if one.key.external_id == "A")
        kept = transaction.sql.execute(f"select id from {container.grave}").fetchall()
        assert kept == [row[2:] for row in rows if row[1] == "a"]
    (again,) = await plant.write(node("a"))
    assert again["version"] == 1
    assert await plant.ids(filter={"hasData": [A]}) == []


async def test_upsert_can_delete_first(plant: Api) -> None:
    await plant.write(node("old", data(A, code="1")), node("kept"))
    answer = await plant.post(
        PATH,
        {
            "items": [node("new")],
            "delete": [{"instanceType": "node", **node_id("old")}, {"instanceType": "edge", **node_id("x")}],
        },
    )
    assert answer["deleted"] == [{"instanceType": "node", **node_id("old")}]
    assert await plant.ids() == ["kept", "new"]


async def test_an_item_without_type_of_instance_is_a_node(plant: Api) -> None:
    (written,) = await plant.write(node_id("plain"))
    assert written["instanceType"] == "node"
