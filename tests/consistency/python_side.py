"""Runs cases of the table with the Python SDK; `run.mjs` does the same with the one in TypeScript."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial, reduce
from types import ModuleType
from typing import Any

from pygen.testing import LocalServer
from pygen_runtime.errors import PygenError
from pygen_runtime.sdk import NodeId, WriteDefaults
from pygen_runtime.transport import ClientSettings, RetryPolicy

Case = Mapping[str, Any]

ATTEMPTS = 6
SPACE = "farm"

_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "eq": lambda field, value: field == value,
    "ne": lambda field, value: field != value,
    "gt": lambda field, value: field > value,
    "gte": lambda field, value: field >= value,
    "lt": lambda field, value: field < value,
    "lte": lambda field, value: field <= value,
    "in": lambda field, value: field.in_(value),
    "between": lambda field, value: field.between(*value),
    "prefix": lambda field, value: field.prefix(value),
    "exists": lambda field, _: field.exists(),
    "contains": lambda field, value: field.contains(value),
    "containsAny": lambda field, value: field.contains_any(value),
    "containsAll": lambda field, value: field.contains_all(value),
}
_KEYWORDS = {"prefix": "{}_prefix", "gte": "min_{}", "lte": "max_{}", "exists": "has_{}"}
_READ: dict[str, Callable[[Any], Any]] = {
    "int64": int,
    "timestamp": datetime.datetime.fromisoformat,
    "date": datetime.date.fromisoformat,
    "node": lambda value: NodeId(SPACE, value),
}
_TOLD: dict[str, Callable[[Any], Any]] = {
    "int64": str,
    "timestamp": lambda value: value.astimezone(datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    "date": lambda value: value.isoformat(),
    "node": lambda value: f"{value.space}:{value.external_id}",
}


def snake(name: str) -> str:
    """`externalId` as `external_id`."""
    return re.sub(r"([A-Z])", lambda found: f"_{found[1].lower()}", name)


class PythonSide:
    """The Python SDK.

    Args:
        sdk: The generated package.
        server: The server.
        table: The table.
    """

    def __init__(self, sdk: ModuleType, server: LocalServer, table: Mapping[str, Any]) -> None:
        self._sdk, self._server = sdk, server
        self._kinds, self._targets, self._edges = table["kinds"], table["targets"], table["edges"]

    def run(self, case: Case) -> Any:
        """What comes of a case."""
        retry = RetryPolicy(attempts=ATTEMPTS, first_wait=0.001, longest_wait=0.002)
        settings = ClientSettings(page_size=case.get("pageSize", 1000), retry=retry)
        with self._server.sync_client(settings) as asking:
            client = self._sdk.ConsistencyClient(asking)
            client.writing = WriteDefaults(space=SPACE)
            try:
                return getattr(self, f"_{case['do']}")(client, case)
            except PygenError as error:
                return {"error": type(error).__name__}

    # ---- values ----

    def _kind(self, view: str, name: str) -> str:
        return str(self._kinds[view].get(name, "timestamp" if name.endswith("Time") else "text"))

    def _read(self, kind: str, value: Any) -> Any:
        return _each(_READ.get(kind.removesuffix("[]")), kind, value)

    def _told_value(self, kind: str, value: Any) -> Any:
        return _each(_TOLD.get(kind.removesuffix("[]")), kind, value)

    def _attribute(self, view: str, name: str) -> str:
        return snake(name) + {"node": "_id", "node[]": "_ids"}.get(self._kinds[view].get(name, ""), "")

    def _told(self, view: str, item: Any) -> dict[str, Any] | None:
        if item is None:
            return None
        properties = {
            name: self._told_value(self._kinds[view][name], getattr(item, self._attribute(view, name)))
            for name in self._kinds[view]
        }
        return {"id": f"{item.space}:{item.external_id}", "version": item.version, **properties}

    # ---- conditions ----

    def _keywords(self, view: str, given: Mapping[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, said in given.items():
            kind = self._kind(view, name)
            if isinstance(said, dict):
                for operator, value in said.items():
                    found[_KEYWORDS[operator].format(snake(name))] = self._read(kind, value)
            else:
                found[snake(name)] = self._read(kind, said)
        return found

    def _where(self, view: str, where: Sequence[Any], fields: Any) -> Any:
        match where:
            case ["and" | "or" as word, *parts]:
                conditions = [self._where(view, one, fields) for one in parts]
                return reduce(lambda one, other: one & other if word == "and" else one | other, conditions)
            case ["not", part]:
                return ~self._where(view, part, fields)
            case [name, "nested", part]:
                target = self._targets[view][name]
                return getattr(fields, snake(name)).where(lambda deeper: self._where(target, part, deeper))
            case [name, operator, *rest]:
                value = self._read(self._kind(view, name), next(iter(rest), None))
                return _OPERATORS[operator](getattr(fields, snake(name)), value)
        raise ValueError(where)

    def _narrowed(self, query: Any, view: str, case: Case) -> Any:
        if "filter" in case:
            query = query.filter(**self._keywords(view, case["filter"]))
        if "where" in case:
            query = query.where(lambda fields: self._where(view, case["where"], fields))
        if "sort" in case:
            query = query.sort(*[snake(one) for one in case["sort"]])
        return query.limit(case["limit"]) if "limit" in case else query

    def _query(self, client: Any, case: Case) -> Any:
        api = getattr(client, case["view"])
        view = case["view"]
        query = api.filter(**self._keywords(view, case.get("filter", {})))
        return self._narrowed(query, view, {key: value for key, value in case.items() if key != "filter"})

    # ---- what cases do ----

    def _list(self, client: Any, case: Case) -> Any:
        view, query = case["view"], self._query(client, case)
        items = (
            [self._chosen(view, case["select"], row) for row in query.select(*case["select"]).to_list()]
            if "select" in case
            else [self._told(view, one) for one in query.to_list()]
        )
        return {"request": _body(query.explain()), "items": items}

    def _chosen(self, view: str, names: Sequence[str], row: Any) -> Any:
        values = zip(names, row, strict=True)
        return {name: self._told_value(self._kinds[view][name], value) for name, value in values}

    def _pages(self, client: Any, case: Case) -> Any:
        return [[one.external_id for one in page] for page in self._query(client, case).pages()]

    def _partitions(self, client: Any, case: Case) -> Any:
        query = self._query(client, case).partitions(case["partitions"], by=snake(case.get("by", "externalId")))
        return sorted(f"{one.space}:{one.external_id}" for one in query.to_list())

    def _count(self, client: Any, case: Case) -> Any:
        return self._query(client, case).count()

    def _retrieve(self, client: Any, case: Case) -> Any:
        ids = case["ids"]
        wanted = ids if isinstance(ids, list) else [f"{ids['prefix']}{number}" for number in range(ids["count"])]
        found = getattr(client, case["view"]).retrieve(wanted, space=SPACE)
        return {
            "items": [self._told(case["view"], one) for one in found],
            "missing": [f"{one.space}:{one.external_id}" for one in found.missing],
        }

    def _search(self, client: Any, case: Case) -> Any:
        found = getattr(client, case["view"]).search(case["words"], properties=case.get("properties"))
        return [self._told(case["view"], one) for one in found]

    def _aggregate(self, client: Any, case: Case) -> Any:
        def metrics(fields: Any) -> Any:
            found = [getattr(getattr(fields, name), figure)() for figure, name in case["figures"]]
            return tuple(found) if len(found) > 1 else found[0]

        def told(figures: Any) -> list[Any]:
            return list(figures) if isinstance(figures, tuple) else [figures]

        query = self._query(client, case)
        if "groupBy" not in case:
            return told(query.aggregate(metrics))
        groups = query.group_by(*case["groupBy"]).aggregate(metrics)
        return [[told(one.key), told(one.value)] for one in groups]

    def _relation(self, client: Any, case: Case) -> Any:
        owner = getattr(client, case["view"]).retrieve(case["id"], space=SPACE)
        relation = getattr(owner, case["relation"])
        target = self._targets[case["view"]][case["relation"]]
        if hasattr(relation, "get"):
            return self._told(target, relation.get())
        wanted = self._narrowed(relation, target, case)
        edge = self._edges.get(f"{case['view']}.{case['relation']}")
        links = [[self._told(edge, one.edge), one.node.external_id] for one in wanted.linked()] if edge else []
        return {
            "items": [self._told(target, one) for one in wanted.to_list()],
            "links": links,
            "count": wanted.count(),
        }

    def _include(self, client: Any, case: Case) -> Any:
        query = self._query(client, case).include(*_choices(case["tree"]))
        return [_tree(one, case["tree"]) for one in query.to_list()]

    def _loop(self, client: Any, case: Case) -> Any:
        found = [_walked(one, case["tree"]) for one in self._query(client, case)]
        return {"found": found, "requests": client.pygen.counters.requests}

    def _hop(self, hop: Any) -> Callable[[Any], Any]:
        """A relation, perhaps narrowed: its name, or that and how."""
        how = {"relation": hop, "view": ""} if isinstance(hop, str) else hop
        return lambda kind: self._narrowed(getattr(kind, how["relation"]), how["view"], how)

    def _followed(self, client: Any, case: Case) -> Any:
        path = self._query(client, case)
        for hop in case["hops"]:
            path = path.follow(self._hop(hop))
        return path

    def _path(self, client: Any, case: Case) -> Any:
        path = self._followed(client, case)
        rows = sorted(" ".join(one.external_id for one in row) for row in path.rows())
        return {"ends": _ids(path.to_list()), "rows": rows, "count": path.count()}

    def _combined(self, client: Any, case: Case) -> Any:
        path, other = self._followed(client, case), self._query(client, case["other"])
        return [_ids(found.to_list()) for found in (path | other, path & other, path - other)]

    def _reach(self, client: Any, case: Case) -> Any:
        until = case.get("until")
        end = until and (lambda fields: self._where(case["view"], until, fields))
        reach = self._query(client, case).reach(self._hop(case["hop"]), max_distance=case.get("maxDistance"), until=end)
        return [[distance, _ids(found)] for distance, found in reach.distances()]

    def _edges_of(self, client: Any, case: Case) -> Any:
        owner = getattr(client, case["view"]).retrieve(case["id"], space=SPACE)
        query = self._narrowed(getattr(owner, case["relation"]).edges(), case["edgeView"], case)
        edges = sorted([one.external_id, str(one.start_node), str(one.end_node)] for one in query.to_list())
        return {"edges": edges, "count": query.count()}

    def _rewrite(self, client: Any, case: Case) -> Any:
        view = case["view"]
        api = getattr(client, view)
        items = api.retrieve(case["ids"], space=SPACE).as_write()
        same = _outcome(client.try_upsert(items))
        changes = {snake(name): self._write_value(view, name, value) for name, value in case["changed"].items()}
        others = api.retrieve(case["ids"], space=SPACE).as_write()
        for other in others:
            for name, value in changes.items():
                setattr(other, name, value)
        written = _outcome(client.try_upsert(others))
        again = _outcome(client.try_upsert(items, skip_on_version_conflict=True))
        forced = _outcome(client.try_upsert(items, check_versions=False))
        after = [self._told(view, one) for one in api.retrieve(case["ids"], space=SPACE)]
        return {"same": same, "written": written, "again": again, "forced": forced, "after": after}

    def _replaceEdges(self, client: Any, case: Case) -> Any:  # noqa: N802 - as the table has it
        view = case["view"]
        items = [self._write(view, one) for one in case["items"]]
        plan = client.plan_upsert(items, replace_edges=True)
        removed = client.try_upsert(items, replace_edges=True).removed
        after = []
        for one in case["items"]:
            owner = getattr(client, view).retrieve(one["externalId"], space=SPACE)
            links = getattr(owner, case["relation"]).linked()
            after.append(sorted([link.edge.external_id, link.node.external_id] for link in links))
        return {"planned": _ids(one.edge for one in plan.removals), "removed": _ids(removed.deleted), "after": after}

    def _cascade(self, client: Any, case: Case) -> Any:
        items = getattr(client, case["view"]).retrieve(case["ids"], space=SPACE)
        paths = [".".join(path) for path in _paths(case["tree"])]
        plan = client.plan_delete(items, cascade=paths)
        deleted = client.try_delete(items, cascade=paths).deleted
        return {"ids": _ids(plan.ids), "edges": _ids(plan.edges), "deleted": _ids(deleted)}

    def _upsert(self, client: Any, case: Case) -> Any:
        view = case["view"]
        items = [self._write(view, one) for one in case["items"]]
        plan = client.plan_upsert(items)
        result = client.try_upsert(items, replace=case.get("replace", False))
        after = []
        for one in plan.to_dict()["items"]:
            if one["instanceType"] == "node":
                seen = one["sources"][0]["source"]["externalId"].lower() if one.get("sources") else view
                after.append(self._told(seen, getattr(client, seen).retrieve(one["externalId"], space=SPACE)))
        return {
            "result": _outcome(result),
            "after": sorted(after, key=lambda one: one["id"] if one else ""),
            "plan": [_planned(one) for one in plan.to_dict()["items"]],
        }

    def _delete(self, client: Any, case: Case) -> Any:
        result = client.try_delete([NodeId(SPACE, one) for one in case["ids"]])
        return [sorted(one.external_id for one in part) for part in (result.deleted, result.absent, result.failed)]

    def _changes(self, client: Any, case: Case) -> Any:
        view = case["view"]
        api = getattr(client, view)
        feed = api.changes().until_live()
        for _ in feed:
            pass
        client.upsert([self._write(view, one) for one in case["items"]])
        client.delete([NodeId(SPACE, one) for one in case["ids"]])
        return [
            self._told(view, one.item) if hasattr(one, "item") else [one.id.external_id, one.version]
            for batch in api.changes(since=feed.token()).until_live()
            for one in batch
        ]

    def _write(self, view: str, item: Mapping[str, Any]) -> Any:
        kind = getattr(self._sdk, f"{view.capitalize()}Write")
        return kind(**{snake(name): self._write_value(view, name, value) for name, value in item.items()})

    def _write_value(self, view: str, name: str, value: Any) -> Any:
        target = self._targets.get(view, {}).get(name)
        if target is None:
            return self._read(self._kinds[view].get(name, ""), value)
        if isinstance(value, list):
            return [self._end(view, name, target, one) for one in value]
        return self._end(view, name, target, value)

    def _end(self, view: str, name: str, target: str, given: Any) -> Any:
        if given is None or isinstance(given, str):
            return given and NodeId(SPACE, given)
        if "edge" not in given:
            return self._write(target, given)
        edge = dict(given["edge"])
        end = self._end(view, name, target, edge.pop("endNode"))
        return self._edge(self._edges[f"{view}.{name}"], edge, end)

    def _edge(self, view: str, values: Mapping[str, Any], end: Any) -> Any:
        kind = getattr(self._sdk, f"{view.capitalize()}Write")
        return kind(end_node=end, **{snake(name): value for name, value in values.items()})


def _each(change: Callable[[Any], Any] | None, kind: str, value: Any) -> Any:
    """A value, or those of a list, as something else."""
    if change is None or value is None or kind == "json":
        return value
    return [change(one) for one in value] if isinstance(value, list) else change(value)


def _choices(tree: Mapping[str, Any]) -> list[Callable[[Any], Any]]:
    return [partial(_choice, name, deeper) for name, deeper in tree.items()]


def _choice(name: str, tree: Mapping[str, Any], kind: Any) -> Any:
    relation = getattr(kind, name)
    return relation.include(*_choices(tree)) if tree else relation


def _walked(item: Any, tree: Mapping[str, Any]) -> dict[str, Any]:
    """What relations of an object lead to, read one after the other as a program does."""
    found: dict[str, Any] = {"id": item.external_id}
    for name, deeper in tree.items():
        relation = getattr(item, name)
        if hasattr(relation, "get"):
            one = relation.get()
            found[name] = one and _walked(one, deeper)
        else:
            found[name] = sorted((_walked(one, deeper) for one in relation), key=lambda one: str(one["id"]))
    return found


def _paths(tree: Mapping[str, Any]) -> list[list[str]]:
    return [[name, *deeper] for name, below in tree.items() for deeper in _paths(below) or [[]]]


def _ids(found: Iterable[Any]) -> list[str]:
    return sorted(one.external_id for one in found)


def _tree(item: Any, tree: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"id": item.external_id}
    for name, deeper in tree.items():
        relation = getattr(item, name)
        assert relation.is_loaded
        if hasattr(relation, "get"):
            one = relation.get()
            found[name] = one and _tree(one, deeper)
        else:
            found[name] = [_tree(one, deeper) for one in relation.to_list()]
    return found


def _outcome(result: Any) -> dict[str, Any]:
    kinds = {"written": "written", "unchanged": "unchanged", "skipped": "skipped"}
    kinds["writtenOrUnchanged"] = "written_or_unchanged"
    told: dict[str, Any] = {
        name: sorted(one.external_id for one in getattr(result, attribute)) for name, attribute in kinds.items()
    }
    for name in ("failed", "unknown"):
        told[name] = sorted([one.item.external_id, type(one.error).__name__] for one in getattr(result, name))
    return told


def _body(explained: str) -> Any:
    """The body of the request that a query explains."""
    return json.loads(explained[explained.index("{") :])


def _planned(value: Any) -> Any:
    """Integers beyond a double as texts; JSON has no other way in JavaScript."""
    if isinstance(value, dict):
        return {key: _planned(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_planned(one) for one in value]
    return str(value) if isinstance(value, int) and abs(value) >= 2**53 else value
