"""The contract in plain Python: what a project must answer after any sequence of changes. No index, no SQL, no cleverness."""

from __future__ import annotations

import dataclasses
import itertools
import operator as op
from collections.abc import Callable, Iterator
from typing import Any

from tests.server.support import SPACE

Json = dict[str, Any]
Key = tuple[str, str]
"""Kind and external id."""

PROPERTIES: dict[str, Json] = {
    "text": {"type": {"type": "text"}},
    "needed": {"type": {"type": "text"}, "nullable": False},
    "kept": {"type": {"type": "text"}, "nullable": False, "defaultValue": "x"},
    "whole": {"type": {"type": "int64"}},
    "seven": {"type": {"type": "int64"}, "defaultValue": 7},
    "real": {"type": {"type": "float64"}},
    "flag": {"type": {"type": "boolean"}},
    "to": {"type": {"type": "direct"}},
    "list": {"type": {"type": "text", "list": True}},
}
"""Every property that a container may have; a name means the same in all of them."""


class Refused(Exception):  # noqa: N818 - it is what the server must do, not a failure
    """The request must be answered with 400 or 409, and change nothing."""


@dataclasses.dataclass
class Instance:
    """A node or edge: its rows by container, and the rest."""

    kind: str
    external_id: str
    version: int = 1
    type: str | None = None
    start: str | None = None
    end: str | None = None
    rows: dict[str, Json] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class View:
    """What a view maps, as identifier to container and property, and its filter."""

    mapped: dict[str, tuple[str, str]]
    filter: Json | None


class Project:
    """One project."""

    def __init__(self) -> None:
        self.containers: dict[str, list[str]] = {}
        self.used_for: dict[str, str] = {}
        self.views: dict[str, View] = {}
        self.instances: dict[Key, Instance] = {}

    def copy(self) -> Project:
        """The same project; changing it leaves this one as it is."""
        other = Project()
        other.__dict__.update({key: _copied(value) for key, value in self.__dict__.items()})
        return other

    def put_container(self, name: str, properties: list[str], used_for: str) -> None:
        """Create a container, or add properties to it; rows that are there get defaults."""
        if self.used_for.setdefault(name, used_for) != used_for:
            raise Refused
        known = self.containers.setdefault(name, [])
        for one in properties:
            if one not in known:
                known.append(one)
                if "defaultValue" in PROPERTIES[one]:
                    for instance in self.instances.values():
                        if name in instance.rows:
                            instance.rows[name][one] = PROPERTIES[one]["defaultValue"]

    def delete_container(self, name: str) -> None:
        """Its data goes too."""
        if self.containers.pop(name, None) is not None:
            del self.used_for[name]
            for instance in self.instances.values():
                instance.rows.pop(name, None)

    def put_view(self, name: str, view: View) -> None:
        """Create or replace a view."""
        for container, property_ in view.mapped.values():
            if property_ not in self.containers.get(container, ()):
                raise Refused
        self.views[name] = view

    def living(self, view: str) -> dict[str, tuple[str, str]]:
        """What a view still maps, now that containers may be gone."""
        mapped = self.views[view].mapped
        return {key: place for key, place in mapped.items() if place[1] in self.containers.get(place[0], ())}

    def containers_of(self, view: str) -> set[str]:
        return {container for container, _ in self.living(view).values()}

    def members(self, view: str, kind: str) -> Iterator[Instance]:
        """Instances with data in all containers of a view that pass its filter."""
        wanted, filter_ = self.containers_of(view), self.views[view].filter
        for instance in self.instances.values():
            if (
                instance.kind == kind
                and wanted <= instance.rows.keys()
                and (not filter_ or self.holds(filter_, instance))
            ):
                yield instance

    def shown(self, view: str, instance: Instance) -> Json:
        """Properties of an instance as a view shows them; null is absent."""
        values = {key: instance.rows[container].get(stored) for key, (container, stored) in self.living(view).items()}
        return {key: value for key, value in values.items() if value is not None}

    # --- writing

    def upsert(self, items: list[Json], *, replace: bool) -> list[Json]:
        """Write instances; gives id, version and whether it was modified for each."""
        if len({(item["instanceType"], item["externalId"]) for item in items}) < len(items):
            raise Refused
        pointed = [item["type"]["externalId"] for item in items if "type" in item]
        results = [self._write(item, pointed, replace=replace) for item in items]
        self._create_targets(items, pointed)
        return results

    def _write(self, item: Json, pointed: list[str], *, replace: bool) -> Json:
        key = (item["instanceType"], item["externalId"])
        before = self.instances.get(key)
        now = _copied(before) if before else Instance(*key)
        for name, part in (("type", "type"), ("start", "startNode"), ("end", "endNode")):
            if part in item:
                setattr(now, name, item[part]["externalId"])
        supplied: dict[str, Json] = {}
        for source in item.get("sources", ()):
            self._collect(source, item["instanceType"], supplied)
        for container, values in supplied.items():
            pointed += [value["externalId"] for value in values.values() if isinstance(value, dict)]
            now.rows[container] = self._row(container, now.rows.get(container), values, replace=replace)
        modified = before is None or now != before
        if before is not None and modified:
            now.version += 1
        self.instances[key] = now
        return {"externalId": now.external_id, "version": now.version, "wasModified": modified}

    def _collect(self, source: Json, kind: str, supplied: dict[str, Json]) -> None:
        view = source["source"]["externalId"]
        if view not in self.views or not source["properties"]:
            raise Refused
        living = self.living(view)
        for container in self.containers_of(view):
            if self.used_for[container] not in (kind, "all"):
                raise Refused
            shown = {stored for place, stored in living.values() if place == container}
            needed = {one for one in self.containers[container] if PROPERTIES[one].get("nullable") is False}
            if not needed <= shown:
                raise Refused
            supplied.setdefault(container, {})
        for key, value in source["properties"].items():
            if key not in living:
                raise Refused
            container, stored = living[key]
            supplied[container][stored] = value

    def _row(self, container: str, before: Json | None, values: Json, *, replace: bool) -> Json:
        fresh = before is None or replace
        row = {} if fresh else dict(before or {})
        for name in self.containers[container]:
            definition = PROPERTIES[name]
            if name in values:
                row[name] = values[name]
                if values[name] is None and definition.get("nullable") is False:
                    raise Refused
            elif fresh:
                row[name] = definition.get("defaultValue")
                if row[name] is None and definition.get("nullable") is False:
                    raise Refused
        return {name: value for name, value in row.items() if value is not None}

    def _create_targets(self, items: list[Json], pointed: list[str]) -> None:
        """Ends of edges must be there; targets of relations and types are made."""
        for external_id in pointed:
            self.instances.setdefault(("node", external_id), Instance("node", external_id))
        for item in items:
            for end in ("startNode", "endNode"):
                if end in item and ("node", item[end]["externalId"]) not in self.instances:
                    raise Refused

    def delete(self, keys: list[Key]) -> list[Key]:
        """Delete instances, and the edges at deleted nodes; gives what of the keys there was."""
        found = [key for key in keys if key in self.instances]
        for key in found:
            self.instances.pop(key, None)
        gone = {external_id for kind, external_id in found if kind == "node"}
        self.instances = {
            key: one for key, one in self.instances.items() if not (one.kind == "edge" and {one.start, one.end} & gone)
        }
        return found

    # --- filters

    def value(self, path: list[str], instance: Instance) -> Any:
        """What a property reference means for an instance."""
        if len(path) == 2:
            return instance.external_id
        name, slash, _ = path[1].partition("/")
        container, stored = self.living(name)[path[2]] if slash else (name, path[2])
        return instance.rows.get(container, {}).get(stored)

    def holds(self, filter_: Json, instance: Instance) -> bool:
        """Whether an instance passes a filter; a null passes nothing but `not`."""
        ((operator, body),) = filter_.items()
        if operator in ("and", "or"):
            return (all if operator == "and" else any)(self.holds(part, instance) for part in body)
        if operator == "not":
            return not self.holds(body, instance)
        if operator == "hasData":
            return all(one["externalId"] in instance.rows for one in body)
        value = self.value(body["property"], instance)
        return value is not None and _compares(operator, body, value)


