"""What views refer to: other views, and containers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pygen_runtime.schema import (
    ContainerId,
    EdgeConnection,
    MappedProperty,
    ReverseConnection,
    SourceId,
    View,
    ViewId,
    ViewProperty,
)


def view_references(views: Iterable[View]) -> dict[SourceId, None]:
    """Every view and container that views inherit from, map, or lead to, in order, each once."""
    found: dict[SourceId, None] = {}
    for view in views:
        found.update(dict.fromkeys(view.implements or ()))
        for definition in (view.properties or {}).values():
            found.update(dict.fromkeys(_of_property(definition)))
    return found


def relation_targets(views: Iterable[View]) -> list[ViewId]:
    """The views that relations of views lead to or have their edges' properties in, in order, each once."""
    found: dict[ViewId, None] = {}
    for view in views:
        for definition in (view.properties or {}).values():
            through = definition.through.source if isinstance(definition, ReverseConnection) else None
            targets = [each for each in _of_property(definition) if isinstance(each, ViewId) and each is not through]
            found.update(dict.fromkeys(targets))
    return list(found)


def _of_property(definition: ViewProperty) -> Iterator[SourceId]:
    match definition:
        case MappedProperty(container=container, source=source, type=type_):
            yield container
            yield from _given(source, type_.source if type_ else None, type_.container if type_ else None)
        case EdgeConnection(source=source, edge_source=edge_source):
            yield from _given(source, edge_source)
        case ReverseConnection(source=source, through=through):
            yield from _given(source, through.source)


def _given(*references: ViewId | ContainerId | None) -> Iterator[SourceId]:
    yield from (reference for reference in references if reference is not None)
