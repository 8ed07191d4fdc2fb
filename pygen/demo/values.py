"""Values that look like something, made from a running number: the same number gives the same value.

A property's name hints at what it holds: `hubHeight` becomes 80 to 160, `email` an address, `name` "Wind turbine 17".
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pygen_runtime.schema import PropertyType

Maker = Callable[[int], Any]
"""Makes the value of the instance with this number, counted from 0."""

_MASK = (1 << 64) - 1
_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_FIRST_DAY = date(2019, 1, 1)
_FIRST_MOMENT = datetime(2024, 1, 1, tzinfo=UTC)
_MINUTES_OF_TWO_YEARS = 2 * 365 * 24 * 60

_TEXTS: dict[str, Sequence[str]] = {
    "description": (
        "As delivered",
        "Runs as planned",
        "Overhauled last year",
        "Waits for a spare part",
        "To be looked at again",
    ),
    "tags": ("north", "south", "coast", "ridge", "priority", "pilot"),
    "aliases": ("spare", "old park", "phase two", "test field"),
    "findings": ("dirt on the leading edge", "loose bolt", "oil trace", "worn seal", "nothing to report"),
    "manufacturer": ("Aeolus Works", "Zephyr Industries", "Mistral & Sons", "Borealis Turbines"),
    "operator": ("Northern Breeze", "Blue Ridge Power", "Skerry Energy", "Sirocco Renewables"),
    "country": ("Norway", "Denmark", "Scotland", "Portugal"),
    "class": ("IA", "IB", "IIA", "IIB", "IIIA", "S"),
    "unit": ("m", "kg", "MW", "degC"),
}
_NUMBERS: dict[str, tuple[float, float]] = {
    "capacity": (2, 15),
    "power": (0, 12),
    "energy": (5, 900),
    "latitude": (54, 62),
    "longitude": (4, 12),
    "elevation": (0, 400),
    "height": (80, 160),
    "length": (40, 110),
    "lengths": (0, 9),
    "weight": (60_000, 120_000),
    "temperature": (-10, 35),
    "temperatures": (-10, 35),
    "metres": (150, 2500),
    "distance": (150, 2500),
    "bearing": (0, 359),
    "voltage": (33, 400),
    "cycles": (1, 4000),
    "poles": (2, 12),
    "count": (1, 60),
    "counts": (1, 60),
    "code": (100, 599),
    "year": (1998, 2025),
    "page": (1, 40),
    "confidence": (0, 1),
    "efficiency": (0, 1),
}
_ENDS = {"to", "end", "until", "stopped", "finished", "updated"}


def words(identifier: str) -> list[str]:
    """`hubHeight` → hub, height."""
    return [word.lower() for word in _WORDS.findall(identifier)] or [identifier.lower()]


def title(identifier: str) -> str:
    """`WindTurbine` → Wind turbine."""
    return " ".join(words(identifier)).capitalize()


def salt_of(*parts: str) -> int:
    """A number of its own for each property, so that properties vary independently."""
    return zlib.crc32("/".join(parts).encode())


def mix(number: int, salt: int) -> int:
    """A number below 2**32 that looks random and is the same every time."""
    mixed = ((number + salt) * 0x9E3779B97F4A7C15) & _MASK
    mixed = ((mixed ^ (mixed >> 32)) * 0xD6E8FEB86659FD93) & _MASK
    return mixed >> 32


def single(view: str, key: str, type_: PropertyType) -> Maker | None:
    """A maker of single values.

    Args:
        view: External id of the view.
        key: The property's id in the view.
        type_: Its type; whether it is a list does not matter here.

    Returns:
        None when values of this type cannot be made from a number alone: direct relations, and types newer than pygen.
    """
    make = _SINGLE.get(type_.type)
    return make(view, key, type_) if make else None


def distinct(view: str, key: str, type_: PropertyType) -> Maker | None:
    """A maker of values that are never the same for two numbers; None when the type has too few values for that."""
    make = _DISTINCT.get(type_.type)
    return make(view, key, type_) if make else None


def several(make: Maker, most: int, salt: int) -> Maker:
    """A maker of lists of one to three values, no more than `most`, texts without repetition."""
    longest = max(1, min(3, most))

    def values(number: int) -> list[Any]:
        made = [make(number * 3 + place) for place in range(1 + mix(number, salt) % longest)]
        return list(dict.fromkeys(made)) if isinstance(made[0], str) else made

    return values


def _text(view: str, key: str, type_: PropertyType) -> Maker:
    size = type_.max_text_size
    make = _readable(view, key)
    return make if size is None else lambda number: make(number).encode()[:size].decode(errors="ignore")


def _distinct_text(view: str, key: str, type_: PropertyType) -> Maker:
    """Where it is to be cut, the end stays: the number stands there."""
    size = type_.max_text_size
    make = _numbered(f"{title(view)} ")
    return make if size is None else lambda number: make(number).encode()[-size:].decode(errors="ignore")


def _readable(view: str, key: str) -> Maker:
    hints = words(key)
    if "name" in hints:
        return _numbered(f"{title(view)} ")
    if "email" in hints:
        return lambda number: f"{words(view)[-1]}{number + 1}@example.com"
    for hint in hints:
        if hint in _TEXTS:
            return _one_of(_TEXTS[hint], salt_of(view, key))
    return _numbered(f"{title(key)} ")


def _numbered(start: str) -> Maker:
    return lambda number: f"{start}{number + 1}"


def _one_of(choices: Sequence[str], salt: int) -> Maker:
    return lambda number: choices[mix(number, salt) % len(choices)]


def _boolean(view: str, key: str, _: PropertyType) -> Maker:
    salt = salt_of(view, key)
    return lambda number: bool(mix(number, salt) & 1)


def _enum(view: str, key: str, type_: PropertyType) -> Maker | None:
    """Any of the values but the one that stands for unknown ones, which is never written (contract §3.3)."""
    choices = [value for value in type_.values or {} if value != type_.unknown_value]
    return _one_of(choices, salt_of(view, key)) if choices else None


def _decimals(view: str, key: str, type_: PropertyType) -> Maker:
    salt = salt_of(view, key)
    steps = 4 if type_.type == "float32" else 100  # quarters are exact in 32 bits
    low, high = _range_of(key, (0, 100))
    first, width = round(low * steps), round((high - low) * steps) + 1
    return lambda number: (first + mix(number, salt) % width) / steps


def _integers(view: str, key: str, _: PropertyType) -> Maker:
    salt = salt_of(view, key)
    low, high = (int(bound) for bound in _range_of(key, (0, 1000)))
    return lambda number: low + mix(number, salt) % (high - low + 1)


def _range_of(key: str, otherwise: tuple[float, float]) -> tuple[float, float]:
    return next((_NUMBERS[hint] for hint in words(key) if hint in _NUMBERS), otherwise)


def _moments(view: str, key: str, _: PropertyType) -> Maker:
    """Moments of one instance lie close together, and an end after its start."""
    salt, shared = salt_of(view, key), salt_of(view)
    later = 24 * 60 if _ENDS & set(words(key)) else 0

    def make(number: int) -> str:
        minutes = mix(number, shared) % _MINUTES_OF_TWO_YEARS + later + mix(number, salt) % 60
        return _written(_FIRST_MOMENT + timedelta(minutes=minutes))

    return make


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


def _days(view: str, key: str, _: PropertyType) -> Maker:
    salt = salt_of(view, key)
    return lambda number: (_FIRST_DAY + timedelta(days=mix(number, salt) % 2500)).isoformat()


def _objects(view: str, key: str, _: PropertyType) -> Maker:
    salt = salt_of(view, key)
    return lambda number: {"revision": number % 9 + 1, "checked": bool(mix(number, salt) & 1)}


def _outside(view: str, key: str, type_: PropertyType) -> Maker:
    """External ids of classic resources, which need not exist."""
    return _numbered(f"{type_.type}:{view}.{key}:"[:200])


_SINGLE: dict[str, Callable[[str, str, PropertyType], Maker | None]] = {
    "text": _text,
    "boolean": _boolean,
    "float32": _decimals,
    "float64": _decimals,
    "int32": _integers,
    "int64": _integers,
    "timestamp": _moments,
    "date": _days,
    "json": _objects,
    "timeseries": _outside,
    "file": _outside,
    "sequence": _outside,
    "enum": _enum,
}

_DISTINCT: dict[str, Callable[[str, str, PropertyType], Maker]] = {
    "text": _distinct_text,
    "float32": lambda *_: lambda number: number + 0.5,
    "float64": lambda *_: lambda number: number + 0.5,
    "int32": lambda *_: lambda number: 100_000 + number,
    "int64": lambda *_: lambda number: 100_000 + number,
    "timestamp": lambda *_: lambda number: _written(_FIRST_MOMENT + timedelta(seconds=number)),
    "date": lambda *_: lambda number: (date(1, 1, 1) + timedelta(days=number)).isoformat(),
    "json": lambda *_: lambda number: {"number": number},
    "timeseries": _outside,
    "file": _outside,
    "sequence": _outside,
}
