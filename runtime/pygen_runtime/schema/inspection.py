"""What is involved in what: of instances (contract §6.8) and of containers (§3.1)."""

from __future__ import annotations

import msgspec

from pygen_runtime.schema.ids import ContainerId, ViewId


class InvolvedSources(msgspec.Struct, kw_only=True, rename="camel"):
    """Where an instance has data; None for what was not asked."""

    involved_views: list[ViewId] | None = None
    involved_containers: list[ContainerId] | None = None


class InstanceInspection(msgspec.Struct, kw_only=True, rename="camel"):
    """What was found out about one node or edge."""

    instance_type: str
    space: str
    external_id: str
    inspection_results: InvolvedSources


class InvolvedViews(msgspec.Struct, kw_only=True, rename="camel"):
    """Which views map a container; None for what was not asked. The count includes views that the caller may not see."""

    involved_view_count: int | None = None
    involved_views: list[ViewId] | None = None


class ContainerInspection(msgspec.Struct, kw_only=True, rename="camel"):
    """What was found out about one container."""

    space: str
    external_id: str
    inspection_results: InvolvedViews
