"""Property values: from JSON to what is stored and compared (contract §3.3, §6.9).

A value has three forms: the JSON that a request sends, the JSON that is answered (times with three digits and an offset, 32-bit floats
rounded), and the cell of the typed column that filters, sorts and aggregates read:

| type | cell |
|---|---|
| text, enum, references to classic resources | text |
| boolean, int32, int64 | integer |
| float32, float64 | real |
| timestamp | integer, milliseconds since 1970 |
| date | text, which sorts like the date |
| direct | text `space:externalId`; a space holds no colon, so this is unique, one comparison, and joins to `instance.key` |
| json | text with sorted keys, so that equal objects are equal texts |
| lists | text: JSON array of cells (floats as text, because SQLite's reading of decimals is not exact) |
"""

from __future__ import annotations

import datetime
import math
import re
import struct
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec

from pygen.server.sql import SqlValue


class InvalidValueError(ValueError):
    """A value that a property cannot have; the message says what it must be."""


Written = tuple[Any, SqlValue]
"""A value as it is answered, and its cell. A bare tuple: every written value passes through one."""


class ValueType(NamedTuple):
    """How values of one property are read, stored and compared.

    `write` takes the JSON of a request, `operand` the JSON of one filter value (one element, for lists); both raise InvalidValueError with
    a text that says what is expected. `family` says which types can be compared with each other.
    """

    name: str
    is_list: bool
    family: str
    column: str
    write: Callable[[Any], Written]
    operand: Callable[[Any], SqlValue]


MAX_TEXT_BYTES = 128_000
MAX_JSON_BYTES = 40_960
_MAX_JSON_KEYS = 256
_MAX_JSON_KEY = 128
_MAX_JSON_VALUE_BYTES = 10_240
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d(:?\d\d)?)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MILLISECOND = datetime.timedelta(milliseconds=1)
_encode = msgspec.json.Encoder(order="sorted").encode


def instance_key(space: str, external_id: str) -> str:
    """The key of an instance: `space:externalId`.

    No space holds a colon; one that a request makes up is changed into something that no space can be, lest its key be another's.
    """
    return f"{space}:{external_id}" if ":" not in space else f"{space.replace(':', chr(0))}:{external_id}"


def key_of(reference: Mapping[str, Any]) -> str:
    """The key that a direct relation stands for."""
    return instance_key(reference["space"], reference["externalId"])


def reference_of(key: str) -> dict[str, str]:
    """The direct relation that a key stands for."""
    space, _, external_id = key.partition(":")
    return {"space": space, "externalId": external_id}


def format_timestamp(milliseconds: int) -> str:
    """A timestamp as it is answered."""
    return (_EPOCH + datetime.timedelta(milliseconds=milliseconds)).isoformat(timespec="milliseconds")


def _text(limit: int) -> Callable[[Any], str]:
    checked_from = limit // 4

    def text(value: Any) -> str:
        if not isinstance(value, str):
            raise InvalidValueError("expected a string")
        if "\0" in value:
            raise InvalidValueError("a string must not contain NUL")
        if len(value) > checked_from and len(value.encode()) > limit:
            raise InvalidValueError(f"a string takes at most {limit} bytes")
        return value

    return text


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise InvalidValueError("expected true or false")
    return value


def _integer(bits: int) -> Callable[[Any], int]:
    bound = 1 << (bits - 1)

    def integer(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise InvalidValueError("expected an integer")
        if not -bound <= value < bound:
            raise InvalidValueError(f"the integer does not fit into {bits} bits")
        return value

    return integer


def _float64(value: Any) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise InvalidValueError("expected a number")
    try:
        number = float(value)
    except OverflowError as error:
        raise InvalidValueError("the number does not fit into 64 bits") from error
    if not math.isfinite(number):
        raise InvalidValueError("expected a finite number")
    return number + 0.0  # -0.0 becomes 0.0


def _float32(value: Any) -> float:
    """The nearest 32-bit float."""
    number = _float64(value)
    try:
        rounded: float = struct.unpack("<f", struct.pack("<f", number))[0]
    except OverflowError as error:
        raise InvalidValueError("the number does not fit into 32 bits") from error
    return rounded


def _shortest32(rounded: float) -> float:
    """The shortest decimal that is the same 32-bit float: 0.1 rather than 0.10000000149011612."""
    for digits in (6, 7, 8):
        candidate = float(f"{rounded:.{digits}g}")
        if struct.unpack("<f", struct.pack("<f", candidate))[0] == rounded:
            return candidate
    return float(f"{rounded:.9g}")


def _milliseconds(value: Any) -> int:
    if not isinstance(value, str) or not _TIMESTAMP.fullmatch(value):
        raise InvalidValueError("expected a timestamp such as 2026-01-02T03:04:05.678+00:00")
    try:
        moment = datetime.datetime.fromisoformat(value)
    except ValueError as error:
        raise InvalidValueError(f"the timestamp is not in the calendar: {error}") from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.UTC)
    return (moment - _EPOCH) // _MILLISECOND


def _timestamp(value: Any) -> Written:
    milliseconds = _milliseconds(value)
    try:
        return format_timestamp(milliseconds), milliseconds
    except OverflowError as error:
        raise InvalidValueError("the timestamp is not in the years 0001 to 9999") from error


def _date(value: Any) -> str:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise InvalidValueError("expected a date such as 2026-01-02")
    try:
        return datetime.date.fromisoformat(value).isoformat()
    except ValueError as error:
        raise InvalidValueError(f"the date is not in the calendar: {error}") from error


def _reference(value: Any) -> dict[str, str]:
    if isinstance(value, dict) and len(value) == 2:
        space, external_id = value.get("space"), value.get("externalId")
        if isinstance(space, str) and isinstance(external_id, str) and ":" not in space and external_id:
            return {"space": space, "externalId": external_id}
    raise InvalidValueError('expected a direct relation, {"space": ..., "externalId": ...}')


