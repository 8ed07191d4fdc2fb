"""Containers as they are written, checked and brought into read shape; and what may change in them (contract §3.2 to §3.6)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from pygen.server.errors import RefusedError, not_emulated, violation
from pygen.server.identifiers import check_enum_value, check_external_id, check_property, check_rule, check_texts
from pygen.server.schema import ContainerKey, Json, container_reference
from pygen.server.units import find_unit
from pygen.server.values import MAX_TEXT_BYTES, TYPE_NAMES, value_type
from pygen_runtime.schema import Constraint, ContainerProperty, ContainerWrite, Index, PropertyType

MAX_PROPERTIES: Final = 100
_MAX_LIST_SIZE: Final = 2000
_MAX_ENUM_VALUES: Final = 32
_MAX_INDEXES: Final = 10
_MAX_CONSTRAINTS: Final = {"uniqueness": 10, "requires": 25}
_COLLATION: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,62}")
_FLOATS: Final = ("float32", "float64")
_INTEGERS: Final = ("int32", "int64")


def definition_of(item: ContainerWrite) -> Json:
    """The read shape of a container as it is written, without times.

    Raises:
        RefusedError: Something in it is not allowed.
    """
    check_external_id(item.external_id, kind="container")
    check_texts(item.name, item.description)
    if item.used_for == "record":
        raise not_emulated("containers for records")
    if item.used_for not in (None, "node", "edge", "all"):
        raise violation("usedFor must be one of node, edge, all")
    if not 1 <= len(item.properties) <= MAX_PROPERTIES:
        raise violation(f"properties size must be between 1 and {MAX_PROPERTIES}")
    definition: Json = {"space": item.space, "externalId": item.external_id}
    _set(definition, name=item.name, description=item.description)
    definition["usedFor"] = item.used_for or "node"
    definition["properties"] = {key: _property(key, value) for key, value in item.properties.items()}
    definition["constraints"] = {key: _constraint(key, value) for key, value in (item.constraints or {}).items()}
    definition["indexes"] = {key: _index(key, value) for key, value in (item.indexes or {}).items()}
    return definition


def check_rules(definition: Json) -> None:
    """Refuse constraints and indexes over properties that are not there, or cannot bear them, and too many of them."""
    properties = definition["properties"]
    rules = {**definition["constraints"], **definition["indexes"]}
    for key, rule in rules.items():
        unknown = [one for one in rule.get("properties", ()) if one not in properties]
        if unknown:
            raise RefusedError(
                f"Unknown property in '{key}' of container '{definition['externalId']}': {', '.join(unknown)}"
            )
    for key, rule in definition["indexes"].items():
        scalars = [one for one in rule["properties"] if not _is_list(properties[one]["type"])]
        if rule["indexType"] == "inverted" and scalars:
            raise RefusedError(f"The inverted index '{key}' needs list properties, unlike {', '.join(scalars)}.")
    counted = Counter(rule["constraintType"] for rule in definition["constraints"].values())
    for kind, most in _MAX_CONSTRAINTS.items():
        if counted[kind] > most:
            raise RefusedError(
                f"The container '{definition['externalId']}' has more than {most} constraints of type {kind}."
            )
    if len(definition["indexes"]) > _MAX_INDEXES:
        raise RefusedError(f"The container '{definition['externalId']}' has more than {_MAX_INDEXES} indexes.")


def _is_list(kind: Json) -> bool:
    """Whether an inverted index can be over a property of this type."""
    return bool(kind.get("list")) or kind["type"] == "json"


def merge(before: Json, after: Json, *, names_use: bool) -> Json:
    """A container after an upsert: what the new definition leaves out stays (contract §3.6).

    Args:
        before: The stored definition.
        after: The written one.
        names_use: Whether the written one names `usedFor`.

    Raises:
        RefusedError: The change would break data or readers.
    """
    where = f"container '{before['space']}:{before['externalId']}'"
    if names_use and before["usedFor"] != after["usedFor"]:
        raise RefusedError(f"Cannot change usedFor of the {where} from {before['usedFor']} to {after['usedFor']}.")
    merged = {**after, "usedFor": before["usedFor"]}
    merged["properties"] = dict(before["properties"])
    for key, new in after["properties"].items():
        old = before["properties"].get(key)
        if old is not None:
            _check_property_change(old, new, f"property '{key}' of the {where}")
        if old is None or {**old, "constraintState": new["constraintState"]} != new:
            merged["properties"][key] = new
    if len(merged["properties"]) > MAX_PROPERTIES:
        raise violation(f"properties size must be between 1 and {MAX_PROPERTIES}")
    for part in ("constraints", "indexes"):
        merged[part] = dict(before[part])
        for key, new in after[part].items():
            if key in before[part] and {**before[part][key], "state": "current"} != new:
                raise RefusedError(f"Cannot redefine '{key}' of the {where}: delete it first.")
            merged[part].setdefault(key, new)
    return merged


def _check_property_change(old: Json, new: Json, where: str) -> None:
    for key in ("type", "list", "collation", "container"):
        if old["type"].get(key) != new["type"].get(key):
            raise RefusedError(f"Cannot change '{key}' of the type of {where}.")
    if old["autoIncrement"] != new["autoIncrement"]:
        raise RefusedError(f"Cannot change autoIncrement of {where}.")
    lost = set(old["type"].get("values", ())) - set(new["type"].get("values", ()))
    if lost:
        raise RefusedError(f"Cannot remove enum values of {where}: {', '.join(sorted(lost))}.")


def _property(key: str, item: ContainerProperty) -> Json:
    check_property(key)
    check_texts(item.name, item.description)
    kind = _type(key, item.type)
    nullable = True if item.nullable is None else item.nullable
    definition: Json = {
        "type": kind,
        "nullable": nullable,
        "immutable": bool(item.immutable),
        "autoIncrement": bool(item.auto_increment),
    }
    if item.auto_increment and (kind["type"] not in _INTEGERS or kind["list"]):
        raise RefusedError(f"Property '{key}': autoIncrement needs the type int32 or int64, and no list.")
    if item.default_value is not None:
        if kind.get("list"):
            raise RefusedError(f"Property '{key}': a list has no default value.")
        try:
            definition["defaultValue"] = value_type(kind).write(item.default_value)[0]
        except ValueError as error:
            raise RefusedError(f"Invalid default value of property '{key}': {error}.") from error
    _set(definition, name=item.name, description=item.description)
    definition["constraintState"] = dict.fromkeys(_checked(definition), "current")
    return definition


def _checked(definition: Json) -> list[str]:
    """What a property's `constraintState` speaks of."""
    limits = [key for key in ("maxListSize", "maxTextSize") if key in definition["type"]]
    return limits if definition["nullable"] else ["nullability", *limits]


