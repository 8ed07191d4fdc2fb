"""Identifiers of everything in a project (contract §3 to §6).

They hold text only, so there is nothing in them for the garbage collector to find (`gc=False`).
"""

from __future__ import annotations

import msgspec


class ContainerId(msgspec.Struct, frozen=True, order=True, gc=False, rename="camel", tag_field="type", tag="container"):
    """A container reference; written with the tag `"type": "container"`."""

    space: str
    external_id: str

    def __str__(self) -> str:
        return f"{self.space}:{self.external_id}"


class ViewId(msgspec.Struct, frozen=True, order=True, gc=False, rename="camel", tag_field="type", tag="view"):
    """A view reference; written with the tag `"type": "view"`."""

    space: str
    external_id: str
    version: str

    @property
    def key(self) -> str:
        """`ExternalId/version`: how instances and filters name the view inside its space (contract §6.5, §7.2)."""
        return f"{self.external_id}/{self.version}"

    def __str__(self) -> str:
        return f"{self.space}:{self.external_id}/{self.version}"


class ContainerPartId(msgspec.Struct, frozen=True, order=True, gc=False, rename="camel"):
    """Identifies a constraint, an index or a property of a container."""

    space: str
    container_external_id: str
    identifier: str

    def __str__(self) -> str:
        return f"{self.space}:{self.container_external_id}.{self.identifier}"


SourceId = ViewId | ContainerId
"""Wherever a view or a container may stand; told apart by the tag."""


class DataModelId(msgspec.Struct, frozen=True, order=True, gc=False, rename="camel"):
    """Identifies one version of a data model."""

    space: str
    external_id: str
    version: str

    def __str__(self) -> str:
        return f"{self.space}:{self.external_id}/{self.version}"


class NodeId(msgspec.Struct, frozen=True, order=True, gc=False, rename="camel"):
    """Identifies a node; also the value of a direct relation."""

    space: str
    external_id: str

    def __str__(self) -> str:
        return f"{self.space}:{self.external_id}"


class EdgeId(msgspec.Struct, frozen=True, order=True, gc=False, rename="camel"):
    """Identifies an edge; nodes and edges have separate namespaces."""

    space: str
    external_id: str

    def __str__(self) -> str:
        return f"{self.space}:{self.external_id}"


InstanceId = NodeId | EdgeId
"""A node or an edge."""
