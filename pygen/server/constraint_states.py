"""Whether the rows of a container keep what its definition asks for: the `state` and `constraintState` of answers (contract §3.5)."""

from __future__ import annotations

import copy

from pygen.server.schema import Container, Json, Property, container_key
from pygen.server.sql import FALSE, Sql, bind, build, join, member, name
from pygen.server.store import Transaction


def with_states(transaction: Transaction, container: Container) -> Json:
    """The container's definition with every state as its rows make it: `current`, or `failed`."""
    definition = copy.deepcopy(container.stored.definition)
    for identifier, stored in container.properties.items():
        states: Json = definition["properties"][identifier]["constraintState"]
        for what in states:
            broken = _breaks(stored, what, definition["properties"][identifier]["type"])
            states[what] = _state(transaction, container, broken)
    for rule in definition["constraints"].values():
        broken = _unrequired(transaction, rule) if rule["constraintType"] == "requires" else duplicates(container, rule)
        rule["state"] = _state(transaction, container, broken)
    return definition


def _state(transaction: Transaction, container: Container, broken: Sql) -> str:
    query = build("select 1 from {table} as c where {broken} limit 1", table=name(container.table), broken=broken)
    return "failed" if transaction.sql.execute(query.text, query.values).fetchone() else "current"


def _breaks(stored: Property, what: str, kind: Json) -> Sql:
    column = member("c", stored.column)
    if what == "nullability":
        return build("{column} is null", column=column)
    if what == "maxListSize":
        return build("json_array_length({column}) > {most}", column=column, most=bind(kind["maxListSize"]))
    most = bind(kind["maxTextSize"])
    if stored.type.is_list:
        long = "exists (select 1 from json_each({column}) as e where length(cast(e.value as blob)) > {most})"
        return build(long, column=column, most=most)
    return build("length(cast({column} as blob)) > {most}", column=column, most=most)


def _unrequired(transaction: Transaction, rule: Json) -> Sql:
    required = transaction.schema.containers.get(container_key(rule["require"]))
    if required is None:
        return FALSE
    return build("not exists (select 1 from {other} as o where o.id = c.id)", other=name(required.table))


def duplicates(container: Container, rule: Json) -> Sql:
    """A condition on rows `c`: another row has the same values; nulls are never the same (contract §3.4)."""
    columns = [container.properties[identifier].column for identifier in rule["properties"]]
    same = [build("{a} = {b}", a=member("o", column), b=member("c", column)) for column in columns]
    if rule["bySpace"]:
        same.append(
            Sql(
                "(select x.space from instance as x where x.id = o.id) = (select x.space from instance as x where x.id = c.id)"
            )
        )
    same.append(Sql("o.id <> c.id"))
    query = "exists (select 1 from {table} as o where {same})"
    return build(query, table=name(container.table), same=join(" and ", same))
