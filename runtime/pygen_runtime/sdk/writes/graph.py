"""From write objects, however deep they are nested, to the nodes and edges that the API takes.

A walk along a list of its own: graphs may be deeper than Python's stack, and cyclic. Each object is met once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NoReturn

import msgspec
from msgspec import UNSET

from pygen_runtime.errors import UsageError
from pygen_runtime.schema import EdgeId, NodeId, SourceWrite
from pygen_runtime.sdk.instances.via import Edges
from pygen_runtime.sdk.writes.drafts import Draft, Drafts
from pygen_runtime.sdk.writes.ids import EdgeEnds, WriteDefaults
from pygen_runtime.sdk.writes.shapes import EdgeField, PropertyField, Shape, shape_of
from pygen_runtime.sdk.writes.values import AS_THEY_ARE, encoded, is_plain, is_plain_list, miscounted, misfit
from pygen_runtime.sdk.writes.write import BareEdgeWrite, PygenEdgeWrite, PygenNodeWrite, PygenWrite, named

Writes = PygenWrite | Iterable[PygenWrite]
"""What can be upserted: one object, or many."""


@dataclass(frozen=True, slots=True)
class EdgeList:
    """The edges of one type and direction at one node, of which a write object gave all.

    Attributes:
        owner: The node.
        via: Type and direction.
    """

    owner: NodeId
    via: Edges


class Graph:
    """What write objects say, put together.

    Attributes:
        drafts: The nodes and edges.
        lists: The lists of edges that were given.
    """

    def __init__(self, defaults: WriteDefaults, *, check_versions: bool) -> None:
        self.drafts = Drafts()
        self.lists: dict[EdgeList, None] = {}
        self._defaults, self._check_versions = defaults, check_versions
        self._nodes: dict[int, NodeId] = {}
        self._met: list[PygenNodeWrite] = []

    def add(self, writes: Writes) -> None:
        """Everything that these objects say, and those nested in them.

        Raises:
            UsageError: Something cannot be written.
            WriteConflictError: Two objects contradict each other.
        """
        given: Iterable[object] = writes if isinstance(writes, Iterable) else [writes]
        for write in given:
            if isinstance(write, PygenNodeWrite):
                self._refer(write)
            elif isinstance(write, PygenEdgeWrite):
                self._edge(write, None, None)
            else:
                raise UsageError(
                    f"{type(write).__name__} cannot be upserted: give what `as_write()` makes of it, or a write object"
                )
        for node in self._met:  # which grows while it is walked along
            self._node(node, self._refer(node))
        self.drafts.refuse_conflicts()

    def _refer(self, node: PygenNodeWrite | NodeId) -> NodeId:
        """The id of a node; if it is an object that was not met before, it is visited later."""
        if isinstance(node, NodeId):
            return node
        known = self._nodes.get(id(node))
        if known is None:
            space = node.space or self._defaults.space
            if not space:
                _refuse(node, "it has no space; give it one, or the client: `client.writing = WriteDefaults(space=…)`")
            known = self._nodes[id(node)] = NodeId(space, node.external_id or self._made_id(node))
            self._met.append(node)
        return known

    def _made_id(self, node: PygenNodeWrite) -> str:
        make = self._defaults.node_id
        if make is None:
            _refuse(
                node, "it has no external_id; give it one, or the client: `client.writing = WriteDefaults(node_id=…)`"
            )
        return _external_id(node, "node_id", make(node))

    def _node(self, node: PygenNodeWrite, key: NodeId) -> None:
        draft = Draft(type=node.node_type, version=self._version(node))
        if draft.type is not None:
            draft.needs = (draft.type,)
        shape = shape_of(type(node))
        self._properties(node, shape, draft)
        self.drafts.add(key, draft)
        for field in shape.edges:
            given = getattr(node, field.name)
            if given is not UNSET:
                self.lists[EdgeList(key, field.via)] = None
                self._edges(node, key, field, given)

    def _edges(self, node: PygenNodeWrite, owner: NodeId, field: EdgeField, given: Any) -> None:
        if problem := miscounted(given, many=field.many):
            _refuse(node, f"{field.name}: {problem}")
        for one in _each(given):
            if problem := misfit(one, field.kinds):
                _refuse(node, f"{field.name}: {problem}")
            if isinstance(one, PygenEdgeWrite):
                self._edge(one, field, owner)
            else:
                self._edge(BareEdgeWrite(**{field.via.far_field: one}), field, owner)

    def _edge(self, edge: PygenEdgeWrite, field: EdgeField | None, owner: NodeId | None) -> None:
        """An edge, by itself or in the relation of the node that is one of its ends."""
        ends = self._ends(edge, field, owner)
        space = edge.space or ends.start.space
        key = EdgeId(space, edge.external_id or _external_id(edge, "edge_id", self._defaults.edge_id(ends)))
        draft = Draft(ends=ends, version=self._version(edge), made=not edge.external_id)
        self._properties(edge, shape_of(type(edge)), draft)
        self.drafts.add(key, draft)

    def _ends(self, edge: PygenEdgeWrite, field: EdgeField | None, owner: NodeId | None) -> EdgeEnds:
        nodes: dict[str, NodeId] = {}
        near = None if field is None else field.via.near_field
        for name, kinds in shape_of(type(edge)).ends.items():
            given = getattr(edge, name)
            if given is not UNSET:
                if problem := misfit(given, kinds):
                    _refuse(edge, f"{name}: {problem}")
                if field is not None and name != near and not isinstance(edge, BareEdgeWrite):
                    self._of_the_relation(edge, name, given, field)
                nodes[name] = self._refer(given)
            elif name == near and owner is not None:
                nodes[name] = owner
            else:
                _refuse(edge, f"it has no {name}")
            if name == near and nodes[name] != owner:
                _refuse(edge, f"it stands in {_name(field)} of {owner}, but its {name} is {nodes[name]}")
        return EdgeEnds(type=self._type(edge, field), start=nodes["start_node"], end=nodes["end_node"])

    def _of_the_relation(self, edge: PygenEdgeWrite, name: str, given: Any, field: EdgeField) -> None:
        """The edges of one class may belong to several relations, each with targets of its own."""
        targets = tuple(kind for kind in field.kinds if not issubclass(kind, PygenEdgeWrite))
        if problem := misfit(given, targets):
            _refuse(edge, f"{name}, in {field.name}: {problem}")

    def _type(self, edge: PygenEdgeWrite, field: EdgeField | None) -> NodeId:
        own = edge.edge_type
        if field is None:
            if not isinstance(own, NodeId):
                _refuse(edge, "it has no edge_type; only in a relation of a node it need not be given")
            return own
        if isinstance(own, NodeId) and own != field.via.type:
            _refuse(
                edge, f"it stands in {field.name}, whose edges are of type {field.via.type}, but its edge_type is {own}"
            )
        return field.via.type

    def _version(self, write: PygenWrite) -> int | None:
        return write.existing_version if self._check_versions else None

    def _properties(self, write: PygenWrite, shape: Shape, draft: Draft) -> None:
        if shape.view is None:
            return
        values: dict[str, Any] = {}
        for property_ in shape.properties:
            given = getattr(write, property_.name)
            # Most values are done with here: a call for each of them would take as long as encoding it.
            if not property_.kinds and (type(given) in AS_THEY_ARE or is_plain(given)):
                values[property_.source] = given
            elif given is not UNSET:
                values[property_.source] = self._value(write, property_, given, draft)
        if values:
            draft.sources.append(SourceWrite(source=shape.view, properties=values))

    def _value(self, write: PygenWrite, property_: PropertyField, given: Any, draft: Draft) -> Any:
        """A value that is not plain as it is sent; what it points at is needed."""
        if type(given) is NodeId and not property_.many:
            draft.needs += (given,)
            return given
        if not property_.kinds and is_plain_list(given):
            return list(given)
        if property_.kinds or _holds_writes(given):
            return self._relation(write, property_, given, draft)
        try:
            value = encoded(given)
            if type(value) in AS_THEY_ARE:
                return value
            if not isinstance(value, NodeId):
                msgspec.json.encode(value)
        except (TypeError, ValueError, OverflowError, RecursionError) as error:
            _refuse(write, f"{property_.name}: {error}")
        draft.needs += tuple(one for one in _each(value) if isinstance(one, NodeId))
        return value

    def _relation(self, write: PygenWrite, property_: PropertyField, given: Any, draft: Draft) -> Any:
        ids: list[NodeId] = []
        if property_.kinds and (problem := miscounted(given, many=property_.many)):
            _refuse(write, f"{property_.name}: {problem}")
        for one in _each(given):
            if problem := misfit(one, property_.kinds):
                _refuse(write, f"{property_.name}: {problem}")
            ids.append(self._refer(one))
        draft.needs += tuple(ids)
        if isinstance(given, (list, tuple)):
            return ids
        return ids[0] if ids else None


def _external_id(write: PygenWrite, factory: str, made: object) -> str:
    """What a function of the user made, which may be anything."""
    if not isinstance(made, str) or not made:
        _refuse(write, f"the client's {factory} made {made!r}, which is no external id")
    return made


def _each(given: Any) -> Iterable[Any]:
    """What is given in one field: several, one or none."""
    if isinstance(given, (list, tuple)):
        return given
    return () if given is None else (given,)


def _holds_writes(given: Any) -> bool:
    if isinstance(given, (list, tuple)):
        return any(isinstance(one, PygenWrite) for one in given)
    return isinstance(given, PygenWrite)


def _name(field: EdgeField | None) -> str:
    return "" if field is None else field.name


def _refuse(write: PygenWrite, why: str) -> NoReturn:
    raise UsageError(f"{named(write)} cannot be written: {why}")
