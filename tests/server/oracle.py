"""What the contract says about instances, in plain Python over plain values: what the server's answers are compared with.

It keeps every instance in a list and looks at all of them for every question. It knows one space, and takes the items that tests write.
"""

from __future__ import annotations

import dataclasses
import datetime
import functools
import math
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from tests.server.support import SPACE

Json = dict[str, Any]
COMPARISONS = {"gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le}
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


@dataclasses.dataclass
class Thing:
    """A node or an edge; `number` says in which order they were written, `data` has the values by container and property."""

    kind: str
    name: str
    number: int
    type: str | None = None
    start: str = ""
    end: str = ""
    data: dict[str, Json] = dataclasses.field(default_factory=dict)


def comparable(type_: str, value: Any) -> Any:
    """A value that Python compares as the contract asks."""
    if value is None:
        return None
    if isinstance(value, list):
        return [comparable(type_, one) for one in value]
    if type_ == "direct":
        return value["externalId"]
    if type_ == "timestamp":
        moment = datetime.datetime.fromisoformat(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
        return (moment - _EPOCH) // datetime.timedelta(milliseconds=1)
    return value.encode() if type_ == "text" else value


def words(text: str) -> list[str]:
    """The words of a text."""
    return "".join(one if one.isalnum() else " " for one in text).lower().split()


class World:
    """Instances, and the containers and views that they are seen through.

    Args:
        containers: Types of properties (`text`, `int64[]`, ...) by container.
        views: Container and property by property of each view.
        filters: Filters of views that have one.
    """

    def __init__(
        self,
        containers: Mapping[str, Mapping[str, str]],
        views: Mapping[str, Mapping[str, tuple[str, str]]],
        filters: Mapping[str, Json] | None = None,
    ) -> None:
        self.containers = containers
        self.views = views
        self.filters = filters or {}
        self.things: dict[tuple[str, str], Thing] = {}
        self._count = 0

    def write(self, items: Iterable[Json]) -> None:
        """Write items as an upsert does, missing targets of relations included."""
        for item in items:
            thing = self._thing(item["instanceType"], item["externalId"])
            if item.get("type"):
                thing.type = item["type"]["externalId"]
            if thing.kind == "edge":
                thing.start, thing.end = item["startNode"]["externalId"], item["endNode"]["externalId"]
            for source in item.get("sources", ()):
                self._put(thing, source)
        for target in sorted({target for thing in self.things.values() for target in self._targets(thing)}):
            self._thing("node", target)

    def _thing(self, kind: str, name: str) -> Thing:
        if (kind, name) not in self.things:
            self._count += 1
            self.things[kind, name] = Thing(kind, name, self._count)
        return self.things[kind, name]

    def _put(self, thing: Thing, source: Json) -> None:
        name = source["source"]["externalId"]
        places = self.views[name] if source["source"]["type"] == "view" else {}
        for container in {container for container, _ in places.values()} or {name}:
            thing.data.setdefault(container, {})
        for key, value in source["properties"].items():
            container, stored = places.get(key, (name, key))
            thing.data[container][stored] = value

    def _targets(self, thing: Thing) -> list[str]:
        found = [thing.type] if thing.type else []
        for container, values in thing.data.items():
            for key, value in values.items():
                if self.containers[container][key].startswith("direct") and value is not None:
                    found += [one["externalId"] for one in (value if isinstance(value, list) else [value])]
        return found

    def delete(self, kind: str, name: str) -> list[Thing]:
        """Delete an instance; a node's edges go with it."""
        gone = [self.things.pop((kind, name))] if (kind, name) in self.things else []
        if gone and kind == "node":
            edges = [one.name for one in self.of("edge") if name in (one.start, one.end)]
            gone += [self.things.pop(("edge", edge)) for edge in edges]
        return gone

    def of(self, kind: str) -> list[Thing]:
        """All nodes, or all edges, in the order of writing."""
        return sorted((one for one in self.things.values() if one.kind == kind), key=lambda one: one.number)

    def node(self, name: str) -> Thing | None:
        """A node by external id."""
        return self.things.get(("node", name))

    def value(self, thing: Thing, reference: Sequence[str]) -> tuple[str, Any]:
        """Type and comparable value of a property."""
        if reference[0] == thing.kind:
            base: dict[str, tuple[str, Any]] = {
                "externalId": ("text", thing.name), "space": ("text", SPACE), "type": ("name", thing.type),
                "startNode": ("name", thing.start or None), "endNode": ("name", thing.end or None),
            }  # fmt: skip
            type_, value = base[reference[1]]
            return type_, comparable(type_, value)
        view, slash, _ = reference[1].partition("/")
        container, key = self.views[view][reference[2]] if slash else (reference[1], reference[2])
        type_ = self.containers[container][key].removesuffix("[]")
        return type_, comparable(type_, thing.data.get(container, {}).get(key))

    def has_data(self, thing: Thing, reference: Json) -> bool:
        """Whether there is data in a container, or in all that a view maps."""
        name = reference["externalId"]
        needed = {place[0] for place in self.views[name].values()} if reference["type"] == "view" else {name}
        return needed <= thing.data.keys()

    def is_member(self, thing: Thing, view: str) -> bool:
        """Whether an instance is in a view."""
        if not self.has_data(thing, {"type": "view", "externalId": view}):
            return False
        return view not in self.filters or self.holds(self.filters[view], thing)

    def holds(self, filter_: Json | None, thing: Thing | None, parameters: Json | None = None) -> bool:
        """Whether an instance passes a filter."""
        if filter_ is None:
            return True
        if thing is None:
            return False
        ((kind, body),) = filter_.items()
        if kind in ("and", "or"):
            return (all if kind == "and" else any)(self.holds(one, thing, parameters) for one in body)
        if kind == "not":
            return not self.holds(body, thing, parameters)
        simple: dict[str, Callable[[], bool]] = {
            "matchAll": lambda: True,
            "hasData": lambda: all(self.has_data(thing, one) for one in body),
            "instanceReferences": lambda: thing.name in [one["externalId"] for one in body],
            "nested": lambda: self._nested(body, thing, parameters),
        }
        return simple[kind]() if kind in simple else self._leaf(kind, body, thing, parameters or {})

    def _nested(self, body: Json, thing: Thing, parameters: Json | None) -> bool:
        _, target = self.value(thing, body["scope"])
        return target is not None and self.holds(body["filter"], self.node(target), parameters)

    def _leaf(self, kind: str, body: Json, thing: Thing, parameters: Json) -> bool:
        type_, value = self.value(thing, body["property"])
        if value is None:
            return False

        def operand(key: str) -> Any:
            given = body[key]
            if isinstance(given, dict) and given.keys() == {"parameter"}:
                given = parameters[given["parameter"]]
            if type_ == "name":
                return [one["externalId"] for one in given] if isinstance(given, list) else given["externalId"]
            return comparable(type_, given)

        tests: dict[str, Callable[[], bool]] = {
            "exists": lambda: True,
            "equals": lambda: value == operand("value"),
            "prefix": lambda: value.startswith(operand("value")),
            "in": lambda: value in operand("values"),
            "containsAny": lambda: any(one in value for one in operand("values")),
            "containsAll": lambda: all(one in value for one in operand("values")),
            "range": lambda: all(COMPARISONS[key](value, operand(key)) for key in body if key in COMPARISONS),
        }
        return bool(tests[kind]())

    def sorted(self, things: Iterable[Thing], sort: Sequence[Json] | None, *, stable: bool = False) -> list[Thing]:
        """Things in an order; ties as they are, or by the order of writing, backwards if the first key goes backwards."""
        keys = list(sort or ())

        def compare(left: Thing, right: Thing) -> int:
            for key in keys:
                one, other = (self.value(thing, key["property"])[1] for thing in (left, right))
                if one == other:
                    continue
                if one is None or other is None:
                    return -1 if (one is None) == bool(key.get("nullsFirst")) else 1
                return (-1 if one < other else 1) * (-1 if key.get("direction") == "descending" else 1)
            backwards = bool(keys) and keys[0].get("direction") == "descending"
            return 0 if stable else (left.number - right.number) * (-1 if backwards else 1)

        return sorted(things, key=functools.cmp_to_key(compare))

    def listed(
        self, kind: str, views: Sequence[str] = (), filter_: Json | None = None, sort: Sequence[Json] | None = None
    ) -> list[str]:
        """What `list` finds."""
        found = [one for one in self.of(kind) if all(self.is_member(one, view) for view in views)]
        return [one.name for one in self.sorted([one for one in found if self.holds(filter_, one)], sort)]

    def search(
        self, view: str, text: str, how: str, properties: Sequence[str] | None = None, filter_: Json | None = None
    ) -> set[str]:
        """What `search` finds: the last word also matches beginnings of words."""
        places = [place for key, place in self.views[view].items() if not properties or key in properties]
        texts = [(container, key) for container, key in places if self.containers[container][key].startswith("text")]
        asked = words(text)

        def matches(thing: Thing) -> bool:
            found: list[str] = []
            for container, key in texts:
                value = thing.data.get(container, {}).get(key) or []
                for one in value if isinstance(value, list) else [value]:
                    found += words(one)
            each = [*(one in found for one in asked[:-1]), any(one.startswith(asked[-1]) for one in found)]
            return all(each) if how == "AND" else any(each)

        members = [one for one in self.of("node") if self.is_member(one, view) and self.holds(filter_, one)]
        if text.strip():
            members = [one for one in members if asked and matches(one)]
        return {one.name for one in members}

    def query(self, body: Json) -> dict[str, list[str]]:
        """The first page of every set of a query that is selected."""
        found: dict[str, list[Thing]] = {}
        for name in body["select"]:
            self._result(name, body, found)
        return {name: [one.name for one in found[name]] for name in body["select"]}

    def _result(self, name: str, body: Json, found: dict[str, list[Thing]]) -> list[Thing]:
        if name not in found:
            one = body["with"][name]
            limit = one.get("limit", 100)
            if "nodes" in one:
                things = self._nodes(one["nodes"], body, found, one.get("sort"))
            elif "edges" in one:
                things = self._edges(one["edges"], body, found, one.get("sort"))
            else:
                things = self._combined(one, body, found)
            found[name] = things[:limit]
            if one.get("postSort"):
                found[name] = self.sorted(found[name], one["postSort"], stable=True)
        return found[name]

    def _chain(self, part: Json, body: Json, found: dict[str, list[Thing]]) -> list[str]:
        """The nodes that a set starts at."""
        names: list[str] = []
        for one in self._result(part["from"], body, found):
            if one.kind == "node":
                names.append(one.name)
                continue
            inwards = self._direction(part["from"], body) == "inwards"
            to_end = (part.get("chainTo", "destination") == "destination") != inwards
            names.append(one.end if to_end else one.start)
        return list(dict.fromkeys(names))

    def _direction(self, name: str, body: Json) -> str:
        one = body["with"][name]
        return str(one["edges"].get("direction", "outwards")) if "edges" in one else "outwards"

    def _nodes(self, part: Json, body: Json, found: dict[str, list[Thing]], sort: Any) -> list[Thing]:
        nodes = self.of("node")
        if "from" in part:
            chained = self._chain(part, body, found)
            if "through" in part:
                chained_nodes = self._through(part, chained)
                nodes = [one for one in nodes if one.name in chained_nodes]
            else:
                nodes = [one for one in nodes if one.name in chained]
        return self.sorted([one for one in nodes if self._passes(part.get("filter"), one, body)], sort)

    def _through(self, part: Json, start: Sequence[str]) -> set[str]:
        source, key = part["through"]["source"], part["through"]["identifier"]
        middle = source["externalId"] + ("/v1" if source["type"] == "view" else "")
        found: set[str] = set()
        for one in self.of("node"):
            _, value = self.value(one, [SPACE, middle, key])
            targets = value if isinstance(value, list) else [] if value is None else [value]
            if part.get("direction", "inwards") == "outwards":
                found.update(targets if one.name in start else ())
            elif set(targets) & set(start):
                found.add(one.name)
        return found

    def _passes(self, filter_: Json | None, thing: Thing | None, body: Json) -> bool:
        return self.holds(filter_, thing, body.get("parameters"))

    def _edges(self, part: Json, body: Json, found: dict[str, list[Thing]], sort: Any) -> list[Thing]:
        inwards = part.get("direction", "outwards") == "inwards"

        def ends(edge: Thing) -> tuple[str, str]:
            return (edge.end, edge.start) if inwards else (edge.start, edge.end)

        def wanted(edge: Thing) -> bool:
            far = self.node(ends(edge)[1])
            return self._passes(part.get("filter"), edge, body) and self._passes(part.get("nodeFilter"), far, body)

        if "from" not in part:
            return self.sorted([one for one in self.of("edge") if wanted(one)], sort)
        frontier = self._chain(part, body, found)
        seen, walked = set(frontier), list[Thing]()
        distance = 0
        while frontier and distance < part.get("maxDistance", math.inf):
            level = [one for one in self.of("edge") if ends(one)[0] in frontier and wanted(one)]
            if "limitEach" in part:
                ordered = self.sorted(level, sort)
                level = [
                    one
                    for near in frontier
                    for one in [edge for edge in ordered if ends(edge)[0] == near][: part["limitEach"]]
                ]
                level.sort(key=lambda one: one.number)
            walked += level
            stop = part.get("terminationFilter")
            reached = [
                ends(one)[1] for one in level if stop is None or not self._passes(stop, self.node(ends(one)[1]), body)
            ]
            frontier = [one for one in dict.fromkeys(reached) if one not in seen]
            seen.update(frontier)
            distance += 1
        return self.sorted(walked, sort) if sort else walked

    def _combined(self, one: Json, body: Json, found: dict[str, list[Thing]]) -> list[Thing]:
        ((operation, members),) = [(key, one[key]) for key in ("union", "unionAll", "intersection") if key in one]
        parts = [
            self._result(part, body, found)
            if isinstance(part, str)
            else self._combined(part, body, found)[: part.get("limit", 10**6)]
            for part in members
        ]
        things = [thing for part in parts for thing in part]
        if operation == "intersection":
            things = [thing for thing in parts[0] if all(thing in part for part in parts)]
        besides = [thing for name in one.get("except", ()) for thing in self._result(name, body, found)]
        things = [thing for thing in things if thing not in besides]
        if operation == "unionAll":
            return things
        return list({(thing.kind, thing.name): thing for thing in things}.values())