def _json(value: Any) -> str:
    if not isinstance(value, dict):
        raise InvalidValueError("expected a JSON object")
    if len(value) > _MAX_JSON_KEYS:
        raise InvalidValueError(f"a JSON object has at most {_MAX_JSON_KEYS} pairs")
    try:
        parts = [(key, len(_encode(part))) for key, part in value.items()]
        text = _encode(value).decode()
    except RecursionError as error:
        raise InvalidValueError("the JSON object is nested too deeply") from error
    if any(len(key) > _MAX_JSON_KEY for key, _ in parts):
        raise InvalidValueError(f"a key of a JSON object has at most {_MAX_JSON_KEY} characters")
    if any(size > _MAX_JSON_VALUE_BYTES for _, size in parts):
        raise InvalidValueError(f"a value in a JSON object takes at most {_MAX_JSON_VALUE_BYTES} bytes")
    if len(text.encode()) > MAX_JSON_BYTES:
        raise InvalidValueError(f"a JSON object takes at most {MAX_JSON_BYTES} bytes")
    return text


def _enum(values: Mapping[str, Any], unknown: str | None) -> Callable[[Any], str]:
    allowed = frozenset(values) - {unknown}
    listed = ", ".join(value for value in values if value != unknown)

    def enum(value: Any) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise InvalidValueError(f"expected one of the enum values {listed}")
        return value

    return enum


def _same(read: Callable[[Any], Any]) -> Callable[[Any], Written]:
    """Answer and cell are the same."""

    def write(value: Any) -> Written:
        result = read(value)
        return result, result

    return write


def _write_float32(value: Any) -> Written:
    rounded = _float32(value)
    return _shortest32(rounded), rounded


def _write_reference(value: Any) -> Written:
    reference = _reference(value)
    return reference, f"{reference['space']}:{reference['externalId']}"


def _write_json(value: Any) -> Written:
    return value, _json(value)


def _operand_enum(value: Any) -> str:
    """Filters may name values that the enum does not have; nothing equals them."""
    if not isinstance(value, str):
        raise InvalidValueError("expected a string")
    return value


class _Scalar(NamedTuple):
    family: str
    column: str
    write: Callable[[Any], Written]
    operand: Callable[[Any], SqlValue]


def _plain(family: str, column: str, read: Callable[[Any], Any]) -> _Scalar:
    return _Scalar(family, column, _same(read), read)


_any_text = _text(MAX_TEXT_BYTES)
_SCALARS: dict[str, _Scalar] = {
    "boolean": _plain("boolean", "INTEGER", _boolean),
    "int32": _plain("number", "INTEGER", _integer(32)),
    "int64": _plain("number", "INTEGER", _integer(64)),
    "float32": _Scalar("number", "REAL", _write_float32, _float32),
    "float64": _plain("number", "REAL", _float64),
    "timestamp": _Scalar("timestamp", "INTEGER", _timestamp, _milliseconds),
    "date": _plain("date", "TEXT", _date),
    "json": _Scalar("json", "TEXT", _write_json, _json),
    "direct": _Scalar("direct", "TEXT", _write_reference, lambda value: key_of(_reference(value))),
    "timeseries": _plain("text", "TEXT", _any_text),
    "file": _plain("text", "TEXT", _any_text),
    "sequence": _plain("text", "TEXT", _any_text),
}

TYPE_NAMES = frozenset({*_SCALARS, "text", "enum"})


def _scalar(definition: Mapping[str, Any]) -> _Scalar:
    kind = definition["type"]
    if kind == "text":
        read = _text(min(definition.get("maxTextSize") or MAX_TEXT_BYTES, MAX_TEXT_BYTES))
        return _Scalar("text", "TEXT", _same(read), _any_text)
    if kind == "enum":
        return _Scalar(
            "text", "TEXT", _same(_enum(definition["values"], definition.get("unknownValue"))), _operand_enum
        )
    return _SCALARS[kind]


def list_limit(definition: Mapping[str, Any]) -> int:
    """The most elements that a list property takes."""
    default = 100 if definition["type"] == "direct" else 1000
    return int(definition.get("maxListSize") or default)


def value_type(definition: Mapping[str, Any]) -> ValueType:
    """The value type of a property from its type object (contract §3.3), which must have been checked."""
    kind, scalar = definition["type"], _scalar(definition)
    if not definition.get("list"):
        return ValueType(kind, is_list=False, **scalar._asdict())
    limit = list_limit(definition)
    real = scalar.column == "REAL"

    def write(value: Any) -> Written:
        if not isinstance(value, list):
            raise InvalidValueError("expected a list")
        if len(value) > limit:
            raise InvalidValueError(f"a list of this property has at most {limit} elements")
        written = [scalar.write(element) for element in value]
        cells = [repr(cell) if real else cell for _, cell in written]
        if scalar.family == "boolean":
            cells = [int(bool(cell)) for cell in cells]
        text = _encode(cells).decode()
        if scalar.family == "json" and sum(len(str(cell).encode()) for cell in cells) > MAX_JSON_BYTES:
            raise InvalidValueError(f"a list of JSON objects takes at most {MAX_JSON_BYTES} bytes")
        return [answer for answer, _ in written], text

    def operand(value: Any) -> SqlValue:
        cell = scalar.operand(value)
        return repr(cell) if real else cell

    return ValueType(kind, is_list=True, family=scalar.family, column="TEXT", write=write, operand=operand)


TEXT = value_type({"type": "text"})
INT64 = value_type({"type": "int64"})
DIRECT = value_type({"type": "direct"})
