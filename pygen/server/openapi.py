"""What is served, as an OpenAPI 3.1 document made from the table of routes: `GET /openapi.json`."""

from __future__ import annotations

import functools
import re
from typing import Any, Final

import msgspec

from pygen.server.routes import SERVED, Body, Endpoint, Items, Members
from pygen_runtime import __version__

Json = dict[str, Any]

_FLAGS: Final = ("includeGlobal", "includeInheritedProperties", "allVersions", "inlineViews")
_ANYTHING: Final[Json] = {"type": ["object", "array", "string", "number", "boolean", "null"]}
_REFERENCE: Final = "#/components/schemas/{name}"
_PARAMETERS: Final[dict[str, Json]] = {
    "limit": {"type": "integer", "minimum": 1, "maximum": 1000},
    "cursor": {"type": "string"},
    "space": {"type": "string"},
    "usedFor": {"type": "array", "items": {"enum": ["node", "edge", "all", "record"]}},
    **{flag: {"type": "boolean"} for flag in _FLAGS},
}
_ERROR: Final[Json] = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {
                "code": {"type": "integer"},
                "message": {"type": "string"},
                "missing": {"type": "array", "items": {"type": "object"}},
                "duplicated": {"type": "array", "items": {"type": "object"}},
                "isAutoRetryable": {"type": "boolean"},
            },
        }
    },
}
_STATUSES: Final = {
    "400": "The request is malformed, or asks for what is not there or not allowed.",
    "401": "There is no bearer token.",
    "408": "It took too long.",
    "409": "Somebody else changed the instance.",
    "413": "The body is too large.",
    "501": "The local server does not emulate this.",
}


@functools.cache
def document() -> Json:
    """The description of everything in the table of routes."""
    structs = [one.body for one in SERVED if isinstance(one.body, type)]
    _, components = msgspec.json.schema_components(structs, ref_template=_REFERENCE)
    paths: Json = {}
    for endpoint in SERVED:
        paths.setdefault(endpoint.full_path, {})[endpoint.method.lower()] = _operation(endpoint)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Local data modeling server",
            "version": __version__,
            "description": "The part of the data modeling API that `pygen serve` emulates. Any project name and any token will do.",
        },
        "paths": paths,
        "components": {
            "schemas": {**components, "Error": _ERROR},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }


def _operation(endpoint: Endpoint) -> Json:
    summary = (endpoint.act.__doc__ or "").strip().partition("\n")[0]
    operation: Json = {
        "operationId": _identifier(endpoint),
        "summary": summary.replace("`", ""),
        "tags": [endpoint.path.strip("/").split("/")[1 if endpoint.path.startswith("/models") else 0]],
        "responses": {"200": _response("The answer.", {"type": "object"}), **_refusals()},
    }
    parameters = [_parameter(name, "path", {"type": "string"}) for name in re.findall(r"{(\w+)}", endpoint.full_path)]
    parameters += [_parameter(name, "query", _PARAMETERS[name]) for name in endpoint.query]
    if parameters:
        operation["parameters"] = parameters
    if endpoint.body is not None:
        operation["requestBody"] = {"required": True, "content": _content(_body(endpoint.body))}
    return operation


def _identifier(endpoint: Endpoint) -> str:
    words = re.findall(r"[A-Za-z0-9]+", endpoint.path.removeprefix("/api/v1").removeprefix("/models"))
    return "_".join((endpoint.method.lower(), *words))


def _parameter(name: str, place: str, schema: Json) -> Json:
    return {"name": name, "in": place, "required": place == "path", "schema": schema}


def _body(body: Body) -> Json:
    if isinstance(body, type):
        return {"$ref": _REFERENCE.format(name=body.__name__)}
    if isinstance(body, Members):
        known = dict.fromkeys((*body.required, *body.others), _ANYTHING)
        return {"type": "object", "required": list(body.required), "properties": known}
    return _items(body)


def _items(body: Items) -> Json:
    item = {
        "type": "object",
        "required": list(body.keys),
        "properties": {key: {"type": "string"} for key in body.keys},
    }
    items = {"type": "array", "minItems": 1, "maxItems": body.at_most, "items": item}
    return {
        "type": "object",
        "required": ["items"],
        "properties": {"items": items, **dict.fromkeys(body.others, _ANYTHING)},
    }


def _refusals() -> Json:
    error = {"$ref": _REFERENCE.format(name="Error")}
    return {status: _response(text, error) for status, text in _STATUSES.items()}


def _response(description: str, schema: Json) -> Json:
    return {"description": description, "content": _content(schema)}


def _content(schema: Json) -> Json:
    return {"application/json": {"schema": schema}}
