"""Which views an instance belongs to, and what a view's filter demands of an instance (contract §4.4, §7).

Filters are answered with True, False or None; None means that what is known does not decide it.
"""

from __future__ import annotations

import operator as op
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec

from pygen_runtime.schema import ContainerId, DataModel, MappedProperty, NodeId, SourceId, View, ViewId

Place = tuple[ContainerId, str]
"""A container and one of its properties: where a value is stored, whatever view shows it."""


class Unknown:
    """Stands for a value that is not known; unlike None, which says that there is none."""


UNKNOWN = Unknown()


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known about an instance, or about all instances that are made in the same way.

    Attributes:
        kind: Node or edge.
        base: Fields that every instance has, as filters name them: `space`, `externalId`, `type`…
        containers: The containers that hold data of it.
        values: Stored values that are known.
        whole: All stored values are known, so that one not listed is null.
    """

    kind: Literal["node", "edge"]
    base: Mapping[str, Any]
    containers: frozenset[ContainerId]
    values: Mapping[Place, Any]
    whole: bool = False


@dataclass(kw_only=True)
class Demands:
    """What an instance must have so that a filter lets it through."""

    base: dict[str, Any] = field(default_factory=dict)
    containers: set[ContainerId] = field(default_factory=set)
    values: dict[Place, Any] = field(default_factory=dict)
    present: set[Place] = field(default_factory=set)


class Catalog:
    """The views of a model and the container properties that they show."""

    def __init__(self, model: DataModel) -> None:
        self.views: dict[ViewId, View] = {view.as_id(): view for view in model.views or []}
        self.properties: dict[Place, MappedProperty] = {}
        for view in self.views.values():
            for property in mapped(view).values():
                self.properties.setdefault(place(property), property)

    def belongs(self, view: View, facts: Facts) -> bool | None:
        """Whether such an instance is found through the view: data in all its containers, and its filter holds."""
        needed = containers_of(view)
        if view.filter is None and not needed:
            return False
        if not needed <= facts.containers:
            return False
        return True if view.filter is None else self.holds(view.filter, facts)

    def holds(self, condition: Mapping[str, Any], facts: Facts) -> bool | None:
        """Whether the filter lets such an instance through."""
        try:
            return self._holds(condition, facts)
        except (AttributeError, KeyError, TypeError, ValueError):
            return None  # not a filter that this version of the contract knows

    def _holds(self, condition: Mapping[str, Any], facts: Facts) -> bool | None:
        ((operator, body),) = condition.items()
        match operator:
            case "and":
                return _all(self._holds(part, facts) for part in body)
            case "or":
                return _not(_all(_not(self._holds(part, facts)) for part in body))
            case "not":
                return _not(self._holds(body, facts))
            case "matchAll":
                return True
            case "hasData":
                return all(self._containers(source) <= facts.containers for source in body)
        value = self._value(body["property"], facts)
        return None if value is UNKNOWN else _compare(operator, body, value)

    def demands(self, condition: Mapping[str, Any] | None) -> Demands:
        """What to give an instance so that the filter lets it through, as far as that can be said: check with `holds`."""
        demands = Demands()
        if condition is not None:
            try:
                self._demand(condition, demands)
            except (AttributeError, KeyError, TypeError, ValueError):
                return demands
        return demands

    def _demand(self, condition: Mapping[str, Any], demands: Demands) -> None:
        ((operator, body),) = condition.items()
        match operator:
            case "and":
                for part in body:
                    self._demand(part, demands)
            case "or":
                self._demand(body[0], demands)
            case "hasData":
                demands.containers.update(*(self._containers(source) for source in body))
            case "exists":
                demands.present.add(self._place(body["property"]))
            case "equals" | "prefix":
                self._demand_value(body["property"], body["value"], demands)
            case "in":
                self._demand_value(body["property"], body["values"][0], demands)
            case "containsAny" | "containsAll":
                self._demand_value(body["property"], body["values"], demands)
            case "range":
                bound = body["gte"] if "gte" in body else body["lte"]
                self._demand_value(body["property"], bound, demands)

    def _demand_value(self, property: list[str], value: Any, demands: Demands) -> None:
        if len(property) == 2:
            demands.base[property[1]] = _plain(value)
        else:
            demands.values[self._place(property)] = _plain(value)

    def _containers(self, source: Mapping[str, str]) -> frozenset[ContainerId]:
        reference: SourceId = msgspec.convert(source, SourceId)
        return frozenset({reference}) if isinstance(reference, ContainerId) else containers_of(self.views[reference])

    def _place(self, property: list[str]) -> Place:
        """Where the value of a property reference is stored (contract §7.2)."""
        space, source, identifier = property
        external_id, slash, version = source.partition("/")
        if not slash:
            return ContainerId(space, external_id), identifier
        return place(mapped(self.views[ViewId(space, external_id, version)])[identifier])

    def _value(self, property: list[str], facts: Facts) -> Any:
        if len(property) == 2:
            return facts.base.get(property[1], UNKNOWN) if property[0] == facts.kind else None
        where = self._place(property)
        if where[0] not in facts.containers:
            return None
        return facts.values.get(where, None if facts.whole and where in self.properties else UNKNOWN)


def mapped(view: View) -> dict[str, MappedProperty]:
    """The properties of a view that have values, inherited ones included."""
    properties = view.properties or {}
    return {key: value for key, value in properties.items() if isinstance(value, MappedProperty)}


def place(property: MappedProperty) -> Place:
    """Where a view's property is stored."""
    return property.container, property.container_property_identifier


def containers_of(view: View) -> frozenset[ContainerId]:
    """The containers that a view shows properties of."""
    return frozenset(property.container for property in mapped(view).values())


def _compare(operator: str, body: Mapping[str, Any], value: Any) -> bool:
    """One comparison with a value that is known; null meets none of them (contract §7.4)."""
    return value is not None and _COMPARISONS[operator](body, value)


def _within(body: Mapping[str, Any], value: Any) -> bool:
    bounds = {key: _plain(body[key]) for key in _BOUNDS if key in body}
    return all(_BOUNDS[key](value, bound) for key, bound in bounds.items())


_BOUNDS: dict[str, Callable[[Any, Any], bool]] = {"gt": op.gt, "gte": op.ge, "lt": op.lt, "lte": op.le}

_COMPARISONS: dict[str, Callable[[Mapping[str, Any], Any], bool]] = {
    "exists": lambda body, value: True,
    "equals": lambda body, value: bool(value == _plain(body["value"])),
    "in": lambda body, value: value in [_plain(one) for one in body["values"]],
    "prefix": lambda body, value: bool(value.startswith(_plain(body["value"]))),
    "containsAny": lambda body, value: any(_plain(one) in value for one in body["values"]),
    "containsAll": lambda body, value: all(_plain(one) in value for one in body["values"]),
    "range": _within,
}


def _plain(value: Any) -> Any:
    """A value to compare with: ids of nodes as such; references to other properties cannot be compared here."""
    if isinstance(value, dict):
        if value.keys() == {"space", "externalId"}:
            return NodeId(value["space"], value["externalId"])
        if value.keys() in ({"property"}, {"parameter"}):
            raise ValueError("compares with another property or a parameter")
    return value


def _not(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


def _all(answers: Iterable[bool | None]) -> bool | None:
    known = list(answers)
    if False in known:
        return False
    return None if None in known else True
