"""A plain reading of the contract (§3.3, §4.4, §6.3), written without a look at the generator: what may be written, and who sees it."""

from __future__ import annotations

import datetime
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pygen_runtime.schema import (
    Container,
    ContainerId,
    DataModel,
    EdgeWrite,
    InstanceWrite,
    MappedProperty,
    NodeId,
    PropertyType,
    ReverseConnection,
    View,
    ViewId,
)

Stored = dict[tuple[str, NodeId], dict[ContainerId, dict[str, Any]]]


def problems(model: DataModel, containers: Iterable[Container], instances: Sequence[InstanceWrite]) -> list[str]:
    """Everything that a server would refuse, and everything that contradicts the model's hints."""
    ids = Counter(key(one) for one in instances)
    found = [f"{id_} is written {times} times" for id_, times in ids.items() if times > 1]
    views = views_of(model)
    written: Stored = {}
    for one in instances:
        for source in one.sources or []:
            found += _source_problems(views, source.source, source.properties, f"{one.external_id}", written)
            if not source.properties:
                found.append(f"{one.external_id} writes nothing through {source.source}")
        written[key(one)] = stored([one], views)[key(one)]
        if isinstance(one, EdgeWrite):
            found += [
                f"{one.external_id}: no {end}" for end in (one.start_node, one.end_node) if ("node", end) not in written
            ]
    everything = written.keys()
    for one in instances:
        for source in one.sources or []:
            found += _missing_targets(source.properties, everything, one.external_id)
    return found + _repeated(containers, written) + _met_twice(model, views, written)


def expected_counts(model: DataModel, instances: Iterable[InstanceWrite], kind: str) -> dict[str, int]:
    """Instances that each view shows."""
    views = views_of(model)
    by_id = {key(one): one for one in instances}
    data = stored(by_id.values(), views)
    counts = {}
    for view in views.values():
        needed = {it.container for it in mapped(view).values()}
        counts[view.external_id] = sum(
            bool(needed or view.filter)
            and needed <= data[id_].keys()
            and (view.filter is None or holds(view.filter, one, data[id_], views))
            for id_, one in by_id.items()
            if id_[0] == kind
        )
    return counts


def holds(condition: dict[str, Any], one: InstanceWrite, data: dict[ContainerId, dict[str, Any]], views: Any) -> bool:
    """Only the operators that the models at hand use."""
    ((operator, body),) = condition.items()
    if operator == "and":
        return all(holds(part, one, data, views) for part in body)
    if operator == "hasData":
        return all(ContainerId(part["space"], part["externalId"]) in data for part in body)
    value = _value(body["property"], one, data)
    wanted = [_id(part) for part in (body["values"] if operator == "in" else [body["value"]])]
    assert operator in ("in", "equals")
    return value in wanted


def _value(property_: Sequence[str], one: InstanceWrite, data: dict[ContainerId, dict[str, Any]]) -> Any:
    if len(property_) == 2:
        assert property_[1] == "type"
        return one.type
    space, container, name = property_
    return data.get(ContainerId(space, container), {}).get(name)


def _id(value: Any) -> Any:
    return NodeId(value["space"], value["externalId"]) if isinstance(value, dict) else value


def key(one: InstanceWrite) -> tuple[str, NodeId]:
    return "edge" if isinstance(one, EdgeWrite) else "node", NodeId(one.space, one.external_id)


def views_of(model: DataModel) -> dict[ViewId, View]:
    return {view.as_id(): view for view in model.views or []}


def mapped(view: View) -> dict[str, MappedProperty]:
    return {name: it for name, it in (view.properties or {}).items() if isinstance(it, MappedProperty)}


def stored(instances: Iterable[InstanceWrite], views: dict[ViewId, View]) -> Stored:
    """What lies in each container."""
    rows: Stored = {}
    for one in instances:
        row = rows.setdefault(key(one), {})
        for source in one.sources or []:
            for name, value in source.properties.items():
                if isinstance(source.source, ContainerId):
                    row.setdefault(source.source, {})[name] = value
                else:
                    it = mapped(views[source.source])[name]
                    row.setdefault(it.container, {})[it.container_property_identifier] = value
    return rows


