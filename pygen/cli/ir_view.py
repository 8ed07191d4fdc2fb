"""An IR for people: what its views hold, and where they lead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

import msgspec
import typer

from pygen.cli.errors import harmless
from pygen.cli.options import Format
from pygen.cli.tables import show_table
from pygen_codegen.ir import (
    IRBoolean,
    IRClass,
    IRDate,
    IRDirect,
    IRDirectRelation,
    IREdge,
    IREnumReference,
    IRExternalReference,
    IRFloat,
    IRInteger,
    IRJson,
    IRList,
    IRModel,
    IRProperty,
    IRRelationship,
    IRReverse,
    IRText,
    IRTimestamp,
    IRType,
)
from pygen_runtime.errors import UsageError
from pygen_runtime.schema import ViewId

_SHOWN = 10
_VALUES = 6


def show_model(model: IRModel, format: Format) -> None:
    """Print a whole model: one row a view."""
    if format is Format.JSON:
        _show_json(model)
        return
    for each in model.data_models:
        views = f"{len(each.views)} view{'' if len(each.views) == 1 else 's'}"
        typer.echo(harmless(f"{each.id}{f', {each.name}' if each.name else ''}: {views}"))
    typer.echo()
    show_table(
        ["view", "of", "properties", "relations", "can", "implements"],
        (
            [
                str(each.id),
                {"all": "nodes, edges"}.get(each.used_for, f"{each.used_for}s"),
                str(len(each.properties)),
                str(len(each.relationships)),
                ", ".join(dict.fromkeys(method.verb for method in each.methods)),
                ", ".join(parent.external_id for parent in each.implements),
            ]
            for each in model.classes
        ),
    )


def show_view(class_: IRClass, model: IRModel, format: Format) -> None:
    """Print one view: a row for each property and each relation."""
    if format is Format.JSON:
        _show_json(class_)
        return
    typer.echo(harmless(f"{class_.id}{f', {class_.name}' if class_.name else ''}"))
    if class_.description:
        typer.echo(harmless(class_.description))
    if class_.implements:
        typer.echo(harmless(f"implements {', '.join(map(str, class_.implements))}"))
    typer.echo()
    if class_.properties:
        rows = [
            [
                each.source,
                type_text(each.type, model),
                ", ".join(_flags(each)),
                f"{each.container} {each.container_property}",
                each.description or "",
            ]
            for each in class_.properties
        ]
        show_table(["property", "type", "", "container", "description"], rows)
        typer.echo()
    if class_.relationships:
        rows = [
            [each.source, str(each.target), relation_text(each), each.description or ""]
            for each in class_.relationships
        ]
        show_table(["relation", "leads to", "through", "description"], rows)


def one_view(model: IRModel, name: str) -> IRClass:
    """The view of a name.

    Args:
        model: The model.
        name: An external id, or `space:externalId/version`.

    Raises:
        UsageError: There is no such view, or several.
    """
    found = [each for each in model.classes if name in (each.id.external_id, each.id.key, str(each.id))]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"--view {name} names {len(found)} views: {_list([each.id for each in found])}")
    raise UsageError(f"there is no view {name}; there are {_list([each.id for each in model.classes])}")


def type_text(type_: IRType, model: IRModel) -> str:
    """A type in a few words."""
    match type_:
        case IRList(item=item, max_size=most):
            text = f"list of {type_text(item, model)}{f' (at most {most})' if most is not None else ''}"
        case IRText(max_size=most):
            text = f"text of {most} bytes" if most is not None else "text"
        case IRInteger(bits=bits):
            text = f"int{bits}"
        case IRFloat(bits=bits, unit=unit):
            text = f"float{bits}{f' in {unit}' if unit else ''}"
        case IRBoolean() | IRTimestamp() | IRDate() | IRJson():
            text = str(type_.__struct_config__.tag)
        case IRExternalReference(kind=kind):
            text = f"{kind} reference"
        case IREnumReference(enum=enum):
            values = [value.source for value in model.enums[enum].values]
            text = f"one of {', '.join(values[:_VALUES])}{', …' if len(values) > _VALUES else ''}"
        case IRDirectRelation(target=target):
            text = f"relation to {target.external_id if target else 'any node'}"
        case _:
            assert_never(type_)
    return text


def relation_text(relationship: IRRelationship) -> str:
    """How a relation is followed, in a few words."""
    via = relationship.via
    match via:
        case IRDirect():
            return f"{_number(via.many)}, direct"
        case IREdge():
            seen = f", with properties of {via.edge.external_id}" if via.edge else ""
            return f"{_number(via.many)}, edges {via.type} {via.direction}{seen}"
        case IRReverse():
            of_list = ", a list" if via.through_list else ""
            return f"{_number(via.many)}, reverse of {via.through.external_id}.{via.property}{of_list}"
        case _:
            assert_never(via)


def _number(many: bool) -> str:
    return "many" if many else "one"


def _flags(property_: IRProperty) -> list[str]:
    told = {
        "required": property_.required,
        "not null": not property_.nullable and not property_.required,
        "immutable": property_.immutable,
        "auto-increment": property_.auto_increment,
        "read-only": property_.read_only,
    }
    flags = [word for word, holds in told.items() if holds]
    return flags + (
        [f"default {msgspec.json.encode(property_.default).decode()}"] if property_.default is not None else []
    )


def _show_json(value: object) -> None:
    typer.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def _list(ids: Sequence[ViewId]) -> str:
    return f"{', '.join(map(str, ids[:_SHOWN]))}{', …' if len(ids) > _SHOWN else ''}"
