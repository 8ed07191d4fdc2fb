"""Writing nodes and edges (contract §6.3): one request, one transaction, no look-up per item."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import msgspec
from msgspec import UNSET

from pygen.server import instance_rows
from pygen.server.calls import Call, decode
from pygen.server.container_rows import ContainerBatch, Supplied
from pygen.server.definitions import require_spaces
from pygen.server.deletes import check_distinct, conflicts, delete_instances, version_conflict
from pygen.server.errors import RefusedError, violation
from pygen.server.identifiers import check_instance_external_id
from pygen.server.instance_requests import InstanceId, InstanceItem, SourceReference, UpsertRequest
from pygen.server.instance_rows import InstanceRow
from pygen.server.schema import ContainerKey, Json, Source, ViewKey
from pygen.server.scopes import find_source, known_view
from pygen.server.store import Transaction
from pygen.server.tables import KINDS
from pygen.server.write_checks import check_rows, check_targets

_decoder = msgspec.json.Decoder(UpsertRequest)
_MAX_ITEMS = 1000
_MAX_SOURCES = 100


def upsert(call: Call) -> Json:
    """`POST /models/instances`: deletes first, then writes, all or nothing."""
    request = decode(call.body, _decoder)
    items, deletes = request.items or [], request.delete or []
    if not 1 <= len(items) + len(deletes) <= _MAX_ITEMS:
        raise violation(f"items and delete together must hold between 1 and {_MAX_ITEMS} instances")
    check_distinct([*(InstanceId(item.space, item.external_id, item.kind) for item in items), *deletes])
    skip = bool(request.skip_on_version_conflict)
    with call.store.write() as transaction:
        deleted = delete_instances(transaction, deletes, skip_conflicts=skip)
        results = _Upsert(transaction, request).run(items)
        return {"items": results, "deleted": [item.json() for item in deleted]}


class _Target(NamedTuple):
    """An item, the row it had, and the row it shall have if anything changed."""

    item: InstanceItem
    before: InstanceRow | None
    after: InstanceRow


class _Upsert:
    """One request's writes."""

    def __init__(self, transaction: Transaction, request: UpsertRequest) -> None:
        self._transaction = transaction
        self._request = request
        self._relations = request.auto_create_direct_relations is not False
        self._sources: dict[SourceReference, Source] = {}

    def run(self, items: list[InstanceItem]) -> list[Json]:
        """Write the items; returns what happened to each, in their order."""
        if not items:
            return []
        self._check(items)
        targets = self._targets(items)
        batches = self._write_rows(targets)
        changed = {id_ for batch in batches.values() for id_ in batch.changed}
        modified = [target for target in targets if self._is_modified(target, changed)]
        self._create_missing(targets, batches)
        self._store(modified)
        for key, batch in batches.items():
            if batch.changed:
                check_rows(self._transaction, self._transaction.schema.containers[key], batch.changed)
            for container, keys in batch.targets.items():
                if container is not None:
                    check_targets(self._transaction, container, keys)
        touched = {target.after.id for target in modified}
        return [_result(target, target.after.id in touched) for target in targets]

    def _check(self, items: list[InstanceItem]) -> None:
        for item in items:
            check_instance_external_id(item.external_id)
            if item.kind == "edge" and not (
                isinstance(item.type, msgspec.Struct) and item.start_node and item.end_node
            ):
                raise RefusedError(f"The edge '{item.key}' must have type, startNode and endNode.")
            if item.sources is not None and not 1 <= len(item.sources) <= _MAX_SOURCES:
                raise violation(f"sources size must be between 1 and {_MAX_SOURCES}")
        require_spaces(self._transaction, (item.space for item in items))

    def _targets(self, items: list[InstanceItem]) -> list[_Target]:
        """Items beside the rows they had; those with a version conflict are left out, or refuse the request."""
        known: dict[str, dict[str, InstanceRow]] = {}
        for kind in KINDS:
            keys = [item.key for item in items if item.kind == kind]
            known[kind] = instance_rows.find(self._transaction.sql, kind, keys) if keys else {}
        next_id = self._transaction.take("instance", len(items))
        targets: list[_Target] = []
        for id_, item in enumerate(items, next_id):
            before = known[item.kind].get(item.key)
            if conflicts(item.existing_version, before):
                if not self._request.skip_on_version_conflict:
                    raise version_conflict(item.key)
                continue
            targets.append(_Target(item, before, self._row(item, before, id_)))
        return targets

    def _row(self, item: InstanceItem, before: InstanceRow | None, new_id: int) -> InstanceRow:
        now = self._transaction.now
        type_ = item.type.key if isinstance(item.type, msgspec.Struct) else None
        start, end = (item.start_node, item.end_node) if item.kind == "edge" else (None, None)
        ends = (start.key if start else None, end.key if end else None)
        if before is None:
            return InstanceRow(new_id, item.kind, item.space, item.external_id, 1, now, now, type_, *ends)
        if item.type is UNSET:
            type_ = before.type
        return before._replace(version=before.version + 1, updated=now, type=type_, start=ends[0], end=ends[1])

    def _is_modified(self, target: _Target, changed: set[int]) -> bool:
        before, after = target.before, target.after
        return before is None or after.id in changed or before[-3:] != after[-3:]

    def _write_rows(self, targets: list[_Target]) -> dict[ContainerKey, ContainerBatch]:
        """Write the items' properties into the containers behind their sources."""
        supplied: dict[ContainerKey, dict[int, Supplied]] = {}
        for target in targets:
            for entry in target.item.sources or ():
                source = self._source(entry.source, target.item)
                if not entry.properties:
                    raise RefusedError(f"The instance '{target.item.key}' has a source without properties.")
                rows = {
                    one.key: supplied.setdefault(one.key, {}).setdefault(target.after.id, {})
                    for one in source.containers
                }
                for identifier, value in entry.properties.items():
                    mapped = source.mapped.get(identifier)
                    if mapped is None:
                        raise RefusedError(
                            f"Unknown property '{identifier[:300]}' in '{source}' (instance '{target.item.key}')."
                        )
                    rows[mapped.container.key][mapped.property.identifier] = value
        new = {target.after.id for target in targets if target.before is None}
        labels = {target.after.id: target.item.key for target in targets}
        batches: dict[ContainerKey, ContainerBatch] = {}
        for key, values in supplied.items():
            container = self._transaction.schema.containers[key]
            batches[key] = ContainerBatch(self._transaction, container, replace=bool(self._request.replace))
            batches[key].write(values, new, labels.__getitem__)
        return batches

    def _source(self, reference: SourceReference, item: InstanceItem) -> Source:
        """The source, once it is known that instances of this kind can be written through it."""
        source = self._sources.get(reference)
        if source is None:
            source = self._sources[reference] = self._find_source(reference)
        if not source.serves(item.kind):
            raise RefusedError(f"'{source}' is not used for {item.kind}s (instance '{item.key}').")
        return source

    def _find_source(self, reference: SourceReference) -> Source:
        if reference.type == "container":
            return find_source(self._transaction.schema, reference.space, reference.external_id.replace("/", " "))
        key = ViewKey(reference.space, reference.external_id, reference.version or "")
        source = known_view(self._transaction.schema, key)
        if not source.writable:
            raise RefusedError(
                f"The view '{key}' is not writable: it does not map every required property of its containers."
            )
        return source

    def _create_missing(self, targets: list[_Target], batches: dict[ContainerKey, ContainerBatch]) -> None:
        """Make the bare nodes that relations, types and edges point at and that the request allows to be made."""
        starts = {target.after.start for target in targets if target.after.start}
        ends = {target.after.end for target in targets if target.after.end}
        related = {target.after.type for target in targets if target.after.type}
        constrained: set[str] = set()
        for batch in batches.values():
            for container, keys in batch.targets.items():
                (related if container is None else constrained).update(keys)
        written = {target.item.key for target in targets if target.item.kind == "node"}
        missing = instance_rows.missing_nodes(
            self._transaction.sql, sorted({*starts, *ends, *related, *constrained} - written)
        )
        for key in missing:
            allowed = (
                key not in constrained
                and (key not in related or self._relations)
                and (
                    key not in starts
                    or bool(self._request.auto_create_start_nodes)
                    or (key in related and self._relations)
                )
                and (
                    key not in ends or bool(self._request.auto_create_end_nodes) or (key in related and self._relations)
                )
            )
            if not allowed:
                raise RefusedError(
                    f"The node '{key}', which the request points at, does not exist, and must not be created."
                )
        self._create(missing)

    def _create(self, keys: list[str]) -> None:
        if not keys:
            return
        parts = [key.partition(":") for key in keys]
        require_spaces(self._transaction, (space for space, _, _ in parts))
        now, first = self._transaction.now, self._transaction.take("instance", len(keys))
        rows: list[InstanceRow] = []
        for id_, (space, _, external_id) in enumerate(parts, first):
            check_instance_external_id(external_id)
            rows.append(InstanceRow(id_, "node", space, external_id, 1, now, now))
        instance_rows.insert(self._transaction.sql, rows, self._transaction.take("change", len(rows)))

    def _store(self, modified: Iterable[_Target]) -> None:
        new = [target.after for target in modified if target.before is None]
        old = [target.after for target in modified if target.before is not None]
        if new:
            instance_rows.insert(self._transaction.sql, new, self._transaction.take("change", len(new)))
        if old:
            instance_rows.update(self._transaction.sql, old, self._transaction.take("change", len(old)))


def _result(target: _Target, modified: bool) -> Json:
    row = target.after if modified or target.before is None else target.before
    return {
        "instanceType": row.kind,
        "space": row.space,
        "externalId": row.external_id,
        "version": row.version,
        "wasModified": modified,
        "createdTime": row.created,
        "lastUpdatedTime": row.updated,
    }
