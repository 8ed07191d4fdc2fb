"""How much a project holds, and how much it may (contract §10)."""

from __future__ import annotations

import msgspec


class Usage(msgspec.Struct, kw_only=True, rename="camel"):
    """How many there are, and how many there may be."""

    count: int
    limit: int


class InstanceUsage(msgspec.Struct, kw_only=True, rename="camel"):
    """How many instances there are, and may be; what was deleted counts for a while."""

    nodes: int
    edges: int
    instances: int
    instances_limit: int
    soft_deleted_nodes: int = 0
    soft_deleted_edges: int = 0
    soft_deleted_instances: int = 0
    soft_deleted_instances_limit: int | None = None


class ProjectStatistics(msgspec.Struct, kw_only=True, rename="camel"):
    """Usage and limits of a project, its budget of concurrent requests included."""

    spaces: Usage
    containers: Usage
    views: Usage
    data_models: Usage
    container_properties: Usage
    instances: InstanceUsage
    concurrent_read_limit: int | None = None
    concurrent_write_limit: int | None = None
    concurrent_delete_limit: int | None = None


class SpaceStatistics(msgspec.Struct, kw_only=True, rename="camel"):
    """What one space holds; all versions of views and data models count."""

    space: str
    containers: int = 0
    views: int = 0
    data_models: int = 0
    nodes: int = 0
    edges: int = 0
    soft_deleted_nodes: int = 0
    soft_deleted_edges: int = 0
