"""What a name would like to be in each case. Pure text: who gets the name in the end is settled by `Scope`.

Every function but `human` returns an ASCII identifier for any input. It may be a keyword, so claim it in a scope that
reserves those.
"""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"(?<!\d)3D$|[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_BETWEEN = re.compile(r"[^A-Za-z0-9]+")
_NOT_OF_NAMES = re.compile(r"[^A-Za-z0-9_]+")

NAMELESS = "unnamed"
"""Stands in for a name that has no letter or digit of ASCII, not even without its accents."""

DIGIT_PREFIX = "no"
"""Put before a name that would start with a digit, as the older generator did."""


def words(source: str) -> list[str]:
    """The words of a name, as they are spelled: `getHTTP200Code` → `get`, `HTTP`, `200`, `Code`. Never empty."""
    return _prefixed(_WORD.findall(_ascii(source)))


def snake(source: str) -> str:
    """`ratedPowerKW2` → `rated_power_kw_2`, `object3D` → `object_3d`, `3DModel` → `no_3_d_model`."""
    return "_".join(words(source)).lower()


def constant(source: str) -> str:
    """`inProgress` → `IN_PROGRESS`."""
    return snake(source).upper()


def pascal(source: str) -> str:
    """`my_view` → `MyView`, `CogniteCADModel` → `CogniteCADModel`: capitals that are there stay."""
    parts = _prefixed([part for part in _BETWEEN.split(_ascii(source)) if part])
    return "".join(part[0].upper() + part[1:] for part in parts)


def camel(source: str) -> str:
    """`my_view` → `myView`, `RatedPower` → `ratedPower`, `CADModel` → `cadModel`: capitals inside stay."""
    name = pascal(source)
    first = _WORD.match(name)
    head = first.group() if first else name[:1]
    return head.lower() + name[len(head) :]


def keep(source: str) -> str:
    """As it is spelled: `ratedPower-kW` → `ratedPower_kW`, `3DModel` → `no_3DModel`."""
    name = _NOT_OF_NAMES.sub("_", _ascii(source)).strip("_") or NAMELESS
    return f"{DIGIT_PREFIX}_{name}" if name[0].isdigit() else name


def human(source: str) -> str:
    """For docstrings: `WindTurbine` → `Wind turbine`, `CogniteCADModel` → `Cognite CAD model`."""
    first, *others = _WORD.findall(_ascii(source)) or [NAMELESS]
    return " ".join([first, *(word if word.isupper() else word.lower() for word in others)])


def _ascii(source: str) -> str:
    """Accents are taken off; what ASCII cannot spell separates words."""
    if source.isascii():
        return source
    letters = (letter for letter in unicodedata.normalize("NFKD", source) if not unicodedata.combining(letter))
    return "".join(letter if letter.isascii() else " " for letter in letters)


def _prefixed(parts: list[str]) -> list[str]:
    if not parts:
        return [NAMELESS]
    return [DIGIT_PREFIX, *parts] if parts[0][0].isdigit() else parts
