"""A random graph of write objects, what of it must arrive, and a way to the server on which things go wrong."""

from __future__ import annotations

import gzip
import json
import random
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import httpx

from pygen_runtime.schema import EdgeId, NodeId
from tests.sdk.write_model import BARE, LINKS, SPACE


def node_id(name: str) -> NodeId:
    return NodeId(SPACE, name)


@dataclass
class Intended:
    """What the write objects say, kept apart from them.

    Attributes:
        nodes: Name → the names that it points at.
        edges: Type, start and end → what it points at besides.
        poison: Names of nodes that the server refuses.
    """

    nodes: dict[str, list[str]] = field(default_factory=dict)
    edges: dict[tuple[NodeId, str, str], list[str]] = field(default_factory=dict)
    poison: set[str] = field(default_factory=set)

    def lost(self) -> set[str]:
        """The nodes that cannot be written: poison, and whatever points at what cannot be."""
        lost = set(self.poison)
        while more := {name for name, needs in self.nodes.items() if lost.intersection(needs)} - lost:
            lost |= more
        return lost


def graph(sdk: ModuleType, chance: random.Random, size: int, *, poison: int) -> tuple[list[Any], Intended]:
    """Parts in chains, items that point at them in all ways, and links; given in any order, some only as part of others."""
    intended = Intended()
    parts: list[Any] = []
    for number in range(size):
        part = sdk.PartWrite(
            external_id=f"part-{number}", weight=float(number), existing_version=chance.choice([None, 0])
        )
        if parts and chance.random() < 0.7:
            part.next_ = chance.choice(parts)
        parts.append(part)
        intended.nodes[part.external_id] = [part.next_.external_id] if part.next_ else []
    items: list[Any] = []
    for number in range(size):
        some = [chance.choice(parts) for _ in range(6)]
        links = [sdk.LinkWrite(end_node=some[4], metres=float(number), witness=some[5])]
        item = sdk.ItemWrite(
            external_id=f"item-{number}",
            name=f"Item {number}",
            part=some[0],
            parts=some[1:3],
            bare=[some[3]],
            links=links,
        )
        items.append(item)
        names = [one.external_id for one in some]
        intended.nodes[item.external_id] = names[:3]
        intended.edges[BARE, item.external_id, names[3]] = []
        intended.edges[LINKS, item.external_id, names[4]] = [names[5]]
    intended.poison = set(chance.sample(sorted(intended.nodes), poison))
    writes = [*items, *chance.sample(parts, size // 2)]  # the other parts are met in relations, or stay unsaid
    chance.shuffle(writes)
    said = _reached(intended, [one.external_id for one in writes])
    intended.nodes = {name: needs for name, needs in intended.nodes.items() if name in said}
    intended.poison &= said
    return writes, intended


def _reached(intended: Intended, names: list[str]) -> set[str]:
    said = set(names)
    for (_, start, end), more in intended.edges.items():
        said |= {start, end, *more}
    while more_names := {need for name in said for need in intended.nodes[name]} - said:
        said |= more_names
    return said


class Rough(httpx.AsyncBaseTransport):
    """Real requests to the local server, but some are refused, some are never sent, and of some the answer is lost."""

    def __init__(self, chance: random.Random, poison: set[str]) -> None:
        self.chance, self.poison = chance, poison
        self.way = httpx.AsyncHTTPTransport()
        self.troubles = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        if request.url.path.endswith("/models/instances") and body:
            packed = request.headers.get("content-encoding") == "gzip"
            items = json.loads(gzip.decompress(body) if packed else body)["items"]
            if any(one["externalId"] in self.poison for one in items):
                return httpx.Response(400, json={"error": {"code": 400, "message": "poison"}})
            if self.chance.random() < 0.1:
                self.troubles += 1
                return httpx.Response(503, json={"error": {"code": 503, "message": "busy"}})
            if self.chance.random() < 0.1:
                self.troubles += 1
                answer = await self.way.handle_async_request(request)
                await answer.aread()
                await answer.aclose()
                raise httpx.ReadError("lost on the way back")
        return await self.way.handle_async_request(request)

    async def aclose(self) -> None:
        await self.way.aclose()


def keys(result: Any) -> dict[str, list[NodeId | EdgeId]]:
    """Part of a result → the ids in it."""
    parts = ("written", "unchanged", "written_or_unchanged", "skipped", "failed", "unknown")
    return {part: [_key(getattr(one, "item", one)) for one in getattr(result, part)] for part in parts}


def _key(item: Any) -> NodeId | EdgeId:
    is_edge = getattr(item, "instance_type", None) == "edge" or hasattr(item, "start_node")
    return (EdgeId if is_edge else NodeId)(item.space, item.external_id)
