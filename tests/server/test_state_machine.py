"""Random schema changes, writes, deletes and reads: the server answers as the contract in plain Python does."""

from __future__ import annotations

import asyncio
import os
from typing import Any

import httpx
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from pygen.server import Store, create_app
from tests.server.contract_model import (
    PROPERTIES,
    Instance,
    Json,
    Project,
    Refused,
    View,
    aggregated,
    groups,
    reference,
)
from tests.server.support import SPACE, container, container_id, node_id, view_id

THOROUGH = os.environ.get("PYGEN_THOROUGH") == "1"
CONTAINERS = ("A", "B", "C")
VIEWS = ("V", "W")
IDS = ("n1", "n2", "n3", "n4", "n5")
TEXTS = ("a", "ab", "B", "", "é")
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": st.sampled_from(TEXTS),
    "needed": st.sampled_from(TEXTS),
    "kept": st.sampled_from(TEXTS),
    "whole": st.integers(-2, 2),
    "seven": st.integers(6, 8),
    "real": st.sampled_from([-0.5, 0.0, 1.5, 2.0]),
    "flag": st.booleans(),
    "to": st.sampled_from(IDS).map(reference),
    "list": st.lists(st.sampled_from(TEXTS), max_size=3),
}
ORDERED = ("text", "needed", "kept", "whole", "seven", "real")
NUMBERS = ("whole", "seven", "real")
GROUPED = ("text", "whole", "flag")


