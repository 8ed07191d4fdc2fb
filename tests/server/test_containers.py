"""Spaces and containers (contract §2, §3)."""

from __future__ import annotations

from typing import Any

import pytest

from pygen.server import limits
from tests.server.support import SPACE, Api, container, container_id, data, mapped, node, node_id, view, view_id

PATH = "/models/containers"


async def test_spaces_are_created_replaced_listed_and_deleted(bare_api: Api) -> None:
    path = "/models/spaces"
    first, second = await bare_api.items(path, {"space": "b", "name": "B"}, {"space": "a"})
    assert (first["space"], first["name"], first["isGlobal"]) == ("b", "B", False)
    assert "name" not in second
    (same,) = await bare_api.items(path, {"space": "b", "name": "B"})
    assert same == first
    (changed,) = await bare_api.items(path, {"space": "b", "description": "D"})
    assert "name" not in changed
    assert changed["lastUpdatedTime"] > changed["createdTime"] == first["createdTime"]
    assert await bare_api.items(f"{path}/byids", {"space": "x"}, {"space": "b"}, {"space": "b"}) == [changed]
    page = await bare_api.get(path, limit=1)
    assert [item["space"] for item in page["items"]] == ["a"]
    page = await bare_api.get(path, limit=1, cursor=page["nextCursor"])
    assert [item["space"] for item in page["items"]] == ["b"]
    assert "nextCursor" not in page
    assert await bare_api.items(f"{path}/delete", {"space": "x"}, {"space": "a"}) == [{"space": "a"}]
    assert await bare_api.items(f"{path}/delete", {"space": "a"}) == []


@pytest.mark.parametrize("space", ["", "1a", "a" * 44, "a b", "space", "cdf", "edge", "ä", "a:b", "a\n"])
async def test_bad_space_ids_are_refused(bare_api: Api, space: str) -> None:
    await bare_api.refused("/models/spaces", {"items": [{"space": space}]})


async def test_long_texts_are_refused_in_the_words_of_the_contract(bare_api: Api) -> None:
    message = await bare_api.refused("/models/spaces", {"items": [{"space": "a", "name": "n" * 256}]})
    assert "[name size must be between 0 and 255]" in message
    await bare_api.refused("/models/spaces", {"items": [{"space": "a", "description": "n" * 1025}]})


async def test_a_refused_request_leaves_nothing(bare_api: Api) -> None:
    await bare_api.refused("/models/spaces", {"items": [{"space": "fine"}, {"space": "not fine"}]})
    assert (await bare_api.get("/models/spaces"))["items"] == []


async def test_a_space_in_use_cannot_be_deleted(api: Api) -> None:
    path, item = "/models/spaces/delete", {"items": [{"space": SPACE}]}
    await api.write(node("a"))
    assert "not empty" in await api.refused(path, item)
    await api.items("/models/instances/delete", {"instanceType": "node", **node_id("a")})
    await api.container("Pump", {"flow": "float64"})
    await api.refused(path, item)
    await api.items(f"{PATH}/delete", {"space": SPACE, "externalId": "Pump"})
    assert await api.items(path, {"space": SPACE}) == [{"space": SPACE}]


async def test_cursors_belong_to_their_request(bare_api: Api) -> None:
    await bare_api.items("/models/spaces", *({"space": f"s{number}"} for number in range(5)))
    cursor = (await bare_api.get("/models/spaces", limit=2))["nextCursor"]
    assert (await bare_api.get("/models/spaces", limit=3, cursor=cursor))["items"][0]["space"] == "s2"
    for query in (
        {"cursor": cursor, "includeGlobal": "true"},
        {"cursor": "nonsense"},
        {"cursor": "ä"},
        {"cursor": "AAAA"},
    ):
        response = await bare_api.send("GET", "/models/spaces", **query)
        assert response.status_code == 400
        assert "cursor" in response.json()["error"]["message"]
    response = await bare_api.send("GET", PATH, cursor=cursor)
    assert response.status_code == 400


EVERY_TYPE: dict[str, Any] = {
    "text": {"type": "text", "maxTextSize": 64},
    "texts": {"type": "text", "list": True, "maxListSize": 5},
    "flag": "boolean", "f32": "float32", "i32": "int32", "i64": "int64", "when": "timestamp", "day": "date", "doc": "json",
    "f64": {"type": "float64", "unit": {"externalId": "length:m", "sourceUnit": "m"}},
    "series": "timeseries", "file": "file", "sequence": "sequence", "refs": "direct[]",
    "status": {"type": {"type": "enum", "unknownValue": "other", "values": {"on": {"name": "On"}, "other": {}}},
               "nullable": False, "defaultValue": "on"},
    "site": {"type": "direct", "container": container_id("Other")},
}  # fmt: skip


