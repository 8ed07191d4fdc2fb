"""Every filter operator against a plain evaluation in Python (contract §7)."""

from __future__ import annotations

import datetime
import struct
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pygen.server import Store, containers, listing, spaces, sql, upserts, views
from pygen.server.calls import Call
from pygen.server.errors import RefusedError
from pygen.server.filters import FilterCompiler
from pygen.server.scopes import Scope
from tests.server.support import SPACE, Api, container, container_id, data, edge, mapped, node, node_id, view, view_id

TYPES = {
    "text": "text", "flag": "boolean", "i32": "int32", "i64": "int64", "f32": "float32", "f64": "float64",
    "when": "timestamp", "day": "date", "doc": "json", "ref": "direct", "series": "timeseries",
    "status": {"type": "enum", "values": {"on": {}, "off": {}}},
    "texts": "text[]", "flags": "boolean[]", "i64s": "int64[]", "f64s": "float64[]", "whens": "timestamp[]", "docs": "json[]",
    "refs": "direct[]", "days": "date[]",
}  # fmt: skip
SINGLES = [key for key in TYPES if not key.endswith("s") or key in ("series", "status")]
LISTS = [key for key in TYPES if key not in SINGLES]
ORDERED = [key for key in SINGLES if key not in ("flag", "doc", "ref")]
ELEMENTS = {
    "texts": "text",
    "flags": "flag",
    "i64s": "i64",
    "f64s": "f64",
    "whens": "when",
    "docs": "doc",
    "refs": "ref",
    "days": "day",
}

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": st.sampled_from(["", "a", "A", "ab", "abc", "b", "é", "z", "\U0001f600", "a%", "a_", "'"]),
    "flag": st.booleans(),
    "i32": st.sampled_from([-(2**31), -1, 0, 1, 2, 2**31 - 1]),
    "i64": st.sampled_from([-(2**63), -1, 0, 1, 2**53 + 1, 2**63 - 1]),
    "f32": st.sampled_from([-1.5, 0.0, 0.1, 1, 3.4e38, 1e-45]),
    "f64": st.sampled_from([-1.5, -0.0, 0.1, 0.30000000000000004, 1, 1e300, 5e-324]),
    "when": st.sampled_from([
        "2026-01-02T03:04:05Z", "2026-01-02T04:04:05.000+01:00", "2026-01-02T03:04:05.001", "1969-12-31T23:59:59.999Z",
        "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999+00",
    ]),
    "day": st.sampled_from(["2026-01-02", "2026-01-03", "0001-01-01", "9999-12-31"]),
    "doc": st.sampled_from([{}, {"a": 1}, {"b": [1, {"c": None}], "a": "x"}, {"a": "x", "b": [1, {"c": None}]}, {"property": "x"}]),
    "ref": st.sampled_from([node_id("n0"), node_id("n1"), node_id("n2"), node_id("a:b")]),
    "series": st.sampled_from(["ts", "other"]),
    "status": st.sampled_from(["on", "off"]),
}  # fmt: skip
VALUES |= {key: st.lists(VALUES[of], max_size=3) for key, of in ELEMENTS.items()}


def rows() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional={key: st.none() | values for key, values in VALUES.items()})


def path(key: str) -> list[str]:
    return [SPACE, "Thing/v1", f"shown_{key}"] if key == "i32" else [SPACE, "Thing", key]


