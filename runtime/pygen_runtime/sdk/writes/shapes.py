"""What a write class says of its fields, learnt once from its annotations and from the class that the view is read by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, get_args, get_origin

import msgspec

from pygen_runtime.schema import ViewId
from pygen_runtime.sdk.instances.via import Direct, Edges
from pygen_runtime.sdk.relations.descriptor import relations


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyField:
    """A field that writes a property.

    Attributes:
        name: The field.
        source: The property in the view.
        held: The field of the read class that holds its value.
        type: As it is annotated.
        kinds: The write classes that may stand in it; none unless it is a relation.
        many: Whether it takes a list.
        required: Whether an instance cannot be created without it.
    """

    name: str
    source: str
    held: str
    type: Any
    kinds: tuple[type[Any], ...]
    many: bool
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeField:
    """A field that writes edges.

    Attributes:
        name: The field.
        via: Type and direction of the edges.
        kinds: The write classes of nodes and edges that may stand in it.
        many: Whether it takes a list.
    """

    name: str
    via: Edges
    kinds: tuple[type[Any], ...]
    many: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A write class.

    Attributes:
        view: What it writes through; None for bare edges.
        properties: Its properties.
        edges: Its edges.
        ends: Of an edge class: end → the write classes that may stand there.
    """

    view: ViewId | None
    properties: tuple[PropertyField, ...]
    edges: tuple[EdgeField, ...]
    ends: dict[str, tuple[type[Any], ...]]


@cache
def shape_of(kind: type[Any]) -> Shape:
    """What the fields of a write class are."""
    read = kind.READ
    sources = {one.name: one.encode_name for one in msgspec.structs.fields(read)}
    ways = {name: relation.via for name, relation in relations(read).items()}
    properties: list[PropertyField] = []
    edges: list[EdgeField] = []
    ends: dict[str, tuple[type[Any], ...]] = {}
    for one in msgspec.structs.fields(kind):
        kinds, many = tuple(_write_classes(one.type)), _takes_list(one.type)
        via = ways.get(one.name)
        if one.name in _ENDS:
            ends[one.name] = kinds
        elif isinstance(via, Edges):
            edges.append(EdgeField(name=one.name, via=via, kinds=kinds, many=many))
        elif one.name not in _OF_EVERY_INSTANCE:
            held = via.field if isinstance(via, Direct) else one.name
            properties.append(
                PropertyField(
                    name=one.name,
                    source=sources[held],
                    held=held,
                    type=one.type,
                    kinds=kinds,
                    many=many,
                    required=one.required,
                )
            )
    return Shape(view=read.VIEW, properties=tuple(properties), edges=tuple(edges), ends=ends)


def _takes_list(annotation: Any) -> bool:
    return get_origin(annotation) in (list, Sequence) or any(map(_takes_list, get_args(annotation)))


def _write_classes(annotation: Any) -> Iterator[type[Any]]:
    """The write classes in an annotation, however deep."""
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct) and hasattr(annotation, "READ"):
        yield annotation
    for argument in get_args(annotation):
        yield from _write_classes(argument)


_ENDS = ("start_node", "end_node")
_OF_EVERY_INSTANCE = frozenset({"space", "external_id", "existing_version", "node_type", "edge_type"})