async def test_the_read_shape_is_what_official_clients_need(api: Api) -> None:
    await api.container("Other", {"x": "text"})
    rules: dict[str, Any] = {
        "constraints": {
            "unique": {"constraintType": "uniqueness", "properties": ["text"], "bySpace": True},
            "needs": {"constraintType": "requires", "require": container_id("Other")},
        },
        "indexes": {
            "tree": {"indexType": "btree", "properties": ["i32", "text"], "cursorable": True},
            "inverted": {"indexType": "inverted", "properties": ["texts"]},
        },
    }
    read = await api.container("Every", EVERY_TYPE, usedFor="all", name="N", description="D", **rules)
    properties = read["properties"]
    assert list(properties) == list(EVERY_TYPE)
    for key, one in properties.items():
        assert {"nullable", "immutable", "autoIncrement", "constraintState"} <= one.keys()
        assert ("list" in one["type"]) == (key != "status")
    assert properties["text"]["type"] == {"type": "text", "list": False, "collation": "ucs_basic", "maxTextSize": 64}
    assert properties["text"]["constraintState"] == {"maxTextSize": "current"}
    assert properties["texts"]["constraintState"] == {"maxListSize": "current"}
    assert properties["status"]["constraintState"] == {"nullability": "current"}
    assert properties["status"]["defaultValue"] == "on"
    assert properties["site"]["type"]["container"] == container_id("Other")
    assert properties["f64"]["type"]["unit"] == {"externalId": "length:m", "sourceUnit": "m"}
    assert read["constraints"]["unique"]["state"] == "current"
    assert read["constraints"]["needs"] == {**rules["constraints"]["needs"], "state": "current"}
    assert read["indexes"]["tree"] == {**rules["indexes"]["tree"], "bySpace": False, "state": "current"}
    assert (read["usedFor"], read["name"], read["description"], read["isGlobal"]) == ("all", "N", "D", False)
    assert await api.items(f"{PATH}/byids", {"space": SPACE, "externalId": "Every"}) == [read]


async def test_creating_again_is_a_no_op_and_merges(api: Api) -> None:
    first = await api.container(
        "Pump",
        {"flow": "float64"},
        usedFor="all",
        name="Pump",
        indexes={"i": {"indexType": "btree", "properties": ["flow"]}},
    )
    assert await api.container("Pump", {"flow": "float64"}, name="Pump", usedFor="all") == first
    merged = await api.container("Pump", {"name": "text"})
    assert list(merged["properties"]) == ["flow", "name"]
    assert merged["usedFor"] == "all"
    assert "name" not in merged
    assert list(merged["indexes"]) == ["i"]
    assert merged["lastUpdatedTime"] > first["lastUpdatedTime"]
    assert merged["createdTime"] == first["createdTime"]


async def test_lists_filter_by_space_and_use(api: Api) -> None:
    await api.items("/models/spaces", {"space": "other"})
    await api.container("A", {"x": "text"})
    await api.container("B", {"x": "text"}, usedFor="edge")
    await api.items(PATH, {**container("C", {"x": "text"}), "space": "other"})

    async def found(**query: Any) -> list[str]:
        return [item["externalId"] for item in (await api.get(PATH, **query))["items"]]

    assert await found() == ["C", "A", "B"]
    assert await found(space=SPACE) == ["A", "B"]
    for form in (["edge", "record"], '["edge","record"]', "edge,record"):
        assert await found(usedFor=form) == ["B"]
    assert (await api.send("GET", PATH, usedFor="tree")).status_code == 400