def leaf() -> st.SearchStrategy[dict[str, Any]]:
    def of(
        keys: list[str], build: Callable[[str], st.SearchStrategy[dict[str, Any]]]
    ) -> st.SearchStrategy[dict[str, Any]]:
        return st.sampled_from(keys).flatmap(build)

    def bounds(key: str) -> st.SearchStrategy[dict[str, Any]]:
        low, high = st.sampled_from(["gt", "gte"]), st.sampled_from(["lt", "lte"])
        either = st.tuples(st.none() | st.tuples(low, VALUES[key]), st.none() | st.tuples(high, VALUES[key]))
        return either.filter(any).map(lambda pair: dict(one for one in pair if one))

    def values_of(key: str) -> st.SearchStrategy[list[Any]]:
        return st.lists(VALUES[ELEMENTS.get(key, key)], max_size=3)

    def with_values(operator: str) -> Callable[[str], st.SearchStrategy[dict[str, Any]]]:
        return lambda key: values_of(key).map(lambda values: {operator: {"property": path(key), "values": values}})

    pairs = [
        ("text", "series"),
        ("text", "status"),
        ("i32", "f64"),
        ("i64", "i32"),
        ("when", "when"),
        ("day", "day"),
        ("ref", "ref"),
    ]
    return st.one_of(
        of(SINGLES, lambda key: VALUES[key].map(lambda value: {"equals": {"property": path(key), "value": value}})),
        of(SINGLES, with_values("in")),
        of(LISTS, with_values("containsAny")),
        of(LISTS, with_values("containsAll")),
        of(ORDERED, lambda key: bounds(key).map(lambda found: {"range": {"property": path(key), **found}})),
        of(["text", "series", "status"], lambda key: VALUES["text"].map(lambda value: {"prefix": {"property": path(key), "value": value}})),
        of(list(TYPES), lambda key: st.just({"exists": {"property": path(key)}})),
        st.sampled_from(pairs).map(lambda pair: {"equals": {"property": path(pair[0]), "value": {"property": path(pair[1])}}}),
        of(["i32", "when"], lambda key: bounds(key).map(lambda found: {"overlaps": {"startProperty": path(key), "endProperty": path("i64" if key == "i32" else key), **found}})),
        st.just({"matchAll": {}}),
        st.just({"hasData": [container_id("Thing")]}),
        st.lists(st.sampled_from(["n0", "n1", "zz"]), min_size=1).map(lambda keys: {"instanceReferences": [node_id(key) for key in keys]}),
        st.sampled_from(["n0", "n1"]).map(lambda key: {"equals": {"property": ["node", "externalId"], "value": key}}),
        st.just({"equals": {"property": ["node", "type"], "value": node_id("n1")}}),
        VALUES["text"].map(lambda value: {"nested": {"scope": path("ref"), "filter": {"prefix": {"property": path("text"), "value": value}}}}),
        st.just({"nested": {"scope": path("ref"), "filter": {"not": {"exists": {"property": path("text")}}}}}),
    )  # fmt: skip


def filters() -> st.SearchStrategy[dict[str, Any]]:
    return st.recursive(
        leaf(),
        lambda inner: st.one_of(
            inner.map(lambda one: {"not": one}),
            st.lists(inner, min_size=1, max_size=3).map(lambda many: {"and": many}),
            st.lists(inner, min_size=1, max_size=3).map(lambda many: {"or": many}),
        ),
        max_leaves=6,
    )


def comparable(key: str, value: Any) -> Any:
    """A value such that Python compares it as the contract asks."""
    if value is None:
        return None
    if key in LISTS:
        return [comparable(ELEMENTS[key], one) for one in value]
    if key == "when":
        moment = datetime.datetime.fromisoformat(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
        return (moment - datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)) // datetime.timedelta(milliseconds=1)
    if key == "f32":
        return struct.unpack("f", struct.pack("f", value))[0]
    if key == "text":
        return value.encode()
    return value


