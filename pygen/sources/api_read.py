"""Builtins to a data model, when they are what the API answers; when they are something else, saying what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from pygen.errors import SourceError
from pygen_runtime.schema import DataModel, View, ViewProperty
from pygen_runtime.schema.codec import convert

SUPPORTED = "a data model as the API answers it with inlineViews=true, in YAML or JSON"
"""What a model file holds, as error messages say it."""

_REFERENCE_KEYS = frozenset({"type", "space", "externalId", "version"})


def read_data_model(content: Any) -> DataModel:
    """The data model that `content` describes.

    Args:
        content: A data model in the API's read form, a list of one, or an object with such a list as `items`.

    Returns:
        The data model, with at least one view.

    Raises:
        SourceError: It is something else, or a part of it has not the shape of the contract.
    """
    model = _only_item(content)
    found = _what_it_is(model)
    if found is not None:
        raise SourceError(f"it holds {found}; pygen reads {SUPPORTED}")
    try:
        return convert(model, DataModel)
    except msgspec.ValidationError as error:
        raise SourceError(_explain(model, error)) from error


def _only_item(content: Any) -> Any:
    if isinstance(content, dict) and isinstance(content.get("items"), list):
        content = content["items"]
    if not isinstance(content, list):
        return content
    if not content:
        raise SourceError("it holds an empty list: the server knew no such data model")
    if len(content) > 1 and all(_what_it_is(item) is None for item in content):
        names = ", ".join(f"{item.get('externalId')} version {item.get('version')}" for item in content)
        raise SourceError(f"it holds {len(content)} data models ({names}); keep the one you want")
    return content[0]


def _what_it_is(value: Any) -> str | None:
    """None for a data model in read form, else what this is instead."""
    if not isinstance(value, dict):
        return "nothing" if value is None else "no object"
    if any("{{" in str(value.get(key)) for key in ("space", "externalId", "version")):
        return "a template: fill in its {{ placeholders }} first"
    for described, tell in _OTHERS.items():
        if tell(value):
            return described
    return _what_views_are(value.get("views"))


_OTHERS: dict[str, Callable[[Mapping[str, Any]], bool]] = {
    "a data model in GraphQL": lambda value: "dml" in value or "graphQlDml" in value,
    "an instance": lambda value: "instanceType" in value or "sources" in value,
    "a view, not a data model": lambda value: "views" not in value and ("implements" in value or _is_view(value)),
    "a container, not a data model": lambda value: "views" not in value and "properties" in value,
    "no data model: there are no views": lambda value: "views" not in value,
}


def _is_view(value: Mapping[str, Any]) -> bool:
    return "properties" in value and "version" in value


def _what_views_are(views: Any) -> str | None:
    if not views:
        return "a data model without views"
    if not isinstance(views, list) or not all(isinstance(view, dict) for view in views):
        return "a data model whose views are no list of objects"
    if any(view.keys() <= _REFERENCE_KEYS for view in views):
        return "a data model that only refers to its views"
    if any(
        "container" in definition and "type" not in definition for view in views for _, definition in _entries(view)
    ):
        return "a data model in write form (its properties have no types)"
    return None


def _entries(view: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    properties = view.get("properties")
    if isinstance(properties, dict):
        yield from ((name, definition) for name, definition in properties.items() if isinstance(definition, dict))


def _explain(model: dict[str, Any], error: msgspec.ValidationError) -> str:
    """The error, with view and property by name rather than by position."""
    place, error = _narrow(model, error)
    hint = ""
    if "Expected `str`, got `int`" in str(error) or "Expected `str`, got `float`" in str(error):
        hint = "; put it in quotes"
    return f"{place}{error}{hint}"


def _narrow(model: dict[str, Any], error: msgspec.ValidationError) -> tuple[str, msgspec.ValidationError]:
    for view in model["views"]:
        problem = _problem(view, View)
        if problem is None:
            continue
        name = f"view {view.get('externalId')}"
        for key, definition in _entries(view):
            inner = _problem(definition, ViewProperty)
            if inner is not None:
                return f"{name}, property {key}: ", inner
        return f"{name}: ", problem
    return "", error


def _problem(value: Any, type_: type) -> msgspec.ValidationError | None:
    try:
        convert(value, type_)
    except msgspec.ValidationError as error:
        return error
    return None
