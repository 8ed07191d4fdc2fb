"""A small model of things, notes and pipes between them, for tests of query, sync, search and inspect."""

from __future__ import annotations

from typing import Any

import msgspec

from pygen.server import Store, containers, spaces, views
from pygen.server.calls import Call
from tests.server.oracle import World
from tests.server.support import SPACE, container, mapped, view

NODE_TYPES = {"name": "text", "size": "int64", "site": "direct", "parts": "direct[]", "tags": "text[]"}
EDGE_TYPES = {"weight": "float64"}
VIEWS = {
    "Thing": {key: ("Thing", key) for key in NODE_TYPES},
    "Part": {"label": ("Thing", "name"), "where": ("Thing", "site")},
    "Both": {"name": ("Thing", "name"), "note": ("Note", "note")},
    "Pipe": {"weight": ("Pipe", "weight")},
}
CONTAINERS = {"Thing": NODE_TYPES, "Note": {"note": "text"}, "Pipe": EDGE_TYPES}


def at(key: str, of: str = "Thing/v1") -> list[str]:
    return [SPACE, of, key]


def call(store: Store, act: Any, body: Any) -> Any:
    answer = act(Call(store, msgspec.json.encode(body), ()))
    return msgspec.json.decode(answer) if isinstance(answer, bytes) else answer


def deploy(store: Store) -> None:
    call(store, spaces.create, {"items": [{"space": SPACE}]})
    made = [container(key, types, usedFor="edge" if key == "Pipe" else "node") for key, types in CONTAINERS.items()]
    made[0]["indexes"] = {"bySize": {"indexType": "btree", "properties": ["size"], "cursorable": True}}
    call(store, containers.create, {"items": made})
    shown = [
        view(key, {name: mapped(place[0], **{name: place[1]})[name] for name, place in places.items()})
        for key, places in VIEWS.items()
    ]
    call(store, views.create, {"items": shown})


def new_world() -> World:
    return World(CONTAINERS, VIEWS)


def names_of(answer: dict[str, Any]) -> dict[str, list[str]]:
    """External ids by result set."""
    return {key: [one["externalId"] for one in items] for key, items in answer["items"].items()}
