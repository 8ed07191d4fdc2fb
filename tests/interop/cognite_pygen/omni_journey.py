"""Run with the interpreter that has `cognite-pygen`: asks through the SDK generated from Omni, writes the answers as JSON.

Arguments: URL of the server, folder of the SDK.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from typing import Any

from cognite.client import ClientConfig, CogniteClient
from cognite.client.credentials import Token

url, folder = sys.argv[1:]
sys.path.insert(0, folder)

Client = import_module("omni").Client
kinds = import_module("omni.data_classes")

SPACE = "sp_omni_instances"
config = ClientConfig(client_name="interop", project="test", base_url=url, credentials=Token("local"))
client = Client(CogniteClient(config))
answers: dict[str, Any] = {}


def key(one: Any) -> str | None:
    """External id of an object, an identifier, or nothing."""
    return None if one is None else one if isinstance(one, str) else one.external_id


def keys(several: Any) -> list[Any]:
    return sorted(key(one) for one in several or ())


def listing() -> None:
    apis = [
        "cdf_external_references",
        "cdf_external_references_listed",
        "connection_item_a",
        "connection_item_b",
        "connection_item_c_node",
        "connection_item_d",
        "connection_item_e",
        "connection_item_f",
        "connection_item_g",
        "dependent_on_non_writable",
        "implementation_1",
        "implementation_2",
        "primitive_nullable",
        "primitive_nullable_listed",
        "primitive_required",
        "primitive_required_listed",
        "primitive_with_defaults",
    ]
    answers["listed"] = {name: keys(getattr(client, name).list(limit=-1)) for name in apis}
    answers["required"] = {
        one.external_id: [one.text, one.boolean, one.int_64, one.float_64, one.date.isoformat(), one.json_]
        for one in client.primitive_required.list(limit=-1)
    }
    answers["prefix"] = keys(client.connection_item_a.list(name_prefix="P", limit=-1))
    answers["sorted"] = [one.name for one in client.connection_item_a.list(sort_by="name", limit=-1)]
    answers["iterated"] = sum(len(part) for part in client.primitive_nullable.iterate(chunk_size=2))
    answers["counted"] = client.connection_item_a.aggregate("count").value


def connections() -> None:
    found = client.connection_item_a.list(limit=-1, retrieve_connections="full")
    answers["full"] = {one.external_id: [key(one.other_direct), keys(one.outwards)] for one in found}
    answers["names_of_outwards"] = {
        one.external_id: sorted(str(other.name) for other in one.outwards or ()) for one in found
    }
    named = client.connection_item_a.list(limit=-1, retrieve_connections="identifier")
    answers["self_direct"] = {one.external_id: key(one.self_direct) for one in named}
    identifiers = client.connection_item_d.list(limit=-1, retrieve_connections="identifier")
    answers["identifiers"] = {
        one.external_id: [key(one.direct_single), keys(one.direct_multi), key(one.outwards_single)]
        for one in identifiers
    }
    one = client.connection_item_a.retrieve("ConnectionItemA:Jennifer", SPACE, retrieve_connections="full")
    answers["retrieved"] = [one.external_id, key(one.self_direct), key(one.other_direct), keys(one.outwards)]
    with_edges = client.connection_item_f.list(limit=-1, retrieve_connections="full")
    answers["edges"] = {
        one.external_id: sorted(key(edge.end_node) for edge in one.outwards_multi or ()) for one in with_edges
    }


def selecting() -> None:
    selected = client.connection_item_a.select().name.prefix("P").outwards.list_full(limit=-1)
    answers["selected"] = {one.external_id: keys(one.outwards) for one in selected}
    ends = client.connection_item_a.select().outwards.list_connection_item_b(limit=-1)
    answers["selected_ends"] = keys(ends)


def searching() -> None:
    answers["searched"] = keys(client.connection_item_a.search("Jennifer", limit=100))


def writing() -> None:
    new = kinds.ConnectionItemAWrite(
        space=SPACE,
        external_id="new:a",
        name="A new one",
        self_direct=kinds.ConnectionItemAWrite(space=SPACE, external_id="new:self", name="Its other self"),
        outwards=[
            kinds.ConnectionItemBWrite(space=SPACE, external_id=f"new:b{number}", name=f"B{number}")
            for number in range(3)
        ],
    )
    created = client.upsert(new)
    answers["created"] = [len(created.nodes), len(created.edges)]
    read = client.connection_item_a.retrieve("new:a", SPACE, retrieve_connections="full")
    answers["read_back"] = [read.name, read.self_direct.name, sorted(one.name for one in read.outwards)]
    changed = read.as_write()
    changed.name = "Renamed"
    client.upsert(changed)
    answers["renamed"] = client.connection_item_a.retrieve("new:a", SPACE).name
    gone = [("new:a"), ("new:self"), *(f"new:b{number}" for number in range(3))]
    answers["deleted"] = len(client.delete(gone, space=SPACE).nodes)
    answers["left"] = [one for one in keys(client.connection_item_a.list(limit=-1)) if one.startswith("new:")]


failures: dict[str, str] = {}
answers["failures"] = failures
for step in (listing, connections, selecting, searching, writing):
    try:
        step()
    except Exception as error:  # noqa: BLE001 - the test shows it
        failures[step.__name__] = f"{type(error).__name__}: {error}"[:1000]
json.dump(answers, sys.stdout, default=str)
