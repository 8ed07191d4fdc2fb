"""What a file, and what an object in it, is: by the file's name, and by the keys that the object has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, Literal

Kind = Literal["space", "container", "view", "data model", "graphql"]
"""What a definition defines; `graphql` is a data model whose types stand in GraphQL."""

GRAPHQL_SUFFIXES = frozenset({".graphql", ".gql", ".graphqls"})
SUFFIXES = GRAPHQL_SUFFIXES | {".yaml", ".yml", ".json"}

_NAMED: Mapping[str, Kind] = {
    "space": "space",
    "container": "container",
    "view": "view",
    "datamodel": "data model",
    "graphqlschema": "graphql",
}
_OTHERS = frozenset(
    """
    3dmodel agent appversion asset cogniteasset cognitefile config cursor database datapoint dataset datatable destination
    edge event extractionpipeline file filemetadata function group instance job label location locationfilter manifest
    mapping migration model3d node notification relationship robotcapability row schedule search securitycategory sequence
    sequencerow simulator source streamlit table timeserie timeseries transformation workflow workflowtrigger
    workflowversion
    """.split()  # noqa: SIM905 - fifty words are read more easily as words than as a list
)
_GRAPHQL_TYPE = re.compile(r"^[ \t]*(?:type|interface)[ \t]+\w+[^\n{:]*\{[ \t]*(?:#.*)?$", re.MULTILINE)
_TELLING: Mapping[Kind | str, tuple[str, ...]] = {
    "an instance": ("instanceType", "sources"),
    "graphql": ("dml", "graphQlDml"),
    "data model": ("views",),
}
_BUNDLES: Mapping[str, Kind] = {
    "spaces": "space",
    "containers": "container",
    "views": "view",
    "datamodels": "data model",
    "datamodel": "data model",
}


def kind_of_file(path: PurePath) -> Kind | Literal["other"] | None:
    """What the name of a file says it holds, as in `Pump.View.yaml`, `views.yaml`, `data_model.json`; None if it says nothing.

    `other` stands for what Cognite Toolkit keeps in such files that is no part of a data model.
    """
    words = path.name.lower().split(".")
    word = _bare(words[-2]) if len(words) > 1 else ""
    if word in _NAMED:
        return _NAMED[word]
    singular = word.rstrip("s")
    if singular in _NAMED:
        return _NAMED[singular]
    is_kind = len(words) > 2 and (word in _OTHERS or singular in _OTHERS)
    return "other" if is_kind else None


def bundle_kind(key: str) -> Kind | None:
    """What stands under a key of a file that holds several lists, as `views` or `data_models`."""
    return _BUNDLES.get(_bare(key))


def is_bundle(value: Mapping[str, Any]) -> bool:
    """Whether an object only holds lists of definitions; a data model has views too, but an identifier with them."""
    return "externalId" not in value and "space" not in value and any(bundle_kind(key) for key in value)


def is_graphql(suffix: str, text: str) -> bool:
    """Whether a text is GraphQL, whatever its file is called."""
    if suffix in GRAPHQL_SUFFIXES:
        return True
    return (
        suffix != ".json"
        and not re.search(r"^(?:- )?(?:space|externalId|version):", text, re.MULTILINE)
        and bool(_GRAPHQL_TYPE.search(text))
    )


def kind_of_object(value: Mapping[str, Any], named: Kind | None) -> Kind | str:
    """What an object defines, or in words for people what it is instead.

    Args:
        value: The object.
        named: What the name of its file or the key above it says.
    """
    if named == "graphql":
        return named
    return next((kind for kind, keys in _TELLING.items() if any(key in value for key in keys)), None) or (
        _by_version(value, named) if "version" in value else _without_version(value, named)
    )


def _by_version(value: Mapping[str, Any], named: Kind | None) -> Kind:
    like_view = any(key in value for key in ("properties", "implements", "filter", "usedFor", "writable"))
    return "view" if named == "view" or like_view else "data model"


def _without_version(value: Mapping[str, Any], named: Kind | None) -> Kind | str:
    if "properties" in value:
        return "container"
    return "space" if "space" in value and "externalId" not in value else named or "something else"


def _bare(word: str) -> str:
    return word.lower().replace("_", "").replace("-", "")