class Evaluator:
    """What a filter says about one of several things."""

    def __init__(self, things: dict[str, dict[str, Any]]) -> None:
        self.things = things
        self.operators: dict[str, Callable[[Any, str], bool]] = {
            "equals": self.equals, "in": self.is_in, "containsAny": self.contains_any, "containsAll": self.contains_all,
            "range": self.range, "overlaps": self.overlaps, "prefix": self.prefix, "exists": self.exists,
            "matchAll": self.match_all, "hasData": self.has_data, "instanceReferences": self.references, "nested": self.nested,
        }  # fmt: skip

    def value(self, name: str, reference: list[str]) -> tuple[str, Any]:
        key = reference[-1].removeprefix("shown_")
        return key, comparable(key, self.things.get(name, {}).get(key))

    def holds(self, filter_: dict[str, Any], name: str) -> bool:
        ((operator, body),) = filter_.items()
        if operator == "and":
            return all(self.holds(one, name) for one in body)
        if operator == "or":
            return any(self.holds(one, name) for one in body)
        if operator == "not":
            return not self.holds(body, name)
        return self.operators[operator](body, name)

    def equals(self, body: dict[str, Any], name: str) -> bool:
        if body["property"] == ["node", "externalId"]:
            return bool(name == body["value"])
        if body["property"] == ["node", "type"]:
            return name == "n0"
        key, value = self.value(name, body["property"])
        other = body["value"]
        if isinstance(other, dict) and isinstance(other.get("property"), list):
            _, other_value = self.value(name, other["property"])
            if isinstance(other_value, bytes) != isinstance(value, bytes) and None not in (value, other_value):
                value, other_value = (one.decode() if isinstance(one, bytes) else one for one in (value, other_value))
            return value is not None and value == other_value
        return value is not None and value == comparable(key, other)

    def is_in(self, body: dict[str, Any], name: str) -> bool:
        key, value = self.value(name, body["property"])
        return value is not None and value in [comparable(key, one) for one in body["values"]]

    def contains_any(self, body: dict[str, Any], name: str) -> bool:
        key, value = self.value(name, body["property"])
        return value is not None and any(comparable(ELEMENTS[key], one) in value for one in body["values"])

    def contains_all(self, body: dict[str, Any], name: str) -> bool:
        key, value = self.value(name, body["property"])
        return value is not None and all(comparable(ELEMENTS[key], one) in value for one in body["values"])

    def range(self, body: dict[str, Any], name: str) -> bool:
        key, value = self.value(name, body["property"])
        return value is not None and self.within(body, key, value, value)

    def within(self, body: dict[str, Any], key: str, low: Any, high: Any) -> bool:
        """Whether `low` is not above the upper bound, and `high` not below the lower one."""
        given = {one: comparable(key, body[one]) for one in ("gt", "gte", "lt", "lte") if one in body}
        checks: dict[str, Callable[[Any], bool]] = {
            "gt": lambda bound: high > bound, "gte": lambda bound: high >= bound,
            "lt": lambda bound: low < bound, "lte": lambda bound: low <= bound,
        }  # fmt: skip
        return all(checks[one](bound) for one, bound in given.items())

    def overlaps(self, body: dict[str, Any], name: str) -> bool:
        key, start = self.value(name, body["startProperty"])
        _, end = self.value(name, body["endProperty"])
        return start is not None and end is not None and self.within(body, key, start, end)

    def prefix(self, body: dict[str, Any], name: str) -> bool:
        _, value = self.value(name, body["property"])
        text = value.decode() if isinstance(value, bytes) else value
        return text is not None and text.startswith(body["value"])

    def exists(self, body: dict[str, Any], name: str) -> bool:
        return self.value(name, body["property"])[1] is not None

    def match_all(self, _body: Any, _name: str) -> bool:
        return True

    def has_data(self, _body: Any, name: str) -> bool:
        return name in self.things

    def references(self, body: list[dict[str, str]], name: str) -> bool:
        return name in [one["externalId"] for one in body]

    def nested(self, body: dict[str, Any], name: str) -> bool:
        target = self.value(name, body["scope"])[1]
        return (
            target is not None and target["externalId"] in EXISTING and self.holds(body["filter"], target["externalId"])
        )


EXISTING = ("n0", "n1", "n2", "a:b")


def call(store: Store, act: Callable[[Call], Any], body: Any) -> Any:
    answer = act(Call(store, msgspec.json.encode(body), ()))
    return msgspec.json.decode(answer) if isinstance(answer, bytes) else answer


@pytest.fixture(scope="module")
def things() -> Iterator[Store]:
    store = Store.open()
    call(store, spaces.create, {"items": [{"space": SPACE}]})
    index = {"i": {"indexType": "btree", "properties": ["i64"]}}
    call(store, containers.create, {"items": [container("Thing", TYPES, indexes=index)]})
    call(store, views.create, {"items": [view("Thing", mapped("Thing", "text", shown_i32="i32"))]})
    yield store
    store.close()


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(values=st.lists(rows(), min_size=3, max_size=3), filter_=filters(), sourced=st.booleans())
def test_filters_mean_what_they_say(
    things: Store, values: list[dict[str, Any]], filter_: dict[str, Any], sourced: bool
) -> None:
    written = {f"n{number}": row for number, row in enumerate(values)}
    items = [node(name, data(container_id("Thing"), **{"text": None, **row})) for name, row in written.items()]
    items[0]["type"] = node_id("n1")
    call(things, upserts.upsert, {"items": [*items, node("a:b")], "replace": True})
    body = {"filter": filter_, **({"sources": [{"source": view_id("Thing")}]} if sourced else {})}
    found = {item["externalId"] for item in call(things, listing.list_, body)["items"]}
    candidates = [name for name in EXISTING if not sourced or name in written]
    assert found == {name for name in candidates if Evaluator(written).holds(filter_, name)}


@pytest.fixture
async def plant(api: Api) -> Api:
    await api.container("Thing", TYPES)
    await api.view("Thing", {**mapped("Thing", *TYPES), "links": {"type": node_id("t"), "source": view_id("Thing")}})
    return api


def at(key: str) -> list[str]:
    return [SPACE, "Thing/v1", key]


