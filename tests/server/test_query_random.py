"""Random queries of random graphs, against a plain evaluation in Python (contract §6.6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pygen.server import Store, deletes, query, upserts
from tests.server.graphs import at, call, deploy, names_of, new_world
from tests.server.support import container_id, data, edge, node, node_id, view_id

NAMES = [f"n{number}" for number in range(8)]
name = st.sampled_from(NAMES)
link_types = st.sampled_from(["link", "other"])


@st.composite
def graphs(draw: st.DrawFn) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    for key in draw(st.permutations(NAMES)):
        values = draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "name": st.sampled_from(["a", "ab", "b", "", None]),
                    "size": st.integers(-2, 3) | st.none(),
                    "site": name.map(node_id) | st.none(),
                    "parts": st.lists(name.map(node_id), max_size=3),
                    "tags": st.lists(st.sampled_from(["x", "y", "z"]), max_size=2),
                },
            )
        )
        sources = [data(container_id("Thing"), **values)] if values else []
        if draw(st.booleans()):
            sources.append(data(container_id("Note"), note="n"))
        items.append(node(key, *sources))
    for number in range(draw(st.integers(0, 14))):
        weight = draw(st.none() | st.integers(0, 4))
        sources = [] if weight is None else [data(container_id("Pipe"), weight=weight)]
        start, end = draw(name), draw(name)
        items.append(edge(f"e{number}", start, end, *sources, type=node_id(draw(link_types))))
    return items


node_filters = st.one_of(
    st.none(),
    st.just({"hasData": [container_id("Thing")]}),
    st.just({"hasData": [view_id("Both")]}),
    st.integers(-2, 3).map(lambda one: {"range": {"property": at("size"), "gte": one}}),
    st.integers(-2, 3).map(lambda one: {"not": {"equals": {"property": at("size", "Thing"), "value": one}}}),
    st.just({"equals": {"property": at("size"), "value": {"parameter": "size"}}}),
    st.just({"prefix": {"property": at("label", "Part/v1"), "value": "a"}}),
    st.lists(name.map(node_id), min_size=1, max_size=3).map(lambda keys: {"instanceReferences": keys}),
    st.lists(st.sampled_from(["x", "y"]), min_size=1).map(lambda v: {"containsAny": {"property": at("tags"), "values": v}}),
    name.map(lambda one: {"containsAny": {"property": at("parts"), "values": [node_id(one)]}}),
    st.lists(name.map(node_id), min_size=1, max_size=2).map(lambda v: {"not": {"containsAll": {"property": at("parts"), "values": v}}}),
    st.just({"nested": {"scope": at("site"), "filter": {"exists": {"property": at("name")}}}}),
)  # fmt: skip
edge_filters = st.one_of(
    st.none(),
    link_types.map(lambda one: {"equals": {"property": ["edge", "type"], "value": node_id(one)}}),
    st.integers(0, 3).map(lambda one: {"range": {"property": at("weight", "Pipe"), "gt": one}}),
    name.map(lambda one: {"not": {"equals": {"property": ["edge", "endNode"], "value": node_id(one)}}}),
)
directions = st.sampled_from(["outwards", "inwards"])
limits = st.sampled_from([1, 2, 3, 5, 100])


def given_parts(**parts: Any) -> dict[str, Any]:
    return {key: part for key, part in parts.items() if part is not None}


def sorts(*keys: list[str]) -> st.SearchStrategy[Any]:
    one = st.fixed_dictionaries(
        {"property": st.sampled_from(keys)},
        optional={"direction": st.sampled_from(["ascending", "descending"]), "nullsFirst": st.booleans()},
    )
    return st.none() | st.lists(one, min_size=1, max_size=2)


node_sorts = sorts(at("size"), at("name"), ["node", "externalId"])
edge_sorts = sorts(at("weight", "Pipe"), ["edge", "externalId"])


@st.composite
def sets(draw: st.DrawFn) -> dict[str, Any]:
    """The `with` of a query: each set may chain from or combine those before it."""
    found: dict[str, Any] = {}
    kinds: dict[str, str] = {}
    for number in range(draw(st.integers(1, 6))):
        before = sorted(kinds)
        kind = draw(st.sampled_from(["node", "edge", "set"]))
        if kind == "set" and before:
            chosen = draw(st.sampled_from(before))
            same = [key for key in before if kinds[key] == kinds[chosen]]
            members: list[Any] = draw(st.lists(st.sampled_from(same), min_size=1, max_size=3))
            if draw(st.integers(0, 1)):
                members.append({"union": [chosen], **draw(st.sampled_from([{}, {"limit": 2}]))})
            operation = draw(st.sampled_from(["union", "unionAll", "intersection"]))
            one = {operation: members, "limit": draw(limits)}
            if draw(st.booleans()):
                one["except"] = [draw(st.sampled_from(same))]
            kind = kinds[chosen]
        elif kind == "edge":
            one = draw(edge_sets(before))
        else:
            one, kind = draw(node_sets(kinds)), "node"
        key = f"s{number}"
        found[key], kinds[key] = one, kind
    return found


@st.composite
def node_sets(draw: st.DrawFn, kinds: dict[str, str]) -> dict[str, Any]:
    part: dict[str, Any] = given_parts(filter=draw(node_filters))
    if draw(st.booleans()) and kinds:
        part["from"] = draw(st.sampled_from(sorted(kinds)))
        if kinds[part["from"]] == "edge":
            part.update(given_parts(chainTo=draw(st.sampled_from([None, "source", "destination"]))))
        else:
            direction = draw(st.none() | directions)
            places = ["site", "parts"] if direction == "outwards" else ["site"]
            source = draw(st.sampled_from([view_id("Thing"), container_id("Thing")]))
            part["through"] = {"source": source, "identifier": draw(st.sampled_from(places))}
            part.update(given_parts(direction=direction))
    return given_parts(nodes=part, sort=draw(node_sorts), limit=draw(limits))


@st.composite
def edge_sets(draw: st.DrawFn, before: list[str]) -> dict[str, Any]:
    part: dict[str, Any] = given_parts(
        filter=draw(edge_filters), nodeFilter=draw(node_filters), direction=draw(st.none() | directions)
    )
    if draw(st.booleans()) and before:
        part["from"] = draw(st.sampled_from(before))
        part.update(given_parts(chainTo=draw(st.sampled_from([None, "source"]))))
        part.update(
            given_parts(maxDistance=draw(st.sampled_from([1, 1, 2, 3, None])), terminationFilter=draw(node_filters))
        )
        if part.get("maxDistance") == 1 and draw(st.booleans()):
            part["limitEach"] = draw(st.integers(1, 2))
    return given_parts(edges=part, sort=draw(edge_sorts), postSort=draw(edge_sorts), limit=draw(limits))


@pytest.fixture(scope="module")
def graph_store() -> Iterator[Store]:
    store = Store.open()
    deploy(store)
    yield store
    store.close()


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(graph=graphs(), with_=sets())
def test_random_queries_of_random_graphs(
    graph_store: Store, graph: list[dict[str, Any]], with_: dict[str, Any]
) -> None:
    for kind, most in (("edge", 20), ("node", 12)):
        gone = [{"instanceType": kind, **node_id(f"{kind[0]}{number}")} for number in range(most)]
        others = [{"instanceType": "node", **node_id(key)} for key in ("link", "other")]
        call(graph_store, deletes.delete, {"items": [*gone, *others]})
    world = new_world()
    call(graph_store, upserts.upsert, {"items": graph})
    world.write(graph)
    body = {"with": with_, "select": {key: {} for key in with_}, "parameters": {"size": 1}}
    answer = call(graph_store, query.query, body)
    assert names_of(answer) == world.query(body)
    assert set(answer["nextCursor"]) <= set(with_)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(graph=graphs(), with_=sets(), chosen=st.integers(0, 5))
def test_pages_of_one_set_make_up_the_whole(
    graph_store: Store, graph: list[dict[str, Any]], with_: dict[str, Any], chosen: int
) -> None:
    for kind, most in (("edge", 20), ("node", 12)):
        gone = [{"instanceType": kind, **node_id(f"{kind[0]}{number}")} for number in range(most)]
        call(graph_store, deletes.delete, {"items": gone})
    call(graph_store, upserts.upsert, {"items": graph})
    key = sorted(with_)[chosen % len(with_)]
    with_[key].pop("postSort", None)
    body: dict[str, Any] = {"with": with_, "select": {key: {}}, "parameters": {"size": 1}}
    whole = names_of(call(graph_store, query.query, {**body, "with": {**with_, key: {**with_[key], "limit": 10_000}}}))
    pages: list[str] = []
    cursor = None
    while True:
        answer = call(graph_store, query.query, {**body, "cursors": {key: cursor}})
        page = names_of(answer)[key]
        assert len(page) <= with_[key].get("limit", 100)
        pages += page
        cursor = answer["nextCursor"].get(key)
        if cursor is None:
            break
        assert len(page) == with_[key].get("limit", 100)
    assert pages == whole[key]
