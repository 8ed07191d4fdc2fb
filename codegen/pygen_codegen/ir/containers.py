"""Views for containers that have none."""

from __future__ import annotations

from collections.abc import Sequence

from pygen_runtime.schema import ContainerId, ContainerWrite, MappedProperty, ViewId, ViewProperty, ViewWrite


def whole_views(containers: Sequence[ContainerWrite], version: str) -> list[ViewWrite]:
    """For each container the view that maps all of it, under the container's own name.

    A direct relation to a container leads to that container's view.

    Args:
        containers: The containers.
        version: The version of the views.
    """
    there = {each.as_id() for each in containers}
    return [_whole(each, there, version) for each in containers]


def _whole(container: ContainerWrite, there: set[ContainerId], version: str) -> ViewWrite:
    properties: dict[str, ViewProperty] = {}
    for name, prop in container.properties.items():
        target = prop.type.container
        source = ViewId(target.space, target.external_id, version) if target is not None and target in there else None
        properties[name] = MappedProperty(
            container=container.as_id(), container_property_identifier=name, source=source
        )
    return ViewWrite(
        space=container.space,
        external_id=container.external_id,
        version=version,
        name=container.name,
        description=container.description,
        properties=properties,
    )
