"""Putting a data model on a server, through the API."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import TYPE_CHECKING

import msgspec

from pygen.sources.deployment import PLACEHOLDER, Deployment, deployment, parents_elsewhere
from pygen_runtime.schema import Container, ContainerProperty, ContainerWrite, DataModel

if TYPE_CHECKING:
    from pygen_runtime.client import AsyncPygenClient


async def deploy(client: AsyncPygenClient, model: DataModel) -> Deployment:
    """Create what a data model needs, and the model itself. Doing it again changes nothing.

    What the server calls global (`isGlobal`) is left as it is: nobody but its owner can write it. Spaces and containers
    that exist keep their names and what else the model does not say. Views go on implementing views outside the model that exist.

    Args:
        client: An open client of the server.
        model: A data model in read form, inherited properties included.

    Returns:
        What was sent, without what was left as it is.

    Raises:
        SourceError: The model cannot be taken apart (`deployment`).
        ApiError: The server refused a part; the parts before it are there.
    """
    outside = parents_elsewhere(model)
    parts = deployment(
        model, elsewhere={view.as_id() for view in await client.views.retrieve(outside)} if outside else ()
    )
    spaces = {space.space for space in await client.spaces.retrieve([space.space for space in parts.spaces])}
    containers = await client.containers.retrieve([container.as_id() for container in parts.containers])
    views = await client.views.retrieve([view.as_id() for view in parts.views])
    models = await client.data_models.retrieve([parts.data_model.as_id()])
    global_views = {view.as_id() for view in views if view.is_global}
    left = Deployment(
        spaces=[space for space in parts.spaces if space.space not in spaces],
        containers=_containers_to_send(parts, containers),
        views=[view for view in parts.views if view.as_id() not in global_views],
        data_model=parts.data_model,
        inferred=parts.inferred,
        left=len(global_views) + sum(container.is_global for container in containers),
    )
    if left.spaces:
        await client.spaces.create(left.spaces)
    if left.containers:
        await client.containers.create(left.containers)
    if left.views:
        await client.views.create(left.views)
    if not any(model.is_global for model in models):
        await client.data_models.create(parts.data_model)
    return left


def _containers_to_send(parts: Deployment, existing: Sequence[Container]) -> list[ContainerWrite]:
    """Without global ones, and the others such that they take nothing from what is there."""
    known = {container.as_id(): container for container in existing}
    wanted: list[ContainerWrite] = []
    for container in parts.containers:
        server = known.get(container.as_id())
        if server is None:
            wanted.append(container)
        elif not server.is_global:
            made_up = {name for id, name in parts.inferred if id == container.as_id()}
            wanted.append(_merged(container, server, needless=made_up & {PLACEHOLDER, *server.properties}))
    return [container for container in wanted if container.properties]


def _merged(container: ContainerWrite, server: Container, needless: Set[str]) -> ContainerWrite:
    """The views of one model may show less of a container than there is: what they do not say stays as the server has it."""
    properties = {
        name: _named(definition, server.properties.get(name))
        for name, definition in container.properties.items()
        if name not in needless
    }
    used_for = "all" if server.used_for == "all" else container.used_for
    return msgspec.structs.replace(
        container, properties=properties, used_for=used_for, name=server.name, description=server.description
    )


def _named(definition: ContainerProperty, server: ContainerProperty | None) -> ContainerProperty:
    if server is None:
        return definition
    return msgspec.structs.replace(
        definition, name=definition.name or server.name, description=definition.description or server.description
    )
