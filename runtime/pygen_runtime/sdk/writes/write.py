"""Base classes of what is written: one object is one node or edge, written through one view.

Nothing here is sent before it is given to the client's `upsert`. Of each property there are three answers: `UNSET` leaves it as it
is, `None` clears it, anything else is the new value.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal, TypeAlias, TypeVar, Union

import msgspec
from msgspec import UNSET, UnsetType

from pygen_runtime.errors import UsageError
from pygen_runtime.schema import EdgeId, NodeId
from pygen_runtime.sdk.instances.resource import PygenEdge, PygenNode, PygenResource
from pygen_runtime.sdk.writes.shapes import shape_of
from pygen_runtime.sdk.writes.values import problems

T = TypeVar("T")

Settable: TypeAlias = Union[T, UnsetType]  # noqa: UP007 - the other spelling is no generic alias to type checkers
"""A value that must not be empty; `UNSET` leaves it as it is."""

Clearable: TypeAlias = Union[T, UnsetType, None]  # noqa: UP007 - as above
"""A value that may be empty: `None` clears it, `UNSET` leaves it as it is."""


class PygenWrite(msgspec.Struct, kw_only=True, repr_omit_defaults=True):
    """A node or an edge as it is written through the view of its class.

    Attributes:
        READ: The class that the same view is read by.
        DEFAULTED: The fields that may be empty although the model has a default for them: what is empty is then told.
        INSTANCE_TYPE: Whether these are nodes or edges.
        space: Space of the instance; empty: that of the client's `writing`.
        external_id: External id of the instance; empty: the client's `writing` makes one.
        existing_version: Refuse if the instance has changed since this version; 0: refuse if it exists; None: never mind.
    """

    READ: ClassVar[Any] = None  # Any, because generated classes narrow it
    DEFAULTED: ClassVar[Sequence[str]] = ()
    INSTANCE_TYPE: ClassVar[Literal["node", "edge"]]

    space: str = ""
    external_id: str = ""
    existing_version: int | None = None

    def validate(self, *, new: bool = False) -> None:
        """Check the types of all values, and of the objects that relations lead to, before anything is sent.

        What is nested is not looked into; `upsert` checks ids, ends of edges and numbers in any case.

        Args:
            new: Whether the instance does not exist yet, so that required properties must have a value.

        Raises:
            UsageError: Something does not fit; the message lists all of it.
        """
        found = problems(self, shape_of(type(self)), new=new)
        if found:
            raise UsageError(f"{named(self)} cannot be written: {'; '.join(found)}")

    def __repr__(self) -> str:
        names = [name for name in self.__struct_fields__ if name not in ("space", "external_id")]
        values = {name: getattr(self, name) for name in names}
        shown = [
            f"{name}={_shown(value)}" for name, value in values.items() if value is not UNSET and value is not None
        ]
        return f"{type(self).__name__}({', '.join((f'{self.space}:{self.external_id}', *shown))})"


class PygenNodeWrite(PygenWrite, kw_only=True):
    """A node as it is written.

    Attributes:
        node_type: The node that says of which type this one is; None leaves it as it is.
    """

    READ: ClassVar[Any] = PygenNode
    INSTANCE_TYPE = "node"

    node_type: NodeId | None = None

    def as_id(self) -> NodeId:
        """The id, as far as it is given here."""
        return NodeId(self.space, self.external_id)


class PygenEdgeWrite(PygenWrite, kw_only=True):
    """An edge as it is written. Generated classes add `start_node` and `end_node` with the types that the model allows.

    In a relation of a node, that node is one of the ends, and need not be given.

    Attributes:
        edge_type: The node that says of which type this edge is; a relation knows it.
    """

    READ: ClassVar[Any] = PygenEdge
    INSTANCE_TYPE = "edge"

    edge_type: NodeId | UnsetType = UNSET

    def as_id(self) -> EdgeId:
        """The id, as far as it is given here."""
        return EdgeId(self.space, self.external_id)


class BareEdgeWrite(PygenEdgeWrite, kw_only=True):
    """An edge without properties, for which relations otherwise need the node at the other end only.

    Attributes:
        start_node: Where the edge begins.
        end_node: Where the edge ends.
    """

    start_node: PygenNodeWrite | NodeId | UnsetType = UNSET
    end_node: PygenNodeWrite | NodeId | UnsetType = UNSET


W = TypeVar("W", bound=PygenWrite)


def as_write(item: PygenResource, kind: type[W]) -> W:
    """What writes an instance as it was read; refused if the instance changes before.

    What was empty is left alone, so that properties that the view lost since are not spoken of; only where the model has a
    default it is told to be empty. Edges and what points here are not part of it.

    Args:
        item: What was read.
        kind: The class that writes through the same view.
    """
    shape = shape_of(kind)
    values: dict[str, Any] = {
        "space": item.space,
        "external_id": item.external_id,
        "existing_version": item.version,
    }
    if isinstance(item, PygenNode):
        values["node_type"] = item.node_type
    elif isinstance(item, PygenEdge):
        values |= {"edge_type": item.edge_type, "start_node": item.start_node, "end_node": item.end_node}
    for property_ in shape.properties:
        value = getattr(item, property_.held)
        if value is None:
            value = None if property_.name in kind.DEFAULTED else UNSET
        values[property_.name] = list(value) if isinstance(value, list) else value
    return kind(**values)


def named(write: PygenWrite) -> str:
    """A write object in messages, as far as its id is given."""
    id_ = ":".join(filter(None, (write.space, write.external_id))) if write.external_id else "without an external id"
    return f"{type(write).__name__} {id_}"


def _shown(value: object) -> str:
    """Of what is nested only the id: graphs may be deep, and cyclic."""
    if isinstance(value, PygenWrite):
        return f"{type(value).__name__}({value.space}:{value.external_id})"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_shown, value))}]"
    return repr(value)