BAD: list[dict[str, Any]] = [
    container("String", {"x": "text"}),
    container("1a", {"x": "text"}),
    container("a_", {"x": "text"}),
    container("A", {}),
    container("A", {f"p{number}": "text" for number in range(101)}),
    container("A", {"externalId": "text"}),
    container("A", {"a b": "text"}),
    container("A", {"x": "varchar"}),
    container("A", {"x": "enum[]"}),
    container("A", {"x": {"type": "enum"}}),
    container("A", {"x": {"type": "enum", "values": {"true": {}}}}),
    container("A", {"x": {"type": "enum", "values": {"a": {}}, "unknownValue": "b"}}),
    container("A", {"x": {"type": "text", "unit": {"externalId": "u"}}}),
    container("A", {"x": {"type": "int32", "maxTextSize": 4}}),
    container("A", {"x": {"type": "text", "maxTextSize": 0}}),
    container("A", {"x": {"type": "text", "maxListSize": 4}}),
    container("A", {"x": {"type": "text", "list": True, "maxListSize": 2001}}),
    container("A", {"x": {"type": "text", "container": container_id("A")}}),
    container("A", {"x": {"type": {"type": "text"}, "defaultValue": 7}}),
    container("A", {"x": {"type": {"type": "text", "list": True}, "defaultValue": ["a"]}}),
    container("A", {"x": {"type": {"type": "text"}, "autoIncrement": True}}),
    container("A", {"x": "direct"}, usedFor="tree"),
    container("A", {"x": {"type": "direct", "container": container_id("Gone")}}),
    container("A", {"x": "text"}, constraints={"c": {"constraintType": "requires", "require": container_id("Gone")}}),
    container("A", {"x": "text"}, constraints={"c": {"constraintType": "requires", "require": container_id("A")}}),
    container("A", {"x": "text"}, constraints={"c": {"constraintType": "requires"}}),
    container("A", {"x": "text"}, constraints={"c": {"constraintType": "uniqueness", "properties": ["y"]}}),
    container("A", {"x": "text"}, constraints={"c": {"constraintType": "uniqueness", "properties": []}}),
    container("A", {"x": "text"}, indexes={"i": {"indexType": "hash", "properties": ["x"]}}),
    container("A", {"x": "text"}, indexes={"i" * 44: {"indexType": "btree", "properties": ["x"]}}),
    container("A", {"x": "text"}, indexes={f"i{n}": {"indexType": "btree", "properties": ["x"]} for n in range(11)}),
    {**container("A", {"x": "text"}), "space": "nowhere"},
    {"space": SPACE, "externalId": "A"},
    {"space": SPACE, "externalId": "A", "properties": {"x": {"type": "text"}}},
]


@pytest.mark.parametrize("item", BAD)
async def test_bad_containers_are_refused(api: Api, item: dict[str, Any]) -> None:
    assert await api.refused(PATH, {"items": [item]})
    assert (await api.get(PATH))["items"] == []


async def test_containers_for_records_are_not_emulated(api: Api) -> None:
    await api.refused(PATH, {"items": [container("A", {"x": "text"}, usedFor="record")]}, status=501)


async def test_requires_must_not_form_a_cycle(api: Api) -> None:
    await api.container("A", {"x": "text"})
    await api.container(
        "B", {"x": "text"}, constraints={"c": {"constraintType": "requires", "require": container_id("A")}}
    )
    item = container(
        "A", {"x": "text"}, constraints={"c": {"constraintType": "requires", "require": container_id("B")}}
    )
    assert "cycle" in await api.refused(PATH, {"items": [item]})


STATUS = {"type": "enum", "values": {"a": {}, "b": {}}}


@pytest.mark.parametrize(
    "change",
    [
        {"properties": {"x": {"type": {"type": "int32"}}}},
        {"properties": {"x": {"type": {"type": "text", "list": True}}}},
        {"properties": {"x": {"type": {"type": "text", "collation": "und"}}}},
        {"properties": {"n": {"type": {"type": "int64"}, "autoIncrement": True}}},
        {"properties": {"s": {"type": {"type": "enum", "values": {"a": {}}}}}},
        {"usedFor": "edge"},
        {"constraints": {"u": {"constraintType": "uniqueness", "properties": ["n"]}}},
        {"indexes": {"i": {"indexType": "btree", "properties": ["n"]}}},
    ],
)
async def test_breaking_changes_are_refused(api: Api, change: dict[str, Any]) -> None:
    rules = {
        "constraints": {"u": {"constraintType": "uniqueness", "properties": ["x"]}},
        "indexes": {"i": {"indexType": "btree", "properties": ["x"]}},
    }
    before = await api.container("A", {"x": "text", "n": "int64", "s": STATUS}, **rules)
    item = {"space": SPACE, "externalId": "A", "properties": {"x": {"type": {"type": "text"}}}, **change}
    await api.refused(PATH, {"items": [item]})
    assert await api.items(f"{PATH}/byids", {"space": SPACE, "externalId": "A"}) == [before]