class Conversation(RuleBasedStateMachine):
    """A server and the model, told and asked the same."""

    def __init__(self) -> None:
        super().__init__()
        self.project = Project()
        self.loop = asyncio.new_event_loop()
        self.store = Store.open()
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(create_app(self.store)),
            base_url="http://local/api/v1/projects/p",
            headers={"authorization": "Bearer x"},
        )

    def teardown(self) -> None:
        self.loop.run_until_complete(self.client.aclose())
        self.loop.run_until_complete(self.loop.shutdown_default_executor())
        self.loop.close()
        self.store.close()

    # --- talking

    def ask(self, path: str, body: Json) -> Json | None:
        """The answer; None for a refusal."""
        response = self.loop.run_until_complete(self.client.post(f"/models/{path}", json=body))
        if response.status_code in (400, 409):
            return None
        assert response.status_code == 200, response.text
        answer: Json = response.json()
        return answer

    def tell(self, path: str, body: Json, change: str, *arguments: Any, **options: Any) -> tuple[Json | None, Any]:
        """Change both; they must agree on whether it can be done. A refused change leaves no trace."""
        changed = self.project.copy()
        try:
            expected = getattr(changed, change)(*arguments, **options)
        except Refused:
            answer = self.ask(path, body)
            assert answer is None, (path, body)
            return None, None
        answer = self.ask(path, body)
        assert answer is not None, (path, body)
        self.project = changed
        return answer, expected

    # --- changing the schema

    @initialize(properties=st.lists(st.sampled_from(sorted(PROPERTIES)), min_size=2, max_size=6, unique=True))
    def begin(self, properties: list[str]) -> None:
        self.ask("spaces", {"items": [{"space": SPACE}]})
        self.put_container("A", properties, "all")
        self.define("V", [("A", one) for one in properties], None)

    @rule(
        name=st.sampled_from(CONTAINERS),
        properties=st.lists(st.sampled_from(sorted(PROPERTIES)), min_size=1, max_size=5, unique=True),
        used_for=st.sampled_from(["all", "all", "node", "edge"]),
    )
    def put_container(self, name: str, properties: list[str], used_for: str) -> None:
        definition = container(name, {one: PROPERTIES[one] for one in properties}, usedFor=used_for)
        self.tell("containers", {"items": [definition]}, "put_container", name, properties, used_for)

    @rule(name=st.sampled_from(CONTAINERS))
    def delete_container(self, name: str) -> None:
        if any(view.filter and name in str(view.filter) for view in self.project.views.values()):
            return
        body = {"items": [{"space": SPACE, "externalId": name}]}
        self.tell("containers/delete", body, "delete_container", name)

    @rule(name=st.sampled_from(VIEWS), data=st.data())
    def put_view(self, name: str, data: st.DataObject) -> None:
        stored = [(one, key) for one, properties in self.project.containers.items() for key in properties]
        places = data.draw(st.lists(st.sampled_from([*stored, ("A", "text")]), min_size=1, max_size=8, unique=True))
        filter_ = None
        if data.draw(st.integers(0, 3)) == 0 and set(places) <= set(stored):
            place = data.draw(st.sampled_from(places))
            filter_ = data.draw(condition([SPACE, *place], place[1]))
        self.define(name, places, filter_)

    def define(self, name: str, places: list[tuple[str, str]], filter_: Json | None) -> None:
        mapped = {f"{stored}_{container_}": (container_, stored) for container_, stored in places}
        properties = {
            key: {"container": container_id(container_), "containerPropertyIdentifier": stored}
            for key, (container_, stored) in mapped.items()
        }
        item = {"space": SPACE, "externalId": name, "version": "v1", "properties": properties, "filter": filter_}
        self.tell("views", {"items": [item]}, "put_view", name, View(mapped, filter_))

    # --- changing instances

    @rule(data=st.data(), replace=st.booleans())
    def upsert(self, data: st.DataObject, replace: bool) -> None:
        items = [self.item(data) for _ in range(data.draw(st.integers(1, 3)))]
        answer, expected = self.tell(
            "instances", {"items": items, "replace": replace}, "upsert", items, replace=replace
        )
        if answer is not None:
            shown = [{key: one[key] for key in ("externalId", "version", "wasModified")} for one in answer["items"]]
            assert shown == expected

    def item(self, data: st.DataObject) -> Json:
        kind = data.draw(st.sampled_from(["node", "node", "edge"]))
        item: Json = {"instanceType": kind, "space": SPACE, "externalId": data.draw(st.sampled_from(IDS))}
        if kind == "edge":
            item |= {part: reference(data.draw(st.sampled_from(IDS))) for part in ("type", "startNode", "endNode")}
        elif data.draw(st.booleans()):
            item["type"] = reference(data.draw(st.sampled_from(IDS)))
        views = data.draw(st.lists(st.sampled_from(sorted(self.project.views)), max_size=2, unique=True))
        sources = [{"source": view_id(view), "properties": self.properties(view, data)} for view in views]
        return {**item, "sources": sources} if sources else item

    def properties(self, view: str, data: st.DataObject) -> Json:
        values: Json = {}
        for key, (_, stored) in self.project.living(view).items():
            choice = data.draw(st.integers(0, 9))
            if choice < 8 or PROPERTIES[stored].get("nullable") is False:
                values[key] = data.draw(VALUES[stored]) if choice else None
        return values

    @rule(
        keys=st.lists(
            st.tuples(st.sampled_from(["node", "edge"]), st.sampled_from(IDS)), min_size=1, max_size=2, unique=True
        )
    )
    def delete(self, keys: list[tuple[str, str]]) -> None:
        items = [{"instanceType": kind, **node_id(external_id)} for kind, external_id in keys]
        answer, expected = self.tell("instances/delete", {"items": items}, "delete", keys)
        assert answer is not None
        assert [(one["instanceType"], one["externalId"]) for one in answer["items"]] == expected

    # --- reading

    def readable(self, data: st.DataObject) -> tuple[str, str]:
        """A view that maps something, and a kind of instance."""
        views = [view for view in sorted(self.project.views) if self.project.living(view)]
        return data.draw(st.sampled_from(views)), data.draw(st.sampled_from(["node", "node", "edge"]))

    def anything_readable(self) -> bool:
        return any(self.project.living(view) for view in self.project.views)

    @precondition(anything_readable)
    @rule(data=st.data(), size=st.integers(1, 4))
    def list_(self, data: st.DataObject, size: int) -> None:
        view, kind = self.readable(data)
        filter_ = data.draw(st.none() | self.filters(view, kind))
        keys = [key for key, (_, stored) in self.project.living(view).items() if stored in ORDERED]
        sort = data.draw(st.none() | st.tuples(st.sampled_from(keys), st.booleans(), st.booleans())) if keys else None
        body: Json = {"instanceType": kind, "sources": [{"source": view_id(view)}], "filter": filter_, "limit": size}
        if sort:
            direction = "descending" if sort[1] else "ascending"
            body["sort"] = [{"property": [SPACE, f"{view}/v1", sort[0]], "direction": direction, "nullsFirst": sort[2]}]
        found: list[Json] = []
        cursor = None
        while True:
            answer = self.ask("instances/list", {**body, "cursor": cursor})
            assert answer is not None, body
            found += answer["items"]
            cursor = answer.get("nextCursor")
            if cursor is None:
                break
        expected = self.members(view, kind, filter_)
        assert len(found) == len(expected)
        assert {one["externalId"]: one for one in found} == {one.external_id: self.read(one, view) for one in expected}
        if sort:
            values = [one["properties"][SPACE][f"{view}/v1"].get(sort[0]) for one in found]
            assert values == in_order(values, descending=sort[1], nulls_first=sort[2])

    @precondition(anything_readable)
    @rule(data=st.data())
    def aggregate(self, data: st.DataObject) -> None:
        view, kind = self.readable(data)
        filter_ = data.draw(st.none() | self.filters(view, kind))
        living = self.project.living(view)
        by = [key for key, (_, stored) in living.items() if stored in GROUPED]
        grouped = data.draw(st.lists(st.sampled_from(by), max_size=2, unique=True)) if by else []
        numbers = [key for key, (_, stored) in living.items() if stored in NUMBERS]
        wanted = [("count", None), *(("count", key) for key in living)][: data.draw(st.integers(1, 3))]
        if numbers:
            number = data.draw(st.sampled_from(numbers))
            wanted += [(data.draw(st.sampled_from(["sum", "min", "max", "avg"])), number)]
        aggregates = [{name: {"property": key} if key else {}} for name, key in wanted]
        body = {"view": view_id(view), "instanceType": kind, "filter": filter_, "aggregates": aggregates}
        answer = self.ask("instances/aggregate", {**body, **({"groupBy": grouped} if grouped else {})})
        assert answer is not None, body
        found = {
            tuple(str(item.get("group", {}).get(key)) for key in grouped): [
                one.get("value") for one in item["aggregates"]
            ]
            for item in answer["items"]
        }
        rows = [self.project.shown(view, one) for one in self.members(view, kind, filter_)]
        parts = groups(rows, grouped) if grouped else {(): rows}
        assert found == {
            group: [
                len(part) if key is None else aggregated([row[key] for row in part if key in row], name)
                for name, key in wanted
            ]
            for group, part in parts.items()
        }

    @precondition(anything_readable)
    @rule(data=st.data())
    def by_ids(self, data: st.DataObject) -> None:
        view, kind = self.readable(data)
        items = [{"instanceType": kind, **node_id(external_id)} for external_id in IDS]
        answer = self.ask("instances/byids", {"items": items, "sources": [{"source": view_id(view)}]})
        assert answer is not None
        assert {one["externalId"]: one for one in answer["items"]} == {
            one.external_id: self.read(one, view) for one in self.members(view, kind, None)
        }

    @rule(kind=st.sampled_from(["node", "edge"]))
    def everything(self, kind: str) -> None:
        answer = self.ask("instances/list", {"instanceType": kind})
        assert answer is not None
        assert {one["externalId"]: one for one in answer["items"]} == {
            one.external_id: self.read(one, None) for one in self.project.instances.values() if one.kind == kind
        }

    @precondition(anything_readable)
    @rule(data=st.data(), direction=st.sampled_from(["outwards", "inwards"]))
    def query(self, data: st.DataObject, direction: str) -> None:
        """From some nodes along edges to the nodes at the other ends."""
        view, _ = self.readable(data)
        filter_ = data.draw(self.filters(view, "node"))
        chosen: list[Any] = [{"hasData": [view_id(view)]}, filter_]
        edges: Json = {"from": "nodes", "maxDistance": 1, "direction": direction}
        with_ = {
            "nodes": {"nodes": {"filter": {"and": chosen}}},
            "edges": {"edges": edges},
            "ends": {"nodes": {"from": "edges"}},
        }
        answer = self.ask("instances/query", {"with": with_, "select": {name: {} for name in with_}})
        assert answer is not None, with_
        wanted = self.project.containers_of(view)
        nodes = {
            one.external_id
            for one in self.project.instances.values()
            if one.kind == "node" and wanted <= one.rows.keys() and self.project.holds(filter_, one)
        }
        near, far = ("start", "end") if direction == "outwards" else ("end", "start")
        links = [one for one in self.project.instances.values() if one.kind == "edge" and getattr(one, near) in nodes]
        found = {name: {one["externalId"] for one in items} for name, items in answer["items"].items()}
        assert found == {
            "nodes": nodes,
            "edges": {one.external_id for one in links},
            "ends": {getattr(one, far) for one in links},
        }

    def members(self, view: str, kind: str, filter_: Json | None) -> list[Instance]:
        found = self.project.members(view, kind)
        return [one for one in found if filter_ is None or self.project.holds(filter_, one)]

    def read(self, instance: Instance, view: str | None) -> Any:
        """What an instance must read like; bookkeeping times are anything."""
        return Like(instance, self.project.shown(view, instance) if view else None, view)

    def filters(self, view: str, kind: str) -> st.SearchStrategy[Json]:
        """Filters over what a view and its containers show."""
        leaves: list[st.SearchStrategy[Json]] = [
            st.just({"hasData": [container_id(one)]}) for one in self.project.containers
        ]
        base = [kind, "externalId"]
        leaves.append(st.sampled_from(IDS).map(lambda one: {"equals": {"property": base, "value": one}}))
        for key, (container_, stored) in self.project.living(view).items():
            leaves += [condition([SPACE, f"{view}/v1", key], stored), condition([SPACE, container_, stored], stored)]
        return st.recursive(
            st.one_of(leaves),
            lambda inner: st.one_of(
                st.fixed_dictionaries({"not": inner}),
                st.fixed_dictionaries({"and": st.lists(inner, min_size=1, max_size=3)}),
                st.fixed_dictionaries({"or": st.lists(inner, min_size=1, max_size=3)}),
            ),
            max_leaves=4,
        )


