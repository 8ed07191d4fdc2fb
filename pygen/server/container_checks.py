"""Looking at containers: what they are mapped by, and whether rows now keep what they once broke (contract §3.1)."""

from __future__ import annotations

from typing import Any

from pygen.server.calls import Call
from pygen.server.containers import save_states
from pygen.server.definitions import newest_only, texts
from pygen.server.errors import RefusedError
from pygen.server.schema import Container, ContainerKey, Json, Schema, View, view_reference

_MAX_ITEMS = 10
_KEYS = ("space", "containerExternalId", "identifier")


def retry_constraints(call: Call) -> Json:
    """`POST /models/containers/constraints/retry`."""
    return _retry(call, "constraints")


def retry_indexes(call: Call) -> Json:
    """`POST /models/containers/indexes/retry`: indexes never fail here."""
    return _retry(call, "indexes")


def retry_properties(call: Call) -> Json:
    """`POST /models/containers/properties/retry`."""
    return _retry(call, "properties")


def _retry(call: Call, part: str) -> Json:
    """Work out anew whether rows keep what the containers ask for; answers the items that there are."""
    triples = [texts(item, *_KEYS) for item in call.items(at_most=_MAX_ITEMS)]
    answered: list[Json] = []
    with call.store.write() as transaction:
        for triple in triples:
            container = transaction.schema.containers.get(ContainerKey(*triple[:2]))
            if container is None or triple[2] not in container.stored.definition[part]:
                continue
            if not container.stored.is_global:
                save_states(transaction, container)
            answered.append(dict(zip(_KEYS, triple, strict=True)))
    return {"items": answered}


def inspect(call: Call) -> Json:
    """`POST /models/containers/inspect`: the views that map each container."""
    keys = [ContainerKey(*texts(item, "space", "externalId")) for item in call.items(at_most=_MAX_ITEMS)]
    operations = call.json().get("inspectionOperations")
    if not isinstance(operations, dict):
        raise RefusedError("The request body must have the object 'inspectionOperations'.")
    with call.store.read() as transaction:
        schema = transaction.schema
        found = [schema.containers[key] for key in dict.fromkeys(keys) if key in schema.containers]
        return {"items": [_inspected(schema, container, operations) for container in found]}


def _inspected(schema: Schema, container: Container, operations: Json) -> Json:
    results: Json = {}
    involved = operations.get("involvedViews")
    if involved is not None:
        results["involvedViews"] = [view_reference(view.key) for view in _mapping(schema, container, involved)]
    counted = operations.get("totalInvolvedViewCount")
    if counted is not None:
        results["involvedViewCount"] = len(_mapping(schema, container, counted))
    return {"space": container.key.space, "externalId": container.key.external_id, "inspectionResults": results}


def _mapping(schema: Schema, container: Container, options: Any) -> list[View]:
    """Views that map a property of the container, their own or inherited; only the newest versions unless told otherwise."""
    every = isinstance(options, dict) and options.get("allVersions") is True
    known = schema.views if every else newest_only(schema.views, lambda view: view.stored.created_time)
    return [known[key] for key in sorted(known) if container in schema.view_source(known[key]).containers]
