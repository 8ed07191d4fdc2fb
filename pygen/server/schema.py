"""The schema of a project as one immutable value: spaces, containers, views, data models, and what follows from them.

A snapshot is loaded from the database and kept for as long as its sequence number is the current one. Definitions are kept in read
shape (contract §3.5, §4.5, §5), without times.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from pygen.server.system.units import Conversion
from pygen.server.values import ValueType, value_type

Json = dict[str, Any]


class ContainerKey(NamedTuple):
    """Identifies a container."""

    space: str
    external_id: str

    def __str__(self) -> str:
        return f"{self.space}:{self.external_id}"


class ViewKey(NamedTuple):
    """Identifies one version of a view or data model."""

    space: str
    external_id: str
    version: str

    def __str__(self) -> str:
        return f"{self.space}:{self.external_id}/{self.version}"


@dataclasses.dataclass(frozen=True, slots=True)
class Stamped:
    """A stored definition and its bookkeeping; times are epoch milliseconds."""

    definition: Json
    created_time: int
    last_updated_time: int
    is_global: bool

    def times(self) -> Json:
        """The bookkeeping part of every read shape."""
        return {
            "createdTime": self.created_time,
            "lastUpdatedTime": self.last_updated_time,
            "isGlobal": self.is_global,
        }


class Property:
    """One property of a container, ready for use."""

    def __init__(self, identifier: str, position: int, definition: Json) -> None:
        self.identifier = identifier
        self.position = position
        self.column = f"p{position}"
        self.type: ValueType = value_type(definition["type"])
        self.write = self.type.write
        self.is_relation = self.type.family == "direct"
        self.nullable: bool = definition["nullable"]
        self.immutable: bool = definition["immutable"]
        self.auto_increment: bool = definition["autoIncrement"]
        self.default: Any = definition.get("defaultValue")
        target = definition["type"].get("container")
        self.target = container_key(target) if target else None


class Container:
    """A container, its table and its properties.

    Columns are numbered by the property's place in the definition: identifiers of properties may differ by case alone, names of
    columns may not, and numbers need no escaping. Containers only ever grow, so a number stays.
    """

    def __init__(self, id_: int, key: ContainerKey, stored: Stamped) -> None:
        self.id = id_
        self.key = key
        self.stored = stored
        self.table = f"c{id_}"
        self.grave = f"d{id_}"
        self.words = f"s{id_}"
        self.used_for: str = stored.definition["usedFor"]
        self.constraints: Json = stored.definition.get("constraints", {})
        self.indexes: Json = stored.definition.get("indexes", {})

    @functools.cached_property
    def properties(self) -> dict[str, Property]:
        """Properties by identifier, in the order of their columns."""
        definitions = self.stored.definition["properties"]
        return {key: Property(key, position, value) for position, (key, value) in enumerate(definitions.items())}

    @functools.cached_property
    def indexed(self) -> frozenset[tuple[str, ...]]:
        """Columns of each index: those of b-trees and uniqueness, and of every single direct relation for reverse look-ups."""
        lists = [rule["properties"] for rule in self.indexes.values() if rule["indexType"] == "btree"]
        lists += [rule["properties"] for rule in self.constraints.values() if rule["constraintType"] == "uniqueness"]
        lists += [[key] for key, one in self.properties.items() if one.is_relation and not one.type.is_list]
        return frozenset(tuple(self.properties[key].column for key in keys) for keys in lists)

    @functools.cached_property
    def searched_lists(self) -> frozenset[str]:
        """Columns of lists that are searched by element: those of inverted indexes, and every list of direct relations."""
        inverted = [rule["properties"] for rule in self.indexes.values() if rule["indexType"] == "inverted"]
        relations = [key for key, one in self.properties.items() if one.is_relation]
        lists = [self.properties[key] for keys in (*inverted, relations) for key in keys]
        return frozenset(one.column for one in lists if one.type.is_list)

    def elements(self, column: str) -> str:
        """The table of the elements of a list that is searched by element."""
        return f"e{self.id}_{column}"

    def serves(self, kind: str) -> bool:
        """Whether instances of this kind, `node` or `edge`, can hold data here."""
        return self.used_for in ("all", kind)


class Mapped(NamedTuple):
    """Where a property of a view or container is stored."""

    container: Container
    property: Property


class Source:
    """What instances are written and read through: a view with everything it inherits, or a container.

    Attributes:
        mapped: Stored properties by identifier.
        containers: Containers behind them, in order of first use.
        conversions: How to convert values into the units that a request asks for, by identifier (contract §8).
        path: Space and middle key of `properties` in answers (contract §6.5).
    """

    def __init__(
        self, path: tuple[str, str], mapped: dict[str, Mapped], filter_: Json | None, *, writable: bool = True
    ) -> None:
        self.path = path
        self.mapped = mapped
        self.filter = filter_
        self.writable = writable
        self.conversions: Mapping[str, Conversion] = {}
        self.containers = tuple({one.container.key: one.container for one in mapped.values()}.values())

    def serves(self, kind: str) -> bool:
        """Whether instances of this kind can have data here."""
        return all(container.serves(kind) for container in self.containers)

    @functools.cached_property
    def shows_rows_whole(self) -> bool:
        """Whether the view shows each property of its containers, and under its own name."""
        renamed = any(identifier != one.property.identifier for identifier, one in self.mapped.items())
        return (
            not renamed
            and not self.conversions
            and len(self.mapped) == sum(len(container.properties) for container in self.containers)
        )

    def narrowed(self, identifiers: Iterable[str]) -> Source:
        """The same source with some of its properties; having data in it means what it meant."""
        narrow = Source(self.path, {one: self.mapped[one] for one in identifiers}, self.filter)
        narrow.containers = self.containers
        narrow.conversions = {key: one for key, one in self.conversions.items() if key in narrow.mapped}
        return narrow

    def converted(self, conversions: Mapping[str, Conversion]) -> Source:
        """The same source with values in other units."""
        source = self.narrowed(self.mapped)
        source.conversions = conversions
        return source

    def __str__(self) -> str:
        return f"{self.path[0]}:{self.path[1]}"


class View:
    """One version of a view as it was written, in read shape."""

    def __init__(self, key: ViewKey, stored: Stamped) -> None:
        self.key = key
        self.stored = stored
        self.parents = tuple(view_key(parent) for parent in stored.definition.get("implements", ()))
        self.own: Json = stored.definition["properties"]
        self.filter: Json | None = stored.definition.get("filter")


class DataModel:
    """One version of a data model."""

    def __init__(self, key: ViewKey, stored: Stamped) -> None:
        self.key = key
        self.stored = stored
        self.views = tuple(view_key(view) for view in stored.definition["views"])


class Schema:
    """Everything that is defined in the project at one moment."""

    def __init__(
        self,
        *,
        sequence: int,
        spaces: Mapping[str, Stamped],
        containers: Iterable[Container],
        views: Iterable[View],
        data_models: Iterable[DataModel],
    ) -> None:
        self.sequence = sequence
        self.spaces = dict(spaces)
        self.containers = {container.key: container for container in containers}
        self.views = {view.key: view for view in views}
        self.data_models = {model.key: model for model in data_models}
        self._view_sources: dict[ViewKey, Source] = {}
        self._container_sources: dict[ContainerKey, Source] = {}

    @functools.cached_property
    def global_spaces(self) -> frozenset[str]:
        """Spaces that every project has. Their instances, with row ids below 0, are shown to those who ask for the space (contract §6.5)."""
        return frozenset(space for space, stored in self.spaces.items() if stored.is_global)

    def lineage(self, view: View) -> Iterator[View]:
        """The view and all it inherits from, highest priority first; parents that no longer exist are passed over."""
        seen: set[ViewKey] = set()
        waiting = [view.key]
        while waiting:
            key = waiting.pop()
            if key in seen or (current := self.views.get(key)) is None:
                continue
            seen.add(key)
            yield current
            waiting.extend(reversed(current.parents))

    def properties_of(self, view: View, *, inherited: bool = True) -> Json:
        """Definitions of a view's properties; own ones win, then the first listed parent's (contract §4.3)."""
        if not inherited:
            return view.own
        merged: Json = {}
        for ancestor in reversed(list(self.lineage(view))):
            merged.update(ancestor.own)
        return merged

    def mapped(self, definitions: Json) -> dict[str, Mapped]:
        """Where view properties are stored; connections, and properties whose container is gone, are not."""
        found: dict[str, Mapped] = {}
        for identifier, definition in definitions.items():
            if "container" not in definition:
                continue
            container = self.containers.get(container_key(definition["container"]))
            stored = container.properties.get(definition["containerPropertyIdentifier"]) if container else None
            if container and stored:
                found[identifier] = Mapped(container, stored)
        return found

    def view_source(self, view: View) -> Source:
        """A view to read and write through."""
        source = self._view_sources.get(view.key)
        if source is None:
            mapped = self.mapped(self.properties_of(view))
            path = (view.key.space, f"{view.key.external_id}/{view.key.version}")
            source = Source(path, mapped, view.filter, writable=maps_required(mapped))
            self._view_sources[view.key] = source
        return source

    def container_source(self, container: Container) -> Source:
        """A container to write through."""
        source = self._container_sources.get(container.key)
        if source is None:
            mapped = {identifier: Mapped(container, stored) for identifier, stored in container.properties.items()}
            source = self._container_sources[container.key] = Source(
                (container.key.space, container.key.external_id), mapped, None
            )
        return source

    def newest(self, space: str, external_id: str) -> View | None:
        """The version of a view that was created last."""
        versions = [view for key, view in self.views.items() if key[:2] == (space, external_id)]
        return max(versions, key=lambda view: view.stored.created_time, default=None)


def maps_required(mapped: Mapping[str, Mapped]) -> bool:
    """Whether something is mapped, and with it every property that its rows must have (contract §4.5, `writable`)."""
    seen = {(one.container.key, one.property.identifier) for one in mapped.values()}
    containers = {one.container.key: one.container for one in mapped.values()}
    return bool(mapped) and all(
        stored.nullable or (container.key, stored.identifier) in seen
        for container in containers.values()
        for stored in container.properties.values()
    )


def container_key(reference: Mapping[str, Any]) -> ContainerKey:
    """The key in a container reference."""
    return ContainerKey(reference["space"], reference["externalId"])


def view_key(reference: Mapping[str, Any]) -> ViewKey:
    """The key in a view or data model reference."""
    return ViewKey(reference["space"], reference["externalId"], reference["version"])


def view_reference(key: ViewKey) -> Json:
    """A tagged view reference."""
    return {"type": "view", "space": key.space, "externalId": key.external_id, "version": key.version}


def container_reference(key: ContainerKey) -> Json:
    """A tagged container reference."""
    return {"type": "container", "space": key.space, "externalId": key.external_id}


def decode_definition(text: str) -> Json:
    """A stored definition."""
    definition: Json = msgspec.json.decode(text)
    return definition
