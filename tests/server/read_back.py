"""How what a server answers differs from the definitions that it was sent."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import msgspec

from pygen.server.schema import Json
from pygen.sources import SchemaSource
from pygen_codegen.ir import resolve
from pygen_runtime.client import AsyncPygenClient

ADDED = (
    "createdTime",
    "lastUpdatedTime",
    "isGlobal",
    "mappedContainers",
    "queryable",
    "targetsList",
    "collation",
    "constraintState",
)
"""What servers say of themselves, beside the `state` of indexes and constraints."""
DEFAULTS = {"nullable": True, "usedFor": "node"}


def plain(value: Any) -> Any:
    """Without what the server adds; nothing, false and defaults are as absent."""
    if isinstance(value, msgspec.Struct):
        return plain(msgspec.to_builtins(value))
    if isinstance(value, list):
        return [plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: plain(each)
        for key, each in value.items()
        if each is not None
        and each is not False
        and each not in ({}, [])
        and each != DEFAULTS.get(key)
        and key not in ADDED
        and not (key == "state" and isinstance(each, str))
    }


def differences(expected: Any, answered: Any, at: str) -> Iterator[str]:
    """Where two things differ, and how."""
    if isinstance(expected, dict) and isinstance(answered, dict):
        for key in sorted(expected.keys() | answered.keys()):
            yield from differences(expected.get(key), answered.get(key), f"{at}.{key}")
    elif expected != answered:
        yield f"{at}: {answered!r} instead of {expected!r}"


async def read_back(client: AsyncPygenClient, source: SchemaSource, spaces_before: Collection[str]) -> list[str]:
    """How what a server has differs from what stands in the files; spaces that were there before keep their names."""
    found: list[str] = []
    spaces = {each.space: each for each in await client.spaces.list()}
    for space in source.spaces:
        if space.space not in spaces_before:
            found += differences(plain(space), plain(spaces.get(space.space)), space.space)
    containers = {
        each.as_id(): each for each in await client.containers.retrieve([c.as_id() for c in source.containers])
    }
    for container in source.containers:
        found += differences(plain(container), plain(containers.get(container.as_id())), str(container.as_id()))
    found += await views_read_back(client, source)
    for model in source.data_models:
        (answered,) = await client.data_models.retrieve([model.as_id()], inline_views=False)
        assert (answered.name, answered.description) == (model.name, model.description)
        assert answered.views == [view.as_id() for view in model.views or ()]
    return found


async def views_read_back(client: AsyncPygenClient, source: SchemaSource) -> list[str]:
    """Likewise for views, whose types and inherited properties are worked out here without the server."""
    found: list[str] = []
    there = {each.as_id(): each for each in await client.views.list(all_versions=True, include_global=True)}
    for view in resolve(source.all_views(), source.all_containers()).views:
        answered = there.get(view.as_id())
        if answered is None or not answered.is_global:
            # A model in read form says what it inherits, so it can do without parents that nobody has published.
            parents = [parent for parent in view.implements or () if parent in there or source.containers]
            wanted, got = plain(msgspec.structs.replace(view, implements=parents)), plain(answered) or {}
            if not source.containers:
                wanted, got = without_types_of_the_system(wanted), without_types_of_the_system(got)
            found += differences(wanted, got, str(view.as_id()))
    return found


def without_types_of_the_system(view: Json) -> Json:
    """Recordings show the system's containers as they were at their time."""
    return {
        **view,
        "properties": {
            key: {name: part for name, part in each.items() if name != "type"}
            if str(each.get("container", {}).get("space")).startswith("cdf_cdm")
            else each
            for key, each in view.get("properties", {}).items()
        },
    }
