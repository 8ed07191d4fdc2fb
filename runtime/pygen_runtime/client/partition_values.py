"""Values as places on a line, so that a value between two others can be named: where a scan may be cut.

What is named here only decides how even the partitions of a scan are, never what is in them.
"""

from __future__ import annotations

import datetime
import string
from collections.abc import Callable
from fractions import Fraction
from math import floor
from typing import Any, NamedTuple

from pygen_runtime.client.partition import KeyKind

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MILLISECOND = datetime.timedelta(milliseconds=1)
_DEPTH = 12  # characters after what the texts begin with in common: 10^12 places if they are digits
_OTHERS = 64  # characters to tell apart that are neither ASCII letters nor digits


class Scale(NamedTuple):
    """One line of values.

    Attributes:
        place: Where a value stands; raises a TypeError, ValueError or OverflowError for what is no such value.
        value: The value at a place, or just below it, as filters write it.
    """

    place: Callable[[Any], Fraction]
    value: Callable[[Fraction], Any]


def scale_between(kind: KeyKind, low: Any, high: Any) -> Scale:
    """The line that values of a kind stand on.

    Args:
        kind: The kind.
        low: A value, as the API writes it.
        high: Another one. For texts the line is made for those between the two.

    Raises:
        TypeError: These are no values of the kind.
    """
    match kind:
        case "text":
            return _texts(_one(str, low), _one(str, high))
        case "integer":
            return Scale(lambda value: Fraction(_one(int, value)), floor)
        case "float":
            return Scale(lambda value: Fraction(_one((int, float), value)), float)
        case "timestamp":
            return Scale(_milliseconds, lambda place: _iso(floor(place)))
        case "date":
            return Scale(
                lambda value: Fraction(datetime.date.fromisoformat(value).toordinal()),
                lambda place: datetime.date.fromordinal(floor(place)).isoformat(),
            )


def _one(kind: type[Any] | tuple[type[Any], ...], value: object) -> Any:
    if not isinstance(value, kind):
        raise TypeError(f"{value!r} is something else")
    return value


def _milliseconds(text: str) -> Fraction:
    moment = datetime.datetime.fromisoformat(text)
    moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=datetime.UTC)
    return Fraction((moment - _EPOCH) // _MILLISECOND)


def _iso(milliseconds: int) -> str:
    return (_EPOCH + milliseconds * _MILLISECOND).isoformat(timespec="milliseconds")


def _texts(low: str, high: str) -> Scale:
    """Texts as numbers: after what both begin with, each character is a digit, and where a text has ended there are zeros."""
    start = _common(low, high)
    alphabet = _alphabet(low[start : start + _DEPTH] + high[start : start + _DEPTH])
    digits = {character: number for number, character in enumerate(alphabet)}
    base = len(alphabet)

    def place(text: str) -> Fraction:
        found = 0
        for number in range(start, start + _DEPTH):
            found = found * base + (digits[text[number]] if number < len(text) else 0)
        return Fraction(found)

    def value(place: Fraction) -> str:
        rest, found = floor(place), ""
        for _ in range(_DEPTH):
            rest, digit = divmod(rest, base)
            found = alphabet[digit] + found
        return low[:start] + found.rstrip(alphabet[0])

    return Scale(place, value)


def _common(low: str, high: str) -> int:
    """How many characters two texts begin with in common."""
    pairs = enumerate(zip(low, high, strict=False))
    return next((number for number, (one, other) in pairs if one != other), min(len(low), len(high)))


def _alphabet(met: str) -> list[str]:
    """The characters that texts between may have, in order: what was met, and its relatives."""
    found = set(met)
    digits = found & set(string.digits)
    for letters in (string.ascii_lowercase, string.ascii_uppercase):
        if own := found & set(letters):
            hexadecimal = digits and own <= set(letters[:6])
            found |= set(letters[:6] if hexadecimal else letters)
    found |= set(string.digits if digits else "")
    others = sorted(ord(one) for one in met if not (one.isascii() and one.isalnum()))
    if others:
        step = (others[-1] - others[0]) // _OTHERS + 1
        found |= {chr(code) for code in range(others[0], others[-1], step) if not 0xD800 <= code <= 0xDFFF}
    return sorted(found)
