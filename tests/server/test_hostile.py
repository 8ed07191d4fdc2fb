"""Nothing that is sent makes the server fail, and nothing that is refused leaves a trace."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pygen.server import Store, create_app
from pygen.server.routes import SERVED
from tests.server.support import SPACE, Api, container_id, data, edge, mapped, node, node_id, view_id

PATHS = [one.path for one in SERVED if one.method == "POST"]
WORDS = [
    *("items", "space", "externalId", "version", "type", "view", "container", "properties", "sources", "source", "filter", "sort", "limit"),
    *("cursor", "instanceType", "node", "edge", "startNode", "endNode", "delete", "replace", "existingVersion", "equals", "property", "value"),
    *("and", "hasData", "nested", "scope", "aggregates", "groupBy", "histogram", "interval", "implements", "views", "constraints", "indexes"),
    *("constraintType", "properties", "text", "direct", "list", "values", "enum", "defaultValue", "A", "v1", SPACE, "x", "count", "avg"),
    *("'; drop table instance; --", '"', "\0", "a:b", "", "\ud7ff", "\U0010ffff"),
]  # fmt: skip
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(WORDS),
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4),
    max_leaves=12,
)
TEMPLATES: list[Any] = [
    {"items": [{"space": SPACE}]},
    {"items": [{"space": SPACE, "externalId": "A", "properties": {"x": {"type": {"type": "text"}, "defaultValue": "a"}},
                "constraints": {"u": {"constraintType": "uniqueness", "properties": ["x"]}},
                "indexes": {"i": {"indexType": "btree", "properties": ["x"]}}}]},
    {"items": [{"space": SPACE, "externalId": "A", "version": "v1", "properties": mapped("A", "x"), "implements": [view_id("A")],
                "filter": {"hasData": [container_id("A")]}}]},
    {"items": [{"space": SPACE, "externalId": "M", "version": "v1", "views": [view_id("A")]}]},
    {"items": [node("a", data(view_id("A"), x="t")), edge("e", "a", "a")], "delete": [{"instanceType": "node", **node_id("z")}], "replace": True},
    {"sources": [{"source": view_id("A")}], "filter": {"and": [{"equals": {"property": [SPACE, "A/v1", "x"], "value": "t"}}, {"not": {"matchAll": {}}}]},
     "sort": [{"property": ["node", "externalId"], "direction": "descending"}], "limit": 5, "cursor": None},
    {"view": view_id("A"), "aggregates": [{"count": {}}], "groupBy": ["x"], "filter": {"nested": {"scope": ["node", "type"], "filter": {"matchAll": {}}}}},
]  # fmt: skip


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(place for key, part in inner for place in places(part, (*at, key)))]


def changed(value: Any, at: tuple[Any, ...], new: Any) -> Any:
    if not at:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[at[0]] = changed(copy[at[0]], at[1:], new)
    return copy


MUTANTS = st.sampled_from(TEMPLATES).flatmap(
    lambda template: st.tuples(st.sampled_from(places(template)), ANYTHING).map(lambda pair: changed(template, *pair))
)


async def send_all(bodies: list[bytes], path: str) -> list[httpx.Response]:
    store = Store.open()
    transport = httpx.ASGITransport(create_app(store))
    headers = {"authorization": "Bearer x"}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://local/api/v1/projects/p", headers=headers
    ) as client:
        prepared = zip(("spaces", "containers", "views", "datamodels", "instances"), TEMPLATES[:5], strict=True)
        for resource, body in prepared:
            fine = changed(body, ("items", 0, "implements"), []) if resource == "views" else body
            (await client.post(f"/models/{resource}", json=fine)).raise_for_status()
        answers = [await client.post(path, content=body) for body in bodies]
        (await client.get("/models/statistics")).raise_for_status()
    store.close()
    return answers


@settings(max_examples=150, deadline=None)
@given(path=st.sampled_from(PATHS), bodies=st.lists(MUTANTS | ANYTHING, min_size=1, max_size=10))
def test_bad_json_is_answered_with_400(path: str, bodies: list[Any]) -> None:
    for answer in asyncio.run(send_all([json.dumps(body).encode("utf-8", "replace") for body in bodies], path)):
        assert answer.status_code in (200, 400, 409, 413, 501), answer.text
        if answer.status_code != 200:
            assert answer.json()["error"]["code"] == answer.status_code


@settings(max_examples=30, deadline=None)
@given(path=st.sampled_from(PATHS), bodies=st.lists(st.binary(max_size=50), min_size=1, max_size=10))
def test_bytes_that_are_no_json_are_answered_with_400(path: str, bodies: list[bytes]) -> None:
    for answer in asyncio.run(send_all(bodies, path)):
        assert answer.status_code == 400


@pytest.mark.parametrize("depth", [150, 900, 100_000])
async def test_deep_json_is_answered(api: Api, depth: int) -> None:
    await api.container("A", {"doc": "json"})
    item = {
        "instanceType": "node",
        "space": SPACE,
        "externalId": "a",
        "sources": [{"source": container_id("A"), "properties": {"doc": "DEEP"}}],
    }
    deep = '{"a":' * depth + "1" + "}" * depth
    for path, body in (
        ("/models/instances", json.dumps({"items": [item]})),
        ("/models/instances/list", '{"filter":"DEEP"}'),
    ):
        answer = await api.client.post(path, content=body.replace('"DEEP"', deep).encode())
        assert answer.status_code in (200, 400)


async def test_writers_and_readers_side_by_side(api: Api) -> None:
    await api.container("A", {"x": "int32"})

    async def write(number: int) -> None:
        await api.write(*(node(f"n{number}-{place}", data(container_id("A"), x=number)) for place in range(20)))

    async def read() -> None:
        found = await api.listed(filter={"hasData": [container_id("A")]})
        assert len(found) % 20 == 0

    await asyncio.gather(*(act for number in range(10) for act in (write(number), read())))
    assert len(await api.ids()) == 200
