"""The core model, from the compact definition in `core.toml` to the items that the API takes."""

from __future__ import annotations

import functools
import importlib.resources
import tomllib
from typing import Any, Final

Json = dict[str, Any]

SCHEMA_SPACE: Final = "cdf_cdm"
VERSION: Final = "v1"
MODEL: Final = "CogniteCore"

_DEFAULTS: Final = {"false": False, "true": True}


class CoreModel:
    """The core model in write form.

    Attributes:
        spaces: Ids of the spaces it lies in.
        containers: Containers, as `POST /models/containers` takes them.
        views: Views, parents first.
        data_model: The model, its views by reference.
        edge_types: External ids of the types that its edges have.
    """

    def __init__(self) -> None:
        text = importlib.resources.files("pygen.system_model").joinpath("core.toml").read_text(encoding="utf-8")
        definition = tomllib.loads(text)
        self._spaces = {key: space for space, names in definition["containers"].items() for key in names}
        self.spaces = tuple(definition["containers"])
        self.containers = [
            self._container(external_id, one)
            for containers in definition["containers"].values()
            for external_id, one in containers.items()
        ]
        self.views = [self._view(external_id, one) for external_id, one in definition["views"].items()]
        self.data_model = {
            **view_id(MODEL),
            "name": "Cognite core data model",
            "views": list(map(view_id, definition["views"])),
        }
        del self.data_model["type"]

        connections = [one for view in self.views for one in view["properties"].values() if "edgeSource" in one]
        self.edge_types = tuple(dict.fromkeys(one["type"]["externalId"] for one in connections))

    def _container_id(self, external_id: str) -> Json:
        return {"type": "container", "space": self._spaces[external_id], "externalId": external_id}

    def _container(self, external_id: str, one: Json) -> Json:
        constraints: Json = {
            _constraint_name(required): {"constraintType": "requires", "require": self._container_id(required)}
            for required in one.get("requires", ())
        }
        for key, properties in one.get("unique", {}).items():
            by_space = key in one.get("in_space", ())
            constraints[key] = {"constraintType": "uniqueness", "properties": properties, "bySpace": by_space}
        indexes = {
            key: {"indexType": "btree", "properties": properties, "cursorable": key in one.get("cursorable", ())}
            for key, properties in one.get("index", {}).items()
        }
        return {
            "space": self._spaces[external_id],
            "externalId": external_id,
            "usedFor": one.get("used_for", "node"),
            "properties": {key: self._property(text) for key, text in one["properties"].items()},
            "constraints": constraints,
            "indexes": indexes,
        }

    def _property(self, text: str) -> Json:
        """A property such as `direct[100] > CogniteAsset required`."""
        first, *rest = text.split()
        name, bracket, size = first.removesuffix("]").partition("[")
        kind: Json = {"type": name}
        if bracket:
            kind |= {"list": True} | ({"maxListSize": int(size)} if size else {})
        definition: Json = {"type": kind}
        if "=" in rest:
            definition["defaultValue"] = _DEFAULTS[rest[rest.index("=") + 1]]
        if ">" in rest:
            kind["container"] = self._container_id(rest[rest.index(">") + 1])
        definition |= {"nullable": "required" not in rest, "immutable": "immutable" in rest}
        if kind["type"] == "enum":
            kind["values"] = {value: {"name": value} for value in rest if value not in ("required", "immutable")}
        return definition

    def _view(self, external_id: str, one: Json) -> Json:
        home = one.get("container", external_id)
        properties: Json = {key: self._mapped(home, key) for key in one.get("shows", ())}
        properties |= {key: self._mapped(home, text) for key, text in one.get("properties", {}).items()}
        for kind, key in (("single", "one"), ("multi", "many")):
            reverse = one.get(key, {}).items()
            properties |= {
                name: {"connectionType": f"{kind}_reverse_direct_relation", **_reverse(text)} for name, text in reverse
            }
        properties |= {key: _edge(text) for key, text in one.get("edges", {}).items()}
        view = {
            **view_id(external_id),
            "implements": list(map(view_id, one.get("implements", ()))),
            "properties": properties,
        }
        del view["type"]
        if "type" in one:
            view["filter"] = self._filter(one["has_data"], one["type"])
        return view

    def _mapped(self, home: str, text: str) -> Json:
        stored, _, target = text.partition(" > ")
        container, _, identifier = stored.rpartition(".")
        mapped: Json = {"container": self._container_id(container or home), "containerPropertyIdentifier": identifier}
        return {**mapped, "source": view_id(target)} if target else mapped

    def _filter(self, has_data: str, type_: dict[str, str]) -> Json:
        ((path, value),) = type_.items()
        container, _, identifier = path.partition(".")
        reference = [self._spaces[container], container, identifier]
        return {
            "and": [{"hasData": [self._container_id(has_data)]}, {"equals": {"property": reference, "value": value}}]
        }


@functools.cache
def core_model() -> CoreModel:
    """The core model; it is read once."""
    return CoreModel()


def view_id(external_id: str) -> Json:
    """The tagged reference of a view of the core model."""
    return {"type": "view", "space": SCHEMA_SPACE, "externalId": external_id, "version": VERSION}


def _constraint_name(container: str) -> str:
    """`describablePresent` for `CogniteDescribable`."""
    concept = container.removeprefix("Cognite")
    return f"{concept[0].lower()}{concept[1:]}Present"


def _reverse(text: str) -> Json:
    """A reverse relation such as `CogniteAsset.parent`, or `CogniteCADRevision through Cognite3DRevision.model3D`."""
    source, _, through = text.rpartition(" through ")
    view, _, identifier = through.partition(".")
    return {"source": view_id(source or view), "through": {"source": view_id(view), "identifier": identifier}}


def _edge(text: str) -> Json:
    type_, _, rest = text.partition(" > ")
    source, _, edge_source = rest.partition(" with ")
    return {
        "connectionType": "multi_edge_connection",
        "type": {"space": SCHEMA_SPACE, "externalId": type_},
        "source": view_id(source),
        "edgeSource": view_id(edge_source),
        "direction": "outwards",
    }
