"""Random graphs over the plant, random include trees and page sizes, compared with a walk in plain Python."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from pygen.testing import LocalServer
from pygen_runtime.client import ClientSettings
from pygen_runtime.schema import EdgeWrite, InstanceWrite, NodeId, NodeWrite, SourceWrite
from pygen_runtime.sdk import PygenQuery
from pygen_runtime.sdk.graph import ahead, fill, include
from pygen_runtime.sdk.instances import via
from tests.sdk import plant
from tests.sdk.model import Pump, Site

Tree = Mapping[str, "Tree"]
RELATIONS = {
    "Pump": {
        name: "Site" if name == "site" else "Pump" for name in ("site", "parts", "part_of", "feeds", "fed_by", "spare")
    },
    "Site": {"pumps": "Pump"},
}
TO_ONE = ("site", "spare")


@dataclass
class World:
    """A graph; a node has data in the views of pumps and of sites, in one of them, or in none."""

    pumps: set[str] = field(default_factory=set)
    sites: set[str] = field(default_factory=set)
    site: dict[str, str] = field(default_factory=dict)
    parts: dict[str, list[str]] = field(default_factory=dict)
    feeds: list[tuple[str, str, float | None]] = field(default_factory=list)
    spare: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def made(cls, dice: random.Random) -> World:
        names = [f"n{number}" for number in range(dice.randint(1, 9))]
        world = cls(set(dice.sample(names, dice.randint(1, len(names)))), set(dice.sample(names, len(names) // 2)))
        for pump in sorted(world.pumps):
            if dice.random() < 0.7:
                world.site[pump] = dice.choice(names)
            world.parts[pump] = dice.choices(names, k=dice.randint(0, 4))
        pairs = [(one, other) for one in names for other in names]
        world.feeds = [(*pair, dice.choice([None, 1.5])) for pair in dice.sample(pairs, min(len(pairs), 14))]
        world.spare = list({start: (start, end) for start, end in dice.sample(pairs, min(len(pairs), 4))}.values())
        return world

    def instances(self) -> list[InstanceWrite]:
        """What to write. Nodes that others refer to are created by the server."""
        nodes = [
            NodeWrite(space="plant", external_id=name, sources=self._sources(name))
            for name in sorted(self.pumps | self.sites)
        ]
        feeds = [_edge(plant.FEEDS, start, end, metres) for start, end, metres in self.feeds]
        return [*nodes, *feeds, *(_edge(plant.SPARE, start, end, None) for start, end in self.spare)]

    def _sources(self, name: str) -> list[SourceWrite]:
        found = [SourceWrite(source=plant.SITE, properties={"name": name})] if name in self.sites else []
        if name in self.pumps:
            values: dict[str, object] = {"name": name, "parts": [_ref(one) for one in self.parts[name]] or None}
            values["site"] = _ref(self.site[name]) if name in self.site else None
            found.append(SourceWrite(source=plant.PUMP, properties=values))
        return found

    def follow(self, relation: str, name: str) -> list[str]:
        """Where a relation leads."""
        to: dict[str, Callable[[], list[str]]] = {
            "site": lambda: [self.site[name]] if name in self.site else [],
            "parts": lambda: self.parts[name],
            "part_of": lambda: [one for one, parts in self.parts.items() if name in parts],
            "feeds": lambda: [end for start, end, _ in self.feeds if start == name],
            "fed_by": lambda: [start for start, end, _ in self.feeds if end == name],
            "spare": lambda: [end for start, end in self.spare if start == name],
            "pumps": lambda: [one for one, site in self.site.items() if site == name],
        }
        seen = self.sites if relation == "site" else self.pumps
        return sorted(one for one in to[relation]() if one in seen)


def _ref(name: str) -> dict[str, str]:
    return {"space": "plant", "externalId": name}


def _edge(type_: NodeId, start: str, end: str, metres: float | None) -> EdgeWrite:
    sources = None if metres is None else [SourceWrite(source=plant.PIPE, properties={"metres": metres})]
    return EdgeWrite(
        space="plant", external_id=f"{type_.external_id}-{start}-{end}", type=type_, sources=sources,
        start_node=NodeId("plant", start), end_node=NodeId("plant", end),
    )  # fmt: skip


def grown(dice: random.Random, view: str, depth: int) -> Tree:
    """A tree of relations to include."""
    if depth == 0:
        return {}
    known = RELATIONS[view]
    names = dice.sample(sorted(known), min(len(known), dice.randint(0 if depth < 3 else 1, 4)))
    return {name: grown(dice, known[name], depth - 1) for name in names}


def choice(name: str, below: Tree) -> Callable[[Any], Any]:
    return lambda kind: getattr(kind, name).include(*(choice(*one) for one in below.items()))


def expected(world: World, name: str, tree: Tree) -> dict[str, Any]:
    """What plain Python finds."""
    return {
        relation: [(one, expected(world, one, below)) for one in world.follow(relation, name)]
        for relation, below in tree.items()
    }


async def found(item: Pump | Site, tree: Tree, *, loaded: bool) -> dict[str, Any]:
    """What the relations of an object give."""
    walked: dict[str, Any] = {}
    for relation, below in tree.items():
        held: Any = getattr(item, relation)
        assert held.is_loaded or not loaded
        if relation in TO_ONE:
            target = await held.get()
            targets = [] if target is None else [target]
        else:
            targets = await held.to_list()
            assert await held.count() == len(targets)
        pairs = [(one.external_id, await found(one, below, loaded=loaded)) for one in targets]
        walked[relation] = sorted(pairs, key=lambda pair: pair[0])
    return walked


async def rows_are_right(world: World, query: PygenQuery[Pump], dice: random.Random) -> None:
    """A random path of up to three hops has each way through, and each end once."""
    view, names = "Pump", []
    for _ in range(dice.randint(1, 3)):
        names.append(dice.choice(sorted(RELATIONS[view])))
        view = RELATIONS[view][names[-1]]
    path: Any = query
    ways: list[tuple[str, ...]] = [(pump,) for pump in world.pumps]
    for name in names:
        path = path.follow(choice(name, {}))
        ways = [(*way, one) for way in ways for one in world.follow(name, way[-1])]
    assert sorted([tuple(one.external_id for one in row) async for row in path.rows()]) == sorted(ways), names
    assert sorted([one.external_id async for one in path]) == sorted({way[-1] for way in ways})


@pytest.mark.parametrize("seed", range(16 if os.environ.get("PYGEN_THOROUGH") == "1" else 4))
async def test_every_tree_is_what_plain_python_finds(
    seed: int, cdf_server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(seed)
    world = World.made(dice)
    async with cdf_server.client(ClientSettings(page_size=dice.choice([2, 4, 1000]))) as client:
        await plant.build(client, 1)
        await client.instances.delete([NodeId("plant", "pump-0000"), *(NodeId("plant", f"site-{n}") for n in range(3))])
        await client.instances.upsert(world.instances(), auto_create_start_nodes=True, auto_create_end_nodes=True)
        query, tree = PygenQuery(client=client, resource=Pump), grown(dice, "Pump", 2)
        for _ in range(3):
            monkeypatch.setattr(include, "MOST_QUERIED", dice.choice([2, 7, 10_000]))
            ids, in_lists = dice.choice([2, 5, 1000]), dice.choice([2, 100])
            for module in (via, fill, ahead):
                monkeypatch.setattr(module, "MOST_IDS", ids)
            for module in (via, ahead):
                monkeypatch.setattr(module, "MOST_IN_LISTS", in_lists)
            tree = grown(dice, "Pump", 3)
            pumps = await query.include(*(choice(*one) for one in tree.items())).to_list()
            assert sorted(pump.external_id for pump in pumps) == sorted(world.pumps)
            for pump in pumps:
                assert await found(pump, tree, loaded=True) == expected(world, pump.external_id, tree), tree
            await rows_are_right(world, query, dice)
        lazy = await query.to_list()
        flat: Tree = {name: {} for name in RELATIONS["Pump"]}
        for pump in lazy:
            assert await found(pump, flat, loaded=False) == expected(world, pump.external_id, flat)
        for pump in await include.load(client, lazy, [choice(*one) for one in tree.items()]):
            assert await found(pump, tree, loaded=True) == expected(world, pump.external_id, tree)