async def test_states_follow_the_data(api: Api) -> None:
    await api.container("A", {"x": "text", "l": "text[]", "n": "int64"})
    await api.write(
        node("a", data(container_id("A"), x="long text", l=["b" * 20, "c"])),
        node("b", data(container_id("A"), l=["d"])),
        node("c", data(container_id("A"), x="long text")),
    )
    stricter = {
        "x": {"type": {"type": "text", "maxTextSize": 4}, "nullable": False},
        "l": {"type": {"type": "text", "list": True, "maxListSize": 1, "maxTextSize": 10}},
        "added": {"type": {"type": "text"}, "nullable": False},
        "filled": {"type": {"type": "text"}, "nullable": False, "defaultValue": "d"},
    }
    unique = {
        "u": {"constraintType": "uniqueness", "properties": ["x"]},
        "v": {"constraintType": "uniqueness", "properties": ["n"]},
    }
    read = await api.container("A", stricter, constraints=unique)
    states = {key: one["constraintState"] for key, one in read["properties"].items()}
    assert states == {
        "x": {"nullability": "failed", "maxTextSize": "failed"},
        "l": {"maxListSize": "failed", "maxTextSize": "failed"},
        "n": {},
        "added": {"nullability": "failed"},
        "filled": {"nullability": "current"},
    }
    assert {key: one["state"] for key, one in read["constraints"].items()} == {"u": "failed", "v": "current"}
    assert await api.container("A", stricter, constraints=unique) == read
    await api.refused("/models/instances", {"items": [node("d", data(container_id("A"), x="toolong", added="y"))]})


async def test_a_new_requirement_follows_the_data(api: Api) -> None:
    await api.container("A", {"x": "text"})
    await api.container("B", {"x": "text"})
    await api.write(node("a", data(container_id("A"), x="1")))
    needs = {"needsB": {"constraintType": "requires", "require": container_id("B")}}
    read = await api.container("A", {"x": "text"}, constraints=needs)
    assert read["constraints"]["needsB"]["state"] == "failed"
    await api.items(f"{PATH}/delete", {"space": SPACE, "externalId": "B"})
    read = await api.container("A", {"x": "text", "y": "text"})
    assert read["constraints"]["needsB"]["state"] == "current"


async def test_properties_stay_within_the_limit_when_merged(api: Api) -> None:
    await api.container("A", {f"p{number}": "text" for number in range(60)})
    message = await api.refused(PATH, {"items": [container("A", {f"q{number}": "text" for number in range(60)})]})
    assert "properties size" in message


async def test_rules_can_be_taken_away(api: Api) -> None:
    await api.container(
        "A",
        {"x": "text"},
        constraints={"u": {"constraintType": "uniqueness", "properties": ["x"]}},
        indexes={"i": {"indexType": "btree", "properties": ["x"]}},
    )
    triple = {"space": SPACE, "containerExternalId": "A", "identifier": "u"}
    assert await api.items(f"{PATH}/constraints/delete", triple, {**triple, "identifier": "x"}) == [triple]
    assert await api.items(f"{PATH}/constraints/delete", triple) == []
    other = {**triple, "identifier": "i"}
    assert await api.items(f"{PATH}/indexes/delete", other) == [other]
    (read,) = await api.items(f"{PATH}/byids", {"space": SPACE, "externalId": "A"})
    assert (read["constraints"], read["indexes"]) == ({}, {})
    await api.write(node("a", data(container_id("A"), x="same")), node("b", data(container_id("A"), x="same")))


async def test_deleting_a_container_deletes_its_data(api: Api) -> None:
    await api.container("A", {"x": "text"})
    await api.write(node("a", data(container_id("A"), x="old")))
    key = {"space": SPACE, "externalId": "A"}
    assert await api.items(f"{PATH}/delete", key, {**key, "externalId": "B"}) == [key]
    await api.container("A", {"x": "text"})
    assert await api.ids() == ["a"]
    assert await api.ids(filter={"hasData": [container_id("A")]}) == []


async def test_identifiers_that_differ_by_case_alone_are_apart(api: Api) -> None:
    await api.container("A", {"name": "text", "Name": "int64", "NAME": "boolean"})
    await api.container("a", {"name": "text"})
    await api.write(node("n", data(container_id("A"), name="x", Name=1, NAME=True)))
    found = await api.ids(filter={"equals": {"property": [SPACE, "A", "Name"], "value": 1}})
    assert found == ["n"]
    assert await api.ids(filter={"hasData": [container_id("a")]}) == []


