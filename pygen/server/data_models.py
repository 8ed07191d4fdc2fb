"""Data models (contract §5): create, list, by ids, delete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pygen.server import limits, view_shapes, views
from pygen.server.calls import Call, convert
from pygen.server.definitions import newest_only, page, remove, require_spaces, save, texts, versions
from pygen.server.errors import RefusedError, violation
from pygen.server.identifiers import check_external_id, check_texts, check_version
from pygen.server.schema import DataModel, Json, Schema, Stamped, ViewKey, view_reference
from pygen.server.store import Transaction
from pygen_runtime.schema import DataModelWrite

_MAX_VIEWS = 100
_VIEW_KEYS = ("properties", "filter", "implements")


def create(call: Call) -> Json:
    """`POST /models/datamodels`: an upsert that replaces; views written in full are upserted as well."""
    items = call.items()
    with call.store.write() as transaction:
        keys = upsert(transaction, items)
        schema = transaction.schema
        return {"items": [_read(schema, schema.data_models[key], inline=False) for key in keys]}


def upsert(transaction: Transaction, items: Sequence[Json]) -> list[ViewKey]:
    """Save data models, and the views that are written in full in them; returns their keys."""
    written = [view for item in items for view in _entries(item) if _is_written(view)]
    if written:
        views.upsert(transaction, written)
    keys = list(dict.fromkeys(_save(transaction, item) for item in items))
    limits.check(transaction.schema)
    return keys


def _entries(item: Json) -> list[Json]:
    entries = item.get("views")
    if entries is None:
        return []
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise RefusedError("The views of a data model must be a list of objects.")
    if len(entries) > _MAX_VIEWS:
        raise violation(f"views size must be between 0 and {_MAX_VIEWS}")
    return entries


def _is_written(entry: Mapping[str, object]) -> bool:
    """Whether an entry is a view in full rather than a reference (contract §5)."""
    return any(key in entry for key in _VIEW_KEYS)


def _save(transaction: Transaction, item: Json) -> ViewKey:
    keys = [ViewKey(*texts(entry, "space", "externalId", "version")) for entry in _entries(item)]
    references = [view_reference(key) for key in dict.fromkeys(keys)]
    model = convert({**item, "views": references}, DataModelWrite, what="data model")
    check_external_id(model.external_id, kind="data model")
    check_version(model.version)
    check_texts(model.name, model.description)
    require_spaces(transaction, [model.space])
    unknown = [str(key) for key in keys if key not in transaction.schema.views]
    if unknown:
        raise RefusedError(f"One or more views do not exist: {', '.join(repr(key) for key in unknown)}")
    definition: Json = {"space": model.space, "externalId": model.external_id, "version": model.version}
    for key, value in (("name", model.name), ("description", model.description)):
        if value is not None:
            definition[key] = value
    definition["views"] = references
    key_ = ViewKey(model.space, model.external_id, model.version)
    before: Stamped | None = None
    if key_ in transaction.schema.data_models:
        before = transaction.schema.data_models[key_].stored
    if save(transaction, "data_model", key_, definition, before):
        transaction.reload_schema()
    return key_


def _read(schema: Schema, model: DataModel, *, inline: bool) -> Json:
    answer: Json = {**model.stored.definition, **model.stored.times()}
    if inline:
        answer["views"] = [view_shapes.read(schema, schema.views[key]) for key in model.views if key in schema.views]
    return answer


def list_(call: Call) -> Json:
    """`GET /models/datamodels`."""
    space, everything = call.value("space"), call.flag("includeGlobal")
    inline, all_versions = call.flag("inlineViews"), call.flag("allVersions")
    with call.store.read() as transaction:
        schema = transaction.schema
        known = schema.data_models
        if not all_versions:
            known = newest_only(known, lambda model: model.stored.created_time)
        shown = {
            key: model
            for key, model in known.items()
            if (not space or key.space == space) and (everything or not model.stored.is_global)
        }
        return page(call, "datamodels", shown, lambda model: _read(schema, model, inline=inline))


def by_ids(call: Call) -> Json:
    """`POST /models/datamodels/byids`; an item without a version stands for all of them."""
    items, inline = call.items(), call.flag("inlineViews")
    with call.store.read() as transaction:
        schema = transaction.schema
        found = {model.key: model for item in items for model in versions(item, schema.data_models)}
        return {"items": [_read(schema, model, inline=inline) for model in found.values()]}


def delete(call: Call) -> Json:
    """`POST /models/datamodels/delete`: views and containers stay."""
    keys = list(dict.fromkeys(ViewKey(*texts(item, "space", "externalId", "version")) for item in call.items()))
    with call.store.write() as transaction:
        known = transaction.schema.data_models
        found = [key for key in keys if key in known]
        for key in found:
            remove(transaction, "data_model", key, known[key].stored)
        if found:
            transaction.reload_schema()
        return {"items": [{"space": key.space, "externalId": key.external_id, "version": key.version} for key in found]}