def _compares(operator: str, body: Json, value: Any) -> bool:
    if operator == "range":
        sides = {"gt": op.gt, "gte": op.ge, "lt": op.lt, "lte": op.le}
        return all(sides[key](value, limit) for key, limit in body.items() if key != "property")
    compare: dict[str, Callable[[], bool]] = {
        "exists": lambda: True,
        "equals": lambda: bool(value == body["value"]),
        "in": lambda: value in body["values"],
        "prefix": lambda: str(value).startswith(body["value"]),
        "containsAny": lambda: any(one in value for one in body["values"]),
        "containsAll": lambda: all(one in value for one in body["values"]),
    }
    return compare[operator]()


def _copied(value: Any) -> Any:
    """A deep copy of what a project is made of; values of properties are never changed in place."""
    if isinstance(value, Instance):
        return dataclasses.replace(value, rows={key: dict(row) for key, row in value.rows.items()})
    if isinstance(value, dict):
        return {key: _copied(one) for key, one in value.items()}
    return list(value) if isinstance(value, list) else value


def aggregated(values: list[Any], function: str) -> Any:
    """One aggregate over values without nulls; None if there is none to give."""
    if function == "count":
        return len(values)
    if not values:
        return None
    match function:
        case "sum":
            return sum(values)
        case "avg":
            return sum(values) / len(values)
        case _:
            return min(values) if function == "min" else max(values)


def reference(external_id: str) -> Json:
    """A direct relation."""
    return {"space": SPACE, "externalId": external_id}


def groups(rows: list[Json], by: list[str]) -> dict[tuple[str, ...], list[Json]]:
    """Rows by the JSON of their values; null is a group of its own."""
    ordered = sorted(rows, key=lambda row: [str(row.get(key)) for key in by])
    return {
        key: list(found)
        for key, found in itertools.groupby(ordered, key=lambda row: tuple(str(row.get(key)) for key in by))
    }
