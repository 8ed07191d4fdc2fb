"""Putting the core model and the unit catalogue into a new database.

They are written as any client would write them, then marked global. From that moment on nobody can change them.
"""

from __future__ import annotations

from pygen.server import containers, data_models, instance_rows, spaces, views
from pygen.server.container_rows import ContainerBatch, Supplied
from pygen.server.instance_rows import InstanceRow
from pygen.server.schema import ContainerKey
from pygen.server.sql import bind_all, build, name
from pygen.server.store import Store, Transaction
from pygen.server.system.units import INSTANCE_SPACE, Unit, catalogue
from pygen.system_model.core import SCHEMA_SPACE, CoreModel, core_model

_DEFINED = ("space", "container", "view", "data_model")


def install(store: Store) -> None:
    """Give a database what every project has from the start, unless it has it already."""
    with store.read() as transaction:
        if any(space.is_global for space in transaction.schema.spaces.values()):
            return
    core = core_model()
    with store.write() as transaction:
        spaces.upsert(transaction, [{"space": space} for space in (*core.spaces, INSTANCE_SPACE)])
        containers.upsert(transaction, core.containers)
        views.upsert(transaction, core.views)
        data_models.upsert(transaction, [core.data_model])
        _add_nodes(transaction, core)
        owned = bind_all((*core.spaces, INSTANCE_SPACE))
        for table in _DEFINED:
            mark = build("update {table} set is_global = 1 where space in ({owned})", table=name(table), owned=owned)
            transaction.sql.execute(mark.text, mark.values)
        transaction.reload_schema()


def _add_nodes(transaction: Transaction, core: CoreModel) -> None:
    """Each unit as a node, and the types of the model's edges.

    Their row ids and change numbers are negative, so that those of the project begin at 1.
    """
    units = catalogue().units
    places = [*((INSTANCE_SPACE, one) for one in units), *((SCHEMA_SPACE, one) for one in core.edge_types)]
    first, now = -len(places), transaction.now
    rows = [InstanceRow(id_, "node", space, one, 1, now, now) for id_, (space, one) in enumerate(places, first)]
    instance_rows.insert(transaction.sql, rows, first)
    for container, values in (("CogniteUnit", _measure), ("CogniteDescribable", _description)):
        target = transaction.schema.containers[ContainerKey(SCHEMA_SPACE, container)]
        supplied = {row.id: values(units[row.external_id]) for row in rows if row.space == INSTANCE_SPACE}
        ContainerBatch(transaction, target, replace=False).write(supplied, set(supplied), str)


def _measure(unit: Unit) -> Supplied:
    return {"symbol": unit.symbol, "quantity": unit.quantity}


def _description(unit: Unit) -> Supplied:
    return {"name": unit.name, "description": unit.long_name}
