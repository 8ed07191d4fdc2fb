"""Instances behind an httpx transport, with faults by plan: what a project would hold, and what happened to each request."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import httpx
import msgspec

from tests.runtime.support import refused

Key = tuple[str, str]
"""Instance type and external id; there is one space."""

START = 1_000


@dataclass
class Stored:
    """An instance as the store holds it."""

    content: dict[str, Any]
    version: int = 1
    created: int = START
    updated: int = START


@dataclass
class InstanceStore(httpx.AsyncBaseTransport):
    """Takes and refuses batches as a whole, as the API does.

    Attributes:
        held: What is stored.
        poison: Keys that are refused with 400.
        breaking: Keys that make the server answer 500, after the batch was committed or before.
        heaviest: Items above which a batch is answered with 408, as a function of the number of the request.
        faults: Chooses a fault for each request that would succeed, or none.
        sizes: Items in each request that writes or deletes.
        written: Keys that were created or changed.
        doubted: Keys of which a request got no answer that settles them.
        read: Requests that read back.
    """

    held: dict[Key, Stored] = field(default_factory=dict)
    poison: set[Key] = field(default_factory=set)
    breaking: set[Key] = field(default_factory=set)
    heaviest: Callable[[int], int] = lambda _number: 1000
    faults: Callable[[], str | None] = lambda: None
    sizes: list[int] = field(default_factory=list)
    written: set[Key] = field(default_factory=set)
    lost: set[Key] = field(default_factory=set)
    doubted: set[Key] = field(default_factory=set)
    read: int = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        packed = request.headers.get("content-encoding") == "gzip"
        body = msgspec.json.decode(gzip.decompress(request.content) if packed else request.content)
        if request.url.path.endswith("/byids"):
            self.read += 1
            return self._by_ids(body["items"])
        try:
            answer = self._change(request.url.path, body)
        except httpx.TransportError:
            self.doubted |= set(map(key, body["items"]))
            raise
        if answer.status_code == 408 or answer.status_code >= 500:
            self.doubted |= set(map(key, body["items"]))
        return answer

    def _change(self, path: str, body: dict[str, Any]) -> httpx.Response:
        self.sizes.append(len(body["items"]))
        if len(body["items"]) > self.heaviest(len(self.sizes)):
            return refused(408, "Graph query timed out.")
        if path.endswith("/delete"):
            return self._answer(lambda: self._delete(body["items"]), body["items"])
        return self._upsert(body)

    def _upsert(self, body: dict[str, Any]) -> httpx.Response:
        items = body["items"]
        keys = {key(item) for item in items}
        skip = {key(item) for item in items if self._conflicts(item)}
        if keys & self.poison:
            return refused(400, f"cannot be written: {sorted(keys & self.poison)}")
        for item in items:
            for end in ("startNode", "endNode"):
                there = ("node", item[end]["externalId"]) if end in item else None
                if there is not None and there not in keys and there not in self.held:
                    return refused(400, f"there is no node {item[end]['externalId']}")
        if skip and not body["skipOnVersionConflict"]:
            return refused(409, f"A version conflict caused the ingest to fail: {sorted(skip)}")
        return self._answer(lambda: [self._store(item) for item in items if key(item) not in skip], items)

    def _answer(self, commit: Callable[[], Iterable[Any]], items: list[Any]) -> httpx.Response:
        keys = {key(item) for item in items}
        if keys & self.breaking:
            return refused(500, "broken")
        match self.faults():
            case "503":
                return refused(503, "later")
            case "time-out":
                raise httpx.ReadTimeout("no answer")
            case "lost":
                list(commit())
                self.lost |= keys
                raise httpx.ReadError("reset")
            case _:
                return httpx.Response(200, content=msgspec.json.encode({"items": list(commit())}))

    def _conflicts(self, item: dict[str, Any]) -> bool:
        held = self.held.get(key(item))
        return "existingVersion" in item and held is not None and held.version > item["existingVersion"]

    def _store(self, item: dict[str, Any]) -> dict[str, Any]:
        content = {name: value for name, value in item.items() if name != "existingVersion"}
        held = self.held.get(key(item))
        if held is None:
            held = self.held[key(item)] = Stored(content)
            self.written.add(key(item))
            modified = True
        else:
            modified = held.content != content
            if modified:
                held.content, held.version, held.updated = content, held.version + 1, held.updated + 1
                self.written.add(key(item))
        return self._envelope(item, held) | {"wasModified": modified}

    def _delete(self, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [item for item in items if self.held.pop(key(item), None) is not None]

    def _by_ids(self, items: list[dict[str, Any]]) -> httpx.Response:
        found = []
        for item in items:
            held = self.held.get(key(item))
            if held is not None:
                properties: dict[str, Any] = {}
                for source in held.content.get("sources", ()):
                    view = source["source"]
                    of_space = properties.setdefault(view["space"], {})
                    of_space[f"{view['externalId']}/{view['version']}"] = source["properties"]
                ends = {end: held.content[end] for end in ("type", "startNode", "endNode") if end in held.content}
                found.append(self._envelope(item, held) | ends | {"properties": properties})
        return httpx.Response(200, content=msgspec.json.encode({"items": found}))

    def _envelope(self, item: dict[str, Any], held: Stored) -> dict[str, Any]:
        names = {name: item[name] for name in ("instanceType", "space", "externalId")}
        return {**names, "version": held.version, "createdTime": held.created, "lastUpdatedTime": held.updated}


def key(item: dict[str, Any]) -> Key:
    return (item["instanceType"], item["externalId"])


def now_and_then(seed: int, **shares: float) -> Callable[[], str | None]:
    """Faults by chance, each with its share of the requests, the same in every run."""
    chance = random.Random(seed)  # not for secrets

    def fault() -> str | None:
        at = chance.random()
        for name, share in shares.items():
            at -= share
            if at < 0:
                return name.replace("_", "-").removeprefix("status-")
        return None

    return fault
