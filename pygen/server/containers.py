"""Containers (contract §3): create, list, by ids, delete, and taking away constraints and indexes."""

from __future__ import annotations

import copy
from collections.abc import Sequence

import msgspec

from pygen.server import limits
from pygen.server.calls import Call, convert
from pygen.server.constraint_states import with_states
from pygen.server.container_rules import check_rules, definition_of, merge, requires
from pygen.server.definitions import page, remove, require_spaces, save, texts
from pygen.server.errors import RefusedError
from pygen.server.schema import Container, ContainerKey, Json, Stamped, container_key
from pygen.server.sql import build, name
from pygen.server.store import Transaction
from pygen.server.tables import add_columns, create_table, drop_table, set_indexes
from pygen_runtime.schema import ContainerWrite

_LISTED_USES = ("node", "edge", "all")
_USES = (*_LISTED_USES, "record")


def _read(container: Container) -> Json:
    return {**container.stored.definition, **container.stored.times()}


def create(call: Call) -> Json:
    """`POST /models/containers`: an upsert that merges."""
    items = call.items()
    with call.store.write() as transaction:
        keys = upsert(transaction, items)
        return {"items": [_read(transaction.schema.containers[key]) for key in keys]}


def upsert(transaction: Transaction, items: Sequence[Json]) -> list[ContainerKey]:
    """Save containers and make their tables; returns their keys."""
    written = [convert(item, ContainerWrite, what="container") for item in items]
    require_spaces(transaction, (item.space for item in written))
    known = {key: container.stored for key, container in transaction.schema.containers.items()}
    changed: dict[ContainerKey, Stamped | None] = {}
    for item in written:
        key = ContainerKey(item.space, item.external_id)
        definition, before = definition_of(item), known.get(key)
        if before is not None:
            definition = merge(before.definition, definition, names_use=item.used_for is not None)
        check_rules(definition)
        if save(transaction, "container", key, definition, before):
            known[key] = Stamped(definition, transaction.now, transaction.now, is_global=False)
            changed.setdefault(key, before)
    if changed:
        _apply(transaction, changed)
        limits.check(transaction.schema)
    return [ContainerKey(item.space, item.external_id) for item in written]


def _apply(transaction: Transaction, changed: dict[ContainerKey, Stamped | None]) -> None:
    """Bring tables in line with the definitions, then check what needs all of them."""
    schema = transaction.reload_schema()
    for key, before in changed.items():
        container = schema.containers[key]
        if before is None:
            create_table(transaction.sql, container)
        else:
            known = len(before.definition["properties"])
            add_columns(transaction.sql, container, known)
            _fill_defaults(transaction, container, known)
        set_indexes(transaction.sql, container)
        _check_references(transaction, container, before)
    for key, before in changed.items():
        if before is not None:
            save_states(transaction, schema.containers[key])


def save_states(transaction: Transaction, container: Container) -> None:
    """Work out whether the rows of a container keep what it asks for, and keep the outcome in its definition."""
    definition = with_states(transaction, container)
    if save(transaction, "container", container.key, definition, container.stored):
        transaction.reload_schema()


def _fill_defaults(transaction: Transaction, container: Container, known: int) -> None:
    """Rows that are there already get the default values of the properties after the first `known` ones."""
    for stored in list(container.properties.values())[known:]:
        if stored.default is None:
            continue
        answer, cell = stored.write(stored.default)
        pair = b"," + msgspec.json.encode({stored.identifier: answer})[1:-1]
        statement = build(
            "update {table} set {column} = ?, props = props || ?",
            table=name(container.table),
            column=name(stored.column),
        )
        transaction.sql.execute(statement.text, (cell, pair.decode()))


def _check_references(transaction: Transaction, container: Container, before: Stamped | None) -> None:
    """Refuse what refers to containers that do not exist, unless it did so before, and `requires` that come back."""
    known = transaction.schema.containers
    new = _referred(container.stored.definition) - (_referred(before.definition) if before else set())
    unknown = sorted(str(key) for key in new if key not in known)
    if unknown:
        raise RefusedError(f"One or more containers do not exist: {', '.join(repr(key) for key in unknown)}")
    waiting = [container_key(reference) for reference in requires(container.stored.definition)]
    reached: set[ContainerKey] = set()
    while waiting:
        key = waiting.pop()
        if key == container.key:
            raise RefusedError(f"The requires constraints of the container '{container.key}' form a cycle.")
        if key not in reached and key in known:
            reached.add(key)
            waiting += [container_key(reference) for reference in requires(known[key].stored.definition)]


def _referred(definition: Json) -> set[ContainerKey]:
    """Containers that relations and constraints of a container ask for."""
    kinds = [one["type"] for one in definition["properties"].values()]
    references = [kind["container"] for kind in kinds if "container" in kind]
    return {container_key(reference) for reference in (*references, *requires(definition))}


def list_(call: Call) -> Json:
    """`GET /models/containers`."""
    space, everything, uses = call.value("space"), call.flag("includeGlobal"), call.values("usedFor") or _LISTED_USES
    unknown = [use for use in uses if use not in _USES]
    if unknown:
        raise RefusedError(f"usedFor must be one of {', '.join(_USES)}, not '{unknown[0][:100]}'.")
    with call.store.read() as transaction:
        known = {
            key: container
            for key, container in transaction.schema.containers.items()
            if (not space or key.space == space)
            and (everything or not container.stored.is_global)
            and container.used_for in uses
        }
        return page(call, "containers", known, _read)


def _keys(call: Call) -> list[ContainerKey]:
    return list(dict.fromkeys(ContainerKey(*texts(item, "space", "externalId")) for item in call.items()))


def by_ids(call: Call) -> Json:
    """`POST /models/containers/byids`."""
    keys = _keys(call)
    with call.store.read() as transaction:
        known = transaction.schema.containers
        return {"items": [_read(known[key]) for key in keys if key in known]}


def delete(call: Call) -> Json:
    """`POST /models/containers/delete`: the data stored in them goes too, views that map them stay."""
    keys = _keys(call)
    with call.store.write() as transaction:
        known = transaction.schema.containers
        found = [key for key in keys if key in known]
        for key in found:
            remove(transaction, "container", key, known[key].stored)
            drop_table(transaction.sql, known[key])
        if found:
            transaction.reload_schema()
        return {"items": [{"space": key.space, "externalId": key.external_id} for key in found]}


def delete_constraints(call: Call) -> Json:
    """`POST /models/containers/constraints/delete`."""
    return _delete_rules(call, "constraints")


def delete_indexes(call: Call) -> Json:
    """`POST /models/containers/indexes/delete`."""
    return _delete_rules(call, "indexes")


def _delete_rules(call: Call, part: str) -> Json:
    triples = [texts(item, "space", "containerExternalId", "identifier") for item in call.items(at_most=10)]
    deleted: list[Json] = []
    with call.store.write() as transaction:
        for space, external_id, identifier in triples:
            container = transaction.schema.containers.get(ContainerKey(space, external_id))
            if container is None or identifier not in container.stored.definition[part]:
                continue
            definition = copy.deepcopy(container.stored.definition)
            del definition[part][identifier]
            save(transaction, "container", container.key, definition, container.stored)
            set_indexes(transaction.sql, transaction.reload_schema().containers[container.key])
            deleted.append({"space": space, "containerExternalId": external_id, "identifier": identifier})
    return {"items": deleted}
