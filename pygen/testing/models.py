"""Data models of a seed: which files hold them, and putting them on a server as they stand there.

Definitions in write form are sent as they are, with their constraints and indexes. A data model in read form is taken apart
first (`pygen.sources.deploy`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pygen.errors import SourceError
from pygen.sources.definitions import read_definitions
from pygen.sources.deploy import deploy
from pygen.sources.json_reader import parse_json
from pygen.sources.kinds import GRAPHQL_SUFFIXES, kind_of_file
from pygen.sources.loading import load_path
from pygen.sources.schema_source import SchemaSource
from pygen.sources.variables import Variables, tell_missing
from pygen.sources.yaml_reader import parse_yaml
from pygen.testing.instance_files import SeedError
from pygen_runtime.errors import ApiError
from pygen_runtime.schema import SpaceWrite, View, ViewId

if TYPE_CHECKING:
    from pygen_runtime.client import AsyncPygenClient


@dataclass(frozen=True, slots=True)
class Model:
    """What one path holds of data models."""

    path: Path
    source: SchemaSource


@dataclass(slots=True)
class Deployed:
    """What was sent."""

    models: list[str] = field(default_factory=list)
    containers: int = 0
    views: int = 0


def holds_model(path: Path, text: str) -> bool:
    """Whether a file looks like a part of a data model, by its name or by its text."""
    kind = kind_of_file(path)
    if kind is not None:
        return kind not in ("other", "space")
    if path.suffix.lower() in GRAPHQL_SUFFIXES:
        return True
    return "externalId" in text and ("properties" in text or "views" in text)


def read_model(path: Path, variables: Mapping[str, str]) -> Model:
    """What a file or folder holds of data models.

    Raises:
        SourceError: It cannot be read; the message says where and why.
    """
    return Model(path, load_path(path, variables=variables))


def read_spaces(path: Path, text: str, variables: Mapping[str, str]) -> list[SpaceWrite]:
    """The spaces in a file, if its name says that it holds some.

    Raises:
        SeedError: It holds something else.
    """
    if kind_of_file(path) != "space":
        return []
    known = Variables(path.parent, variables)
    filled, missing = known.fill(text, path)
    try:
        if missing:
            raise tell_missing(missing, known.undecided)
        content = parse_json(filled) if path.suffix.lower() == ".json" else parse_yaml(filled)
        return [space.as_write() for space in read_definitions(content, "space").spaces]
    except SourceError as error:
        raise SeedError(f"{path}: {error}") from error


async def deploy_model(client: AsyncPygenClient, model: Model) -> Deployed:
    """Put a model on a server; what is global there stays as it is.

    Raises:
        SeedError: The server refused a part.
        SourceError: A model in read form cannot be taken apart, or types in GraphQL are not defined.
    """
    source = model.source
    source.check()
    try:
        if source.containers or not source.data_models:
            return await _send(client, source)
        deployed = Deployed()
        for one in source.data_models:
            parts = await deploy(client, source.read_form(str(one.as_id())))
            deployed.models.append(str(one.as_id()))
            deployed.containers += len(parts.containers)
            deployed.views += len(parts.views)
    except ApiError as error:
        raise SeedError(f"{model.path} cannot be deployed: {error.detail}") from error
    return deployed


async def _send(client: AsyncPygenClient, source: SchemaSource) -> Deployed:
    """Send definitions as they stand."""
    views = source.all_views()
    await _send_spaces(client, source, views)
    known = {
        one.as_id()
        for one in await client.containers.retrieve([one.as_id() for one in source.containers])
        if one.is_global
    }
    containers = [one.as_write() for one in source.containers if one.as_id() not in known]
    if containers:
        await client.containers.create(containers)
    there = {one.as_id() for one in await client.views.retrieve([one.as_id() for one in views]) if one.is_global}
    wanted = [one.as_write() for one in _parents_first(views) if one.as_id() not in there]
    if wanted:
        await client.views.create(wanted)
    outlines = await client.data_models.retrieve([one.as_id() for one in source.data_models])
    taken = {one.as_id() for one in outlines if one.is_global}
    models = [one.as_write() for one in source.data_models if one.as_id() not in taken]
    if models:
        await client.data_models.create(models)
    return Deployed([str(one.as_id()) for one in models], len(containers), len(wanted))


async def _send_spaces(client: AsyncPygenClient, source: SchemaSource, views: Sequence[View]) -> None:
    given = {space.space: space.as_write() for space in source.spaces}
    spaces = [one.space for one in source.containers] + [one.space for one in views]
    for space in [*spaces, *(one.space for one in source.data_models)]:
        given.setdefault(space, SpaceWrite(space=space))
    known = {space.space for space in await client.spaces.retrieve(list(given))}
    wanted = [space for name, space in given.items() if name not in known]
    if wanted:
        await client.spaces.create(wanted)


def _parents_first(views: Sequence[View]) -> list[View]:
    """In an order in which each view comes after those that it implements: requests are limited, and need not hold both."""
    by_id = {view.as_id(): view for view in views}
    ordered: dict[ViewId, View] = {}
    waiting = list(by_id)
    while waiting:
        id = waiting[-1]
        parents = [
            one for one in by_id[id].implements or () if one in by_id and one not in ordered and one not in waiting
        ]
        if id in ordered or not parents:
            ordered.setdefault(id, by_id[waiting.pop()])
        else:
            waiting += parents
    return list(ordered.values())
