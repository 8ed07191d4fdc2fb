"""What must hold between rows after a write: relations, `requires`, uniqueness (contract §3.3, §3.4)."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from pygen.server.constraint_states import duplicates
from pygen.server.errors import RefusedError
from pygen.server.instance_rows import keys_json
from pygen.server.schema import Container, ContainerKey, container_key
from pygen.server.sql import bind, build, name
from pygen.server.store import Transaction


def check_rows(transaction: Transaction, container: Container, changed: Collection[int]) -> None:
    """Refuse rows that lack a required container's data, or repeat values that must be unique."""
    for identifier, rule in container.constraints.items():
        if rule["constraintType"] == "requires":
            _check_required(transaction, container, identifier, changed)
        else:
            _check_unique(transaction, container, identifier, changed)


def _check_required(transaction: Transaction, container: Container, identifier: str, changed: Collection[int]) -> None:
    key = container_key(container.constraints[identifier]["require"])
    required = transaction.schema.containers.get(key)
    if required is None:
        return
    query = build(
        "select i.key from instance as i where i.id in (select value from json_each({ids})) "
        "and not exists (select 1 from {required} as r where r.id = i.id) limit 1",
        ids=bind(keys_json(changed)),
        required=name(required.table),
    )
    row = transaction.sql.execute(query.text, query.values).fetchone()
    if row:
        raise RefusedError(
            f"The constraint '{identifier}' of the container '{container.key}' requires data in the container '{key}', "
            f"which the instance '{row[0]}' lacks."
        )


def _check_unique(transaction: Transaction, container: Container, identifier: str, changed: Collection[int]) -> None:
    rule = container.constraints[identifier]
    query = build(
        "select i.key from {table} as c join instance as i on i.id = c.id "
        "where c.id in (select value from json_each({ids})) and {duplicates} limit 1",
        table=name(container.table),
        ids=bind(keys_json(changed)),
        duplicates=duplicates(container, rule),
    )
    row = transaction.sql.execute(query.text, query.values).fetchone()
    if row:
        raise RefusedError(
            f"The uniqueness constraint '{identifier}' of the container '{container.key}' over {', '.join(rule['properties'])} "
            f"is violated by the instance '{row[0]}'."
        )


def check_targets(transaction: Transaction, container: ContainerKey, keys: Iterable[str]) -> None:
    """Refuse relations to nodes that have no data in the container that the relation asks for."""
    target = transaction.schema.containers.get(container)
    if target is None:
        return
    query = build(
        "select k.value from json_each({keys}) as k where not exists (select 1 from instance as i join {table} as c on c.id = i.id "
        "where i.kind = 0 and i.key = k.value) limit 1",
        keys=bind(keys_json(keys)),
        table=name(target.table),
    )
    row = transaction.sql.execute(query.text, query.values).fetchone()
    if row:
        raise RefusedError(
            f"The target '{row[0]}' of a direct relation does not exist, or has no data in the container '{container}' "
            "that the relation asks for."
        )
