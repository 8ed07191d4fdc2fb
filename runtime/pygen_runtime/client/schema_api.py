"""The verbs that spaces, containers, views and data models share (contract §2 to §5)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar

import msgspec

from pygen_runtime.client.batches import in_batches
from pygen_runtime.client.core import Core
from pygen_runtime.client.paging import PageStream
from pygen_runtime.schema.codec import decoder
from pygen_runtime.schema.requests import Page
from pygen_runtime.transport import Operation

W = TypeVar("W", bound=msgspec.Struct)
R = TypeVar("R", bound=msgspec.Struct)
K = TypeVar("K", bound=msgspec.Struct)
A = TypeVar("A")

MOST_ITEMS = 100
"""Items that one schema request may hold."""

Params = Sequence[tuple[str, str]]

UsedFor = str | Iterable[str]
"""One or several of `node`, `edge`, `all` and `record`."""


class SchemaAPI(Generic[W, R, K]):
    """Create, retrieve, list and delete one kind of schema object.

    W is written, R is read, K identifies.

    Args:
        core: The client's core.
        path: Of the resource, such as `/models/views`.
        read: The type that is answered.
        id_type: The type that identifies.
    """

    def __init__(self, core: Core, path: str, read: type[R], id_type: type[K]) -> None:
        self._core, self._path, self._read, self._id_type = core, path, read, id_type

    async def _create(self, items: Sequence[W]) -> list[R]:
        async def send(batch: Sequence[W]) -> list[R]:
            return await self._post("", batch, self._pages)

        return await in_batches(items, MOST_ITEMS, send)

    async def _retrieve(self, ids: Sequence[K], params: Params = ()) -> list[R]:
        async def send(batch: Sequence[K]) -> list[R]:
            return await self._post("/byids", [id_item(one) for one in batch], self._pages, params)

        return await in_batches(ids, MOST_ITEMS, send)

    def _iterate(self, limit: int | None, params: Params, *, page_size: int = 1000) -> AsyncIterator[R]:
        return self._walk(self._pages, limit, params, page_size).items()

    async def _list(self, limit: int | None, params: Params, *, page_size: int = 1000) -> list[R]:
        return await self._walk(self._pages, limit, params, page_size).to_list()

    def _walk(
        self, reply: msgspec.json.Decoder[Page[A]], limit: int | None, params: Params, page_size: int
    ) -> PageStream[Sequence[A]]:
        async def fetch(cursor: str | None, size: int) -> Page[A]:
            where = [("limit", str(size))] if cursor is None else [("limit", str(size)), ("cursor", cursor)]
            return await self._core.call(
                "GET", self._path, operation=Operation.SCHEMA, reply=reply, params=[*params, *where]
            )

        return self._core.stream(fetch, limit=limit, page_size=page_size)

    async def _delete(self, ids: Sequence[K]) -> list[K]:
        async def send(batch: Sequence[K]) -> list[K]:
            return await self._post("/delete", [id_item(one) for one in batch], self._ids)

        return await in_batches(ids, MOST_ITEMS, send)

    async def _post(
        self, below: str, items: Sequence[object], reply: msgspec.json.Decoder[Page[A]], params: Params = ()
    ) -> list[A]:
        page = await self._core.call(
            "POST", self._path + below, operation=Operation.SCHEMA, reply=reply, body={"items": items}, params=params
        )
        return page.items

    @cached_property
    def _pages(self) -> msgspec.json.Decoder[Page[R]]:
        return decoder(Page[self._read])  # type: ignore[name-defined]  # the type is known at run time only

    @cached_property
    def _ids(self) -> msgspec.json.Decoder[Page[K]]:
        return decoder(Page[self._id_type])  # type: ignore[name-defined]  # the type is known at run time only


def id_item(identifier: Any) -> dict[str, str]:
    """An identifier as byids and delete take it: without the `type` tag that references have elsewhere (contract §4.1)."""
    tagged = msgspec.to_builtins(identifier)
    return {name: value for name, value in tagged.items() if name != "type"}


def many(items: Any, one: type | tuple[type, ...]) -> list[Any]:
    """A list of items, where a single one may be given as such."""
    return [items] if isinstance(items, one) else list(items)


def query(*, space: str | None = None, used_for: UsedFor | None = None, **flags: bool) -> list[tuple[str, str]]:
    """Query parameters of a list: what is None is left out, a parameter with several values repeats."""
    of_space = [] if space is None else [("space", space)]
    uses = [] if used_for is None else [("usedFor", use) for use in many(used_for, str)]
    return [*of_space, *uses, *((name, "true" if value else "false") for name, value in flags.items())]