def _type(key: str, item: PropertyType) -> Json:
    if item.type not in TYPE_NAMES:
        raise RefusedError(f"Property '{key}' has the unknown type '{item.type[:100]}'.")
    kind: Json = {"type": item.type}
    if item.type == "enum":
        if item.list:
            raise RefusedError(f"Property '{key}': an enum cannot be a list.")
        kind |= _enum(key, item)
    else:
        kind["list"] = bool(item.list)
    if item.type == "text":
        kind["collation"] = item.collation or "ucs_basic"
        if not _COLLATION.fullmatch(kind["collation"]):
            raise RefusedError(f"Property '{key}' has the unknown collation '{kind['collation'][:100]}'.")
    _set_limits(kind, key, item)
    if item.unit is not None:
        _only_for(key, "unit", item.type, _FLOATS)
        find_unit(item.unit.external_id)
        kind["unit"] = msgspec.to_builtins(item.unit)
    if item.container is not None:
        _only_for(key, "container", item.type, ("direct",))
        kind["container"] = container_reference(ContainerKey(item.container.space, item.container.external_id))
    return kind


def _set_limits(kind: Json, key: str, item: PropertyType) -> None:
    if item.max_list_size is not None:
        if not item.list:
            raise RefusedError(f"Property '{key}': maxListSize needs a list.")
        if not 1 <= item.max_list_size <= _MAX_LIST_SIZE:
            raise violation(f"maxListSize must be between 1 and {_MAX_LIST_SIZE}")
        kind["maxListSize"] = item.max_list_size
    if item.max_text_size is not None:
        _only_for(key, "maxTextSize", item.type, ("text",))
        if not 1 <= item.max_text_size <= MAX_TEXT_BYTES:
            raise violation(f"maxTextSize must be between 1 and {MAX_TEXT_BYTES}")
        kind["maxTextSize"] = item.max_text_size


def _only_for(key: str, what: str, kind: str, kinds: tuple[str, ...]) -> None:
    if kind not in kinds:
        raise RefusedError(f"Property '{key}': {what} does not go with the type {kind}.")


def _enum(key: str, item: PropertyType) -> Json:
    values = item.values or {}
    if not 1 <= len(values) <= _MAX_ENUM_VALUES:
        raise violation(f"enum values size must be between 1 and {_MAX_ENUM_VALUES}")
    for value, shown in values.items():
        check_enum_value(value)
        if shown is not None:
            check_texts(shown.name, shown.description)
    kind: Json = {
        "values": {value: {} if shown is None else msgspec.to_builtins(shown) for value, shown in values.items()}
    }
    if item.unknown_value is not None:
        if item.unknown_value not in values:
            raise RefusedError(f"Property '{key}': unknownValue must be one of the enum's values.")
        kind["unknownValue"] = item.unknown_value
    return kind


def _constraint(key: str, item: Constraint) -> Json:
    check_rule(key)
    if item.constraint_type == "uniqueness":
        properties = _rule_properties(key, item.properties)
        return {
            "constraintType": "uniqueness",
            "properties": properties,
            "bySpace": bool(item.by_space),
            "state": "current",
        }
    if item.constraint_type != "requires" or item.require is None:
        raise RefusedError(
            f"Constraint '{key}' must be of type uniqueness with properties, or requires with a container."
        )
    required = container_reference(ContainerKey(item.require.space, item.require.external_id))
    return {"constraintType": "requires", "require": required, "state": "current"}


def _index(key: str, item: Index) -> Json:
    check_rule(key)
    properties = _rule_properties(key, item.properties)
    if item.index_type == "inverted":
        return {"indexType": "inverted", "properties": properties, "state": "current"}
    if item.index_type != "btree":
        raise RefusedError(f"Index '{key}' must be of type btree or inverted.")
    return {
        "indexType": "btree",
        "properties": properties,
        "cursorable": bool(item.cursorable),
        "bySpace": bool(item.by_space),
        "state": "current",
    }


def _rule_properties(key: str, properties: list[str] | None) -> list[str]:
    if not properties or len(properties) > 10 or len(set(properties)) != len(properties):
        raise RefusedError(f"'{key}' must name 1 to 10 different properties.")
    return properties


def _set(definition: Json, **values: Any) -> None:
    """Set what is not None."""
    definition.update({key: value for key, value in values.items() if value is not None})


def requires(definition: Mapping[str, Any]) -> list[Json]:
    """References of the containers that this one requires."""
    constraints = definition["constraints"].values()
    return [rule["require"] for rule in constraints if rule["constraintType"] == "requires"]
