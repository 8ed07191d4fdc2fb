"""Builtins to definitions of the API, in read form and in write form; when they are something else, saying what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

from pygen.errors import SourceError
from pygen.mismatch import mismatch
from pygen.sources.kinds import Kind, bundle_kind, is_bundle, kind_of_object
from pygen.sources.unknown_keys import unknown_keys
from pygen_codegen.ir import Finding
from pygen_runtime.schema import Container, ContainerProperty, DataModel, DataModelId, Space, View, ViewProperty
from pygen_runtime.schema.codec import convert

T = TypeVar("T")

PYGEN_READS = "; pygen reads spaces, containers, views and data models in the API's read or write form, Cognite Toolkit's files of them, and GraphQL"
"""How errors about files of something else end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphQLModel:
    """A data model whose types stand in GraphQL, as the API answers it or as Toolkit keeps it.

    Attributes:
        id: The data model.
        text: The types; None when they stand in a file of their own.
        file: The name of that file, as far as it is said.
        name: Name of the data model.
        description: Likewise.
    """

    id: DataModelId
    text: str | None
    file: str | None
    name: str | None
    description: str | None


@dataclass(slots=True)
class Definitions:
    """What has been read so far, in its order, and what is worth telling about it."""

    spaces: list[Space] = field(default_factory=list)
    containers: list[Container] = field(default_factory=list)
    views: list[View] = field(default_factory=list)
    data_models: list[DataModel] = field(default_factory=list)
    graphql: list[GraphQLModel] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def read_definitions(content: Any, named: Kind | None = None) -> Definitions:
    """The definitions that `content` holds.

    Args:
        content: One definition, a list of them, an answer with `items`, or an object with lists under `spaces`,
            `containers`, `views` and `data_models`.
        named: What the name of the file says it holds.

    Raises:
        SourceError: A part of it is something else, or has not the shape of the contract.
    """
    definitions = Definitions()
    for value, kind in _objects(content, named):
        _READERS[kind](value, definitions)
    return definitions


def _objects(content: Any, named: Kind | None) -> Iterator[tuple[dict[str, Any], Kind]]:
    if isinstance(content, dict) and isinstance(content.get("items"), list):
        content = content["items"]
    if isinstance(content, dict) and is_bundle(content):
        for key, value in content.items():
            kind = bundle_kind(key)
            if kind is not None:
                yield from _objects(value if value is not None else [], kind)
        return
    for value in content if isinstance(content, list) else [content]:
        if not isinstance(value, dict):
            raise SourceError(f"it holds {'nothing' if value is None else 'no object'}{PYGEN_READS}")
        yield value, _kind(value, named)


def _kind(value: Mapping[str, Any], named: Kind | None) -> Kind:
    kind = kind_of_object(value, named)
    for known in _READERS:
        if kind == known:
            return known
    raise SourceError(f"it holds {kind}{PYGEN_READS}")


def _space(value: dict[str, Any], definitions: Definitions) -> None:
    place = f"space {_shown(value.get('space'))}"
    space = _converted(value, Space, f"{place}: ")
    definitions.findings += unknown_keys(value, space, place)
    definitions.spaces.append(space)


def _container(value: dict[str, Any], definitions: Definitions) -> None:
    place = f"container {_shown(value.get('externalId'))}"
    container = _whole(value, Container, ContainerProperty, place)
    definitions.findings += unknown_keys(value, container, place)
    definitions.containers.append(container)


def _view(value: dict[str, Any], definitions: Definitions) -> None:
    definitions.views.append(_read_view(value, definitions))


def _data_model(value: dict[str, Any], definitions: Definitions) -> None:
    place = f"data model {_shown(value.get('externalId'))}"
    views = value.get("views")
    if views is not None and not (isinstance(views, list) and all(isinstance(view, dict) for view in views)):
        raise SourceError(f"{place}: its views are no list of objects")
    model = _converted({**value, "views": []}, DataModel, f"{place}: ")
    definitions.findings += unknown_keys({**value, "views": []}, model, place)
    model.views = [_read_view(view, definitions) for view in views or ()]
    definitions.data_models.append(model)


def _read_view(value: dict[str, Any], definitions: Definitions) -> View:
    place = f"view {_shown(value.get('externalId'))}"
    view = _whole(_tagged(value), View, ViewProperty, place)
    definitions.findings += unknown_keys(value, view, place)
    return view


def _graphql(value: dict[str, Any], definitions: Definitions) -> None:
    place = f"data model {_shown(value.get('externalId'))}: "
    text = value.get("graphQlDml")
    dml = value.get("dml")
    if text is None and isinstance(dml, str) and "{" in dml:
        text, dml = dml, None
    model = GraphQLModel(
        id=_converted(value, DataModelId, place),
        text=_converted(text, str, place) if text is not None else None,
        file=_converted(dml, str, place) if dml is not None else None,
        name=_converted(value.get("name"), str | None, place),
        description=_converted(value.get("description"), str | None, place),
    )
    definitions.graphql.append(model)


_READERS: Mapping[Kind, Callable[[dict[str, Any], Definitions], None]] = {
    "space": _space,
    "container": _container,
    "view": _view,
    "data model": _data_model,
    "graphql": _graphql,
}


def _tagged(view: dict[str, Any]) -> dict[str, Any]:
    """The view with a tag where a view or a container may stand and the file says neither: views have a version."""
    properties = view.get("properties")
    if not isinstance(properties, dict):
        return view
    return {**view, "properties": {name: _tagged_property(definition) for name, definition in properties.items()}}


def _tagged_property(definition: Any) -> Any:
    match definition:
        case {"through": {"source": dict(source)} as through} if "type" not in source:
            tagged = {**source, "type": "view" if "version" in source else "container"}
            return {**definition, "through": {**through, "source": tagged}}
        case _:
            return definition


def _whole(value: dict[str, Any], type_: type[T], property_type: type, place: str) -> T:
    """Convert, and name the property rather than its position when that does not work."""
    properties = value.get("properties")
    if isinstance(properties, dict):
        for name, definition in properties.items():
            _converted(definition, property_type, f"{place}, property {_shown(name)}: ")
    whole: T = _converted(value, type_, f"{place}: ")
    return whole


def _converted(value: Any, type_: Any, place: str) -> Any:
    try:
        return convert(value, type_)
    except msgspec.ValidationError as error:
        number = any(f"Expected `str`, got `{word}`" in str(error) for word in ("int", "float"))
        raise SourceError(f"{place}{mismatch(error)}{'; put it in quotes' if number else ''}") from error


def _shown(name: Any) -> str:
    """A name as a message may show it."""
    text = str(name)
    return text if len(text) <= 80 and text.isprintable() else repr(text[:80])