def _source_problems(
    views: dict[ViewId, View], source: Any, properties: dict[str, Any], who: str, before: Stored
) -> list[str]:
    if isinstance(source, ContainerId):
        return []
    known = mapped(views[source])
    found = [f"{who}: {source} has no property {name}" for name in properties.keys() - known.keys()]
    for name, it in known.items():
        if it.nullable is False and not it.auto_increment and properties.get(name) is None:
            found.append(f"{who}: required {name} is missing")
    for name, value in properties.items():
        type_ = known[name].type
        assert type_ is not None
        found += [f"{who}.{name}: {problem}" for problem in _value_problems(type_, value)]
        if type_.type == "direct" and type_.container is not None:
            for target in value if type_.list else [value]:
                if type_.container not in before.get(("node", target), {}):
                    found.append(f"{who}.{name}: {target} has no data in {type_.container} yet")
    return found


def _value_problems(type_: PropertyType, value: Any) -> list[str]:
    if type_.list:
        if not isinstance(value, list) or not value:
            return [f"{value!r} is no list with values"]
        most = type_.max_list_size or (100 if type_.type == "direct" else 1000)
        return ([f"{len(value)} values, of {most}"] if len(value) > most else []) + [
            f"{item!r} is no {type_.type}" for item in value if not _fits(type_, item)
        ]
    return [] if _fits(type_, value) else [f"{value!r} is no {type_.type}"]


def _fits(type_: PropertyType, value: Any) -> bool:
    return _TYPES[type_.type](type_, value)


def _integer(low: int, high: int) -> Callable[[PropertyType, Any], bool]:
    return lambda _, value: type(value) is int and low <= value <= high


def _is_moment(_: PropertyType, value: Any) -> bool:
    return datetime.datetime.fromisoformat(value).tzinfo is not None and len(value) == len(
        "2024-01-01T00:00:00.000+00:00"
    )


_TYPES: dict[str, Callable[[PropertyType, Any], bool]] = {
    "text": lambda type_, value: (
        isinstance(value, str)
        and "\0" not in value
        and len(value.encode()) <= (type_.max_text_size if type_.max_text_size is not None else 128_000)
    ),
    "boolean": lambda _, value: type(value) is bool,
    "float32": lambda _, value: type(value) is float and math.isfinite(value) and abs(value) < 3.4e38,
    "float64": lambda _, value: type(value) is float and math.isfinite(value),
    "int32": _integer(-(2**31), 2**31 - 1),
    "int64": _integer(-(2**63), 2**63 - 1),
    "timestamp": _is_moment,
    "date": lambda _, value: bool(datetime.date.fromisoformat(value)),
    "json": lambda _, value: isinstance(value, dict),
    "timeseries": lambda _, value: isinstance(value, str) and 0 < len(value) <= 255,
    "file": lambda _, value: isinstance(value, str) and 0 < len(value) <= 255,
    "sequence": lambda _, value: isinstance(value, str) and 0 < len(value) <= 255,
    "enum": lambda type_, value: value in (type_.values or {}) and value != type_.unknown_value,
    "direct": lambda _, value: isinstance(value, NodeId),
}


def _missing_targets(properties: dict[str, Any], there: Any, who: str) -> list[str]:
    found = []
    for name, value in properties.items():
        targets = [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, NodeId)]
        found += [f"{who}.{name}: {target} is not written" for target in targets if ("node", target) not in there]
    return found


def _repeated(containers: Iterable[Container], written: Stored) -> list[str]:
    found = []
    for container in containers:
        for name, constraint in (container.constraints or {}).items():
            if constraint.constraint_type == "uniqueness":
                rows = [row[container.as_id()] for row in written.values() if container.as_id() in row]
                members = [tuple(str(row.get(one)) for one in constraint.properties or []) for row in rows]
                whole = [values for values in members if "None" not in values]
                found += [f"{name}: {values} twice" for values, times in Counter(whole).items() if times > 1]
    return found


def _met_twice(model: DataModel, views: dict[ViewId, View], written: Stored) -> list[str]:
    found = []
    for view in model.views or []:
        for name, it in (view.properties or {}).items():
            if isinstance(it, ReverseConnection) and it.connection_type.startswith("single"):
                through = it.through.source
                if isinstance(through, ContainerId) or through not in views:
                    continue
                held = mapped(views[through])[it.through.identifier]
                meets: defaultdict[Any, int] = defaultdict(int)
                for row in written.values():
                    value = row.get(held.container, {}).get(held.container_property_identifier)
                    for target in value if isinstance(value, list) else [value] if value else []:
                        meets[target] += 1
                found += [
                    f"{view.external_id}.{name}: {target} is met {n} times" for target, n in meets.items() if n > 1
                ]
    return found
