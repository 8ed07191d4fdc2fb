"""Views and data models (contract §4, §5)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.server.support import SPACE, Api, container_id, data, mapped, node, node_id, view, view_id

PATH = "/models/views"
MODELS = "/models/datamodels"


@pytest.fixture
async def plant(api: Api) -> Api:
    """Containers to map."""
    await api.container(
        "Named", {"name": {"type": {"type": "text"}, "nullable": False, "name": "Stored name"}}, usedFor="all"
    )
    await api.container("Pump", {"flow": "float64", "site": "direct", "parts": "direct[]"})
    await api.container("Pipe", {"width": "float64"}, usedFor="edge")
    return api


def keyed(external_id: str, version: str = "v1") -> dict[str, str]:
    return {"space": SPACE, "externalId": external_id, "version": version}


async def test_the_read_shape_expands_mappings_and_connections(plant: Api) -> None:
    properties = {
        **mapped("Named", label="name"),
        **mapped("Pump", "flow", "parts"),
        "site": {**mapped("Pump", "site")["site"], "source": view_id("Site"), "description": "Where"},
        "feeds": {"type": node_id("feeds"), "source": view_id("Tank")},
        "fed": {
            "connectionType": "single_edge_connection", "type": node_id("feeds"), "source": view_id("Tank"),
            "edgeSource": view_id("Pipe"), "direction": "inwards", "name": "Fed by",
        },
        "users": {"connectionType": "multi_reverse_direct_relation", "source": view_id("Pump"),
                  "through": {"source": view_id("Pump"), "identifier": "parts"}},
        "user": {"connectionType": "single_reverse_direct_relation", "source": view_id("Pump"),
                 "through": {"source": container_id("Pump"), "identifier": "site"}},
        "unknown": {"connectionType": "multi_reverse_direct_relation", "source": view_id("Gone"),
                    "through": {"source": view_id("Gone"), "identifier": "x"}},
    }  # fmt: skip
    read = await plant.view("Pump", properties, name="Pump")
    shown = read["properties"]
    assert list(shown) == list(properties)
    assert shown["label"]["container"] == container_id("Named")
    assert shown["label"]["containerPropertyIdentifier"] == "name"
    assert shown["label"]["name"] == "Stored name"
    assert shown["label"]["nullable"] is False
    assert shown["site"]["type"]["source"] == view_id("Site")
    assert "source" not in shown["site"]
    assert shown["site"]["description"] == "Where"
    assert shown["feeds"] == {
        "connectionType": "multi_edge_connection", "type": node_id("feeds"), "source": view_id("Tank"), "direction": "outwards",
    }  # fmt: skip
    assert shown["fed"] == properties["fed"]
    assert [shown[key]["targetsList"] for key in ("users", "user", "unknown")] == [True, False, False]
    assert (read["writable"], read["queryable"], read["usedFor"], read["isGlobal"]) == (True, True, "node", False)
    assert read["mappedContainers"] == [container_id("Named"), container_id("Pump")]
    assert await plant.view("Pump", properties, name="Pump") == read


@pytest.mark.parametrize(
    ("properties", "filter_", "expected"),
    [
        ({}, None, (False, False, "all")),
        ({}, {"matchAll": {}}, (False, True, "all")),
        (mapped("Named", "name"), None, (True, True, "all")),
        (mapped("Pipe", "width"), None, (True, True, "edge")),
        (mapped("Pump", "flow"), None, (True, True, "node")),
    ],
)
async def test_what_a_view_can_be_used_for(
    plant: Api, properties: dict[str, Any], filter_: Any, expected: tuple[Any, ...]
) -> None:
    read = await plant.view("V", properties, **({"filter": filter_} if filter_ else {}))
    assert (read["writable"], read["queryable"], read["usedFor"]) == expected
    await plant.container("Strict", {"a": {"type": {"type": "text"}, "nullable": False}, "b": "text"})
    read = await plant.view("S", mapped("Strict", "b"))
    assert read["writable"] is False


async def test_inheritance(plant: Api) -> None:
    await plant.view("Root", {**mapped("Named", "name"), **mapped("Pump", number="flow")})
    await plant.view("Left", {"flow": {**mapped("Pump", "flow")["flow"], "name": "Left"}}, implements=[view_id("Root")])
    await plant.view("Right", {"flow": {**mapped("Pump", "flow")["flow"], "name": "Right"}})
    child = await plant.view(
        "Child", mapped("Pump", "site", name="site"), implements=[view_id("Left"), view_id("Right")]
    )
    shown = child["properties"]
    assert shown["flow"]["name"] == "Left"
    assert shown["name"]["containerPropertyIdentifier"] == "site"
    assert set(shown) == {"name", "number", "flow", "site"}
    assert {one["externalId"] for one in child["mappedContainers"]} == {"Pump"}
    assert child["implements"] == [view_id("Left"), view_id("Right")]
    (own,) = await plant.items(f"{PATH}/byids", keyed("Child"), includeInheritedProperties="false")
    assert set(own["properties"]) == {"name", "site"}
    own_by_body = await plant.post(f"{PATH}/byids", {"items": [keyed("Child")], "includeInheritedProperties": False})
    assert own_by_body["items"] == [own]
    await plant.view("Right", {"extra": mapped("Pump", "flow")["flow"]})
    (read,) = await plant.items(f"{PATH}/byids", keyed("Child"))
    assert "extra" in read["properties"]


async def test_an_upsert_replaces(plant: Api) -> None:
    first = await plant.view("V", mapped("Pump", "flow"), name="N", filter={"matchAll": {}})
    second = await plant.view("V", mapped("Pump", "site"))
    assert list(second["properties"]) == ["site"]
    assert not {"name", "filter"} & second.keys()
    assert second["createdTime"] == first["createdTime"] < second["lastUpdatedTime"]


async def test_versions(plant: Api) -> None:
    for version in ("v9", "v10"):
        await plant.items(PATH, {**view("V", mapped("Pump", "flow")), "version": version})
    await plant.view("Child", implements=[{"type": "view", "space": SPACE, "externalId": "V"}])
    (child,) = await plant.items(f"{PATH}/byids", keyed("Child"))
    assert child["implements"] == [view_id("V", "v10")]
    everything = await plant.items(
        f"{PATH}/byids", {"space": SPACE, "externalId": "V"}, keyed("V", "v9"), keyed("Gone")
    )
    assert [one["version"] for one in everything] == ["v10", "v9"]
    newest = (await plant.get(PATH, limit=100))["items"]
    assert [(one["externalId"], one["version"]) for one in newest] == [("Child", "v1"), ("V", "v10")]
    assert len((await plant.get(PATH, allVersions="true"))["items"]) == 3
    assert len((await plant.get(PATH, allVersions="true", usedFor="edge"))["items"]) == 0
    assert (await plant.send("GET", PATH, usedFor="x")).status_code == 400
    assert (await plant.get(PATH, space="other"))["items"] == []


async def test_views_of_one_request_can_build_on_each_other(plant: Api) -> None:
    read = await plant.items(
        PATH,
        view("Child", implements=[{"type": "view", "space": SPACE, "externalId": "Base"}]),
        view("Base", mapped("Pump", "flow")),
    )
    assert read[0]["implements"] == [view_id("Base")]
    assert "flow" in read[0]["properties"]


@pytest.mark.parametrize(
    "item",
    [
        view("Query"),
        view("V_"),
        {**view("V"), "version": "a b"},
        {**view("V"), "space": "nowhere"},
        {"space": SPACE, "externalId": "V"},
        view("V", {"seq": mapped("Pump", "flow")["flow"]}),
        view("V", mapped("Pump", "gone")),
        view("V", mapped("Gone", "flow")),
        view("V", {"flow": {**mapped("Pump", "flow")["flow"], "source": view_id("Site")}}),
        view("V", {"x": {"type": node_id("t")}}),
        view("V", {"x": {"type": node_id("t"), "source": view_id("S"), "connectionType": "many"}}),
        view("V", {"x": {"connectionType": "multi_edge_connection", "source": view_id("S"),
                         "through": {"source": view_id("S"), "identifier": "x"}}}),
        view("V", {"x": 7}),
        view("V", implements=[view_id("Gone")]),
        view("V", implements=[{"type": "view", "space": SPACE, "externalId": "Gone"}]),
        view("V", implements=[view_id("V")]),
        view("V", implements=[view_id(f"P{number}") for number in range(11)]),
        view("V", filter={"equals": {"property": [SPACE, "Pump", "gone"], "value": 1}}),
        view("V", filter={"equals": {"property": [SPACE, "Pump", "flow"], "value": "x"}}),
        view("V", filter={"equals": {"property": [SPACE, "Pump", "flow"], "value": {"parameter": "p"}}}),
        view("V", filter={"hasData": [container_id("Gone")]}),
        view("V", filter={"a": {}, "b": {}}),
        view("V", {f"p{number}": mapped("Pump", "flow")["flow"] for number in range(301)}),
    ],
)  # fmt: skip
async def test_bad_views_are_refused(plant: Api, item: dict[str, Any]) -> None:
    assert await plant.refused(PATH, {"items": [item]})
    assert (await plant.get(PATH))["items"] == []


async def test_two_views_must_not_implement_each_other(plant: Api) -> None:
    await plant.view("A")
    await plant.view("B", implements=[view_id("A")])
    await plant.refused(PATH, {"items": [view("A", implements=[view_id("B")])]})


async def test_a_filter_may_speak_of_edges(plant: Api) -> None:
    filter_ = {"equals": {"property": ["edge", "type"], "value": node_id("feeds")}}
    assert (await plant.view("E", mapped("Pipe", "width"), filter=filter_))["filter"] == filter_


async def test_what_is_gone_is_marked(plant: Api) -> None:
    gone = {"equals": {"property": [SPACE, "Pump", "flow"], "value": 1}}
    kept = {"exists": {"property": [SPACE, "Named", "name"]}}
    nested = {"nested": {"scope": [SPACE, "Pump", "site"], "filter": kept}}
    has = {"hasData": [container_id("Pump"), container_id("Named")]}
    by_view = {"hasData": [view_id("Base")]}
    through_view = {"exists": {"property": [SPACE, "Base/v1", "flow"]}}
    await plant.view("Base", mapped("Pump", "flow"))
    parts = [
        gone,
        kept,
        nested,
        has,
        {"and": [by_view, through_view]},
        {"equals": {"property": ["node", "space"], "value": SPACE}},
    ]
    await plant.view(
        "V", {**mapped("Named", "name"), **mapped("Pump", "flow")}, filter={"or": [{"not": one} for one in parts]}
    )
    await plant.items("/models/containers/delete", {"space": SPACE, "externalId": "Pump"})
    await plant.items(f"{PATH}/delete", keyed("Base"))
    (read,) = await plant.items(f"{PATH}/byids", keyed("V"))
    assert list(read["properties"]) == ["name"]
    marks = [one["not"] for one in read["filter"]["or"]]
    path = [[SPACE, "Pump", "flow"]]
    assert marks[0] == {"invalid": {"previouslyReferencedProperties": path, "filterType": "equals"}}
    assert marks[1] == kept
    assert marks[2]["invalid"]["filterType"] == "nested"
    assert marks[3]["invalid"]["filterType"] == "hasData"
    assert [list(one) for one in marks[4]["and"]] == [["invalid"], ["invalid"]]
    assert marks[5] == parts[5]
    await plant.write(node("a", data(view_id("V"), name="x")))
    assert await plant.ids(sources=[{"source": view_id("V")}]) == ["a"]


async def test_deleting_a_view_keeps_the_data(plant: Api) -> None:
    await plant.view("V", mapped("Pump", "flow"))
    await plant.write(node("a", data(view_id("V"), flow=1)))
    assert await plant.items(f"{PATH}/delete", keyed("V"), keyed("W")) == [keyed("V")]
    assert await plant.items(f"{PATH}/delete", keyed("V")) == []
    assert await plant.ids(filter={"hasData": [container_id("Pump")]}) == ["a"]


async def test_data_models(plant: Api) -> None:
    await plant.view("Base", mapped("Pump", "flow"))
    full = view("Pump", mapped("Pump", "site"), implements=[view_id("Base")])
    model = {**keyed("Model"), "name": "M", "views": [full, view_id("Base")]}
    (read,) = await plant.items(MODELS, model)
    assert read["views"] == [view_id("Pump"), view_id("Base")]
    assert (read["name"], read["isGlobal"]) == ("M", False)
    assert await plant.items(MODELS, {**model, "views": read["views"]}) == [read]
    (inline,) = await plant.items(f"{MODELS}/byids", keyed("Model"), inlineViews="true")
    assert set(inline["views"][0]["properties"]) == {"flow", "site"}
    assert await plant.items(f"{MODELS}/byids", {"space": SPACE, "externalId": "Model"}, keyed("Gone")) == [read]
    await plant.items(MODELS, {**keyed("Model", "v2"), "views": None})
    assert [one["version"] for one in (await plant.get(MODELS))["items"]] == ["v2"]
    listed = (await plant.get(MODELS, allVersions="true", inlineViews="true", space=SPACE))["items"]
    assert [len(one["views"]) for one in listed] == [2, 0]
    await plant.items(f"{PATH}/delete", keyed("Base"))
    (inline,) = await plant.items(f"{MODELS}/byids", keyed("Model"), inlineViews="true")
    assert [one["externalId"] for one in inline["views"]] == ["Pump"]
    assert await plant.items(f"{MODELS}/delete", keyed("Model"), keyed("Gone")) == [keyed("Model")]
    assert len((await plant.get(PATH))["items"]) == 1


@pytest.mark.parametrize(
    "item",
    [
        {**keyed("M_"), "views": []},
        {**keyed("M", ""), "views": []},
        {**keyed("M"), "space": "nowhere"},
        {**keyed("M"), "views": [view_id("Gone")]},
        {**keyed("M"), "views": [keyed("Gone")]},
        {**keyed("M"), "views": {}},
        {**keyed("M"), "views": [1]},
        {**keyed("M"), "views": [view_id("V", f"v{number}") for number in range(101)]},
        {**keyed("M"), "views": [view("V", mapped("Gone", "x"))]},
        {**keyed("M"), "name": "n" * 256},
    ],
)
async def test_bad_data_models_are_refused(plant: Api, item: dict[str, Any]) -> None:
    assert await plant.refused(MODELS, {"items": [item]})
    assert (await plant.get(MODELS))["items"] == []


async def test_global_definitions_are_read_only_and_listed_on_demand(plant: Api, store: Any) -> None:
    await plant.view("V", mapped("Pump", "flow"))
    await plant.items(MODELS, {**keyed("M"), "views": []})
    with store.write() as transaction:
        for statement in ("update space set is_global = 1", "update container set is_global = 1", "update view set is_global = 1",
                          "update data_model set is_global = 1"):  # fmt: skip
            transaction.sql.execute(statement)
        transaction.reload_schema()
    for path in ("/models/spaces", "/models/containers", PATH, MODELS):
        assert (await plant.get(path))["items"] == []
        assert (await plant.get(path, includeGlobal="true"))["items"]
    assert "global" in await plant.refused("/models/spaces", {"items": [{"space": SPACE, "name": "mine"}]})
    assert "global" in await plant.refused(
        "/models/containers/delete", {"items": [{"space": SPACE, "externalId": "Pump"}]}
    )
    assert "global" in await plant.refused(PATH, {"items": [view("V")]})
    assert len(await plant.items(f"{PATH}/byids", keyed("V"))) == 1
