"""What all nodes and all edges have, for annotations that take objects of several views."""

from __future__ import annotations

import datetime
from typing import Protocol

from pygen_runtime.schema import EdgeId, NodeId


class InstanceLike(Protocol):
    """Any node or edge, seen through any view."""

    @property
    def space(self) -> str: ...  # noqa: D102 - as in PygenResource
    @property
    def external_id(self) -> str: ...  # noqa: D102 - as in PygenResource
    @property
    def version(self) -> int: ...  # noqa: D102 - as in PygenResource
    @property
    def created_time(self) -> datetime.datetime: ...  # noqa: D102 - as in PygenResource
    @property
    def last_updated_time(self) -> datetime.datetime: ...  # noqa: D102 - as in PygenResource


class NodeLike(InstanceLike, Protocol):
    """Any node, seen through any view."""

    @property
    def node_type(self) -> NodeId | None: ...  # noqa: D102 - as in PygenResource
    def as_id(self) -> NodeId: ...  # noqa: D102 - as in PygenResource


class EdgeLike(InstanceLike, Protocol):
    """Any edge, seen through any view."""

    @property
    def edge_type(self) -> NodeId: ...  # noqa: D102 - as in PygenResource
    @property
    def start_node(self) -> NodeId: ...  # noqa: D102 - as in PygenResource
    @property
    def end_node(self) -> NodeId: ...  # noqa: D102 - as in PygenResource
    def as_id(self) -> EdgeId: ...  # noqa: D102 - as in PygenResource