@pytest.mark.parametrize(
    ("filter_", "text"),
    [
        ([], "exactly one operator"),
        ({}, "exactly one operator"),
        ({"matchAll": {}, "and": []}, "exactly one operator"),
        ({"like": {}}, "Unknown filter operator"),
        ({"and": []}, "at least one"),
        ({"or": {}}, "at least one"),
        ({"not": None}, "exactly one operator"),
        ({"equals": []}, "must be an object"),
        ({"equals": {"property": at("text")}}, "Invalid value"),
        ({"equals": {"property": at("text"), "value": 1}}, "Invalid value"),
        ({"equals": {"property": at("flag"), "value": 1}}, "Invalid value"),
        ({"equals": {"property": at("i32"), "value": 2**31}}, "Invalid value"),
        ({"equals": {"property": at("f64"), "value": True}}, "Invalid value"),
        ({"equals": {"property": at("f32"), "value": 10**400}}, "Invalid value"),
        ({"equals": {"property": at("when"), "value": "yesterday"}}, "Invalid value"),
        ({"equals": {"property": at("day"), "value": "2026-02-30"}}, "Invalid value"),
        ({"equals": {"property": at("ref"), "value": "n0"}}, "Invalid value"),
        ({"equals": {"property": at("ref"), "value": {"space": "a:b", "externalId": "c"}}}, "Invalid value"),
        ({"equals": {"property": at("status"), "value": 1}}, "Invalid value"),
        ({"equals": {"property": at("texts"), "value": "a"}}, "Invalid value for list property"),
        ({"in": {"property": at("texts"), "values": ["a"]}}, "Invalid value for list property"),
        ({"in": {"property": at("text"), "values": "a"}}, "must be a list"),
        ({"in": {"property": at("text"), "values": ["a"] * 1001}}, "at most 1000"),
        ({"containsAny": {"property": at("text"), "values": ["a"]}}, "list properties only"),
        ({"containsAny": {"property": at("texts"), "values": ["a"] * 1001}}, "at most 1000"),
        ({"containsAny": {"property": at("refs"), "values": [node_id("a")] * 101}}, "at most 100 values"),
        ({"containsAll": {"property": at("refs"), "values": [node_id("a")] * 101}}, "at most 100 values"),
        ({"containsAll": {"property": at("texts"), "values": [1]}}, "Invalid value"),
        ({"range": {"property": at("i32")}}, "at least one of"),
        ({"range": {"property": at("i32"), "gt": 1, "gte": 1}}, "must not have both"),
        ({"range": {"property": at("ref"), "gt": 1}}, "no order"),
        ({"range": {"property": at("texts"), "gt": "a"}}, "list property"),
        ({"prefix": {"property": at("i32"), "value": "a"}}, "text properties only"),
        ({"overlaps": {"startProperty": at("i32"), "endProperty": at("i64")}}, "at least one of"),
        ({"exists": {"property": at("gone")}}, "Unknown property"),
        ({"exists": {"property": at("links")}}, "Unknown property"),
        ({"exists": {"property": [SPACE, "Gone/v1", "x"]}}, "One or more views do not exist"),
        ({"exists": {"property": [SPACE, "Gone", "x"]}}, "One or more containers do not exist"),
        ({"exists": {"property": ["node", "color"]}}, "Unknown property"),
        ({"exists": {"property": ["edge", "startNode"]}}, "Unknown property"),
        ({"exists": {"property": ["node"]}}, "Unknown property"),
        ({"exists": {"property": "text"}}, "property reference"),
        ({"exists": {"property": [1, 2, 3]}}, "property reference"),
        ({"exists": {}}, "property reference"),
        ({"equals": {"property": at("text"), "value": {"property": at("i32")}}}, "cannot be compared"),
        ({"equals": {"property": at("text"), "value": {"property": at("texts")}}}, "cannot be compared"),
        ({"equals": {"property": at("text"), "value": {"parameter": "p"}}}, "query and sync"),
        ({"hasData": []}, "hasData size"),
        ({"hasData": [container_id("Thing")] * 11}, "hasData size"),
        ({"hasData": [{"space": SPACE, "externalId": "Thing"}]}, "reference with the type"),
        ({"hasData": [{"type": "container", "space": SPACE}]}, "must have the texts"),
        ({"hasData": [{"type": "view", "space": SPACE, "externalId": "Thing"}]}, "must have a version"),
        ({"instanceReferences": []}, "instanceReferences size"),
        ({"instanceReferences": [node_id("a")] * 1001}, "instanceReferences size"),
        ({"instanceReferences": ["a"]}, "must hold objects"),
        ({"instanceReferences": [{"space": 1, "externalId": "a"}]}, "must hold objects"),
        ({"nested": {"scope": at("text"), "filter": {"matchAll": {}}}}, "single direct relation"),
        ({"nested": {"scope": at("refs"), "filter": {"matchAll": {}}}}, "single direct relation"),
        ({"nested": {"scope": at("ref")}}, "exactly one operator"),
        ({"or": [{"matchAll": {}}] * 1001}, "more than 1000 clauses"),
        ({"or": [{"in": {"property": at("i32"), "values": list(range(1000))}}] * 31}, "more than 30000 values"),
    ],
)
async def test_bad_filters_are_refused(plant: Api, filter_: Any, text: str) -> None:
    message = await plant.refused("/models/instances/list", {"filter": filter_})
    assert text in message


