"""Units: the endpoints, and reading values in other units than they are stored in (contract §8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from pygen.server.calls import Call
from pygen.server.definitions import texts
from pygen.server.errors import RefusedError, violation
from pygen.server.schema import Json, Mapped, Source
from pygen.server.system.units import Conversion, Unit, catalogue, conversion

_MAX_TARGETS: Final = 10


def list_(_call: Call) -> Json:
    """`GET /units`: all of them at once."""
    return {"items": [unit.json() for unit in catalogue().units.values()]}


def by_id(call: Call) -> Json:
    """`GET /units/{externalId}`."""
    return {"items": [find_unit(call.path["externalId"]).json()]}


def by_ids(call: Call) -> Json:
    """`POST /units/byids`: in the order of the request; unknown ones are refused unless `ignoreUnknownIds`."""
    wanted = [texts(item, "externalId")[0] for item in call.items(at_most=1000)]
    known = catalogue().units
    unknown = [external_id for external_id in dict.fromkeys(wanted) if external_id not in known]
    if unknown and call.json().get("ignoreUnknownIds") is not True:
        missing = [{"externalId": external_id} for external_id in unknown]
        raise RefusedError(f"Units not found: {', '.join(map(repr, unknown))[:1000]}", missing=missing)
    return {"items": [known[external_id].json() for external_id in wanted if external_id in known]}


def systems(_call: Call) -> Json:
    """`GET /units/systems`."""
    return {"items": [{"name": name, "quantities": _quantities(units)} for name, units in catalogue().systems.items()]}


def _quantities(units: Any) -> list[Json]:
    return [{"name": quantity, "unitExternalId": unit.external_id} for quantity, unit in units.items()]


def find_unit(external_id: str) -> Unit:
    """A unit of the catalogue.

    Raises:
        RefusedError: There is no such unit.
    """
    unit = catalogue().units.get(external_id)
    if unit is None:
        raise RefusedError(f"Unknown unit '{external_id[:300]}'.", missing=[{"externalId": external_id[:300]}])
    return unit


def in_units(source: Source, requested: Sequence[Any] | None) -> Source:
    """The source, its values read in the units that a request's `targetUnits` ask for.

    Raises:
        RefusedError: There are too many, or one names no property with a unit, no unit, or one of another quantity.
    """
    if not requested:
        return source
    if len(requested) > _MAX_TARGETS:
        raise violation(f"targetUnits size must be between 0 and {_MAX_TARGETS}")
    conversions: dict[str, Conversion] = {}
    for target in requested:
        identifier, unit = _target(target)
        mapped = source.mapped.get(identifier)
        if mapped is None:
            raise RefusedError(f"Unknown property '{identifier[:300]}' of '{source}' in targetUnits.")
        found = _conversion(identifier, mapped, unit)
        if found is not None:
            conversions[identifier] = found
    return source.converted(conversions)


def _target(target: Any) -> tuple[str, Json]:
    unit = target.get("unit") if isinstance(target, dict) else None
    if not isinstance(unit, dict) or not isinstance(target.get("property"), str):
        raise RefusedError("Every item of targetUnits must have a property and a unit.")
    return target["property"], unit


def _conversion(identifier: str, mapped: Mapped, wanted: Json) -> Conversion | None:
    """How to read one property; None if its unit system has no unit for the quantity."""
    stored = mapped.container.stored.definition["properties"][mapped.property.identifier]["type"].get("unit")
    if stored is None:
        raise RefusedError(f"The property '{identifier}' has no unit, so it cannot be converted.")
    source = find_unit(stored["externalId"])
    external_id, system = wanted.get("externalId"), wanted.get("unitSystemName")
    if isinstance(external_id, str):
        target: Unit | None = find_unit(external_id)
    elif isinstance(system, str) and system in catalogue().systems:
        target = catalogue().systems[system].get(source.quantity)
    else:
        raise RefusedError(
            f"The unit of '{identifier}' must have an externalId, or a unitSystemName: {', '.join(catalogue().systems)}."
        )
    try:
        return None if target is None else conversion(source, target)
    except ValueError as error:
        raise RefusedError(f"Cannot convert the property '{identifier}': {error}.") from error