async def test_retrying_looks_at_the_rows_anew(api: Api) -> None:
    await api.container("Pump", {"code": "text", "name": "text"})
    await api.write(node("a", data(container_id("Pump"), name="a")))
    strict = {"code": {"type": {"type": "text"}, "nullable": False}}
    failed = await api.container("Pump", strict)
    assert failed["properties"]["code"]["constraintState"]["nullability"] == "failed"
    await api.write(node("a", data(container_id("Pump"), code="now")))
    part = {"space": SPACE, "containerExternalId": "Pump", "identifier": "code"}
    unknown = {**part, "identifier": "colour"}
    assert await api.items("/models/containers/properties/retry", part, unknown) == [part]
    (read,) = await api.items("/models/containers/byids", {"space": SPACE, "externalId": "Pump"})
    assert read["properties"]["code"]["constraintState"]["nullability"] == "current"
    for what in ("constraints", "indexes"):
        assert await api.items(f"/models/containers/{what}/retry", part) == []


async def test_inspecting_tells_which_views_map_a_container(api: Api) -> None:
    await api.container("Pump", {"code": "text"})
    await api.container("Other", {"code": "text"})
    await api.view("Pump", mapped("Pump", "code"))
    await api.items("/models/views", {**view("Pump", mapped("Pump", "code")), "version": "v2"})
    await api.view("Child", implements=[view_id("Pump")])
    await api.view("Stranger", mapped("Other", "code"))
    body = {
        "items": [{"space": SPACE, "externalId": "Pump"}, {"space": SPACE, "externalId": "Gone"}],
        "inspectionOperations": {
            "involvedViews": {"allVersions": False},
            "totalInvolvedViewCount": {"allVersions": True},
        },
    }
    answer = await api.post("/models/containers/inspect", body)
    assert answer["items"] == [
        {
            "space": SPACE,
            "externalId": "Pump",
            "inspectionResults": {"involvedViews": [view_id("Child"), view_id("Pump", "v2")], "involvedViewCount": 3},
        }
    ]
    await api.refused("/models/containers/inspect", {"items": body["items"]})


async def test_a_container_has_ten_indexes_of_whatever_kind(api: Api) -> None:
    properties = {f"p{number}": "text[]" for number in range(11)}
    indexes = {
        f"i{number}": {"indexType": ("inverted", "btree")[number % 2], "properties": [f"p{number}"]}
        for number in range(11)
    }
    item = container("Pump", properties, indexes=indexes)
    assert "more than 10 indexes" in await api.refused("/models/containers", {"items": [item]})
    item["indexes"].popitem()
    await api.items("/models/containers", item)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"indexes": {"i": {"indexType": "inverted", "properties": ["code"]}}}, "needs list properties"),
        ({"properties": {"code": {"type": {"type": "text", "collation": "a b"}}}}, "unknown collation"),
    ],
)
async def test_what_indexes_and_collations_cannot_be(api: Api, change: dict[str, Any], said: str) -> None:
    item = {**container("Pump", {"code": "text"}), **change}
    assert said in await api.refused("/models/containers", {"items": [item]})


async def test_projects_define_only_so_much(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    await api.container("Pump", {"code": "text"})
    for what in limits.LIMITS:
        monkeypatch.setitem(limits.LIMITS, what, 1)
    said = await api.refused("/models/spaces", {"items": [{"space": "second"}]})
    assert "at most 1 spaces" in said
    assert "at most 1 containers" in await api.refused("/models/containers", {"items": [container("B", {"x": "text"})]})
    more = container("Pump", {"more": "text"})
    assert "at most 1 properties of containers" in await api.refused("/models/containers", {"items": [more]})
    two = {"items": [view("V"), view("W")]}
    assert "at most 1 views" in await api.refused("/models/views", two)
    assert (await api.get("/models/statistics"))["views"] == {"count": 0, "limit": 1}
    monkeypatch.setitem(limits.LIMITS, "views", 1000)
    many = [{**view("V"), "version": f"v{number}"} for number in range(100)]
    await api.items("/models/views", *many)
    said = await api.refused("/models/views", {"items": [{**view("V"), "version": "last"}]})
    assert "more than 100 versions" in said