async def test_depth_is_limited_and_width_is_generous(plant: Api) -> None:
    deep: dict[str, Any] = {"matchAll": {}}
    for _ in range(20):
        deep = {"not": deep}
    assert "deeper than 20" in await plant.refused("/models/instances/list", {"filter": deep})
    wide = {"or": [{"equals": {"property": at("text"), "value": str(number)}} for number in range(1000)]}
    await plant.write(node("n", data(view_id("Thing"), text="999")))
    assert await plant.ids(filter=wide) == ["n"]
    assert await plant.ids(filter={"and": [{"not": one} for one in wide["or"][:998]]}) == ["n"]


def test_parameters_stand_for_values(things: Store) -> None:
    def text(filter_: dict[str, Any]) -> sql.Sql:
        with things.read() as transaction:
            compiler = FilterCompiler(Scope(transaction.schema, "node"), parameters={"one": "a", "many": ["a", "b"]})
            return compiler.condition(filter_)

    one, many = {"parameter": "one"}, {"parameter": "many"}
    assert text({"equals": {"property": path("text"), "value": one}}) == text(
        {"equals": {"property": path("text"), "value": "a"}}
    )
    assert text({"in": {"property": path("text"), "values": many}}) == text(
        {"in": {"property": path("text"), "values": ["a", "b"]}}
    )
    with pytest.raises(RefusedError, match="Unknown parameter"):
        text({"equals": {"property": path("text"), "value": {"parameter": "none"}}})


async def test_filters_on_edges_and_times(plant: Api) -> None:
    (written, *_) = await plant.write(
        node("a"), node("b"), edge("e", "a", "b"), edge("f", "b", "a", type=node_id("other"))
    )

    async def edges(filter_: dict[str, Any]) -> list[str]:
        return await plant.ids(instanceType="edge", filter=filter_)

    for base, value in (("startNode", node_id("a")), ("endNode", node_id("b")), ("type", node_id("link"))):
        assert await edges({"equals": {"property": ["edge", base], "value": value}}) == ["e"]
    assert await edges(
        {
            "nested": {
                "scope": ["edge", "endNode"],
                "filter": {"equals": {"property": ["node", "externalId"], "value": "a"}},
            }
        }
    ) == ["f"]
    assert await edges({"equals": {"property": ["edge", "instanceType"], "value": "edge"}}) == ["e", "f"]
    assert await edges({"exists": {"property": ["edge", "deletedTime"]}}) == []
    assert await edges({"range": {"property": ["edge", "lastUpdatedTime"], "gt": written["lastUpdatedTime"]}}) == []
    assert await edges({"range": {"property": ["edge", "createdTime"], "gte": written["createdTime"]}}) == ["e", "f"]
    assert await edges({"in": {"property": ["edge", "space"], "values": [SPACE, "nowhere"]}}) == ["e", "f"]
    assert await edges({"equals": {"property": ["edge", "space"], "value": "nowhere"}}) == []
    assert await edges({"instanceReferences": [{"space": f"{SPACE}:x", "externalId": "e"}, node_id("f")]}) == ["f"]
    assert await edges({"range": {"property": ["edge", "version"], "lt": 2}}) == ["e", "f"]


async def test_data_in_many_containers(plant: Api) -> None:
    for number in range(61):
        await plant.container(f"C{number}", {"x": "int32"})
    exist = [{"exists": {"property": [SPACE, f"C{number}", "x"]}} for number in range(61)]
    await plant.write(node("n", data(container_id("C3"), x=1)))
    assert await plant.ids(filter={"or": exist[:60]}) == ["n"]
    assert "more than 60 containers" in await plant.refused("/models/instances/list", {"filter": {"or": exist}})