class Like:
    """Equal to the answer that an instance must have."""

    def __init__(self, instance: Instance, properties: Json | None, view: str | None) -> None:
        self.instance = instance
        ends = {"type": instance.type, "startNode": instance.start, "endNode": instance.end}
        self.expected: Json = {
            "instanceType": instance.kind,
            "space": SPACE,
            "externalId": instance.external_id,
            "version": instance.version,
            **{key: reference(one) for key, one in ends.items() if one is not None},
        }
        if view is not None:
            self.expected["properties"] = {SPACE: {f"{view}/v1": properties}}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, dict):
            return NotImplemented
        return self.expected == {
            key: value for key, value in other.items() if key not in ("createdTime", "lastUpdatedTime")
        }

    __hash__ = None  # type: ignore[assignment]  # compares, and is never a key

    def __repr__(self) -> str:
        return repr(self.expected)


def condition(path: list[str], stored: str) -> st.SearchStrategy[Json]:
    """A filter on one property."""
    value = VALUES[stored]

    def of(operator: str, **body: st.SearchStrategy[Any]) -> st.SearchStrategy[Json]:
        return st.fixed_dictionaries({operator: st.fixed_dictionaries({"property": st.just(path), **body})})

    choices = [of("exists")]
    if stored == "list":
        values = st.lists(st.sampled_from(TEXTS), min_size=1, max_size=2)
        return st.one_of(*choices, of("containsAny", values=values), of("containsAll", values=values))
    choices += [of("equals", value=value), of("in", values=st.lists(value, min_size=1, max_size=3))]
    if stored in ORDERED:
        limits = st.tuples(
            st.sampled_from(["gt", "gte"]), value, st.sampled_from(["lt", "lte"]), value, st.integers(0, 2)
        )
        choices.append(limits.map(lambda one: {"range": {"property": path, **_bounds(*one)}}))
    if stored in ("text", "needed", "kept"):
        choices.append(of("prefix", value=value.filter(bool)))
    return st.one_of(choices)


def _bounds(lower: str, low: Any, upper: str, high: Any, sides: int) -> Json:
    """One side of a range, the other, or both."""
    return {key: one for number, (key, one) in enumerate(((lower, low), (upper, high))) if sides in (number, 2)}


def in_order(values: list[Any], *, descending: bool, nulls_first: bool) -> list[Any]:
    """Values as a sort must give them."""
    nulls = [one for one in values if one is None]
    others = sorted((one for one in values if one is not None), reverse=descending)
    return [*nulls, *others] if nulls_first else [*others, *nulls]


TestConversation = Conversation.TestCase
TestConversation.settings = settings(
    max_examples=300 if THOROUGH else 25,
    stateful_step_count=40 if THOROUGH else 25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
)
