"""Filters stored on views, after what they refer to has changed (contract §7.1, §7.5)."""

from __future__ import annotations

from typing import Any

from pygen.server.schema import ContainerKey, Json, Schema, ViewKey, container_key, view_key


def living_filter(schema: Schema, filter_: Json) -> Json:
    """A stored filter, its leaves marked `invalid` where what they refer to is gone (contract §7.1)."""
    ((operator, body),) = filter_.items()
    if operator in ("and", "or"):
        return {operator: [living_filter(schema, part) for part in body]}
    if operator == "not":
        return {operator: living_filter(schema, body)}
    if operator == "nested":
        inner = {**body, "filter": living_filter(schema, body["filter"])}
        return {operator: inner} if _exists(schema, body["scope"]) else _invalid(operator, [body["scope"]])
    if operator == "hasData":
        gone = [one for one in body if not _source_exists(schema, one)]
        paths = [[one["space"], one["externalId"]] for one in gone]
        return _invalid(operator, paths) if gone else filter_
    paths = [
        body[key] for key in ("property", "startProperty", "endProperty") if isinstance(body, dict) and key in body
    ]
    gone = [path for path in paths if not _exists(schema, path)]
    return _invalid(operator, gone) if gone else filter_


def _invalid(operator: str, paths: list[Any]) -> Json:
    return {"invalid": {"previouslyReferencedProperties": paths, "filterType": operator}}


def _source_exists(schema: Schema, reference: Json) -> bool:
    if reference["type"] == "view":
        return view_key(reference) in schema.views
    return container_key(reference) in schema.containers


def _exists(schema: Schema, path: list[str]) -> bool:
    if len(path) < 3:
        return True
    external_id, slash, version = path[1].partition("/")
    if slash:
        view = schema.views.get(ViewKey(path[0], external_id, version))
        return view is not None and path[2] in schema.view_source(view).mapped
    container = schema.containers.get(ContainerKey(path[0], path[1]))
    return container is not None and path[2] in container.properties
