"""What the directives of the data modeling language say: their arguments, checked (contract §11.2)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pygen.errors import SourceError
from pygen.sources.graphql_types import Field, Type
from pygen_runtime.schema import Constraint, DataModelId, Index, PropertyType, UnitReference, ViewId


def view_id(type_: Type, model: DataModelId) -> ViewId:
    """The view of a type: what `@view` does not say, the model does."""
    at = type_.directives.get("view", {})
    external_id = text_argument(at, "externalId", type_.line) or text_argument(at, "name", type_.line) or type_.name
    space = text_argument(at, "space", type_.line) or model.space
    return ViewId(space, external_id, text_argument(at, "version", type_.line) or model.version)


def edge_direction(relation: Mapping[str, Any], line: int) -> Literal["outwards", "inwards"]:
    """The direction of an edge, as `@relation` says it; outwards by default."""
    direction = (text_argument(relation, "direction", line) or "OUTWARDS").lower()
    if direction == "inwards":
        return "inwards"
    if direction == "outwards":
        return "outwards"
    raise SourceError(f"line {line}: the direction is INWARDS or OUTWARDS")


def unit(field: Field) -> UnitReference | None:
    """The unit that `@unit` gives a field."""
    at = field.directives.get("unit", {})
    external_id = text_argument(at, "externalId", field.line)
    source_unit = text_argument(at, "sourceUnit", field.line)
    return UnitReference(external_id=external_id, source_unit=source_unit) if external_id else None


def default_value(field: Field, type_: PropertyType) -> Any:
    """The default of a field; `@default` spells values of all types as text."""
    value = field.directives.get("default", {}).get("value")
    if not isinstance(value, str) or type_.type in ("text", "enum", "timestamp", "date"):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value  # which the validator of the model will tell of


def indexes(settings: Mapping[str, Any], line: int) -> Iterator[tuple[str, Index]]:
    """The indexes that `@container` asks for, by their identifiers."""
    for each in _objects(settings, "indexes", line):
        kind = (text_argument(each, "indexType", line) or "BTREE").lower()
        yield (
            _identifier(each, line),
            Index(index_type=kind, properties=_fields(each, line), cursorable=each.get("cursorable") is True),
        )


def constraints(settings: Mapping[str, Any], line: int) -> Iterator[tuple[str, Constraint]]:
    """The constraints that `@container` asks for, by their identifiers."""
    for each in _objects(settings, "constraints", line):
        kind = (text_argument(each, "constraintType", line) or "UNIQUENESS").lower()
        yield _identifier(each, line), Constraint(constraint_type=kind, properties=_fields(each, line))


def _objects(settings: Mapping[str, Any], key: str, line: int) -> list[dict[str, Any]]:
    found = settings.get(key) or []
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise SourceError(f"line {line}: the {key} of @container are no list of objects")
    return found


def _identifier(each: Mapping[str, Any], line: int) -> str:
    identifier = text_argument(each, "identifier", line)
    if identifier is None:
        raise SourceError(f"line {line}: an index or constraint without identifier")
    return identifier


def _fields(each: Mapping[str, Any], line: int) -> list[str]:
    fields = each.get("fields") or []
    if not isinstance(fields, list) or not all(isinstance(name, str) for name in fields):
        raise SourceError(f"line {line}: the fields of {each.get('identifier')} are no list of names")
    return fields


def text_argument(arguments: Mapping[str, Any], key: str, line: int) -> str | None:
    """An argument that must be text, or None where it is not given."""
    value = arguments.get(key)
    if value is not None and not isinstance(value, str):
        raise SourceError(f"line {line}: {key} is not text; put it in quotes")
    return value


def number_argument(arguments: Mapping[str, Any], key: str, line: int) -> int | None:
    """An argument that must be a whole number, or None where it is not given."""
    value = arguments.get(key)
    if value is not None and not isinstance(value, int):
        raise SourceError(f"line {line}: {key} is not a whole number")
    return value
