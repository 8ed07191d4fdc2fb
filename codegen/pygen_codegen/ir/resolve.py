"""Views in write form to views in read form: what the API does before it answers (contract §4.2 to §4.5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeGuard

import msgspec

from pygen_codegen.ir.findings import Finding, Findings
from pygen_codegen.ir.graph import components
from pygen_codegen.ir.identifiers import legal_view, shown
from pygen_runtime.schema import (
    Container,
    ContainerId,
    ContainerWrite,
    EdgeConnection,
    MappedProperty,
    PropertyType,
    ReverseConnection,
    View,
    ViewId,
    ViewProperty,
    ViewWrite,
)

_KEEP_FIRST = "the first is used"

Properties = Mapping[str, ViewProperty]


class Resolved(msgspec.Struct, frozen=True):
    """Views in read form, and what was missing on the way.

    Attributes:
        views: The views, in their order, each once.
        findings: What was missing, or came twice.
    """

    views: tuple[View, ...]
    findings: tuple[Finding, ...]


def resolve(views: Iterable[ViewWrite], containers: Iterable[ContainerWrite]) -> Resolved:
    """Views as the API would answer them, from what was sent to it.

    A view has the properties of its parents, then its own; of two parents the first in `implements` counts, and the view's
    own count most. Views that inherit from one another keep what is their own. A mapped property takes its type and flags from its container, its name and description as well unless it
    has its own; the target of a direct relation moves into its type.

    Args:
        views: All views that are known, in either form. Those that are in read form stay as they are.
        containers: The containers that the others map. A property of a container that is missing keeps no type.

    Returns:
        The views in read form; the times of those that were not are 0.
    """
    findings = Findings()
    known: dict[ViewId, ViewWrite] = {}
    for view in views:
        if _differs(view, known.setdefault(view.as_id(), view)):
            message = (
                f"the view {shown(str(view.as_id()))} comes twice, and differs; keep one of them, or retrieve it anew"
            )
            findings.add("view-conflict", message, _KEEP_FIRST, view=legal_view(view.as_id()))
    stored: dict[ContainerId, ContainerWrite] = {}
    for container in containers:
        if _differs(container, stored.setdefault(container.as_id(), container)):
            message = f"the container {shown(str(container.as_id()))} comes twice, and differs; keep one of them"
            findings.add("container-conflict", message, _KEEP_FIRST)
    schema = _Schema(known, stored, findings)
    return Resolved(tuple(map(schema.view, known.values())), findings.all())


class _Schema:
    """Everything that is known, and the properties of each view once they are worked out."""

    def __init__(
        self,
        views: Mapping[ViewId, ViewWrite],
        containers: Mapping[ContainerId, ContainerWrite],
        findings: Findings,
    ) -> None:
        self._views = views
        self._containers = containers
        self._findings = findings
        self._properties: dict[ViewId, Properties] = {}
        self._shown = {
            (each.container, each.container_property_identifier): each.type
            for _, view in sorted(views.items())  # in an order of their own, should they contradict one another
            for _, each in sorted((view.properties or {}).items())
            if isinstance(each, MappedProperty) and each.type is not None
        }
        for component in components({id: view.implements or () for id, view in views.items()}):  # parents come first
            ring = set(component)
            for id in component:
                parents = [each for each in views[id].implements or () if each not in ring]
                self._properties[id] = self._gathered(views[id], parents)

    def view(self, view: ViewWrite) -> View:
        """One view in read form."""
        if _is_read(view):
            return self._completed(view)
        for parent in view.implements or ():
            if parent not in self._views and legal_view(parent) and legal_view(view.as_id()):
                message = f"the view {view.as_id()} inherits from {parent}, which was not given"
                self._findings.add("missing-parent", message, "what it inherits is left out", view=view.as_id())
        properties = {name: self._read(each) for name, each in self._properties[view.as_id()].items()}
        mapped = [each for each in properties.values() if isinstance(each, MappedProperty)]
        containers = {each.container for each in mapped}
        return View(
            **{name: getattr(view, name) for name in ViewWrite.__struct_fields__ if name != "properties"},
            properties=properties,
            writable=self._maps_required(mapped),
            queryable=view.filter is not None or bool(mapped),
            used_for=self._used_for(containers),
            mapped_containers=sorted(containers),
        )

    def _completed(self, view: View) -> View:
        """A view in read form, with what it inherits even if it was read without, and with what older answers lack."""
        properties = {name: self._read(each) for name, each in self._properties[view.as_id()].items()}
        return msgspec.structs.replace(view, properties=properties) if properties != view.properties else view

    def _gathered(self, view: ViewWrite, parents: Iterable[ViewId]) -> Properties:
        inherited: dict[str, ViewProperty] = {}
        for parent in parents:
            for name, prop in self._properties.get(parent, {}).items():
                inherited.setdefault(name, prop)
        return {**inherited, **(view.properties or {})}

    def _read(self, prop: ViewProperty) -> ViewProperty:
        match prop:
            case MappedProperty():
                return self._mapped(prop)
            case EdgeConnection():
                return msgspec.structs.replace(
                    prop,
                    connection_type=prop.connection_type or "multi_edge_connection",
                    direction=prop.direction or "outwards",
                )
            case ReverseConnection(targets_list=None):
                return msgspec.structs.replace(prop, targets_list=self._targets_list(prop))
            case _:
                return prop

    def _mapped(self, prop: MappedProperty) -> MappedProperty:
        container = self._containers.get(prop.container)
        stored = container.properties.get(prop.container_property_identifier) if container else None
        if prop.type is not None or stored is None:
            return prop
        type_ = stored.type
        if type_.type == "direct":
            type_ = msgspec.structs.replace(type_, source=prop.source)
        return msgspec.structs.replace(
            prop,
            source=None,
            type=type_,
            nullable=stored.nullable is not False,
            immutable=stored.immutable is True,
            auto_increment=stored.auto_increment is True,
            default_value=stored.default_value,
            name=prop.name if prop.name is not None else stored.name,
            description=prop.description if prop.description is not None else stored.description,
        )

    def _targets_list(self, prop: ReverseConnection) -> bool:
        """Whether the direct relation that a reverse relation goes through is a list; False when nothing says so."""
        through = prop.through
        if isinstance(through.source, ContainerId):
            return _is_list(self._stored_type(through.source, through.identifier))
        # A parent that is not known gives the property to `source`, which may be.
        for view in (through.source, prop.source):
            forward = self._properties.get(view, {}).get(through.identifier)
            if isinstance(forward, MappedProperty):
                stored = self._stored_type(forward.container, forward.container_property_identifier)
                return _is_list(forward.type or stored)
        return False

    def _stored_type(self, container: ContainerId, identifier: str) -> PropertyType | None:
        """The type of a container's property, from the container or from a view in read form that shows it."""
        found = self._containers.get(container)
        stored = found.properties.get(identifier) if found else None
        return stored.type if stored else self._shown.get((container, identifier))

    def _used_for(self, containers: Iterable[ContainerId]) -> str:
        """What a view can be used for, by its containers: anything, unless one of them says otherwise."""
        uses = {self._containers[each].used_for or "node" for each in containers if each in self._containers}
        return next((use for use in ("record", "edge", "node") if use in uses), "all")

    def _maps_required(self, mapped: Sequence[MappedProperty]) -> bool:
        """Whether something is mapped, and with it every property that its containers require (contract §4.5)."""
        seen = {(each.container, each.container_property_identifier) for each in mapped}
        containers = {each.container for each in mapped}
        return bool(mapped) and all(
            prop.nullable is not False or (id, name) in seen
            for id in containers
            if id in self._containers
            for name, prop in self._containers[id].properties.items()
        )


def _is_read(view: ViewWrite) -> TypeGuard[View]:
    """Whether a view is as the API answers it: no property lacks its type, and something says what only answers say."""
    if not isinstance(view, View):
        return False
    mapped = [each for each in (view.properties or {}).values() if isinstance(each, MappedProperty)]
    answered = view.used_for is not None or view.writable is not None or view.created_time != 0
    return all(each.type is not None for each in mapped) and (answered or bool(mapped))


def _is_list(type_: PropertyType | None) -> bool:
    return type_ is not None and type_.list is True


def _differs(one: ViewWrite | ContainerWrite, other: ViewWrite | ContainerWrite) -> bool:
    """Whether two definitions of one thing contradict each other; one form cannot be compared with another."""
    if type(one) is not type(other):
        return False
    if isinstance(one, View) and isinstance(other, View) and _is_read(one) is not _is_read(other):
        return False
    return _timeless(one) != _timeless(other)


def _timeless(definition: ViewWrite | ContainerWrite) -> ViewWrite | ContainerWrite:
    if isinstance(definition, View | Container):
        return msgspec.structs.replace(definition, created_time=0, last_updated_time=0)
    return definition
