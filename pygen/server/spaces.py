"""Spaces (contract §2)."""

from __future__ import annotations

from collections.abc import Sequence

from pygen.server import limits
from pygen.server.calls import Call, convert
from pygen.server.definitions import page, remove, save, texts
from pygen.server.errors import RefusedError
from pygen.server.identifiers import check_space, check_texts
from pygen.server.schema import Json, Stamped
from pygen.server.store import Transaction
from pygen_runtime.schema import SpaceWrite


def _read(stored: Stamped) -> Json:
    return {**stored.definition, **stored.times()}


def create(call: Call) -> Json:
    """`POST /models/spaces`."""
    items = call.items()
    with call.store.write() as transaction:
        ids = upsert(transaction, items)
        return {"items": [_read(transaction.schema.spaces[space]) for space in ids]}


def upsert(transaction: Transaction, items: Sequence[Json]) -> list[str]:
    """Save spaces; returns their ids."""
    written = [convert(item, SpaceWrite, what="space") for item in items]
    known = dict(transaction.schema.spaces)
    for item in written:
        check_space(item.space)
        check_texts(item.name, item.description)
        definition: Json = {"space": item.space}
        if item.name is not None:
            definition["name"] = item.name
        if item.description is not None:
            definition["description"] = item.description
        if save(transaction, "space", (item.space,), definition, known.get(item.space)):
            known[item.space] = Stamped(definition, transaction.now, transaction.now, is_global=False)
    if known != transaction.schema.spaces:
        limits.check(transaction.reload_schema())
    return [item.space for item in written]


def list_(call: Call) -> Json:
    """`GET /models/spaces`."""
    everything = call.flag("includeGlobal")
    with call.store.read() as transaction:
        spaces = {
            (space,): stored
            for space, stored in transaction.schema.spaces.items()
            if everything or not stored.is_global
        }
        return page(call, "spaces", spaces, _read)


def by_ids(call: Call) -> Json:
    """`POST /models/spaces/byids`."""
    wanted = [texts(item, "space")[0] for item in call.items()]
    with call.store.read() as transaction:
        known = transaction.schema.spaces
        return {"items": [_read(known[space]) for space in dict.fromkeys(wanted) if space in known]}


def delete(call: Call) -> Json:
    """`POST /models/spaces/delete`."""
    wanted = [texts(item, "space")[0] for item in call.items()]
    with call.store.write() as transaction:
        known = transaction.schema.spaces
        found = [space for space in dict.fromkeys(wanted) if space in known]
        for space in found:
            remove(transaction, "space", (space,), known[space])
            _check_empty(transaction, space)
        if found:
            transaction.reload_schema()
        return {"items": [{"space": space} for space in found]}


def _check_empty(transaction: Transaction, space: str) -> None:
    schema = transaction.schema
    defined = [{key.space for key in schema.containers}, {key.space for key in schema.views}]
    defined.append({key.space for key in schema.data_models})
    held = transaction.sql.execute(
        "select 1 from instance where key >= ? and key < ? limit 1", (f"{space}:", f"{space};")
    )
    if held.fetchone() or any(space in spaces for spaces in defined):
        raise RefusedError(f"Cannot delete the space '{space}': it is not empty. Delete what it holds first.")
