"""Views (contract §4): create, list, by ids, delete."""

from __future__ import annotations

from collections.abc import Iterable

from pygen.server import limits, view_shapes
from pygen.server.calls import Call
from pygen.server.definitions import newest_only, page, remove, require_spaces, save, texts, versions
from pygen.server.errors import RefusedError
from pygen.server.filters import FilterCompiler
from pygen.server.schema import Json, Schema, View, ViewKey
from pygen.server.scopes import Scope
from pygen.server.store import Transaction

_USES = ("node", "edge", "all", "record")


def create(call: Call) -> Json:
    """`POST /models/views`: an upsert that replaces."""
    items = call.items()
    with call.store.write() as transaction:
        keys = upsert(transaction, items)
        schema = transaction.schema
        return {"items": [view_shapes.read(schema, schema.views[key]) for key in keys]}


def upsert(transaction: Transaction, items: list[Json]) -> list[ViewKey]:
    """Save views and check what they refer to, once all of them stand; returns their keys."""
    definitions: dict[ViewKey, Json] = {}
    for item in items:
        definition = view_shapes.definition_of(_pinned(transaction.schema, item, items))
        definitions[ViewKey(definition["space"], definition["externalId"], definition["version"])] = definition
    require_spaces(transaction, (key.space for key in definitions))
    known = transaction.schema.views
    changed = [
        key
        for key, definition in definitions.items()
        if save(transaction, "view", key, definition, known[key].stored if key in known else None)
    ]
    if changed:
        _check_references(transaction.reload_schema(), changed)
        limits.check(transaction.schema)
    return [ViewKey(*texts(item, "space", "externalId", "version")) for item in items]


def _pinned(schema: Schema, item: Json, items: list[Json]) -> Json:
    """The item with a version in each `implements` reference: the newest one where it names none (contract §4.3)."""
    parents = item.get("implements")
    if not isinstance(parents, list):
        return item
    return {**item, "implements": [_with_version(schema, parent, items) for parent in parents]}


def _with_version(schema: Schema, parent: object, items: list[Json]) -> object:
    if not isinstance(parent, dict) or parent.get("version") is not None:
        return parent
    space, external_id = texts(parent, "space", "externalId")
    together = [
        item.get("version") for item in items if (item.get("space"), item.get("externalId")) == (space, external_id)
    ]
    newest = schema.newest(space, external_id)
    if not together and newest is None:
        raise RefusedError(f"One or more views do not exist: '{space}:{external_id}'")
    return {**parent, "version": together[-1] if together else newest and newest.key.version}


def _check_references(schema: Schema, keys: Iterable[ViewKey]) -> None:
    """Refuse parents, containers, properties and filters that do not exist or do not fit."""
    for key in keys:
        view = schema.views[key]
        unknown = [str(parent) for parent in view.parents if parent not in schema.views]
        if unknown:
            raise RefusedError(f"One or more views do not exist: {', '.join(repr(parent) for parent in unknown)}")
        if any(key in ancestor.parents for ancestor in schema.lineage(view)):
            raise RefusedError(f"The view '{key}' implements itself.")
        _check_mappings(schema, view)
        if view.filter is not None:
            FilterCompiler(Scope(schema, "edge" if _is_for_edges(schema, view) else "node")).condition(view.filter)


def _is_for_edges(schema: Schema, view: View) -> bool:
    """Whether the filter speaks of edges: its base properties say so, or the containers do."""
    return _names_edges(view.filter) or not schema.view_source(view).serves("node")


def _names_edges(filter_: object) -> bool:
    """Whether a property reference such as `["edge", "type"]` stands anywhere in a filter."""
    if isinstance(filter_, dict):
        return any(_names_edges(part) for part in filter_.values())
    if isinstance(filter_, list):
        return filter_[:1] == ["edge"] or any(_names_edges(part) for part in filter_)
    return False


def _check_mappings(schema: Schema, view: View) -> None:
    mapped = schema.mapped(view.own)
    for identifier, definition in view.own.items():
        if "container" not in definition:
            continue
        where = f"{definition['container']['space']}:{definition['container']['externalId']}"
        if identifier not in mapped:
            wanted = definition["containerPropertyIdentifier"]
            raise RefusedError(
                f"The property '{identifier}' of the view '{view.key}' maps the property '{wanted}' of the container '{where}', "
                "which does not exist."
            )
        if "source" in definition and mapped[identifier].property.type.name != "direct":
            raise RefusedError(
                f"The property '{identifier}' of the view '{view.key}' has a source but is no direct relation."
            )


def list_(call: Call) -> Json:
    """`GET /models/views`."""
    space, everything, uses = call.value("space"), call.flag("includeGlobal"), call.values("usedFor")
    inherited, all_versions = call.flag("includeInheritedProperties", default=True), call.flag("allVersions")
    unknown = [use for use in uses if use not in _USES]
    if unknown:
        raise RefusedError(f"usedFor must be one of {', '.join(_USES)}, not '{unknown[0][:100]}'.")
    with call.store.read() as transaction:
        schema = transaction.schema
        known = schema.views if all_versions else newest_only(schema.views, lambda view: view.stored.created_time)
        shown = {
            key: view
            for key, view in known.items()
            if (not space or key.space == space)
            and (everything or not view.stored.is_global)
            and (not uses or view_shapes.used_for(schema, view) in uses)
        }
        return page(call, "views", shown, lambda view: view_shapes.read(schema, view, inherited=inherited))


def by_ids(call: Call) -> Json:
    """`POST /models/views/byids`; an item without a version stands for all of them."""
    items, in_body = call.items(), call.json().get("includeInheritedProperties")
    inherited = call.flag("includeInheritedProperties", default=in_body is not False)
    with call.store.read() as transaction:
        schema = transaction.schema
        found = {view.key: view for item in items for view in versions(item, schema.views)}
        return {"items": [view_shapes.read(schema, view, inherited=inherited) for view in found.values()]}


def delete(call: Call) -> Json:
    """`POST /models/views/delete`: containers and data stay."""
    keys = list(dict.fromkeys(ViewKey(*texts(item, "space", "externalId", "version")) for item in call.items()))
    with call.store.write() as transaction:
        known = transaction.schema.views
        found = [key for key in keys if key in known]
        for key in found:
            remove(transaction, "view", key, known[key].stored)
        if found:
            transaction.reload_schema()
        return {"items": [{"space": key.space, "externalId": key.external_id, "version": key.version} for key in found]}
