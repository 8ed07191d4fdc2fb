"""A data model from a server."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pygen.errors import SourceError, UnknownModelError
from pygen.sources.references import relation_targets
from pygen_runtime.schema import DataModel, DataModelId, View

if TYPE_CHECKING:
    from pygen_runtime.client import AsyncPygenClient

_SHOWN = 10


async def load_from_server(
    client: AsyncPygenClient, space: str, external_id: str, version: str | None = None
) -> DataModel:
    """The data model, its views inlined with everything they inherit.

    Views that the model's views point at, but that are not part of the model, are not fetched (`load_related`).

    Args:
        client: An open client of the server.
        space: Space of the model.
        external_id: External id of the model.
        version: Its version; None for the one that was created last.

    Raises:
        UnknownModelError: The server has no such model; the message names what it has instead.
        SourceError: The model has no views.
    """
    if version is None:
        version = await _newest(client, space, external_id)
    found = await client.data_models.retrieve([DataModelId(space, external_id, version)])
    if not found:
        versions = [model.version for model in await _versions(client, space, external_id)]
        raise UnknownModelError(_unknown(f"{space}:{external_id}/{version}", versions, client))
    if not found[0].views:
        raise SourceError(f"the data model {found[0].as_id()} has no views; add some, or choose another version")
    return found[0]


async def load_related(client: AsyncPygenClient, model: DataModel) -> list[View]:
    """The views outside of a data model that its relations lead to, or that edges have their properties in.

    Args:
        client: An open client of the server.
        model: The data model, its views inlined.

    Returns:
        Those that the server has and shows, in the order in which the model mentions them.
    """
    own = {view.as_id() for view in model.views or ()}
    outside = [id for id in relation_targets(model.views or ()) if id not in own]
    return list(await client.views.retrieve(outside)) if outside else []


async def _newest(client: AsyncPygenClient, space: str, external_id: str) -> str:
    versions = await _versions(client, space, external_id)
    if not versions:
        raise UnknownModelError(_unknown(f"{space}:{external_id}", [], client))
    return max(versions, key=lambda model: (model.created_time, model.version)).version


async def _versions(client: AsyncPygenClient, space: str, external_id: str) -> list[DataModel]:
    models = await client.data_models.list(space=space, all_versions=True, include_global=True)
    return [model for model in models if model.external_id == external_id]


def _unknown(wanted: str, versions: Sequence[str], client: AsyncPygenClient) -> str:
    where = f"project {client.project} at {client.base_url} has no data model {wanted}"
    if not versions:
        return f"{where}; check space and external id, and whether the credentials may read that space"
    more = ", …" if len(versions) > _SHOWN else ""
    return f"{where}; its versions are {', '.join(sorted(versions)[:_SHOWN])}{more}"
