"""A small catalogue of units and quantities, and conversion between units of one quantity (contract §8)."""

from __future__ import annotations

import functools
import importlib.resources
import tomllib
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

Json = dict[str, Any]

INSTANCE_SPACE: Final = "cdf_cdm_units"
"""The space where each unit of the catalogue is a node as well."""


class Unit(NamedTuple):
    """One unit.

    A value becomes that of the quantity's base unit by `(value + offset) * multiplier`.
    """

    external_id: str
    quantity: str
    long_name: str
    symbol: str
    multiplier: float
    offset: float

    @property
    def name(self) -> str:
        """The short name, such as `DEG_C`."""
        return self.external_id.partition(":")[2].upper()

    def json(self) -> Json:
        """The unit as it is answered."""
        return {
            "externalId": self.external_id,
            "name": self.name,
            "longName": self.long_name,
            "symbol": self.symbol,
            "aliasNames": [name for name in (self.symbol, self.long_name) if name],
            "quantity": self.quantity,
            "conversion": {"multiplier": self.multiplier, "offset": self.offset},
            "source": "pygen",
            "sourceReference": "",
        }


class Conversion(NamedTuple):
    """From one unit to another: `value * factor + summand`.

    Attributes:
        unit: External id of the unit that it leads to.
    """

    unit: str
    factor: float
    summand: float

    def __call__(self, value: float) -> float:
        """A value in the other unit."""
        return value * self.factor + self.summand


class Catalogue(NamedTuple):
    """Units, and unit systems.

    Attributes:
        units: Units by external id.
        systems: By the name of a system, its unit for each quantity that it has one for.
    """

    units: Mapping[str, Unit]
    systems: Mapping[str, Mapping[str, Unit]]


@functools.cache
def catalogue() -> Catalogue:
    """The catalogue of this server."""
    text = importlib.resources.files("pygen.server.system").joinpath("units.toml").read_text(encoding="utf-8")
    units: dict[str, Unit] = {}
    si: dict[str, Unit] = {}
    imperial: dict[str, Unit] = {}
    for quantity, one in tomllib.loads(text).items():
        listed = [_unit(quantity, f"{one['id']}:{key}", value) for key, value in one["units"].items()]
        units |= {unit.external_id: unit for unit in listed}
        si[quantity] = imperial[quantity] = listed[0]
        if "imperial" in one:
            imperial[quantity] = units[f"{one['id']}:{one['imperial']}"]
    default = {**si, "Temperature": units["temperature:deg_c"], "Pressure": units["pressure:bar"]}
    return Catalogue(units, {"Default": default, "SI": si, "Imperial": imperial})


def _unit(quantity: str, external_id: str, value: list[Any]) -> Unit:
    long_name, symbol, multiplier, *offset = value
    return Unit(external_id, quantity, long_name, symbol, float(multiplier), float(sum(offset)))


def conversion(source: Unit, target: Unit) -> Conversion:
    """How to convert from one unit to another of the same quantity.

    Raises:
        ValueError: They measure different quantities.
    """
    if source.quantity != target.quantity:
        raise ValueError(
            f"the unit '{target.external_id}' measures {target.quantity}, but '{source.external_id}' measures {source.quantity}"
        )
    factor = source.multiplier / target.multiplier
    return Conversion(target.external_id, factor, source.offset * factor - target.offset)
